"""A prompt as pieces that are read once and used again.

Reading a piece gives keys and values for the attention, its *state*. A piece is read behind a fixed beginning (the
system text; a sentence behind the system text and the heading of its document) and behind nothing else, so that its
state is the same whatever is asked, and is put behind other pieces by turning its keys to their new positions.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256

from rag.llm.contract import Prompt


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the prompt in the ChatML form, and the pieces it is read behind."""

    text: str
    before: tuple[Piece, ...] = ()
    source: str = ""
    """SHA-256 of the document it is of."""

    @property
    def key(self) -> str:
        """Names what the state depends on, apart from model and program."""
        texts = [*(piece.text for piece in self.before), self.text]
        return sha256(json.dumps(texts, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def split(prompt: Prompt) -> tuple[list[Piece], str]:
    """The pieces of a prompt in order, and the rest, which is read behind all of them.

    The special markers are taken out of what is inserted.

    Raises:
        ValueError: the prompt does not begin with its passages.
    """
    system = Piece(f"<|im_start|>system\n{_plain(prompt.system)}<|im_end|>\n<|im_start|>user\n")
    pieces = [system]
    for passage in prompt.passages:
        source = passage.source
        heading = Piece(_plain(passage.heading), (system,), source)
        pieces += [heading, *(Piece(_plain(text), (system, heading), source) for text in passage.sentences)]
    read = "".join(passage.text for passage in prompt.passages)
    if not prompt.user.startswith(read):
        raise ValueError("the prompt does not begin with its passages")
    return pieces, f"{_plain(prompt.user[len(read) :])}<|im_end|>\n<|im_start|>assistant\n"


def _plain(text: str) -> str:
    return text.replace("<|", "< |")


@dataclass(frozen=True, slots=True)
class State:
    """What reading a piece gave."""

    tokens: tuple[int, ...]
    data: bytes
    """As llama.cpp gives it out."""
