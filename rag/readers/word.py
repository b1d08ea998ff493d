"""Word documents (.docx): paragraphs, headings and tables in document order."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from rag.encodings.fonts import code_page_of, text_of_runs
from rag.errors import UnreadableDocument
from rag.readers.blocks import Blocks
from rag.readers.zipped import checked_document
from rag.records import Extracted

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NOT_SHOWN = frozenset(
    (f"{_W}del", f"{_W}moveFrom", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")
)
_BOX = f"{_W}txbxContent"


def read(raw: bytes) -> Extracted:
    """The document's body, text boxes included; runs in a font of TCVN3 or VNI are converted.

    Raises:
        UnreadableDocument: damaged, a bomb, or without text.
    """
    from docx import Document

    checked_document(raw).close()
    try:
        document = Document(io.BytesIO(raw))
        body = document.element.body
    except Exception as error:  # the library meets damaged files with errors of many kinds
        raise UnreadableDocument(
            "Tệp .docx bị hỏng.", next_step="Hãy mở bằng Word rồi lưu lại.", detail=str(error)
        ) from error
    blocks, styles = Blocks(), _Styles(document.styles)
    _add(body, blocks, styles)
    return blocks.extracted()


class _Styles:
    """Font and outline level of every style, inherited ones included."""

    def __init__(self, styles: Any) -> None:
        self._by_id = {style.get(f"{_W}styleId"): style for style in styles.element.iter(f"{_W}style")}
        default = styles.element.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr")
        self._default = _font(default)
        self._paragraph = next(
            (i for i, s in self._by_id.items() if s.get(f"{_W}default") == "1" and s.get(f"{_W}type") == "paragraph"),
            None,
        )

    def font(self, run: Any, paragraph: Any) -> str | None:
        own = _font(run.find(f"{_W}rPr"))
        if own:
            return own
        of_run = _value(run.find(f"{_W}rPr/{_W}rStyle"))
        of_paragraph = _value(paragraph.find(f"{_W}pPr/{_W}pStyle")) or self._paragraph
        fonts = (_font(s.find(f"{_W}rPr")) for i in (of_run, of_paragraph) for s in self._chain(i))
        return next((font for font in fonts if font), self._default)

    def is_heading(self, paragraph: Any) -> bool:
        return any(_level(p) for p in self._properties(paragraph))

    def is_title(self, paragraph: Any) -> bool:
        style = self._by_id.get(_value(paragraph.find(f"{_W}pPr/{_W}pStyle")))
        return style is not None and (_value(style.find(f"{_W}name")) or "").lower() == "title"

    def _properties(self, paragraph: Any) -> Iterator[Any]:
        own = paragraph.find(f"{_W}pPr")
        if own is not None:
            yield own
        for style in self._chain(_value(paragraph.find(f"{_W}pPr/{_W}pStyle"))):
            properties = style.find(f"{_W}pPr")
            if properties is not None:
                yield properties

    def _chain(self, style_id: str | None) -> Iterator[Any]:
        seen: set[str] = set()
        while style_id is not None and style_id in self._by_id and style_id not in seen:
            seen.add(style_id)
            style = self._by_id[style_id]
            yield style
            style_id = _value(style.find(f"{_W}basedOn"))


def _value(element: Any) -> str | None:
    return None if element is None else element.get(f"{_W}val")


def _font(properties: Any) -> str | None:
    fonts = None if properties is None else properties.find(f"{_W}rFonts")
    return None if fonts is None else fonts.get(f"{_W}ascii") or fonts.get(f"{_W}hAnsi")


def _level(properties: Any) -> bool:
    level = _value(properties.find(f"{_W}outlineLvl"))
    return level is not None and level.isdecimal() and int(level) < 9


def _add(parent: Any, blocks: Blocks, styles: _Styles) -> None:
    for element in parent:
        if element.tag == f"{_W}p":
            _add_paragraph(element, blocks, styles)
        elif element.tag == f"{_W}tbl":
            _add_table(element, blocks, styles)
        elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins"):
            _add(element, blocks, styles)


def _add_paragraph(paragraph: Any, blocks: Blocks, styles: _Styles) -> None:
    blocks.add(_text(paragraph, styles), heading=styles.is_heading(paragraph), title=styles.is_title(paragraph))
    for box in _shown(paragraph, _BOX):
        _add(box, blocks, styles)


def _add_table(table: Any, blocks: Blocks, styles: _Styles) -> None:
    for row in table.iter(f"{_W}tr"):
        if _table_of(row) is not table:
            continue
        cells = [
            " ".join(_text(p, styles) for p in cell.iter(f"{_W}p"))
            for cell in row.iter(f"{_W}tc")
            if _row_of(cell) is row
        ]
        blocks.add(" | ".join(joined for cell in cells if (joined := " ".join(cell.split()))))


def _table_of(row: Any) -> Any:
    return next(row.iterancestors(f"{_W}tbl"))


def _row_of(cell: Any) -> Any:
    return next(cell.iterancestors(f"{_W}tr"))


def _text(paragraph: Any, styles: _Styles) -> str:
    return text_of_runs(_runs(paragraph, styles))


def _runs(paragraph: Any, styles: _Styles) -> Iterator[tuple[str, str | None]]:
    for run in _shown(paragraph, f"{_W}r"):
        font = styles.font(run, paragraph)
        yield "".join(_piece(child, font) for child in run), font


def _shown(paragraph: Any, tag: str) -> Iterator[Any]:
    """Elements of a paragraph that a reader sees, without those of its text boxes."""
    for element in paragraph.iter(tag):
        for ancestor in element.iterancestors():
            if ancestor is paragraph:
                yield element
                break
            if ancestor.tag == _BOX or ancestor.tag in _NOT_SHOWN:
                break


def _piece(child: Any, font: str | None) -> str:
    if child.tag == f"{_W}t":
        return child.text or ""
    if child.tag in (f"{_W}br", f"{_W}cr"):
        return "\n"
    if child.tag == f"{_W}softHyphen" and code_page_of(font) == "TCVN3":
        return "\xad"  # Word takes the place of ư for a soft hyphen
    return {f"{_W}tab": "\t", f"{_W}noBreakHyphen": "-"}.get(child.tag, "")
