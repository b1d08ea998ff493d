"""A conversation as a Word document, in the styles of Word's own template."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from rag.chats.transcript import Block, Kind

_STYLES = {
    Kind.TITLE: "Title",
    Kind.QUESTION: "Heading 1",
    Kind.ANSWER: "Normal",
    Kind.NOTE: "Subtitle",
    Kind.HEADING: "Heading 2",
    Kind.SOURCE: "List Bullet",
    Kind.QUOTE: "Quote",
}


def as_word(blocks: Iterable[Block]) -> bytes:
    """The bytes of a `.docx`; a new line within a block is a line break."""
    from docx import Document

    document = Document()
    for block in blocks:
        document.add_paragraph(block.text, style=_STYLES[block.kind])
        if block.kind is Kind.TITLE:
            _describe(document.core_properties, block.text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _describe(properties: Any, title: str) -> None:
    """In place of what the template says of itself."""
    properties.title, properties.author, properties.comments, properties.language = title, "hoidap", "", "vi-VN"
