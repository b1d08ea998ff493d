"""How often syllables stand in texts and follow one another, as arrays that are read from a file at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.text import fold, tone_key

BREAK = -1
"""Stands in a sequence of numbered forms where two neighbours do not belong together."""

_ROWS = 4096

Numbers = NDArray[np.int64]
Sequenced = NDArray[np.int32]


@dataclass(frozen=True)
class SyllableCounts:
    """Forms, the frequent ones first, and their neighbours; without slots, so that what is derived is computed once."""

    forms: tuple[str, ...]
    folds: tuple[str, ...]
    """Each form without marks, in lower case."""
    times: Numbers
    """int64 (forms,)"""
    starts: Numbers
    """int64 (forms + 1,): where the neighbours of each form begin."""
    after: Sequenced
    """int32 (pairs,): the forms behind, rising for each form."""
    pair_times: Numbers
    """int64 (pairs,)"""

    @cached_property
    def number(self) -> dict[str, int]:
        """The place of each form."""
        return {form: at for at, form in enumerate(self.forms)}

    @cached_property
    def total(self) -> int:
        return int(self.times.sum())

    @cached_property
    def by_fold(self) -> dict[str, list[str]]:
        """The forms of the same letters, the frequent ones first."""
        found: dict[str, list[str]] = {}
        for folded, form in zip(self.folds, self.forms, strict=True):
            found.setdefault(folded, []).append(form)
        return found

    @cached_property
    def keys(self) -> frozenset[str]:
        """The tone keys of all forms."""
        return frozenset(map(tone_key, self.forms))

    def single(self, form: str) -> int:
        """How often a form stands in the texts."""
        at = self.number.get(form)
        return 0 if at is None else int(self.times[at])

    def pair(self, before: str, after: str) -> int:
        """How often the second form follows the first."""
        one, other = self.number.get(before), self.number.get(after)
        return 0 if one is None or other is None else self._row(one).get(other, 0)

    @cached_property
    def _row(self) -> Callable[[int], dict[int, int]]:
        """How often each form follows one; those that were asked for lately are kept."""

        @lru_cache(maxsize=_ROWS)
        def row(at: int) -> dict[int, int]:
            part = slice(int(self.starts[at]), int(self.starts[at + 1]))
            return dict(zip(self.after[part].tolist(), self.pair_times[part].tolist(), strict=True))

        return row


def counted(vocabulary: Sequence[str], sequence: Sequenced) -> tuple[SyllableCounts, SyllableCounts]:
    """The counts of a sequence of numbers into the vocabulary, as written and in lower case.

    BREAK stands between what does not belong together. Of equally frequent forms the one that comes first is first.
    """
    numbers, first, times = np.unique(sequence[sequence >= 0], return_index=True, return_counts=True)
    order = np.argsort(first)
    rank = np.zeros(len(vocabulary) + 1, dtype=np.int64)
    rank[numbers[order]] = np.arange(len(order))
    both = (sequence[:-1] >= 0) & (sequence[1:] >= 0)
    before, after = rank[sequence[:-1][both]], rank[sequence[1:][both]]
    forms = [vocabulary[n] for n in numbers[order].tolist()]
    number: dict[str, int] = {}
    lower = np.array([number.setdefault(form.lower(), len(number)) for form in forms], dtype=np.int64)
    lower_times = np.bincount(lower, weights=times[order], minlength=len(number)).astype(np.int64)
    written = _ranked(forms, times[order], before, after)
    return written, _ranked(list(number), lower_times, lower[before], lower[after])


def _ranked(forms: Sequence[str], times: Numbers, before: Numbers, after: Numbers) -> SyllableCounts:
    """Forms by falling frequency, otherwise as they come, with the pairs gathered by form."""
    size = len(forms)
    order = np.argsort(-times, kind="stable")
    rank = np.empty(size, dtype=np.int64)
    rank[order] = np.arange(size)
    pairs, pair_times = np.unique(rank[before] * size + rank[after], return_counts=True)
    starts = np.searchsorted(pairs, np.arange(size + 1) * size).astype(np.int64)
    ordered = tuple(forms[at] for at in order.tolist())
    followers = (pairs % max(1, size)).astype(np.int32)
    return SyllableCounts(ordered, tuple(map(fold, ordered)), times[order], starts, followers, pair_times)


def in_order(arrays: Iterator[np.ndarray]) -> SyllableCounts:
    """What `as_arrays` gave."""
    forms, folds, times, starts, after, pair_times = (next(arrays) for _ in range(6))
    return SyllableCounts(words(forms), words(folds), times, starts, after, pair_times)


def as_arrays(counts: SyllableCounts) -> list[np.ndarray]:
    """The counts for a file, without Python objects."""
    return [letters(counts.forms), letters(counts.folds), counts.times, counts.starts, counts.after, counts.pair_times]


def letters(strings: Sequence[str]) -> NDArray[np.uint8]:
    """Strings without a line's end as bytes."""
    return np.frombuffer("\n".join(strings).encode(), dtype=np.uint8)


def words(packed: NDArray[np.uint8]) -> tuple[str, ...]:
    """What `letters` packed; no string from no bytes."""
    return tuple(packed.tobytes().decode().split("\n")) if len(packed) else ()
