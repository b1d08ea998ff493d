"""The library: settings, database, indexes, and the models that load on first use."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any

from rag.database import Database
from rag.duplicates.store import DuplicateStore
from rag.errors import MissingPackage, ModelCorrupted, StorageError
from rag.failures import Failures
from rag.known_files import KnownFiles
from rag.mark_cache import MarkCache
from rag.records import Document, Landmark, Span
from rag.store import Store

if TYPE_CHECKING:
    from embeddings.encoder import Encoder
    from rag.chats.store import ChatStore
    from rag.foresight import Foresight
    from rag.indexes import Indexes
    from rag.llm import LLM
    from rag.meetings.people import Person
    from rag.meetings.records import Meeting
    from rag.meetings.store import MeetingStore, Watch
    from rag.removal import Removed
    from rag.settings import Settings
    from rag.tone_marks import ToneMarks

_STATES = "states"
"""Folder of what the language model has read, see `rag.llm.shelf`."""


class Library:
    """One data folder with everything that works on it; safe to share between threads.

    Args:
        settings: where data and models are, and which models.
        encoder, llm, vector_type: stand-ins for tests; by default what the settings name.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        encoder: Encoder | None = None,
        llm: LLM | None = None,
        vector_type: type[Any] | None = None,
    ) -> None:
        self.settings = settings
        self.database = Database(settings.data / "hoidap.sqlite")
        self.store = Store(self.database)
        self.known_files = KnownFiles(self.database)
        self.failures = Failures(self.database)
        self.duplicates = DuplicateStore(self.database)
        self._lock = threading.RLock()
        self._meetings_lock = threading.RLock()
        """Its own, so that listing meetings does not wait for a model that loads."""
        self._encoder = encoder
        self._llm = llm
        self._vector_type = vector_type
        self._indexes: Indexes | None = None
        self._mark_cache = MarkCache(settings.data / "index", self.store)
        self._meetings: tuple[tuple[int, int], list[Meeting]] | None = None
        self._foresight: Foresight | None = None

    @classmethod
    def open(cls, settings: Settings) -> Library:
        """Open a data folder, made when it is not there; no model is loaded yet."""
        library = cls(settings)
        library.store.last_seq()
        return library

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._indexes is not None:
            self._indexes.close()
        self.database.close()

    @property
    def indexes(self) -> Indexes:
        with self._lock:
            if self._indexes is None:
                from embeddings.index import GrowingIndex
                from rag.indexes import Indexes

                self._indexes = Indexes(
                    self.settings.data / "index", self.store, vector_type=self._vector_type or GrowingIndex
                )
            return self._indexes

    @property
    def encoder(self) -> Encoder:
        """The sentence encoder, in memory.

        Raises:
            ModelError: it is not there or cannot be opened.
        """
        with self._lock:
            if self._encoder is None:
                from embeddings.engines import open_encoder
                from rag.models import locate

                folder = locate(self.settings.encoder, kind="encoder", folder=self.settings.models)
                with _encoder_errors(folder.name):
                    encoder = open_encoder(folder, threads=self.settings.threads)
                    encoder.encode_query("khởi động")
                self._encoder = encoder
            return self._encoder

    @property
    def llm(self) -> LLM:
        """The language model, not yet in memory.

        Raises:
            ModelError: it is not there.
        """
        with self._lock:
            if self._llm is None:
                self._llm = _language_model(self.settings)
            return self._llm

    def change(self, settings: Settings) -> None:
        """Use other settings from the next question on; another language model is loaded before the old one goes.

        Data folder and encoder must be the same.

        Raises:
            ModelError: the other model is missing or damaged; nothing has changed.
        """
        before = self._llm
        after = before
        if settings.llm != self.settings.llm:
            after = _language_model(settings)
            after.load()
        with self._lock:
            self._llm, self.settings = after, settings
        if before is not None and before is not after:
            before.close()

    @property
    def tone_marks(self) -> ToneMarks:
        """Statistics of the present texts, kept on the disk; they follow what has changed."""
        with self._lock:
            return self._mark_cache.current()

    @property
    def foresight(self) -> Foresight:
        """What was looked up for questions that are still being typed."""
        from rag.foresight import Foresight

        with self._lock:
            if self._foresight is None:
                self._foresight = Foresight()
            return self._foresight

    def warm_up(self) -> None:
        """Load the models now, so that the first question need not wait; only the encoder for quotations.

        What finds the evidence comes before the language model, which takes longer than everything else.

        Raises:
            ModelError: one of them is missing or damaged.
            StorageError: the indexes are behind and cannot be written.
        """
        _ = self.encoder
        if self.store.encoder_fingerprint() is not None:
            self.indexes.refresh()
            _ = self.tone_marks
        if not self.settings.extractive:
            self.llm.load()

    def documents(self) -> list[Document]:
        """All documents, newest first."""
        return self.store.documents()

    def document(self, document_id: str) -> Document:
        """One document; `UnknownDocument` when it is not there."""
        return self.store.document(document_id)

    def text(self, document_id: str) -> str:
        """The text that all offsets of this document refer to."""
        return self.store.text(document_id)

    def spans(self, document_id: str) -> list[Span]:
        """Every marked stretch of the text, in order."""
        return self.store.spans(document_id)

    def landmarks(self, document_id: str) -> list[Landmark]:
        """Where the document's pages and headings begin, in order."""
        return self.store.landmarks(document_id)

    @property
    def meeting_store(self) -> MeetingStore:
        from rag.meetings.store import MeetingStore

        return MeetingStore(self.store)

    def meetings(self, watch: Watch | None = None) -> list[Meeting]:
        """The meetings that the documents report, oldest first, those without a year last.

        Documents that were not read for meetings yet are read now; `watch` is told how far that is.
        """
        from rag.meetings.selecting import by_date

        with self._meetings_lock:
            state = (self.store.last_seq(), self.store.remarked())
            if self._meetings is None or self._meetings[0] != state:
                # Who may not write reads the documents anew each time.
                with suppress(StorageError):
                    self.meeting_store.refresh(watch)
                self._meetings = (state, by_date(self.meeting_store.all()))
            return list(self._meetings[1])

    @property
    def chats(self) -> ChatStore:
        """The conversations that are kept, each of one user."""
        from rag.chats.store import ChatStore

        return ChatStore(self.database)

    def people(self) -> list[Person]:
        """Everyone who took part in a meeting, with the offices held over time."""
        from rag.meetings.people import link

        return link(self.meetings())

    def delete(self, document_ids: Sequence[str]) -> int:
        """Remove documents with everything of theirs; the number removed."""
        removed = self.store.delete(document_ids)
        self.indexes.refresh()
        self.forget_absent()
        return removed

    def remove(self, document_ids: Sequence[str]) -> Removed:
        """As `delete`, handing over all that `put_back` needs; it is as large as what was removed."""
        from rag.removal import take_out

        removed = take_out(self.store, document_ids)
        self.indexes.refresh()
        self.forget_absent()
        return removed

    def forget_absent(self) -> None:
        """Take off the disk what the model had read of texts that are no longer here."""
        from rag.llm.shelf import prune

        prune(self.settings.data / _STATES, {document.sha256 for document in self.documents()})

    def put_back(self, removed: Removed) -> None:
        """Undo `remove` without the encoder: the same ids, texts, marks and vectors.

        Raises:
            CannotPutBack: the same text or file has come in again meanwhile; then nothing is changed.
        """
        from rag.duplicates.refresh import refresh
        from rag.removal import put_back

        put_back(self.store, removed)
        self.indexes.refresh()
        refresh(self)
        self.meeting_store.refresh()


def _language_model(settings: Settings) -> LLM:
    from rag.llm import LlamaCpp
    from rag.models import locate

    path = locate(settings.llm, kind="llm", folder=settings.models)
    states = settings.data / _STATES
    return LlamaCpp(
        path, name=settings.llm, threads=settings.threads, keep=states, most_kept=settings.states_mb * 2**20
    )


@contextmanager
def _encoder_errors(name: str) -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise MissingPackage("Thiếu thư viện để chạy bộ mã hóa.", detail=str(error)) from error
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelCorrupted(f"Không mở được bộ mã hóa “{name}”.", detail=str(error)) from error
