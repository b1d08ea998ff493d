"""The lines of a document and what can be seen of one line alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from rag.text import fold

INVISIBLE = "\ufeff\u200b\x00" + "".join(c for c in map(chr, range(0x3001)) if c.isspace())
LONG = 300
"""Characters from which a line is prose, whatever it holds: no menu, stamp, heading or caption is that long."""
_SENTENCE_END = re.compile(r"[.!?…:;]/?\.?[\"”’»)\]]*$")
PROSE_WORDS = 8
"""A sentence of fewer words is not told from a label or heading."""


@dataclass(frozen=True)
class Line:
    """A line without the white space around it: `[start, end)` of the text; blocks are apart by a blank line."""

    start: int
    end: int
    text: str
    block: int

    @cached_property
    def words(self) -> int:
        return self.text.count(" ") + 1

    @cached_property
    def folded(self) -> str:
        """Matching form of a short line, single spaces, no list marks or colons around it; empty for a long one."""
        return " ".join(fold(self.text).split()).strip(" :.#*-–•·+|") if len(self.text) < LONG else ""

    @cached_property
    def has_letters(self) -> bool:
        return any(map(str.isalnum, self.text))

    @cached_property
    def ends_sentence(self) -> bool:
        return bool(_SENTENCE_END.search(self.text[-8:]))

    @cached_property
    def is_prose(self) -> bool:
        """A statement of its own; slogans and headings in capitals are none, and questions are often headlines."""
        if len(self.text) >= LONG:
            return True
        asks = self.text.endswith("?") or self.text.isupper()
        return self.words >= PROSE_WORDS and self.ends_sentence and not asks

    @cached_property
    def is_label(self) -> bool:
        """A few words that say nothing: how links, buttons and menus look."""
        return self.words <= 6 and len(self.text) <= 45 and not self.ends_sentence

    @cached_property
    def is_headline(self) -> bool:
        """How titles look: some words, no end of a statement."""
        return 3 < self.words <= 40 and len(self.text) < LONG and self.text[-1] not in ".;:…"


def lines_of(text: str, start: int) -> list[Line]:
    """The lines of `text[start:]` that are not blank, in order."""
    found, block, at = [], 0, start
    for raw in text[start:].split("\n"):
        stripped = raw.strip(INVISIBLE)
        if stripped:
            begin = at + raw.index(stripped)
            found.append(Line(begin, begin + len(stripped), stripped, block))
        else:
            block += 1
        at += len(raw) + 1
    return found


def goes_on(before: Line, line: Line) -> bool:
    """True when a fixed width has broken a line off the one before: it starts small, nothing ended."""
    return before.block == line.block and line.text[0].islower() and before.text[-1] not in ".!?…:;"
