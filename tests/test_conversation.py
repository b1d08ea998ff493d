"""Follow-ups: what leans on the turn before is completed, what stands alone is left alone."""

from __future__ import annotations

import time

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


@pytest.mark.parametrize(
    ("pronoun", "person"),
    [
        ("Ông ấy", "Ông Phạm Hồng Chương"),
        ("ông ta", "ông Phạm Hồng Chương"),
        ("Đồng chí đó", "Đồng chí Phạm Hồng Chương"),
        ("Người này", "Phạm Hồng Chương"),
        ("Ông Chương", "Ông Phạm Hồng Chương"),
    ],
)
def test_a_pronoun_becomes_the_person(pronoun: str, person: str) -> None:
    assert standalone(f"{pronoun} giữ chức vụ gì?", [CHAIRED]).text == f"{person} giữ chức vụ gì?"


def test_the_person_of_an_earlier_turn_counts_when_none_came_since() -> None:
    later = ("Hội nghị họp ở đâu?", "Hội nghị họp tại điểm cầu Quân khu 2.")
    assert standalone("Ông ấy giữ chức vụ gì?", [CHAIRED, later]).text == "Ông Phạm Hồng Chương giữ chức vụ gì?"


def test_the_person_named_last_counts() -> None:
    assert standalone("Ông ấy là ai?", [CHAIRED, WORKED]).text == "Ông Phan Văn Giang là ai?"


@pytest.mark.parametrize("question", ["Còn địa điểm?", "Thế thì sao?", "Mấy ngày?"])
def test_what_leans_gets_the_turn_before(question: str) -> None:
    completed = standalone(question, [WORKED])
    assert completed.text.startswith(question.split()[0])
    assert "Phan Văn Giang" in completed.text
    assert "Mộc Châu" in completed.text
    assert "[1]" not in completed.text
    assert "Phan Văn Giang" not in completed.own


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Ở đâu?", "Bộ trưởng gặp Lê Văn Bình ở đâu (Chiều 3/5)?"),
        ("vì sao vậy?", "Vì sao Bộ trưởng gặp Lê Văn Bình (Chiều 3/5)?"),
    ],
)
def test_a_question_word_alone_asks_it_of_the_turn_before(question: str, expected: str) -> None:
    assert standalone(question, [("Bộ trưởng gặp Lê Văn Bình ngày nào?", "Chiều 3/5.")]).text == expected


@pytest.mark.parametrize(
    ("turn", "question", "expected"),
    [
        (WORKED, "Cuộc họp đó bàn gì?", "Buổi làm việc của Đại tướng Phan Văn Giang với Sơn La bàn gì?"),
        (WORKED, "Hôm đó ai đến Sơn La?", "Sáng 22/10 ai đến Sơn La?"),
        (WORKED, "Bí thư Tỉnh ủy của tỉnh này là ai?", "Bí thư Tỉnh ủy của tỉnh Sơn La là ai?"),
        (("Họ gặp ai?", "Gặp đoàn công tác tỉnh Lào Cai."), "Đoàn đó đi đâu?", "Đoàn công tác tỉnh Lào Cai đi đâu?"),
        (("Luật nào?", "Nghị định số 03/2019/NĐ-CP."), "Ai ký nghị định này?", "Ai ký Nghị định số 03/2019/NĐ-CP?"),
    ],
)
def test_a_pointer_becomes_what_it_points_to(turn: tuple[str, str], question: str, expected: str) -> None:
    assert standalone(question, [turn]).text == expected


def test_the_day_of_the_meeting_pointed_to_is_a_premise_and_its_name_context() -> None:
    pointed = standalone("Ai phát biểu tại buổi làm việc đó?", [WORKED])
    assert pointed.day == "sáng 22/10"
    assert "Sơn La" in pointed.text and "Sơn La" not in pointed.own


@pytest.mark.parametrize(("asked", "told"), [("ở đâu", True), ("bàn về cà phê gì", False), ("ngày nào", False)])
def test_a_question_without_words_of_its_own_gets_the_day(asked: str, told: bool) -> None:
    assert ("22/10" in standalone(f"Buổi làm việc đó diễn ra {asked}?", [WORKED]).text) == told


@pytest.mark.parametrize(
    "question",
    [
        "Đại tướng Phan Văn Giang làm gì ở Lạng Sơn và ông ấy gặp ai?",
        "Lạng Sơn tăng trưởng bao nhiêu và tỉnh này có mấy huyện?",
        "Toyota cho biết họ sẽ đóng cửa nhà máy khi nào?",
        "Người ta trồng cà phê ở Lạng Sơn từ năm nào?",
        "Sáng 5/6 ai dự và hôm đó Lạng Sơn mưa không?",
        "Thế vận hội Tokyo diễn ra năm nào?",
        "Ukraina độc lập năm nào?",
    ],
)
def test_what_a_question_names_itself_is_not_looked_for_in_the_history(question: str) -> None:
    assert standalone(question, [CHAIRED, WORKED]).text == question


def test_a_change_of_topic_drops_what_came_before() -> None:
    other = ("Lạng Sơn tăng trưởng bao nhiêu?", "Tăng 8,75%.")
    asked = standalone("Ông ấy nói gì?", [CHAIRED, other])
    assert not asked.clear
    assert asked.text == "Ông ấy nói gì?"


@pytest.mark.parametrize(("pronoun", "clear"), [("Bà ấy", False), ("Ông ấy", True)])
def test_a_woman_is_no_man(pronoun: str, clear: bool) -> None:
    assert standalone(f"{pronoun} nói gì?", [("Ai chủ trì?", "Ông Lê Văn Bình chủ trì.")]).clear == clear


def test_a_pronoun_without_anybody_is_not_clear() -> None:
    assert not standalone("Ông ấy nói gì?", []).clear
    assert standalone("Ông Lê Văn Bình nói gì?", []).clear


def test_a_year_asks_again_and_a_question_of_its_own_does_not() -> None:
    before = ("Lạng Sơn tăng trưởng bao nhiêu năm 2024?", "7%.")
    assert standalone("Còn năm 2025?", [before]).text == "Lạng Sơn tăng trưởng bao nhiêu năm 2025?"
    assert "7%" in standalone("Còn Sơn La có mấy huyện?", [before]).text


def test_what_about_something_else_asks_for_the_same_kind() -> None:
    asked = standalone("Còn nợ xấu thì sao?", [("Lạng Sơn lãi bao nhiêu?", "Lãi 5 tỷ đồng.")])
    assert asked.own == "Còn nợ xấu thì bao nhiêu?"


def test_an_earlier_follow_up_is_understood_first() -> None:
    later = ("Tỉnh này có mấy huyện?", "12 huyện.")
    assert standalone("Còn Lạng Sơn?", [WORKED, later]).text == "Tỉnh Lạng Sơn có mấy huyện?"


def test_a_megabyte_of_history_costs_little() -> None:
    turns = [(f"Ai chủ trì hội nghị {n}? " + "x " * 9_000, f"Ông Phan Văn Giang {n}. " * 2_000) for n in range(20)]
    started = time.process_time()
    assert standalone("Hội nghị đó ở đâu?", turns).text
    assert time.process_time() - started < 0.2


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
