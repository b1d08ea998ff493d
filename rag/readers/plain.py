"""Plain text and Markdown in UTF-8, or UTF-16 with its byte order mark."""

from __future__ import annotations

import codecs
from pathlib import Path

from rag.errors import UnreadableDocument
from rag.text import document_text

MAX_BYTES = 20 * 1024 * 1024


class PlainTextReader:
    suffixes = frozenset({".txt", ".md"})

    def read(self, path: Path) -> str:
        """See `rag.readers.Reader.read`."""
        try:
            if path.stat().st_size > MAX_BYTES:
                raise UnreadableDocument(f"Tệp lớn hơn {MAX_BYTES // 2**20} MB.", next_step="Hãy chia nhỏ tệp.")
            raw = path.read_bytes()
        except OSError as error:
            raise UnreadableDocument(f"Không mở được tệp “{path.name}”.", detail=str(error)) from error
        text = document_text(_decode(raw))
        if not text.strip("\ufeff \t\n"):
            raise UnreadableDocument("Tệp trống.", next_step="Tệp này được bỏ qua.")
        return text


def _decode(raw: bytes) -> str:
    utf16 = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not utf16 and raw.count(0) * 1000 > len(raw):
        raise UnreadableDocument("Tệp nhị phân, không phải văn bản.", next_step="Tệp này được bỏ qua.")
    try:
        return raw.decode("utf-16" if utf16 else "utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableDocument(
            "Tệp không ở bảng mã UTF-8.", next_step="Hãy lưu lại tệp bằng UTF-8.", detail=str(error)
        ) from error
