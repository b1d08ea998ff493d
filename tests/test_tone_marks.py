"""Marks put back: only marks and capitals change, and what the articles say comes back as they say it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from strategies import documents

from rag.library import Library
from rag.records import Span, SpanKind
from rag.text import fold, tone_key
from rag.tone_marks import ToneMarks


def learned(*texts: str, kind: SpanKind = SpanKind.BODY) -> ToneMarks:
    return ToneMarks.from_texts((text, [Span(0, len(text), kind)]) for text in texts)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dai tuong phan van giang lam viec voi ai", "Đại tướng Phan Văn Giang làm việc với ai"),
        ("hoi nghi dien ra o dau?", "hội nghị diễn ra ở đâu?"),
        ("Bi thu Tinh uy Lao Cai la ai", "Bí thư Tỉnh ủy Lào Cai là ai"),
        ("TINH SON LA TANG TRUONG BAO NHIEU PHAN TRAM", "tỉnh Sơn La tăng trưởng bao nhiêu phần trăm"),
    ],
)
def test_questions_about_the_articles(seeded: Library, typed: str, meant: str) -> None:
    restored = seeded.tone_marks.restore(typed)
    assert restored.lower() == meant.lower()
    names = [word for word in ("Phan Văn Giang", "Lào Cai", "Sơn La") if word in meant]
    assert all(name in restored for name in names)


@given(documents)
def test_only_marks_and_capitals_change(text: str) -> None:
    for restored in learned("Hội nghị bàn về tăng trưởng ở Hòa Bình.").restorations(text, most=5):
        assert fold(restored) == fold(text)


@pytest.mark.parametrize("question", ["Họp ở Đà Lạt khi nào?", "Ai là Bí thư tỉnh ủy?", "", "2024", "22/10?"])
def test_a_question_with_marks_and_capitals_comes_back_as_it_is(seeded: Library, question: str) -> None:
    assert seeded.tone_marks.restorations(question, most=5) == [question]


def test_marks_that_are_there_are_kept() -> None:
    marks = learned("Bác sĩ Lò Văn Hòa ở Hà Nội. " * 3)
    restored = marks.restore("bác sĩ lô văn hòa")
    assert [tone_key(word) for word in restored.split()] == [tone_key(word) for word in "bác sĩ lô văn hòa".split()]


def test_the_likeliest_comes_first_and_each_once(seeded: Library) -> None:
    readings = seeded.tone_marks.restorations("dai tuong phan van giang", most=5)
    assert readings[0] == seeded.tone_marks.restore("dai tuong phan van giang")
    assert len({reading.lower() for reading in readings}) == len(readings) <= 5


def test_unknown_words_stay() -> None:
    assert learned("Hội nghị.").restore("zyx hoi qwrt").split()[::2] == ["zyx", "qwrt"]


def test_what_is_no_evidence_teaches_nothing() -> None:
    assert learned("Bờ biển Quảng Xương", kind=SpanKind.RELATED).restore("quang xuong") != "Quảng Xương"
    assert learned("Bờ biển Quảng Xương").restore("quang xuong") == "Quảng Xương"


def test_a_long_paragraph_is_learned_in_linear_time() -> None:
    text = "đồng chí Phạm Hồng Chương phát biểu " * 30_000
    started = time.process_time()
    marks = learned(text)
    assert marks.restore("pham hong chuong") == "Phạm Hồng Chương"
    assert time.process_time() - started < 8
