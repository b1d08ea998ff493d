"""How the list of meetings looks: what is chosen, how many, the timeline, the table, the pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from rag.meetings.matching import Event, attendees
from rag.meetings.records import Kind
from ui.downloads import link
from ui.meetings import labels
from ui.meetings.filters import Filter, places
from ui.meetings.view import View
from ui.render import NOTHING, Child, Html, element, group

Row = TypeVar("Row")
PER_PAGE = 50
_NAMES = 3
"""People named in a row; the others are counted."""


def button(label: Child, action: str, **data: str | int | bool | None) -> Html:
    """A button whose data the page sends as one event."""
    sent = {name if name.startswith(("aria_", "class_")) else f"data_{name}": value for name, value in data.items()}
    return element("button", label, type="button", data_action=action, **sent)


def nothing_yet() -> Html:
    hint = element("p", labels.NOTHING_YET_HINT, class_="hd-hint")
    return element("div", element("h2", labels.NOTHING_YET), hint, class_="hd-no-meetings")


def head(view: View, found: Sequence[Event], total: int, left_out: int, kinds: dict[str, int], key: str) -> Html:
    """Ways to look, kinds, the filters in use, and how many meetings they leave.

    Args:
        left_out: meetings without a year, which a range of days leaves out.
        kinds: how many there would be of each kind.
        key: of this selection, for the downloads.
    """
    modes = (
        button(label, "mode", mode=mode, aria_pressed=str(mode == view.mode).lower(), class_="hd-mode")
        for mode, label in labels.MODES.items()
    )
    notes = [*view.chosen.problems(), *([labels.left_out(left_out)] if left_out else [])]
    return element(
        "div",
        element("div", *modes, role="group", aria_label=labels.MODES_LABEL, class_="hd-modes"),
        element("div", *_kinds(view, kinds), role="group", aria_label=labels.KINDS_LABEL, class_="hd-kinds"),
        _chips(view.chosen),
        *(element("p", note, class_="hd-filter-note", role="status") for note in notes),
        element(
            "div",
            element("p", labels.found(len(found), total), class_="hd-count", role="status"),
            _downloads(key) if found else NOTHING,
            class_="hd-found",
        ),
        class_="hd-meetings-head",
    )


def _kinds(view: View, kinds: dict[str, int]) -> Iterator[Html]:
    for kind in Kind:
        on = kind == view.chosen.kind
        if kinds.get(kind) or on:
            label = f"{kind} ({kinds.get(kind, 0)})"
            yield button(label, "kind", kind=kind, aria_pressed=str(on).lower(), class_="hd-kind")


def _chips(chosen: Filter) -> Html:
    used = chosen.chosen()
    if not used:
        return NOTHING
    chips = [_chip(name, value) for name, value in used]
    everything = element("li", button(labels.CLEAR_ALL, "clear-all", class_="hd-clear-all")) if used[1:] else NOTHING
    return element("ul", *chips, everything, class_="hd-chosen", aria_label=labels.CHOSEN_LABEL)


def _chip(name: str, value: str) -> Html:
    label = labels.FILTERS[name]
    text = group(f"{label}: ", element("bdi", value), element("span", "×", aria_hidden="true"))
    return element("li", button(text, "clear", filter=name, aria_label=labels.remove(label, value), class_="hd-chip"))


def _downloads(key: str) -> Html:
    links = (
        element("a", label, href=link("meetings", key, form), download=True, aria_label=f"{labels.DOWNLOAD} {label}")
        for form, label in labels.FORMS.items()
    )
    return element("p", element("span", labels.DOWNLOAD), *links, class_="hd-downloads")


def body(view: View, found: Sequence[Event]) -> Html:
    """One page of the timeline or the table."""
    if not found:
        return element("p", labels.NO_MATCH, class_="hd-hint")
    shown, page, pages = page_of(found, view.page, PER_PAGE)
    return group(table(shown) if view.mode == "table" else timeline(shown), pager(page, pages))


def page_of(rows: Sequence[Row], page: int, size: int) -> tuple[Sequence[Row], int, int]:
    """The rows of a page, its number and how many there are; a number too high means the last."""
    pages = max(1, -(-len(rows) // size))
    page = min(page, pages)
    return rows[(page - 1) * size : page * size], page, pages


def pager(page: int, pages: int) -> Html:
    if pages == 1:
        return NOTHING
    back = button(labels.PREVIOUS_PAGE, "page", page=page - 1) if page > 1 else NOTHING
    on = button(labels.NEXT_PAGE, "page", page=page + 1) if page < pages else NOTHING
    return element("div", back, element("span", labels.page(page, pages)), on, class_="hd-pager")


def timeline(shown: Sequence[Event]) -> Html:
    """By year and month, those without a year under a heading of their own."""
    years = groupby(shown, key=lambda event: event[0].moment.year if event[0].moment else None)
    return element("div", *(_year(year, list(events)) for year, events in years), class_="hd-timeline")


def _year(year: int | None, shown: Sequence[Event]) -> Html:
    if year is None:
        hint = element("p", labels.NO_YEAR_HINT, class_="hd-hint")
        rows = element("ol", *(_entry(event) for event in shown), class_="hd-month-list")
        return element("section", element("h2", labels.NO_YEAR), hint, rows, class_="hd-year")
    months = groupby(shown, key=lambda event: event[0].moment.month if event[0].moment else None)
    return element(
        "section", element("h2", labels.year(year)), *(_month(m, list(e)) for m, e in months), class_="hd-year"
    )


def _month(month: int | None, shown: Sequence[Event]) -> Html:
    heading = labels.month(month) if month else labels.NO_MONTH
    rows = element("ol", *(_entry(event) for event in shown), class_="hd-month-list")
    return element("div", element("h3", heading), rows, class_="hd-month")


def _entry(event: Event) -> Html:
    facts = [text for text in (_where(event), _who(event), _several(event)) if text]
    about = element(
        "div",
        element("span", str(event[0].kind), class_="hd-kind-badge"),
        opener(event),
        element("p", element("bdi", " · ".join(facts)), class_="hd-facts") if facts else NOTHING,
    )
    return element("li", element("span", labels.day(event[0].moment), class_="hd-when"), about, class_="hd-meeting")


def opener(event: Event, before: str = "") -> Html:
    """What opens the page of a meeting: its name, with a word before it."""
    name = group(before, element("bdi", event[0].name))
    return button(name, "open", meeting=event[0].document_id, class_="hd-open-meeting")


def table(shown: Sequence[Event]) -> Html:
    """A row a meeting; on a phone each cell says what it is."""
    headings = element("tr", *(element("th", name, scope="col") for name in labels.COLUMNS))
    return element(
        "table",
        element("caption", labels.TABLE, class_="hd-unseen"),
        element("thead", headings),
        element("tbody", *(_row(event) for event in shown)),
        class_="hd-meetings-table",
    )


def _row(event: Event) -> Html:
    cells: tuple[Child, ...] = (
        labels.day(event[0].moment),
        opener(event),
        str(event[0].kind),
        element("bdi", _where(event)),
        element("bdi", _who(event)),
    )
    return element("tr", *(element("td", c, data_label=name) for name, c in zip(labels.COLUMNS, cells, strict=True)))


def _where(event: Event) -> str:
    return ", ".join(place.text for place in places(event[0]))


def _who(event: Event) -> str:
    names = [attendee.name.text for attendee in attendees(event)]
    more = [f"+{len(names) - _NAMES}"] if len(names) > _NAMES else []
    return ", ".join([*names[:_NAMES], *more])


def _several(event: Event) -> str:
    return labels.reports(len(event)) if len(event) > 1 else ""
