"""What the meetings tab shows, and how each click changes it; what a browser sends is not trusted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from ui.meetings import labels
from ui.meetings.filters import Filter, cleaned, known_kind


@dataclass(frozen=True, slots=True)
class View:
    """A list in one of four modes, or the page of one meeting or one person."""

    chosen: Filter = field(default_factory=Filter)
    mode: str = "timeline"
    page: int = 1
    meeting: str = ""
    """Document of the meeting that is open."""
    person: str = ""
    """Key of the person that is open."""
    before: View | None = None
    """Where the open page was opened from."""

    @property
    def open(self) -> bool:
        return bool(self.meeting or self.person)


Sent = Mapping[str, object]


def after(view: View, sent: Sent) -> View:
    """The view after a click; one that is not known changes nothing."""
    change = _CHANGES.get(str(sent.get("action")))
    return change(view, sent) if change else view


def typed(view: View, person: object, place: object, since: object, until: object) -> View:
    """The view after something was typed into the filters."""
    who, where, first, last = (cleaned(text) for text in (person, place, since, until))
    chosen = Filter(who, where, first, last, view.chosen.kind)
    mode = view.mode if not view.open else "timeline"
    return View(chosen, mode)


def _mode(view: View, sent: Sent) -> View:
    mode = str(sent.get("mode"))
    return View(view.chosen, mode) if mode in labels.MODES else view


def _kind(view: View, sent: Sent) -> View:
    kind = known_kind(sent.get("kind"))
    return View(replace(view.chosen, kind="" if kind == view.chosen.kind else kind), view.mode)


def _clear(view: View, sent: Sent) -> View:
    name = str(sent.get("filter"))
    return View(replace(view.chosen, **{name: ""}), view.mode) if name in labels.FILTERS else view


def _pick(view: View, sent: Sent) -> View:
    """Choose from a picture: what is sent is put in place, the rest of the filter stays."""
    found = {name: cleaned(sent[name]) for name in ("person", "place", "since", "until") if name in sent}
    return View(replace(view.chosen, **found), "timeline")


def _page(view: View, sent: Sent) -> View:
    number = str(sent.get("page"))
    return replace(view, page=max(1, int(number))) if number.isdecimal() and len(number) < 7 else view


def _open(view: View, sent: Sent) -> View:
    meeting, person = cleaned(sent.get("meeting")), cleaned(sent.get("person"))
    if not meeting and not person:
        return view
    return View(view.chosen, view.mode, meeting=meeting, person=person, before=_without_past(view))


def _without_past(view: View) -> View:
    """At most a list, a person and a meeting deep, so that a long walk keeps no chain."""
    return replace(view, before=view.before and replace(view.before, before=None))


def _back(view: View, sent: Sent) -> View:
    return view.before or View(view.chosen, view.mode)


_CHANGES: dict[str, Callable[[View, Sent], View]] = {
    "mode": _mode,
    "kind": _kind,
    "clear": _clear,
    "clear-all": lambda view, sent: View(mode=view.mode),
    "pick": _pick,
    "page": _page,
    "open": _open,
    "back": _back,
}
