"""Calibrated probabilities: a logistic model over named features, read from a file that people can read.

`hoidap calibrate` fits and writes the file; here a dot product and a sigmoid are all there is.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from rag.errors import BadSettings
from rag.features import FEATURES

SHIPPED = Path(__file__).with_name("confidence.toml")
_LEAST, _MOST = 0.01, 0.99


@dataclass(frozen=True, slots=True)
class Term:
    """One feature in the sum: `weight · (value - mean) / scale`."""

    mean: float
    scale: Annotated[float, Field(gt=0)]
    weight: float


@dataclass(frozen=True, slots=True)
class Logistic:
    """`1 / (1 + e^-(intercept + Σ terms))`."""

    intercept: float
    features: dict[str, Term]

    def probability(self, features: Mapping[str, float]) -> float:
        """Between 0.01 and 0.99, two decimals: more would be pretended."""
        total = self.intercept
        for name, term in self.features.items():
            total += term.weight * (features[name] - term.mean) / term.scale
        # Written with tanh, which cannot overflow.
        return round(min(_MOST, max(_LEAST, (1 + math.tanh(total / 2)) / 2)), 2)


@dataclass(frozen=True, slots=True)
class Confidence:
    """One model of answers and two of refusals, which are of two kinds."""

    answer: Logistic
    """The probability that what would be answered is right."""
    no_evidence: Logistic
    """Where no sentence is evidence: the probability that the documents cannot answer."""
    not_answered: Logistic
    """The same where some sentence is."""


PARTS = tuple(field.name for field in fields(Confidence))


@cache
def read_confidence(path: Path | None = None) -> Confidence:
    """The model in a file of coefficients, by default the one that is shipped.

    Raises:
        BadSettings: unreadable, or not fitted on exactly the features there are.
    """
    path = path or SHIPPED
    try:
        content = tomllib.loads(path.read_text("utf-8"))
        model = TypeAdapter(Confidence).validate_python({name: content.get(name) for name in PARTS})
    except (OSError, ValueError, ValidationError) as error:
        raise _unusable(path, str(error)) from error
    names = [feature.name for feature in FEATURES]
    for part in (getattr(model, name) for name in PARTS):
        if list(part.features) != names:
            raise _unusable(path, f"features {list(part.features)} instead of {names}")
        numbers = [part.intercept, *(n for t in part.features.values() for n in (t.mean, t.scale, t.weight))]
        if not all(map(math.isfinite, numbers)):
            raise _unusable(path, "a coefficient is no number")
    return model


def as_toml(model: Confidence, *, head: Sequence[str] = ()) -> str:
    """The file of coefficients of a model, under lines that tell where it comes from and what it gives."""
    lines = list(head)
    for name in PARTS:
        part = getattr(model, name)
        width = max(map(len, part.features))
        lines += ["", f"[{name}]", f"intercept = {part.intercept:.4f}", f"[{name}.features]"]
        for feature, term in part.features.items():
            numbers = f"mean = {term.mean:.4f}, scale = {term.scale:.4f}, weight = {term.weight:.4f}"
            lines.append(f"{feature:{width}} = {{ {numbers} }}")
    return "\n".join(lines) + "\n"


def _unusable(path: Path, detail: str) -> BadSettings:
    step = "Hãy lập lại tệp bằng `hoidap calibrate BỘ_ĐO… --out TỆP`."
    return BadSettings(f"Tệp hệ số độ tin cậy “{path}” không dùng được.", next_step=step, detail=detail)
