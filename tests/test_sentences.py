"""Sentence boundaries: nothing lost, nothing twice, and Vietnamese rules."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import documents

from rag.sentences import LONG, LONGEST, split_sentences


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text, 0, len(text))]


@st.composite
def text_and_bounds(draw: st.DrawFn) -> tuple[str, int, int]:
    text = draw(documents)
    start = draw(st.integers(0, len(text)))
    return text, start, draw(st.integers(start, len(text)))


@given(text_and_bounds())
def test_spans_cover_all_but_white_space_and_cut_semicolons(case: tuple[str, int, int]) -> None:
    text, start, end = case
    at = start
    for first, last in split_sentences(text, start, end):
        assert at <= first < last <= end
        assert not text[at:first].strip().strip(";")
        assert text[first:last] == text[first:last].strip()
        assert last - first <= LONGEST
        at = last
    assert not text[at:end].strip()


@given(st.lists(st.sampled_from(["a" * 50, "; ", " ", "một mục dài hơn hai mươi chữ", ";"]), max_size=80).map("".join))
def test_long_enumerations_lose_semicolons_only(text: str) -> None:
    def letters(part: str) -> str:
        return "".join(part.split()).replace(";", "")

    assert letters("".join(sentences(text))) == letters(text)


@pytest.mark.parametrize(
    "whole",
    [
        "Đ/c. Nguyễn Văn An dự họp.",
        "Ông sống ở TP. Hồ Chí Minh từ năm 2019.",
        "Theo Nghị định số 21/2019/NĐ-CP ngày 22/2/2019 của Chính phủ.",
        "Kinh tế đạt 25.706 tỷ đồng, tăng 7,36% so với năm trước.",
        "TS. Lê Văn B. Hùng phát biểu.",
        "Các nước trong và ngoài nước... góp phần thúc đẩy quan hệ.",
        "Hội nghị kết thúc tốt đẹp./.",
        "Phó Chủ tịch UBND, đ/c Trần Văn C. trình bày báo cáo.",
    ],
)
def test_one_sentence_stays_whole(whole: str) -> None:
    assert sentences(whole) == [whole]


@pytest.mark.parametrize(
    "parts",
    [
        ["Hội nghị khai mạc.", "Đại biểu phát biểu."],
        ["Nội dung gồm:", "- Mục một", "- Mục hai"],
        ["“Phải làm ngay!”", "Ông nói."],
        ["Ai chủ trì?", "Tư lệnh Quân khu."],
        ["Mở rộng hợp tác./.", "Sáng 30/7 có họp."],
        ["Đời sống ấm no.", "Tỉnh giữ vững quốc phòng."],
        ["Tăng trưởng đạt 8%.", "9 tháng đầu năm ước đạt 25.706 tỷ đồng."],
        ["Nhiều khó khăn…", "Đồng chí đề nghị khắc phục."],
    ],
)
def test_sentences_are_cut_apart(parts: list[str]) -> None:
    assert sentences(" ".join(parts) if not parts[1].startswith("-") else "\n".join(parts)) == parts


def test_a_line_ends_a_sentence_unless_the_next_goes_on() -> None:
    assert sentences("Đồng chí Bí thư\nTỉnh ủy") == ["Đồng chí Bí thư", "Tỉnh ủy"]
    assert sentences("Đồng chí đã\nlàm việc tại tỉnh.") == ["Đồng chí đã\nlàm việc tại tỉnh."]


def test_only_a_long_sentence_is_cut_at_semicolons() -> None:
    items = [f"đồng chí thứ {n} phát biểu tại hội nghị" for n in range(20)]
    assert sentences("; ".join(items[:3])) == ["; ".join(items[:3])]
    assert len("; ".join(items)) > LONG
    assert sentences("; ".join(items)) == items


@pytest.mark.parametrize(
    "text",
    [
        "." * 200_000 + "x",
        "TP. " * 50_000,
        "a" * 200_000 + "(b. Xy",
        "\n" * 200_000,
        "a\nb" * 60_000,
        ". " * 80_000,
        "; " * 80_000,
    ],
    ids=["leaders", "abbreviations", "one word", "newlines", "wrapped", "stops", "semicolons"],
)
def test_long_texts_take_linear_time(text: str) -> None:
    started = time.process_time()
    split_sentences(text, 0, len(text))
    assert time.process_time() - started < 2
