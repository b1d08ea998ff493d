"""What each event of the chat tab changes on screen, as Gradio updates.

`begin`, `opened` and `clear` update `ChatPage.whole`, `earlier` the thread and its sources,
the others `ChatPage.screen`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

from ui.backend import Backend
from ui.chat import messages, thread
from ui.chat.exchange import Conversation, Exchange, answer
from ui.chat.queueing import Guest
from ui.chat.welcome import welcome
from ui.sources import articles
from ui.toolkit import gradio

log = logging.getLogger(__name__)

DRAFT_SECONDS = 0.1
"""Between two updates of a draft."""
Updates = tuple[Any, ...]


def begin(backend: Backend, conversation: Conversation, question: str) -> Updates:
    """Show a new question at once and put the one before it into the thread; nothing when one is running."""
    gr = gradio()
    finished = conversation.current
    if not conversation.begin(question):
        return (conversation, *[gr.skip()] * 8)
    past = thread.appended(_checked(backend, [finished])[0][0]).markup if finished else gr.skip()
    return (conversation, "", "", past, *screen(conversation.current))


def opened(backend: Backend, conversation: Conversation) -> Updates:
    """The end of a conversation that was just opened, instead of all that is on screen."""
    past = conversation.past
    shown, sources = _checked(backend, past[-thread.SHOWN :])
    first = past[0].number if past else conversation.count + 1
    empty, _, *buttons = screen(None)
    buttons[-1] = gradio().Button(visible=bool(past))
    return (conversation, "", "", thread.replaced(shown, first).markup, empty, sources, *buttons)


def earlier(backend: Backend, conversation: Conversation, before: object) -> Updates:
    """More of the past and its articles; `before` is what the page says its first exchange is."""
    past = conversation.past
    wanted = thread.page_before(past, int(before)) if isinstance(before, str) and before.isdecimal() else []
    if not wanted:
        return (gradio().skip(), gradio().skip())
    shown, sources = _checked(backend, wanted)
    return (thread.prepended(shown, past[0].number).markup, sources)


def follow(backend: Backend, conversation: Conversation, guest: Guest | None = None) -> Iterator[Updates]:
    """Every state of the exchange; its articles go along only when its citations changed.

    The first yield changes nothing: Gradio needs one even when no question is waiting.
    """
    yield tuple(gradio().skip() for _ in range(5))
    known: tuple[object, ...] = ((), None)
    for exchange in calmly(answer(backend, conversation, guest)):
        shown, panel, *buttons = screen(exchange)
        cited = (exchange.evidence, exchange.answer)
        if cited != known:
            panel, known = _articles(backend, exchange), cited
        yield (shown, panel, *buttons)


def calmly(exchanges: Generator[Exchange], clock: Callable[[], float] = time.monotonic) -> Iterator[Exchange]:
    """Without the drafts that follow one another faster than an eye: each update carries the whole exchange."""
    last = -DRAFT_SECONDS
    with closing(exchanges):
        for exchange in exchanges:
            if exchange.draft and clock() - last < DRAFT_SECONDS:
                continue
            last = clock() if exchange.draft else last
            yield exchange


def _articles(backend: Backend, exchange: Exchange) -> Any:
    """The articles for the source panel; the answer stands even when they cannot be read."""
    try:
        return articles.bundle(exchange.number, articles.gather(backend, exchange)).markup
    except Exception:
        log.exception("the articles of an answer could not be read")
        return gradio().skip()


def _checked(backend: Backend, saved: Sequence[Exchange]) -> tuple[list[Exchange], str]:
    """Saved exchanges with what has become of their sources since, and the bundles for the panel."""
    shown, bundles = [], []
    for exchange in saved:
        try:
            found = articles.gather(backend, exchange)
            stale = articles.stale(found)
        except Exception:  # then nothing bears it out
            log.exception("the articles of a saved answer could not be read")
            found, stale = [], frozenset(citation.number for citation in exchange.evidence)
        shown.append(replace(exchange, stale=stale))
        bundles.append(articles.bundle(exchange.number, found).markup)
    return shown, "".join(bundles)


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
    first = welcome(backend, conversation)
    nothing = thread.replaced((), conversation.count + 1)
    return (conversation, "", first.markup, nothing.markup, *screen(None))
