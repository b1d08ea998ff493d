"""A prompt as pieces that are read once and used again, and the memory that holds what was read of them.

Reading a piece gives keys and values for the attention, its *state*. A piece is read behind a fixed beginning (the
system text; a sentence behind the system text and the heading of its document) and behind nothing else, so that its
state is the same whatever is asked, and is put behind other pieces by turning its keys to their new positions.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256

from rag.llm.contract import Prompt


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the prompt in the ChatML form, and the pieces it is read behind."""

    text: str
    before: tuple[Piece, ...] = ()

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
        heading = Piece(_plain(passage.heading), (system,))
        pieces += [heading, *(Piece(_plain(s), (system, heading)) for s in passage.sentences)]
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


class States:
    """What was read of pieces, by their keys; the longest unused go first.

    Args:
        most: bytes to hold.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[str, State] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def __contains__(self, key: str) -> bool:
        return key in self._held

    def get(self, key: str) -> State | None:
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def put(self, key: str, state: State) -> None:
        with self._lock:
            before = self._held.pop(key, None)
            self._held[key] = state
            self._size += len(state.data) - (len(before.data) if before else 0)
            while self._size > self._most:
                self._size -= len(self._held.popitem(last=False)[1].data)

    def clear(self) -> None:
        with self._lock:
            self._held.clear()
            self._size = 0
