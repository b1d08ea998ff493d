"""What the screen needs from the product."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.flags.records import Complaint, Flag
from rag.flags.store import FlagStore
from rag.preferences import changed, config_file, save
from rag.records import Answer, Citation, Document, Event, IngestProgress, Span, Status, Turn

if TYPE_CHECKING:
    from rag import Library, Settings
    from rag.evaluation.archive import KeptReport
    from rag.flags.candidates import Candidate
    from rag.flags.questions import Place
    from rag.speed import Speed


class Backend:
    """The verbs of `rag`, bound to one library: all that the screen may do."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.config = config_file()

    @property
    def uploads(self) -> Path:
        """The folder that keeps uploaded files."""
        return self._library.settings.data / "uploads"

    def documents(self) -> list[Document]:
        return self._library.documents()

    def document(self, document_id: str) -> Document:
        return self._library.document(document_id)

    def text(self, document_id: str) -> str:
        return self._library.text(document_id)

    def spans(self, document_id: str) -> list[Span]:
        return self._library.spans(document_id)

    def delete(self, document_ids: Sequence[str]) -> int:
        return self._library.delete(document_ids)

    def warm_up(self) -> None:
        self._library.warm_up()

    def ask(self, question: str, history: Sequence[Turn]) -> Generator[Event]:
        from rag import ask

        return ask(self._library, question, history)

    def ingest(self, paths: Sequence[Path]) -> Iterator[IngestProgress]:
        from rag import ingest

        return ingest(self._library, paths)

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
    ) -> Flag:
        """Keep an answer that this user calls wrong, with all it saw."""
        from rag.flags.seen import seen

        kept = seen(self._library, answer, history=history, evidence=evidence, features=features)
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
        """Check, apply and keep settings; returns when another language model is in memory."""
        settings = changed(self.settings, changes)
        self._library.change(settings)
        save(self.config, changes)

    def measure(self) -> Generator[Status, None, Speed]:
        from rag.speed import measure

        return measure(self._library)

    def speeds(self) -> dict[str, Speed]:
        from rag.speed import speeds

        return speeds(self.settings.data)
