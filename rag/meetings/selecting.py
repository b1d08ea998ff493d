"""Which meetings are asked for: by time, person, place and kind."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from rag import facts
from rag.meetings.records import Kind, Meeting, Moment
from rag.text import fold, has_marks, tokens

Days = tuple[date, date]
"""First and last day, both within."""


def select(
    meetings: Iterable[Meeting],
    *,
    first: date | None = None,
    last: date | None = None,
    month: int | None = None,
    year: int | None = None,
    person: str = "",
    place: str = "",
    kind: Kind | None = None,
) -> list[Meeting]:
    """The meetings that fulfil all that is given, in their order.

    A meeting whose year is unknown is in no range of days; its month is still its month. Names and
    places are found by whole words, with any marks when none are typed.
    """
    return [
        meeting
        for meeting in meetings
        if (kind is None or meeting.kind == kind)
        and _within(meeting.moment, first, last)
        and (month is None or (meeting.moment is not None and meeting.moment.month == month))
        and (year is None or (meeting.moment is not None and meeting.moment.year == year))
        and (not person or any(says(attendee.name.text, person) for attendee in meeting.attendees))
        and (not place or any(says(words, place) for words in _places(meeting)))
    ]


def says(text: str, words: str) -> bool:
    """True when the words stand in the text side by side; marks count only when the words have some."""
    if has_marks(words):
        return facts.contains_run(facts.keys(text), facts.keys(words))
    return facts.contains_run([fold(t.text) for t in tokens(text)], [fold(t.text) for t in tokens(words)])


def by_date(meetings: Iterable[Meeting]) -> list[Meeting]:
    """Oldest first; those whose year is unknown last."""
    return sorted(meetings, key=_order)


def days_of(moment: Moment | None) -> Days | None:
    """The days that a moment may mean, or None without a year."""
    if moment is None or moment.year is None:
        return None
    return period(moment.year, moment.month, moment.day)


def period(year: int, month: int | None = None, day: int | None = None) -> Days:
    """First and last day of a year, a month or a day.

    Raises:
        ValueError: no calendar has it.
    """
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if day is None:
        following = date(year + month // 12, month % 12 + 1, 1)
        return date(year, month, 1), following - timedelta(days=1)
    return date(year, month, day), date(year, month, day)


def _within(moment: Moment | None, first: date | None, last: date | None) -> bool:
    if first is None and last is None:
        return True
    days = days_of(moment)
    return days is not None and (first is None or days[1] >= first) and (last is None or days[0] <= last)


def _places(meeting: Meeting) -> list[str]:
    return [place.text for place in (meeting.place, *meeting.other_places) if place]


def _order(meeting: Meeting) -> tuple[bool, int, int, int, int]:
    moment = meeting.moment
    if moment is None:
        return True, 9999, 99, 0, 0
    part = ("", "sáng", "trưa", "chiều", "tối").index(moment.part or "")
    return moment.year is None, moment.year or 9999, moment.month or 0, moment.day or 0, part
