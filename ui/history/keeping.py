"""Between what is on screen and what is kept: every finished exchange is saved, and comes back as it was."""

from __future__ import annotations

import logging
from dataclasses import replace

from rag.chats.records import ChatTurn, Outcome
from rag.errors import HoidapError, UnknownChat
from rag.records import Done
from ui.backend import Backend
from ui.chat.exchange import Conversation, Exchange, Phase, after
from ui.history import labels

log = logging.getLogger(__name__)


def keep(backend: Backend, user: str, conversation: Conversation) -> None:
    """Save the finished exchanges that are not saved yet; what cannot be saved is tried again with the next.

    An answer stands on screen whether it could be saved or not: `conversation.not_kept` says why not.
    """
    with conversation.keeping:
        conversation.not_kept = ""
        try:
            for exchange in conversation.unkept():
                conversation.chat_id = _added(backend, user, conversation.chat_id, turn_of(exchange))
                conversation.kept = exchange.number
        except HoidapError as error:
            log.warning("a conversation could not be saved: %s %s", error.line, error.detail)
            conversation.not_kept = error.line
        except Exception:
            log.exception("a conversation could not be saved")
            conversation.not_kept = labels.UNEXPECTED


def _added(backend: Backend, user: str, chat_id: str | None, turn: ChatTurn) -> str:
    try:
        return backend.chats.add(user, chat_id, turn).id
    except UnknownChat:  # deleted on another page meanwhile
        return backend.chats.add(user, None, turn).id


def reopened(backend: Backend, user: str, chat_id: str, conversation: Conversation) -> bool:
    """Go on with a kept chat; False while a question is being answered.

    Raises:
        UnknownChat: there is none of that id, or it is another user's.
        LibraryDamaged: it cannot be read.
    """
    turns = backend.chats.turns(user, chat_id)
    return conversation.open([exchange_of(turn) for turn in turns], chat_id)


def turn_of(exchange: Exchange) -> ChatTurn:
    return ChatTurn(
        question=exchange.question,
        asked_at=exchange.asked_at,
        outcome=Outcome(exchange.phase),
        standalone=exchange.standalone,
        answer=exchange.answer,
        evidence=() if exchange.answer else exchange.evidence,
        error=exchange.error,
        features=exchange.features,
        searched=exchange.searched,
        scope=exchange.scope,
    )


def exchange_of(turn: ChatTurn) -> Exchange:
    exchange = Exchange(0, turn.question, asked_at=turn.asked_at, searched=turn.searched, scope=turn.scope)
    if turn.answer:
        return after(exchange, Done(turn.answer, turn.features))
    return replace(
        exchange, phase=Phase(turn.outcome), standalone=turn.standalone, evidence=turn.evidence, error=turn.error
    )
