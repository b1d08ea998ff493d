"""From the text of a document to the records of the meetings it reports, by rules."""

from __future__ import annotations

from collections.abc import Sequence

from rag.meetings.article import Article
from rag.meetings.attendance import attendees
from rag.meetings.event import find_event
from rag.meetings.figures import figures
from rag.meetings.matters import decisions, references, topics
from rag.meetings.records import Meeting
from rag.meetings.requests import requests
from rag.meetings.where import places
from rag.records import Published, Span

VERSION = 2
"""Raised whenever the rules change, so that every library reads its documents again."""


def extract(
    document_id: str, text: str, spans: Sequence[Span], *, published: Published | None = None
) -> tuple[Meeting, ...]:
    """The meetings of a document, in text order; empty for an article about anything else.

    Args:
        spans: the marks of the text; titles and bodies are read, captions only to confirm.
        published: gives the year of a day without one, when the month agrees.
    """
    article = Article(text, spans, published)
    event = find_event(article)
    if event is None:
        return ()
    people = attendees(article, event)
    held = places(article, event)
    return (
        Meeting(
            document_id=document_id,
            title=event.title,
            kind=event.kind,
            kind_stated=event.kind_stated,
            moment=event.moment,
            place=held[0] if held else None,
            attendees=people,
            topics=topics(article, event),
            figures=figures(article),
            requests=requests(article, people),
            decisions=decisions(article),
            references=references(article),
            other_places=held[1:],
        ),
    )
