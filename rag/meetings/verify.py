"""Whether a record still says what its document says: every field is a slice of the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from rag.dates import find_dates
from rag.meetings.records import Meeting, Moment, Stated
from rag.records import Published


def stated(text: str, start: int, end: int) -> Stated:
    """The one way to a field's value: the slice `[start, end)` without white space around it.

    Raises:
        ValueError: nothing but white space stands there.
    """
    words = text[start:end]
    found = words.strip()
    if not found:
        raise ValueError(f"nothing stands at [{start}, {end})")
    start += len(words) - len(words.lstrip())
    return Stated(found, start, start + len(found))


def all_stated(record: object, name: str = "") -> Iterator[tuple[str, Stated]]:
    """Every stated field below a record with its path (`attendees[0].name`), in the order of the fields."""
    if isinstance(record, Stated):
        yield name, record
    elif isinstance(record, tuple):
        for at, item in enumerate(record):
            yield from all_stated(item, f"{name}[{at}]")
    elif is_dataclass(record):
        for field in fields(record):
            yield from all_stated(getattr(record, field.name), f"{name}.{field.name}".lstrip("."))


def verify(meeting: Meeting, text: str, *, published: Published | None = None) -> list[str]:
    """Paths of the fields that the text does not bear out; empty when all is well.

    A date's parts must stand in its words; only the year may come from `published` instead.
    """
    wrong = [name for name, s in all_stated(meeting) if not s.text or text[s.start : s.end] != s.text or s.start < 0]
    if meeting.moment and not _dated(meeting.moment, published):
        wrong.append("moment")
    return wrong


def _dated(moment: Moment, published: Published | None) -> bool:
    words = moment.stated.text.lower()
    if moment.part and moment.part not in words:
        return False
    years = {published.value[:4]} if published else set()
    parts = (moment.day, moment.month)
    return any(
        parts == (found.day, found.month) and (moment.year in (found.year, None) or str(moment.year) in years)
        for found in find_dates(words)
    )
