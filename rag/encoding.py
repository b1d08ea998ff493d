"""Vectors for many documents at once, in batches that mix their passages."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.document_rows import NewDocument
from rag.errors import UnreadableDocument
from rag.preparation import Prepared

if TYPE_CHECKING:
    from rag.library import Library

_LOG = logging.getLogger(__name__)
_FAULTS = (RuntimeError, ValueError, LookupError, MemoryError)
"""What torch and the tokenizer raise over a text."""


def encoded(library: Library, documents: Sequence[Prepared]) -> dict[str, NewDocument | UnreadableDocument]:
    """Each document with its vectors, or why it has none, by source; one bad document fails alone.

    Raises:
        ModelError: the encoder is not there.
        WrongEncoder: stored documents were encoded by another one.
    """
    library.store.check_encoder(library.encoder.fingerprint)
    try:
        vectors = iter(library.encoder.encode_passages([p for each in documents for p in each.passages]))
    except _FAULTS as error:
        if len(documents) > 1:
            return {source: one for each in documents for source, one in encoded(library, [each]).items()}
        _LOG.error("a document could not be encoded", exc_info=error)
        failure = UnreadableDocument("Bộ mã hóa không xử lý được tài liệu này.", detail=str(error))
        return {documents[0].read.source: failure}
    return {each.read.source: each.with_vectors([next(vectors) for _ in each.passages]) for each in documents}
