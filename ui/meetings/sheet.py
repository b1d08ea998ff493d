"""The page of one meeting: every field of every report, each linked to where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rag import facts
from rag.meetings.icalendar import day_of
from rag.meetings.matching import Event
from rag.meetings.records import Attendee, Meeting, Stated
from ui.downloads import link
from ui.meetings import labels
from ui.meetings.filters import places
from ui.meetings.listing import button
from ui.meetings.marks import Marks
from ui.render import NOTHING, Child, Html, element, group


@dataclass
class _Item:
    """A value with the first report that states it."""

    shown: Html
    first: int
    numbers: list[tuple[int, int]] = field(default_factory=list)
    """Of the further reports: which one, and the number of its citation."""


def sheet(event: Event, marks: Marks) -> Html:
    """Everything that is known of a meeting; what no report states is named in one line."""
    parts = [(name, _FIELDS[name](event, marks)) for name in labels.FIELDS]
    missing = [labels.FIELDS[name].lower() for name, items in parts if not items]
    return element(
        "article",
        element("h2", element("bdi", event[0].name), tabindex="-1", data_focus=True),
        _actions(event),
        element("p", labels.OPEN_HINT, class_="hd-hint"),
        *(_section(labels.FIELDS[name], items) for name, items in parts if items),
        element("p", labels.NOT_STATED.format(fields=", ".join(missing)), class_="hd-hint") if missing else NOTHING,
        _reports(event, marks),
        class_="hd-sheet",
    )


def _actions(event: Event) -> Html:
    key = event[0].document_id
    calendar = element("a", labels.FORMS["ics"], href=link("meeting", key, "ics"), download=True, class_="hd-button")
    return group(
        element(
            "div",
            button(labels.ASK, "ask", meeting=key, class_="hd-primary"),
            calendar if any(day_of(meeting) for meeting in event) else NOTHING,
            class_="hd-sheet-actions",
        ),
        NOTHING if any(day_of(m) for m in event) else element("p", labels.NO_CALENDAR, class_="hd-hint"),
    )


def _section(heading: str, items: Sequence[Html]) -> Html:
    rows = element("ul", *(element("li", item) for item in items))
    return element("section", element("h3", heading), rows, class_="hd-field")


def _merged(event: Event, marks: Marks, values: Callable[[Meeting], Iterable[tuple[Stated, Html]]]) -> list[Html]:
    """The values of all reports, each once; a report that states it too has a chip."""
    items: dict[tuple[str, ...], _Item] = {}
    for at, meeting in enumerate(event, 1):
        for stated, shown in values(meeting):
            key = facts.keys(stated.text)
            if key not in items:
                items[key] = _Item(shown, at)
            elif at not in (items[key].first, *(other for other, _ in items[key].numbers)):
                items[key].numbers.append((at, marks.number(meeting.document_id, stated)))
    return [
        group(item.shown, *(marks.chip(n, labels.report(at)) for at, n in item.numbers if n)) for item in items.values()
    ]


def _plain(values: Callable[[Meeting], Iterable[Stated | None]]) -> Callable[[Event, Marks], list[Html]]:
    def field_of(event: Event, marks: Marks) -> list[Html]:
        def linked(meeting: Meeting) -> Iterator[tuple[Stated, Html]]:
            return ((s, marks.link(meeting.document_id, s)) for s in values(meeting) if s is not None)

        return _merged(event, marks, linked)

    return field_of


def _when(event: Event, marks: Marks) -> list[Html]:
    def moment(meeting: Meeting) -> Iterator[tuple[Stated, Html]]:
        if meeting.moment is None:
            return
        stated, year = meeting.moment.stated, meeting.moment.year
        elsewhere = f" ({labels.YEAR_ELSEWHERE.format(year=year)})" if year and str(year) not in stated.text else ""
        yield stated, group(marks.link(meeting.document_id, stated), elsewhere)

    return _merged(event, marks, moment)


def _people(*, chairs: bool) -> Callable[[Event, Marks], list[Html]]:
    def field_of(event: Event, marks: Marks) -> list[Html]:
        def linked(meeting: Meeting) -> Iterator[tuple[Stated, Html]]:
            own = (attendee for attendee in meeting.attendees if attendee.chairs or not chairs)
            return ((a.name, _attendee(meeting.document_id, a, marks)) for a in own)

        return _merged(event, marks, linked)

    return field_of


def _attendee(document_id: str, who: Attendee, marks: Marks) -> Html:
    offices: list[Child] = []
    for part in (who.title, who.other_title):
        offices += [", ", marks.link(document_id, part)] if part else []
    rank = group(marks.link(document_id, who.rank), " ") if who.rank else NOTHING
    side = group(" (", marks.link(document_id, who.side), ")") if who.side else NOTHING
    return group(rank, element("strong", marks.link(document_id, who.name)), *offices, side)


def _requests(event: Event, marks: Marks) -> list[Html]:
    def linked(meeting: Meeting) -> Iterator[tuple[Stated, Html]]:
        for request in meeting.requests:
            by, to = (marks.link(meeting.document_id, side) if side else None for side in (request.by, request.to))
            sides = group(by or "", f" {labels.TO} " if by and to else "", to or "", ": ") if by or to else NOTHING
            yield request.content, group(sides, marks.link(meeting.document_id, request.content))

    return _merged(event, marks, linked)


def _decisions(event: Event, marks: Marks) -> list[Html]:
    def linked(meeting: Meeting) -> Iterator[tuple[Stated, Html]]:
        for decision in meeting.decisions:
            until = decision.deadline
            due = group(f" {labels.DEADLINE} ", marks.link(meeting.document_id, until)) if until else NOTHING
            yield decision.content, group(marks.link(meeting.document_id, decision.content), due)

    return _merged(event, marks, linked)


def _references(event: Event, marks: Marks) -> list[Html]:
    def linked(meeting: Meeting) -> Iterator[tuple[Stated, Html]]:
        for reference in meeting.references:
            dated = group(", ", marks.link(meeting.document_id, reference.date)) if reference.date else NOTHING
            yield reference.number, group(marks.link(meeting.document_id, reference.number), dated)

    return _merged(event, marks, linked)


_FIELDS: dict[str, Callable[[Event, Marks], list[Html]]] = {
    "title": _plain(lambda meeting: [meeting.title]),
    "kind": _plain(lambda meeting: [meeting.kind_stated]),
    "when": _when,
    "where": _plain(places),
    "chair": _people(chairs=True),
    "attendees": _people(chairs=False),
    "topics": _plain(lambda meeting: meeting.topics),
    "figures": _plain(lambda meeting: meeting.figures),
    "requests": _requests,
    "decisions": _decisions,
    "references": _references,
}


def _reports(event: Event, marks: Marks) -> Html:
    rows = [marks.document_link(meeting.document_id) for meeting in event]
    return _section(f"{labels.REPORTS} ({len(rows)})", rows)
