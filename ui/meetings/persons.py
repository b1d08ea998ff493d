"""The people of the meetings: a list, and a page with someone's offices over time."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rag.meetings.matching import Event
from rag.meetings.people import Office, Person
from ui.meetings import labels
from ui.meetings.board import Board, ids, person_key
from ui.meetings.filters import begins
from ui.meetings.listing import PER_PAGE, button, opener, page_of, pager
from ui.meetings.marks import Marks
from ui.meetings.view import View
from ui.render import NOTHING, Html, element, group

OFFICES_PER_PAGE = 20
"""Their articles go along with the page."""


def chosen(board: Board, view: View, found: Sequence[Event]) -> list[Person]:
    """Those who were at one of the meetings and have the name that is asked for, most meetings first."""
    documents = ids(found)
    named = (p for p in board.people if not view.chosen.person or begins(p.name, view.chosen.person))
    return [person for person in named if any(office.document_id in documents for office in person.offices)]


def listing(view: View, people: Sequence[Person]) -> Html:
    if not people:
        return element("p", labels.NO_PERSON, class_="hd-hint")
    shown, page, pages = page_of(people, view.page, PER_PAGE)
    counted = element("p", labels.people_found(len(people)), class_="hd-count")
    rows = element("ul", *(_entry(person) for person in shown), class_="hd-people")
    return group(counted, rows, pager(page, pages))


def _entry(person: Person) -> Html:
    latest = next((o.title for o in reversed(person.offices) if o.title), None)
    facts = (latest.text if latest else labels.NO_OFFICE, labels.meetings(len(_documents(person))))
    return element(
        "li",
        button(element("bdi", person.name), "open", person=person_key(person), class_="hd-open-person"),
        element("p", element("bdi", " · ".join(facts)), class_="hd-facts"),
        element("p", element("strong", labels.DOUBT), f" {person.doubt}", class_="hd-doubt")
        if person.doubt
        else NOTHING,
        class_="hd-person",
    )


def _documents(person: Person) -> Collection[str]:
    return dict.fromkeys(office.document_id for office in person.offices)


def shown_offices(person: Person, view: View) -> tuple[Sequence[Office], int, int]:
    """The offices of one page, the latest first and undated last."""
    dated = [o for o in person.offices if o.moment and o.moment.year]
    undated = [o for o in person.offices if not (o.moment and o.moment.year)]
    return page_of([*reversed(dated), *undated], view.page, OFFICES_PER_PAGE)


def page(board: Board, person: Person, view: View, marks: Marks) -> Html:
    """What each report calls them, with the meeting it was at."""
    offices, number, pages = shown_offices(person, view)
    doubt = element("p", element("strong", labels.DOUBT), f" {person.doubt}", class_="hd-doubt")
    return element(
        "article",
        element("h2", element("bdi", person.name), tabindex="-1", data_focus=True),
        doubt if person.doubt else NOTHING,
        element(
            "div",
            button(labels.THEIR_MEETINGS, "pick", person=person.name, class_="hd-button"),
            class_="hd-sheet-actions",
        ),
        element(
            "section",
            element("h3", labels.OFFICES),
            element("p", labels.OPEN_HINT, class_="hd-hint"),
            element("ol", *(_office(board, office, marks) for office in offices), class_="hd-offices"),
            pager(number, pages),
            class_="hd-field",
        ),
        _namesakes(board, person),
        class_="hd-sheet",
    )


def _office(board: Board, office: Office, marks: Marks) -> Html:
    event = board.event(office.document_id)
    rank = group(marks.link(office.document_id, office.rank), " ") if office.rank else NOTHING
    name = marks.link(office.document_id, office.name)
    title = marks.link(office.document_id, office.title) if office.title else group(name, f" ({labels.NO_OFFICE})")
    held = element("p", rank, title)
    opened = opener(event, labels.AT) if event else NOTHING
    about = element("div", held, opened)
    return element("li", element("span", labels.day(office.moment), class_="hd-when"), about, class_="hd-meeting")


def _namesakes(board: Board, person: Person) -> Html:
    others = [p for p in board.people if p.name == person.name and p is not person]
    if not others:
        return NOTHING
    rows = element("ul", *(_entry(other) for other in others), class_="hd-people")
    return element("section", element("h3", labels.NAMESAKES), rows, class_="hd-field")
