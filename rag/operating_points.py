"""What each operating point gives, as `hoidap calibrate` has measured it and written it beside the coefficients."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from rag.confidence import SHIPPED

KEY = "operating_points"


@dataclass(frozen=True, slots=True)
class Point:
    """Shares at an operating point, cross-validated: the least probability with which anything is answered."""

    least: float
    answered: float
    contains: float
    """Of answerable questions, as the rest but `wrong`, `refused` and `f1`."""
    false_refusals: float
    caused: float
    """False refusals of what would have been answered, rightly or wrongly."""
    lost: float
    """Right answers among them."""
    refused: float
    """Of unanswerable questions."""
    wrong: float
    """Of answered questions."""
    f1: float
    """SQuAD 2, of all questions."""


def as_toml_lines(points: Sequence[Point]) -> list[str]:
    """The points as one array of a file of coefficients."""
    rows = (", ".join(f"{name} = {value:.4f}" for name, value in asdict(point).items()) for point in points)
    return [f"{KEY} = [", *(f"  {{ {row} }}," for row in rows), "]"]


@cache
def read_points(path: Path | None) -> tuple[Point, ...]:
    """The points of a file of coefficients, or of the shipped one, rising; none where it has none."""
    try:
        content = tomllib.loads((path or SHIPPED).read_text("utf-8"))
        return TypeAdapter(tuple[Point, ...]).validate_python(content.get(KEY, ()))
    except (OSError, ValueError, ValidationError):
        return ()


def nearest(points: Sequence[Point], least: float) -> Point:
    """The measured point that comes next to a setting."""
    return min(points, key=lambda point: abs(point.least - least))
