"""Matching forms: what counts as the same word, and what an index and a question are made of."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given
from strategies import any_text, documents

from rag.text import (
    ABBREVIATIONS,
    document_text,
    expand_abbreviations,
    fold,
    has_marks,
    normalise,
    terms,
    tokens,
    tone_key,
)


@given(documents)
def test_normalise_twice_is_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert once == once.strip()
    assert "  " not in once
    assert unicodedata.is_normalized("NFC", once)


@given(documents)
def test_fold_twice_is_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(documents)
def test_document_text_is_what_a_reader_of_the_file_computes(text: str) -> None:
    as_python_reads_it = "\n".join(text.replace("\r\n", "\n").split("\r"))
    assert document_text(text) == unicodedata.normalize("NFC", as_python_reads_it)
    assert document_text(document_text(text)) == document_text(text)


@given(documents)
def test_tokens_are_slices_in_order(text: str) -> None:
    found = tokens(text)
    assert all(text[t.start : t.end] == t.text for t in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


@given(any_text)
def test_unicode_form_and_case_of_a_text_do_not_change_its_folded_terms(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(composed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hoà", "hòa"),
        ("HOÀ", "hòa"),
        ("thuỷ", "thủy"),
        ("khoẻ", "khỏe"),
        ("uý", "úy"),
        ("Uỷ", "Ủy"),
        ("hòa", "ho\u0300a"),
    ],
)
def test_where_the_tone_mark_stands_does_not_matter(one: str, other: str) -> None:
    assert tone_key(one) == tone_key(other)
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ma", "má"), ("mà", "mã"), ("mo", "mơ"), ("tu", "tư"), ("dong", "đong"), ("an", "ân"), ("cò", "cỏ")],
)
def test_accented_terms_keep_apart_what_folded_ones_join(one: str, other: str) -> None:
    assert tone_key(one) != tone_key(other)
    assert fold(one) == fold(other)


def test_fold_knows_the_letter_that_unicode_does_not_decompose() -> None:
    assert fold("Đại tướng Đặng") == "dai tuong dang"


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("UBND tỉnh", "Ủy ban nhân dân tỉnh"),
        ("ubnd tỉnh", "Ủy ban nhân dân tỉnh"),
        ("KVPT", "khu vực phòng thủ"),
        ("TW", "Trung ương"),
        ("QK 2", "Quân khu 2"),
        ("BCĐ", "Ban Chỉ đạo"),
        ("ĐĐBQH", "Đoàn đại biểu Quốc hội"),
        ("ĐBQH", "đại biểu Quốc hội"),
        ("CAND", "Công an nhân dân"),
        ("ANTT, TTATXH", "an ninh trật tự, trật tự an toàn xã hội"),
        ("GPMB", "giải phóng mặt bằng"),
        ("KT-XH", "kinh tế-xã hội"),
        ("QP-AN", "quốc phòng-an ninh"),
        ("UBTVQH", "Ủy ban Thường vụ Quốc hội"),
        ("TX Sa Pa", "thị xã Sa Pa"),
        ("TƯ", "Trung ương"),
        ("TU", "Tỉnh ủy"),
        ("TT và BTC", "TT và BTC"),
    ],
)
def test_abbreviations_are_written_out(short: str, full: str) -> None:
    assert expand_abbreviations(short) == full


@pytest.mark.parametrize("word", ["an", "ca", "tu", "an toàn", "ca hát", "tu sửa"])
def test_a_word_that_looks_like_an_abbreviation_stays_unless_in_capitals(word: str) -> None:
    assert expand_abbreviations(word) == word
    assert expand_abbreviations(word.split()[0].upper()) != word.split()[0].upper()


def test_keys_of_the_abbreviations_can_be_found() -> None:
    assert all(key == fold(key) for key in ABBREVIATIONS)


def test_question_and_document_meet_in_the_same_terms() -> None:
    document = terms("Nghị định số 21/2019/NĐ-CP ngày 22/02/2019 của UBND thị xã Hoà Bình")
    question = terms("22/2/2019 ủy ban nhân dân Hòa Bình")
    assert set(question.accented) <= set(document.accented)
    assert {"22/2/2019", "hoa_binh", "uy_ban"} <= set(document.folded)


def test_a_part_of_a_date_is_found_by_itself() -> None:
    assert {"22", "2", "2019"} <= set(terms("ngày 22/02/2019").accented)


@given(documents)
def test_terms_hold_no_white_space(text: str) -> None:
    found = terms(text)
    assert not any(any(map(str.isspace, term)) or not term for term in (*found.accented, *found.folded))


@pytest.mark.parametrize(
    ("text", "marked"), [("hoi nghi", False), ("hội nghị", True), ("di dau", False), ("đi", True), ("", False)]
)
def test_has_marks(text: str, marked: bool) -> None:
    assert has_marks(text) is marked
