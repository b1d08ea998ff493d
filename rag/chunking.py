"""From marked spans to sentences (the unit of evidence) and chunks (the unit of search)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.records import EVIDENCE_KINDS, Span, SpanKind
from rag.sentences import split_sentences

FULL = 1200
"""Characters a chunk holds at most, unless one sentence alone is longer."""
ENOUGH = 350
"""Characters from which a chunk ends with its paragraph."""


@dataclass(frozen=True, slots=True)
class SentenceSpan:
    start: int
    end: int
    kind: SpanKind
    paragraph: int
    """Index of the span it lies in."""


@dataclass(frozen=True, slots=True)
class ChunkSpan:
    """Neighbouring sentences `[first, last]` (indexes, inclusive) and their text's offsets."""

    start: int
    end: int
    first: int
    last: int


def sentences_of(text: str, spans: Sequence[Span]) -> list[SentenceSpan]:
    """Sentences of the evidence spans, in text order."""
    found: list[SentenceSpan] = []
    for paragraph, span in enumerate(spans):
        if span.kind in EVIDENCE_KINDS:
            pairs = split_sentences(text, span.start, span.end)
            found.extend(SentenceSpan(start, end, span.kind, paragraph) for start, end in pairs)
    return found


def chunks_of(sentences: Sequence[SentenceSpan]) -> list[ChunkSpan]:
    """Pack sentences greedily; a chunk never spans a caption, an image name or any other mark."""
    chunks: list[ChunkSpan] = []
    first = 0
    for at in range(1, len(sentences) + 1):
        if at == len(sentences) or _must_break(sentences, first, at):
            chunks.append(ChunkSpan(sentences[first].start, sentences[at - 1].end, first, at - 1))
            first = at
    return chunks


def _must_break(sentences: Sequence[SentenceSpan], first: int, at: int) -> bool:
    before, after = sentences[at - 1], sentences[at]
    if before.kind != after.kind or after.paragraph - before.paragraph > 1:
        return True
    if after.end - sentences[first].start > FULL:
        return True
    return after.paragraph != before.paragraph and before.end - sentences[first].start >= ENOUGH
