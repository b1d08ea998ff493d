"""Figures with their 95 % intervals: percentile bootstrap over questions (Efron 1979), seeded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rag.evaluation.metrics import Array

REPEATS = 1000
SEED = 20_241_022
_LOW, _HIGH = 2.5, 97.5


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value, its 95 % interval and the number of cases; None where there was nothing to measure."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0


def mean(values: Sequence[float]) -> Figure:
    """The mean of one value a question."""
    return ratio(values, [1.0] * len(values))


def ratio(numerators: Sequence[float], denominators: Sequence[float]) -> Figure:
    """Sum over sum, one pair a question; `n` is the sum of the denominators."""
    above, below = np.array(numerators, dtype=float), np.array(denominators, dtype=float)
    if not below.sum():
        return Figure(None)
    drawn = _draws(len(below))
    sums = below[drawn].sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = above[drawn].sum(axis=1) / sums
    return _figure(above.sum() / below.sum(), shares[sums > 0], int(below.sum()))


def percentile(values: Sequence[float], share: float) -> Figure:
    """The value below which `share` percent lie, linear between neighbours."""
    if not values:
        return Figure(None)
    array = np.array(values, dtype=float)
    return _figure(np.percentile(array, share), np.percentile(array[_draws(len(array))], share, axis=1), len(array))


def statistic(
    function: Callable[[Array, Array], float | None], first: Sequence[float], second: Sequence[float]
) -> Figure:
    """Any function of two values a question; draws where it is undefined are left out."""
    if not first:
        return Figure(None)
    a, b = np.array(first, dtype=float), np.array(second, dtype=float)
    value = function(a, b)
    if value is None:
        return Figure(None, n=len(a))
    found = [function(a[drawn], b[drawn]) for drawn in _draws(len(a))]
    return _figure(value, np.array([v for v in found if v is not None]), len(a))


def _draws(size: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """int64 (REPEATS, size); the same for the same size, whatever was drawn before."""
    return np.random.default_rng(SEED).integers(0, size, (REPEATS, size))


def _figure(value: float, draws: Array, n: int) -> Figure:
    low, high = np.percentile(draws, [_LOW, _HIGH])
    return Figure(float(value), float(low), float(high), n)
