"""Questions to begin with: only such as this library answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rag.records import Done

if TYPE_CHECKING:
    from rag.library import Library

_TRIED = 12
"""Candidates that are asked, for a quotation each."""
_SURE = 0.5
"""The least probability of an answer that is worth beginning with."""
_ATTENDED = "{} đã dự những cuộc họp nào?"
_IN_MONTH = "Tháng {}/{} có những cuộc họp nào?"


def examples(library: Library, candidates: Sequence[str], *, most: int = 4) -> list[str]:
    """The first of the candidates, and of questions made from the meeting records, that find an answer."""
    found: list[str] = []
    for question in list(dict.fromkeys([*candidates, *_made(library)]))[:_TRIED]:
        if len(found) < most and _answers(library, question):
            found.append(question)
    return found


def _made(library: Library) -> Iterator[str]:
    """Of the people who were seen most, and of the latest months."""
    meetings = library.meetings()
    seen = Counter(attendee.name.text for meeting in meetings for attendee in meeting.attendees)
    yield from (_ATTENDED.format(name) for name, _ in seen.most_common(4))
    moments = [m.moment for m in reversed(meetings) if m.moment and m.moment.year and m.moment.month]
    yield from dict.fromkeys(_IN_MONTH.format(moment.month, moment.year) for moment in moments[:8])


def _answers(library: Library, question: str) -> bool:
    from rag.answer import ask

    done = [event for event in ask(library, question, extractive=True) if isinstance(event, Done)]
    return bool(done) and not done[0].answer.refused and done[0].answer.confidence >= _SURE
