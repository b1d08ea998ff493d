"""What the screen needs from the product."""

from __future__ import annotations

import threading
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import BadSettings, StorageError
from rag.flags.records import Complaint, Flag
from rag.flags.store import FlagStore
from rag.preferences import changed, config_file, read, save
from rag.records import Answer, Citation, Document, Event, IngestProgress, Span, Turn
from ui import labels

if TYPE_CHECKING:
    from rag import Library, Settings
    from rag.chats.store import ChatStore
    from rag.evaluation.archive import KeptReport
    from rag.failures import Failure
    from rag.file_search import FoundFile
    from rag.flags.candidates import Candidate
    from rag.flags.questions import Place
    from rag.meetings.records import Meeting
    from rag.removal import Removed
    from rag.speed import Speed

_WATCHED = 16
"""Passages encoded together while somebody watches: two or three documents, about two seconds on two cores."""


class Backend:
    """The verbs of `rag`, bound to one library: all that the screen may do."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.config = config_file()
        self._examples: tuple[int, tuple[str, ...]] | None = None

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

    def bears_out(self, citation: Citation) -> bool:
        return self._library.store.bears_out(citation)

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

    def remove(self, document_ids: Sequence[str]) -> Removed:
        """Delete documents, handing over what `put_back` needs."""
        return self._library.remove(document_ids)

    def put_back(self, removed: Removed) -> None:
        self._library.put_back(removed)

    def stale(self) -> Mapping[str, str]:
        """`changed` or `gone` of the documents whose file is not as it was read, by id."""
        return self._library.known_files.stale()

    def reprints(self) -> Mapping[str, frozenset[str]]:
        """The near duplicates of every document that has any."""
        return self._library.duplicates.all()

    def failures(self) -> list[Failure]:
        """What could not be read, newest first."""
        return self._library.failures.all()

    def dismiss(self, sources: Sequence[str]) -> None:
        self._library.failures.dismiss(sources)

    def warm_up(self) -> None:
        self._library.warm_up()
        self._find_examples()

    def examples(self) -> tuple[str, ...]:
        """Questions that this library answers; none before `warm_up`, so that no first screen waits for a model."""
        if self._examples is None:
            return ()
        if self._examples[0] != self._library.store.last_seq():
            self._find_examples()
        return self._examples[1]

    def _find_examples(self) -> None:
        from rag.examples import examples

        state = self._library.store.last_seq()
        self._examples = (state, tuple(examples(self._library, labels.EXAMPLES) if self.count() else ()))

    def ask(self, question: str, history: Sequence[Turn], within: Collection[str] | None = None) -> Generator[Event]:
        from rag import ask

        return ask(self._library, question, history, within=within)

    def read_ahead(
        self, question: str, history: Sequence[Turn], within: Collection[str] | None, cancelled: threading.Event
    ) -> None:
        """Look up a question that is being typed, and let the model read what was found."""
        from rag.anticipation import read_ahead

        read_ahead(self._library, question, history, within=within, cancelled=cancelled)

    def ingest(self, paths: Sequence[Path]) -> Iterator[IngestProgress]:
        from rag import ingest

        return ingest(self._library, paths)

    def ingest_files(self, files: Sequence[FoundFile]) -> Generator[IngestProgress]:
        """As `ingest`, in small batches, so that somebody who watches sees each document come in."""
        from rag.ingestion import ingest_files

        return ingest_files(self._library, files, passages=_WATCHED)

    # ---- quality

    def reports(self) -> list[KeptReport]:
        from rag.evaluation.archive import reports

        return reports(self.settings.data)

    def plot(self, key: str, name: str) -> Path | None:
        from rag.evaluation.archive import plot

        return plot(self.settings.data, key, name)

    @property
    def flags(self) -> FlagStore:
        return FlagStore(self._library.database)

    @property
    def questions(self) -> Path:
        """The folder of the own set of questions."""
        from rag.flags.questions import FOLDER

        return self.settings.data / FOLDER

    def flag(
        self,
        user: str,
        complaint: Complaint,
        answer: Answer,
        *,
        history: Sequence[Turn],
        evidence: Sequence[Citation],
        features: Mapping[str, float],
        within: Collection[str] | None,
    ) -> Flag:
        """Keep an answer that this user calls wrong, with all it saw."""
        from rag.flags.seen import seen

        kept = seen(self._library, answer, history=history, evidence=evidence, features=features, within=within)
        return self.flags.add(user, complaint, kept)

    def cited(self, flag: Flag) -> list[Candidate]:
        from rag.flags.candidates import cited

        return cited(self._library, flag)

    def search_sentences(self, words: str) -> list[Candidate]:
        from rag.flags.candidates import search

        return search(self._library, words)

    def sentence_at(self, place: Place) -> list[Candidate]:
        from rag.flags.candidates import at

        return list(at(self._library, place))

    def add_question(self, flag: Flag, answers: str, evidence: Sequence[Place]) -> None:
        from rag.flags.questions import add_question

        add_question(self._library, flag, answers, evidence)

    def remove_question(self, flag: Flag) -> None:
        from rag.flags.questions import remove_question

        remove_question(self._library, flag)

    # ---- preferences

    @property
    def settings(self) -> Settings:
        return self._library.settings

    def change(self, changes: Mapping[str, Any]) -> None:
        """Check, apply and keep settings; returns when another language model is in memory.

        Raises:
            BadSettings, ModelError: nothing has changed.
            StorageError: it is in force but could not be written down; or the file cannot be read: nothing has changed.
        """
        after = changed(self.settings, changes)
        read(self.config)
        self._library.change(after)
        try:
            save(self.config, changes)
        except (BadSettings, StorageError) as error:
            step = "Cài đặt mới đang có hiệu lực nhưng sẽ mất khi khởi động lại; hãy kiểm tra quyền ghi."
            raise StorageError(f"Không ghi được {self.config.name}.", next_step=step, detail=error.detail) from error

    def measure(self) -> Generator[Event]:
        from rag.speed import measure

        return measure(self._library)

    def speeds(self) -> dict[str, Speed]:
        from rag.speed import speeds

        return speeds(self.settings.data)
