"""Numbers of Vietnamese prose as values: digits, words, Roman numerals, scales, ranges and units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_SCALES = {"nghìn": 3, "ngàn": 3, "vạn": 4, "triệu": 6, "tỷ": 9, "tỉ": 9}
_DIGITS = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9}
# Only behind a ten: "mốt", "tư", "lăm"; "mười năm" is ten years, fifteen is "mười lăm".
_UNITS = {**{w: n for w, n in _DIGITS.items() if w not in ("một", "năm")}, "mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5}
_TENTHS = {**_UNITS, "một": 1}
# Words that are seldom anything but a number; "năm" is also a year, "một" an article, "ba" a father.
_SURE = frozenset({"hai", "bốn", "sáu", "bảy", "bẩy", "tám", "mười"})
_ANY = "|".join(_DIGITS)
_WORDS = re.compile(
    rf"(?<!\w)(?:(?P<hundreds>{_ANY}) trăm(?: (?:linh|lẻ) (?P<odd>{_ANY}))?(?!\w))?"
    rf" ?(?:(?P<tens>{_ANY}) mươi(?: (?P<units>{'|'.join(_UNITS)}))?"
    rf"|mười(?: (?P<teens>{'|'.join(_TENTHS)}))?|(?P<one>{_ANY}))?(?!\w)",
    re.I,
)
_NUMBER = r"\d+(?:[.,]\d+)*"
_PLAIN = re.compile(rf"(?<![\w/]){_NUMBER}(?:/\d+)?(?!\d)")
_JOINT = re.compile(r"\s*(?:-|–|—|đến|tới)\s*(?=\d)", re.I)
_PERCENT = ("%", "phần trăm")
_AFTER = re.compile(
    r"\s*(%|(?:phần trăm|(?:nghìn|ngàn|vạn|triệu|tỷ|tỉ)(?: (?:triệu|tỷ|tỉ))?)(?!\w))?\s*([^\W\d_]+[23²³]?(?!\w))?", re.I
)
# What is measured in; the other words behind a number (people, schools) are ordinary context.
_MEASURES = {
    **{
        u: u
        for u in (
            "mm cm dm m km ha km2 m2 m3 kg g lít tấn tạ yến kv kw mw kwh gw phút giây giờ ngày tuần tháng năm lần độ"
        ).split()
    },
    "h": "giờ",
    "đồng": "đồng",
    "vnđ": "đồng",
    "usd": "usd",
    "đô": "usd",
    "euro": "euro",
    "ndt": "ndt",
    "mét": "m",
    "hecta": "ha",
    "héc": "ha",
    "cây": "km",
    "kilômét": "km",
    "m²": "m2",
    "m³": "m3",
    "km²": "km2",
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what it counts in: `%`, or nothing; scales such as `tỷ` are multiplied out."""

    value: Decimal
    percent: bool


@dataclass(frozen=True, slots=True)
class Number:
    """One number, range or fraction at `[start, end)`; `unit` is a measure such as `mm`, or empty."""

    start: int
    end: int
    values: tuple[Decimal, ...]
    percent: bool
    unit: str


def parse_number(text: str) -> Decimal | None:
    """Vietnamese notation: `25.706` is 25706, `7,36` is 7.36, `1.234,5` is 1234.5."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", text):
        text = text.replace(".", "")
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


def find_numbers(text: str) -> list[Number]:
    """Numbers in digits, left to right; `80 - 150 mm` is one range, its scale and unit hold for both ends."""
    found: list[Number] = []
    for match in _PLAIN.finditer(text):
        number = _number(text, match)
        if number is None:
            continue
        before = found[-1] if found else None
        joint = _JOINT.match(text, before.end) if before else None
        if before and joint and joint.end() == match.start() and len(before.values) == len(number.values) == 1:
            found[-1:] = _range(text, before, number)
        else:
            found.append(number)
    return found


def _number(text: str, match: re.Match[str]) -> Number | None:
    parts = [parse_number(part) for part in match.group().split("/")]
    if any(part is None for part in parts):
        return None
    after = _AFTER.match(text, match.end())
    scale = (after.group(1) or "").lower() if after else ""
    power = sum(_SCALES.get(word, 0) for word in scale.split())
    values = tuple((part * Decimal(10) ** power).normalize() for part in parts if part is not None)
    unit = _MEASURES.get((after.group(2) or "").lower(), "") if after else ""
    end = after.end(1) if after and after.group(1) else match.end()
    percent = scale in _PERCENT
    return Number(match.start(), end, values, percent, "" if percent else unit)


def measure(text: str, end: int) -> str:
    """The measure written right behind `end`, or empty."""
    after = re.match(r"\s+([^\W\d_]+[23²³]?)(?!\w)", text[end : end + 12])
    return _MEASURES.get(after.group(1).lower(), "") if after else ""


def _range(text: str, low: Number, high: Number) -> list[Number]:
    """One range, or the two numbers when they are measured in different things."""
    if (low.percent and not high.percent) or (low.unit and low.unit != high.unit):
        return [low, high]
    value = low.values[0]
    bare = re.fullmatch(_NUMBER, text[low.start : low.end])
    plain = parse_number((re.match(_NUMBER, text[high.start : high.end]) or [""])[0])
    if bare and plain:
        value = (value * high.values[0] / plain).normalize()
    return [Number(low.start, high.end, (value, high.values[0]), high.percent, high.unit)]


def find_words(text: str, *, sure: bool) -> Iterator[tuple[int, int, int]]:
    """(start, end, value) of numbers written as words; with `sure` only what hardly means anything else."""
    for match in _WORDS.finditer(text):
        word = match.group().strip().lower()
        if not word or (sure and " " not in word and word not in _SURE):
            continue
        start = match.end() - len(match.group().lstrip())
        yield start, match.end(), _word_value(match)


def _word_value(match: re.Match[str]) -> int:
    part = {key: (value or "").lower() for key, value in match.groupdict().items()}
    total = 100 * _DIGITS.get(part["hundreds"], 0) + _DIGITS.get(part["odd"], 0) + _DIGITS.get(part["one"], 0)
    if part["tens"]:
        return total + 10 * _DIGITS[part["tens"]] + _UNITS.get(part["units"], 0)
    return total + (10 + _TENTHS.get(part["teens"], 0) if "mười" in match.group().lower() else 0)


def roman(text: str) -> int:
    """The value of a Roman numeral in capitals."""
    digits = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}[c] for c in text]
    return sum(-d if any(later > d for later in digits[i + 1 : i + 2]) else d for i, d in enumerate(digits))
