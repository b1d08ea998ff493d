"""Logistic regression and folds; the one module that imports scikit-learn."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from rag.confidence import Logistic, Term
from rag.errors import MissingPackage
from rag.evaluation.metrics import Array

_STRENGTH = 0.1
"""Inverse of the L2 penalty on standardised features."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Rows to fit on and rows to predict, int64 (n,) each."""

    fitted: np.ndarray[tuple[int], np.dtype[np.int64]]
    held_out: np.ndarray[tuple[int], np.dtype[np.int64]]


def fit_logistic(names: Sequence[str], values: Array, labels: Array) -> Logistic:
    """L2-penalised logistic regression; a feature that never varies gets the weight 0.

    Args:
        values: float64 (n, len(names)).
        labels: float64 (n,), 0 or 1.
    """
    mean = values.mean(axis=0) if len(values) else np.zeros(len(names))
    spread = values.std(axis=0) if len(values) else np.zeros(len(names))
    scale = np.where(spread > 1e-6, spread, 1.0)
    if len(set(labels.tolist())) < 2:
        # Laplace's rule: what never happened in n cases is not impossible.
        weights, intercept = np.zeros(len(names)), math.log((labels.sum() + 1) / (len(labels) - labels.sum() + 1))
    else:
        weights, intercept = _regression((values - mean) / scale, labels)
    columns = zip(names, mean.tolist(), scale.tolist(), weights.tolist(), strict=True)
    return Logistic(float(intercept), {name: Term(m, s, w) for name, m, s, w in columns})


def folds(groups: Sequence[str], most: int) -> Iterator[Fold]:
    """At most `most` folds of about the same size; a group is never on both sides."""
    with _installed():
        from sklearn.model_selection import GroupKFold
    splits = GroupKFold(min(most, len(set(groups)))).split(np.zeros((len(groups), 1)), groups=groups)
    yield from (Fold(fitted, held_out) for fitted, held_out in splits)


def _regression(values: Array, labels: Array) -> tuple[Array, float]:
    with _installed():
        from sklearn.linear_model import LogisticRegression
    model = LogisticRegression(C=_STRENGTH, max_iter=1000).fit(values, labels)
    return model.coef_[0], model.intercept_[0]


@contextmanager
def _installed() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise MissingPackage("Thiếu thư viện scikit-learn.", detail=str(error)) from error
