"""From files to stored documents: decided in file order, encoded in batches, stored one by one."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag.document_rows import NewDocument
from rag.duplicates.refresh import refresh as find_duplicates
from rag.encoding import encoded
from rag.errors import UnreadableDocument
from rag.file_search import FoundFile, find_files
from rag.known_files import Held, SeenFile, state_of
from rag.preparation import Prepared, UnreadPart
from rag.read_ahead import FileRead, ReadDocument, prepared, read_ahead, read_one
from rag.records import Document, IngestProgress
from rag.remarking import remark
from rag.sources import file_of

if TYPE_CHECKING:
    from rag.library import Library

_PASSAGES = 512
"""Passages that are read before they are encoded."""
_WAITING = 256
"""Outcomes that wait at most for the document before them to be stored."""
_INDEX_EVERY = 1000
"""Documents after which the indexes follow, so that no question has much to catch up with."""


def ingest(library: Library, paths: Sequence[Path]) -> Iterator[IngestProgress]:
    """Bring files and folders (recursively) into the library; one progress record a document, in file order.

    A bad file is reported as `failed` and the rest goes on. An unchanged file is not even read; unchanged
    text is not encoded again. What has been told is stored.

    Raises:
        BadInput: a path does not exist, or nothing that can be read is there.
        ModelError: the encoder is needed and is not there.
        StorageError: the data folder cannot be written; documents stored so far stay.
    """
    return ingest_files(library, find_files(paths))


def ingest_files(
    library: Library, files: Sequence[FoundFile], *, passages: int = _PASSAGES
) -> Generator[IngestProgress]:
    """As `ingest`, for files that were found already.

    Args:
        passages: how many are encoded together; with fewer, outcomes are told sooner and take longer altogether.
    """
    run = _Run(library, len(files), passages)
    try:
        with closing(read_ahead(files, run.read, skip=run.is_known)) as ahead:
            for each in ahead:
                yield from run.take(each)
        yield from run.settle()
        remark(library.database, run.folders)
    finally:
        run.index()
    find_duplicates(library)
    library.meeting_store.refresh()
    library.forget_absent()
    # So that the first question need not count what came in.
    _ = library.tone_marks


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An outcome that is told once everything before it is stored."""

    progress: IngestProgress
    prepared: Prepared | None = None
    seen: SeenFile | None = None
    """The file that was read, without its documents."""
    sha256: str = ""
    """Of the document's text."""
    source: str = ""
    last: bool = False
    """The file's last document: the file is recorded with it."""


class _Run:
    """One ingestion. Decisions are over what is stored: what depends on a waiting document waits for it."""

    def __init__(self, library: Library, total: int, passages: int) -> None:
        self._library = library
        self._passages = passages
        self._store = library.store
        self._total = total
        self._done = 0
        self._waiting: list[_Waiting] = []
        self._texts: set[str] = set()
        self._ids: set[str] = set()
        self._gave: list[Held | None] = []
        self._unindexed = 0
        self._failed_before = {failure.source for failure in library.failures.all()}
        self.folders: set[str] = set()
        """Folders of the documents that were stored."""

    def is_known(self, file: FoundFile) -> bool:
        """True when the file need not be read."""
        return bool(self._known(file))

    def _known(self, file: FoundFile) -> list[str]:
        return self._library.known_files.documents_of(file.path, state_of(file.path))

    def read(self, file: FoundFile) -> FileRead:
        """Read a file and prepare what is not stored."""
        return read_one(file, lambda sha256: self._store.find_by_sha256(sha256) is not None)

    def take(self, each: FoundFile | FileRead) -> Iterator[IngestProgress]:
        """Decide about the next file."""
        self._done += 1
        if isinstance(each, FoundFile):
            if self._ids.intersection(self._known(each)):
                yield from self.settle()
            known = self._known(each)
            told = [self._told(each.relative, "unchanged", document_id) for document_id in known]
            self._waiting.extend(_Waiting(progress, source=str(each.path)) for progress in told)
            if not known:
                each = self.read(each)
        if isinstance(each, FileRead):
            yield from self._take_read(each)
        passages = sum(len(w.prepared.passages) for w in self._waiting if w.prepared)
        if not passages or passages >= self._passages or len(self._waiting) >= _WAITING:
            yield from self.settle()

    def _take_read(self, read: FileRead) -> Iterator[IngestProgress]:
        if read.failure:
            failed = self._failed(read.file.relative, read.failure)
            self._waiting.append(_Waiting(failed, source=str(read.file.path)))
            return
        seen = SeenFile(read.file.path, read.state, ())
        for at, document in enumerate(read.documents, start=1):
            last = at == len(read.documents)
            if isinstance(document, UnreadPart):
                failed = self._failed(document.path, document.failure)
                self._waiting.append(_Waiting(failed, seen=seen, source=document.source, last=last))
                continue
            same = self._store.find_by_sha256(document.read.sha256)
            if document.read.sha256 in self._texts or (same and same.id in self._ids):
                yield from self.settle()
            decided = self._decide(document, read)
            source, sha256 = document.read.source, document.read.sha256
            waiting = replace(decided, seen=seen, source=source, sha256=sha256, last=last)
            self._waiting.append(waiting)
            if decided.prepared:
                self._texts.add(document.read.sha256)
        self._ids.update(self._store.ids_from(read.file.path))

    def _decide(self, document: ReadDocument, read: FileRead) -> _Waiting:
        own = self._store.find_by_source(document.read.source)
        same = self._store.find_by_sha256(document.read.sha256)
        path = document.read.path
        if same and (own == same or self._is_at_its_source(same, read)):
            return _Waiting(self._told(path, "unchanged" if own in (None, same) else "replaced", same.id))
        alike = same and file_of(same.source).suffix == read.file.path.suffix
        if same and alike and self._store.move(Held(same.id, same.sha256), document.read.source, path):
            return _Waiting(self._told(path, "replaced" if own else "moved", same.id))
        if document.prepared is None and document.failure is None:
            document = prepared(document.read)
        if document.failure:
            return _Waiting(self._failed(path, document.failure))
        return _Waiting(self._told(path, "replaced" if own else "added", None), document.prepared)

    def _is_at_its_source(self, same: Document, read: FileRead) -> bool:
        """Whether the file that a stored document names still holds its text; else another may take it over."""
        home = file_of(same.source)
        state = state_of(home)
        if home != read.file.path:
            if state is None or same.id in self._library.known_files.documents_of(home, state):
                return state is not None
            read = read_one(FoundFile(home, home.name), lambda _: True)
        return read.failure is not None or any(_may_be(document, same) for document in read.documents)

    def _told(self, path: str, outcome: str, document_id: str | None, message: str = "") -> IngestProgress:
        return IngestProgress(path, outcome, document_id, message, self._done, self._total)

    def _failed(self, path: str, why: UnreadableDocument) -> IngestProgress:
        return self._told(path, "failed", None, why.line)

    def settle(self) -> Iterator[IngestProgress]:
        """Encode and store what waits, and tell all outcomes."""
        waiting, self._waiting = self._waiting, []
        self._texts, self._ids = set(), set()
        ready = [w.prepared for w in waiting if w.prepared]
        with closing(encoded(self._library, ready)) as documents:
            for each in waiting:
                progress = self._store_one(each, next(documents) if each.prepared else None)
                if progress:
                    yield progress
                elif each.seen:
                    done, self._done = self._done, each.progress.done - 1
                    yield from self.take(self.read(FoundFile(each.seen.path, str(file_of(each.progress.path)))))
                    self._done = done
        if self._unindexed >= max(_INDEX_EVERY, self._store.count() // 4):
            self.index()

    def _store_one(self, each: _Waiting, document: NewDocument | UnreadableDocument | None) -> IngestProgress | None:
        """What became of a document; None when another process has removed what its file was found to hold."""
        progress = each.progress
        if isinstance(document, NewDocument):
            encoder = self._library.encoder.fingerprint
            stored = self._store.replace(document, encoder=encoder, seen=self._whole(each))
            self.folders.add(str(Path(document.source).parent))
            progress = replace(progress, document_id=stored)
        elif isinstance(document, UnreadableDocument):
            progress = replace(progress, outcome="failed", message=document.line)
        held = Held(progress.document_id, each.sha256) if progress.document_id else None
        if not isinstance(document, NewDocument) and (seen := self._whole(each, held)) and not self._store.finish(seen):
            self._gave = []
            return None
        if each.seen:
            self._gave = [] if each.last else [*self._gave, held]
        self._unindexed += progress.outcome not in ("unchanged", "failed")
        self._note(each.source, progress)
        return progress

    def _note(self, source: str, progress: IngestProgress) -> None:
        """Keep a failure until it succeeds; most files never failed, and nothing is written of those."""
        if progress.outcome == "failed" or source in self._failed_before:
            self._library.failures.note(source, progress)

    def _whole(self, each: _Waiting, *own: Held | None) -> SeenFile | None:
        """The file with all it gave, once that is complete; one with a bad document is read again next time."""
        gave = (*self._gave, *own)
        held = tuple(one for one in gave if one is not None)
        if each.seen is None or not each.last or len(held) < len(gave):
            return None
        return replace(each.seen, documents=held)

    def index(self) -> None:
        """Bring the indexes up to what was stored."""
        if self._unindexed:
            self._unindexed = 0
            self._library.indexes.refresh()


def _may_be(document: ReadDocument | UnreadPart, stored: Document) -> bool:
    """Whether this is the stored document as it was, or cannot be read to tell."""
    if isinstance(document, UnreadPart):
        return document.source == stored.source
    return (document.read.source, document.read.sha256) == (stored.source, stored.sha256)
