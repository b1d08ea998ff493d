"""OpenDocument texts (.odt): content.xml through lxml; odfpy has not been kept since 2020."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rag.encodings.fonts import text_of_runs
from rag.errors import UnreadableDocument
from rag.readers.blocks import Blocks
from rag.readers.trees import xml_tree
from rag.readers.zipped import LOCKED, checked_document, member
from rag.records import Extracted

_NS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TEXT, _TABLE, _OFFICE, _STYLE = (_NS % name for name in ("text", "table", "office", "style"))
_FONT_NAME = f"{_STYLE}font-name"
_NOT_SHOWN = frozenset((f"{_OFFICE}annotation", f"{_TEXT}tracked-changes", f"{_TEXT}table-of-content"))
_SPACES = {f"{_TEXT}s": " ", f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
_BROKEN = UnreadableDocument("Tệp .odt bị hỏng.", next_step="Hãy mở bằng LibreOffice rồi lưu lại.")
_PARAGRAPHS = (f"{_TEXT}p", f"{_TEXT}h")


def read(raw: bytes) -> Extracted:
    """Paragraphs, headings and tables in document order; runs in a font of TCVN3 or VNI are converted.

    Raises:
        UnreadableDocument: damaged, encrypted, a bomb, or without text.
    """
    with checked_document(raw) as archive:
        if b"encryption-data" in member(archive, archive.getinfo("META-INF/manifest.xml")):
            raise LOCKED
        names = [name for name in ("styles.xml", "content.xml") if name in archive.namelist()]
        trees = [_parsed(member(archive, archive.getinfo(name))) for name in names]
    text = trees[-1].find(f"{_OFFICE}body/{_OFFICE}text")
    if text is None:
        raise _BROKEN
    blocks = Blocks()
    _add(text, blocks, _fonts(trees))
    return blocks.extracted()


def _parsed(xml: bytes) -> Any:
    try:
        return xml_tree(xml)
    except ValueError as error:
        raise UnreadableDocument(_BROKEN.problem, next_step=_BROKEN.next_step, detail=str(error)) from error


def _fonts(trees: list[Any]) -> dict[str, str]:
    """The font of every style that names one or inherits one."""
    own: dict[str, str] = {}
    parents: dict[str, str] = {}
    for style in (s for tree in trees for s in tree.iter(f"{_STYLE}style")):
        name = style.get(f"{_STYLE}name", "")
        properties = style.find(f"{_STYLE}text-properties")
        if properties is not None and properties.get(_FONT_NAME):
            own[name] = properties.get(_FONT_NAME)
        if style.get(f"{_STYLE}parent-style-name"):
            parents[name] = style.get(f"{_STYLE}parent-style-name")
    for name in parents:
        seen, at = {name}, name
        while at not in own and at in parents and parents[at] not in seen:
            at = parents[at]
            seen.add(at)
        if at in own:
            own.setdefault(name, own[at])
    return own


def _add(parent: Any, blocks: Blocks, fonts: dict[str, str]) -> None:
    for element in parent:
        if element.tag in _PARAGRAPHS:
            title = element.get(f"{_TEXT}style-name") == "Title"
            blocks.add(_text(element, fonts), heading=element.tag == f"{_TEXT}h", title=title)
        elif element.tag == f"{_TABLE}table":
            _add_table(element, blocks, fonts)
        elif element.tag not in _NOT_SHOWN:
            _add(element, blocks, fonts)


def _add_table(table: Any, blocks: Blocks, fonts: dict[str, str]) -> None:
    for row in table.iter(f"{_TABLE}table-row"):
        if next(row.iterancestors(f"{_TABLE}table")) is not table:
            continue
        cells = [
            " ".join(_text(p, fonts) for p in cell.iter(*_PARAGRAPHS))
            for cell in row.iter(f"{_TABLE}table-cell")
            if next(cell.iterancestors(f"{_TABLE}table-row")) is row
        ]
        blocks.add(" | ".join(joined for cell in cells if (joined := " ".join(cell.split()))))


def _text(paragraph: Any, fonts: dict[str, str]) -> str:
    return text_of_runs(_runs(paragraph, fonts, fonts.get(paragraph.get(f"{_TEXT}style-name"))))


def _runs(element: Any, fonts: dict[str, str], font: str | None) -> Iterator[tuple[str, str | None]]:
    yield element.text or "", font
    for child in element:
        if child.tag in _SPACES:
            yield _SPACES[child.tag], font
        elif isinstance(child.tag, str) and child.tag not in _NOT_SHOWN and child.tag not in _PARAGRAPHS:
            yield from _runs(child, fonts, fonts.get(child.get(f"{_TEXT}style-name"), font))
        yield child.tail or "", font
