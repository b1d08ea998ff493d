"""The values that a claim must prove: what could be wrong in one digit or one syllable.

Each finder reads text and returns comparable values, so that equal values in different spellings are
equal here: `7,36%` and `7,36 phần trăm`, `22/10` and `ngày 22 tháng 10`, `Đại hội XIII` and `lần thứ 13`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from rag.dates import find_dates
from rag.text import expansion, tokens, tone_key

_SCALES = {"nghìn": 3, "ngàn": 3, "vạn": 4, "triệu": 6, "tỷ": 9, "tỉ": 9}
_WORDS = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9, "mười": 10}
# Number words that are seldom anything else; "năm" is also a year, "một" an article, "ba" a father.
_SURE_WORDS = frozenset({"hai", "bốn", "sáu", "bảy", "tám", "mười"})
_NUMBER = re.compile(r"(?<![\w/])\d+(?:[.,]\d+)*(?![\d])")
_AFTER = re.compile(r"\s*(%|phần trăm|nghìn tỷ|ngàn tỷ|nghìn|ngàn|vạn|triệu|tỷ|tỉ)?(?!\w)", re.I)
_DOCUMENT = re.compile(r"(?<![\w/])\d+(?:/\d{4})?(?:[/-][A-ZĐ][A-ZĐ\d]*(?:-[A-ZĐ][A-ZĐ\d]*)*)+|(?<![\w/.,])\d{1,4}/(?:19|20)\d\d(?![\d/])")
_ROMAN = re.compile(r"(?<!\w)(?=[IVXLC])(?:X{0,3})(?:IX|IV|V?I{0,3})(?!\w)")
_ORDINAL_BEFORE = re.compile(r"(?:lần thứ|thứ|khóa|khoá|Đại hội|đại hội|quý|kỳ|đợt|chương|hạng|cấp|loại|lớp)\s*$", re.I)
_WORD = re.compile(r"(?<!\w)(" + "|".join(_WORDS) + r")(?!\w)", re.I)
_UPPER_RUN = re.compile(r"(?<!\w)[^\W\d_a-zà-ỹđ][^\W\d_]*(?:[ -]+[^\W\d_a-zà-ỹđ][^\W\d_]*)*")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what it counts in: `%`, or nothing; scales such as `tỷ` are multiplied out."""

    value: Decimal
    percent: bool


@dataclass(frozen=True, slots=True)
class Names:
    """Capitalised runs as tone keys: `Mộc Châu` is `("mộc5", "châu")` in the keys of `tone_key`."""

    runs: tuple[tuple[str, ...], ...]


def dates(text: str) -> list[tuple[int | None, int | None, int | None]]:
    """(day, month, year) of every date that is not a document number."""
    hidden = _blank(text, [m.span() for m in _DOCUMENT.finditer(text) if not _is_month_year(m.group())])
    return [mention.parts for mention in find_dates(hidden)]


def document_numbers(text: str) -> list[str]:
    """`21/2019/NĐ-CP`, `11-NQ/TW`, and the short `21/2019`; month and year are dates, not these."""
    return [m.group() for m in _DOCUMENT.finditer(text) if not _is_month_year(m.group())]


def _is_month_year(text: str) -> bool:
    return bool(re.fullmatch(r"(?:0?[1-9]|1[0-2])/(?:19|20)\d\d", text))


def quantities(text: str) -> list[Quantity]:
    """Numbers in digits that are neither dates nor document numbers, with scale and percent."""
    spans = [m.span() for m in _DOCUMENT.finditer(text)]
    spans += [(d.start, d.end) for d in find_dates(_blank(text, spans))]
    return [q for m in _NUMBER.finditer(_blank(text, spans)) if (q := _quantity(text, m))]


def _quantity(text: str, match: re.Match[str]) -> Quantity | None:
    value = parse_number(match.group())
    if value is None:
        return None
    after = _AFTER.match(text, match.end())
    unit = (after.group(1) or "").lower() if after else ""
    for word in unit.split():
        value *= Decimal(10) ** _SCALES.get(word, 0)
    return Quantity(value.normalize(), unit in ("%", "phần trăm"))


def parse_number(text: str) -> Decimal | None:
    """Vietnamese notation: `25.706` is 25706, `7,36` is 7.36, `1.234,5` is 1234.5."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", text):
        text = text.replace(".", "")
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


def word_numbers(text: str, *, sure: bool) -> list[int]:
    """Numbers written as words; with `sure` only those words that hardly mean anything else."""
    found = [m.group().lower() for m in _WORD.finditer(text)]
    return [_WORDS[word] for word in found if not sure or word in _SURE_WORDS]


def ordinals(text: str) -> list[int]:
    """Roman numerals, and digits or words behind `lần thứ`, `khóa`, `Đại hội` and the like."""
    found = [_roman(m.group()) for m in _ROMAN.finditer(text) if m.group()]
    for match in re.finditer(r"(?<!\w)\d{1,3}(?![\w.,/%])|" + _WORD.pattern, text, re.I):
        if _ORDINAL_BEFORE.search(text[: match.start()]):
            word = match.group().lower()
            found.append(_WORDS[word] if word in _WORDS else int(word))
    return found


def _roman(text: str) -> int:
    digits = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}[c] for c in text]
    return sum(-d if any(later > d for later in digits[i + 1 : i + 2]) else d for i, d in enumerate(digits))


def names(text: str) -> list[tuple[str, ...]]:
    """Capitalised runs as tone keys, left to right.

    A lone capital at the beginning of a sentence says nothing and is left out; abbreviations stand
    in their full form.
    """
    found = []
    for match in _UPPER_RUN.finditer(text):
        run = match.group()
        if re.fullmatch(r"[IVXLC]+", run):
            continue
        before = text[: match.start()].rstrip(" \"“‘'(-–")
        opening = not before or before[-1] in ".!?:\n"
        if opening and len(tokens(run)) == 1 and not run.isupper():
            continue
        found.append(keys(run))
    return [run for run in found if run]


def keys(text: str) -> tuple[str, ...]:
    """Tone keys of a text with abbreviations written out."""
    parts: list[str] = []
    for token in tokens(text):
        full = expansion(token.text)
        parts.extend(tone_key(t.text) for t in tokens(full)) if full else parts.append(tone_key(token.text))
    return tuple(parts)


def contains_run(haystack: tuple[str, ...], needle: tuple[str, ...]) -> bool:
    """True when the keys of `needle` stand in `haystack`, side by side and in order."""
    size = len(needle)
    return any(haystack[at : at + size] == needle for at in range(len(haystack) - size + 1))


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + "_" * (end - start) + text[end:]
    return text
