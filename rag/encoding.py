"""Vectors for many documents, in groups that mix their passages; a group is encoded while the one before is stored."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from rag.document_rows import NewDocument
from rag.errors import UnreadableDocument
from rag.preparation import Prepared

if TYPE_CHECKING:
    from rag.library import Library

_LOG = logging.getLogger(__name__)
_GROUP = 64
"""Passages at least, but for the last group: enough to be sorted by length, few enough that storing overlaps."""
_FAULTS = (RuntimeError, ValueError, LookupError, MemoryError)
"""What the engines and the tokenizer raise over a text."""

Encoded = NewDocument | UnreadableDocument


def encoded(library: Library, documents: Sequence[Prepared]) -> Generator[Encoded]:
    """Each document with its vectors, or why it has none, in order; one bad document fails alone.

    Raises:
        ModelError: the encoder is not there.
        WrongEncoder: stored documents were encoded by another one.
    """
    if documents:
        library.store.check_encoder(library.encoder.fingerprint)
    return _in_groups(library, documents)


def _in_groups(library: Library, documents: Sequence[Prepared]) -> Generator[Encoded]:
    groups = list(_groups(documents))
    pool = ThreadPoolExecutor(1, thread_name_prefix="encode")
    try:
        waiting = [pool.submit(_group, library, group) for group in groups]
        for future in waiting:
            yield from future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _groups(documents: Sequence[Prepared]) -> Iterator[list[Prepared]]:
    group: list[Prepared] = []
    size = 0
    for document in documents:
        group.append(document)
        size += len(document.passages)
        if size >= _GROUP:
            yield group
            group, size = [], 0
    if group:
        yield group


def _group(library: Library, documents: Sequence[Prepared]) -> list[Encoded]:
    try:
        vectors = iter(library.encoder.encode_passages([p for each in documents for p in each.passages]))
    except _FAULTS as error:
        if len(documents) > 1:
            return [one for each in documents for one in _group(library, [each])]
        _LOG.error("a document could not be encoded", exc_info=error)
        return [UnreadableDocument("Bộ mã hóa không xử lý được tài liệu này.", detail=str(error))]
    return [each.with_vectors([next(vectors) for _ in each.passages]) for each in documents]
