"""The evidence text of a document as it is compared with others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rag.records import Document, Published, Sentence, SpanKind
from rag.text import fold, tokens

if TYPE_CHECKING:
    from rag.library import Library

SHINGLE = 3
"""Syllables of a shingle; with 4 or 5 a few typing errors cost more of a true copy than they cost of other texts."""
_LEAD = 3
"""First body sentences, which say what happened when and where."""


@dataclass(frozen=True)
class Story:
    """The evidence text of a document as it is compared; without slots, so that what is derived is computed once."""

    title: str
    sentences: tuple[str, ...]
    """Of title and body, without captions."""
    lead: tuple[str, ...]
    published: Published | None

    @cached_property
    def shingles(self) -> frozenset[str]:
        """Every run of SHINGLE folded syllables."""
        return frozenset(_shingles([fold(t.text) for text in self.sentences for t in tokens(text)]))


def _shingles(syllables: Sequence[str]) -> Iterator[str]:
    return (" ".join(syllables[at : at + SHINGLE]) for at in range(len(syllables) - SHINGLE + 1))


def story_of(document: Document, sentences: Sequence[Sentence]) -> Story:
    """A stored document as it is compared."""
    told = [s for s in sentences if s.kind in (SpanKind.TITLE, SpanKind.BODY)]
    body = [s.text for s in told if s.kind is SpanKind.BODY]
    return Story(document.title, tuple(s.text for s in told), tuple(body[:_LEAD]), document.published)


def read_story(library: Library, document: Document) -> Story:
    """The story of a document in the library."""
    return story_of(document, library.store.sentences(document.id))
