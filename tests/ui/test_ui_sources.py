"""Cutting an article into marked segments."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_backend import SON_LA_QUESTION, ScriptedBackend, scripted

from rag.errors import UnknownDocument
from rag.records import Citation, Span, SpanKind
from ui.chat.exchange import Conversation, Exchange, answer
from ui.sources import articles, labels, segments, text

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


@pytest.fixture(scope="module")
def fast(tmp_path_factory: pytest.TempPathFactory) -> ScriptedBackend:
    backend = scripted(tmp_path_factory.mktemp("sources"))
    backend.pace = 0
    return backend


@pytest.fixture
def exchange(fast: ScriptedBackend) -> Exchange:
    conversation = Conversation()
    conversation.begin(SON_LA_QUESTION)
    return list(answer(fast, conversation))[-1]


def only_article(found: list[articles.Article | articles.Gone]) -> articles.Article:
    (article,) = found
    assert isinstance(article, articles.Article)
    return article


def test_each_article_goes_along_once(fast: ScriptedBackend, exchange: Exchange) -> None:
    article = only_article(articles.gather(fast, exchange))
    assert len(article.citations) == 2 and not article.stale
    markup = articles.bundle(1, [article]).markup
    assert "Nguồn 2/2" in markup and f"/download/original/{article.document.id}/file" in markup


@pytest.mark.parametrize("change", [{"document_sha256": "x"}, {"quote": "Sáng 23/10"}])
def test_a_citation_that_its_document_does_not_bear_out_marks_nothing(
    fast: ScriptedBackend, exchange: Exchange, change: dict[str, str]
) -> None:
    first, second = exchange.evidence
    changed = replace(exchange, evidence=(replace(first, **change), second))
    article = only_article(articles.gather(fast, changed))
    assert [c.number for c in article.citations] == [2] and [c.number for c in article.stale] == [1]
    text = articles.article(7, article).markup.split('class="hd-text"')
    assert 'data-cite="7-1"' in text[0] and 'data-cite="7-1"' not in text[1]
    assert labels.CHANGED in text[0] and 'data-cite="7-2"' in text[1]
    assert articles.stale([article]) == {1}


def test_of_a_deleted_article_the_cited_words_stay(tmp_path: Path) -> None:
    backend = scripted(tmp_path)
    backend.pace = 0
    conversation = Conversation()
    conversation.begin(SON_LA_QUESTION)
    exchange = list(answer(backend, conversation))[-1]
    backend.delete([exchange.evidence[0].document_id])
    found = articles.gather(backend, exchange)
    markup = articles.bundle(1, found).markup
    assert articles.stale(found) == {1, 2} and labels.GONE in markup and "Sáng 22/10" in markup
    assert "hd-text" not in markup and "/download/" not in markup
    with pytest.raises(UnknownDocument):
        articles.load(backend, exchange.evidence[0].document_id)


def test_what_is_no_evidence_says_so_unless_it_is_a_word_or_two() -> None:
    spans = [Span(0, 5, SpanKind.BODY), Span(5, 8, SpanKind.RELATED), Span(8, 100, SpanKind.RELATED)]
    markup = "".join(part.markup for part in text.body(1, "a" * 100, spans, []))
    assert markup.count(labels.KINDS[SpanKind.RELATED]) == 1


def test_where_a_citation_stands() -> None:
    citation = replace(cite(2, 0, 1), page=4, heading="Điều 5")
    assert labels.where(citation, 3) == "Nguồn 2/3 · trang 4 · Điều 5"
    assert labels.where(cite(1, 0, 1), 1) == "Nguồn 1/1"


def test_copied_citation_has_quote_title_date_file_and_offsets() -> None:
    citation = Citation(1, "d", "Tựa", "a.txt", "2024-10", 5, 9, "câu", "s")
    assert articles.copied(citation) == "“câu”\nTựa (10/2024). a.txt, ký tự 5–9."
