"""Turns at the language model: one question at a time, fair between the people who wait.

Each person's own questions go first come, first served; between persons the turn goes round. So a
question is overtaken by no more than as many of anybody else's as its own person has before it, and
one who queues many only lengthens their own wait.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from types import TracebackType

from rag.errors import HoidapError

PER_PERSON = 3
"""Questions one person may have waiting."""
IN_ALL = 16
"""Questions that may wait; fewer than the handlers that may run at once, so that evidence never waits."""


class TooManyWaiting(HoidapError):
    problem = "Bạn đang có nhiều câu hỏi chờ trả lời."
    next_step = "Hãy đợi một câu xong, hoặc dừng bớt, rồi hỏi lại."


class QueueFull(HoidapError):
    problem = "Đang có quá nhiều người hỏi cùng lúc."
    next_step = "Hãy thử lại sau ít phút."


class Turn:
    """A place in the line of `Turns`; leave it by `leave` or at the end of a `with`, at any time."""

    def __init__(self, turns: Turns, person: str) -> None:
        self.person = person
        self._turns = turns
        self._come = threading.Event()

    @property
    def ahead(self) -> int:
        """Questions before this one, the one being answered included; 0 once it has its turn."""
        return self._turns.ahead(self)

    def wait(self, seconds: float) -> bool:
        """True as soon as the turn has come, False when it has not come in that time."""
        return self._come.wait(seconds)

    def grant(self) -> None:
        self._come.set()

    def leave(self) -> None:
        """Give up the place or the turn; the next one has it at once. Harmless when repeated."""
        self._turns.leave(self)

    def __enter__(self) -> Turn:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()


class Turns:
    """The line before one language model; safe to share between threads."""

    def __init__(self, *, per_person: int = PER_PERSON, in_all: int = IN_ALL) -> None:
        self._per_person = per_person
        self._in_all = in_all
        self._lock = threading.Lock()
        self._holder: Turn | None = None
        self._waiting: dict[str, deque[Turn]] = {}
        """By person, the one whose turn comes next first; nobody is in it without a question."""

    def enter(self, person: str) -> Turn:
        """Take a place at the end of one's own line; the turn has come at once when nobody waits.

        Raises:
            TooManyWaiting: this person has too many questions waiting.
            QueueFull: everybody together has.
        """
        turn = Turn(self, person)
        with self._lock:
            if self._holder is None:
                self._give(turn)
                return turn
            if len(self._waiting.get(person, ())) >= self._per_person:
                raise TooManyWaiting()
            if sum(map(len, self._waiting.values())) >= self._in_all:
                raise QueueFull()
            self._waiting.setdefault(person, deque()).append(turn)
        return turn

    def leave(self, turn: Turn) -> None:
        with self._lock:
            if turn is self._holder:
                self._holder = None
                self._next()
            elif turn in self._waiting.get(turn.person, ()):
                self._waiting[turn.person].remove(turn)
                if not self._waiting[turn.person]:
                    del self._waiting[turn.person]

    def ahead(self, turn: Turn) -> int:
        with self._lock:
            before = [self._holder, *self._order()]
            return before.index(turn) if turn in before else 0

    def _order(self) -> Iterator[Turn]:
        """Those who wait, as the turn will come to them if nobody else arrives."""
        lines = [list(line) for line in self._waiting.values()]
        for place in range(max(map(len, lines), default=0)):
            yield from (line[place] for line in lines if place < len(line))

    def _next(self) -> None:
        """The first question of the person whose turn it is; this person's next one goes behind all others."""
        for person, line in self._waiting.items():
            del self._waiting[person]
            self._give(line.popleft())
            if line:
                self._waiting[person] = line
            return

    def _give(self, turn: Turn) -> None:
        self._holder = turn
        turn.grant()
