"""Values: the same value in another spelling is equal, another value is not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import facts
from rag.facts import Quantity
from rag.numbers import find_numbers, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [("25.706", "25706"), ("7,36", "7.36"), ("1.234,5", "1234.5"), ("1.435", "1435"), ("12", "12")],
)
def test_numbers_are_read_in_vietnamese_notation(text: str, value: str) -> None:
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("7,36%", "7,36 phần trăm"),
        ("1,2 nghìn tỷ đồng", "1.200 tỷ đồng"),
        ("500.000 đồng", "500 nghìn đồng"),
        ("80 - 150 mm", "từ 80 đến 150 mm"),
        ("3,2 đến 45 triệu đồng", "3,2-45 triệu đồng"),
        ("8h", "8 giờ"),
    ],
)
def test_equal_quantities_in_different_spellings(one: str, other: str) -> None:
    assert facts.quantities(one) == facts.quantities(other)
    assert [n.unit for n in facts.numbers(one)] == [n.unit for n in facts.numbers(other)]


@pytest.mark.parametrize(
    ("one", "other"), [("7%", "7"), ("1,2 tỷ", "1,2 triệu"), ("80 mm", "80 cm"), ("1,8 tấn", "1,8 tạ")]
)
def test_different_quantities(one: str, other: str) -> None:
    assert [(n.values, n.percent, n.unit) for n in facts.numbers(one)] != [
        (n.values, n.percent, n.unit) for n in facts.numbers(other)
    ]


def test_a_range_is_one_number_with_both_ends() -> None:
    (number,) = find_numbers("đạt trong khoảng 50 - 70%")
    assert number.values == (Decimal(50), Decimal(70)) and number.percent


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("mười hai xã", [12]),
        ("hai mươi mốt người", [21]),
        ("hai mươi lăm", [25]),
        ("mười năm", [10, 5]),
        ("bảy mươi tư", [74]),
        ("ba trăm linh năm", [305]),
        ("Ba xã, hai huyện", [3, 2]),
    ],
)
def test_number_words(text: str, values: list[int]) -> None:
    assert facts.word_numbers(text, sure=False) == values


def test_doubtful_number_words_are_left_out_when_sure() -> None:
    assert facts.word_numbers("một năm, ba mẹ, hai con", sure=True) == [2]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("sáng 22/10", [(22, 10, None)]),
        ("ngày 22 tháng 10", [(22, 10, None)]),
        ("ngày 10/02/2022", [(10, 2, 2022)]),
        ("thời kỳ 2021-2030", [(None, None, 2021), (None, None, 2030)]),
        ("từ ngày 12 đến 14/9", [(12, 9, None), (14, 9, None)]),
        ("quý III/2026", [(None, None, 2026)]),
        ("Nghị định 21/2019/NĐ-CP", []),
    ],
)
def test_dates(text: str, parts: list[tuple[int | None, int | None, int | None]]) -> None:
    assert facts.dates(text) == parts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Đại hội XIII", "Đại hội lần thứ 13"),
        ("khóa XV", "khóa 15"),
        ("quý III/2026", "quý 3 năm 2026"),
        ("kỳ họp thứ mười lăm", "kỳ họp thứ 15"),
        ("lần đầu tiên", "lần thứ nhất"),
        ("về nhì", "xếp thứ 2"),
    ],
)
def test_equal_ordinals(one: str, other: str) -> None:
    assert facts.ordinals(one) == facts.ordinals(other) != []


def test_document_numbers_are_neither_dates_nor_quantities() -> None:
    text = "Quyết định số 1719/QĐ-TTg và Nghị quyết 11-NQ/TW, Chương trình 16-CTr/QU"
    assert facts.document_numbers(text) == ["1719/QĐ-TTg", "11-NQ/TW", "16-CTr/QU"]
    assert facts.quantities(text) == [] and facts.dates(text) == []


def test_names_begin_behind_function_words_and_with_any_capital() -> None:
    assert facts.names("Theo Phó Giám đốc Đặng Xuân Phong")[-1] == facts.keys("Đặng Xuân Phong")
    assert facts.names("Bà Trần Thị Bích Liên nói")[0] == facts.keys("Trần Thị Bích Liên")
    assert facts.names("Ở đây có Đà Nẵng") == [facts.keys("Đà Nẵng")]


def test_abbreviations_are_written_out_in_keys() -> None:
    assert facts.keys("Sở NN&PTNT") == facts.keys("Sở Nông nghiệp và Phát triển nông thôn")
    assert facts.keys("BHXH tỉnh") == facts.keys("Bảo hiểm xã hội tỉnh")


def test_contains_run() -> None:
    assert facts.contains_run(("a", "b", "c"), ("b", "c")) and not facts.contains_run(("a", "b", "c"), ("a", "c"))


@given(st.text())
def test_finders_never_fail(text: str) -> None:
    facts.dates(text), facts.ordinals(text), facts.names(text), facts.document_numbers(text)
    assert all(isinstance(q, Quantity) for q in facts.quantities(text))


@given(st.integers(11, 99))
def test_number_words_of_every_two_digits(value: int) -> None:
    assert facts.word_numbers(spelled(value), sure=True) == [value]


def spelled(value: int) -> str:
    """A number from 11 to 99 as it is said."""
    ones = ["", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
    tens, rest = divmod(value, 10)
    last = {5: "lăm", 1: "mốt" if tens > 1 else "một"}.get(rest, ones[rest])
    return f"{'mười' if tens == 1 else ones[tens] + ' mươi'} {last}".strip()
