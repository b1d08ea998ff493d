"""Fonts with Vietnamese letters in the places of Western ones: `.VnTime`, `VNI-Times`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from rag.encodings.codepages import from_western

# A font embedded in a PDF has six letters before its name, and its style behind.
_TCVN3 = re.compile(r"(?:[A-Z]{6}\+)?\.?Vn[A-Z]")
_VNI = re.compile(r"(?:[A-Z]{6}\+)?VNI[- ]", re.I)
_CAPITAL = re.compile(r"H(?:,.*|-(?:Bold|Italic|BoldItalic))?$")


def code_page_of(font: str | None) -> str | None:
    """The code page of a font's letters, None for a font in Unicode."""
    name = (font or "").strip()
    if _TCVN3.match(name):
        return "TCVN3"
    return "VNI" if _VNI.match(name) else None


def text_of_runs(runs: Iterable[tuple[str, str | None]]) -> str:
    """The text of neighbouring runs, each given with the name of its font.

    A letter of VNI may be cut between two runs, so runs of one font are read as one. A font of TCVN3 whose name ends
    in H shows small letters as capitals.
    """
    return "".join(_shown("".join(text for text, _ in same), font) for font, same in groupby(runs, lambda run: run[1]))


def _shown(text: str, font: str | None) -> str:
    code_page = code_page_of(font)
    if code_page is None:
        return text
    read = from_western(text, code_page)
    return read.upper() if code_page == "TCVN3" and _CAPITAL.search((font or "").strip()) else read
