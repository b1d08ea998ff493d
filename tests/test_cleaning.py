"""The five real articles: nothing of the page's furniture is evidence, and no sentence of the body is lost."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import documents, pages

from rag.chunking import sentences_of
from rag.cleaning import clean
from rag.readers import plain
from rag.records import EVIDENCE_KINDS, SpanKind
from rag.text import document_text

SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("*.txt"))
IMAGE_NAME = re.compile(r"\.(?:jpe?g|png)$", re.I)


def raw(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def evidence(text: str) -> list[str]:
    return [text[s.start : s.end] for s in clean(text).spans if s.kind in EVIDENCE_KINDS]


def of_kind(text: str, kind: SpanKind) -> list[str]:
    return [text[s.start : s.end] for s in clean(text).spans if s.kind is kind]


def body_paragraphs(path: Path) -> list[str]:
    """What a person would keep, by plain cutting: all before the teasers, without image names and date header."""
    article = raw(path).split("Có thể bạn quan tâm")[0]
    article = re.sub(r"^ date \d{4}-\d{2} ", "", article)
    article = re.sub(r" \(Ảnh: [^)]*\)$", "", article, flags=re.M)
    return [line.strip() for line in article.split("\n") if line.strip() and not IMAGE_NAME.search(line.strip())]


def teasers(path: Path) -> list[str]:
    _, _, tail = raw(path).partition("Có thể bạn quan tâm")
    return [line.strip() for line in tail.split("\n") if line.strip()]


def test_the_articles_are_there() -> None:
    assert len(SEEDS) == 5
    assert sum(bool(teasers(path)) for path in SEEDS) == 3
    assert all(len(body_paragraphs(path)) > 8 for path in SEEDS)


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name[:3])
class TestEveryArticle:
    def test_every_body_paragraph_is_evidence_and_nothing_else_is(self, path: Path) -> None:
        assert evidence(plain.read(path.read_bytes()).text) == body_paragraphs(path)

    def test_every_body_sentence_is_in_one_evidence_sentence(self, path: Path) -> None:
        text = plain.read(path.read_bytes()).text
        kept = "".join(text[s.start : s.end] for s in sentences_of(text, clean(text).spans))
        wanted = "".join(body_paragraphs(path))
        assert re.sub(r"[\s;]", "", kept) == re.sub(r"[\s;]", "", wanted)

    def test_no_image_name_share_bar_or_teaser_is_evidence(self, path: Path) -> None:
        text = plain.read(path.read_bytes()).text
        kept = {text[s.start : s.end] for s in sentences_of(text, clean(text).spans)}
        assert not [s for s in kept if re.search(r"\.jpe?g", s, re.I) or "fb yt" in s or "Ảnh:" in s]
        assert not [t for t in teasers(path) if any(s in t or t in s for s in kept)]

    def test_the_title_is_marked_where_it_stands(self, path: Path) -> None:
        text = plain.read(path.read_bytes()).text
        cleaned = clean(text)
        first = body_paragraphs(path)[0]
        assert text[cleaned.title_start : cleaned.title_end] in first
        assert 20 < cleaned.title_end - cleaned.title_start <= 250


def test_titles_of_the_articles() -> None:
    found = {path.name[:3]: text[c.title_start : c.title_end] for path in SEEDS if (c := clean(text := raw(path)))}
    assert found["000"].startswith("Đại tướng Phan Văn Giang, Bộ trưởng")
    assert found["002"].startswith("Đại tướng Phan Văn Giang, Ủy viên Bộ Chính trị"), "the lead's date is left out"
    assert found["003"].endswith("Tỉnh ủy Sơn La.")


def test_captions_are_marked_as_captions() -> None:
    article = raw(SEEDS[0])
    assert "Quang cảnh buổi làm việc." in of_kind(article, SpanKind.CAPTION)
    assert "Quang cảnh buổi làm việc..JPG" in of_kind(article, SpanKind.BOILERPLATE)
    photographed = of_kind(raw(SEEDS[2]), SpanKind.CAPTION)
    assert "Bộ trưởng Quốc phòng Phan Văn Giang làm việc với Ban Thường vụ Tỉnh ủy Lạng Sơn." in photographed


@given(st.one_of(documents, pages).map(document_text))
def test_spans_are_in_order_and_apart_and_lose_no_letter(text: str) -> None:
    spans = clean(text).spans
    at = 0
    for span in spans:
        assert at <= span.start < span.end <= len(text)
        assert not any(c.isalnum() for c in text[at : span.start])
        at = span.end
    assert not any(c.isalnum() for c in text[at:])


@given(st.one_of(documents, pages).map(document_text))
def test_a_text_with_evidence_in_words_has_a_title_of_its_own(text: str) -> None:
    cleaned = clean(text)
    title = text[cleaned.title_start : cleaned.title_end]
    assert bool(title.strip()) == any(c.isalnum() for part in evidence(text) for c in part)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Kết luận hội nghị\n\nNội dung.", "Kết luận hội nghị"),
        ("=====\n\nKết luận hội nghị\n\nNội dung.", "Kết luận hội nghị"),
        ("\xa0\xa0\n#\n\nKết luận hội nghị\n\nNội dung.", "Kết luận hội nghị"),
        ("Sáng nay,\n\nđoàn đến tỉnh.", "Sáng nay,"),
        ("Sáng 30/7, đoàn đến tỉnh. Buổi chiều họp.", "đoàn đến tỉnh."),
    ],
)
def test_titles(text: str, title: str) -> None:
    cleaned = clean(text)
    assert text[cleaned.title_start : cleaned.title_end] == title


@pytest.mark.parametrize(
    "text", ["\xa0" * 300, "-" * 300, "\n\n", "", "fb yt zl tw", "\ufeff", "Tin liên quan\nMột tin khác"]
)
def test_a_text_without_words_of_its_own_has_no_title(text: str) -> None:
    cleaned = clean(text)
    assert text[cleaned.title_start : cleaned.title_end] == ""


def test_lines_broken_at_a_fixed_width_make_one_sentence() -> None:
    text = (
        "Biên bản họp\n\nĐồng chí Bí thư Tỉnh ủy đã chủ trì\nhội nghị tại thành phố. Sau đó đoàn\nđi thăm\n"
        "fb yt zl tw\n"
    )
    sentences = [text[s.start : s.end] for s in sentences_of(text, clean(text).spans)]
    assert sentences == [
        "Biên bản họp",
        "Đồng chí Bí thư Tỉnh ủy đã chủ trì\nhội nghị tại thành phố.",
        "Sau đó đoàn\nđi thăm",
    ]


def test_lines_of_a_list_stay_apart() -> None:
    text = "Chương trình\n\nThành phần dự họp:\ncác sở, ngành;\ncác huyện\nThời gian: 8 giờ"
    assert evidence(text) == ["Chương trình", "Thành phần dự họp:", "các sở, ngành;", "các huyện", "Thời gian: 8 giờ"]


@pytest.mark.parametrize("line", ["a" + " " * 200_000 + "b", "." * 200_000 + "x", "x" * 1_000_000, "(" * 200_000])
def test_one_long_line_takes_linear_time(line: str) -> None:
    started = time.process_time()
    clean(line)
    assert time.process_time() - started < 2
