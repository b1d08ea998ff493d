"""What is done before it is asked for: the newest wish, one at a time, and nothing that goes wrong is heard of."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from scripted_backend import SEEDS, SON_LA_QUESTION, ScriptedBackend

from rag.errors import EmptyLibrary
from ui.ahead import Ahead
from ui.chat.ahead import typed
from ui.chat.exchange import Conversation, answer


def test_the_newest_wish_ends_what_runs_and_replaces_what_waits() -> None:
    ahead, begun, seen = Ahead(), threading.Event(), []
    done = threading.Event()

    def first(cancelled: threading.Event) -> None:
        begun.set()
        seen.append(("first", cancelled.wait(10)))

    ahead.wish(first)
    assert begun.wait(10)
    ahead.wish(lambda _: seen.append(("second", True)))
    ahead.wish(lambda cancelled: (seen.append(("third", cancelled.is_set())), done.set()))
    assert done.wait(10)
    assert seen in ([("first", True), ("third", False)], [("first", True), ("second", True), ("third", False)])


@pytest.mark.parametrize("error", [EmptyLibrary(), RuntimeError("bug")])
def test_it_goes_on_after_an_error(error: Exception) -> None:
    ahead, done = Ahead(), threading.Event()

    def broken(_: threading.Event) -> None:
        raise error

    ahead.wish(broken)
    threading.Event().wait(0.05)
    ahead.wish(lambda _: done.set())
    assert done.wait(10)


def test_stopping_ends_what_runs_and_does_nothing_more() -> None:
    ahead, begun, ended, after = Ahead(), threading.Event(), threading.Event(), threading.Event()

    def work(cancelled: threading.Event) -> None:
        begun.set()
        cancelled.wait(10)
        ended.set()

    ahead.wish(work)
    assert begun.wait(10)
    ahead.stop()
    assert ended.is_set()
    ahead.wish(lambda _: after.set())
    assert not after.wait(0.2)


class Asked(ScriptedBackend):
    """Notes what is wished of it."""

    def read_ahead(self, question: str, history: Any, within: Any, cancelled: threading.Event) -> None:
        self.wished = (question, list(history), within)
        self.warm.set()


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    backend = Asked(tmp_path, pace=0)
    list(backend.ingest([SEEDS]))
    return backend


def test_what_is_typed_goes_with_the_history_it_would_have(asked: Asked) -> None:
    conversation = Conversation()
    conversation.begin(SON_LA_QUESTION)
    typed(Ahead(), asked, conversation, "trong khi một câu đang được trả lời")
    final = list(answer(asked, conversation))[-1]
    typed(Ahead(), asked, conversation, "  Còn kinh tế? ")
    assert asked.warm.wait(10) and final.answer
    assert asked.wished == ("Còn kinh tế?", [(SON_LA_QUESTION, final.answer.answer)], None)
