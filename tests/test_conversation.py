"""Follow-ups: what leans on the turn before is completed, what stands alone is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from strategies import any_text

from rag.conversation import standalone
from rag.records import REFUSAL
from rag.text import normalise

CHAIRED = ("Ai chủ trì hội nghị ngày 30/7?", "Trung tướng Phạm Hồng Chương chủ trì hội nghị. [1]")
WORKED = (
    "Đại tướng Phan Văn Giang làm việc với Sơn La vào ngày nào?",
    "Buổi làm việc diễn ra sáng 22/10 tại Mộc Châu [1][2].",
)


@given(any_text)
def test_without_history_a_question_is_only_normalised(question: str) -> None:
    assert standalone(question, []).text == normalise(question)


@pytest.mark.parametrize(
    "question",
    [
        "Tỉnh Lạng Sơn đặt mục tiêu tăng trưởng bao nhiêu năm 2025?",
        "Đoàn công tác tỉnh Lào Cai thăm châu Văn Sơn vào ngày nào?",
        "Ai là Bí thư Tỉnh ủy Lạng Sơn?",
    ],
)
def test_a_question_of_its_own_is_left_alone(question: str) -> None:
    assert standalone(question, [CHAIRED, WORKED]).text == question


@pytest.mark.parametrize("pronoun", ["Ông ấy", "ông ta", "Đồng chí ấy", "Người này", "Vị đó"])
def test_a_pronoun_becomes_the_person(pronoun: str) -> None:
    assert standalone(f"{pronoun} giữ chức vụ gì?", [CHAIRED]).text == "Phạm Hồng Chương giữ chức vụ gì?"


def test_the_person_of_an_earlier_turn_counts_when_none_came_since() -> None:
    later = ("Hội nghị họp ở đâu?", "Hội nghị họp tại điểm cầu Quân khu 2.")
    assert standalone("Ông ấy giữ chức vụ gì?", [CHAIRED, later]).text == "Phạm Hồng Chương giữ chức vụ gì?"


def test_the_person_named_last_counts() -> None:
    assert standalone("Ông ấy là ai?", [CHAIRED, WORKED]).text == "Phan Văn Giang là ai?"


@pytest.mark.parametrize("question", ["Ở đâu?", "Cuộc họp đó diễn ra ở đâu?", "Còn địa điểm?", "Thế thì sao?"])
def test_a_pointer_gets_the_turn_before(question: str) -> None:
    completed = standalone(question, [WORKED]).text
    assert completed.startswith(question.rstrip("?"))
    assert "Phan Văn Giang" in completed
    assert "Mộc Châu" in completed
    assert "[1]" not in completed
    assert "ngày nào" not in completed


def test_a_refusal_tells_nothing() -> None:
    completed = standalone("Ở đâu?", [("Hội nghị về cà phê họp khi nào?", REFUSAL)]).text
    assert "cà phê" in completed
    assert "Không tìm thấy" not in completed


@given(any_text.filter(lambda text: any(map(str.isalnum, text))), any_text, any_text)
def test_any_history_gives_one_line(question: str, asked: str, answered: str) -> None:
    completed = standalone(question, [(asked, answered)]).text
    assert completed == normalise(completed)


@pytest.mark.parametrize("opening", ["Còn với Tỉnh ủy Sơn La thì sao?", "Thế còn Sơn La?", "còn Sơn La thì thế nào"])
def test_what_of_another_place_asks_the_same_again(opening: str) -> None:
    before = "Đại tướng Phan Văn Giang làm việc với Tỉnh ủy Lạng Sơn ngày nào?"
    expected = "Đại tướng Phan Văn Giang làm việc với Tỉnh ủy Sơn La ngày nào?"
    assert standalone(opening, [(before, "Chiều 16/4.")]).text == expected


def test_thanks_lean_on_nothing() -> None:
    assert standalone("Cảm ơn bạn!", [("Bí thư Tỉnh ủy Lạng Sơn là ai?", "Hoàng Văn Nghiệm.")]).text == "Cảm ơn bạn!"
