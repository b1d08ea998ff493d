"""Which part of a text to show, and how spans and citations cut it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.records import Citation, Span, SpanKind

CONTEXT = 60_000
"""Characters of a long article shown on each side of its citations."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the text that is of one kind and cited by the same citations all along."""

    start: int
    end: int
    kind: SpanKind
    cited_by: tuple[int, ...]


def window(length: int, citations: Sequence[Citation]) -> tuple[int, int]:
    """The part of a text to show: everything, or what surrounds the citations when it is very long."""
    if length <= 2 * CONTEXT:
        return 0, length
    first = min((c.start for c in citations), default=0)
    last = max((c.end for c in citations), default=0)
    return max(0, first - CONTEXT), min(length, last + CONTEXT)


def segments(start: int, end: int, spans: Sequence[Span], citations: Sequence[Citation]) -> list[Segment]:
    """Cut `[start, end)` wherever the kind changes or a citation begins or ends, without gaps."""
    ordered = sorted(spans, key=lambda s: s.start)
    edges = {cut for s in ordered for cut in (s.start, s.end)} | {cut for c in citations for cut in (c.start, c.end)}
    cuts = sorted({cut for cut in edges if start < cut < end} | {start, end})
    starts = [s.start for s in ordered]
    return [Segment(a, b, _kind(a, ordered, starts), _cited_by(a, citations)) for a, b in pairwise(cuts)]


def _kind(position: int, ordered: Sequence[Span], starts: Sequence[int]) -> SpanKind:
    index = bisect_right(starts, position) - 1
    inside = index >= 0 and position < ordered[index].end
    return ordered[index].kind if inside else SpanKind.BODY


def _cited_by(position: int, citations: Sequence[Citation]) -> tuple[int, ...]:
    return tuple(c.number for c in citations if c.start <= position < c.end)
