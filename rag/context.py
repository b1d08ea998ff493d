"""What stands around a sentence and says whom, where and when it is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag import facts
from rag.dates import DateMention, find_dates
from rag.people import Person, find_people
from rag.records import Document, Landmark, Sentence, SpanKind

if TYPE_CHECKING:
    from rag.library import Library

_LEAD = 2
"""First body sentences that count as context of every sentence."""
_BEFORE = 2
"""Sentences before one that count as its neighbourhood; 3 and 5 gave one more wrong answer each."""


@dataclass(frozen=True, slots=True)
class DocumentContext:
    """What a document says of itself: title, lead and date count as context of every sentence."""

    document: Document
    sentences: tuple[Sentence, ...]
    keys: tuple[str, ...]
    """Tone keys of all its evidence sentences."""
    lead: str
    """Title and first sentences."""
    dates: tuple[DateMention, ...]
    """The dates that place the document in time: its header, and the first day of its lead."""
    landmarks: tuple[Landmark, ...]
    """Where its pages and headings begin."""

    def people(self) -> Iterator[Person]:
        """Everyone its sentences name, in text order."""
        for sentence in self.sentences:
            yield from find_people(sentence.text)


def read_context(library: Library, document: Document) -> DocumentContext:
    """The context of a stored document."""
    sentences = tuple(library.store.sentences(document.id))
    body = [s.text for s in sentences if s.kind is SpanKind.BODY][:_LEAD]
    header = find_dates(document.published.value if document.published else "")
    lead_dates = [d for text in body for d in find_dates(text) if d.day is not None][:1]
    keys = tuple(key for s in sentences for key in facts.keys(s.text))
    lead = "\n".join((document.title, *body))
    landmarks = tuple(library.store.landmarks(document.id))
    return DocumentContext(document, sentences, keys, lead, (*header, *lead_dates), landmarks)


def neighbourhood(context: DocumentContext, sentence: Sentence) -> str:
    """The text that says whom and when a sentence is about: title, lead, the two sentences before."""
    before = context.sentences[max(0, sentence.ordinal - _BEFORE) : sentence.ordinal]
    return "\n".join((context.lead, *(s.text for s in before)))
