"""The wait inside an answer: evidence comes at once, quotations never wait, leaving is immediate."""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_backend import SLOW_QUESTION, SON_LA_QUESTION, ScriptedBackend

from rag.records import Evidence, Status, Token
from ui import labels
from ui.chat import messages
from ui.chat.exchange import Conversation, Exchange, Phase, answer
from ui.chat.queueing import Desk, Guest, Place, in_turn
from ui.rates import Rate
from ui.turns import Turns

Heard = list[object]


def model_answer(closed: Heard) -> Generator[object]:
    try:
        yield Status("search", 0.0)
        yield Evidence((), "")
        yield Status("load", 0.0)
        yield Token("a")
        yield Status("verify", 0.0)
    finally:
        closed.append("closed")


def followed(turns: Turns, person: str, stopping: threading.Event, closed: Heard) -> Generator[object]:
    return in_turn(model_answer(closed), lambda: turns.enter(person), stopping.is_set)  # type: ignore[arg-type]


def test_evidence_comes_before_the_turn_and_the_place_is_told() -> None:
    turns, closed, calm = Turns(), [], threading.Event()
    first, second = (followed(turns, name, calm, closed) for name in ("an", "bình"))
    assert [next(first) for _ in range(4)][-1] == Token("a")
    assert [next(second) for _ in range(4)] == [
        Status("search", 0.0),
        Evidence((), ""),
        Status("load", 0.0),
        Place(1),
    ]
    first.close()
    assert closed == ["closed"]
    assert list(second) == [Place(0), Token("a"), Status("verify", 0.0)]
    assert turns.enter("chi").wait(0)


def test_one_who_waits_is_heard_of_again_and_leaves_at_once() -> None:
    turns, closed, stopping = Turns(), [], threading.Event()
    holder = turns.enter("an")
    waiting = followed(turns, "bình", stopping, closed)
    assert [next(waiting) for _ in range(4)][-1] == Place(1)
    stopping.set()
    assert next(waiting) == Place(1)
    waiting.close()
    third = turns.enter("chi")
    assert third.ahead == 1
    holder.leave()
    assert third.wait(0)


def test_the_turn_is_given_on_only_after_the_model_has_stopped() -> None:
    turns, order, calm = Turns(), [], threading.Event()
    first = followed(turns, "an", calm, order)
    for _ in range(4):
        next(first)
    second = turns.enter("bình")
    grant = second.grant
    second.grant = lambda: (order.append("granted"), grant())  # type: ignore[method-assign,assignment,return-value,func-returns-value]
    first.close()
    assert order == ["closed", "granted"]


@pytest.fixture
def quick(backend: ScriptedBackend, monkeypatch: pytest.MonkeyPatch) -> ScriptedBackend:
    monkeypatch.setattr(backend, "pace", 0.001)
    return backend


def ask(backend: ScriptedBackend, guest: Guest, question: str) -> Generator[Exchange]:
    conversation = Conversation()
    conversation.begin(question)
    yield from answer(backend, conversation, guest)


def test_what_needs_no_model_does_not_wait(quick: ScriptedBackend) -> None:
    desk = Desk()
    with desk.turns.enter("an"):
        for question in ("Chào bạn", "giá vàng hôm nay", "Ai làm việc với Tỉnh ủy Sơn La chiều 22/10?"):
            assert list(ask(quick, Guest("bình", desk), question))[-1].phase is Phase.ANSWERED
        waiting = ask(quick, Guest("bình", desk), SON_LA_QUESTION)
        shown = next(e for e in waiting if e.ahead)
        assert shown.evidence and "Đang chờ: còn 1 câu phía trước" in messages.exchange(shown).markup
        waiting.close()


def test_a_full_line_and_haste_look_like_errors(quick: ScriptedBackend) -> None:
    desk = Desk(Turns(per_person=0), Rate(burst=2, per_minute=0))
    with desk.turns.enter("an"):
        refused = list(ask(quick, Guest("bình", desk), SON_LA_QUESTION))[-1]
    assert refused.phase is Phase.FAILED and "nhiều câu hỏi chờ" in refused.error
    list(ask(quick, Guest("bình", desk), "Chào bạn"))
    hasty = list(ask(quick, Guest("bình", desk), "Chào bạn"))[-1]
    assert hasty.phase is Phase.FAILED and "quá nhanh" in hasty.error
    assert list(ask(quick, Guest("chi", desk), "Chào bạn"))[-1].phase is Phase.ANSWERED


def test_a_question_is_answered_once(quick: ScriptedBackend) -> None:
    conversation = Conversation()
    conversation.begin(SLOW_QUESTION)
    first, second = answer(quick, conversation), answer(quick, conversation)
    assert next(first).phase is Phase.WORKING
    assert list(second) == []
    first.close()


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.floats(0, 30), max_size=60))
def test_a_rate_never_allows_more_than_its_burst_and_its_pace(pauses: list[float]) -> None:
    clock = Clock()
    rate = Rate(burst=5, per_minute=20, clock=clock)
    allowed = 0
    for pause in pauses:
        clock.now += pause
        allowed += rate.allows("an")
        assert allowed <= 5 + clock.now * 20 / 60 + 1e-6
    assert rate.allows("bình")


def test_labels_of_places() -> None:
    assert labels.waiting(2) == "Đang chờ: còn 2 câu phía trước"
