"""From the bytes of a code page before Unicode to text and back."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from rag.encodings.tables import CAPITAL, SMALL, TABLES, TONES

NAMES = tuple(TABLES)
_CP1252 = "\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d\u2018\u2019"
_CP1252 += "\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178"
_LOOKALIKES = {"\u03bc": b"\xb5", "\u2212": b"\xad"}
"""The Greek letter and the minus that some programs put for the micro sign and the soft hyphen."""
_WESTERN = re.compile(f"[\x01-\xff\u03bc\u2212{_CP1252}]+")
_WORD = re.compile(r"[^\W\d_]+")


def decode(raw: bytes, name: str) -> str:
    """Text in NFC; a byte that the code page does not have becomes U+FFFD.

    In TCVN3 a word in capitals has small letters where the code page has no capital ones; they become capital too.
    """
    if name == "Windows-1258":
        return unicodedata.normalize("NFC", raw.decode("cp1258", "replace"))
    text = raw.decode("latin-1")
    if name == "VNI":
        return _vni_letters().sub(_vni_letter, text)
    text = text.translate(_single(name))
    return capitals_of_font(text) if name == "TCVN3" else text


def encode(text: str, name: str) -> bytes:
    """Bytes of a text in a code page.

    Raises:
        UnicodeEncodeError: a character that the code page does not have.
    """
    table = TABLES[name]
    found = bytearray()
    for at, character in enumerate(unicodedata.normalize("NFC", text)):
        code = table.get(character) or _other(character, name)
        if code is None:
            raise UnicodeEncodeError(name, text, at, at + 1, "not in this code page")
        found += code
    return bytes(found)


def from_western(text: str, name: str) -> str:
    """Text whose bytes were taken for Western ones, as a font with letters of its own makes Word do.

    Characters that no Western byte stands for stay as they are.
    """
    return _WESTERN.sub(lambda match: decode(western_bytes(match.group()), name), text)


def capitals_of_font(text: str) -> str:
    """TCVN3 has capitals with tones only as a font: the small letters of a word in capitals become capital.

    A line without any small letter of ASCII, where a word has two capitals, is a line in capitals.
    """
    return "".join(_line_capitals(line) for line in text.splitlines(keepends=True))


def _line_capitals(line: str) -> str:
    if not any("A" <= c <= "Z" for c in line):
        return line
    shouted = [word for word in _WORD.findall(line) if _shouted(word)]
    if shouted and not any("a" <= c <= "z" for c in line):
        return line.upper()
    return _WORD.sub(lambda m: m.group().upper() if _shouted(m.group()) else m.group(), line) if shouted else line


def _shouted(word: str) -> bool:
    """True for `CộNG`: a capital of ASCII after the first letter, and no small letter of ASCII."""
    return any("A" <= c <= "Z" for c in word[1:]) and not any("a" <= c <= "z" for c in word)


def western_bytes(text: str) -> bytes:
    """The bytes that a Western code page has for a text; a question mark for a character it does not have."""
    return b"".join(_western_byte(c) for c in text)


@lru_cache(maxsize=512)
def _western_byte(character: str) -> bytes:
    if character in _LOOKALIKES:
        return _LOOKALIKES[character]
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1", "replace")


@cache
def _single(name: str) -> dict[int, str]:
    """What one byte stands for: letters of the table, then Western punctuation, else U+FFFD."""
    found = {code: bytes([code]).decode("cp1252", "replace") for code in range(0x80, 0xC0)}
    found |= dict.fromkeys(range(192, 256), "�")
    found |= {code[0]: letter for letter, code in TABLES[name].items() if len(code) == 1}
    return found


@cache
def _vni_pairs() -> dict[str, str]:
    pairs = {code.decode("latin-1"): letter for letter, code in TABLES["VNI"].items() if len(code) == 2}
    # A capital with a small mark is how many typed a capital letter.
    mixed = {pair[0] + pair[1].lower(): letter for pair, letter in pairs.items() if letter in CAPITAL}
    return mixed | pairs


@cache
def _vni_letters() -> re.Pattern[str]:
    return re.compile("|".join((*map(re.escape, _vni_pairs()), r"[\x80-\xff]")))


def _vni_letter(match: re.Match[str]) -> str:
    letter = _vni_pairs().get(match.group())
    return letter or match.group().translate(_single("VNI"))


def _other(character: str, name: str) -> bytes | None:
    """The byte of a character that is no accented letter: ASCII, or Western punctuation where no letter stands."""
    code = character.encode("cp1252", "ignore")
    if character in SMALL + CAPITAL + TONES or len(code) != 1:
        return None
    taken = name != "Windows-1258" and _single(name).get(code[0], character) != character
    return None if taken else code
