"""The wait for the language model inside an answer: evidence comes at once, the model in turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from rag.records import Event, Status
from ui.ahead import Ahead
from ui.rates import Rate, TooOften
from ui.turns import Turn, Turns

USES_MODEL = ("load", "read", "write")
"""Stages of which the first one is told before the model does anything."""
TICK = 0.1
"""Seconds between two looks at the stop button."""
ALIVE = 1.0
"""Seconds after which a waiting answer is heard of in any case: Gradio leaves a closed page only then."""


@dataclass(frozen=True, slots=True)
class Place:
    """So many questions are answered before this one; 0 when its turn has come."""

    ahead: int


@dataclass(frozen=True)
class Desk:
    """Where everybody asks: the line before the model, how often one person may come, what is done ahead."""

    turns: Turns = field(default_factory=Turns)
    questions: Rate = field(default_factory=lambda: Rate(burst=12, per_minute=20))
    ahead: Ahead = field(default_factory=Ahead)


@dataclass(frozen=True)
class Guest:
    """A person at the desk; by default alone."""

    person: str = ""
    desk: Desk = field(default_factory=Desk)

    def admit(self) -> None:
        """Count a question.

        Raises:
            TooOften: this person asks faster than anybody can read.
        """
        if not self.desk.questions.allows(self.person):
            raise TooOften()

    def enter(self) -> Turn:
        return self.desk.turns.enter(self.person)


def in_turn(
    events: Generator[Event], enter: Callable[[], Turn], stopping: Callable[[], bool]
) -> Generator[Event | Place]:
    """The events, and before the model is used a `Place` each time it changes, at last `Place(0)`.

    While `stopping` says so a `Place` comes every tick, so that whoever listens can leave. Closing frees
    the turn once the model has stopped.

    Raises:
        TooManyWaiting, QueueFull: the line is full.
    """
    turn: Turn | None = None
    try:
        for event in events:
            yield event
            if turn is None and isinstance(event, Status) and event.stage in USES_MODEL:
                turn = enter()
                yield from _waiting(turn, stopping)
    finally:
        events.close()
        if turn is not None:
            turn.leave()


def _waiting(turn: Turn, stopping: Callable[[], bool]) -> Generator[Place]:
    told, when = -1, 0.0
    while not turn.wait(TICK if told >= 0 else 0):
        ahead, now = turn.ahead, time.monotonic()
        if ahead != told or now - when >= ALIVE or stopping():
            told, when = ahead, now
            yield Place(ahead)
    if told >= 0:
        yield Place(0)
