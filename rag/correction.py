"""What a question takes for granted that the nearest document does not say: named to the user, with a citation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rag import facts
from rag.asked_values import has_value
from rag.dates import find_dates
from rag.evidence import FLOOR, Scored, instructs
from rag.people import find_people
from rag.places import PLACE_NAMES
from rag.premises import Kind, Premise, parts_of_days, violated
from rag.questions import Question
from rag.records import Sentence

_TRIED = 5
"""Best sentences whose premises are looked at."""

_PLACES = frozenset(" ".join(facts.keys(name)) for name in PLACE_NAMES)
_PLACE = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, PLACE_NAMES)) + r")(?!\w)")


@dataclass(frozen=True, slots=True)
class Corrected:
    """A Vietnamese sentence and the sentence of the document that proves its positive part."""

    text: str
    scored: Scored


def correct(question: Question, scored: Iterable[Scored]) -> Corrected | None:
    """The one premise of the question that the nearest evidence contradicts, or None.

    Only what can be proven is said: the whole document does not hold the stated premise, everything else
    the question states holds there, no other near sentence bears out all of the question, and what stands
    in quotation marks is copied from the cited sentence.
    """
    near = sorted((s for s in scored if s.score >= FLOOR), key=lambda s: -s.score)[:_TRIED]
    citable = [s for s in near if has_value(question, s.sentence.text) and not instructs(s.sentence.text)]
    found = [(list(violated(question, s.context, s.sentence)), s) for s in citable]
    if not all(wrong for wrong, _ in found):
        return None
    single = ((wrong[0], s) for wrong, s in found if len(wrong) == 1 and wrong[0].absent)
    return next((_said(question, wrong, s) for wrong, s in single), None)


def _said(question: Question, wrong: Premise, candidate: Scored) -> Corrected:
    """Names what the document has instead, where it has something of the same kind."""
    for sentence, found in _instead(question, wrong, candidate):
        text = f"Tài liệu gần nhất nói về “{found}”, không nêu “{wrong.stated}”."
        return Corrected(text, Scored(sentence, candidate.context, candidate.score, False))
    return Corrected(f"Tài liệu gần nhất không nêu “{wrong.stated}”.", candidate)


def _instead(question: Question, wrong: Premise, candidate: Scored) -> Iterator[tuple[Sentence, str]]:
    """Sentences with a value of the premise's kind that the question does not state, the likeliest first."""
    sentences = [s for s in (candidate.sentence, *candidate.context.sentences) if not instructs(s.text)]
    if wrong.kind is Kind.DATE:
        yield from (found for s in sentences for found in _parts_of_day(question, s))
        yield from _dates(question, sentences)
    elif wrong.kind is Kind.TITLE:
        yield from _titles(wrong, sentences)
    elif " ".join(wrong.keys) in _PLACES:
        yield from _places(question, [s for s in sentences if s.text in candidate.context.lead])


def _parts_of_day(question: Question, sentence: Sentence) -> Iterator[tuple[Sentence, str]]:
    """`Sáng 30/7` where `chiều 30/7` was asked."""
    days = {day for _, day, _ in parts_of_days(question.own)}
    yield from ((sentence, written) for _, day, written in parts_of_days(sentence.text) if day in days)


def _dates(question: Question, sentences: Iterable[Sentence]) -> Iterator[tuple[Sentence, str]]:
    """Days where the question states a day, else months."""
    days = any(date.day for date in question.dates)
    for sentence in sentences:
        for date in find_dates(sentence.text):
            if date.month and bool(date.day) == days:
                yield sentence, sentence.text[date.start : date.end]


def _titles(wrong: Premise, sentences: Iterable[Sentence]) -> Iterator[tuple[Sentence, str]]:
    """The same person right behind another title."""
    for sentence in sentences:
        for person in find_people(sentence.text):
            for post in person.posts:
                if wrong.stated.endswith(person.name) and post.end + 1 == person.start:
                    yield sentence, sentence.text[post.start : person.end]


def _places(question: Question, lead: Iterable[Sentence]) -> Iterator[tuple[Sentence, str]]:
    """Places of the document's lead that the question does not name."""
    for sentence in lead:
        for match in _PLACE.finditer(sentence.text):
            if match.group() not in question.text:
                yield sentence, match.group()
