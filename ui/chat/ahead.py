"""What can be done before it is asked for: one thread for everybody, in which the newest wish replaces the one before.

A question is never kept waiting by it: the model gives way by itself, and what was read by then is not lost.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from rag.errors import HoidapError
from ui.backend import Backend
from ui.chat.exchange import Conversation, Exchange

log = logging.getLogger(__name__)

Work = Callable[[threading.Event], None]
"""Ends soon after its event is set."""


class Ahead:
    """Runs wishes in turn; a new one ends the one that runs and takes the place of the one that waits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: tuple[Work, threading.Event] | None = None
        self._cancelled = threading.Event()
        self._running = False

    def wish(self, work: Work) -> None:
        with self._lock:
            self._cancelled.set()
            self._cancelled = threading.Event()
            self._waiting = (work, self._cancelled)
            if not self._running:
                self._running = True
                threading.Thread(target=self._run, name="ahead", daemon=True).start()

    def _run(self) -> None:
        while True:
            with self._lock:
                if self._waiting is None:
                    self._running = False
                    return
                (work, cancelled), self._waiting = self._waiting, None
            try:
                work(cancelled)
            except HoidapError as error:  # whoever asks is told
                log.debug("nothing done ahead: %s %s", error.line, error.detail)
            except Exception:
                log.exception("something could not be done ahead")


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
