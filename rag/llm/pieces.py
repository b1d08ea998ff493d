"""A prompt as pieces that are read once and used again.

Reading a piece gives keys and values for the attention, its *state*. A piece is read behind all that stands before it,
so a prompt that begins like an earlier one is read from where they part, and drafts are those of a full reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from rag.llm.contract import Prompt


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the prompt in the ChatML form, behind all that stands before it."""

    text: str
    before: str = ""
    """The key of the piece before it."""
    source: str = ""
    """SHA-256 of the document it is of."""

    @property
    def key(self) -> str:
        """Names what the state depends on, apart from model and program."""
        return sha256(f"{self.before}\0{self.text}".encode("utf-8", "surrogatepass")).hexdigest()


def split(prompt: Prompt) -> tuple[list[Piece], str]:
    """The pieces of a prompt in order, and the rest, which is read behind all of them.

    The special markers are taken out of what is inserted.

    Raises:
        ValueError: the prompt does not begin with its passages.
    """
    system = Piece(f"<|im_start|>system\n{_plain(prompt.system)}<|im_end|>\n<|im_start|>user\n")
    pieces = [system]
    for passage in prompt.passages:
        pieces.append(Piece(_plain(passage.text), pieces[-1].key, passage.source))
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
