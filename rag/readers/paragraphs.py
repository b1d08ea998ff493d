"""Lines of pages put together to paragraphs, by where they stand and how they end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.readers.blocks import Blocks

_LIST_ITEM = re.compile(r"(?:[-–+•*▪]|\(?(?:\d{1,2}|[a-zđ])[.)]|(?:Điều|Chương|Mục|Phần) [\dIVX]+)\s")
_PAGE_NUMBER = re.compile(r"(?:[-–]\s*)?(\d{1,4})(?:\s*[-–])?")

_ENOUGH_LINES = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page; coordinates in points, y upwards."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


def without_page_numbers(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """A first or last line that is nothing but the page's number goes, where at least two pages count on alike."""
    offsets = Counter(number - at for at, lines in enumerate(pages) for number in set(_edge_numbers(lines).values()))
    offset, times = max(offsets.items(), key=lambda item: item[1], default=(0, 0))
    if times < 2:
        return list(pages)
    kept = []
    for at, lines in enumerate(pages):
        drop = next((n for n, number in _edge_numbers(lines).items() if number - at == offset), None)
        kept.append([line for n, line in enumerate(lines) if n != drop])
    return kept


def _edge_numbers(lines: Sequence[Line]) -> dict[int, int]:
    """The numbers that stand alone in the first or last line, by the line's place."""
    edges = {0, len(lines) - 1} if lines else set()
    matches = {n: _PAGE_NUMBER.fullmatch(lines[n].text) for n in sorted(edges)}
    return {n: int(match[1]) for n, match in matches.items() if match}


def joined(pages: Sequence[list[Line]]) -> Blocks:
    """Paragraphs of all pages; one that goes on over the page's end stays whole."""
    blocks, paragraph, marks = Blocks(), "", list[tuple[int, str]]()
    before: list[Line] = []
    for number, lines in enumerate(pages, start=1):
        for line, starts in zip(lines, _starts(lines, before), strict=True):
            if starts:
                _add(blocks, paragraph, marks)
                paragraph, marks = "", []
            joint = _joint(paragraph, line.text)
            if line is lines[0]:
                marks.append((len(paragraph) + len(joint), str(number)))
            paragraph += joint + line.text
        before = lines or before
    _add(blocks, paragraph, marks)
    return blocks


def _add(blocks: Blocks, paragraph: str, marks: Sequence[tuple[int, str]]) -> None:
    """Add a paragraph and the pages that begin in it."""
    if paragraph:
        blocks.add(paragraph)
        for within, label in marks:
            blocks.page(label, within=within)


def _goes_on(page: Sequence[Line], after: Sequence[Line]) -> bool:
    """True when a paragraph was cut by the end of the page: its last line is full, or the next is no beginning."""
    last, first = page[-1], after[0]
    if last.text[-1] in ".!?…:;" or not any(c.isalpha() for c in last.text):
        return False
    if first.text[0].islower() or last.text[-1] in ",-":
        return True
    left, right = _edges(page)
    own_left, own_right = _edges(after)
    full = len(page) > 1 and last.right > right - 0.15 * (right - left)
    return full and first.left < own_left + 0.02 * (own_right - own_left) and not _LIST_ITEM.match(first.text)


def _edges(lines: Sequence[Line]) -> tuple[float, float]:
    return min(line.left for line in lines), max(line.right for line in lines)


def _joint(before: str, after: str) -> str:
    """Nothing after a hyphen inside a word (`NĐ-` and `CP`), else a space."""
    if not before:
        return ""
    return "" if re.search(r"\w-$", before) and after[0].isalnum() else " "


def _starts(lines: Sequence[Line], before: Sequence[Line]) -> list[bool]:
    """For each line of a page whether a paragraph begins with it; `before` is the page before."""
    if not lines:
        return []
    left, right = _edges(lines)
    height = min(line.top - line.bottom for line in lines)
    widest = _usual_gap(lines, height) + 0.6 * height
    first = not (before and _goes_on(before, lines))
    return [first, *(_is_apart(a, b, widest) or _breaks(a, b, left, right) for a, b in pairwise(lines))]


def _usual_gap(lines: Sequence[Line], height: float) -> float:
    """The white between two lines; few lines say less of it than their height does."""
    gaps = sorted(a.bottom - b.top for a, b in pairwise(lines) if a.bottom > b.top)
    if len(gaps) >= _ENOUGH_LINES:
        return gaps[len(gaps) // 4]
    return min([*gaps, 0.5 * height])


def _is_apart(line: Line, after: Line, widest: float) -> bool:
    """True when there is more white than between lines of a paragraph, or the next line stands in another column."""
    return line.bottom - after.top > widest or after.bottom > line.top


def _breaks(line: Line, after: Line, left: float, right: float) -> bool:
    """True when the next line begins a paragraph: after a line that ended early, with an indent, as a list item."""
    width = max(1.0, right - left)
    ended = line.text[-1] in ".!?…:;"
    short = line.right < right - 0.15 * width
    indented = after.left > left + 0.02 * width
    if _LIST_ITEM.match(after.text):
        return ended or short or indented
    if not ended and (after.text[0].islower() or line.text[-1] in ",-"):
        return False
    return short or (indented and line.left < after.left + 0.02 * width)
