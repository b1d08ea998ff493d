"""The source panel: full articles with every cited stretch marked, sent before anyone clicks.

The page keeps what is sent here for each message, so opening a citation asks the server nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag.errors import UnknownDocument
from rag.records import Citation, Document, Span
from ui import labels
from ui.backend import Backend
from ui.chat.exchange import Exchange
from ui.render import NOTHING, Html, element
from ui.sources.segments import Segment, segments, window

VIEWED = "document"
"""Stands for the message number when an article is opened from the list."""


@dataclass(frozen=True, slots=True)
class Article:
    """A document with its text, its spans and the citations to mark in it."""

    document: Document
    text: str
    spans: Sequence[Span]
    citations: Sequence[Citation] = ()


def gather(backend: Backend, exchange: Exchange) -> list[Article]:
    """The articles an exchange cites or names as related, each once; a deleted one is left out."""
    related = exchange.answer.related if exchange.answer else ()
    ids = dict.fromkeys([c.document_id for c in exchange.evidence] + [r.document_id for r in related])
    return list(_existing(backend, ids, exchange.evidence))


def _existing(backend: Backend, ids: Iterable[str], citations: Sequence[Citation]) -> Iterator[Article]:
    for document_id in ids:
        cited = [c for c in citations if c.document_id == document_id]
        try:
            yield load(backend, document_id, cited)
        except UnknownDocument:
            continue


def load(backend: Backend, document_id: str, citations: Sequence[Citation] = ()) -> Article:
    """One article of the library.

    Raises:
        UnknownDocument: it is not, or no longer, there.
    """
    document = backend.document(document_id)
    return Article(document, backend.text(document_id), backend.spans(document_id), citations)


def bundle(message: int | str, articles: Sequence[Article], *, note: Html = NOTHING) -> Html:
    """All the panel needs for one message: the marked articles, each under the note, and the citations in order."""
    citations = sorted((c for a in articles for c in a.citations), key=lambda c: c.number)
    return element(
        "div",
        element("ol", *(_reference(message, c) for c in citations)),
        *(article(message, a, note) for a in articles),
        data_message=message,
    )


def unavailable(line: str) -> Html:
    """Stands in the panel for an article that cannot be opened."""
    return element("div", element("article", element("p", line, class_="hd-notice hd-error")), data_message=VIEWED)


def _reference(message: int | str, citation: Citation) -> Html:
    return element(
        "li",
        data_cite=f"{message}-{citation.number}",
        data_document=citation.document_id,
        data_copy=copied(citation),
    )


def copied(citation: Citation) -> str:
    """What the copy button puts on the clipboard: quote, title, date, file and offsets."""
    where = f"{citation.path}, ký tự {citation.start}–{citation.end}"
    return f"“{citation.quote}”\n{citation.title} ({labels.place_and_date(citation)}). {where}."


def article(message: int | str, shown: Article, note: Html = NOTHING) -> Html:
    document = shown.document
    published = document.published.value if document.published else None
    facts = " · ".join((labels.date(published), document.path, labels.characters(document.characters)))
    return element(
        "article",
        element("h3", document.title or document.path),
        element("p", facts, class_="hd-facts"),
        note,
        element("div", *_body(message, shown), class_="hd-text"),
        data_document=document.id,
    )


def _body(message: int | str, shown: Article) -> Iterator[Html]:
    start, end = window(len(shown.text), shown.citations)
    clipped = element("p", labels.CLIPPED, class_="hd-clipped")
    yield clipped if start > 0 else NOTHING
    for segment in segments(start, end, shown.spans, shown.citations):
        yield _segment(message, shown.text[segment.start : segment.end], segment)
    yield clipped if end < len(shown.text) else NOTHING


def _segment(message: int | str, text: str, segment: Segment) -> Html:
    stretch = element("span", text, class_=f"hd-{segment.kind}")
    if not segment.cited_by:
        return stretch
    keys = " ".join(f"{message}-{number}" for number in segment.cited_by)
    return element("mark", stretch, data_cite=keys)
