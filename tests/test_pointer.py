"""Which words of a quote an answer points at."""

from __future__ import annotations

import pytest

from rag.pointer import pointed

QUOTE = "Đồng chí nhấn mạnh phải giữ vững phương châm “bốn tại chỗ”, không để bị động, bất ngờ."


@pytest.mark.parametrize(
    ("question", "claim", "expected"),
    [
        ("Phải giữ vững phương châm gì?", "Phải giữ vững phương châm bốn tại chỗ.", "bốn tại chỗ"),
        ("Đồng chí nhấn mạnh điều gì?", "Phải giữ vững phương châm.", "phải giữ vững phương châm"),
        ("Không để điều gì xảy ra?", "Không để bị động, bất ngờ.", "bị động, bất ngờ"),
    ],
)
def test_the_words_that_the_question_lacks(question: str, claim: str, expected: str) -> None:
    span = pointed(question, claim, QUOTE)
    assert span is not None
    assert QUOTE[slice(*span)] == expected


def test_nothing_added_points_nowhere() -> None:
    assert pointed("Phải giữ vững phương châm gì?", "Phải giữ vững phương châm.", QUOTE) is None


def test_a_claim_as_long_as_the_quote_is_no_short_answer() -> None:
    quote = " ".join(f"việc{n}" for n in range(40))
    assert pointed("Những gì?", quote, quote) is None
