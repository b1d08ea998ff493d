"""Which meetings are chosen: by time, person, place and kind, all at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rag.meetings.matching import Event
from rag.meetings.records import Kind, Meeting, Stated
from rag.meetings.selecting import Days, days_of, period, says
from rag.text import fold, has_marks, normalise
from ui.meetings import labels

LONGEST = 80
"""Characters of a filter that count; a name or a place is shorter."""
_DAY = re.compile(r"(?:(?:(\d\d?)[/-])?(\d\d?)[/-])?(\d{4})")


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked of a meeting, as it was typed; what is empty asks for nothing."""

    person: str = ""
    place: str = ""
    since: str = ""
    """`2024`, `10/2024` or `22/10/2024`; anything else is a problem and filters nothing."""
    until: str = ""
    kind: str = ""

    def chosen(self) -> list[tuple[str, str]]:
        """Name and value of each filter in use."""
        values = ((name, getattr(self, name)) for name in labels.FILTERS)
        return [(name, value) for name, value in values if value]

    def problems(self) -> list[str]:
        """What is wrong with the days, a sentence each."""
        wrong = [labels.not_a_day(text) for text in (self.since, self.until) if text and days(text) is None]
        since, until = days(self.since), days(self.until)
        return [*wrong, *([labels.BACKWARDS] if since and until and since[0] > until[1] else [])]

    def range(self) -> tuple[date | None, date | None]:
        """First and last day, None where it is open or not understood."""
        since, until = days(self.since), days(self.until)
        if since and until and since[0] > until[1]:
            return None, None
        return since[0] if since else None, until[1] if until else None

    def keeps(self, event: Event) -> bool:
        """True when the meeting has all that is asked for; each may stand in another report."""
        return (
            (not self.kind or event[0].kind == self.kind)
            and _within(event, *self.range())
            and (not self.person or any(begins(a.name.text, self.person) for m in event for a in m.attendees))
            and (not self.place or any(begins(text, self.place) for text in where(event)))
        )


def cleaned(text: object) -> str:
    """A filter as the browser sent it: a short line of text, or nothing."""
    line = normalise(text)[:LONGEST] if isinstance(text, str) else ""
    return line if any(character.isalnum() for character in line) else ""


def known_kind(text: object) -> str:
    """A kind of meeting, or nothing."""
    return str(text) if text in set(Kind) else ""


def select(events: Iterable[Event], chosen: Filter) -> list[Event]:
    """The meetings that a filter keeps, in their order."""
    return [event for event in events if chosen.keeps(event)]


@lru_cache(maxsize=64)
def days(text: str) -> Days | None:
    """First and last day of `2024`, `10/2024` or `22/10/2024`; None for anything else."""
    found = _DAY.fullmatch(text)
    if not found:
        return None
    day, month, year = (int(part) if part else None for part in found.groups())
    try:
        return period(int(year or 0), month, day)
    except ValueError:
        return None


def where(event: Event) -> Iterator[str]:
    """The words that say where a meeting was or whom it concerned: places, title, the sides that sat there."""
    for meeting in event:
        yield from (place.text for place in places(meeting))
        yield meeting.name
        yield from (attendee.side.text for attendee in meeting.attendees if attendee.side)


def places(meeting: Meeting) -> Iterator[Stated]:
    """Where it was, all ends of an online meeting."""
    yield from (place for place in (meeting.place, *meeting.other_places) if place)


@lru_cache(maxsize=1 << 15)
def begins(text: str, words: str) -> bool:
    """True when the words stand in the text, the last one perhaps not typed to its end; marks count when typed."""
    spell = str.lower if has_marks(words) else fold
    return f" {_spaced(spell(words))}" in f" {_spaced(spell(text))}" or says(text, words)


def _spaced(text: str) -> str:
    return " ".join(re.findall(r"\w+", text))


def _within(event: Event, first: date | None, last: date | None) -> bool:
    if first is None and last is None:
        return True
    known = days_of(next((m.moment for m in event if m.moment and m.moment.year), None))
    return known is not None and (first is None or known[1] >= first) and (last is None or known[0] <= last)
