"""Lines that many documents of one source have in common: menus and imprints in words that no rule knows.

That a line recurs proves nothing by itself: the same people come to every meeting, and five papers print one agency's
text. So only lines count that are no sentences, and they are furniture only in the runs at the two ends of a web page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, MutableSequence, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from rag.cleaning.lines import Line, lines_of
from rag.records import EVIDENCE_KINDS, SpanKind

FEWEST = 5
"""Documents that must have a line before it is a repeated one."""
SHARE = 0.3
"""Share of a source's documents that must have it: sections of a site have menus of their own."""
_LONGEST = 120
"""Characters of a line that is counted."""


@dataclass(frozen=True, slots=True)
class RepeatedLines:
    """How many documents of one source (a folder, a host) have each line, by a key of 64 bits."""

    documents: int
    counts: Mapping[int, int]

    @classmethod
    def among(cls, texts: Iterable[str]) -> RepeatedLines:
        """Counted over the texts of a source; texts with the same longest line are copies and count once."""
        keys: dict[int, frozenset[int]] = {}
        for text in texts:
            lines = lines_of(text, 0)
            longest = max(lines, key=lambda line: len(line.text), default=None)
            if longest is not None:
                keys.setdefault(_key(longest), frozenset(_key(line) for line in lines if _counts(line)))
        return cls(len(keys), Counter(key for own in keys.values() for key in own))

    def is_repeated(self, line: Line) -> bool:
        count = self.counts.get(_key(line), 0) if _counts(line) else 0
        return count >= FEWEST and count >= SHARE * self.documents


def mark_edges(lines: Sequence[Line], kinds: MutableSequence[SpanKind], repeated: RepeatedLines) -> None:
    """Make boilerplate of the repeated lines from either end of a page up to its title or the first line of its own."""
    for order in (range(len(lines)), range(len(lines) - 1, -1, -1)):
        for at in order:
            if kinds[at] in EVIDENCE_KINDS:
                if kinds[at] is SpanKind.TITLE or not repeated.is_repeated(lines[at]):
                    break
                kinds[at] = SpanKind.BOILERPLATE


def _counts(line: Line) -> bool:
    return len(line.text) <= _LONGEST and not line.is_prose


def _key(line: Line) -> int:
    return int.from_bytes(
        blake2b(line.text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True
    )
