"""Where in a document a sentence stands: its page and the heading over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.records import Document, Extracted, Landmark


@dataclass(frozen=True, slots=True)
class Place:
    page: int | None
    heading: str | None


def place_of(landmarks: Sequence[Landmark], start: int) -> Place:
    """The page and the heading that last began at or before an offset; landmarks are in text order."""
    latest = {mark.kind: mark.label for mark in landmarks if mark.start <= start}
    page = latest.get("page")
    return Place(int(page) if page else None, latest.get("heading"))


def with_title(extracted: Extracted) -> tuple[Landmark, ...]:
    """All landmarks in text order, the title that the file names among them, so that it outlives a new cleaning."""
    if extracted.title is None:
        return extracted.landmarks
    start, end = extracted.title
    title = Landmark(start, "title", extracted.text[start:end])
    return tuple(sorted((*extracted.landmarks, title), key=lambda mark: mark.start))


def as_read(document: Document, text: str, stored: Sequence[Landmark]) -> Extracted:
    """What the reader gave, from what is stored of it; landmarks that cannot be of this text are left out."""
    marks = [mark for mark in stored if 0 <= mark.start < len(text)]
    titles = [(mark.start, mark.start + len(mark.label)) for mark in marks if mark.kind == "title"]
    said = next((place for place in titles if text[slice(*place)] == document.title), None)
    published = document.published if document.published and document.published.source == "file" else None
    others = tuple(sorted((mark for mark in marks if mark.kind != "title"), key=lambda mark: mark.start))
    return Extracted(text, others, published, said)
