"""Examples for the reader: human questions in windows of a passage, cloze questions, and near misses of both."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path

from bench.near_misses import Pool, absent_phrase, negated, opposite, other_passage_value, other_value, renamed
from rag import facts
from rag.people import find_people
from rag.sentences import split_sentences

WORD = re.compile(r"\w+")
WINDOWS = (1, 1, 2, 2, 3)
"""Sentences in a window; chunks hold about three."""
LONGEST = 550
"""Characters of a passage that is learned from."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question, a passage and where its answer stands, `[start, end)`; both -1 when it holds none."""

    question: str
    passage: str
    start: int
    end: int
    kind: str

    @property
    def answerable(self) -> bool:
        return self.start >= 0


def load(path: Path) -> list[Example]:
    """Answerable questions of a JSONL file with `question`, `context` and `answers`, one example an answer's first."""
    examples = []
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        if not row.get("answers"):
            continue
        answer = row["answers"][0]
        text, start = answer["text"].strip(), answer["start"]
        start += len(answer["text"]) - len(answer["text"].lstrip())
        if text and row["context"][start : start + len(text)] == text:
            examples.append(Example(row["question"].strip(), row["context"], start, start + len(text), "human"))
    return examples


def split(examples: Sequence[Example], *, held_out: float, seed: int) -> tuple[list[Example], list[Example]]:
    """Training and development examples; no passage is in both."""
    passages = sorted({example.passage for example in examples})
    random.Random(seed).shuffle(passages)
    kept = set(passages[int(len(passages) * held_out) :])
    return [e for e in examples if e.passage in kept], [e for e in examples if e.passage not in kept]


def window(example: Example, rng: random.Random, *, sentences: int) -> Example | None:
    """The example in that many neighbouring sentences around its answer."""
    spans = split_sentences(example.passage, 0, len(example.passage))
    held = [at for at, (start, end) in enumerate(spans) if start < example.end and example.start < end]
    if not held or spans[held[0]][0] > example.start or spans[held[-1]][1] < example.end:
        return None
    first = max(0, held[0] - rng.randint(0, max(0, sentences - len(held))))
    last = min(len(spans) - 1, max(held[-1], first + sentences - 1))
    start, end = spans[first][0], spans[last][1]
    if end - start > LONGEST:
        return None
    return Example(
        example.question, example.passage[start:end], example.start - start, example.end - start, example.kind
    )


def without_answer(example: Example, rng: random.Random) -> Example | None:
    """Other sentences of the same passage."""
    spans = split_sentences(example.passage, 0, len(example.passage))
    free = [at for at, (start, end) in enumerate(spans) if end <= example.start or start >= example.end]
    answer = example.passage[example.start : example.end]
    if not free:
        return None
    first = rng.choice(free)
    last = first
    while last + 1 in free and last - first < 1:
        last += 1
    text = example.passage[spans[first][0] : spans[last][1]]
    if answer in text or not 20 <= len(text) <= LONGEST:
        return None
    return Example(example.question, text, -1, -1, "other-sentences")


class Neighbours:
    """Passages that share rare words with a question but are not its own."""

    def __init__(self, passages: Sequence[str]) -> None:
        self.passages = list(passages)
        self.words = [set(WORD.findall(passage.lower())) for passage in passages]
        counts = Counter(word for words in self.words for word in words)
        self.weight = {word: log(1 + len(passages) / count) for word, count in counts.items()}

    def near(self, question: str, own: str, rng: random.Random) -> str:
        wanted = set(WORD.findall(question.lower()))
        score = [
            -1.0 if own in passage or passage in own else sum(self.weight[w] for w in wanted & words)
            for passage, words in zip(self.passages, self.words, strict=True)
        ]
        best = sorted(range(len(score)), key=lambda at: -score[at])[:4]
        return self.passages[rng.choice(best)]


def cloze(passage: str, rng: random.Random) -> list[Example]:
    """Questions by rule: the clause of a date, number or name, with a question word in its place."""
    found = []
    for first, last in split_sentences(passage, 0, len(passage)):
        sentence = passage[first:last]
        for start, end, words in _askable(sentence):
            question = _asked(sentence, start, end, rng.choice(words), rng)
            if question:
                found.append(Example(question, passage, first + start, first + end, "cloze"))
    return found


def _askable(sentence: str) -> list[tuple[int, int, Sequence[str]]]:
    """Values of a sentence with the words that ask for them."""
    persons = {(p.start, p.end) for p in find_people(sentence)}
    found: list[tuple[int, int, Sequence[str]]] = [(start, end, ("ai", "ai", "người nào")) for start, end in persons]
    for date in facts.date_places(sentence):
        day, month, _ = date.value
        words = ("ngày nào", "khi nào", "ngày bao nhiêu") if day else ("tháng nào",) if month else ("nào", "bao nhiêu")
        found.append((date.start, date.end, words))
    for number in facts.numbers(sentence):
        found.append((number.start, number.end, ("bao nhiêu phần trăm",) if number.percent else ("bao nhiêu", "mấy")))
    for name in facts.name_places(sentence):
        whole = " " in sentence[name.start : name.end] or sentence[name.start : name.end].isupper()
        if whole and not any(start < name.end and name.start < end for start, end in persons):
            before = sentence[: name.start].rstrip().lower()
            words = ("đâu", "nơi nào") if re.search(r"(?<!\w)(?:tại|ở|đến|từ)$", before) else ("gì", "nào", "cái gì")
            found.append((name.start, name.end, words))
    return found


def _asked(sentence: str, start: int, end: int, word: str, rng: random.Random) -> str | None:
    """The clause around `[start, end)` as a question, some of its words left out."""
    left = max((m.end() for m in re.finditer(r"[,;:()]\s", sentence[:start])), default=0)
    if start - left < 15 and rng.random() < 0.7:
        left = max((m.end() for m in re.finditer(r"[,;:()]\s", sentence[: max(0, left - 2)])), default=0)
    stop = re.search(r"[,;:()]\s|[.!?]?$", sentence[end:])
    right = end + (stop.start() if stop else 0)
    before, behind = sentence[left:start].split(), sentence[end:right].split()
    before = [w for w in before if rng.random() > 0.06]
    behind = [w for w in behind if rng.random() > 0.06][: rng.randint(4, 12)]
    if not 4 <= len(before) + len(behind) <= 28:
        return None
    dated = before[-1:] in (["ngày"], ["năm"], ["tháng"], ["Ngày"], ["Năm"], ["Tháng"])
    if dated and rng.random() < 0.5:
        asked = [*behind, *before[:-1], "vào", before[-1].lower(), "nào"]
    else:
        word = "nào" if dated and " " in word else word
        asked = [*before, word, *behind]
    text = " ".join(asked).strip(" .,;:–-")
    return text[:1].upper() + text[1:] + "?" if text else None


def build(human: Sequence[Example], *, clozes: int, seed: int) -> list[Example]:
    """The training set: windows of every human question, `clozes` cloze questions, and near misses of both."""
    rng = random.Random(seed)
    passages = sorted({example.passage for example in human})
    asked = [example for passage in passages for example in cloze(passage, rng)]
    rng.shuffle(asked)
    pool = Pool.of(passages, [example.question for example in human])
    windows = [w for e in (*human, *asked) if (w := window(e, rng, sentences=2))]
    near = Neighbours(sorted({w.passage for w in windows}))
    found: list[Example] = []
    for example in (*human, *human, *asked[:clozes]):
        seen = window(example, rng, sentences=rng.choice(WINDOWS))
        if seen is None:
            continue
        found.append(renamed(seen, pool, rng) or seen if rng.random() < 0.25 else seen)
        found += _negatives(example, seen, pool, near, rng)
    rng.shuffle(found)
    return found


def _negatives(example: Example, seen: Example, pool: Pool, near: Neighbours, rng: random.Random) -> list[Example]:
    """One that is hard by an edit of question or passage, now and then an easy one."""
    makers = [other_value, other_passage_value, opposite]
    rng.shuffle(makers)
    makers += rng.sample([negated, absent_phrase], 2)
    edited = next((made for make in makers if (made := make(seen, pool, rng))), None)
    found = [edited] if edited else []
    if rng.random() < 0.35 and (other := without_answer(example, rng)):
        found.append(other)
    elif rng.random() < 0.3:
        found.append(Example(seen.question, near.near(seen.question, example.passage, rng), -1, -1, "other-passage"))
    return found
