"""The meetings tab: its widgets and what each of their events does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ui.backend import Backend
from ui.chat.exchange import Conversation, Scope
from ui.chat.page import QUICK, ChatPage
from ui.chat.scope import enter
from ui.documents.report import problem
from ui.failures import line
from ui.meetings import labels, view
from ui.meetings.board import Boards
from ui.meetings.screen import screen
from ui.meetings.view import View
from ui.toolkit import gradio, sent, takes_event, takes_request
from ui.visitors import visitor

TAB = labels.TAB
Updates = tuple[Any, ...]


@dataclass(frozen=True)
class MeetingsPage:
    """The widgets of the tab."""

    view: Any
    person: Any
    place: Any
    since: Any
    until: Any
    body: Any

    @property
    def filters(self) -> list[Any]:
        return [self.person, self.place, self.since, self.until]


def build() -> MeetingsPage:
    """Lay out the tab inside the open Blocks context."""
    gr = gradio()
    state = gr.State(View())
    with gr.Row(elem_id="hd-meeting-filters"):
        person = _box(gr, "person", labels.PERSON_HINT)
        place = _box(gr, "place", labels.PLACE_HINT)
        since = _box(gr, "since", labels.DAY_HINT)
        until = _box(gr, "until", labels.DAY_HINT)
    body = gr.HTML(
        "",
        elem_id="hd-meetings",
        apply_default_css=False,
        js_on_load="window.hoidap.meetings.load(element, trigger, watch)",
    )
    return MeetingsPage(state, person, place, since, until, body)


def _box(gr: Any, name: str, hint: str) -> Any:
    return gr.Textbox(
        label=labels.FILTERS[name], placeholder=hint, max_lines=1, min_width=120, elem_id=f"hd-filter-{name}"
    )


def wire(page: MeetingsPage, tabs: Any, tab: Any, chat: ChatPage, backend: Backend) -> None:
    """Connect the events; nothing is read before the tab is opened."""
    gr = gradio()
    boards = Boards(backend)

    def shown(now: View, request: Any) -> Updates:
        """Updates of the tab and of the source panel."""
        try:
            found = screen(backend, boards.current(), now, visitor(request))
        except Exception as error:
            return problem(line(error, "meetings")).markup, gr.skip()
        return found.tab.markup, found.bundle.markup if found.bundle else gr.skip()

    @takes_request
    def fresh(now: View, request: Any) -> Updates:
        return shown(now, request)

    @takes_request
    def typed(now: View, person: str, place: str, since: str, until: str, request: Any) -> Updates:
        after = view.typed(now, person, place, since, until)
        if after.chosen == now.chosen:  # the box only shows what a click chose
            return (gr.skip(), gr.skip(), gr.skip())
        return (after, *shown(after, request))

    @takes_event
    @takes_request
    def clicked(now: View, event: Any, request: Any) -> Updates:
        now = view.after(now, event._data if isinstance(event._data, dict) else {})
        chosen = now.chosen
        return (now, chosen.person, chosen.place, chosen.since, chosen.until, *shown(now, request))

    tab.select(fresh, [page.view], [page.body, chat.sources], **QUICK)
    for box in page.filters:
        # Not `input`: that misses what is pasted or filled in.
        box.change(
            typed, [page.view, *page.filters], [page.view, page.body, chat.sources], trigger_mode="always_last", **QUICK
        )

    @takes_event
    def ask(conversation: Conversation, event: Any) -> Updates:
        event_of = boards.current().event(str(sent(event, "meeting")))
        if event_of is None:
            return tuple(gr.skip() for _ in range(3))
        reports = tuple(meeting.document_id for meeting in event_of)
        return (*enter(conversation, Scope(event_of[0].name, reports)), gr.Tabs(selected="chat"))

    page.body.click(ask, [chat.state], [chat.state, chat.scope, tabs], **QUICK)
    page.body.select(clicked, [page.view], [page.view, *page.filters, page.body, chat.sources], **QUICK)
