"""The shortest span that answers: a slice of the quote, of the kind that was asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from strategies import documents

from rag.questions import analyse
from rag.short_answer import short_answer

LEAD = (
    "Sáng 22/10, tại huyện Mộc Châu, tỉnh Sơn La, Đại tướng Phan Văn Giang, Bộ trưởng Bộ Quốc phòng đã làm việc "
    "với Ban Thường vụ Tỉnh ủy Sơn La."
)
GROWTH = "Kinh tế tăng trưởng khá, 9 tháng năm 2024 ước đạt 25.706 tỷ đồng, tăng 7,36% so với cùng kỳ năm trước."
RAIL = "Dự án đường sắt Lào Cai - Hà Nội - Hải Phòng khổ đường 1.435 mm kết nối với Trung Quốc."


def short(question: str, sentence: str, answer: str = "") -> str | None:
    span = short_answer(analyse(question), sentence, answer or sentence)
    return sentence[span[0] : span[1]] if span else None


@pytest.mark.parametrize(
    ("question", "sentence", "value"),
    [
        ("Bộ trưởng làm việc với Tỉnh ủy Sơn La vào ngày nào?", LEAD, "22/10"),
        ("Ai đã làm việc với Ban Thường vụ Tỉnh ủy Sơn La?", LEAD, "Phan Văn Giang"),
        ("Kinh tế tăng bao nhiêu phần trăm?", GROWTH, "7,36%"),
        ("Kinh tế đạt bao nhiêu tỷ đồng?", GROWTH, "25.706 tỷ đồng"),
        ("Bao nhiêu đại biểu dự họp ngày 30/7/2024?", "Ngày 30/7/2024 có 2000 đại biểu dự họp.", "2000"),
        ("Phan Văn Giang giữ chức vụ gì?", LEAD, "Bộ trưởng Bộ Quốc phòng"),
        ("Buổi làm việc diễn ra ở đâu?", LEAD, "huyện Mộc Châu, tỉnh Sơn La"),
        ("Khổ đường sắt là bao nhiêu?", RAIL, "1.435 mm"),
    ],
)
def test_the_value_asked_for(question: str, sentence: str, value: str) -> None:
    assert short(question, sentence) == value


@pytest.mark.parametrize(
    "question",
    [
        "Có phải Phan Văn Giang làm việc với Sơn La không?",
        "Vì sao kinh tế tăng trưởng?",
        "Những ai dự buổi làm việc?",
        "Nội dung buổi làm việc là gì?",
    ],
)
def test_lists_reasons_and_yes_or_no_have_none(question: str) -> None:
    assert short(question, LEAD) is None


def test_a_value_that_the_question_already_has_is_no_answer() -> None:
    assert short("Ngày 22/10 ai làm việc với Tỉnh ủy Sơn La?", LEAD) == "Phan Văn Giang"
    assert short("Cuộc họp 22/10 diễn ra ngày nào?", "Cuộc họp 22/10 diễn ra đúng 22/10.") is None


def test_the_value_that_the_answer_gives_comes_first() -> None:
    sentence = "Chiều 16/4 đoàn đến tỉnh, sáng 17/4 đoàn làm việc."
    assert short("Đoàn làm việc ngày nào?", sentence, "Đoàn làm việc ngày 17/4.") == "17/4"
    assert short("Đoàn làm việc ngày nào?", sentence, "Đoàn đến ngày 16/4.") == "16/4"


COUNTS = "Tỉnh có 12 huyện với 850.000 dân, trong đó 45 xã vùng cao được hỗ trợ."
DAYS = "Phiên thứ nhất họp ngày 3/4 tại Huế, phiên bế mạc họp ngày 5/4 tại Vinh."
CROPS = "Vụ xuân thu 300 tấn chè của vườn cũ, vườn mới 420 tấn, vườn thuê 90 tấn."


@pytest.mark.parametrize(
    ("question", "sentence", "value"),
    [
        ("Bao nhiêu xã vùng cao được hỗ trợ?", COUNTS, "45"),
        ("Tỉnh có bao nhiêu huyện?", COUNTS, "12"),
        ("Tỉnh có bao nhiêu dân?", COUNTS, "850.000"),
        ("Phiên thứ nhất họp ngày nào?", DAYS, "3/4"),
        ("Phiên bế mạc họp ngày nào?", DAYS, "5/4"),
        ("Phiên bế mạc họp ở đâu?", DAYS, "Vinh"),
        ("Vườn thuê được bao nhiêu?", CROPS, "90 tấn"),
        ("Vườn mới được bao nhiêu?", CROPS, "420 tấn"),
    ],
)
def test_the_value_of_the_clause_that_the_question_is_about(question: str, sentence: str, value: str) -> None:
    assert short(question, sentence) == value


@pytest.mark.parametrize(
    "question", ["Ai dự họp?", "Ngày nào?", "Ở đâu?", "Bao nhiêu?", "Bao nhiêu phần trăm?", "Giữ chức gì?"]
)
def test_any_sentence_gives_a_trimmed_slice_or_nothing(question: str) -> None:
    asked = analyse(question)

    @given(documents)
    def check(sentence: str) -> None:
        span = short_answer(asked, sentence, sentence)
        if span:
            assert 0 <= span[0] < span[1] <= len(sentence)
            assert sentence[span[0] : span[1]] == sentence[span[0] : span[1]].strip()

    check()
