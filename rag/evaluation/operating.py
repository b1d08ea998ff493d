"""What each operating point gives: below a probability nothing is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.evaluation.calibration import Observed, Predicted
from rag.evaluation.metrics import Array
from rag.operating_points import Point

MOST_CAUSED = 0.1
"""Share of answerable questions that the operating point may refuse on top of those without evidence."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What is said at an operating point, and how sure it is."""

    confidence: Array
    right: Array
    """1 for an answer that is right and for a refusal of what cannot be answered."""
    answered: Array


def decide(observed: Observed, predicted: Predicted, least: float) -> Decisions:
    """Answer what is probable enough, refuse the rest."""
    answered = observed.said * (predicted.answer >= least)
    return Decisions(
        np.where(answered, predicted.answer, predicted.refusal),
        np.where(answered, observed.right, 1 - observed.answerable),
        answered,
    )


def point(observed: Observed, predicted: Predicted, least: float) -> Point:
    """What an operating point gives."""
    answered = decide(observed, predicted, least).answered
    answerable, unanswerable = observed.answerable, 1 - observed.answerable
    refused = 1 - answered
    return Point(
        least,
        answered=_share(answered, np.ones(len(answered))),
        contains=_share(observed.right * answered, answerable),
        false_refusals=_share(refused, answerable),
        caused=_share(refused * observed.said, answerable),
        lost=_share(refused * observed.right, answerable),
        refused=_share(refused, unanswerable),
        wrong=_share(1 - observed.right, answered),
        f1=float((observed.f1 * answered + refused * unanswerable).mean()),
    )


def _share(counted: Array, among: Array) -> float:
    """0 where there is nothing to count among."""
    total = among.sum()
    return float((counted * among).sum() / total) if total else 0.0


def recommended(observed: Observed, predicted: Predicted, points: Sequence[float]) -> float:
    """The highest of these points, in rising order, that causes at most MOST_CAUSED false refusals."""
    kept = [least for least in points if point(observed, predicted, least).caused <= MOST_CAUSED]
    return kept[-1] if kept else points[0]
