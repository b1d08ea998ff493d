"""What must hold of a library after anything: a crash, a full disk, two writers, a restored backup."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import HoidapError
from rag.records import EVIDENCE_KINDS, Document

if TYPE_CHECKING:
    from rag.indexes import Indexes
    from rag.library import Library
    from rag.store import Store

_UNIT = 0.02
"""How far the length of a stored fp16 vector may be from 1."""


def violations(library: Library) -> Iterator[str]:
    """Each broken promise in a Vietnamese sentence; nothing when the library is whole."""
    try:
        yield from database_violations(library)
        yield from index_violations(library)
    except HoidapError as error:
        yield f"{error.problem} ({error.detail})"


def database_violations(library: Library) -> Iterator[str]:
    """SQLite's own checks, then every document with all its rows, as of one moment while others write."""
    with library.database.snapshot():
        yield from _database_violations(library)


def _database_violations(library: Library) -> Iterator[str]:
    database = library.database
    for (message,) in database.rows("PRAGMA integrity_check"):
        if message != "ok":
            yield f"SQLite: {message}"
    for table, *_ in database.rows("PRAGMA foreign_key_check"):
        yield f"dòng không có chủ trong bảng {table}"
    for column in ("source", "sha256"):
        sql = f"SELECT count(*) - count(DISTINCT {column}) FROM documents NOT INDEXED"
        if database.rows(sql)[0][0]:
            yield f"có tài liệu trùng {column}"
    if damaged := library.chats.damaged():
        yield f"{len(damaged)} lượt hỏi đáp đã lưu bị hỏng"
    for document in library.documents():
        yield from (f"tài liệu {document.id}: {what}" for what in of_document(library.store, document))


def of_document(store: Store, document: Document) -> Iterator[str]:
    """What is wrong with one document and its rows."""
    try:
        text, spans, sentences = store.text(document.id), store.spans(document.id), store.sentences(document.id)
        vectors, chunks = store.sentence_vectors(document.id), store.chunks_of(document.id)
        chunk_vectors = store.chunk_vectors([chunk.id for chunk in chunks])
    except HoidapError as error:
        yield f"{error.problem} ({error.detail})"
        return
    size = len(text)
    if size != document.characters or text[document.title_start : document.title_end] != document.title:
        yield "tiêu đề hoặc độ dài sai"
    places = [(each.start, each.end) for marked in (spans, sentences, chunks) for each in marked]
    if not all(0 <= start < end <= size for start, end in places):
        yield "có vị trí nằm ngoài văn bản"
    if [s.ordinal for s in sentences] != list(range(len(sentences))) or not sentences:
        yield "thiếu câu"
    marks = [mark.start for mark in store.landmarks(document.id)]
    if marks != sorted(marks) or not all(0 <= start < size for start in marks):
        yield "số trang hoặc đề mục nằm sai chỗ"
    evidence = [span for span in spans if span.kind in EVIDENCE_KINDS]
    if not all(any(e.start <= s.start and s.end <= e.end for e in evidence) for s in sentences):
        yield "có câu ngoài phần bằng chứng"
    if not all(any(c.start <= s.start and s.end <= c.end for c in chunks) for s in sentences):
        yield "có câu ngoài mọi đoạn"
    if not all(any(e.start <= s.start < e.end for s in sentences) for e in evidence):
        yield "có phần bằng chứng không có câu"
    if not (_are_unit(vectors, len(sentences)) and _are_unit(chunk_vectors, len(chunks))):
        yield "có véc-tơ hỏng"


def _are_unit(vectors: np.ndarray, count: int) -> bool:
    """True for `count` finite rows of length 1."""
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1)
    return len(vectors) == count and bool((np.abs(lengths - 1) < _UNIT).all())


def index_violations(library: Library) -> Iterator[str]:
    """Both caches, brought up to the database, hold exactly its chunks."""
    with library.indexes.current() as indexes, _unwritten(library, indexes):
        stored = library.store.chunk_ids()
        if indexes.vectors.ids.tolist() != stored:
            yield f"chỉ mục véc-tơ có {indexes.vectors.count} đoạn, kho có {len(stored)}"
        if indexes.lexical.ids != stored:
            yield f"chỉ mục từ khóa có {indexes.lexical.count} đoạn, kho có {len(stored)}"


@contextmanager
def _unwritten(library: Library, indexes: Indexes) -> Iterator[None]:
    """A moment of the database to which the caches are brought up: another process may write between the two."""
    while True:
        with library.database.snapshot():
            if library.store.last_seq() == indexes.seq:
                yield
                return
        indexes.refresh()
