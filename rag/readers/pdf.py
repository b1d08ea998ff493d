"""PDF through PDFium: the text of each page with lines put together to paragraphs; scans through tesseract."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

from rag.encodings.fonts import code_page_of, text_of_runs
from rag.errors import UnreadableDocument
from rag.readers import ocr
from rag.readers.paragraphs import Line, joined, without_page_numbers
from rag.readers.zipped import LOCKED
from rag.records import Extracted
from rag.text import normalise

_LOG = logging.getLogger(__name__)
_MAX_PAGES = 5_000
_LEAST_LETTERS = 12
"""A page with fewer letters of text, and a picture on it, is a scan."""
_SCANNED = UnreadableDocument(
    "Tệp PDF là bản quét, không có chữ.",
    next_step="Hãy cài tesseract để nhận dạng chữ (Debian: sudo apt-get install tesseract-ocr tesseract-ocr-vie).",
)


def read(raw: bytes) -> Extracted:
    """All pages with their numbers; what is broken inside a paragraph is one line again.

    Raises:
        UnreadableDocument: damaged, with a password, or a scan that no tesseract can read.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise LOCKED from error
        raise UnreadableDocument("Tệp PDF bị hỏng.", next_step="Hãy lấy lại tệp gốc.", detail=str(error)) from error
    if len(document) > _MAX_PAGES:
        raise UnreadableDocument(f"Tệp PDF có trên {_MAX_PAGES} trang.", next_step="Hãy chia nhỏ tệp.")
    pages = [_page(document, at) for at in range(len(document))]
    if not any(pages):
        raise _SCANNED
    return joined(without_page_numbers(pages)).extracted()


def _page(document: Any, at: int) -> list[Line]:
    """The lines of a page; those of a scanned one come from tesseract when it is there."""
    page = document[at]
    lines = list(_lines(page))
    if sum(c.isalpha() for line in lines for c in line.text) >= _LEAST_LETTERS or not _has_picture(page):
        return lines
    if not ocr.is_installed():
        if lines:
            _LOG.warning("trang %d là ảnh quét, bị bỏ qua", at + 1)
        return lines
    _LOG.info("nhận dạng chữ trang %d/%d", at + 1, len(document))
    # 300 dots an inch, as tesseract's models were trained; PDFium counts 72 points an inch.
    read = ocr.lines(page.render(scale=300 / 72, grayscale=True).to_pil())
    return [Line(line.text, line.left, line.right, -line.top, -line.bottom) for line in read]


def _has_picture(page: Any) -> bool:
    import pypdfium2.raw as raw

    return any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4))


def _lines(page: Any) -> Iterator[Line]:
    text_page = page.get_textpage()
    old_fonts = _has_old_fonts(page)
    at = 0
    for raw in text_page.get_text_range().split("\r\n"):
        shown = normalise(_without_marks(_in_old_fonts(text_page, at, raw) if old_fonts else raw))
        boxes = [text_page.get_rect(n) for n in range(text_page.count_rects(at, len(raw)))] if shown else []
        if boxes:
            lefts, bottoms, rights, tops = zip(*boxes, strict=True)
            yield Line(shown, min(lefts), rights[-1], max(tops), min(bottoms))
        at += len(raw) + 2


def _without_marks(text: str) -> str:
    """PDFium joins words that a hyphen divides at the end of a line, and marks the place."""
    return re.sub(r"(?<=\s)[\ufffe\x02]", "- ", text).replace("\ufffe", "-").replace("\x02", "-")


def _has_old_fonts(page: Any) -> bool:
    import pypdfium2.raw as raw

    texts = page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=4)
    return any(code_page_of(text.get_font().get_base_name()) for text in texts)


def _in_old_fonts(text_page: Any, at: int, line: str) -> str:
    """A line whose letters of TCVN3 and VNI are converted, font by font."""
    fonts = [_font(text_page, at + n) for n in range(len(line))]
    # At the end of a line PDFium takes the place of ư for a soft hyphen, and the word after it for the rest.
    pieces = (
        "\xad " if c in "\ufffe\x02" and code_page_of(f) == "TCVN3" else c for c, f in zip(line, fonts, strict=True)
    )
    return text_of_runs(zip(pieces, fonts, strict=True))


def _font(text_page: Any, at: int) -> str:
    import ctypes

    import pypdfium2.raw as raw

    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    raw.FPDFText_GetFontInfo(text_page, at, name, 128, ctypes.byref(flags))
    return name.value.decode("utf-8", "replace")
