"""Paragraphs put together to one text that knows where its pages, headings and title are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from rag.encodings import unmangled
from rag.errors import UnreadableDocument
from rag.records import Extracted, Landmark, Published
from rag.text import document_text

MAX_CHARACTERS = 20_000_000
EMPTY = UnreadableDocument("Tệp trống.", next_step="Tệp này được bỏ qua.")


@dataclass(frozen=True, slots=True)
class _Mark:
    """A landmark by its paragraph, because a paragraph may yet change."""

    part: int
    within: int
    kind: str
    label: str


class Blocks:
    """Collects the paragraphs of a document in reading order; a blank line is put between two."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._marks: list[_Mark] = []
        self._length = 0
        self._title: int | None = None

    def add(self, text: str, *, heading: bool = False, title: bool = False) -> None:
        """Add a paragraph; runs of white space become one space, its line breaks stay. An empty one is left out."""
        lines = (" ".join(line.split()) for line in document_text(text).split("\n"))
        block = (" " if title else "\n").join(line for line in lines if line)
        if not block:
            return
        if heading or title:
            self._marks.append(_Mark(len(self._parts), 0, "heading", ""))
        if title and self._title is None:
            self._title = len(self._parts)
        self._parts.append(block)
        self._length += len(block)
        if self._length > MAX_CHARACTERS:
            raise UnreadableDocument("Văn bản trong tệp quá dài.", next_step="Hãy chia nhỏ tệp.")

    def page(self, label: str, *, within: int) -> None:
        """A page begins so many characters after the start of the last paragraph."""
        self._marks.append(_Mark(len(self._parts) - 1, within, "page", label))

    def extracted(self, published: Published | None = None) -> Extracted:
        """All paragraphs; those in letters of an old font are converted.

        Raises:
            UnreadableDocument: there are none.
        """
        parts = unmangled(self._parts)
        text = "\n\n".join(parts)
        if not text.strip("\ufeff"):
            raise EMPTY
        starts = list(accumulate((len(part) + 2 for part in parts), initial=0))
        landmarks = tuple(self._landmark(mark, parts, starts) for mark in self._marks)
        title = None if self._title is None else (starts[self._title], starts[self._title + 1] - 2)
        return Extracted(text, landmarks, published, title)

    def _landmark(self, mark: _Mark, parts: Sequence[str], starts: Sequence[int]) -> Landmark:
        part = parts[mark.part]
        # In a converted paragraph the place has moved; then the page is said to begin with the paragraph.
        within = mark.within if part == self._parts[mark.part] else 0
        return Landmark(starts[mark.part] + within, mark.kind, mark.label or part.replace("\n", " "))
