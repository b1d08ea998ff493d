"""Letters of scanned pages through Debian's tesseract with its Vietnamese model, when both are installed."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from typing import Any

from rag.errors import UnreadableDocument

_PAGE_SECONDS = 120
_MAX_PIXELS = 40_000_000
_LEAST_CONFIDENCE = 30.0
"""Of a word in percent; below it tesseract mostly reads dirt."""


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line with its box in pixels, y downwards."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


@cache
def is_installed() -> bool:
    """True when tesseract is there with the Vietnamese model."""
    program = shutil.which("tesseract")
    if program is None:
        return False
    listed = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=20)
    return "vie" in listed.stdout.split()


def lines(picture: Any) -> list[ReadLine]:
    """The lines that tesseract reads on a page (a Pillow image), top to bottom.

    Raises:
        UnreadableDocument: the picture is too large, or tesseract failed.
    """
    if picture.width * picture.height > _MAX_PIXELS:
        raise UnreadableDocument("Trang quét quá lớn.", next_step="Hãy quét lại ở 300 dpi.")
    png = io.BytesIO()
    picture.save(png, "PNG")
    command = ["tesseract", "stdin", "stdout", "-l", "vie", "--dpi", "300", "tsv"]
    try:
        run = subprocess.run(command, input=png.getvalue(), capture_output=True, timeout=_PAGE_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise UnreadableDocument(
            "tesseract không nhận dạng được trang quét.", next_step="Hãy quét lại rõ hơn.", detail=str(error)
        ) from error
    return _lines(run.stdout.decode("utf-8", "replace"))


def _lines(table: str) -> list[ReadLine]:
    """Words of the same block, paragraph and line put together (tesseract's TSV, level 5 is a word)."""
    words: dict[tuple[str, str, str], list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == "5" and row["text"].strip() and float(row["conf"]) >= _LEAST_CONFIDENCE:
            words.setdefault((row["block_num"], row["par_num"], row["line_num"]), []).append(row)
    return [_line(found) for found in words.values()]


def _line(words: list[dict[str, str]]) -> ReadLine:
    left, top = (min(int(w[k]) for w in words) for k in ("left", "top"))
    right = max(int(w["left"]) + int(w["width"]) for w in words)
    bottom = max(int(w["top"]) + int(w["height"]) for w in words)
    return ReadLine(" ".join(w["text"] for w in words), left, right, top, bottom)
