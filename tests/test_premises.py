"""What a question takes for granted is held against a sentence, what is near it, and its whole document."""

from __future__ import annotations

from difflib import SequenceMatcher

import pytest
from helpers import sentence_of
from hypothesis import given
from hypothesis import strategies as st

from rag.context import DocumentContext
from rag.premises import _ALIKE, _LEAST_LETTERS, Kind, Premise, _foreign, _same_word, holds, takes_up, violated
from rag.questions import analyse
from rag.text import fold

LEAD, CAMS, DECREE, TEA = "Sáng 14/3", "Sản lượng", "Nghị định", "Zeira"


def wrong(context: DocumentContext, question: str, words: str) -> list[Premise]:
    """The premises of the question that do not hold at the sentence with these words."""
    asked, sentence = analyse(question), sentence_of(context, words)
    found = list(violated(asked, context, sentence))
    assert holds(asked, context, sentence) is (found == [])
    return found


@pytest.mark.parametrize(
    ("question", "words", "kind", "stated", "absent"),
    [
        ("Ai làm việc với Tỉnh ủy Lạng Sơn?", LEAD, Kind.NAME, "Lạng Sơn", True),
        ("Đoàn gặp ai ở Bắc Quảng?", LEAD, Kind.NAME, "Bắc Quảng", True),
        ("Trần Quang Hải làm việc ở đâu?", LEAD, Kind.PERSON, "Trần Quang Hải", True),
        ("Lê Thị Hoa trồng bao nhiêu cam?", CAMS, Kind.PERSON, "Lê Thị Hoa", False),
        ("Đại tướng Trần Quang Minh làm việc với ai?", LEAD, Kind.TITLE, "Đại tướng Trần Quang Minh", True),
        ("Bộ trưởng Trần Quang Minh làm việc với ai?", LEAD, Kind.TITLE, "Bộ trưởng Trần Quang Minh", True),
        ("Ai làm việc với Tỉnh ủy ngày 15/4?", LEAD, Kind.DATE, "15/4", True),
        ("Ai làm việc với Tỉnh ủy năm 2023?", LEAD, Kind.DATE, "2023", True),
        ("Cam tháng 4/2025 tăng bao nhiêu?", CAMS, Kind.DATE, "4/2025", True),
        ("Ai làm việc chiều 14/3?", LEAD, Kind.DATE, "chiều 14/3", True),
        ("Nghị định 22/2019/NĐ-CP nói gì?", DECREE, Kind.DOCUMENT, "22/2019/NĐ-CP", True),
        ("Xã nào có 36 nhà văn hóa?", DECREE, Kind.NUMBER, "36", True),
        ("Sản lượng nào tăng 12,5%?", CAMS, Kind.NUMBER, "12,5%", True),
        ("Sản lượng cam giảm bao nhiêu?", CAMS, Kind.SENSE, "giảm", False),
        ("Ai không làm việc với Tỉnh ủy?", LEAD, Kind.SENSE, "không", False),
        ("Trần Quang Minh phát biểu gì?", LEAD, Kind.SENSE, "phát biểu", False),
        ("Con gái của ông Tâm nhận gì?", "ông Tâm", Kind.SENSE, "Con gái", False),
    ],
)
def test_what_does_not_hold_is_named_as_it_was_stated(
    visited: DocumentContext, question: str, words: str, kind: Kind, stated: str, absent: bool
) -> None:
    (premise,) = wrong(visited, question, words)
    assert (premise.kind, premise.stated, premise.absent) == (kind, stated, absent)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Thượng tướng Trần Quang Minh làm việc với ai?", LEAD),
        ("Thứ trưởng Trần Quang Minh làm việc với ai?", LEAD),
        ("Ông Trần Quang Minh làm việc với ai?", LEAD),
        ("Lê Thị Hoa cảm ơn ai?", "Lê Thị Hoa"),
        ("Ai làm việc với Tỉnh ủy ngày 14/3?", LEAD),
        ("Ai làm việc với Tỉnh ủy tháng 3/2025?", LEAD),
        ("Cam năm 2024 tăng bao nhiêu?", CAMS),
        ("Ai làm việc sáng 14/3?", LEAD),
        ("Nghị định 21/2019/NĐ-CP nói gì?", DECREE),
        ("Xã nào có 35 nhà văn hóa?", DECREE),
        ("Sản lượng nào tăng 12%?", CAMS),
        ("Sản lượng cam tăng bao nhiêu?", CAMS),
        ("Ai không dự buổi làm việc?", "vắng mặt"),
        ("Có phải đoàn không làm việc với Tỉnh ủy không?", LEAD),
        ("Con trai của ông Tâm nhận gì?", "ông Tâm"),
    ],
)
def test_what_is_told_holds(visited: DocumentContext, question: str, words: str) -> None:
    assert wrong(visited, question, words) == []


def test_a_full_name_must_be_near_or_gone_on_about(visited: DocumentContext) -> None:
    """`Bà Hoa` takes up the Lê Thị Hoa of four sentences before; the sentence between speaks of nobody."""
    assert wrong(visited, "Lê Thị Hoa tiễn ai?", "Bà Hoa") == []
    (premise,) = wrong(visited, "Lê Thị Hoa chụp ảnh với ai?", "chụp ảnh")
    assert (premise.kind, premise.absent) == (Kind.PERSON, False)


@pytest.mark.parametrize(
    ("name", "known"), [("Zeira", True), ("Zeria", True), ("Zeiras", True), ("Zambia", False), ("Zei", False)]
)
def test_a_foreign_name_may_differ_by_a_letter(visited: DocumentContext, name: str, known: bool) -> None:
    assert (wrong(visited, f"Giống chè nào được {name} giới thiệu?", TEA) == []) is known


def test_a_vietnamese_name_may_not_differ_by_a_letter(visited: DocumentContext) -> None:
    assert wrong(visited, "Trần Quang Minh làm gì?", LEAD) == []
    assert wrong(visited, "Trần Quang Mình làm gì?", LEAD) != []
    assert wrong(visited, "Trần Quan Minh làm gì?", LEAD) != []
    assert wrong(visited, "Giống chè nào được Zeria Bình giới thiệu?", TEA) == []
    assert wrong(visited, "Giống chè nào được Zeria Bính giới thiệu?", TEA) != []


def test_all_that_is_wrong_is_told(visited: DocumentContext) -> None:
    kinds = [p.kind for p in wrong(visited, "Lò Văn Páo gặp ai ở Lạng Sơn ngày 15/4 cùng 36 người?", LEAD)]
    assert kinds == [Kind.PERSON, Kind.NAME, Kind.DATE, Kind.NUMBER]


@pytest.mark.parametrize(
    ("own", "taken_up"),
    [
        ("Còn sản lượng cam thì sao?", True),
        ("Còn sản lượng lúa nếp thì sao?", True),
        ("Còn hồ thủy điện thì sao?", False),
        ("Còn sản xuất lúa thì sao?", False),
        ("Còn lúa?", False),
        ("Còn cam?", True),
        ("Hình thức nào?", True),
    ],
)
def test_a_follow_ups_own_words_must_be_near(visited: DocumentContext, own: str, taken_up: bool) -> None:
    question = analyse(f"{own} (Ai làm việc với Tỉnh ủy?)", own=own)
    assert takes_up(question, sentence_of(visited, CAMS).text, "") is taken_up


def test_a_question_of_its_own_takes_up_nothing(visited: DocumentContext) -> None:
    assert takes_up(analyse("Hồ thủy điện thì sao?"), sentence_of(visited, CAMS).text, "")


WORD = st.text("aeiouzjwxtnđảư12", min_size=1, max_size=9)


@given(WORD, st.one_of(WORD, st.none()), st.integers(0, 8))
def test_what_is_ruled_out_at_once_is_not_alike(one: str, other: str | None, at: int) -> None:
    """The quick bounds change nothing: words alike are those whose letters are."""
    other = other or one[:at] + "j" + one[at + 1 :]
    alike = SequenceMatcher(None, fold(one), fold(other)).ratio() >= _ALIKE
    long = min(len(one), len(other)) >= _LEAST_LETTERS
    assert _same_word(one, other) is (one == other or (_foreign(one) and long and alike))
