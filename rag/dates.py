"""Dates as Vietnamese articles write them, with only the parts that stand there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.records import Published


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date at `[start, end)` of a text; a part that is not written is None."""

    start: int
    end: int
    day: int | None
    month: int | None
    year: int | None

    @property
    def parts(self) -> tuple[int | None, int | None, int | None]:
        return self.day, self.month, self.year

    def states(self, other: DateMention) -> bool:
        """True when every part that `other` gives stands here with the same value."""
        return all(theirs is None or theirs == ours for ours, theirs in zip(self.parts, other.parts, strict=True))

    def contradicts(self, other: DateMention) -> bool:
        """True when a part that both give differs."""
        return any(a is not None and b is not None and a != b for a, b in zip(self.parts, other.parts, strict=True))


_D, _M, _Y = r"(?P<d>0?[1-9]|[12]\d|3[01])", r"(?P<m>0?[1-9]|1[0-2])", r"(?P<y>(?:1[89]|20)\d\d)"
# A slash or hyphen before or behind means a document number (21/2019/NĐ-CP) or a range of years.
_LEFT, _RIGHT = r"(?<![\d/.,-])", r"(?![\d/]|[.,]\d|-[\dA-ZĐ]|\s*%)"
_PATTERNS = [
    re.compile(rf"{_LEFT}{_D}\s*tháng\s*{_M}(?:\s*(?:,|năm|/)?\s*(?:năm\s*)?{_Y})?(?!\d)", re.I),
    re.compile(rf"{_LEFT}{_D}[/.-]{_M}[/.-]{_Y}{_RIGHT}"),
    re.compile(rf"{_LEFT}{_Y}-{_M.replace('0?', '0')}(?:-{_D.replace('0?', '0')})?{_RIGHT}"),
    re.compile(rf"{_LEFT}{_D}/{_M}{_RIGHT}"),
    re.compile(rf"{_LEFT}{_M}/{_Y}{_RIGHT}"),
    re.compile(rf"tháng\s*{_M}\s*(?:,|năm|/|-)\s*(?:năm\s*)?{_Y}(?!\d)", re.I),
    re.compile(rf"tháng\s*{_M}(?![\d/]|[.,]\d)", re.I),
    re.compile(rf"ngày\s*{_D}(?![\d/.,-])(?!\s*tháng)", re.I),
    re.compile(rf"{_LEFT}{_Y}{_RIGHT}"),
    re.compile(rf"(?<!\w)năm\s+(?P<y>1[0-7]\d\d){_RIGHT}", re.I),
]
# In the first line, or in a block between two lines of `---`, which then belongs to the header as a whole.
_HEADER = re.compile(
    r"\A[\ufeff\s]*+(?P<block>---[ \t]*\n(?:(?!---).*\n)*?)?"
    r"[ \t]*date:?[ \t]+(?P<y>\d{4})(?:-(?P<m>0[1-9]|1[0-2])(?:-(?P<d>0[1-9]|[12]\d|3[01])(?:T\S+)?)?)?(?![-\w])[ \t]*"
    r"(?(block)(?:.*\n)(?:(?!---).*\n)*---[ \t]*(?:\n|\Z))",
    re.I,
)


def find_dates(text: str) -> list[DateMention]:
    """All dates of a text, left to right; a longer reading wins over a shorter one inside it."""
    taken: list[DateMention] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if not any(match.start() < t.end and t.start < match.end() for t in taken):
                taken.append(_mention(match))
    return sorted(taken, key=lambda mention: mention.start)


def _mention(match: re.Match[str]) -> DateMention:
    parts = match.groupdict()
    day, month, year = (int(parts[k]) if parts.get(k) else None for k in "dmy")
    return DateMention(match.start(), match.end(), day, month, year)


def header_end(text: str) -> int:
    """Where a leading ` date 2025-04 ` header ends; 0 without one."""
    match = _HEADER.match(text)
    return match.end() if match else 0


def published(text: str) -> Published | None:
    """The date a document's header states, or None; a year that stands nowhere is never guessed."""
    match = _HEADER.match(text)
    if not match:
        return None
    parts = [match[name] for name in "ymd" if match[name]]
    precision = ("year", "month", "day")[len(parts) - 1]
    return Published("-".join(parts), precision, "header")
