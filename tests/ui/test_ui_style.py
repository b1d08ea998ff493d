"""The colours of both themes, computed: text on its background has a contrast of at least 4.5 (WCAG AA)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).parents[2] / "ui" / "assets" / "styles"
CSS = "\n".join(path.read_text(encoding="utf-8") for path in sorted(STYLES.iterdir()))
PAIRS = [
    ("text", "page"),
    ("text", "surface"),
    ("text", "accent-soft"),
    ("text", "warn-soft"),
    ("text", "bad-soft"),
    ("quiet", "page"),
    ("quiet", "surface"),
    ("quiet", "accent-soft"),
    ("quiet", "raised"),
    ("warn", "surface"),
    ("accent", "page"),
    ("accent", "surface"),
    ("accent", "accent-soft"),
    ("accent", "warn-soft"),
    ("on-accent", "accent"),
    ("mark-text", "mark"),
    ("mark-text", "mark-active"),
    ("warn", "warn-soft"),
    ("bad", "bad-soft"),
    ("bad", "surface"),
    ("surface", "bad"),
    ("warn", "page"),
    ("heat-low", "heat-1"),
    ("heat-low", "heat-2"),
    ("heat-high", "heat-3"),
    ("heat-high", "heat-4"),
    ("warn", "surface"),
    ("bad", "page"),
    ("text", "raised"),
    ("accent", "raised"),
]


def palette(selector: str) -> dict[str, str]:
    block = CSS[CSS.index(f"\n{selector} {{") :].split("}")[0]
    return dict(re.findall(r"--hd-([a-z0-9-]+): #([0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [":root", ".dark"])
@pytest.mark.parametrize(("text", "background"), PAIRS)
def test_contrast(theme: str, text: str, background: str) -> None:
    colours = palette(theme)
    dark, light = sorted((luminance(colours[text]), luminance(colours[background])))
    assert (light + 0.05) / (dark + 0.05) >= 4.5
