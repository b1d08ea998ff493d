"""The curve of the refusal operating point, and its words for every position of the slider."""

from __future__ import annotations

import json

from rag.evaluation.labels import number
from rag.operating_points import OperatingPoints
from ui.preferences import labels
from ui.render import Html, drawing, element, group

WIDTH, HEIGHT = 400, 250
LEFT, RIGHT, TOP, BOTTOM = 46, 392, 12, 210
_LAST = 0.85
"""The highest threshold on the axis."""


def across(least: float) -> float:
    """Where a threshold stands on the horizontal axis; beyond its end at the end."""
    return round(LEFT + (RIGHT - LEFT) * min(least, _LAST) / _LAST, 1)


def _up(share: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * share, 1)


def curve(found: OperatingPoints, least: float) -> Html:
    """The three shares over the threshold, with a line where the setting stands, under the names of the lines."""
    mark = element("line", x1=across(least), x2=across(least), y1=TOP, y2=BOTTOM, class_="hd-curve-mark")
    lines = (_line(found, name) for name in labels.LINES)
    names = (element("li", words, class_=f"hd-curve-{name}") for name, words in labels.LINES.items())
    drawn = drawing(WIDTH, HEIGHT, _axes(), *lines, mark, description=labels.CURVE)
    return element("div", element("ul", *names, class_="hd-curve-names"), drawn, class_="hd-curve")


def _axes() -> Html:
    rows = [
        group(
            element("line", x1=LEFT, x2=RIGHT, y1=_up(share), y2=_up(share), class_="hd-curve-grid"),
            element("text", f"{round(100 * share)} %", x=LEFT - 8, y=_up(share) + 4, class_="hd-curve-left"),
        )
        for share in (0, 0.25, 0.5, 0.75, 1)
    ]
    ticks = [
        element("text", number(least, 1), x=across(least), y=BOTTOM + 18, class_="hd-curve-under")
        for least in (0, 0.2, 0.4, 0.6, 0.8)
    ]
    name = element("text", labels.AXIS, x=(LEFT + RIGHT) / 2, y=HEIGHT - 4, class_="hd-curve-under")
    return group(*rows, *ticks, name)


def _line(found: OperatingPoints, name: str) -> Html:
    points = [(across(point.least), _up(getattr(point, name))) for point in found.points]
    path = "M" + " L".join(f"{x} {y}" for x, y in points)
    return element("path", d=path, class_=f"hd-curve-line hd-curve-{name}")


def in_words(found: OperatingPoints, least: float) -> Html:
    """The sentence for the setting, with those of the other points for when the slider moves."""
    sentences = [[point.least, labels.in_words(point), across(point.least)] for point in found.points]
    return element(
        "p",
        labels.in_words(found.nearest(least)),
        class_="hd-curve-words",
        aria_live="polite",
        data_sentences=json.dumps(sentences, ensure_ascii=False),
    )
