"""The first screen of a conversation."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from ui import labels
from ui.backend import Backend
from ui.chat.exchange import Conversation
from ui.render import NOTHING, Html, element, group

log = logging.getLogger(__name__)


def welcome(backend: Backend, conversation: Conversation) -> Html:
    """The first screen: examples, or an invitation when there is nothing to ask about; then nothing.

    A library that cannot be read invites nobody to upload: asking then says why.
    """
    if conversation.current or conversation.past:
        return NOTHING
    try:
        return _questions(backend.examples()) if backend.count() else _invitation()
    except Exception:
        log.exception("the first screen without the library")
        return _questions(())


def _questions(examples: Sequence[str]) -> Html:
    buttons = (element("button", text, type="button", data_example=text) for text in examples)
    hint = f"{labels.WELCOME_HINT} {labels.WELCOME_TRY}" if examples else labels.WELCOME_HINT
    return group(
        element("h2", labels.WELCOME),
        element("p", hint, class_="hd-hint"),
        element("div", *buttons, class_="hd-examples"),
    )


def _invitation() -> Html:
    return group(
        element("h2", labels.WELCOME_EMPTY),
        element("p", labels.WELCOME_EMPTY_HINT, class_="hd-hint"),
        element("button", labels.ADD_DOCUMENTS, type="button", data_add=True, class_="hd-primary"),
    )
