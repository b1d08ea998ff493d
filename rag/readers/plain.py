"""Plain text and Markdown: the decoded bytes, nothing else changed."""

from __future__ import annotations

from rag.encodings import decoded, mangled
from rag.errors import UnreadableDocument
from rag.readers.blocks import EMPTY
from rag.records import Extracted
from rag.text import document_text


def read(raw: bytes) -> Extracted:
    """The text of a file in any encoding that `rag.encodings` knows.

    Raises:
        UnreadableDocument: empty, binary, in no certain encoding, or letters of an old font saved as Unicode.
    """
    text = document_text(decoded(raw))
    if not text.strip("\ufeff \t\n"):
        raise EMPTY
    code_page = mangled(text)
    if code_page:
        # Kept as it is, because anyone may check a citation of a UTF-8 file by its offsets; so it is not readable.
        raise UnreadableDocument(
            f"Văn bản là chữ {code_page} (phông cũ) bị lưu nhầm thành Unicode.",
            next_step="Hãy chuyển mã sang Unicode, ví dụ bằng công cụ của UniKey, hoặc nạp tệp gốc.",
        )
    return Extracted(text)
