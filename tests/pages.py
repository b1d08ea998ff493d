"""The labelled pages in `data/pages`: reading them, and how well `clean` finds each kind of line.

One file a site shape. A page begins with `=== NAME`; a line is `T|` title, `B|` body, `C|` caption, `R|` related,
`X|` boilerplate, or blank. The texts, people and places are invented. Run this file for the figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from rag.cleaning import clean
from rag.dates import header_end
from rag.records import EVIDENCE_KINDS, SpanKind
from rag.text import document_text

FOLDER = Path(__file__).parent / "data" / "pages"
HELD_OUT = frozenset({"party", "ministry", "facebook", "aggregator"})
"""Shapes whose errors nobody looked at while the rules were written; a few rules were mended on them afterwards."""
UNSEEN = frozenset({"broadcaster", "assembly", "union"})
"""Shapes written after that: what the rules find in the first pages of a site that nobody thought of."""
_KINDS = {
    "T": SpanKind.TITLE,
    "B": SpanKind.BODY,
    "C": SpanKind.CAPTION,
    "R": SpanKind.RELATED,
    "X": SpanKind.BOILERPLATE,
}


@dataclass(frozen=True, slots=True)
class Page:
    shape: str
    name: str
    text: str
    gold: tuple[SpanKind | None, ...]
    """One a line of the text; None for a blank line."""


@dataclass(slots=True)
class Score:
    """Counts by (gold, found); `lines` in lines, `letters` in characters that are not white space."""

    lines: Counter[tuple[SpanKind, SpanKind | None]] = field(default_factory=Counter)
    letters: Counter[tuple[SpanKind, SpanKind | None]] = field(default_factory=Counter)

    def precision(self, kind: SpanKind, *, by_line: bool = False) -> float:
        counts = self.lines if by_line else self.letters
        return _share(counts[kind, kind], (n for (_, found), n in counts.items() if found is kind))

    def recall(self, kind: SpanKind, *, by_line: bool = False) -> float:
        counts = self.lines if by_line else self.letters
        return _share(counts[kind, kind], (n for (gold, _), n in counts.items() if gold is kind))

    def leaks(self, of: SpanKind | None = None) -> int:
        """Lines of other articles and of the page's furniture, or of one of the two, that became evidence."""
        kinds = {of} if of else set(SpanKind) - EVIDENCE_KINDS
        return sum(n for (gold, found), n in self.lines.items() if gold in kinds and found in EVIDENCE_KINDS)

    def lost(self) -> int:
        """Lines of the article that are no evidence."""
        return sum(
            n for (gold, found), n in self.lines.items() if gold in EVIDENCE_KINDS and found not in EVIDENCE_KINDS
        )


def _share(hits: int, of: Iterable[int]) -> float:
    total = sum(of)
    return hits / total if total else 1.0


def pages() -> list[Page]:
    found = []
    for path in sorted(FOLDER.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("=== ")[1:]:
            name, _, labelled = block.rstrip("\n").partition("\n")
            lines = labelled.split("\n")
            gold = tuple(_KINDS[line[0]] if line else None for line in lines)
            found.append(Page(path.stem, name, document_text("\n".join(line[2:] for line in lines)), gold))
    return found


def found_kinds(page: Page) -> list[tuple[str, SpanKind, Counter[SpanKind | None]]]:
    """Each line that is not blank: its text, its gold kind, and the kinds of its letters as found."""
    kinds: list[SpanKind | None] = [None] * len(page.text)
    for span in clean(page.text).spans:
        kinds[span.start : span.end] = [span.kind] * (span.end - span.start)
    found, at, header = [], 0, header_end(page.text)
    for line, gold in zip(page.text.split("\n"), page.gold, strict=True):
        letters = Counter(kinds[i] for i in range(max(at, header), at + len(line)) if not page.text[i].isspace())
        if gold is SpanKind.CAPTION and letters[gold]:
            del letters[SpanKind.BOILERPLATE]  # its credit
        if gold is not None:
            found.append((line, gold, letters))
        at += len(line) + 1
    return found


def score(chosen: Iterable[Page]) -> Score:
    total = Score()
    for page in chosen:
        for _, gold, letters in found_kinds(page):
            total.lines[gold, max(letters, key=letters.__getitem__)] += 1
            for kind, n in letters.items():
                total.letters[gold, kind] += n
    return total


def _row(name: str, chosen: list[Page]) -> str:
    figures = score(chosen)
    parts = [f"{name:24s}{len(chosen):4d}"]
    for kind in (SpanKind.BODY, SpanKind.TITLE, SpanKind.CAPTION):
        parts.append(f"{figures.precision(kind):6.3f} {figures.recall(kind):5.3f}")
    body = SpanKind.BODY
    parts.append(f"{figures.precision(body, by_line=True):6.3f} {figures.recall(body, by_line=True):5.3f}")
    return " |".join(parts) + f" | {figures.leaks():4d} {figures.lost():4d}"


def main() -> None:
    """Print the figures of every shape."""
    every = pages()
    print("precision and recall    pages|  body       | title       | caption     | body, lines | leaks lost")
    for shape in sorted({page.shape for page in every}):
        mark = " (held out)" if shape in HELD_OUT else " (unseen)" if shape in UNSEEN else ""
        print(_row(shape + mark, [page for page in every if page.shape == shape]))
    print(_row("seen", [page for page in every if page.shape not in HELD_OUT | UNSEEN]))
    print(_row("held out", [page for page in every if page.shape in HELD_OUT]))
    print(_row("unseen", [page for page in every if page.shape in UNSEEN]))
    print(_row("all", every))


if __name__ == "__main__":
    main()
