"""What a question takes for granted, held against a sentence and its document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from itertools import islice, pairwise

from rag import facts
from rag.context import DocumentContext, neighbourhood
from rag.dates import DateMention, find_dates
from rag.people import Person, find_people
from rag.places import PLACES
from rag.questions import Question, Wanted, content_terms
from rag.records import Sentence
from rag.senses import PAIRS
from rag.syllables import is_plain_syllable
from rag.text import fold, tokens, tone_key

_PERSON_SYLLABLES = 3
"""A name of so many syllables or more must be near the sentence, not only in its document."""
_LONGEST_NAME = 12
_LEAST_LETTERS, _ALIKE = 4, 0.8
"""Foreign words of so many letters are the same from this share of equal letters on: `Zeira`, `Zeria`."""
_ROUNDING = 1e-9
_ASKED_NOUN = re.compile(r"(?:[^\W\d_]+ ){1,2}(?:nào|gì)(?!\w)", re.I)
# A person already introduced: by courtesy and given name, or by courtesy alone.
_COURTESY = re.compile(
    r"(?<!\w)(?i:ông|bà|anh|chị|cô|thầy|em|tiến sĩ|bác sĩ|TS\.?|PGS\.?)"
    r"(?: ((?:[A-ZĐÀ-Ỹ][^\W\d_]* ?)+)| (?:ấy|này|ta)|(?= [a-zà-ỹđ]))"
)
_KIN = re.compile(
    r"(?<!\w)(vợ|chồng|con trai|con gái|con|bố|cha|mẹ|anh trai|em trai|chị gái|em gái) (?:của|ông|bà)(?!\w)", re.I
)
_SAYS = re.compile(
    r"(?<!\w)(?:phát biểu|nói|đề nghị|khẳng định|nhấn mạnh|cho (?:biết|hay|rằng)|yêu cầu|kiến nghị|chỉ đạo|lưu ý"
    r"|đề xuất|chia sẻ|báo cáo|kết luận|bày tỏ|chỉ rõ|mong muốn|đánh giá|ghi nhận|nêu|giao|hứa|cảm ơn|trả lời"
    r"|thông tin)(?!\w)|[“”\"]",
    re.I,
)
_SAYS_WHAT = re.compile(r"(?<!\w)(phát biểu|khẳng định|nhấn mạnh|cho biết)(?: \w+){0,2} gì(?!\w)", re.I)
_PART = re.compile(r"(?<!\w)(sáng|trưa|chiều|tối|đêm)(?: ngày)? $", re.I)
_DENIAL = re.compile(r"(?<!\w)(?:không(?! chỉ| những| gian| khí| quân)|chưa|chẳng|từ chối|bác bỏ|vắng)(?!\w)", re.I)
_OPPOSITES = [
    [pattern for other, _, _, pattern in PAIRS if other == kind]
    for kind in dict.fromkeys(kind for kind, strict, _, _ in PAIRS if strict)
]
"""The two sides of each strict pair."""
_RANK = re.compile(
    r"(?:Đại|Thượng|Trung|Thiếu) (?:tướng|tá)|(?:Đại|Thượng|Trung|Thiếu) úy|Thủ tướng|Bộ trưởng|Thứ trưởng", re.I
)


class Kind(StrEnum):
    """What a premise is about."""

    NAME = "name"
    PERSON = "person"
    TITLE = "title"
    DATE = "date"
    DOCUMENT = "document"
    NUMBER = "number"
    SENSE = "sense"


@dataclass(frozen=True, slots=True)
class Premise:
    """Something a question states, as it is written there."""

    kind: Kind
    stated: str
    keys: tuple[str, ...] = ()
    """Of a name, as tone keys."""
    absent: bool = True
    """True when the whole document does not state it, not only the sentence and what is near."""


def violated(question: Question, context: DocumentContext, sentence: Sentence) -> Iterator[Premise]:
    """The premises that do not hold at a sentence or in its document, the most telling first."""
    yield from _names(question, context, sentence)
    yield from _titles(question, context)
    yield from _dates(question, context, sentence)
    yield from _dayparts(question, context)
    for number in question.documents:
        if not any(number in s.text for s in context.sentences):
            yield Premise(Kind.DOCUMENT, number)
    yield from _numbers(question, context)
    yield from _senses(question, sentence)
    yield from _spoken(question, context, sentence)


def holds(question: Question, context: DocumentContext, sentence: Sentence) -> bool:
    """True when nothing the question states is foreign to the sentence and its document."""
    return next(violated(question, context, sentence), None) is None


def _names(question: Question, context: DocumentContext, sentence: Sentence) -> Iterator[Premise]:
    near = facts.keys(f"{neighbourhood(context, sentence)}\n{sentence.text}") if question.entities else ()
    for name in question.entities:
        kind = Kind.PERSON if len(name) >= _PERSON_SYLLABLES and name not in PLACES else Kind.NAME
        if not _contains(context.keys, name):
            yield Premise(kind, _written(question.text, name), name)
        elif kind is Kind.PERSON and not _contains(near, name) and not _goes_on(sentence.text, name):
            yield Premise(kind, _written(question.text, name), name, absent=False)


def _contains(keys: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """True when the name stands there; a foreign word may differ by its ending or by one letter."""
    if facts.contains_run(keys, name):
        return True
    return any(_foreign(part) for part in name) and any(
        all(map(_same_word, name, keys[at : at + len(name)])) for at in range(len(keys) - len(name) + 1)
    )


@lru_cache(maxsize=1 << 16)
def _same_word(a: str, b: str) -> bool:
    if a == b:
        return True
    if not _foreign(a) or min(len(a), len(b)) < _LEAST_LETTERS:
        return False
    one, other = fold(a), fold(b)
    # So many letters must agree in order; that they are there at all is seen at once, and for most words they are not.
    common = _ALIKE * (len(one) + len(other)) / 2 - _ROUNDING
    if min(len(one), len(other)) < common or sum(letter in one for letter in other) < common:
        return False
    return SequenceMatcher(None, one, other).ratio() >= _ALIKE


@lru_cache(maxsize=1 << 14)
def _foreign(key: str) -> bool:
    return key.isalpha() and not is_plain_syllable(fold(key))


def _written(text: str, name: tuple[str, ...]) -> str:
    """The shortest stretch of the question that has these keys."""
    found = tokens(text)
    for first in range(len(found)):
        for last in islice(range(first, len(found)), _LONGEST_NAME):
            stretch = text[found[first].start : found[last].end]
            if facts.keys(stretch) == name:
                return stretch
    return " ".join(name)


def _goes_on(text: str, name: tuple[str, ...]) -> bool:
    """True when a sentence goes on about a person of its document: `ông Thắng`, or only `Ông`."""
    for match in _COURTESY.finditer(text):
        called = facts.keys(match.group(1) or "")
        if not called or called[-1] == name[-1]:
            return True
    return False


def _titles(question: Question, context: DocumentContext) -> Iterator[Premise]:
    """A rank or office of government stated with a name must be one that the document gives this person."""
    for person in find_people(question.text):
        asked = _ranks(person)
        given = {rank for p in context.people() if p.name == person.name for rank in _ranks(p)} if asked else set()
        if given and not asked & given:
            rank = next(office for office in person.offices if _RANK.fullmatch(office))
            yield Premise(Kind.TITLE, f"{rank} {person.name}")


def _ranks(person: Person) -> set[tuple[str, ...]]:
    return {facts.keys(office) for office in person.offices if _RANK.fullmatch(office)}


def _dates(question: Question, context: DocumentContext, sentence: Sentence) -> Iterator[Premise]:
    """An asked day stands in the document; a month or year there near, or does not contradict its date."""
    own = find_dates(f"{neighbourhood(context, sentence)}\n{sentence.text}") if question.dates else []
    for asked in question.dates:
        if any(date.states(asked) for date in (*own, *context.dates)):
            continue
        if asked.day is None and not any(date.contradicts(asked) for date in context.dates):
            continue
        told = any(d.states(asked) for s in context.sentences for d in find_dates(s.text))
        if asked.day is None or not told:
            yield _date(question, asked, absent=not told)


def _dayparts(question: Question, context: DocumentContext) -> Iterator[Premise]:
    """`Chiều 30/7` does not hold where that day is told, but only as `sáng 30/7`."""
    asked = list(parts_of_days(question.own))
    told = [found for s in context.sentences for found in parts_of_days(s.text)] if asked else []
    for part, day, written in asked:
        parts = {other for other, same, _ in told if same == day}
        if parts and part not in parts:
            yield Premise(Kind.DATE, written)


def parts_of_days(text: str) -> Iterator[tuple[str, tuple[int | None, ...], str]]:
    """(part of the day, day and month, as written) of `Sáng 22/10`."""
    for date in find_dates(text):
        part = _PART.search(text[: date.start])
        if part and date.month:
            yield part.group(1).lower(), (date.day, date.month), text[part.start() : date.end]


def _senses(question: Question, sentence: Sentence) -> Iterator[Premise]:
    """`giảm bao nhiêu` does not hold at a sentence that tells only of a rise."""
    for sides in _OPPOSITES:
        asked = [bool(side.search(question.own)) for side in sides]
        told = [bool(side.search(sentence.text)) for side in sides]
        if sum(asked) == 1 and sum(told) == 1 and asked != told:
            stated = sides[asked.index(True)].search(question.own)
            yield Premise(Kind.SENSE, stated.group() if stated else "", absent=False)


def _spoken(question: Question, context: DocumentContext, sentence: Sentence) -> Iterator[Premise]:
    """What must be said in so many words: a relative, that somebody spoke, that something was not so."""
    kin = _KIN.search(question.own)
    if kin and not re.search(rf"(?<!\w){kin.group(1)}(?!\w)", sentence.text, re.I):
        yield Premise(Kind.SENSE, kin.group(1), absent=False)
    said = _SAYS_WHAT.search(question.own)
    if said and not _SAYS.search(sentence.text):
        yield Premise(Kind.SENSE, said.group(1), absent=False)
    denied = _DENIAL.search(question.own) if question.wanted is not Wanted.YES_NO else None
    if denied and not _DENIAL.search(f"{neighbourhood(context, sentence)}\n{sentence.text}"):
        yield Premise(Kind.SENSE, denied.group(), absent=False)


def _date(question: Question, asked: DateMention, *, absent: bool) -> Premise:
    stated = (question.own[d.start : d.end] for d in find_dates(question.own) if d.parts == asked.parts)
    return Premise(Kind.DATE, next(stated, "/".join(str(part) for part in asked.parts if part)), absent=absent)


def _numbers(question: Question, context: DocumentContext) -> Iterator[Premise]:
    if not question.quantities:
        return
    held = {q.value for s in context.sentences for q in facts.quantities(s.text)}
    words = {n for s in context.sentences for n in (*facts.word_numbers(s.text, sure=False), *facts.ordinals(s.text))}
    for quantity in question.quantities:
        if quantity.value not in held and quantity.value not in words:
            yield Premise(Kind.NUMBER, _as_written(quantity))


def _as_written(quantity: facts.Quantity) -> str:
    """In Vietnamese notation: `7,36%`."""
    return f"{quantity.value.normalize():f}".replace(".", ",") + "%" * quantity.percent


def takes_up(question: Question, text: str, near: str) -> bool:
    """False when no word that a follow-up itself says stands in the sentence or near it.

    Such a sentence was found for what was said before and would only repeat it. Words are pairs of
    syllables; of a question without any pair one syllable will do. What it asks for (`hình thức nào`)
    need not be told in the same words.
    """
    if question.own == question.text:
        return True
    named = {key for entity in question.entities for key in entity}
    own = [t.text for t in tokens(_ASKED_NOUN.sub(" . ", question.own))]
    spoken = [None if tone_key(t) in named or not content_terms(t) else tone_key(t) for t in own]
    pairs = {(a, b) for a, b in pairwise(spoken) if a and b}
    there = facts.keys(f"{near}\n{text}")
    if pairs:
        return not pairs.isdisjoint(pairwise(there))
    single = {key for key in spoken if key}
    return not single or not single.isdisjoint(there)
