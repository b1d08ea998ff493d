"""What the meetings tab shows for a view: its markup, and the articles that its links open."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from rag.meetings.matching import Event
from rag.meetings.people import Person
from ui.backend import Backend
from ui.meetings import labels, listing, persons, picture, sheet
from ui.meetings.board import Board
from ui.meetings.exports import SELECTIONS
from ui.meetings.filters import Filter, select
from ui.meetings.marks import Marks
from ui.meetings.view import View
from ui.render import Html, element, group


@dataclass(frozen=True, slots=True)
class Screen:
    """The tab, and what goes to the source panel; None leaves that as it is."""

    tab: Html
    bundle: Html | None = None


def screen(backend: Backend, board: Board, view: View, user: str) -> Screen:
    """The list of a view, or the page that is open in it."""
    if not board.events:
        return Screen(listing.nothing_yet())
    if view.open:
        return _open(backend, board, view)
    return Screen(_list(board, view, user))


def _open(backend: Backend, board: Board, view: View) -> Screen:
    event = board.event(view.meeting)
    if event:
        return _meeting(backend, event)
    person = board.person(view.person) if view.person else None
    return _person(backend, board, view, person) if person else Screen(_opened(element("p", labels.GONE)))


def _list(board: Board, view: View, user: str) -> Html:
    of_any_kind = select(board.events, replace(view.chosen, kind=""))
    kinds = Counter(str(event[0].kind) for event in of_any_kind)
    found = [event for event in of_any_kind if view.chosen.kind in ("", event[0].kind)]
    key = SELECTIONS.key(user, view.chosen)
    head = listing.head(view, found, len(board.events), _left_out(board, view.chosen), kinds, key)
    if view.mode == "people":
        return group(head, persons.listing(view, persons.chosen(board, view, found)))
    return group(head, picture.picture(found) if view.mode == "picture" and found else listing.body(view, found))


def _left_out(board: Board, chosen: Filter) -> int:
    """How many meetings only the range of days leaves out because their year is unknown."""
    if chosen.range() == (None, None):
        return 0
    others = select(board.events, replace(chosen, since="", until=""))
    return sum(all(m.moment is None or m.moment.year is None for m in event) for event in others)


def _meeting(backend: Backend, event: Event) -> Screen:
    marks = Marks(backend, f"m{event[0].document_id}", [meeting.document_id for meeting in event])
    return Screen(_opened(sheet.sheet(event, marks)), marks.bundle())


def _person(backend: Backend, board: Board, view: View, person: Person) -> Screen:
    offices, _, _ = persons.shown_offices(person, view)
    name = f"p{view.person.replace('-', '_')}_{view.page}"
    marks = Marks(backend, name, [office.document_id for office in offices])
    return Screen(_opened(persons.page(board, person, view, marks)), marks.bundle())


def _opened(page: Html) -> Html:
    return group(listing.button(f"‹ {labels.BACK}", "back", class_="hd-back"), page)
