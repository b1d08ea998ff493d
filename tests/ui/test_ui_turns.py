"""Turns at the model: any interleaving keeps the order, one holder at a time, nobody starves."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from ui.turns import QueueFull, TooManyWaiting, Turn, Turns

PEOPLE = ("an", "bình", "chi", "dũng")


class Line(RuleBasedStateMachine):
    """Arrivals, leavings and finished answers in any order, against a plain model of what must hold."""

    turns_taken = Bundle("turns_taken")

    def __init__(self) -> None:
        super().__init__()
        self.turns = Turns(per_person=3, in_all=8)
        self.waiting: list[Turn] = []
        """In order of arrival."""
        self.holder: Turn | None = None
        self.overtaken: dict[Turn, Counter[str]] = {}
        self.allowed: dict[Turn, int] = {}

    @rule(target=turns_taken, person=st.sampled_from(PEOPLE))
    def arrive(self, person: str) -> Turn | None:
        mine = [turn for turn in self.waiting if turn.person == person]
        try:
            turn = self.turns.enter(person)
        except TooManyWaiting:
            assert self.holder is not None and len(mine) == 3
            return None
        except QueueFull:
            assert self.holder is not None and len(self.waiting) == 8
            return None
        if self.holder is None:
            self.holder = turn
            return turn
        assert len(mine) < 3 and len(self.waiting) < 8
        self.allowed[turn], self.overtaken[turn] = len(mine) + 1, Counter()
        self.waiting.append(turn)
        return turn

    @rule(turn=consumes(turns_taken))
    def leave(self, turn: Turn | None) -> None:
        if turn is None:
            return
        turn.leave()
        turn.leave()
        if turn in self.waiting:
            self.waiting.remove(turn)
        elif turn is self.holder:
            self.holder = None
            self.settle()

    @rule()
    def finish(self) -> None:
        if self.holder is not None:
            self.holder.leave()
            self.holder = None
            self.settle()

    def settle(self) -> None:
        """Who has the turn now was waiting, was the first of their own, and kept nobody too long."""
        granted = [turn for turn in self.waiting if turn.wait(0)]
        assert len(granted) == min(1, len(self.waiting))
        for turn in granted:
            assert turn is next(each for each in self.waiting if each.person == turn.person)
            self.waiting.remove(turn)
            self.holder = turn
            for other in self.waiting:
                self.overtaken[other][turn.person] += 1
                assert self.overtaken[other][turn.person] <= self.allowed[other]

    @invariant()
    def positions_are_a_line(self) -> None:
        assert sorted(turn.ahead for turn in self.waiting) == list(range(1, len(self.waiting) + 1))
        assert not any(turn.wait(0) for turn in self.waiting)
        assert self.holder is None or (self.holder.wait(0) and self.holder.ahead == 0)


Line.TestCase.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
TestLine = Line.TestCase


def test_one_who_queues_many_does_not_starve_the_rest() -> None:
    turns = Turns()
    many = [turns.enter("an") for _ in range(4)]
    other, third = turns.enter("bình"), turns.enter("chi")
    assert [turn.ahead for turn in (*many, other, third)] == [0, 1, 4, 5, 2, 3]
    many[0].leave()
    many[1].leave()
    assert other.wait(0) and third.ahead == 1


def test_a_full_line_says_so() -> None:
    turns = Turns(per_person=1, in_all=2)
    turns.enter("an")
    turns.enter("an")
    with pytest.raises(TooManyWaiting, match="Hãy đợi một câu xong"):
        turns.enter("an")
    turns.enter("bình")
    with pytest.raises(QueueFull, match="Hãy thử lại sau"):
        turns.enter("chi")


def test_many_threads_never_hold_it_together() -> None:
    turns, holding, most, served = Turns(in_all=40), [], [], []

    def person(name: str) -> None:
        for _ in range(25):
            with turns.enter(name) as turn:
                assert turn.wait(10)
                holding.append(name)
                most.append(len(holding))
                holding.remove(name)
                served.append(name)

    threads = [threading.Thread(target=person, args=(str(n),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert max(most) == 1 and Counter(served) == {str(n): 25 for n in range(8)}
