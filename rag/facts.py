"""The values that a claim must prove: what could be wrong in one digit or one syllable.

Each finder reads text and returns comparable values, so that equal values in different spellings are
equal here: `7,36%` and `7,36 phần trăm`, `22/10` and `ngày 22 tháng 10`, `Đại hội XIII` and `lần thứ 13`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.dates import find_dates
from rag.numbers import Number, Quantity, find_numbers, find_words, parse_number, roman
from rag.text import expansion, tokens, tone_key

__all__ = [
    "Quantity",
    "contains_run",
    "dates",
    "document_numbers",
    "keys",
    "names",
    "ordinals",
    "parse_number",
    "quantities",
    "word_numbers",
]

_CODE = r"[A-ZĐ][A-ZĐa-z\d]*(?:-[A-ZĐ][A-ZĐa-z\d]*)*"
_DOCUMENT = re.compile(rf"(?<![\w/])\d+(?:/\d{{4}})?(?:[/-]{_CODE})+|(?<![\w/.,])\d{{1,4}}/(?:19|20)\d\d(?![\d/])")
_YEAR = r"(?:19|20)\d\d"
_YEARS = re.compile(rf"(?<![\w/.,-])({_YEAR})\s*[-–—]\s*({_YEAR})(?![\w/]|[.,]\d)")
_DAYS = re.compile(
    r"(?<![\w/.,-])(?P<a>0?[1-9]|[12]\d|3[01])\s*(?:-|–|đến|tới|và)\s*(?:hết\s+)?(?:ngày\s+)?"
    rf"(?P<b>0?[1-9]|[12]\d|3[01])(?:/|\s*tháng\s*)(?P<m>0?[1-9]|1[0-2])(?:(?:/|\s*năm\s*)(?P<y>{_YEAR}))?(?![\d/%]|[.,]\d)"
)
_QUARTER = re.compile(
    rf"(?<!\w)quý\s+(?P<q>[IV]+|[1-4]|một|hai|ba|tư)(?:\s*(?:/|,|năm)\s*(?:năm\s*)?(?P<y>{_YEAR}))?(?!\w)", re.I
)
_QUARTERS = {"một": 1, "hai": 2, "ba": 3, "tư": 4}
_ROMAN = re.compile(r"(?<!\w)(?=[IVXLC])(?:X{0,3})(?:IX|IV|V?I{0,3})(?!\w)")
_LABEL = (
    r"lần thứ|thứ|lần|khóa|khoá|đại hội|quý|kỳ|đợt|chương|hạng|(?<!khẩn )(?<!cung )(?<!trợ )cấp|loại|lớp|giải|vị trí|về"
    r"|điều|khoản|mục|chặng|vòng|phiên|đứng|xếp"
)
# Behind these "năm" is five; "cùng kỳ năm trước" is last year.
_SURE_LABELS = ("thứ", "quý", "hạng", "giải")
_ORDINAL_BEFORE = re.compile(rf"(?<!\w)(?:{_LABEL})\s*$", re.I)
_RANK = re.compile(r"(?<!\w)(?:giải|về|hạng|vị trí|đứng|xếp)(?: thứ)?\s*$", re.I)
_FIRST = re.compile(
    r"(?<!\w)(?:thứ|giải|về|hạng|vị trí|đứng|xếp|lần)\s+(nhất|nhì|đầu tiên|đầu(?= trong| đến))(?!\w)", re.I
)
_DIGITS = re.compile(r"(?<![\w.,/])\d{1,3}(?!\w|[.,/]\d|\s*%|\s*[-–]\s*\d)")
UPPER = "".join(c for c in map(chr, range(0x41, 0x1F00)) if c.isupper())
"""Every capital of the Latin, Greek and Cyrillic blocks, for character classes."""
_CAPITALISED = rf"[{UPPER}][^\W\d_]*(?:&[^\W\d_]+)*"
_UPPER_RUN = re.compile(rf"(?<!\w){_CAPITALISED}(?:(?: +|-){_CAPITALISED})*")
# In capitals only because a sentence begins with them; none is a part of the name behind it.
_OPENING = frozenset(
    """Theo Tại Ở Từ Trong Đến Tới Khi Với Do Và Các Những Sau Trước Về Cả Nhưng Còn Vì Để Chiều Sáng Trưa Tối Đêm Ngày
Ông Bà Cùng Cũng Như Là Có Được Bị Nếu Trên Dưới Ngoài Riêng Hiện Đây Đó Này Cuối Đầu Dự Nhờ Giữa
Qua Mỗi Hai Ba Bốn Hết""".split()
)


@dataclass(frozen=True, slots=True)
class Place:
    """Something at `[start, end)` of a text with its comparable value."""

    start: int
    end: int
    value: tuple[object, ...]


@lru_cache(maxsize=4096)
def date_places(text: str) -> tuple[Place, ...]:
    """Dates with (day, month, year); both ends of `2021-2030` and of `từ 12 đến 14/9`."""
    found: list[Place] = []
    hidden = _blank(text, [(p.start, p.end) for p in document_places(text)])
    for match in _YEARS.finditer(hidden):
        found += [Place(*match.span(g), (None, None, int(match.group(g)))) for g in (1, 2)]
    for match in _DAYS.finditer(hidden):
        month, year = int(match["m"]), int(match["y"]) if match["y"] else None
        found.append(Place(*match.span("a"), (int(match["a"]), month, year)))
        found.append(Place(match.start("b"), match.end(), (int(match["b"]), month, year)))
    for match in _QUARTER.finditer(hidden):
        if match["y"]:
            found.append(Place(*match.span("y"), (None, None, int(match["y"]))))
    hidden = _blank(hidden, [(p.start, p.end) for p in found])
    found += [Place(d.start, d.end, d.parts) for d in find_dates(hidden)]
    return tuple(sorted(found, key=lambda place: place.start))


def dates(text: str) -> list[tuple[int | None, int | None, int | None]]:
    """(day, month, year) of every date that is not a document number."""
    return [place.value for place in date_places(text)]  # type: ignore[misc]


@lru_cache(maxsize=4096)
def document_places(text: str) -> tuple[Place, ...]:
    """Document numbers with their value; month and year are dates, not these."""
    return tuple(Place(*m.span(), (m.group(),)) for m in _DOCUMENT.finditer(text) if not _is_month_year(m.group()))


def document_numbers(text: str) -> list[str]:
    """`21/2019/NĐ-CP`, `11-NQ/TW`, and the short `21/2019`; month and year are dates, not these."""
    return [str(place.value[0]) for place in document_places(text)]


def _is_month_year(text: str) -> bool:
    return bool(re.fullmatch(r"(?:0?[1-9]|1[0-2])/(?:19|20)\d\d", text))


@lru_cache(maxsize=4096)
def numbers(text: str) -> tuple[Number, ...]:
    """Numbers in digits that are neither dates nor document numbers, ranges as one."""
    spans = [(p.start, p.end) for p in (*document_places(text), *date_places(text))]
    return tuple(find_numbers(_blank(text, spans)))


def quantities(text: str) -> list[Quantity]:
    """Numbers in digits that are neither dates nor document numbers, with scale and percent."""
    return [Quantity(value, number.percent) for number in numbers(text) for value in number.values]


def word_numbers(text: str, *, sure: bool) -> list[int]:
    """Numbers written as words; with `sure` only those words that hardly mean anything else."""
    return [value for _, _, value in find_words(text, sure=sure)]


@lru_cache(maxsize=4096)
def ordinal_places(text: str) -> tuple[Place, ...]:
    """Roman numerals, and digits or words behind `lần thứ`, `khóa`, `Đại hội`, `quý` and the like.

    The value is the number and whether it is a rank in a contest: `về nhì` is not `chặng 2`.
    """
    found = [Place(*m.span(), (roman(m.group()), False)) for m in _ROMAN.finditer(text) if m.group()]
    plain = [(m.start(), m.end(), int(m.group())) for m in _DIGITS.finditer(text)]
    for start, end, value in (*plain, *find_words(text, sure=False)):
        before = text[max(0, start - 14) : start]
        article = text[start:end].lower() in ("một", "năm") and not before.rstrip().lower().endswith(_SURE_LABELS)
        if _ORDINAL_BEFORE.search(before) and not article:
            found.append(Place(start, end, (value, bool(_RANK.search(before)))))
    for match in _FIRST.finditer(text):
        rank = bool(_RANK.search(text[max(0, match.start(1) - 14) : match.start(1)]))
        found.append(Place(*match.span(1), (2 if match.group(1).lower() == "nhì" else 1, rank)))
    found += [Place(*m.span("q"), (4, False)) for m in _QUARTER.finditer(text) if m["q"].lower() == "tư"]
    return tuple(sorted(found, key=lambda place: place.start))


def ordinals(text: str) -> list[int]:
    """The values of `ordinal_places`, left to right."""
    return [int(str(place.value[0])) for place in ordinal_places(text)]


@lru_cache(maxsize=4096)
def name_places(text: str) -> tuple[Place, ...]:
    """Capitalised runs with their tone keys, left to right.

    A lone capital at the beginning of a sentence says nothing and is left out, and so is a function
    word before a name there; abbreviations stand in their full form.
    """
    found = []
    for match in _UPPER_RUN.finditer(text):
        start, run = match.start(), match.group()
        if re.fullmatch(r"[IVXLC]+", run):
            continue
        if _opens(text, start):
            first, _, rest = run.partition(" ")
            if not rest and len(tokens(run)) == 1 and not (run.isupper() and len(run) > 1):
                continue
            if rest and first in _OPENING and not first.isupper():
                start, run = match.end() - len(rest), rest
        found.append(Place(start, match.end(), keys(run)))
    return tuple(place for place in found if place.value)


def _opens(text: str, start: int) -> bool:
    before = text[:start].rstrip(" \"“‘'(-–")
    return not before or before[-1] in ".!?:\n"


def names(text: str) -> list[tuple[str, ...]]:
    """The keys of `name_places`, left to right."""
    return [place.value for place in name_places(text)]  # type: ignore[misc]


@lru_cache(maxsize=8192)
def keys(text: str) -> tuple[str, ...]:
    """Tone keys of a text with abbreviations written out."""
    parts: list[str] = []
    for token in tokens(text):
        full = expansion(token.text)
        parts.extend(tone_key(t.text) for t in tokens(full)) if full else parts.append(tone_key(token.text))
    return tuple(parts)


def contains_run(haystack: Sequence[str], needle: Sequence[str]) -> bool:
    """True when the keys of `needle` stand in `haystack`, side by side and in order."""
    size, wanted = len(needle), tuple(needle)
    return any(tuple(haystack[at : at + size]) == wanted for at in range(len(haystack) - size + 1))


def _blank(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + "_" * (end - start) + text[end:]
    return text
