"""The drawer of kept conversations: its widgets and what each of their events does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ui.backend import Backend
from ui.chat.exchange import Conversation
from ui.chat.page import QUICK, ChatPage
from ui.chat.updates import Updates
from ui.history import labels, updates
from ui.render import NOTHING, Html, element
from ui.toolkit import gradio, takes_event, takes_request
from ui.visitors import visitor

QUERY_LENGTH = 200
WANTED = "(state, list) => [state, window.hoidap.history.wanted()]"
"""Puts the id of the chat in the address in the place of the list, which the server does not need."""


@dataclass(frozen=True)
class HistoryPage:
    """The widgets of the drawer, and the line below the question that says what was not saved."""

    note: Any
    search: Any
    chats: Any


def build(chat: ChatPage) -> HistoryPage:
    """Lay out the drawer in the open Blocks context, and its buttons below the question."""
    gr = gradio()
    with chat.below:
        _html(_opening(), "hd-history", None)
        note = _html(NOTHING, "hd-history-note", "window.hoidap.history.note(element, watch)")
    with gr.Column(elem_id="hd-chats"):
        _html(_head(), "hd-chats-head", None)
        search = gr.Textbox(
            lines=1,
            max_lines=1,
            max_length=QUERY_LENGTH,
            label=labels.SEARCH,
            placeholder=labels.SEARCH,
            show_label=False,
            container=False,
            elem_id="hd-chats-search",
        )
        chats = _html(NOTHING, "hd-chats-body", "window.hoidap.history.list(element, trigger, watch)")
    return HistoryPage(note, search, chats)


def _html(value: Html, name: str, script: str | None) -> Any:
    return gradio().HTML(value.markup, elem_id=name, apply_default_css=False, js_on_load=script)


def _opening() -> Html:
    return element(
        "div",
        element("button", labels.PRINT, type="button", data_history="print"),
        element("button", labels.HISTORY, type="button", data_history="open"),
    )


def _head() -> Html:
    return element(
        "div",
        element("h2", labels.HISTORY),
        element("button", "×", type="button", data_history="close", aria_label=labels.CLOSE, class_="hd-close"),
        element("button", labels.NEW, type="button", data_history="new", class_="hd-primary"),
        class_="hd-chats-head",
    )


def print_title() -> None:
    """Where the page writes what the open chat is called, on paper only."""
    _html(element("h2", class_="hd-print-title"), "hd-print-head", None)


def wire(page: HistoryPage, chat: ChatPage, backend: Backend, *, ready: Any, answered: Sequence[Any]) -> None:
    """Connect the events.

    Args:
        ready: the event after which the page may open the chat in its address.
        answered: events after which the list has changed.
    """
    listed = [page.chats, page.note]
    everything = [*chat.whole, *listed]

    @takes_request
    def start(conversation: Conversation, wanted: Any, request: Any) -> Updates:
        return updates.start(backend, visitor(request), conversation, wanted)

    @takes_request
    def fresh(conversation: Conversation, query: str | None, request: Any) -> Updates:
        return updates.fresh(backend, visitor(request), conversation, query or "")

    @takes_request
    @takes_event
    def act(conversation: Conversation, query: str | None, event: Any, request: Any) -> Updates:
        return updates.act(backend, visitor(request), conversation, query or "", event)

    ready.then(start, [chat.state, page.chats], everything, js=WANTED, **QUICK)
    # Each is done, also while another is under way: leaving a name field renames, and the click that left it opens.
    page.chats.select(act, [chat.state, page.search], everything, trigger_mode="multiple", **QUICK)
    page.search.change(fresh, [chat.state, page.search], listed, trigger_mode="always_last", **QUICK)
    for event in answered:
        event.then(fresh, [chat.state, page.search], listed, **QUICK)
