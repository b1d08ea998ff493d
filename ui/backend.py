"""What the screen needs from the product."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.records import Document, Event, IngestProgress, Span, Turn

if TYPE_CHECKING:
    from rag import Library
    from rag.meetings.records import Meeting


class Backend:
    """The verbs of `rag`, bound to one library: all that the screen may do."""

    def __init__(self, library: Library) -> None:
        self._library = library

    @property
    def uploads(self) -> Path:
        """The folder that keeps uploaded files."""
        return self._library.settings.data / "uploads"

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

    def meetings(self) -> list[Meeting]:
        return self._library.meetings()

    def place(self, document_id: str) -> str | None:
        """Where the meeting was that a document reports, when its record says so."""
        meetings = self._library.meeting_store.of(document_id)
        return next((meeting.place.text for meeting in meetings if meeting.place), None)

    def delete(self, document_ids: Sequence[str]) -> int:
        return self._library.delete(document_ids)

    def warm_up(self) -> None:
        self._library.warm_up()

    def ask(self, question: str, history: Sequence[Turn], within: Collection[str] | None = None) -> Generator[Event]:
        from rag import ask

        return ask(self._library, question, history, within=within)

    def ingest(self, paths: Sequence[Path]) -> Iterator[IngestProgress]:
        from rag import ingest

        return ingest(self._library, paths)
