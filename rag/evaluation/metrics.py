"""The arithmetic of the figures: pure functions, each with its formula and where it comes from."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_MARKER = re.compile(r"\s*\[\d+\]")


def words(text: str) -> list[str]:
    """NFC, lower case, split at white space, punctuation and symbols stripped from both ends of each word.

    Inside a word they stay: `22/10` and `7,36` are values, and `2210` would be another one.
    """
    found = (_stripped(word) for word in unicodedata.normalize("NFC", text).lower().split())
    return [word for word in found if word]


def _stripped(word: str) -> str:
    start, end = 0, len(word)
    while start < end and not word[start].isalnum():
        start += 1
    while end > start and not (word[end - 1].isalnum() or unicodedata.combining(word[end - 1])):
        end -= 1
    return word[start:end]


def without_markers(answer: str) -> str:
    """The answer's text without its `[1]`, which are not part of what it says."""
    return _MARKER.sub("", answer)


def contains(text: str, alternatives: Sequence[Sequence[str]]) -> bool:
    """True when all strings of some alternative appear in the text, as whole words or whole numbers."""
    held = " ".join(words(text))
    return any(all(_appears(" ".join(words(part)), held) for part in alternative) for alternative in alternatives)


def _appears(part: str, held: str) -> bool:
    if not part:
        return False
    before = r"(?<!\d)(?<!\d[.,])" if part[0].isdigit() else r"(?<![^\W\d_])"
    behind = r"(?!\d|[.,]\d)" if part[-1].isdigit() else r"(?![^\W\d_])"
    return bool(re.search(before + re.escape(part) + behind, held))


def token_f1(text: str, alternative: Sequence[str]) -> float:
    """`2·P·R / (P + R)` over the bags of words of the text and of the alternative's strings.

    Rajpurkar et al. 2016, "SQuAD", section 6.1.
    """
    given, gold = Counter(words(text)), Counter(words(" ".join(alternative)))
    same = (given & gold).total()
    return 2 * same / (given.total() + gold.total()) if same else 0.0


def best_f1(text: str, alternatives: Sequence[Sequence[str]]) -> float:
    """Token F1 against the alternative that suits best; 0 without one."""
    return max((token_f1(text, alternative) for alternative in alternatives), default=0.0)


def hit_at(relevant: Sequence[bool], k: int) -> float:
    """1 when one of the first `k` results, best first, is relevant, else 0 (success@k)."""
    return float(any(relevant[:k]))


def reciprocal_rank(relevant: Sequence[bool], k: int = 10) -> float:
    """`1 / rank` of the first relevant result among the first `k`, else 0 (Voorhees 1999, TREC-8)."""
    return next((1 / rank for rank, hit in enumerate(relevant[:k], 1) if hit), 0.0)


def ndcg(relevant: Sequence[bool], total: int, k: int = 10) -> float:
    """`Σ rel / log2(rank + 1)` over the same sum of an ideal order (Järvelin and Kekäläinen 2002).

    Args:
        relevant: of the results, best first.
        total: relevant results that exist; 0 gives 0.
    """
    gain = sum(1 / math.log2(rank + 1) for rank, hit in enumerate(relevant[:k], 1) if hit)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(total, k) + 1))
    return gain / ideal if ideal else 0.0


def selective_risk(confidence: Array, right: Array) -> Array:
    """Share of wrong ones among the k most confident, for k = 1 … n (El-Yaniv and Wiener 2010).

    Inside a group of equal confidence the order is unknown: each counts as the group's mean error.
    """
    values, group = np.unique(-confidence, return_inverse=True)
    wrong = np.bincount(group, weights=1 - right, minlength=len(values)) / np.bincount(group, minlength=len(values))
    return np.cumsum(wrong[np.sort(group)]) / np.arange(1, len(confidence) + 1)


def aurc(confidence: Array, right: Array) -> float:
    """Area under the risk-coverage curve: the mean of the selective risks (Geifman et al. 2019); 0 is best."""
    return float(selective_risk(confidence, right).mean())


def auroc(confidence: Array, right: Array) -> float | None:
    """Probability that a right one is more confident than a wrong one, ties one half (Mann and Whitney 1947).

    None when all are right or all are wrong.
    """
    positive = int(right.sum())
    negative = len(right) - positive
    if not positive or not negative:
        return None
    _, group, sizes = np.unique(confidence, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(sizes) - (sizes - 1) / 2)[group]
    return float((ranks[right == 1].sum() - positive * (positive + 1) / 2) / (positive * negative))


@dataclass(frozen=True, slots=True)
class Bin:
    """Decisions of about the same confidence."""

    count: int
    confidence: float
    """Mean."""
    right: float
    """Share."""


def equal_mass_bins(confidence: Array, right: Array, bins: int = 10) -> list[Bin]:
    """The decisions in order of confidence, cut into bins of equal size (one more or less).

    Inside a group of equal confidence the order is unknown: each counts as the group's mean.
    """
    values, group = np.unique(confidence, return_inverse=True)
    mean = np.bincount(group, weights=right, minlength=len(values)) / np.bincount(group, minlength=len(values))
    parts = np.array_split(np.sort(group), bins)
    return [Bin(len(p), float(values[p].mean()), float(mean[p].mean())) for p in parts if len(p)]


def calibration_error(confidence: Array, right: Array) -> float:
    """`Σ |share right - mean confidence| · n / N` over ten bins of equal mass; 0 is best.

    Guo et al. 2017 with the bins of Nguyen and O'Connor 2015: none is empty, none holds two answers.
    """
    found = equal_mass_bins(confidence, right)
    return sum(abs(b.right - b.confidence) * b.count for b in found) / len(right)


def brier(confidence: Array, right: Array) -> float:
    """Mean squared distance of confidence and outcome (Brier 1950); 0 is best."""
    return float(((confidence - right) ** 2).mean())
