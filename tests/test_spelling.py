"""Slips put right: what cannot be Vietnamese becomes what the texts say; everything else stays, names above all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from perturbations import PERTURBATIONS, perturbed
from strategies import any_text

from rag.library import Library
from rag.records import Span, SpanKind
from rag.spelling import Spelling, one_slip
from rag.text import normalise
from rag.tone_marks import ToneMarks

TEXT = (
    "Đại tướng Phan Văn Giang chủ trì hội nghị tại tỉnh Sơn La. Ai chủ trì hội nghị? Cuộc họp của Ban Chỉ đạo diễn ra "
    "ở Mộc Châu. Bí thư Tỉnh ủy phát biểu tại hội nghị. Tôi hỏi ngày nào họp. Hội nghị diễn ra. "
)
SEEDS = Path(__file__).parent.parent / "seeds"
QUESTIONS = [json.loads(line) for line in (SEEDS / "questions.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return ToneMarks.from_texts([(TEXT * 3, [Span(0, len(TEXT) * 3, SpanKind.BODY)])]).spelling


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Ai chủ trì hội nghhị?", "Ai chủ trì hội nghị?"),
        ("Ai chủ trì hội ngị?", "Ai chủ trì hội nghị?"),
        ("Hộinghị diễn ra ở đâu?", "Hội nghị diễn ra ở đâu?"),
        ("hoinghi dien ra o dau", "hoi nghi dien ra o dau"),
        ("Ddaij tuongws Phan Văn Giang họp ngày nào?", "Đại tướng Phan Văn Giang họp ngày nào?"),
        ("tooi hoir ngayf naof hopj", "tôi hỏi ngày nào họp"),
        ("d9a5i tu7o71ng phan văn giang", "đại tướng phan văn giang"),
        ("Đại tuong Phan Van Giang chu trì hoi nghi o Son La", "Đại tướng Phan Văn Giang chủ trì hội nghị ở Sơn La"),
        ("BCĐhọp ở đâu?", "BCĐ họp ở đâu?"),
        ("ĐẠI TƯỚNG CHỦ TRÌ HỘI NGHHỊ", "ĐẠI TƯỚNG CHỦ TRÌ HỘI NGHỊ"),
        ("Đại tướng Phan Văn Gianng họp ở đâu?", "Đại tướng Phan Văn Giang họp ở đâu?"),
    ],
)
def test_slips(spelling: Spelling, typed: str, meant: str) -> None:
    assert spelling.corrected(typed) == meant


@pytest.mark.parametrize(
    "question",
    [
        "Đại tướng Phan Văn Gian họp ở đâu?",
        "Đại tướng Phan Văm Giang họp ở đâu?",
        "Phan Văn Gian họp ở đâu, ông là ai, họp trong bao lâu?",
        "Tổng thống Biden họp ở đâu?",
        "Cái meeting này có deadline không, list ở đâu?",
        "Xe tua-bin và oxi ở You've Been?",
        "Nghị định 21/2019/NĐ-CP của QK2 và HĐQT họp ngày 22/10?",
        "mèo ăn gì",
        "",
    ],
)
def test_what_may_be_meant_stays(spelling: Spelling, question: str) -> None:
    assert spelling.corrected(question) == question


@given(any_text)
def test_any_text_comes_back_as_one_line(spelling: Spelling, text: str) -> None:
    corrected = spelling.corrected(normalise(text))
    assert corrected == normalise(corrected)


@pytest.mark.parametrize("question", ["Nghị định 21/2019 hộinghị", "22/10 hoir 36,5% QK2", "họp 2 ngày 3 4"])
def test_numbers_stay(spelling: Spelling, question: str) -> None:
    digits = [c for c in question if c.isdigit()]
    assert [c for c in spelling.corrected(question) if c.isdigit()] == digits


def test_our_clean_questions_stay(seeded: Library) -> None:
    spelling = seeded.tone_marks.spelling
    asked = [normalise(item["question"]) for item in QUESTIONS]
    assert [spelling.corrected(question) for question in asked] == asked


def test_our_questions_in_telex_come_back(seeded: Library) -> None:
    spelling = seeded.tone_marks.spelling
    asked = {item["id"]: normalise(item["question"]) for item in QUESTIONS}
    back = sum(spelling.corrected(perturbed(q, "telex", key)) == q for key, q in asked.items())
    assert back >= 52


@pytest.mark.parametrize("kind", PERTURBATIONS)
def test_perturbations_are_the_same_on_every_run(kind: str) -> None:
    question = "Đại tướng Phan Văn Giang làm việc với ai?"
    assert perturbed(question, kind, "s001") == perturbed(question, kind, "s001")
    assert (perturbed(question, kind, "s001") == question) is (kind == "clean")


@pytest.mark.parametrize(
    ("typed", "meant", "one"),
    [
        ("nghhị", "nghị", True),
        ("ngị", "nghị", True),
        ("nghj", "nghị", True),
        ("hộ", "hội", True),
        ("hiộ", "hội", True),
        ("hộig", "hộgi", True),
        ("hội", "hội", False),
        ("họp", "hội nghị", False),
    ],
)
def test_one_slip(typed: str, meant: str, one: bool) -> None:
    assert one_slip(typed, meant) is one
