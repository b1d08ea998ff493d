"""A document as the rules of the records read it: title, sentences of the body, captions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from rag.meetings.records import Stated
from rag.meetings.verify import stated
from rag.records import Published, Span, SpanKind
from rag.sentences import full_sentences

LONGEST = 4000
"""Characters of a sentence that are read: no official writes longer ones, and every rule stays bounded."""

_OPENING = 40_000
"""Characters of a line in which its first sentences are looked for."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence `[start, end)` without its closing full stop, and the paragraph it stands in."""

    start: int
    end: int
    paragraph: int


@dataclass(frozen=True)
class Article:
    """The evidence of one document; teasers and image names are not in it."""

    text: str
    spans: Sequence[Span]
    published: Published | None

    @cached_property
    def title(self) -> Piece | None:
        """The headline, or None where the text begins with its lead."""
        return next((Piece(s.start, s.end, -1) for s in self.spans if s.kind is SpanKind.TITLE), None)

    @cached_property
    def body(self) -> tuple[Piece, ...]:
        """Whole sentences of the body in text order."""
        return tuple(self._sentences(len(self.text)))

    def opening(self, count: int) -> tuple[Piece, ...]:
        """The first sentences of the body, without a look at the rest of a long text."""
        return tuple(islice(self._sentences(_OPENING), count))

    def _sentences(self, reach: int) -> Iterator[Piece]:
        """Sentences of the first so many characters of each stretch of the body."""
        for paragraph, span in enumerate(self.spans):
            if span.kind is SpanKind.BODY:
                for start, end in full_sentences(self.text, span.start, min(span.end, span.start + reach)):
                    yield _piece(self.text, start, end, paragraph)

    @cached_property
    def captions(self) -> tuple[Piece, ...]:
        return tuple(
            _piece(self.text, span.start, span.end, at)
            for at, span in enumerate(self.spans)
            if span.kind is SpanKind.CAPTION
        )

    def words(self, piece: Piece) -> str:
        return self.text[piece.start : piece.end]

    def cut(self, start: int, end: int) -> Stated:
        """The field that stands at `[start, end)`."""
        return stated(self.text, start, end)


def _piece(text: str, start: int, end: int, paragraph: int) -> Piece:
    end = min(end, start + LONGEST)
    while end > start + 1 and text[end - 1] in " .;:!?…/":
        end -= 1
    return Piece(start, end, paragraph)
