"""Paragraphs, headings and table rows of an element tree: HTML, or the simpler tree that trafilatura makes of it."""

from __future__ import annotations

from typing import Any

from rag.readers.blocks import Blocks
from rag.readers.trees import walked

_HEADINGS = frozenset("head h1 h2 h3 h4 h5 h6".split())
_ROWS = frozenset(("tr", "row"))
_CELLS = frozenset(("td", "th", "cell"))
_BREAKS = frozenset(("br", "lb"))
_INLINE = frozenset(
    "a abbr b big cite code del em font hi i ins kbd label mark q ref s samp small span strong sub sup tt u".split()
)
_TABLES = "descendant::table"


class _Walk:
    """What is known on the way through a tree: the line being written and the row being filled."""

    def __init__(self, blocks: Blocks, title: str) -> None:
        self.blocks = blocks
        self.title = title
        self.inline: list[str] = []
        self.cells: list[str] | None = None

    def flush(self, *, heading: bool = False) -> None:
        text = "".join(self.inline)
        self.inline.clear()
        if self.cells is not None:
            self.inline.append(f"{text} ")  # a row is one line, whatever its cells hold
            return
        self.blocks.add(text, heading=heading, title=bool(self.title) and " ".join(text.split()) == self.title)

    def end_cell(self) -> None:
        if self.cells is not None:
            self.cells.append(" ".join("".join(self.inline).split()))
            self.inline.clear()

    def end_row(self) -> None:
        cells = [cell for cell in self.cells or () if cell]
        self.cells = None
        self.inline[:] = [" | ".join(cells)]
        self.flush()


def add_blocks(tree: Any, blocks: Blocks, *, title: str = "") -> None:
    """Add the paragraphs of an lxml tree in document order; the first that equals `title` is the title.

    A table row is one line with its cells joined by ` | `, unless a cell holds a table: then it only lays out.
    """
    walk = _Walk(blocks, title)
    for event, element in walked(tree):
        if isinstance(element.tag, str):
            (_start if event == "start" else _end)(walk, element)
        if event == "end" and element is not tree and element.tail:
            walk.inline.append(_spaced(element.tail))
    walk.flush()


def _start(walk: _Walk, element: Any) -> None:
    tag = element.tag
    if tag in _BREAKS:
        walk.inline.append("\n")
    elif tag in _ROWS and walk.cells is None and not element.xpath(_TABLES):
        walk.flush()
        walk.cells = []
    elif tag not in _INLINE:
        walk.flush()
    walk.inline.append(_spaced(element.text or ""))


def _end(walk: _Walk, element: Any) -> None:
    tag = element.tag
    if tag in _CELLS and walk.cells is not None:
        walk.end_cell()
    elif tag in _ROWS and walk.cells is not None:
        walk.end_row()
    elif tag not in _INLINE and tag not in _BREAKS:
        walk.flush(heading=tag in _HEADINGS)


def _spaced(text: str) -> str:
    """A line end in the source of a page is a space."""
    return text.replace("\r", " ").replace("\n", " ")
