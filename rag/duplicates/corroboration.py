"""Who else prints a cited sentence: near duplicates that have it word for word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rag import facts
from rag.records import Citation, Corroboration, Document, Sentence

if TYPE_CHECKING:
    from rag.library import Library

_MINUS = re.compile(r"(?<!\w)[-–−](?=\d)")


def same_words(one: str, other: str) -> bool:
    """True for the same syllables and values in the same order, no number with another sign.

    Case, punctuation, where a tone mark is written and whether an abbreviation is written out make no difference.
    """
    return (
        facts.keys(one) == facts.keys(other)
        and facts.quantities(one) == facts.quantities(other)
        and _signs(one) == _signs(other)
    )


def _signs(text: str) -> int:
    return len(_MINUS.findall(text))


def corroborated(library: Library, citations: Sequence[Citation]) -> tuple[Citation, ...]:
    """The citations with the near duplicates of their documents that say the same in the same words."""
    with library.database.snapshot():
        twins = library.duplicates.of({cited.document_id for cited in citations})
        documents = library.store.documents_among(other for others in twins.values() for other in others)
        sentences = {key: library.store.sentences(key) for key in documents}
    ordered = sorted(documents.values(), key=lambda d: (d.published.value if d.published else "9999", d.id))

    def others(cited: Citation) -> tuple[Corroboration, ...]:
        theirs = [d for d in ordered if d.id in twins.get(cited.document_id, ())]
        same = ((d, next((s for s in sentences[d.id] if same_words(s.text, cited.quote)), None)) for d in theirs)
        return tuple(_corroboration(document, sentence) for document, sentence in same if sentence)

    return tuple(replace(cited, also=others(cited)) for cited in citations)


def _corroboration(document: Document, sentence: Sentence) -> Corroboration:
    published = document.published.value if document.published else None
    return Corroboration(
        document.id,
        document.title,
        document.path,
        published,
        sentence.start,
        sentence.end,
        sentence.text,
        document.sha256,
    )
