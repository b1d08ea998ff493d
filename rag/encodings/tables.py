"""The 134 accented letters of Vietnamese in the code pages that came before Unicode.

Sources: TCVN 5712:1993 (VN1 has all letters; VN3, known as TCVN3 or ABC, only the small ones and seven capitals),
RFC 1456 (VISCII), Windows code page 1258, and the VNI Windows table. Where two of them could mean a byte, the tests
compare with glibc's iconv.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from types import MappingProxyType

TONES = "\u0300\u0309\u0303\u0301\u0323"
"""Grave, hook, tilde, acute, dot: the order of the tables below."""


def _small() -> Iterator[str]:
    for base in "aăâeêioôơuưy":
        yield from (c for tone in ("", *TONES) if not (c := unicodedata.normalize("NFC", base + tone)).isascii())
    yield "đ"


SMALL = "".join(_small())
"""The 67 small letters: à ả ã á ạ ă ằ … ỵ đ."""
CAPITAL = SMALL.upper()

# One byte a letter, in the order of SMALL.
_TCVN_SMALL = (
    "b5b6b7b8b9 a8bbbcbdbec6 a9c7c8c9cacb cccecfd0d1 aad2d3d4d5d6 d7d8dcddde dfe1e2e3e4 abe5e6e7e8e9 aceaebecedee"
    "eff1f2f3f4 adf5f6f7f8f9 fafbfcfdfe ae"
)
_TCVN_CAPITAL = (
    "8081828384 a1afbabfc085 a2c1c2c3c486 8788898a8b a3c5cdd9da8c 8d8e8f9091 9293949596 a4dbe0f0ff97 a598999a9b9c"
    "9d9e9f0102 a60405061112 1314151617 a7"
)
_VISCII_SMALL = (
    "e0e4e3e1d5 e5a2c6c7a1a3 e2a5a6e7a4a7 e8eba8e9a9 eaabacadaaae ecefeeedb8 f2f6f5f3f7 f4b0b1b2afb5 bdb6b7debefe"
    "f9fcfbfaf8 dfd7d8e6d1f1 cfd6dbfddc f0"
)
_VISCII_CAPITAL = (
    "c0c4c3c180 c58202058183 c28586068487 c8cb88c989 ca8b8c8d8a8e cc9bcecd98 d299a0d39a d49091928f93 b49697b39594"
    "d99c9dda9e bfbbbcffbab9 9f1419dd1e d0"
)
_UNTONED_CAPITALS = "ĂÂÊÔƠƯĐ"

# VNI: a vowel and a byte for its marks; ơ and ư, the dotted and tilded i and the dotted y have bytes of their own.
_VNI_TONES = dict(zip(TONES, (0xF8, 0xFB, 0xF5, 0xF9, 0xEF), strict=True))
_VNI_BREVE = dict(zip(("", *TONES), (0xEA, 0xE8, 0xFA, 0xFC, 0xE9, 0xEB), strict=True))
_VNI_CIRCUMFLEX = dict(zip(("", *TONES), (0xE2, 0xE0, 0xE5, 0xE3, 0xE1, 0xE4), strict=True))
_VNI_SINGLE = {"ơ": 0xF4, "ư": 0xF6, "ì": 0xEC, "ỉ": 0xE6, "ĩ": 0xF3, "í": 0xED, "ị": 0xF2, "ỵ": 0xEE, "đ": 0xF1}


def _single_bytes(letters: str, codes: str) -> dict[str, bytes]:
    return {letter: bytes([code]) for letter, code in zip(letters, bytes.fromhex(codes), strict=True)}


def _vni() -> dict[str, bytes]:
    found = {}
    for letter in SMALL:
        code = _vni_small(letter)
        found[letter] = code
        found[letter.upper()] = bytes(c - 0x20 for c in code)  # the capitals of both bytes stand 32 lower
    return found


def _vni_small(letter: str) -> bytes:
    if letter in _VNI_SINGLE:
        return bytes([_VNI_SINGLE[letter]])
    base, tone = split_tone(letter)
    if base in "ăâêô":
        vowel = unicodedata.normalize("NFD", base)[0]
        return vowel.encode() + bytes([(_VNI_BREVE if base == "ă" else _VNI_CIRCUMFLEX)[tone]])
    return (bytes([_VNI_SINGLE[base]]) if base in _VNI_SINGLE else base.encode()) + bytes([_VNI_TONES[tone]])


def split_tone(letter: str) -> tuple[str, str]:
    """A letter without its tone, and the combining tone or nothing: `ệ` gives `ê` and the dot below."""
    decomposed = unicodedata.normalize("NFD", letter)
    base = "".join(c for c in decomposed if c not in TONES)
    return unicodedata.normalize("NFC", base), "".join(c for c in decomposed if c in TONES)


def _windows_1258() -> dict[str, bytes]:
    parts = {letter: split_tone(letter) for letter in SMALL + CAPITAL}
    return {letter: base.encode("cp1258") + tone.encode("cp1258") for letter, (base, tone) in parts.items()}


_TCVN = _single_bytes(SMALL, _TCVN_SMALL)
_VN1_CAPITAL = _single_bytes(CAPITAL, _TCVN_CAPITAL)

TABLES: Mapping[str, Mapping[str, bytes]] = MappingProxyType(
    {
        "TCVN3": _TCVN | {letter: _VN1_CAPITAL[letter] for letter in _UNTONED_CAPITALS},
        "VNI": _vni(),
        "VISCII": _single_bytes(SMALL, _VISCII_SMALL) | _single_bytes(CAPITAL, _VISCII_CAPITAL),
        "Windows-1258": _windows_1258(),
        "TCVN 5712 VN1": _TCVN | _VN1_CAPITAL,
    }
)
"""Bytes of every letter by the name of the code page; TCVN3 alone lacks the capitals with a tone."""
