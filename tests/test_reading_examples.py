"""What the reader learns from: offsets hold, near misses change one thing."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from bench.near_misses import Pool, negated, opposite, other_passage_value, other_value, renamed, values
from bench.reading_examples import Example, build, cloze, split, window, without_answer

PASSAGE = (
    "Năm 1911, Roald Amundsen đến Nam Cực. Ngày 22/10, ông Nguyễn Văn An họp với ông Trần Thị Bình tại Sơn La. "
    "Đoàn có 25 người và là đoàn lớn nhất. Họ trở về Hà Nội."
)


def example(question: str, answer: str) -> Example:
    start = PASSAGE.index(answer)
    return Example(question, PASSAGE, start, start + len(answer), "human")


WHEN = example("Ông Nguyễn Văn An họp ở Sơn La ngày nào?", "22/10")
POOL = Pool.of([PASSAGE, "Đoàn Lê Văn Cường thăm Đà Nẵng ngày 3/5 với 40 người."], [WHEN.question])


def test_windows_keep_the_answer() -> None:
    for seed in range(20):
        seen = window(WHEN, random.Random(seed), sentences=2)
        assert seen is not None
        assert seen.passage[seen.start : seen.end] == "22/10"


def test_the_other_sentences_lack_it() -> None:
    other = without_answer(WHEN, random.Random(0))
    assert other is not None
    assert "22/10" not in other.passage
    assert not other.answerable


def test_values_do_not_overlap() -> None:
    found = sorted(values(PASSAGE), key=lambda value: value.start)
    assert {"Nguyễn Văn An", "Trần Thị Bình", "22/10", "25"} <= {value.text for value in found}
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize("seed", range(10))
def test_near_misses_change_question_or_passage(seed: int) -> None:
    other = other_value(WHEN, POOL, random.Random(seed))
    assert other is not None
    assert (other.passage == PASSAGE) and (other.question != WHEN.question) and not other.answerable
    changed = other_passage_value(WHEN, POOL, random.Random(seed))
    assert changed is not None
    assert (changed.passage != PASSAGE) and (changed.question == WHEN.question) and not changed.answerable


@pytest.mark.parametrize("seed", range(10))
def test_renaming_on_both_sides_keeps_the_answer(seed: int) -> None:
    same = renamed(WHEN, POOL, random.Random(seed))
    assert same is not None
    assert same.passage[same.start : same.end] == "22/10"
    assert same.question != WHEN.question


def test_opposites_and_negations() -> None:
    largest = example("Đoàn lớn nhất có mấy người?", "25")
    changed = opposite(largest, POOL, random.Random(0))
    assert changed is not None
    assert changed.question == "Đoàn nhỏ nhất có mấy người?"
    denied = negated(largest, POOL, random.Random(0))
    assert denied is not None
    assert "Đoàn không có 25 người" in denied.passage


def test_cloze_questions_ask_for_what_stands_there() -> None:
    asked = cloze(PASSAGE, random.Random(0))
    assert asked
    for each in asked:
        assert each.question.endswith("?")
        assert each.passage[each.start : each.end].strip()


def test_no_passage_is_on_both_sides_and_the_seed_decides() -> None:
    examples = [Example("Ai?", f"{PASSAGE} {at}", 0, 3, "human") for at in range(10)]
    learned, held = split(examples, held_out=0.2, seed=1)
    assert not {e.passage for e in learned} & {e.passage for e in held}
    assert len(held) == 2
    assert build([WHEN], clozes=3, seed=4) == build([WHEN], clozes=3, seed=4)
