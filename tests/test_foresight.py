"""What is looked up while a question is typed: used once, of the library as it is, never instead of an error."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from helpers import bring_in, write

from rag import foresight
from rag.answer import ask
from rag.anticipation import read_ahead
from rag.errors import BadQuestion, EmptyLibrary
from rag.library import Library
from rag.lookup import Lookup
from rag.records import Answer, Done

ARTICLE = """date 2025-03
Đoàn công tác Bộ Quốc phòng làm việc tại Hà Giang

Sáng 14/3/2025, tại huyện Bắc Quang, đoàn công tác làm việc với Tỉnh ủy.

Sản lượng cam của huyện năm 2024 tăng 12% so với năm trước.
"""
OTHER = """date 2025-04
Hội nghị về cà phê

Sáng 2/4/2025, tại thành phố Sơn La, hội nghị bàn về cà phê.
"""
QUESTION = "Sáng 14/3/2025 đoàn công tác làm việc tại đâu?"


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions that were really looked up."""
    seen: list[str] = []
    real = foresight.look_up_parts

    def counting(library: Library, question: str, *rest: object, **named: object) -> list[Lookup]:
        seen.append(question)
        return real(library, question, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(foresight, "look_up_parts", counting)
    return seen


@pytest.fixture
def stored(library: Library, tmp_path: Path) -> Library:
    bring_in(library, write(tmp_path / "visit.txt", ARTICLE))
    return library


def foresee(library: Library, question: str) -> None:
    read_ahead(library, question, cancelled=threading.Event())


def answer(library: Library, question: str = QUESTION, history: tuple[tuple[str, str], ...] = ()) -> Answer:
    return next(e.answer for e in ask(library, question, history, extractive=True) if isinstance(e, Done))


def test_the_answer_is_the_same_and_nothing_is_looked_up_twice(stored: Library, looked_up: list[str]) -> None:
    told = answer(stored)
    looked_up.clear()
    foresee(stored, QUESTION)
    assert looked_up == [QUESTION]
    foreseen = answer(stored)
    assert looked_up == [QUESTION]
    assert not told.refused and (foreseen.answer, foreseen.citations) == (told.answer, told.citations)
    answer(stored)
    assert looked_up == [QUESTION] * 2, "handed out once"


def test_another_history_or_scope_is_another_question(stored: Library, looked_up: list[str]) -> None:
    foresee(stored, QUESTION)
    answer(stored, history=((QUESTION, "Tại huyện Bắc Quang."),))
    assert looked_up == [QUESTION] * 2


def test_a_changed_library_is_looked_at_again(stored: Library, tmp_path: Path, looked_up: list[str]) -> None:
    bring_in(stored, write(tmp_path / "other.txt", OTHER))
    foresee(stored, QUESTION)
    stored.delete([d.id for d in stored.documents() if d.path == "visit.txt"])
    told = answer(stored)
    assert looked_up == [QUESTION] * 2
    assert all(cited.path != "visit.txt" for cited in told.citations)


def test_errors_are_not_kept(library: Library, tmp_path: Path) -> None:
    with pytest.raises(BadQuestion):
        foresee(library, " ?")
    with pytest.raises(EmptyLibrary):
        foresee(library, QUESTION)
    bring_in(library, write(tmp_path / "visit.txt", ARTICLE))
    assert not answer(library).refused


def test_a_greeting_needs_no_search(stored: Library, looked_up: list[str]) -> None:
    foresee(stored, "Xin chào")
    assert looked_up == []


def test_only_the_latest_few_are_kept(stored: Library, looked_up: list[str]) -> None:
    for n in range(9):
        foresee(stored, f"{QUESTION} {n}")
    answer(stored, f"{QUESTION} 8")
    assert len(looked_up) == 9
    answer(stored, f"{QUESTION} 0")
    assert len(looked_up) == 10


def test_who_asks_meanwhile_waits_for_what_is_under_way(stored: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()
    calls = 0
    real = foresight.look_up_parts

    def slow(*given: object, **named: object) -> list[Lookup]:
        nonlocal calls
        calls += 1
        begun.set()
        assert go_on.wait(10)
        return real(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(foresight, "look_up_parts", slow)
    typing = threading.Thread(target=foresee, args=(stored, QUESTION))
    typing.start()
    assert begun.wait(10)
    told: list[Answer] = []
    asking = threading.Thread(target=lambda: told.append(answer(stored)))
    asking.start()
    go_on.set()
    typing.join(10)
    asking.join(10)
    assert calls == 1 and not told[0].refused
