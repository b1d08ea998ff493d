"""Search: the encoder's cosine and BM25, fused by score.

`0.5 · dense + 0.5 · lexical`, each min-max scaled over its own top 50, beat rank fusion by .04 to .06
hit@1 on three sets (`notes/retrieval.md` of the project's shared notes).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rag.duplicates.passages import distinct
from rag.errors import EmptyLibrary
from rag.records import Passage
from rag.text import expand_abbreviations, normalise, terms

if TYPE_CHECKING:
    from embeddings.encoder import Floats
    from rag.library import Library

POOL = 50
DENSE_WEIGHT = 0.5


def search(
    library: Library,
    question: str,
    *,
    k: int = 10,
    vector: Floats | None = None,
    within: Collection[str] | None = None,
) -> list[Passage]:
    """The best `k` passages for a question that carries its tone marks, best first.

    What near duplicates say alike is there once; the pool grows where they would fill it.

    Args:
        vector: `question_vector` of the question, where it is known already.
        within: ids of the only documents to search; every chunk of theirs is scored.

    Raises:
        EmptyLibrary: nothing is indexed.
        WrongEncoder: the library was encoded by another encoder.
    """
    question = normalise(question)
    if library.store.encoder_fingerprint() is None:
        raise EmptyLibrary()
    library.store.check_encoder(library.encoder.fingerprint)
    if vector is None:
        vector = question_vector(library, question)
    pool = POOL
    while True:
        with library.indexes.current() as indexes:
            chosen = None if within is None else library.store.chunk_ids_of(within)
            rows = None if chosen is None else np.asarray(chosen, dtype=np.int64)
            dense = {n.id: n.score for n in indexes.nearest(vector, pool, rows)}
            lexical = {h.chunk_id: h.score for h in indexes.lexical.search(terms(question), pool, chosen)}
            count = indexes.vectors.count
        fused = fuse(dense, lexical)
        best = distinct(library, fused, k)
        if len(best) >= min(k, len(fused)) or pool >= count:
            return _passages(library, best, dense, lexical)
        pool *= 4


def _passages(
    library: Library, best: Mapping[int, float], dense: Mapping[int, float], lexical: Mapping[int, float]
) -> list[Passage]:
    with library.database.snapshot():
        chunks = library.store.chunks(list(best))
        documents = library.store.documents_among(c.document_id for c in chunks.values())
        duplicates = library.duplicates.named(documents)
    return [
        Passage(c, documents[c.document_id], best[i], dense.get(i, 0.0), lexical.get(i, 0.0), duplicates[c.document_id])
        for i, c in ((i, chunks[i]) for i in best if i in chunks)
    ]


def question_vector(library: Library, question: str) -> Floats:
    """float32 (dim,), unit length, of the question with its abbreviations written out."""
    return library.encoder.encode_query(expand_abbreviations(normalise(question)))


def fuse(dense: Mapping[int, float], lexical: Mapping[int, float]) -> dict[int, float]:
    """Weighted sum of both scores, each min-max scaled; a chunk missing from one list gets 0 there."""
    a, b = _scaled(dense), _scaled(lexical)
    return {i: DENSE_WEIGHT * a.get(i, 0.0) + (1 - DENSE_WEIGHT) * b.get(i, 0.0) for i in {*a, *b}}


def _scaled(scores: Mapping[int, float]) -> dict[int, float]:
    low, high = min(scores.values(), default=0.0), max(scores.values(), default=0.0)
    return {i: (s - low) / (high - low) if high > low else 1.0 for i, s in scores.items()}


def titles(passages: Sequence[Passage]) -> list[tuple[str, str]]:
    """(document id, title) of the passages' documents, best first, each once."""
    return list(dict.fromkeys((p.document.id, p.document.title) for p in passages))
