"""The chip above the composer that says of which documents alone questions are asked."""

from __future__ import annotations

from typing import Any

from rag.chats.records import Scope
from ui.backend import Backend
from ui.chat import labels, updates
from ui.chat.exchange import Conversation
from ui.chat.updates import Updates
from ui.render import NOTHING, Html, element
from ui.toolkit import gradio


def chip(scope: Scope | None) -> Html:
    if scope is None:
        return NOTHING
    off = element("button", "×", type="button", data_action="leave", aria_label=labels.LEAVE_SCOPE)
    name = element("bdi", scope.name, title=scope.name)
    return element("p", element("span", labels.SCOPE), name, off, class_="hd-scope", role="status")


def enter(conversation: Conversation, scope: Scope) -> tuple[Conversation, str]:
    """The next questions are of this scope; updates of state and chip."""
    conversation.scope = scope
    return conversation, chip(scope).markup


def leave(conversation: Conversation) -> tuple[Conversation, str]:
    conversation.scope = None
    return conversation, ""


def everywhere(backend: Backend, conversation: Conversation, question: object) -> Updates:
    """Leave the scope and ask again; updates of the chip and of `ChatPage.whole`; nothing while one is answered."""
    if conversation.busy or not isinstance(question, str):
        return tuple(gradio().skip() for _ in range(10))
    _, nothing = leave(conversation)
    shown: tuple[Any, ...] = updates.begin(backend, conversation, question)
    return (nothing, *shown)
