"""One answer held against what is known about its question."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.document_rows import text_sha256
from rag.evaluation.metrics import best_f1, contains, without_markers
from rag.evaluation.sets import Item, Quote
from rag.lookup import look_up
from rag.records import Answer, Citation
from rag.retrieve import search
from rag.short_answer import short_answer
from rag.verify import check

if TYPE_CHECKING:
    from rag.library import Library
    from rag.lookup import Lookup

CHUNKS = 10
SENTENCES = 5
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch `[start, end)` of a stored document."""

    document_id: str
    start: int
    end: int

    def overlaps(self, other: Place) -> bool:
        return self.document_id == other.document_id and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Retrieved:
    """How well the evidence of an answerable question was found; relevant is what overlaps a quote."""

    chunks: tuple[bool, ...]
    """Relevance of the first CHUNKS chunks, best first."""
    relevant_chunks: int
    """Chunks of the library that are relevant."""
    sentences: tuple[bool, ...]
    """Relevance of the first SENTENCES sentences, best first."""
    fallback_f1: float
    """Token F1 of the best sentence, which a system that never refuses would give."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What is right and wrong about one answer."""

    contains: bool
    f1: float
    """Token F1 of the short answer, or of the answer; 0 for a refusal."""
    valid: tuple[bool, ...]
    """For each citation: the quote is what the stored text has there."""
    relevant: tuple[bool, ...]
    """For each citation: it overlaps an evidence quote or holds an alternative."""
    supported: tuple[bool, ...]
    """For each claim shown: its status says so and the fact gate, asked again, agrees."""
    retrieved: Retrieved | None
    """None for an unanswerable question, and where no quote could be located."""
    missing: tuple[Quote, ...]
    """Evidence quotes that stand nowhere in their document."""


class Judge:
    """Judges the answers of one library.

    Args:
        library: what answered.
        documents: document id by the name that evidence uses.
    """

    def __init__(self, library: Library, documents: Mapping[str, str]) -> None:
        self._library = library
        self._documents = documents
        self._chunks = _chunk_places(library)

    def judge(self, item: Item, answer: Answer) -> Judged:
        evidence = {quote: self._located(quote) for quote in item.evidence}
        places = [place for found in evidence.values() for place in found]
        said = without_markers(answer.answer)
        short = answer.short_answer.text if answer.short_answer else said
        return Judged(
            contains=not answer.refused and contains(said, item.answers),
            f1=0.0 if answer.refused else best_f1(short, item.answers),
            valid=tuple(map(self._valid, answer.citations)),
            relevant=tuple(_relevant(c, places, item) for c in answer.citations),
            supported=_supported(answer),
            retrieved=self._retrieved(item, places) if item.answerable and places else None,
            missing=tuple(quote for quote, found in evidence.items() if not found),
        )

    def _located(self, quote: Quote) -> list[Place]:
        document_id = self._documents.get(quote.document)
        if document_id is None:
            return []
        return [Place(document_id, *span) for span in locate(self._library.text(document_id), quote.quote)]

    def _valid(self, citation: Citation) -> bool:
        text = self._library.text(citation.document_id)
        same = text[citation.start : citation.end] == citation.quote
        return same and text_sha256(text) == citation.document_sha256

    def _retrieved(self, item: Item, evidence: Sequence[Place]) -> Retrieved:
        found = look_up(self._library, item.question, item.history)
        passages = search(self._library, found.asked.text, k=CHUNKS)
        chunks = [Place(p.chunk.document_id, p.chunk.start, p.chunk.end) for p in passages]
        sentences = [Place(s.sentence.document_id, s.sentence.start, s.sentence.end) for s in found.scored[:SENTENCES]]
        return Retrieved(
            tuple(_any_overlap(place, evidence) for place in chunks),
            sum(_any_overlap(p, evidence) for d in {e.document_id for e in evidence} for p in self._chunks.get(d, ())),
            tuple(_any_overlap(place, evidence) for place in sentences),
            _fallback_f1(found, item),
        )


def locate(text: str, quote: str) -> list[tuple[int, int]]:
    """Every place `[start, end)` where a quote stands in a text in NFC; any white space equals any other."""
    pattern = r"\s+".join(map(re.escape, unicodedata.normalize("NFC", quote).split()))
    return [match.span() for match in re.finditer(pattern, text)] if pattern else []


def _any_overlap(place: Place, evidence: Iterable[Place]) -> bool:
    return any(place.overlaps(other) for other in evidence)


def _relevant(citation: Citation, evidence: Sequence[Place], item: Item) -> bool:
    place = Place(citation.document_id, citation.start, citation.end)
    return _any_overlap(place, evidence) or contains(citation.quote, item.answers)


def _supported(answer: Answer) -> tuple[bool, ...]:
    quotes = {c.number: c.quote for c in answer.citations}
    return tuple(
        claim.status == "supported"
        and check(claim.text, [quotes[n] for n in claim.citations], question=answer.standalone_question).supported
        for claim in answer.claims
    )


def _fallback_f1(found: Lookup, item: Item) -> float:
    if not found.scored:
        return 0.0
    sentence = found.scored[0].sentence.text
    span = short_answer(found.asked, sentence, sentence)
    return best_f1(sentence[span[0] : span[1]] if span else sentence, item.answers)


def _chunk_places(library: Library) -> dict[str, list[Place]]:
    ids = library.store.chunk_ids()
    places: dict[str, list[Place]] = {}
    for start in range(0, len(ids), _BATCH):
        for chunk in library.store.chunks(ids[start : start + _BATCH]).values():
            places.setdefault(chunk.document_id, []).append(Place(chunk.document_id, chunk.start, chunk.end))
    return places
