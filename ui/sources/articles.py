"""The source panel: full articles with every cited stretch marked, sent before anyone clicks.

The page keeps what is sent here for each message, so opening a citation asks the server nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag.errors import UnknownDocument
from rag.records import Citation, Document, Span
from ui import labels as shared
from ui.backend import Backend
from ui.chat.exchange import Exchange
from ui.downloads import link
from ui.render import NOTHING, Html, element
from ui.sources import labels
from ui.sources.text import body

VIEWED = "document"
"""Stands for the message number when an article is opened from the list."""


@dataclass(frozen=True, slots=True)
class Article:
    """A document with its text, its spans, the citations to mark in it and those it does not bear out."""

    document: Document
    text: str
    spans: Sequence[Span]
    citations: Sequence[Citation] = ()
    place: str | None = None
    """Where the meeting was that it reports."""
    stale: Sequence[Citation] = ()


@dataclass(frozen=True, slots=True)
class Gone:
    """What was cited of a document that is no longer there."""

    stale: Sequence[Citation]


def gather(backend: Backend, exchange: Exchange) -> list[Article | Gone]:
    """The articles an exchange cites or names as related, each once; of a deleted one, what was cited."""
    related = exchange.answer.related if exchange.answer else ()
    ids = dict.fromkeys([c.document_id for c in exchange.evidence] + [r.document_id for r in related])
    return list(_articles(backend, ids, exchange.evidence))


def _articles(backend: Backend, ids: Iterable[str], citations: Sequence[Citation]) -> Iterator[Article | Gone]:
    for document_id in ids:
        cited = [c for c in citations if c.document_id == document_id]
        try:
            yield load(backend, document_id, cited)
        except UnknownDocument:
            if cited:
                yield Gone(cited)


def load(backend: Backend, document_id: str, citations: Sequence[Citation] = ()) -> Article:
    """One article of the library.

    Raises:
        UnknownDocument: it is not, or no longer, there.
    """
    document, text = backend.document(document_id), backend.text(document_id)
    borne_out = [c for c in citations if c.document_sha256 == document.sha256 and text[c.start : c.end] == c.quote]
    stale = [c for c in citations if c not in borne_out]
    return Article(document, text, backend.spans(document_id), borne_out, backend.place(document_id), stale)


def stale(articles: Sequence[Article | Gone]) -> frozenset[int]:
    """Numbers of the citations that their document no longer bears out."""
    return frozenset(c.number for a in articles for c in a.stale)


def bundle(message: int | str, articles: Sequence[Article | Gone], *, note: Html = NOTHING) -> Html:
    """All the panel needs for one message: the marked articles, each under the note, and the citations in order."""
    marked = [c for a in articles if isinstance(a, Article) for c in a.citations]
    citations = sorted((*marked, *(c for a in articles for c in a.stale)), key=lambda c: c.number)
    return element(
        "div",
        element("ol", *(_reference(message, c, len(citations)) for c in citations)),
        *(article(message, a, note) if isinstance(a, Article) else _gone(message, a) for a in articles),
        data_message=message,
    )


def unavailable(line: str) -> Html:
    """Stands in the panel for an article that cannot be opened."""
    return element("div", element("article", element("p", line, class_="hd-notice hd-error")), data_message=VIEWED)


def _reference(message: int | str, citation: Citation, count: int) -> Html:
    return element(
        "li",
        data_cite=f"{message}-{citation.number}",
        data_document=citation.document_id,
        data_copy=copied(citation),
        data_where=labels.where(citation, count),
    )


def copied(citation: Citation) -> str:
    """What the copy button puts on the clipboard: quote, title, date, file and offsets."""
    where = f"{citation.path}, ký tự {citation.start}–{citation.end}"
    return f"“{citation.quote}”\n{citation.title} ({shared.place_and_date(citation)}). {where}."


def article(message: int | str, shown: Article, note: Html = NOTHING) -> Html:
    document = shown.document
    published = document.published.value if document.published else None
    place = (shown.place,) if shown.place else ()
    facts = " · ".join((shared.date(published), *place, document.path, shared.characters(document.characters)))
    original = element("a", labels.ORIGINAL, href=link("original", document.id, "file"), download=True)
    return element(
        "article",
        element("h3", document.title or document.path),
        element("p", element("bdi", facts), " ", original, class_="hd-facts"),
        note,
        _then(message, labels.CHANGED, shown.stale),
        element("p", labels.PRESENT, class_="hd-facts") if shown.stale else NOTHING,
        element("div", *body(message, shown.text, shown.spans, shown.citations), class_="hd-text"),
        data_document=document.id,
    )


def _gone(message: int | str, gone: Gone) -> Html:
    cited = gone.stale[0]
    return element(
        "article",
        element("h3", cited.title or cited.path),
        _then(message, labels.GONE, gone.stale),
        data_document=cited.document_id,
    )


def _then(message: int | str, notice: str, stale: Sequence[Citation]) -> Html:
    """The words that were cited, apart from a text in which they would mark a wrong stretch."""
    if not stale:
        return NOTHING
    quotes = (element("blockquote", element("mark", c.quote, data_cite=f"{message}-{c.number}")) for c in stale)
    return element("div", element("p", notice, class_="hd-notice-line"), *quotes, class_="hd-notice hd-stale-text")
