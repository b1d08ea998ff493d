"""Finds the near duplicates of documents that came in since the last time.

A new signature is compared with all others at once: 256 bytes a document, so that 20,000 are read in a few
milliseconds and none is missed, where hash tables would miss some and fill up with an office's forms. The likeliest
are confirmed on the texts themselves.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from rag.duplicates.comparison import CONTAINED, LEAST, same_story
from rag.duplicates.minhash import PERMUTATIONS, resemblance, signature
from rag.duplicates.store import Signatures, Signed
from rag.duplicates.stories import Story, read_story

if TYPE_CHECKING:
    from rag.library import Library

_BATCH = 100
"""Documents in a transaction."""
_MOST = 32
"""Texts a new one is compared with word by word: an office's forms are alike by the thousand."""
_SLACK = 0.2
"""An estimate may be so much too low: about three standard deviations where half of two texts is common."""


def refresh(library: Library) -> None:
    """Sign every document that has no signature yet and pair it with its near duplicates; may be repeated at will.

    A document that another process replaces meanwhile is signed by that one.

    Raises:
        StorageError: the data folder cannot be written; what is not signed yet is signed the next time.
    """
    unsigned = library.duplicates.unsigned()
    for first in range(0, len(unsigned), _BATCH):
        ids = unsigned[first : first + _BATCH]
        batch = [signed for signed in (_sign(library, document_id) for document_id in ids) if signed]
        with library.duplicates.writing() as writer:
            stored = [signed.document_id for signed in batch if writer.sign(signed)]
            for one, other in _pairs(library, stored):
                writer.pair(one, other)


def _sign(library: Library, document_id: str) -> Signed | None:
    """None when the document has gone."""
    with library.database.snapshot():
        document = library.store.documents_among([document_id]).get(document_id)
        shingles = read_story(library, document).shingles if document else frozenset()
    if document is None:
        return None
    return Signed(document_id, document.sha256, len(shingles), signature(shingles))


def _pairs(library: Library, new: list[str]) -> list[tuple[str, str]]:
    """Each new document with those that print the same text."""
    known = library.duplicates.signatures(LEAST)
    rows = {document_id: row for row, document_id in enumerate(known.documents)}

    @lru_cache(maxsize=4 * _MOST)
    def story(document_id: str) -> Story:
        return read_story(library, library.store.document(document_id))

    return [
        (document_id, other)
        for document_id in new
        if document_id in rows
        for other in _candidates(known, rows[document_id])
        if same_story(story(document_id), story(other))
    ]


def _candidates(known: Signatures, row: int) -> list[str]:
    """The documents that may hold, or be held by, the one of this row, the likeliest first."""
    alike = resemblance(known.matrix, known.matrix[row])
    own = known.shingles[row]
    common = alike / (1 + alike) * (known.shingles + own)
    held = common / np.minimum(known.shingles, own)
    held[row] = 0.0
    likeliest = np.argsort(-held, kind="stable")[:_MOST]
    return [known.documents[i] for i in likeliest if held[i] >= CONTAINED - _SLACK and alike[i] > 1 / PERMUTATIONS]
