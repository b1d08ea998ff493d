"""The cheapest way to lay the words of a claim on places of its spans.

Going on to the next word of a clause costs nothing, leaving words out a little, a jump to another
clause or sentence or back more. Words that stand nowhere in the spans are left out of the walk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from rag.binding import same
from rag.clauses import Unit, units_of

Place = tuple[int, int]
"""Index of the span, index of the unit in it."""
_PART = 0.5
"""A number is not parted from its noun when there is another way."""


@dataclass(frozen=True, slots=True)
class Block:
    """Units `[first, last]` of the claim laid on `[low, high]` of one clause of one span, in order."""

    first: int
    last: int
    span: int
    low: int
    high: int


class Walk:
    """A claim laid on its spans: what each clause gave and what the claim left out of it."""

    def __init__(self, claim: str, spans: Sequence[str]) -> None:
        self.said = units_of(claim)
        self.rows = [units_of(span) for span in spans]
        self.steps = _cheapest(self.said, self.rows)
        self.taken = {place for _, place in self.steps}
        self.keys = {unit.key for unit in self.said}
        self.blocks = self._blocks()

    def _blocks(self) -> list[Block]:
        found: list[Block] = []
        for i, (span, at) in self.steps:
            b = found[-1] if found else None
            row = self.rows[span]
            if b and b.span == span and row[b.high].clause == row[at].clause and at > b.high:
                found[-1] = Block(b.first, i, span, b.low, at)
            else:
                found.append(Block(i, i, span, at, at))
        return found

    def show(self, b: Block) -> str:
        return " ".join(unit.key for unit in self.said[b.first : b.last + 1])

    def clause(self, b: Block) -> tuple[int, int]:
        return b.span, self.rows[b.span][b.low].clause

    def sentence(self, b: Block) -> tuple[int, int]:
        return b.span, self.rows[b.span][b.low].sentence

    def source(self, b: Block) -> tuple[Unit, ...]:
        """The units of the span from the block's first to its last."""
        return self.rows[b.span][b.low : b.high + 1]

    def given(self, b: Block) -> set[str]:
        """The kinds of what the block takes from its clause."""
        return {unit.kind for at, unit in enumerate(self.source(b), b.low) if (b.span, at) in self.taken}

    def left(self, b: Block, low: int = 0, high: int | None = None) -> set[str]:
        """The kinds of what the block's clause has in `[low, high)` and the claim says nowhere."""
        row = self.rows[b.span]
        return {
            unit.kind
            for at, unit in enumerate(row[:high])
            if at >= low
            and unit.clause == row[b.low].clause
            and (b.span, at) not in self.taken
            and unit.key not in self.keys
        }

    def whole(self, b: Block) -> bool:
        """True when the claim takes all of the block's clause."""
        row = self.rows[b.span]
        return all((b.span, at) in self.taken for at, unit in enumerate(row) if unit.clause == row[b.low].clause)

    @cached_property
    def adjacent(self) -> set[tuple[str, str]]:
        """Pairs of keys that stand side by side in a clause of the spans."""
        return {(a.key, b.key) for row in self.rows for a, b in pairwise(row) if not b.opens}


def _cheapest(said: Sequence[Unit], rows: Sequence[Sequence[Unit]]) -> list[tuple[int, Place]]:
    """Index of each claim unit that stands in the spans, and its place."""
    layers = [(i, places) for i, unit in enumerate(said) if (places := _places(unit, rows))]
    if not layers:
        return []
    costs = [0.0] * len(layers[0][1])
    before: list[list[int]] = []
    for (_, here), (_, there) in pairwise(layers):
        ways = [
            min((cost + _cost(a, b, rows), at) for at, (cost, a) in enumerate(zip(costs, here, strict=True)))
            for b in there
        ]
        costs = [cost for cost, _ in ways]
        before.append([at for _, at in ways])
    at = costs.index(min(costs))
    chosen = [at]
    for back in reversed(before):
        at = back[at]
        chosen.append(at)
    return [(i, places[at]) for (i, places), at in zip(layers, reversed(chosen), strict=True)]


def _places(unit: Unit, rows: Sequence[Sequence[Unit]]) -> list[Place]:
    return [(span, at) for span, row in enumerate(rows) for at, other in enumerate(row) if _equal(unit, other)]


def _equal(unit: Unit, other: Unit) -> bool:
    if unit.value is None or other.value is None:
        return unit.key == other.key and unit.value is other.value
    ratio = "/" in unit.key and unit.value.kind not in ("document", "date")
    return (
        unit.value.kind == other.value.kind
        and same(unit.value, other.value)
        and not (ratio and unit.key != other.key)  # `48/50` is not `50/50`
    )


def _cost(here: Place, there: Place, rows: Sequence[Sequence[Unit]]) -> float:
    (span, at), (next_span, to) = here, there
    unit = rows[span][at]
    counted = unit.value is not None and unit.value.kind in ("number", "percent")
    parted = _PART if counted and there != (span, at + 1) else 0.0
    if span != next_span:
        return 4.0 + parted
    landed = rows[span][to]
    if landed.clause == unit.clause:
        return (0.0 if to == at + 1 else 1.0 if to > at else 2.0) + parted
    opening = 0.0 if to == 0 or landed.opens else 0.5
    return (2.0 if to > at else 3.0) + opening + (unit.sentence != landed.sentence) + parted
