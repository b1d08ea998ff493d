"""The shortest cited span that answers the question: a date, a name, a number, an office, a place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag import facts
from rag.asked_dates import asked_dates
from rag.asked_values import counted_noun
from rag.dates import find_dates
from rag.people import OFFICE, find_people
from rag.questions import Question, Wanted, content_terms
from rag.text import Token, fold, tokens, tone_key

Offsets = tuple[int, int]

_UNITS = (
    r"%|phần trăm|(?:nghìn|ngàn)?\s*(?:tỷ|tỉ|triệu|nghìn|ngàn)(?:\s*(?:đồng|USD|đô la))?|đồng|USD"
    r"|mm|cm|km2|km|m2|m3|m|ha|kg|tấn|tạ"
)
_NUMBER = re.compile(rf"(?<![\w/.,])\d+(?:[.,]\d+)*(?:\s*(?:{_UNITS})(?!\w))?", re.I)
_MONEY = re.compile(r"(?:tỷ|tỉ|triệu|nghìn|ngàn|đồng|USD|đô la)$", re.I)
_PLACE = re.compile(
    r"(?<!\w)(?:tại|ở)\s+((?:[^\W\d_]+\s?){0,4}[A-ZĐÀ-Ỹ][^,;.:()]*"
    r"(?:,\s*(?:tỉnh|huyện|TP\.?|thành phố)\s+[A-ZĐÀ-Ỹ][^,;.:()]*)?)"
)
_BEHIND = 20
"""Characters behind a number in which what it counts is looked for."""
_COMMA = re.compile(r"[,;:](?!\d)")
_OFFICE_TAIL = re.compile(r"[,;.:()]|\s(?:đã|phát biểu|chủ trì|báo cáo|làm việc|cùng|và các)\b")


def short_answer(question: Question, sentence: str, answer: str) -> Offsets | None:
    """Offsets within the sentence, or None for lists, yes/no and questions without a clear value.

    Among the values of the asked kind those that the answer also gives come first, then those whose clause
    has most of the question's words, then those nearest to them.
    """
    if question.many or question.wanted in (Wanted.YES_NO, Wanted.REASON, Wanted.TEXT):
        return None
    asked = fold(question.text)
    candidates = [c for c in _candidates(question, sentence) if fold(sentence[c[0] : c[1]]) not in asked]
    if not candidates:
        return None
    anchors = _anchors(question, sentence)

    named = {key for entity in question.entities for key in entity} if question.wanted is Wanted.OFFICE else set()
    noun = counted_noun(question)

    def rank(span: Offsets) -> tuple[bool, bool, int, int, int]:
        first, last = _clause(sentence, span)
        shared = {t.text.lower() for t in anchors if first <= t.start < last and tone_key(t.text) not in named}
        other = bool(noun) and noun not in facts.keys(sentence[span[0] : span[1] + _BEHIND])
        return (
            not stands_in(sentence[span[0] : span[1]], answer),
            other,
            -len(shared),
            _distance(span, [t.start for t in anchors]),
            span[0],
        )

    return min(candidates, key=rank)


def stands_in(value: str, answer: str) -> bool:
    """True when the answer gives this value, in this or an equal spelling."""
    if re.search(rf"(?<!\w){re.escape(fold(value))}(?!\w|[.,]\d)", fold(answer)):
        return True
    equal = (facts.dates, facts.quantities)
    return any(item in find(answer) for find in equal for item in find(value))


def _candidates(question: Question, sentence: str) -> Iterator[Offsets]:
    match question.wanted:
        case Wanted.DAY | Wanted.MONTH | Wanted.YEAR:
            yield from ((d.start, d.end) for d in asked_dates(question, sentence, question.wanted))
        case Wanted.PERCENT | Wanted.MONEY | Wanted.NUMBER:
            yield from _number_spans(question.wanted, sentence)
        case Wanted.PERSON:
            yield from ((p.start, p.end) for p in find_people(sentence))
        case Wanted.OFFICE:
            yield from _office_spans(sentence)
        case Wanted.PLACE:
            yield from (_trimmed(sentence, *m.span(1)) for m in _PLACE.finditer(sentence))


def _number_spans(wanted: Wanted, sentence: str) -> list[Offsets]:
    """Numbers of the asked kind; those of a date only where there is no other."""
    spans = [_trimmed(sentence, *m.span()) for m in _NUMBER.finditer(sentence)]
    if wanted is Wanted.PERCENT:
        return [(start, end) for start, end in spans if sentence[start:end].endswith(("%", "trăm"))]
    dates = [d for d in find_dates(sentence) if d.month or sentence[: d.start].endswith("năm ")]
    own = [(start, end) for start, end in spans if not any(d.start < end and start < d.end for d in dates)]
    money = [(start, end) for start, end in own if _MONEY.search(sentence[start:end])]
    return (money if wanted is Wanted.MONEY else []) or own or spans


def _office_spans(sentence: str) -> Iterator[Offsets]:
    """An office with its agency: up to the next comma, name or verb."""
    people = find_people(sentence)
    for match in OFFICE.finditer(sentence):
        stop = _OFFICE_TAIL.search(sentence, match.end())
        end = stop.start() if stop else len(sentence)
        end = min([end, *(p.start for p in people if p.start >= match.end())])
        yield _trimmed(sentence, match.start(), end)


def _clause(sentence: str, span: Offsets) -> Offsets:
    """The part of the sentence between the commas around a value."""
    before = [m.end() for m in _COMMA.finditer(sentence, 0, span[0])]
    behind = _COMMA.search(sentence, span[1])
    return before[-1] if before else 0, behind.start() if behind else len(sentence)


def _trimmed(text: str, start: int, end: int) -> Offsets:
    return start, start + len(text[start:end].rstrip())


def _anchors(question: Question, sentence: str) -> Sequence[Token]:
    """The sentence's words that the question has too."""
    content = set(content_terms(question.text))
    return [t for t in tokens(sentence) if fold(t.text) in content]


def _distance(candidate: Offsets, anchors: Sequence[int]) -> int:
    outside = sorted(abs(a - candidate[0]) for a in anchors if not candidate[0] <= a < candidate[1])
    return sum(outside[:3])
