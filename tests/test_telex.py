"""Input-method keys: what a syllable's keys write is that syllable, and what is no key stays."""

from __future__ import annotations

import pytest
from perturbations import telex as telex_keys
from perturbations import vni as vni_keys

from rag.syllables import is_plain_syllable, is_syllable
from rag.telex import is_english, telex, vni, vni_words
from rag.text import tone_key

SYLLABLES = """đại tướng hội nghị nước người được quyết định thủy khỏe giữ quốc gì giường nguyễn đặng chuyện
ngoài huyện ủy ở nghiêm khuỷu xoài đường sắt""".split()


@pytest.mark.parametrize("syllable", SYLLABLES)
def test_keys_write_the_syllable(syllable: str) -> None:
    for keys, decode in ((telex_keys(syllable), telex), (vni_keys(syllable), vni)):
        decoded = decode(keys)
        assert decoded is not None
        assert tone_key(decoded) == tone_key(syllable)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tuongws", "tướng"),
        ("tuosngw", "tướng"),
        ("ddaij", "đại"),
        ("DDAIJ", "ĐẠI"),
        ("Ddaij", "Đại"),
        ("tooi", "tôi"),
        ("hoir", "hỏi"),
        ("ngayf", "ngày"),
        ("naof", "nào"),
        ("daid", "đai"),
    ],
)
def test_shape_and_tone_may_stand_behind(typed: str, meant: str) -> None:
    assert telex(typed) == meant


@pytest.mark.parametrize("word", ["hội", "hoi", "hop", "meeting", "deadline", "forum", "online", "covid", "ASEAN", ""])
def test_syllables_and_foreign_words_are_no_keys(word: str) -> None:
    assert telex(word) is None


@pytest.mark.parametrize(("typed", "meant"), [("d9a5i", "đại"), ("tu7o71ng", "tướng"), ("ho6i5", "hội")])
def test_vni(typed: str, meant: str) -> None:
    assert vni(typed) == meant


@pytest.mark.parametrize("word", ["QK2", "A1", "U23", "covid19", "F0", "H5N1", "T1"])
def test_letters_with_a_number_are_no_keys(word: str) -> None:
    assert not vni_words(word) or vni(word) is None


def test_english_words_are_known() -> None:
    assert is_english("List")
    assert not is_english("hoir")


@pytest.mark.parametrize("word", ["nghị", "quốc", "giếng", "gì", "khuya", "oái", "ủy", "Đắk", "hoà", "hòa"])
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["nghhị", "ngị", "hôt", "hộinghị", "ngế", "cế", "his", "w", "bb", "tưóng"])
def test_what_cannot_be_written(word: str) -> None:
    assert not is_syllable(word)


def test_plain_letters_of_a_syllable() -> None:
    assert is_plain_syllable("hop")
    assert is_plain_syllable("Nghi")
    assert not is_plain_syllable("meeting")
    assert not is_plain_syllable("họp")
