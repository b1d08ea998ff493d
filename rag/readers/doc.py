"""Old Word files: the characters of `doc97` put together to paragraphs and table rows."""

from __future__ import annotations

import io
import re

from rag.encodings.fonts import code_page_of
from rag.errors import UnreadableDocument
from rag.readers.doc97 import Doc97, OldWord, Properties, ends_row, in_table, is_hidden
from rag.readers.rows import Stream
from rag.readers.zipped import LOCKED
from rag.records import Extracted

_NEXT = "Hãy mở bằng Word hoặc LibreOffice rồi lưu lại thành .docx."
_PIECE = re.compile("[\r\x07\x0c]|[^\r\x07\x0c]+")
_SPECIAL = {0x0B: "\n", 0x1E: "-", 0xA0: " ", **dict.fromkeys((1, 2, 3, 4, 5, 8, 0x13, 0x14, 0x15), "")}


def read(raw: bytes) -> Extracted:
    """Paragraphs, headings and table rows of a Word 97-2003 file; runs in a font of TCVN3 or VNI are converted.

    Raises:
        UnreadableDocument: damaged, encrypted, older than Word 97, not of Word, or without text.
    """
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(raw)) as ole:
            names = {"/".join(entry) for entry in ole.listdir()}
            if "EncryptedPackage" in names:
                raise LOCKED
            if "WordDocument" not in names:
                raise UnreadableDocument("Tệp này không phải văn bản Word.", next_step=_NEXT)
            tables: dict[str, bytes] = {n: ole.openstream(n).read() for n in ("0Table", "1Table") if n in names}
            return _extracted(Doc97(ole.openstream("WordDocument").read(), tables))
    except UnreadableDocument:
        raise
    except OldWord as error:
        if str(error) == "encrypted":
            raise LOCKED from error
        raise UnreadableDocument("Tệp .doc của Word 95 hoặc cũ hơn, chưa đọc được.", next_step=_NEXT) from error
    except Exception as error:  # damaged offsets fail in many ways
        raise UnreadableDocument("Tệp .doc bị hỏng.", next_step=_NEXT, detail=repr(error)) from error


def _extracted(document: Doc97) -> Extracted:
    stream = Stream()
    fields: list[bool] = []  # of the fields that are open: is this still their code?
    for segment in document.segments():
        if is_hidden(segment):
            continue
        font = document.font(segment)
        for piece in _PIECE.findall(segment.text):
            if len(piece) == 1 and piece in "\r\x07\x0c":
                _mark(stream, piece, segment.paragraph, document)
                continue
            stream.add(_plain(_without_field_codes(piece, fields), font), font)
    stream.end_paragraph()
    return stream.blocks.extracted()


def _mark(stream: Stream, mark: str, paragraph: Properties, document: Doc97) -> None:
    if mark == "\x07" and ends_row(paragraph):
        stream.end_row()
    elif mark == "\x07":
        stream.end_cell()
    else:
        stream.end_paragraph(heading=document.is_heading(paragraph), in_table=in_table(paragraph))


def _without_field_codes(text: str, fields: list[bool]) -> str:
    """A field is its code, then what it shows; only the latter stays."""
    shown = []
    for character in text:
        if character == "\x13":
            fields.append(True)
        elif character == "\x14" and fields:
            fields[-1] = False
        elif character == "\x15" and fields:
            fields.pop()
        elif not any(fields):
            shown.append(character)
    return "".join(shown)


def _plain(text: str, font: str | None) -> str:
    hyphen = "\xad" if code_page_of(font) == "TCVN3" else ""
    return text.replace("\x1f", hyphen).translate(_SPECIAL)
