"""What each event of the drawer changes on screen, as Gradio updates.

`start` and `act` update all of the chat (`ChatPage.whole`), then the list and the note; `fresh` only these two.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from rag.chats.records import Chat
from rag.errors import HoidapError, UnknownChat
from ui.backend import Backend
from ui.chat import updates as chat_updates
from ui.chat.exchange import Conversation
from ui.chat.updates import Updates
from ui.history import labels
from ui.history.keeping import keep, reopened
from ui.history.listing import PAGE, listing
from ui.render import NOTHING, element
from ui.toolkit import gradio, sent

log = logging.getLogger(__name__)

MOST = 10_000
"""Chats that one page may ask for."""


def start(backend: Backend, user: str, conversation: Conversation, wanted: object) -> Updates:
    """Go on with the chat that the page last had open; an id of nobody, or of another, is a new conversation."""
    shown = _unchanged()
    if isinstance(wanted, str) and wanted:
        try:
            shown = _open(backend, user, conversation, wanted)
        except HoidapError as error:
            log.info("no chat to go on with: %s", error.line)
    return (*shown, *fresh(backend, user, conversation, ""))


def act(backend: Backend, user: str, conversation: Conversation, query: str, event: Any) -> Updates:
    """Open, rename or delete a chat, begin a new one, or show more of them."""
    action, chat_id, shown = sent(event, "action"), str(sent(event, "chat")), _shown(sent(event, "shown"))
    screen, problem = _unchanged(), ""
    keep(backend, user, conversation)
    try:
        if action == "open":
            screen = _open(backend, user, conversation, chat_id)
        elif action == "new":
            screen = _new(backend, conversation)
        elif action == "rename":
            backend.chats.rename(user, chat_id, str(sent(event, "title")))
        elif action == "delete":
            screen = _delete(backend, user, conversation, chat_id)
        elif action == "more":
            shown += PAGE
    except HoidapError as error:
        problem = error.line
    return (*screen, *fresh(backend, user, conversation, query, shown, problem))


def fresh(
    backend: Backend, user: str, conversation: Conversation, query: str, shown: int = PAGE, problem: str = ""
) -> Updates:
    """The list as it is now, and what was not saved or not done."""
    try:
        chats = backend.chats.page(user, query, limit=shown + 1)
        current = _current(backend, user, conversation)
        today = datetime.now().astimezone().date()
        found = listing(chats, shown=shown, query=query, current=current, today=today).markup
    except HoidapError as error:
        found = element("p", error.line, class_="hd-hint").markup
    if conversation.not_kept and not problem:
        problem = labels.not_kept(conversation.not_kept)
    return (found, element("p", problem).markup if problem else NOTHING.markup)


def _open(backend: Backend, user: str, conversation: Conversation, chat_id: str) -> Updates:
    if not reopened(backend, user, chat_id, conversation):
        raise Busy()
    return chat_updates.opened(backend, conversation)


def _new(backend: Backend, conversation: Conversation) -> Updates:
    if conversation.busy:
        raise Busy()
    return chat_updates.clear(backend, conversation)


def _delete(backend: Backend, user: str, conversation: Conversation, chat_id: str) -> Updates:
    """The open chat goes from the screen too, unless a question is being answered: that one begins a new chat."""
    backend.chats.delete(user, chat_id)
    if chat_id != conversation.chat_id or conversation.busy:
        return _unchanged()
    return chat_updates.clear(backend, conversation)


def _current(backend: Backend, user: str, conversation: Conversation) -> Chat | None:
    try:
        return backend.chats.chat(user, conversation.chat_id) if conversation.chat_id else None
    except UnknownChat:
        return None


def _shown(number: object) -> int:
    """How many chats stand on the page, as it says."""
    return min(max(number, PAGE), MOST) if isinstance(number, int) else PAGE


def _unchanged() -> Updates:
    return (gradio().skip(),) * 9


class Busy(HoidapError):
    """Another conversation cannot be shown while a question of this one is being answered."""

    problem = labels.BUSY
    next_step = ""
