"""The chat tab: its widgets and what each of their events does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ui import labels
from ui.backend import Backend
from ui.chat import scope, updates
from ui.chat.ahead import typed
from ui.chat.exchange import Conversation
from ui.chat.queueing import Desk, Guest
from ui.chat.updates import Updates
from ui.render import element
from ui.toolkit import gradio, sent, takes_event, takes_request
from ui.visitors import person, visitor

QUESTION_LENGTH = 1000
"""Characters; a longer question is cut by the browser, and here for who has no browser."""
AT_ONCE = 20
"""Answers that may be under way at once: more than may wait for the model (`ui.turns`), so that evidence
never waits, and fewer than Gradio has threads."""
PRIVATE = {"show_progress": "hidden", "api_visibility": "private"}
QUICK = {**PRIVATE, "queue": False}
ANSWERING = {**PRIVATE, "concurrency_limit": AT_ONCE, "concurrency_id": "answers"}


@dataclass(frozen=True)
class ChatPage:
    """The widgets of the tab."""

    state: Any
    welcome: Any
    thread: Any
    """The finished exchanges; only the page itself changes it."""
    past: Any
    """Carries what `thread` gets."""
    current: Any
    scope: Any
    """Says of which documents alone questions are asked."""
    question: Any
    send: Any
    stop: Any
    clear: Any
    sources: Any
    below: Any
    """The row under the question; other rooms put their buttons there."""

    @property
    def screen(self) -> list[Any]:
        """What an update of the current exchange may change."""
        return [self.current, self.sources, self.send, self.stop, self.clear]

    @property
    def whole(self) -> list[Any]:
        """What a new question or a new conversation may change."""
        return [self.state, self.question, self.welcome, self.past, *self.screen]


def build() -> ChatPage:
    """Lay out the tab inside the open Blocks context."""
    gr = gradio()
    state = gr.State(Conversation())
    welcome = gr.HTML(
        "",
        elem_id="hd-welcome",
        apply_default_css=False,
        js_on_load="window.hoidap.chat.welcome(element, trigger)",
    )
    thread = gr.HTML(
        element("div", class_="hd-thread").markup,
        elem_id="hd-past",
        apply_default_css=False,
        js_on_load="window.hoidap.actions(element, trigger)",
    )
    current = gr.HTML(
        "",
        elem_id="hd-current",
        apply_default_css=False,
        js_on_load="window.hoidap.chat.current(element, trigger, watch)",
    )
    with gr.Column(elem_id="hd-composer"):
        chip = gr.HTML(
            "",
            elem_id="hd-scope",
            apply_default_css=False,
            js_on_load="window.hoidap.chat.scope(element, trigger, watch)",
        )
        with gr.Row(elem_id="hd-ask"):
            question = _question(gr)
            send = gr.Button(labels.SEND, variant="primary", scale=0, min_width=72, elem_id="hd-send")
            stop = gr.Button(labels.STOP, scale=0, min_width=72, visible=False, elem_id="hd-stop")
        with gr.Row(elem_id="hd-below") as below:
            hint = element("p", labels.COMPOSER_HINT, class_="hd-hint")
            gr.HTML(hint.markup, apply_default_css=False, js_on_load=None)
            clear = gr.Button(labels.NEW_CHAT, size="sm", scale=0, visible=False, elem_id="hd-new")
    past = _carrier(gr, "hd-past-carrier", "window.hoidap.chat.past(element, watch)")
    sources = _carrier(gr, "hd-sources", "window.hoidap.sources.load(element, watch)")
    return ChatPage(state, welcome, thread, past, current, chip, question, send, stop, clear, sources, below)


def _carrier(gr: Any, name: str, script: str) -> Any:
    """A hidden widget whose value the page takes and puts where it belongs."""
    return gr.HTML("", visible="hidden", elem_id=name, apply_default_css=False, js_on_load=script)


def _question(gr: Any) -> Any:
    return gr.Textbox(
        lines=1,
        max_lines=5,
        max_length=QUESTION_LENGTH,
        label=labels.QUESTION,
        show_label=False,
        container=False,
        placeholder=labels.PLACEHOLDER,
        scale=1,
        elem_id="hd-input",
    )


def wire(
    page: ChatPage, backend: Backend, tabs: Any, *, desk: Desk, keep: Callable[[str, Conversation], None]
) -> list[Any]:
    """Connect the events: showing the question is instant, answering it waits for its turn.

    `keep` saves what is finished of a user's conversation. Returns the events after which it has been called.
    """
    gr = gradio()

    def begin(conversation: Conversation, question: str | None) -> Updates:
        return updates.begin(backend, conversation, (question or "")[:QUESTION_LENGTH])

    @takes_event
    def example(conversation: Conversation, event: Any) -> Updates:
        return updates.begin(backend, conversation, str(sent(event, "example") or "")[:QUESTION_LENGTH])

    @takes_request
    def follow(conversation: Conversation, request: Any) -> Iterator[Updates]:
        try:
            yield from updates.follow(backend, conversation, Guest(person(request), desk))
        finally:  # of a page that was closed too
            keep(visitor(request), conversation)

    @takes_event
    def types(conversation: Conversation, event: Any) -> None:
        typed(desk.ahead, backend, conversation, str(sent(event, "question") or "")[:QUESTION_LENGTH])

    @takes_request
    def clear(conversation: Conversation, request: Any) -> Updates:
        keep(visitor(request), conversation)
        return updates.clear(backend, conversation)

    @takes_event
    def earlier(conversation: Conversation, event: Any) -> Updates:
        return updates.earlier(backend, conversation, sent(event, "before"))

    @takes_event
    def everywhere(conversation: Conversation, event: Any) -> Updates:
        return scope.everywhere(backend, conversation, sent(event, "question"))

    asked = [
        page.question.submit(begin, [page.state, page.question], page.whole, **QUICK),
        page.send.click(begin, [page.state, page.question], page.whole, **QUICK),
        page.welcome.select(example, [page.state], page.whole, **QUICK),
        page.scope.select(everywhere, [page.state], [page.scope, *page.whole], **QUICK),
    ]
    answered = [shown.then(follow, [page.state], page.screen, **ANSWERING) for shown in asked]
    page.scope.delete(scope.leave, [page.state], [page.state, page.scope], **QUICK)
    page.current.input(types, [page.state], None, **QUICK, trigger_mode="always_last")
    page.stop.click(updates.stop, [page.state], page.screen, **QUICK)
    cleared = page.clear.click(clear, [page.state], page.whole, **QUICK)
    page.thread.select(earlier, [page.state], [page.past, page.sources], **QUICK)
    page.welcome.click(lambda: gr.Tabs(selected="documents"), None, [tabs], **QUICK)
    return [*answered, cleared]
