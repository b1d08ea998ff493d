"""A file of figures that must be reached: a path such as `answers.contains`, and a minimum or maximum."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import BadInput
from rag.evaluation.bootstrap import Figure

_EXAMPLE = "Mỗi dòng có dạng: answers.contains = { min = 0.65 } hoặc { max = 0.1 }."


@dataclass(frozen=True, slots=True)
class Bound:
    """What one figure must reach; None where there is no such bound."""

    path: str
    least: float | None
    most: float | None


def read_thresholds(file: Path) -> tuple[Bound, ...]:
    """The bounds of a TOML file (or JSON, by its suffix), tables nested as in `report.json`.

    Raises:
        BadInput: unreadable, or something that is no bound.
    """
    try:
        text = file.read_text("utf-8")
        content = json.loads(text) if file.suffix.lower() == ".json" else tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise BadInput(f"Không đọc được tệp ngưỡng “{file}”.", next_step=_EXAMPLE, detail=str(error)) from error
    bounds = tuple(_bounds(content, ()))
    if not bounds:
        raise BadInput(f"Tệp ngưỡng “{file}” không có ngưỡng nào.", next_step=_EXAMPLE)
    return bounds


def _bounds(content: Any, path: Sequence[str]) -> Iterator[Bound]:
    if not isinstance(content, dict) or not content:
        raise BadInput(f"Ngưỡng “{'.'.join(path)}” không đúng dạng.", next_step=_EXAMPLE)
    if content.keys() <= {"min", "max"}:
        if not all(type(limit) in (int, float) for limit in content.values()):
            raise BadInput(f"Ngưỡng “{'.'.join(path)}” phải là số.", next_step=_EXAMPLE)
        yield Bound(".".join(path), content.get("min"), content.get("max"))
        return
    for name, inside in content.items():
        yield from _bounds(inside, (*path, name))


def failures(bounds: Sequence[Bound], figures: Mapping[str, Figure]) -> list[str]:
    """One Vietnamese line for each bound that is not kept.

    Args:
        figures: by path.

    Raises:
        BadInput: a bound on a figure that does not exist.
    """
    return [line for bound in bounds if (line := _failure(bound, figures))]


def _failure(bound: Bound, figures: Mapping[str, Figure]) -> str:
    if bound.path not in figures:
        raise BadInput(f"Không có chỉ số nào tên “{bound.path}”.", next_step="Xem các tên trong report.json.")
    value = figures[bound.path].value
    if value is None:
        return f"{bound.path}: bộ đo này không có số liệu"
    if bound.least is not None and value < bound.least:
        return f"{bound.path}: {value:.4g} thấp hơn mức tối thiểu {bound.least:g}"
    if bound.most is not None and value > bound.most:
        return f"{bound.path}: {value:.4g} cao hơn mức tối đa {bound.most:g}"
    return ""
