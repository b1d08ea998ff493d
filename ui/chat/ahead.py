"""What the model may read before anybody waits: the evidence of what is being typed."""

from __future__ import annotations

from ui.ahead import Ahead
from ui.backend import Backend
from ui.chat.exchange import Conversation


def typed(ahead: Ahead, backend: Backend, conversation: Conversation, question: str) -> None:
    """Have the evidence of a question that is being typed ready, and read."""
    question = question.strip()
    if not question or conversation.busy:
        return
    within = conversation.scope.document_ids if conversation.scope else None
    history = conversation.history()
    ahead.wish(lambda cancelled: backend.read_ahead(question, history, within, cancelled))
