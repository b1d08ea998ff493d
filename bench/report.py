"""The report of a run: what the sections wrote as JSON, as tables in Markdown and as pictures of their growth."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

Content = Mapping[str, Any]
Row = Mapping[str, Any]
_BLUE, _GREY = "#1f5fa8", "#b8bec6"
_TABLE = "table"
"""The column that parts the rows of a section into tables; never shown."""
_SIZE = "passages"
_ENDS = ("_low", "_high")


def read_section(path: Path, name: str) -> Content:
    """What a section wrote; one row that says what is wrong where it wrote nothing that can be read."""
    try:
        found = json.loads(path.read_text("utf-8"))
        if isinstance(found, dict) and isinstance(found.get("rows"), list):
            return found
        problem = "its JSON has no rows"
    except OSError:
        problem = "it wrote nothing"
    except ValueError as error:
        problem = f"its JSON cannot be read: {error}"
    return failed(name, problem)


def failed(name: str, problem: str) -> Content:
    """A section that gave no figures."""
    return {"section": name, "rows": [{"error": problem}]}


def markdown(sections: Sequence[Content], told: str) -> str:
    """All sections, one below the other; `told` is the line about the machine."""
    lines = ["# Figures of this run", "", told]
    for section in sections:
        lines += ["", f"## {section['section']}"]
        machine = section.get("machine")
        if isinstance(machine, dict) and "measured_at" in machine:
            lines += ["", f"Ended {machine['measured_at']}, load {_cell(machine.get('load'))}."]
        for title, rows in tables(section["rows"]):
            lines += ["", *([f"**{title}**", ""] if title else []), *table(rows)]
        fits = section.get("fits")
        if fits:
            lines += ["", "**growth**", "", *table([_without_points(fit) for fit in fits])]
    return "\n".join(lines) + "\n"


def tables(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """The rows of each table, in the order in which the tables first appear; bare errors are one of their own."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        title = row.get(_TABLE, "errors" if "error" in row and len(row) < 4 else "")
        found.setdefault(str(title), []).append(row)
    yield from found.items()


def table(rows: Sequence[Row]) -> list[str]:
    """A Markdown table; columns are all keys in the order of their first appearance, intervals with their values."""
    keys = [key for key in dict.fromkeys(key for row in rows for key in row) if key != _TABLE]
    columns = [key for key in keys if not (key.endswith(_ENDS) and key.rpartition("_")[0] in keys)]
    lines = [_line(columns), _line(["---"] * len(columns))]
    return lines + [_line([_with_interval(row, column) for column in columns]) for row in rows]


def _with_interval(row: Row, column: str) -> str:
    low, high = (row.get(column + end) for end in _ENDS)
    cell = _cell(row.get(column))
    return cell if low is None or high is None else f"{cell} ({_cell(low)} … {_cell(high)})"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: Any) -> str:
    """Three figures of a number are enough to compare; whole numbers stay whole."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    if isinstance(value, list):
        return " ".join(map(_cell, value))
    if isinstance(value, dict):
        return _cell(json.dumps(value, ensure_ascii=False))
    return " ".join(str(value).split()).replace("|", "\\|")


def _without_points(fit: Row) -> Row:
    return {key: value for key, value in fit.items() if key not in ("x", "y")}


def draw(sections: Sequence[Content], folder: Path) -> list[Path]:
    """A picture for each fit whose points are known, both axes logarithmic."""
    drawn = []
    for section in sections:
        for number, fit in enumerate(section.get("fits") or (), 1):
            x, y = points(fit, section["rows"])
            if len(x) > 1:
                path = folder / f"{section['section']}-{number}.png"
                _picture(fit, x, y, path)
                drawn.append(path)
    return drawn


def points(fit: Row, rows: Sequence[Row]) -> tuple[list[float], list[float]]:
    """What a fit goes through: its own `x` and `y`, else the medians in the rows of its section, by passages."""
    if fit.get("x") and len(fit["x"]) == len(fit.get("y") or ()):
        return list(fit["x"]), list(fit["y"])
    column = f"{fit.get('what')}_p50_ms"
    found = [(row[_SIZE], row[column]) for row in rows if row.get(_SIZE) and row.get(column)]
    return [size for size, _ in found], [cost for _, cost in found]


def _picture(fit: Row, sizes: Sequence[float], costs: Sequence[float], path: Path) -> None:
    import numpy as np
    from matplotlib.figure import Figure

    x, y = np.asarray(sizes, dtype=float), np.asarray(costs, dtype=float)
    figure = Figure(figsize=(7, 4), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    axes.loglog(x, y, "o", color=_BLUE)
    if isinstance(fit.get("exponent"), (int, float)) and (y > 0).all():
        through = np.exp(np.log(y).mean() - fit["exponent"] * np.log(x).mean())
        axes.loglog(x, through * x ** fit["exponent"], color=_GREY, label=f"exponent {fit['exponent']:.2f}")
        axes.legend(frameon=False)
    axes.set_title(str(fit.get("name") or fit.get("what") or ""), loc="left", fontsize=11)
    axes.set_xlabel(str(fit.get("x_label", _SIZE)))
    axes.set_ylabel(str(fit.get("y_label", "ms")))
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path)
