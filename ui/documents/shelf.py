"""Which documents the list shows: filtered, sorted, reprints put together. Pure functions over what is stored."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

from rag.records import Document
from rag.text import fold
from ui.backend import Backend

PAGE = 200
"""Entries that are shown at once; a button shows as many more."""
_NEW = timedelta(days=1)
_KINDS = {
    "word": (".docx", ".doc", ".odt", ".rtf"),
    "pdf": (".pdf",),
    "web": (".html", ".htm", ".mhtml", ".mht"),
    "text": (".txt", ".md"),
    "mail": (".eml",),
}
_DAY = re.compile(r"(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-])?(\d{4})")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see; empty means everything."""

    words: str = ""
    kind: str = ""
    status: str = ""
    since: str = ""
    until: str = ""
    order: str = "read"
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is stored."""

    documents: Sequence[Document]
    """Newest first."""
    stale: Mapping[str, str] = field(default_factory=dict)
    """`changed` or `gone` of documents whose file is not as it was."""
    reprints: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The near duplicates of documents that have any."""

    def is_new(self, document: Document) -> bool:
        return document.ingested_at >= (datetime.now(UTC) - _NEW).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Entry:
    """A document with those that print the same text."""

    document: Document
    reprints: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """What the list shows."""

    entries: tuple[Entry, ...]
    """At most as many as were wanted."""
    found: int
    """Documents that match."""
    total: int
    """Entries they make."""
    not_dates: tuple[str, ...] = ()
    """What was typed for a date and is none (yet)."""


def load(backend: Backend) -> Shelf:
    """Everything the list needs, read anew: another window or program may have changed it."""
    return Shelf(backend.documents(), backend.stale(), backend.reprints())


def select(shelf: Shelf, wanted: Wanted) -> Selection:
    """The entries that are wanted, in order."""
    worded = _worded(shelf.documents, wanted.words) if wanted.words else shelf.documents
    between = (period(wanted.since), period(wanted.until))
    found = [
        d for d in worded if _is_wanted(d, shelf, wanted) and (between == (None, None) or _is_between(d, *between))
    ]
    entries = list(_entries(_sorted(found, wanted.order), shelf.reprints))
    if wanted.status == "printed":
        entries = [entry for entry in entries if entry.reprints]
        found = [d for entry in entries for d in (entry.document, *entry.reprints)]
    typed = (text.strip() for text in (wanted.since, wanted.until))
    not_dates = tuple(text for text in typed if text and period(text) is None)
    return Selection(tuple(entries[: wanted.limit]), len(found), len(entries), not_dates)


def _worded(documents: Sequence[Document], words: str) -> list[Document]:
    """Those with every word in title, file or date; marks count where they are typed, unless nothing has them so."""
    wanted = unicodedata.normalize("NFC", words).lower().split()
    bare = [fold(word) for word in wanted]
    found = []
    if wanted != bare:
        found = [d for d in documents if all(word in _text(d).lower() for word in wanted)]
    return found or [d for d in documents if not bare or all(word in fold(_text(d)) for word in bare)]


def _text(document: Document) -> str:
    published = document.published.value if document.published else ""
    return f"{document.title} {document.path} {'/'.join(reversed(published.split('-')))}"


def _is_wanted(document: Document, shelf: Shelf, wanted: Wanted) -> bool:
    if wanted.kind and PurePosixPath(document.path).suffix.lower() not in _KINDS.get(wanted.kind, ()):
        return False
    if wanted.status == "new" and not shelf.is_new(document):
        return False
    return wanted.status not in ("changed", "gone") or shelf.stale.get(document.id) == wanted.status


def _is_between(document: Document, since: tuple[str, str] | None, until: tuple[str, str] | None) -> bool:
    published = period("/".join(reversed(document.published.value.split("-")))) if document.published else None
    if published is None:
        return False
    return (since is None or published[1] >= since[0]) and (until is None or published[0] <= until[1])


def period(text: str) -> tuple[str, str] | None:
    """First and last day, ISO 8601, of `2024`, `10/2024` or `22/10/2024`; None when it is no date."""
    match = _DAY.fullmatch(text.strip())
    if match is None:
        return None
    day, month, year = (int(part) if part else None for part in match.groups())
    assert year is not None
    if not 1 <= year <= 9999 or (month is not None and not 1 <= month <= 12):
        return None
    last = calendar.monthrange(year, month or 12)[1]
    if day is not None and not 1 <= day <= last:
        return None
    return f"{year:04}-{month or 1:02}-{day or 1:02}", f"{year:04}-{month or 12:02}-{day or last:02}"


def _sorted(documents: Sequence[Document], order: str) -> Sequence[Document]:
    if order == "published":
        return sorted(documents, key=lambda d: d.published.value if d.published else "", reverse=True)
    if order == "title":
        return sorted(documents, key=lambda d: fold(d.title or d.path).lstrip(" “\"'([-"))
    return documents


def _entries(documents: Sequence[Document], reprints: Mapping[str, frozenset[str]]) -> Iterator[Entry]:
    """The first of a group stands for it; only what prints its own text goes with it, for pairs are not transitive."""
    by_id = {document.id: document for document in documents}
    taken: set[str] = set()
    for document in documents:
        if document.id in taken:
            continue
        others = [by_id[other] for other in reprints.get(document.id, ()) if other in by_id and other not in taken]
        taken.update(other.id for other in others)
        yield Entry(document, tuple(sorted(others, key=lambda d: (d.published.value if d.published else "~", d.id))))
        taken.add(document.id)
