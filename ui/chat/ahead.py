"""What the model may read before anybody waits: the evidence of what is being typed, and what was just cited."""

from __future__ import annotations

from ui.ahead import Ahead
from ui.backend import Backend
from ui.chat.exchange import Conversation, Exchange


def typed(ahead: Ahead, backend: Backend, conversation: Conversation, question: str) -> None:
    """Have the evidence of a question that is being typed ready, and read."""
    question = question.strip()
    if not question or conversation.busy:
        return
    within = conversation.scope.document_ids if conversation.scope else None
    history = conversation.history()
    ahead.wish(lambda cancelled: backend.read_ahead(question, history, within, cancelled))


def answered(ahead: Ahead, backend: Backend, exchange: Exchange | None) -> None:
    """Read what an answer has cited to its end: the next question is often about the same meeting."""
    if exchange is None or exchange.answer is None or exchange.answer.refused:
        return
    cited = list(dict.fromkeys(citation.document_id for citation in exchange.answer.citations))
    if cited:
        ahead.wish(lambda cancelled: backend.read_on(cited, cancelled))
