"""Deletion with undo: documents are gone at once, and come back row by row for some minutes.

What was deleted is kept in memory for the session that did it. The copies of uploads that nothing refers to any more
go when their undo does: its time is over, the page was closed, or the program ends.
"""

from __future__ import annotations

import secrets
import threading
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import CannotPutBack
from rag.records import Document
from rag.sources import file_of
from ui.backend import Backend
from ui.documents import copies, labels

if TYPE_CHECKING:
    from rag.removal import Removed

SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Thrown:
    """One deletion that can be undone."""

    key: str
    """Random: only the page that was told it can undo it."""
    session: str
    removed: Removed
    files: frozenset[Path]
    """Where the documents are from; held until the undo is over."""
    timer: threading.Timer

    @property
    def titles(self) -> list[str]:
        return [document.title or document.path for document in self.removed.documents]


class Wastebasket:
    """What was deleted in the last minutes, of all sessions."""

    def __init__(self, backend: Backend, seconds: float = SECONDS) -> None:
        self._backend = backend
        self._seconds = seconds
        self._thrown: dict[str, Thrown] = {}
        self._lock = threading.Lock()
        weakref.finalize(self, _finish, backend, self._thrown)

    def throw(self, session: str, document_ids: Sequence[str]) -> Thrown:
        """Delete documents; every question from now on is answered without them.

        Raises:
            HoidapError: one of them is unknown, or the library cannot be written; then nothing is deleted.
        """
        files = _files(self._backend.document(document_id) for document_id in document_ids)
        copies.hold(files)
        try:
            removed = self._backend.remove(document_ids)
        except BaseException:
            copies.release(self._backend, files)
            raise
        key = secrets.token_urlsafe(9)
        timer = threading.Timer(self._seconds, self._expire, [[key]])
        timer.daemon = True
        thrown = Thrown(key, session, removed, files, timer)
        with self._lock:
            self._thrown[key] = thrown
        timer.start()
        return thrown

    def undo(self, session: str, key: str) -> Thrown:
        """Put back what a deletion of this session removed.

        Raises:
            CannotPutBack: it is too late, or the same text or file has come in again; then nothing is changed.
        """
        with self._lock:
            thrown = self._thrown.get(key)
        if thrown is None or thrown.session != session:
            raise CannotPutBack(labels.UNDO_EXPIRED, next_step="Hãy nạp lại tệp gốc nếu cần.")
        # Held once more: the time may be over while the documents come back.
        copies.hold(thrown.files)
        try:
            self._backend.put_back(thrown.removed)
        finally:
            copies.release(self._backend, thrown.files)
        self._expire([key])
        return thrown

    def of(self, session: str) -> list[Thrown]:
        """What this session can still undo, the latest first."""
        with self._lock:
            return [thrown for thrown in reversed(self._thrown.values()) if thrown.session == session]

    def forget(self, session: str) -> None:
        """The session has ended: nothing of it can be undone any more."""
        self._expire([thrown.key for thrown in self.of(session)])

    def _expire(self, keys: Iterable[str]) -> None:
        with self._lock:
            gone = {key: self._thrown.pop(key) for key in keys if key in self._thrown}
        _finish(self._backend, gone)


def _finish(backend: Backend, thrown: dict[str, Thrown]) -> None:
    for each in thrown.values():
        each.timer.cancel()
        copies.release(backend, each.files)


def _files(documents: Iterable[Document]) -> frozenset[Path]:
    return frozenset(file_of(document.source) for document in documents)
