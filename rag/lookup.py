"""From what was typed to evidence: follow-up resolved, tone marks back, searched, scored, gated."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rag.conversation import Standalone, standalone
from rag.courtesy import reply, unwrapped
from rag.errors import EmptyLibrary
from rag.evidence import FLOOR, Scored, select
from rag.memory import recent
from rag.orders import orders
from rag.questions import Question, analyse
from rag.records import Related, Turn
from rag.retrieve import question_vector, search, titles
from rag.short_answer import short_answer, stands_in
from rag.text import normalise

if TYPE_CHECKING:
    from rag.library import Library

_PASSAGES = 12
_RELATED = 3
_READINGS = 3
"""Restorations of a toneless question that are tried."""
_CLOSE = 0.7
"""For a list, a sentence of another document counts from this share of the best score."""
_RIVAL, _RIVALS = 0.8, 2
"""Share of the best score from which another document's different answer is shown too, and how many."""
_ITEMS = 4
"""Documents a list draws on at most."""


@dataclass(frozen=True)
class Lookup:
    """What was understood and found; without slots, so that what is derived is computed once."""

    asked: Question
    scored: tuple[Scored, ...]
    """All sentences of the passages, eligible ones first, best first."""
    related: tuple[Related, ...]
    """The nearest documents, worth a look when nothing was found."""

    @cached_property
    def found(self) -> list[Scored]:
        """The evidence: eligible sentences above the floor, best first."""
        return [s for s in self.scored if s.eligible and s.score >= FLOOR]

    @cached_property
    def best(self) -> list[Scored]:
        """The sentences of an extractive answer: the best, or for a list the best of each document.

        Where another document says otherwise just as well, both, the newest first.
        """
        found = self.found
        if not self.asked.many:
            return sorted([*found[:1], *self.rivals], key=_published, reverse=True)
        first: dict[str, Scored] = {}
        for scored in found:
            if scored.score >= _CLOSE * found[0].score:
                first.setdefault(scored.context.document.id, scored)
        return list(first.values())[:_ITEMS]

    @cached_property
    def rivals(self) -> list[Scored]:
        """Sentences of other documents that answer as well as the best one, with another value."""
        found = self.found
        said = _value(self.asked, found[0]) if found and not self.asked.many else None
        if said is None:
            return []
        others: dict[str, Scored] = {}
        for scored in (s for s in found if s.score >= _RIVAL * found[0].score):
            other = _value(self.asked, scored)
            if other is not None and not stands_in(other, found[0].sentence.text):
                others.setdefault(scored.context.document.id, scored)
        others.pop(found[0].context.document.id, None)
        return list(others.values())[:_RIVALS]

    def to_read(self, limit: int) -> list[Scored]:
        """What the model reads: the found sentences, then others of their documents."""
        ordered = [*self.best, *(s for s in self.found if s not in self.best)][:limit]
        documents = {s.context.document.id for s in ordered}
        others = [
            s for s in self.scored if s not in ordered and s.context.document.id in documents and s.score >= FLOOR
        ]
        return ordered + others[: limit - len(ordered)]


def _value(asked: Question, scored: Scored) -> str | None:
    text = scored.sentence.text
    span = short_answer(asked, text, text)
    return text[slice(*span)] if span else None


def _published(scored: Scored) -> str:
    """The date of the document, for sorting; unknown before any."""
    published = scored.context.document.published
    return published.value if published else ""


def look_up(
    library: Library, question: str, history: Sequence[Turn], *, within: Collection[str] | None = None
) -> Lookup:
    """Find evidence; a reading of a toneless question that finds none gives way to the next likely one.

    Orders to the assistant find nothing.

    Args:
        within: ids of the only documents to search.

    Raises:
        EmptyLibrary: nothing is indexed.
    """
    if library.store.encoder_fingerprint() is None:
        raise EmptyLibrary()
    if orders(question):
        return Lookup(analyse(question), (), ())
    marks = library.tone_marks

    def spelt(typed: str) -> str:
        return marks.spelling.corrected(unwrapped(typed))

    turns = [(marks.restore(spelt(q)), marks.restore(normalise(a))) for q, a in recent(history) if reply(q) is None]
    readings = marks.restorations(spelt(question), most=_READINGS)
    first = _find(library, standalone(readings[0], turns), within)
    for reading in readings[1:]:
        if first.found:
            break
        other = _find(library, standalone(reading, turns), within)
        if other.found:
            return other
    return first


def likeliest(library: Library, question: str) -> str:
    """A question as it was most likely meant: marks back, slips put right, polite words off."""
    marks = library.tone_marks
    return marks.restore(marks.spelling.corrected(unwrapped(question)))


def _find(library: Library, question: Standalone, within: Collection[str] | None) -> Lookup:
    asked = analyse(question.text, own=question.own, day=question.day)
    vector = question_vector(library, asked.text)
    passages = search(library, asked.text, k=_PASSAGES, vector=vector, within=within)
    related = tuple(Related(*pair) for pair in titles(passages)[:_RELATED])
    scored = select(library, asked, passages, vector) if question.clear else []
    return Lookup(asked, tuple(scored), related)
