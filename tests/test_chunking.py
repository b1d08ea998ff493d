"""Chunks: every sentence in exactly one, neighbours only, never over a mark."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from strategies import documents

from rag.chunking import FULL, ChunkSpan, SentenceSpan, chunks_of, sentences_of
from rag.cleaning import clean
from rag.records import EVIDENCE_KINDS, Span, SpanKind
from rag.text import document_text


def cut(text: str) -> tuple[list[SentenceSpan], list[ChunkSpan]]:
    sentences = sentences_of(text, clean(text).spans)
    return sentences, chunks_of(sentences)


longer = st.lists(documents, max_size=20).map("\n\n".join).map(document_text)


@given(longer)
def test_every_sentence_is_in_exactly_one_chunk(text: str) -> None:
    sentences, chunks = cut(text)
    assert [at for chunk in chunks for at in range(chunk.first, chunk.last + 1)] == list(range(len(sentences)))
    for chunk in chunks:
        assert chunk.start == sentences[chunk.first].start
        assert chunk.end == sentences[chunk.last].end


@given(longer)
def test_a_chunk_is_short_and_of_one_kind(text: str) -> None:
    sentences, chunks = cut(text)
    for chunk in chunks:
        own = sentences[chunk.first : chunk.last + 1]
        assert chunk.end - chunk.start <= FULL or len(own) == 1
        assert len({sentence.kind for sentence in own}) == 1


@given(longer)
def test_only_evidence_is_in_a_chunk(text: str) -> None:
    junk = [span for span in clean(text).spans if span.kind not in EVIDENCE_KINDS]
    for chunk in cut(text)[1]:
        assert not [span for span in junk if span.start < chunk.end and chunk.start < span.end]


def test_short_paragraphs_share_a_chunk_and_a_long_one_ends_it() -> None:
    short, long = "Một câu ngắn.", "Một câu dài hơn nhiều. " * 17
    text = "\n\n".join(["Tiêu đề", short, short, long.strip(), short])
    sentences, chunks = cut(text)
    assert [text[c.start : c.end] for c in chunks] == ["Tiêu đề", "\n\n".join([short, short, long.strip()]), short]
    assert len(sentences) == 1 + 1 + 1 + 17 + 1


def test_sentences_keep_the_kind_of_their_span() -> None:
    text = "Tiêu đề. Ảnh chụp. Bỏ đi."
    spans = [Span(0, 8, SpanKind.TITLE), Span(9, 18, SpanKind.CAPTION), Span(19, 25, SpanKind.BOILERPLATE)]
    assert [(s.kind, text[s.start : s.end]) for s in sentences_of(text, spans)] == [
        (SpanKind.TITLE, "Tiêu đề."),
        (SpanKind.CAPTION, "Ảnh chụp."),
    ]


def test_nothing_gives_nothing() -> None:
    assert chunks_of([]) == []
    assert cut("\n \n") == ([], [])
