"""What was read of pieces: in memory, and on disk for the next process."""

from __future__ import annotations

import threading
from collections import OrderedDict

from rag.llm.pieces import Piece, State
from rag.llm.shelf import Shelf


class States:
    """States of pieces by what they depend on; in memory the longest unused go first.

    Args:
        most: bytes to hold in memory.
        shelf: where `save` writes what is new; None keeps nothing.
    """

    def __init__(self, most: int, shelf: Shelf | None = None) -> None:
        self._most = most
        self._shelf = shelf
        self._held: OrderedDict[str, State] = OrderedDict()
        self._size = 0
        self._new: dict[Piece, State] = {}
        self._lock = threading.Lock()
        self._saving = threading.Lock()

    def __contains__(self, piece: Piece) -> bool:
        return piece.key in self._held or (self._shelf is not None and self._shelf.has(piece))

    def get(self, piece: Piece) -> State | None:
        with self._lock:
            found = self._held.get(piece.key)
            if found is not None:
                self._held.move_to_end(piece.key)
                return found
        found = self._shelf.find(piece) if self._shelf else None
        if found is not None:
            self._hold(piece.key, found)
        return found

    def put(self, piece: Piece, state: State) -> None:
        self._hold(piece.key, state)
        if self._shelf:
            self._new[piece] = state

    def _hold(self, key: str, state: State) -> None:
        with self._lock:
            before = self._held.pop(key, None)
            self._held[key] = state
            self._size += len(state.data) - (len(before.data) if before else 0)
            while self._size > self._most:
                self._size -= len(self._held.popitem(last=False)[1].data)

    def save(self) -> None:
        """Write down what is new since the last time."""
        with self._saving:
            while self._new and self._shelf:
                self._shelf.keep(*self._new.popitem())

    def clear(self) -> None:
        """Forget what is in memory."""
        with self._lock:
            self._held.clear()
            self._new.clear()
            self._size = 0
