"""Near misses by rule: one value or word of an answerable question, or of its passage, becomes another."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from rag import facts
from rag.people import find_people

if TYPE_CHECKING:
    from bench.reading_examples import Example

OPPOSITES = """lớn nhất|nhỏ nhất;cao nhất|thấp nhất;nhiều nhất|ít nhất;dài nhất|ngắn nhất;đầu tiên|cuối cùng
trước|sau;tăng|giảm;thành lập|giải thể;sinh năm|mất năm;sinh ngày|mất ngày;sinh ra|qua đời
phía bắc|phía nam;phía đông|phía tây;tối đa|tối thiểu;bắt đầu|kết thúc
trong nước|nước ngoài;mua lại|bán lại;cho phép|cấm;chính thức|tạm thời;đăng ký|hủy;xây dựng|phá bỏ;thắng|thua
đồng ý|từ chối;tốt nghiệp|nhập học;gửi|nhận;ưu điểm|nhược điểm;nguyên nhân|hậu quả;mở|đóng;xuất khẩu|nhập khẩu
dân số|diện tích;chiều dài|chiều rộng;tên gọi|biểu tượng;sáng lập|giải tán;phát hiện|đặt tên
công nhận|bác bỏ;bắc bán cầu|nam bán cầu;hiện nay|trước kia;cao|thấp;dài|ngắn;nhiều|ít;giàu|nghèo;nóng|lạnh;mạnh|yếu"""
_PAIRS = [
    (first, second)
    for line in OPPOSITES.splitlines()
    for first, _, second in (pair.partition("|") for pair in line.split(";"))
]
_OTHER = {**dict(_PAIRS), **{b: a for a, b in _PAIRS}}
_OPPOSITE = re.compile(r"(?<!\w)(?:" + "|".join(sorted(_OTHER, key=len, reverse=True)) + r")(?!\w)", re.I)
_NEGATIONS = (
    ("không phải là", "là"),
    ("không được", "được"),
    ("không có", "có"),
    ("chưa", "đã"),
    ("không thể", "có thể"),
)
_ASKING = frozenset(
    """ai gì nào đâu sao mấy bao nhiêu khi thế hay bằng cách thời gian lúc là của có và các những được bị cho với
trong ngoài tại ở từ đến vào ra theo về để do vì bởi một hai ba này đó thì mà như không cái người việc sẽ đã đang
phải cần""".split()
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Value:
    """A value at `[start, end)` of a text."""

    start: int
    end: int
    kind: str
    text: str


def values(text: str) -> list[Value]:
    """Persons, other names, dates and numbers, not overlapping."""
    found = [(p.start, p.end, "person") for p in find_people(text)]
    found += [(d.start, d.end, "date" if d.value[0] else "year") for d in facts.date_places(text)]
    found += [(n.start, n.end, "number") for n in facts.numbers(text)]
    found += [(n.start, n.end, "name") for n in facts.name_places(text)]
    kept: list[Value] = []
    for start, end, kind in found:
        if not any(start < other.end and other.start < end for other in kept):
            kept.append(Value(start, end, kind, text[start:end]))
    return kept


@dataclass(frozen=True, slots=True)
class Pool:
    """What stands in for a value: all values of the training passages by kind, and the questions' word pairs."""

    by_kind: Mapping[str, Sequence[str]]
    phrases: Sequence[str]

    @classmethod
    def of(cls, passages: Sequence[str], questions: Sequence[str]) -> Pool:
        found = defaultdict(set)
        for passage in passages:
            for value in values(passage):
                found[value.kind].add(value.text)
        phrases = {phrase for question in questions for _, _, phrase in _phrases(question)}
        return cls({kind: sorted(texts) for kind, texts in sorted(found.items())}, sorted(phrases))

    def other(self, value: Value, avoid: str, near: str, rng: random.Random) -> str | None:
        """Another value of the kind that `avoid` does not hold; one that stands in `near` two times of three."""
        kinds = ("person", "name") if value.kind in ("person", "name") else (value.kind,)
        close = [v.text for v in values(near) if v.kind in kinds and v.text.lower() not in avoid.lower()]
        if close and rng.random() < 0.67:
            return rng.choice(close)
        far = [t for kind in kinds for t in self.by_kind.get(kind, ()) if len(t) < 40]
        for text in rng.sample(far, min(5, len(far))):
            if text.lower() not in avoid.lower():
                return text
        return None


def other_value(example: Example, pool: Pool, rng: random.Random) -> Example | None:
    """Another person, place, date or number in the question, often one that the passage tells of."""
    found = [v for v in values(example.question) if v.text.lower() in example.passage.lower()]
    if not found:
        return None
    value = rng.choice(found)
    answer = example.passage[example.start : example.end]
    text = pool.other(value, example.question + " " + answer, example.passage, rng)
    if text is None:
        return None
    question = example.question[: value.start] + text + example.question[value.end :]
    return replace(example, question=question, start=-1, end=-1, kind="other-value")


def other_passage_value(example: Example, pool: Pool, rng: random.Random) -> Example | None:
    """Another value everywhere in the passage; the question stays as people write it."""
    found = [v for v in values(example.question) if v.text in example.passage]
    if not found:
        return None
    value = rng.choice(found)
    text = pool.other(value, example.question + example.passage, "", rng)
    if text is None:
        return None
    return replace(
        example, passage=example.passage.replace(value.text, text), start=-1, end=-1, kind="other-passage-value"
    )


def renamed(example: Example, pool: Pool, rng: random.Random) -> Example | None:
    """The same other value in question and passage: still answered."""
    found = [v for v in values(example.question) if v.text in example.passage]
    if not found:
        return None
    value = rng.choice(found)
    text = pool.other(value, example.question + example.passage, "", rng)
    before, answer = example.passage[: example.start], example.passage[example.start : example.end]
    if text is None or value.text in answer:
        return None
    before, behind = before.replace(value.text, text), example.passage[example.end :].replace(value.text, text)
    return replace(
        example,
        question=example.question.replace(value.text, text),
        passage=before + answer + behind,
        start=len(before),
        end=len(before) + len(answer),
        kind="renamed",
    )


def opposite(example: Example, pool: Pool, rng: random.Random) -> Example | None:
    """`lớn nhất` becomes `nhỏ nhất` in the question."""
    found = list(_OPPOSITE.finditer(example.question))
    if not found:
        return None
    word = rng.choice(found)
    question = example.question[: word.start()] + _OTHER[word.group().lower()] + example.question[word.end() :]
    return replace(example, question=question, start=-1, end=-1, kind="opposite")


def negated(example: Example, pool: Pool, rng: random.Random) -> Example | None:
    """The clause before the answer says that it is not so."""
    left = max(example.passage.rfind(mark, 0, example.start) for mark in ".;\n") + 1
    clause = example.passage[left : example.start]
    for not_so, so in rng.sample(_NEGATIONS, len(_NEGATIONS)):
        at = clause.rfind(f" {so} ")
        if at >= 0 and "không" not in clause and "không" not in example.question and "chưa" not in clause:
            clause = clause[:at] + f" {not_so} " + clause[at + len(so) + 2 :]
            passage = example.passage[:left] + clause + example.passage[example.start :]
            return replace(example, passage=passage, start=-1, end=-1, kind="negated")
    return None


def absent_phrase(example: Example, pool: Pool, rng: random.Random) -> Example | None:
    """Two content words of the question become two of another question that the passage does not have."""
    passage = example.passage.lower()
    found = [p for p in _phrases(example.question) if p[2] in passage]
    if not found:
        return None
    start, end, _ = rng.choice(found)
    for phrase in rng.sample(pool.phrases, 8):
        if not any(word in passage for word in phrase.split()):
            question = example.question[:start] + phrase + example.question[end:]
            return replace(example, question=question, start=-1, end=-1, kind="absent-phrase")
    return None


def _phrases(question: str) -> list[tuple[int, int, str]]:
    """Neighbouring pairs of content words in lower case."""
    words = [(m.start(), m.end(), m.group().lower()) for m in _WORD.finditer(question)]
    return [
        (first[0], second[1], f"{first[2]} {second[2]}")
        for first, second in pairwise(words)
        if first[2] not in _ASKING
        and second[2] not in _ASKING
        and question[first[1] : second[0]] == " "
        and not (first[2] + second[2]).isdigit()
    ]
