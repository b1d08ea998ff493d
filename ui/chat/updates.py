"""What each event of the chat tab changes on screen, as Gradio updates.

`begin`, `opened` and `clear` update `ChatPage.whole`, `earlier` the thread and its sources,
the others `ChatPage.screen`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from ui.backend import Backend
from ui.chat import messages, thread
from ui.chat.exchange import Conversation, Exchange, answer
from ui.chat.welcome import welcome
from ui.sources import articles
from ui.toolkit import gradio

log = logging.getLogger(__name__)

Updates = tuple[Any, ...]


def begin(conversation: Conversation, question: str) -> Updates:
    """Show a new question at once and put the one before it into the thread; nothing when one is running."""
    gr = gradio()
    finished = conversation.current
    if not conversation.begin(question):
        return (conversation, *[gr.skip()] * 8)
    past = thread.appended(finished).markup if finished else gr.skip()
    return (conversation, "", "", past, *screen(conversation.current))


def opened(backend: Backend, conversation: Conversation) -> Updates:
    """The end of a conversation that was just opened, instead of all that is on screen."""
    past = conversation.past
    shown = past[-thread.SHOWN :]
    first = past[0].number if past else conversation.count + 1
    empty, _, *buttons = screen(None)
    buttons[-1] = gradio().Button(visible=bool(past))
    return (conversation, "", "", thread.replaced(shown, first).markup, empty, _bundles(backend, shown), *buttons)


def earlier(backend: Backend, conversation: Conversation, before: object) -> Updates:
    """More of the past and its articles; `before` is what the page says its first exchange is."""
    past = conversation.past
    shown = thread.page_before(past, int(before)) if isinstance(before, str) and before.isdecimal() else []
    if not shown:
        return (gradio().skip(), gradio().skip())
    return (thread.prepended(shown, past[0].number).markup, _bundles(backend, shown))


def follow(backend: Backend, conversation: Conversation) -> Iterator[Updates]:
    """Every state of the exchange; its articles go along only when its citations changed.

    The first yield changes nothing: Gradio needs one even when no question is waiting.
    """
    yield tuple(gradio().skip() for _ in range(5))
    known: tuple[object, ...] = ((), None)
    for exchange in answer(backend, conversation):
        shown, panel, *buttons = screen(exchange)
        cited = (exchange.evidence, exchange.answer)
        if cited != known:
            panel, known = _articles(backend, exchange), cited
        yield (shown, panel, *buttons)


def _articles(backend: Backend, exchange: Exchange) -> Any:
    """The articles for the source panel; the answer stands even when they cannot be read."""
    try:
        return articles.bundle(exchange.number, articles.gather(backend, exchange)).markup
    except Exception:
        log.exception("the articles of an answer could not be read")
        return gradio().skip()


def _bundles(backend: Backend, shown: Sequence[Exchange]) -> Any:
    found = [_articles(backend, exchange) for exchange in shown]
    return "".join(markup for markup in found if isinstance(markup, str))


def screen(exchange: Exchange | None) -> Updates:
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


def stop(conversation: Conversation) -> Updates:
    """The end of a running answer is shown by its own generator; here only a waiting one is."""
    conversation.stop()
    gr = gradio()
    if conversation.busy:
        return (gr.skip(), gr.skip(), gr.skip(), gr.Button(interactive=False), gr.skip())
    return screen(conversation.current)


def clear(backend: Backend, conversation: Conversation) -> Updates:
    """Back to the first screen, unless a question is being answered."""
    gr = gradio()
    if not conversation.clear():
        return (conversation, *[gr.skip()] * 8)
    first = welcome(_any_documents(backend), conversation)
    nothing = thread.replaced((), conversation.count + 1)
    return (conversation, "", first.markup, nothing.markup, *screen(None))


def _any_documents(backend: Backend) -> bool:
    """True also when the library cannot be read: asking then says why, an invitation to upload would lie."""
    try:
        return bool(backend.documents())
    except Exception:
        log.exception("the documents could not be listed")
        return True
