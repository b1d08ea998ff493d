"""Meetings as an iCalendar file (RFC 5545): whole days, for no time of day is ever stated to the minute."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from rag.meetings.records import Meeting
from rag.meetings.selecting import days_of

_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]+")
_LONGEST = 75
"""Octets of a line without its end (section 3.1)."""


def day_of(meeting: Meeting) -> date | None:
    """The one day of a meeting, or None: without its year or its day it stands in no calendar."""
    days = days_of(meeting.moment)
    return days[0] if days and days[0] == days[1] else None


def calendar(meetings: Iterable[Meeting], *, made: datetime) -> str:
    """One event for each meeting that `day_of` knows; lines end with CR LF.

    Args:
        made: when the calendar was written, in UTC.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//hoidap//meetings//VI"]
    for meeting in meetings:
        day = day_of(meeting)
        if day:
            lines.extend(_event(meeting, day, made))
    return "".join(f"{folded}\r\n" for line in (*lines, "END:VCALENDAR") for folded in _folded(line))


def _event(meeting: Meeting, day: date, made: datetime) -> Iterator[str]:
    place = ", ".join(p.text for p in (meeting.place, *meeting.other_places) if p)
    yield "BEGIN:VEVENT"
    yield f"UID:{meeting.document_id}-{meeting.kind_stated.start}@hoidap"
    yield f"DTSTAMP:{made:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(meeting.name)}"
    if place:
        yield f"LOCATION:{_escaped(place)}"
    yield f"DESCRIPTION:{_escaped(_description(meeting))}"
    yield "END:VEVENT"


def _description(meeting: Meeting) -> str:
    when = meeting.moment.stated.text if meeting.moment else ""
    people = [f"{a.name.text}{f' ({a.title.text})' if a.title else ''}" for a in meeting.attendees]
    return "\n".join((f"{meeting.kind}, {when}", *people))


def _escaped(text: str) -> str:
    """A TEXT value (section 3.3.11); what no calendar may hold becomes a space."""
    for character in ("\\", ";", ","):
        text = text.replace(character, f"\\{character}")
    return _CONTROLS.sub(" ", text.replace("\n", "\\n"))


def _folded(line: str) -> Iterator[str]:
    """Pieces of at most 75 octets, never through a character; each but the first begins with a space."""
    piece, size = "", 0
    for character in line:
        octets = len(character.encode("utf-8", "replace"))
        if size + octets > _LONGEST:
            yield piece
            piece, size = " ", 1
        piece += character
        size += octets
    yield piece
