"""Sentences that may prove the right answer to a flagged question: those it cited, and those a search finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.answer import validate
from rag.errors import BadInput, UnknownDocument
from rag.flags.questions import Place
from rag.flags.records import Flag
from rag.lookup import look_up

if TYPE_CHECKING:
    from rag.library import Library

_FOUND = 8


@dataclass(frozen=True, slots=True)
class Candidate:
    place: Place
    title: str
    quote: str


def cited(library: Library, flag: Flag) -> list[Candidate]:
    """What the answer cited or showed and what still stands so in its document, each once."""
    seen: list[dict[str, Any]] = [*flag.seen["answer"]["citations"], *flag.seen["evidence"]]
    places = dict.fromkeys(Place(c["document_id"], c["start"], c["end"]) for c in seen)
    quotes = {Place(c["document_id"], c["start"], c["end"]): c["quote"] for c in seen}
    known = (known for place in places for known in at(library, place))
    return [candidate for candidate in known if candidate.quote == quotes[candidate.place]]


def search(library: Library, words: str) -> list[Candidate]:
    """The sentences nearest to some words, best first.

    Raises:
        BadQuestion: no words, or too many.
        HoidapError: whatever keeps the library from being searched.
    """
    validate(words)
    scored = sorted(look_up(library, words, ()).scored, key=lambda s: -s.score)[:_FOUND]
    return [
        Candidate(
            Place(s.context.document.id, s.sentence.start, s.sentence.end), s.context.document.title, s.sentence.text
        )
        for s in scored
    ]


def at(library: Library, place: Place) -> Iterator[Candidate]:
    """What stands at a place, nothing when there is no such place any more."""
    try:
        document, text = library.document(place.document_id), library.text(place.document_id)
    except UnknownDocument:
        return
    if 0 <= place.start < place.end <= len(text):
        yield Candidate(place, document.title, text[place.start : place.end])


def place_of(key: str) -> Place:
    """A place from `DOCUMENT:START:END`; raises `BadInput` for anything else."""
    document_id, _, span = key.partition(":")
    start, _, end = span.partition(":")
    if not (document_id and start.isdecimal() and end.isdecimal() and len(span) < 30):
        raise BadInput("Câu bằng chứng không hợp lệ.", next_step="Hãy chọn lại.")
    return Place(document_id, int(start), int(end))


def key_of(place: Place) -> str:
    return f"{place.document_id}:{place.start}:{place.end}"
