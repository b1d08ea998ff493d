"""All meetings as the tab shows them: reports of one meeting together, newest first, and who was there."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from rag.meetings.matching import Event, events
from rag.meetings.people import Person, link
from rag.meetings.records import Meeting
from ui.backend import Backend


@dataclass(frozen=True)
class Board:
    """The meetings of a library; without slots, so that people are joined once and only when somebody looks."""

    meetings: Sequence[Meeting]
    events: Sequence[Event]
    """Newest first; those without a year last."""

    @cached_property
    def people(self) -> list[Person]:
        """Most meetings first."""
        return sorted(link(self.meetings), key=lambda person: -len(person.offices))

    def event(self, document_id: str) -> Event | None:
        """The meeting that a document reports."""
        return next((e for e in self.events if any(m.document_id == document_id for m in e)), None)

    def person(self, key: str) -> Person | None:
        return next((person for person in self.people if person_key(person) == key), None)


def person_key(person: Person) -> str:
    """Names a person, of whom several may have one name: where the first report names them."""
    first = person.offices[0]
    return f"{first.document_id}-{first.name.start}"


def board(meetings: Sequence[Meeting]) -> Board:
    return Board(meetings, sorted(events(meetings), key=_newest_first))


def _newest_first(event: Event) -> tuple[bool, int, int, int]:
    moment = event[0].moment
    if moment is None:
        return True, 1, 0, 0
    return moment.year is None, -(moment.year or 0), -(moment.month or 0), -(moment.day or 0)


def ids(found: Iterable[Event]) -> set[str]:
    """The documents that report these meetings."""
    return {meeting.document_id for event in found for meeting in event}


class Boards:
    """The board of a library as it is now, made again only when its meetings are others."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._lock = threading.Lock()
        self._board = board(())

    def current(self) -> Board:
        meetings = self._backend.meetings()
        with self._lock:
            if meetings != self._board.meetings:
                self._board = board(meetings)
            return self._board
