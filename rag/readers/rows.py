"""Text that comes as a stream of pieces with marks between: ends of paragraphs, of cells and of rows."""

from __future__ import annotations

from rag.encodings.fonts import text_of_runs
from rag.readers.blocks import Blocks


class Stream:
    """Gathers runs to paragraphs and the cells of a row to one line, as RTF and old Word files give them."""

    def __init__(self) -> None:
        self.blocks = Blocks()
        self._runs: list[tuple[str, str | None]] = []
        self._cells: list[str] = []

    def add(self, text: str, font: str | None) -> None:
        if text:
            self._runs.append((text, font))

    def end_paragraph(self, *, heading: bool = False, in_table: bool = False) -> None:
        """In a cell the next paragraph goes on in the same line."""
        if in_table:
            self._runs.append((" ", None))
            return
        self.end_row()
        self.blocks.add(self._taken(), heading=heading)

    def end_cell(self) -> None:
        self._cells.append(" ".join(self._taken().split()))

    def end_row(self) -> None:
        if self._cells:
            self.blocks.add(" | ".join(cell for cell in self._cells if cell))
            self._cells.clear()

    def _taken(self) -> str:
        text = text_of_runs(self._runs)
        self._runs.clear()
        return text
