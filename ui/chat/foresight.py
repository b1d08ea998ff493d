"""Looking up what is still being typed: one at a time for everybody, and never in the way of a question."""

from __future__ import annotations

import logging
import threading

from rag.errors import HoidapError
from ui.backend import Backend
from ui.chat.exchange import Conversation

log = logging.getLogger(__name__)

_one = threading.Lock()


def foresee(backend: Backend, conversation: Conversation, question: str) -> None:
    """Have the evidence of a question ready; what goes wrong is told when it is asked."""
    question = question.strip()
    if conversation.busy or not question or not _one.acquire(blocking=False):
        return
    try:
        within = conversation.scope.document_ids if conversation.scope else None
        backend.foresee(question, conversation.history(), within)
    except HoidapError as error:
        log.debug("nothing foreseen: %s %s", error.line, error.detail)
    except Exception:
        log.exception("a question that is being typed could not be looked up")
    finally:
        _one.release()
