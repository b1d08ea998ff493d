"""Files are read and cut in a second thread while the encoder works on those before."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from rag.errors import HoidapError, UnreadableDocument
from rag.file_search import FoundFile
from rag.known_files import UNSURE, FileState, settled, state_of
from rag.preparation import Prepared, ReadText, UnreadPart, prepare, read_file

_LOG = logging.getLogger(__name__)
_FILES = 32
_BYTES = 32 * 2**20
"""How far reading may be ahead; one larger file is read alone."""


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document of a file; neither prepared nor failed when its text is stored already."""

    read: ReadText
    prepared: Prepared | None
    failure: UnreadableDocument | None


@dataclass(frozen=True, slots=True)
class FileRead:
    """What reading a file gave, and the state under which it was read."""

    file: FoundFile
    state: FileState
    documents: tuple[ReadDocument | UnreadPart, ...]
    failure: UnreadableDocument | None


def read_one(file: FoundFile, is_stored: Callable[[str], bool]) -> FileRead:
    """Read a file; `is_stored` tells by sha256 which texts need not be prepared."""
    before = state_of(file.path)
    try:
        texts = read_file(file)
    except Exception as error:
        return FileRead(file, UNSURE, (), _failure(error))
    documents = tuple(_document(text, is_stored) for text in texts)
    return FileRead(file, settled(file.path, before), documents, None)


def _document(text: ReadText | UnreadPart, is_stored: Callable[[str], bool]) -> ReadDocument | UnreadPart:
    if isinstance(text, UnreadPart):
        return text
    if is_stored(text.sha256):
        return ReadDocument(text, None, None)
    return prepared(text)


def prepared(text: ReadText) -> ReadDocument:
    """A text with what is computed of it, or with the reason why it cannot be used."""
    try:
        return ReadDocument(text, prepare(text), None)
    except Exception as error:
        return ReadDocument(text, None, _failure(error))


def _failure(error: Exception) -> UnreadableDocument:
    """One bad file never stops the others, even when a reader has a bug."""
    if isinstance(error, UnreadableDocument):
        return error
    if isinstance(error, HoidapError):
        raise error
    _LOG.error("a file could not be read", exc_info=error)
    return UnreadableDocument(detail=str(error))


def read_ahead(
    files: Iterable[FoundFile], read: Callable[[FoundFile], FileRead], *, skip: Callable[[FoundFile], bool]
) -> Generator[FoundFile | FileRead]:
    """In the given order: a file that need not be read as it is, another with what was read of it."""
    waiting: deque[tuple[FoundFile | Future[FileRead], int]] = deque()
    size = 0
    pool = ThreadPoolExecutor(1, thread_name_prefix="read")
    try:
        for file in files:
            if skip(file):
                waiting.append((file, 0))
            else:
                state = state_of(file.path)
                waiting.append((pool.submit(read, file), state.size if state else 0))
                size += waiting[-1][1]
            while len(waiting) > _FILES or size > _BYTES:
                head, bytes_ = waiting.popleft()
                size -= bytes_
                yield _result(head)
        while waiting:
            yield _result(waiting.popleft()[0])
    finally:
        pool.shutdown(cancel_futures=True)


def _result(head: FoundFile | Future[FileRead]) -> FoundFile | FileRead:
    return head.result() if isinstance(head, Future) else head
