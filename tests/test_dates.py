"""Dates: only what is written, and a header only where one stands."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import documents

from rag.dates import DateMention, find_dates, header_end, published

Parts = tuple[int | None, int | None, int | None]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Chiều 16/4, đoàn đến", (16, 4, None)),
        ("Sáng 22/10", (22, 10, None)),
        ("ngày 10/2/2022", (10, 2, 2022)),
        ("ngày 22/02/2019 của", (22, 2, 2019)),
        ("ngày 5.9.2019", (5, 9, 2019)),
        ("ngày 22 tháng 10 năm 2024", (22, 10, 2024)),
        ("22 tháng 10", (22, 10, None)),
        ("tháng 12/2023", (None, 12, 2023)),
        ("tháng 12 năm 2023", (None, 12, 2023)),
        ("tháng 7", (None, 7, None)),
        ("ngày 26", (26, None, None)),
        ("năm 2030", (None, None, 2030)),
        ("2024-10", (None, 10, 2024)),
        ("2024-10-22", (22, 10, 2024)),
    ],
)
def test_the_written_parts_are_read(text: str, parts: Parts) -> None:
    assert [mention.parts for mention in find_dates(text)] == [parts]


@pytest.mark.parametrize(
    "text",
    ["Nghị định số 21/2019/NĐ-CP", "Nghị quyết 11-NQ/TW", "đạt 50 - 70%", "25.706 tỷ đồng", "7,36%", "điểm 45/2"],
)
def test_numbers_that_are_no_dates(text: str) -> None:
    assert not [m for m in find_dates(text) if m.day or m.month]


@given(documents)
def test_mentions_are_in_order_and_apart(text: str) -> None:
    found = find_dates(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(any(part is not None for part in mention.parts) for mention in found)


@given(st.integers(1, 31), st.integers(1, 12), st.integers(1800, 2099))
def test_any_spelling_of_a_day_is_the_same_day(day: int, month: int, year: int) -> None:
    spellings = [f"{day}/{month}/{year}", f"{day:02}/{month:02}/{year}", f"ngày {day} tháng {month} năm {year}"]
    if year >= 1800:
        assert {find_dates(f"Họp {text} tại tỉnh.")[0].parts for text in spellings} == {(day, month, year)}


def test_a_mention_states_its_own_parts_and_contradicts_others() -> None:
    full, day, other = DateMention(0, 1, 22, 10, 2024), DateMention(0, 1, 22, 10, None), DateMention(0, 1, 23, 10, None)
    assert full.states(day)
    assert not day.states(full)
    assert full.contradicts(other)
    assert not full.contradicts(day)


@pytest.mark.parametrize(
    ("text", "value", "precision", "rest"),
    [
        (" date 2025-04 Chiều 16/4, đoàn", "2025-04", "month", "Chiều 16/4, đoàn"),
        ("\ufeff date 2024-10-22 Sáng", "2024-10-22", "day", "Sáng"),
        ("date: 2024\nTin", "2024", "year", "\nTin"),
        ("date: 2024-05-01T08:30:00 Tin", "2024-05-01", "day", "Tin"),
        ("---\ntitle: A\ndate: 2024-05-01\nauthor: B\n---\nThân bài", "2024-05-01", "day", "Thân bài"),
    ],
)
def test_headers(text: str, value: str, precision: str, rest: str) -> None:
    date = published(text)
    assert date is not None
    assert (date.value, date.precision, date.source) == (value, precision, "header")
    assert text[header_end(text) :] == rest


@pytest.mark.parametrize(
    "text",
    [
        "Chiều 26/1, tiếp tục chuyến thăm",
        "Hội nghị date 2024-10",
        "date 2024-13 Tin",
        "dated 2024",
        "---\nĐoạn mở đầu\n---\n\ndate 2024-01 là ngày khác",
        "---\nĐoạn mở đầu\n\ndate 2024-01\n",
        "",
    ],
)
def test_without_a_header_no_date_and_nothing_is_lost(text: str) -> None:
    assert published(text) is None
    assert header_end(text) == 0


@pytest.mark.parametrize("text", ["\n" * 300_000 + "x", " " * 300_000, "---\n" + "a: b\n" * 100_000])
def test_looking_for_a_header_takes_linear_time(text: str) -> None:
    started = time.process_time()
    header_end(text)
    assert time.process_time() - started < 1
