"""The conversations of `seeds/`: well-formed, and every evidence quote stands in its article word by word."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import TypeAdapter

from rag.conversation import standalone
from rag.evaluation.sets import Item, read_rows
from rag.records import REFUSAL
from rag.text import document_text, normalise

SEEDS = Path(__file__).parent.parent / "seeds"
QUESTIONS = [item for _, item in read_rows(SEEDS / "questions.jsonl", TypeAdapter(Item))]
POINTS = "s052"
"""Asks about `các nội dung hợp tác kia`, which is a pointer."""
ITEMS = [item for _, item in read_rows(SEEDS / "conversations.jsonl", TypeAdapter(Item))]


def test_there_are_enough_of_both_kinds() -> None:
    assert len({item.id for item in ITEMS}) == len(ITEMS)
    assert sum(item.answerable for item in ITEMS) >= 28
    assert sum(not item.answerable for item in ITEMS) >= 10


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_a_conversation_has_history_and_verbatim_evidence(item: Item) -> None:
    assert 1 <= len(item.history) <= 2
    assert item.answerable == bool(item.answers) == bool(item.evidence)
    for quoted in item.evidence:
        article = document_text((SEEDS / quoted.document).read_text(encoding="utf-8"))
        assert quoted.quote in article


@pytest.mark.parametrize("item", [item for item in ITEMS if item.answerable], ids=lambda item: item.id)
def test_the_evidence_holds_an_answer(item: Item) -> None:
    quotes = " ".join(quoted.quote for quoted in item.evidence)
    assert any(all(part in quotes for part in alternative) for alternative in item.answers)


def _documents(item: Item) -> set[str]:
    return {quoted.document for quoted in item.evidence}


def test_a_complete_question_is_never_changed_by_an_unrelated_history() -> None:
    alone = [item for item in QUESTIONS if not item.history and item.id != POINTS]
    for item in alone:
        for other in QUESTIONS:
            if other.id == item.id or _documents(other) & _documents(item):
                continue
            answer = f"{other.evidence[0].quote} [1]." if other.evidence else REFUSAL
            history = [*other.history, (other.question, answer)]
            assert standalone(item.question, history).text == normalise(item.question)
