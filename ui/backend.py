"""What the screen needs from the product."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.records import Document, Event, IngestProgress, Span, Turn

if TYPE_CHECKING:
    from rag import Library
    from rag.chats.store import ChatStore
    from rag.failures import Failure
    from rag.file_search import FoundFile
    from rag.removal import Removed

_WATCHED = 16
"""Passages encoded together while somebody watches: two or three documents, about two seconds on two cores."""


class Backend:
    """The verbs of `rag`, bound to one library: all that the screen may do."""

    def __init__(self, library: Library) -> None:
        self._library = library

    @property
    def uploads(self) -> Path:
        """The folder that keeps uploaded files."""
        return self._library.settings.data / "uploads"

    @property
    def chats(self) -> ChatStore:
        """The kept conversations; each of its verbs names the user."""
        return self._library.chats

    def documents(self) -> list[Document]:
        return self._library.documents()

    def count(self) -> int:
        """How many documents there are."""
        return self._library.store.count()

    def document(self, document_id: str) -> Document:
        return self._library.document(document_id)

    def text(self, document_id: str) -> str:
        return self._library.text(document_id)

    def spans(self, document_id: str) -> list[Span]:
        return self._library.spans(document_id)

    def place(self, document_id: str) -> str | None:
        """Where the meeting was that a document reports, when its record says so."""
        meetings = self._library.meeting_store.of(document_id)
        return next((meeting.place.text for meeting in meetings if meeting.place), None)

    def delete(self, document_ids: Sequence[str]) -> int:
        return self._library.delete(document_ids)

    def remove(self, document_ids: Sequence[str]) -> Removed:
        """Delete documents, handing over what `put_back` needs."""
        return self._library.remove(document_ids)

    def put_back(self, removed: Removed) -> None:
        self._library.put_back(removed)

    def stale(self) -> Mapping[str, str]:
        """`changed` or `gone` of the documents whose file is not as it was read, by id."""
        return self._library.known_files.stale()

    def reprints(self, document_ids: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """The near duplicates of those among the documents that have any."""
        return self._library.duplicates.of(document_ids)

    def failures(self) -> list[Failure]:
        """What could not be read, newest first."""
        return self._library.failures.all()

    def dismiss(self, sources: Sequence[str]) -> None:
        self._library.failures.dismiss(sources)

    def warm_up(self) -> None:
        self._library.warm_up()

    def ask(self, question: str, history: Sequence[Turn]) -> Generator[Event]:
        from rag import ask

        return ask(self._library, question, history)

    def ingest(self, paths: Sequence[Path]) -> Iterator[IngestProgress]:
        from rag import ingest

        return ingest(self._library, paths)

    def ingest_files(self, files: Sequence[FoundFile]) -> Generator[IngestProgress]:
        """As `ingest`, in small batches, so that somebody who watches sees each document come in."""
        from rag.ingestion import ingest_files

        return ingest_files(self._library, files, passages=_WATCHED)
