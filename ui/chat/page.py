"""The chat tab: its widgets and what each of their events does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ui import labels
from ui.backend import Backend
from ui.chat import scope, updates
from ui.chat.exchange import Conversation
from ui.chat.updates import Updates
from ui.render import element
from ui.toolkit import gradio, sent, takes_event

QUESTION_LENGTH = 1000
"""Characters; a longer question is cut by the browser."""
LLM = "llm"
"""Everything that uses the language model waits in this queue."""
PRIVATE = {"show_progress": "hidden", "api_visibility": "private"}
QUICK = {**PRIVATE, "queue": False}
ANSWERING = {**PRIVATE, "concurrency_limit": 1, "concurrency_id": LLM}


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
        "", elem_id="hd-current", apply_default_css=False, js_on_load="window.hoidap.chat.current(element, watch)"
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
        with gr.Row(elem_id="hd-below"):
            hint = element("p", labels.COMPOSER_HINT, class_="hd-hint")
            gr.HTML(hint.markup, apply_default_css=False, js_on_load=None)
            clear = gr.Button(labels.NEW_CHAT, size="sm", scale=0, visible=False, elem_id="hd-new")
    past = _carrier(gr, "hd-past-carrier", "window.hoidap.chat.past(element, watch)")
    sources = _carrier(gr, "hd-sources", "window.hoidap.sources.load(element, watch)")
    return ChatPage(state, welcome, thread, past, current, chip, question, send, stop, clear, sources)


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


def wire(page: ChatPage, backend: Backend, tabs: Any) -> None:
    """Connect the events: showing the question is instant, answering it waits for its turn."""
    gr = gradio()

    def begin(conversation: Conversation, question: str | None) -> Updates:
        return updates.begin(conversation, question or "")

    @takes_event
    def example(conversation: Conversation, event: Any) -> Updates:
        index = sent(event, "example")
        known = isinstance(index, int) and 0 <= index < len(labels.EXAMPLES)
        return updates.begin(conversation, labels.EXAMPLES[index] if known else "")

    def follow(conversation: Conversation) -> Iterator[Updates]:
        yield from updates.follow(backend, conversation)

    def clear(conversation: Conversation) -> Updates:
        return updates.clear(backend, conversation)

    @takes_event
    def earlier(conversation: Conversation, event: Any) -> Updates:
        return updates.earlier(backend, conversation, sent(event, "before"))

    @takes_event
    def everywhere(conversation: Conversation, event: Any) -> Updates:
        return scope.everywhere(conversation, sent(event, "question"))

    asked = [
        page.question.submit(begin, [page.state, page.question], page.whole, **QUICK),
        page.send.click(begin, [page.state, page.question], page.whole, **QUICK),
        page.welcome.select(example, [page.state], page.whole, **QUICK),
        page.scope.select(everywhere, [page.state], [page.scope, *page.whole], **QUICK),
    ]
    for shown in asked:
        shown.then(follow, [page.state], page.screen, **ANSWERING)
    page.scope.delete(scope.leave, [page.state], [page.state, page.scope], **QUICK)
    page.stop.click(updates.stop, [page.state], page.screen, **QUICK)
    page.clear.click(clear, [page.state], page.whole, **QUICK)
    page.thread.select(earlier, [page.state], [page.past, page.sources], **QUICK)
    page.welcome.click(lambda: gr.Tabs(selected="documents"), None, [tabs], **QUICK)
