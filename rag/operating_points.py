"""What each operating point gives, as `hoidap calibrate` has measured it and written it beside the coefficients."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from rag.confidence import SHIPPED

POINTS, SETS = "operating_points", "measured_on"


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


@dataclass(frozen=True, slots=True)
class OperatingPoints:
    """The points of a file of coefficients, rising, and what they were measured on."""

    measured_on: str = ""
    points: tuple[Point, ...] = ()

    def nearest(self, least: float) -> Point:
        """The measured point that comes next to a setting; there must be one."""
        return min(self.points, key=lambda point: abs(point.least - least))


def as_toml_lines(found: OperatingPoints) -> list[str]:
    """The points as lines of a file of coefficients."""
    rows = (", ".join(f"{name} = {value:.4f}" for name, value in asdict(point).items()) for point in found.points)
    measured_on = json.dumps(found.measured_on, ensure_ascii=False)
    return [f"{SETS} = {measured_on}", f"{POINTS} = [", *(f"  {{ {row} }}," for row in rows), "]"]


@cache
def read_points(path: Path | None) -> OperatingPoints:
    """What a file of coefficients, or the shipped one, says; no points where it has none."""
    try:
        content = tomllib.loads((path or SHIPPED).read_text("utf-8"))
        points = TypeAdapter(tuple[Point, ...]).validate_python(content.get(POINTS, ()))
    except (OSError, ValueError, ValidationError):
        return OperatingPoints()
    return OperatingPoints(str(content.get(SETS, "")), points)
