"""Cutting an article into marked segments."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_backend import SON_LA_QUESTION, scripted

from rag.errors import UnknownDocument
from rag.records import Citation, Span, SpanKind
from ui.chat.exchange import Conversation, answer
from ui.sources import articles, segments

LENGTH = 60
PAIRS = st.tuples(st.integers(0, LENGTH), st.integers(0, LENGTH)).map(sorted).filter(lambda p: p[0] < p[1])


def cite(number: int, start: int, end: int) -> Citation:
    return Citation(number, "d", "t", "p", None, start, end, "q", "s")


@given(st.lists(PAIRS, max_size=5), st.lists(st.integers(1, LENGTH - 1), max_size=6, unique=True))
def test_segments_cover_everything_once_and_mark_what_is_cited(pairs: list[list[int]], cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), LENGTH]
    kinds = list(SpanKind)
    spans = [Span(a, b, kinds[i % 5]) for i, (a, b) in enumerate(pairwise(edges))]
    citations = [cite(n, a, b) for n, (a, b) in enumerate(pairs, 1)]
    found = segments.segments(0, LENGTH, spans, citations)
    assert [s.start for s in found] == [0, *[s.end for s in found[:-1]]] and found[-1].end == LENGTH
    for segment in found:
        for position in range(segment.start, segment.end):
            assert segment.cited_by == tuple(c.number for c in citations if c.start <= position < c.end)
            assert segment.kind == next(s.kind for s in spans if s.start <= position < s.end)


def test_unmarked_text_counts_as_body() -> None:
    assert segments.segments(0, 9, [Span(3, 5, SpanKind.CAPTION)], [])[0].kind is SpanKind.BODY


def test_a_very_long_article_is_cut_around_its_citations() -> None:
    length = 10 * segments.CONTEXT
    middle = length // 2
    start, end = segments.window(length, [cite(1, middle, middle + 10)])
    assert (start, end) == (middle - segments.CONTEXT, middle + 10 + segments.CONTEXT)
    assert segments.window(100, []) == (0, 100)
    assert segments.window(length, []) == (0, segments.CONTEXT)


def test_each_article_goes_along_once_and_a_deleted_one_is_left_out(tmp_path: Path) -> None:
    backend = scripted(tmp_path)
    backend.pace = 0
    conversation = Conversation()
    conversation.begin(SON_LA_QUESTION)
    exchange = list(answer(backend, conversation))[-1]
    gathered = articles.gather(backend, exchange)
    assert len(gathered) == 1 and len(gathered[0].citations) == 2
    backend.delete([gathered[0].document.id])
    assert articles.gather(backend, exchange) == []
    with pytest.raises(UnknownDocument):
        articles.load(backend, gathered[0].document.id)


def test_copied_citation_has_quote_title_date_file_and_offsets() -> None:
    citation = Citation(1, "d", "Tựa", "a.txt", "2024-10", 5, 9, "câu", "s")
    assert articles.copied(citation) == "“câu”\nTựa (10/2024). a.txt, ký tự 5–9."
