"""A conversation and the one generator that turns the events of an answer into what is on screen."""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from rag.chats.records import Scope
from rag.errors import HoidapError
from rag.records import Answer, Citation, Done, Event, Evidence, Status, Token, Turn
from ui import labels
from ui.backend import Backend
from ui.chat.pace import Pace
from ui.chat.queueing import Guest, Place, in_turn
from ui.errors import on_screen

log = logging.getLogger(__name__)

REMEMBERED = 20
"""Exchanges that go along with a question; `rag` looks back at fewer."""


class Phase(StrEnum):
    WAITING = "waiting"
    WORKING = "working"
    ANSWERED = "answered"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and all that is known of its answer so far."""

    number: int
    """Unique in the session; chips carry it."""
    question: str
    phase: Phase = Phase.WAITING
    standalone: str = ""
    status: Status | None = None
    ahead: int = 0
    """Questions that the model answers before this one."""
    evidence: tuple[Citation, ...] = ()
    draft: str = ""
    answer: Answer | None = None
    features: Mapping[str, float] = field(default_factory=dict)
    """What the confidence of the answer was computed from."""
    error: str = ""
    seconds_left: float | None = None
    """Of reading, once its speed is known."""
    searched: int | None = None
    """Documents that a refused question was looked for in."""
    scope: Scope | None = None
    """What it was asked of; None for the whole library."""
    stale: frozenset[int] = frozenset()
    """Numbers of the citations that their document no longer bears out."""
    asked_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds"))

    @property
    def finished(self) -> bool:
        return self.phase not in (Phase.WAITING, Phase.WORKING)


class Conversation:
    """One browser session's exchanges; the only shared thing is the flag that stops the current one."""

    def __init__(self) -> None:
        self.past: list[Exchange] = []
        self.current: Exchange | None = None
        self.count = 0
        self.scope: Scope | None = None
        """Of the next questions; it stays until somebody takes it off."""
        self.chat_id: str | None = None
        """Where it is kept; None before its first exchange is saved."""
        self.kept = 0
        """Number of the last exchange that was saved."""
        self.not_kept = ""
        """Why the last saving failed."""
        self.keeping = threading.Lock()
        self._stop = threading.Event()
        self._taking = threading.Lock()

    def __deepcopy__(self, memo: dict[int, Any]) -> Conversation:
        """Gradio copies the initial value for every session; a session starts empty."""
        return Conversation()

    @property
    def busy(self) -> bool:
        return self.current is not None and not self.current.finished

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    def begin(self, question: str) -> bool:
        """Put a new question in the current place; False when it is blank or one is being answered."""
        if self.busy or not question.strip():
            return False
        if self.current is not None:
            self.past.append(self.current)
        self._stop.clear()
        self.count += 1
        self.current = Exchange(self.count, question.strip(), scope=self.scope)
        return True

    def take(self) -> Exchange | None:
        """The question that waits, for whoever answers it; None for everybody after."""
        with self._taking:
            if self.current is None or self.current.phase is not Phase.WAITING:
                return None
            self.current = replace(self.current, phase=Phase.WORKING)
            return self.current

    def stop(self) -> None:
        """End the current exchange: at once when it still waits for its turn, else at its next event."""
        self._stop.set()
        if self.current is not None and self.current.phase is Phase.WAITING:
            self.current = _stopped(self.current)

    def clear(self) -> bool:
        """Forget the exchanges; False while one is being answered."""
        if self.busy:
            return False
        self.past, self.current = [], None
        self.chat_id, self.kept, self.not_kept = None, self.count, ""
        return True

    def open(self, exchanges: Iterable[Exchange], chat_id: str | None = None) -> bool:
        """Go on with a saved conversation; its exchanges get numbers that no chip on the page has yet."""
        if self.busy:
            return False
        self.past = [replace(e, number=number) for number, e in enumerate(exchanges, self.count + 1)]
        self.count += len(self.past)
        self.current = None
        self.chat_id, self.kept, self.not_kept = chat_id, self.count, ""
        return True

    def unkept(self) -> list[Exchange]:
        """Finished exchanges that are not saved yet, oldest first."""
        shown = [*self.past, self.current] if self.current else self.past
        return [e for e in shown if e.finished and e.number > self.kept]

    def history(self) -> list[Turn]:
        """What goes along with the question that is being answered, or else with the next one."""
        done = [self.current] if self.current is not None and self.current.finished else []
        return turns([*self.past, *done], self.scope)


def turns(before: Sequence[Exchange], scope: Scope | None) -> list[Turn]:
    """The last answered questions, oldest first, refusals too: a follow-up may build on one.

    Only those of the same scope: "who came?" never means a meeting of another one.
    """
    last = before[-REMEMBERED:]
    return [(e.question, e.answer.answer) for e in last if e.answer is not None and e.scope == scope]


def answer(backend: Backend, conversation: Conversation, guest: Guest | None = None) -> Generator[Exchange]:
    """Answer the waiting question; every yielded exchange is the whole new state of the screen."""
    taken = conversation.take()
    if taken is None:
        return
    try:
        for exchange in _follow(backend, conversation, taken, guest or Guest()):
            conversation.current = exchange
            yield exchange
    finally:
        if conversation.busy and conversation.current is not None:
            conversation.current = _stopped(conversation.current)


def _follow(backend: Backend, conversation: Conversation, exchange: Exchange, guest: Guest) -> Iterator[Exchange]:
    yield exchange
    pace = Pace()
    try:
        guest.admit()
        within = exchange.scope.document_ids if exchange.scope else None
        asked = backend.ask(exchange.question, conversation.history(), within)
        with closing(in_turn(asked, guest.enter, lambda: conversation.stopping)) as events:
            for event in events:
                exchange = replace(after(exchange, event), seconds_left=pace.seconds_left(event))
                if exchange.answer and exchange.answer.refused:
                    exchange = replace(exchange, searched=len(within) if within else backend.count())
                if conversation.stopping and not exchange.finished:
                    break
                yield exchange
        if not exchange.finished:
            yield _stopped(exchange)
    except HoidapError as error:
        log.warning("question failed: %s %s", error.line, error.detail)
        yield _failed(exchange, on_screen(error))
    except Exception:
        log.exception("question failed")
        yield _failed(exchange, labels.UNEXPECTED)


def after(exchange: Exchange, event: Event | Place) -> Exchange:
    """The exchange once an event has happened."""
    match event:
        case Place(ahead):
            return replace(exchange, ahead=ahead)
        case Status():
            return replace(exchange, status=event)
        case Evidence(citations, standalone):
            return replace(exchange, evidence=citations, standalone=standalone)
        case Token(text):
            return replace(exchange, draft=exchange.draft + text)
        case Done(final, features):
            return replace(
                exchange,
                phase=Phase.ANSWERED,
                answer=final,
                features=features,
                standalone=final.standalone_question,
                evidence=(final.correction.citation,) if final.correction else final.citations,
                draft="",
                status=None,
            )


def _stopped(exchange: Exchange) -> Exchange:
    return replace(exchange, phase=Phase.STOPPED, draft="", status=None)


def _failed(exchange: Exchange, line: str) -> Exchange:
    return replace(exchange, phase=Phase.FAILED, draft="", status=None, error=line)
