"""The first screen of a conversation."""

from __future__ import annotations

from ui import labels
from ui.chat.exchange import Conversation
from ui.render import NOTHING, Html, element, group


def welcome(has_documents: bool, conversation: Conversation) -> Html:
    """The first screen: examples, or an invitation when there is nothing to ask about; then nothing."""
    if conversation.current or conversation.past:
        return NOTHING
    return _examples() if has_documents else _invitation()


def _examples() -> Html:
    buttons = (element("button", text, type="button", data_example=i) for i, text in enumerate(labels.EXAMPLES))
    return group(
        element("h2", labels.WELCOME),
        element("p", labels.WELCOME_HINT, class_="hd-hint"),
        element("div", *buttons, class_="hd-examples"),
    )


def _invitation() -> Html:
    return group(
        element("h2", labels.WELCOME_EMPTY),
        element("p", labels.WELCOME_EMPTY_HINT, class_="hd-hint"),
        element("button", labels.ADD_DOCUMENTS, type="button", data_add=True, class_="hd-primary"),
    )
