"""The chat tab: its widgets and what each of their events does."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ui import labels, messages, sources
from ui.backend import Backend
from ui.chat import Conversation, Exchange, answer
from ui.render import element
from ui.toolkit import gradio, sent, takes_event
from ui.welcome import welcome

log = logging.getLogger(__name__)

QUESTION_LENGTH = 1000
"""Characters; a longer question is cut by the browser."""
LLM = "llm"
"""Everything that uses the language model waits in this queue."""
Updates = tuple[Any, ...]


@dataclass(frozen=True)
class ChatPage:
    """The widgets of the tab."""

    state: Any
    welcome: Any
    past: Any
    current: Any
    question: Any
    send: Any
    stop: Any
    clear: Any
    sources: Any

    @property
    def screen(self) -> list[Any]:
        """What an update of an exchange may change, in the order of `_screen`."""
        return [self.current, self.sources, self.send, self.stop, self.clear]


def build() -> ChatPage:
    """Lay out the tab inside the open Blocks context."""
    gr = gradio()
    state = gr.State(Conversation())
    welcome = gr.HTML(
        "",
        elem_id="hd-welcome",
        apply_default_css=False,
        js_on_load="window.hoidap.welcome(element, trigger)",
    )
    past = gr.HTML("", elem_id="hd-past", apply_default_css=False, js_on_load=None)
    current = gr.HTML(
        "", elem_id="hd-current", apply_default_css=False, js_on_load="window.hoidap.current(element, watch)"
    )
    with gr.Column(elem_id="hd-composer"):
        with gr.Row(elem_id="hd-ask"):
            question = _question(gr)
            send = gr.Button(labels.SEND, variant="primary", scale=0, min_width=72, elem_id="hd-send")
            stop = gr.Button(labels.STOP, scale=0, min_width=72, visible=False, elem_id="hd-stop")
        with gr.Row(elem_id="hd-below"):
            hint = element("p", labels.COMPOSER_HINT, class_="hd-hint")
            gr.HTML(hint.markup, apply_default_css=False, js_on_load=None)
            clear = gr.Button(labels.NEW_CHAT, size="sm", scale=0, visible=False, elem_id="hd-new")
    carrier = gr.HTML(
        "",
        visible="hidden",
        elem_id="hd-sources",
        apply_default_css=False,
        js_on_load="window.hoidap.sources(element, watch)",
    )
    return ChatPage(state, welcome, past, current, question, send, stop, clear, carrier)


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


def wire(page: ChatPage, backend: Backend, tabs: Any) -> None:
    """Connect the events: showing the question is instant, answering it waits for its turn."""
    gr = gradio()
    begun = [page.state, page.question, page.welcome, page.past, *page.screen]

    def begin(conversation: Conversation, question: str | None) -> Updates:
        return _begin(conversation, question or "")

    @takes_event
    def example(conversation: Conversation, event: Any) -> Updates:
        index = sent(event, "example")
        known = isinstance(index, int) and 0 <= index < len(labels.EXAMPLES)
        return _begin(conversation, labels.EXAMPLES[index] if known else "")

    def follow(conversation: Conversation) -> Iterator[Updates]:
        yield from _follow(backend, conversation)

    quick = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
    asked = [
        page.question.submit(begin, [page.state, page.question], begun, **quick),
        page.send.click(begin, [page.state, page.question], begun, **quick),
        page.welcome.select(example, [page.state], begun, **quick),
    ]
    for first in asked:
        first.then(
            follow,
            [page.state],
            page.screen,
            show_progress="hidden",
            concurrency_limit=1,
            concurrency_id=LLM,
            api_visibility="private",
        )
    page.stop.click(_stop, [page.state], page.screen, **quick)
    page.clear.click(_clear(backend), [page.state], begun, **quick)
    page.welcome.click(lambda: gr.Tabs(selected="documents"), None, [tabs], **quick)


def _begin(conversation: Conversation, question: str) -> Updates:
    gr = gradio()
    if not conversation.begin(question):
        return (conversation, *[gr.skip()] * 8)
    past = messages.conversation(conversation.past).markup
    return (conversation, "", "", past, *_screen(conversation.current))


def _follow(backend: Backend, conversation: Conversation) -> Iterator[Updates]:
    """Every state of the exchange; its articles go along only when its citations changed.

    The first yield changes nothing: Gradio needs one even when no question is waiting.
    """
    yield tuple(gradio().skip() for _ in range(5))
    known: tuple[object, ...] = ((), None)
    for exchange in answer(backend, conversation):
        screen, panel, *buttons = _screen(exchange)
        cited = (exchange.evidence, exchange.answer)
        if cited != known:
            panel, known = _articles(backend, exchange), cited
        yield (screen, panel, *buttons)


def _articles(backend: Backend, exchange: Exchange) -> Any:
    """The articles for the source panel; the answer stands even when they cannot be read."""
    try:
        return sources.bundle(exchange.number, sources.gather(backend, exchange)).markup
    except Exception:
        log.exception("the articles of an answer could not be read")
        return gradio().skip()


def _screen(exchange: Exchange | None) -> Updates:
    """Updates of `ChatPage.screen`; the source panel is left as it is."""
    gr = gradio()
    if exchange is None:
        return ("", gr.skip(), gr.Button(visible=True), gr.Button(visible=False), gr.Button(visible=False))
    busy = not exchange.finished
    return (
        messages.exchange(exchange).markup,
        gr.skip(),
        gr.Button(visible=not busy),
        gr.Button(visible=busy, interactive=True),
        gr.Button(visible=not busy),
    )


def _stop(conversation: Conversation) -> Updates:
    """The end of a running answer is shown by its own generator; here only a waiting one is."""
    conversation.stop()
    gr = gradio()
    if conversation.busy:
        return (gr.skip(), gr.skip(), gr.skip(), gr.Button(interactive=False), gr.skip())
    return _screen(conversation.current)


def _clear(backend: Backend) -> Any:
    def clear(conversation: Conversation) -> Updates:
        gr = gradio()
        if not conversation.clear():
            return (conversation, *[gr.skip()] * 8)
        first = welcome(bool(backend.documents()), conversation)
        return (conversation, "", first.markup, "", *_screen(None))

    return clear
