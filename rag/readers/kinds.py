"""What a file is: its first bytes decide; the suffix only tells kinds of text apart."""

from __future__ import annotations

import re

from rag.errors import UnreadableDocument
from rag.readers.blocks import EMPTY
from rag.readers.zipped import opened

OF_SUFFIX = {
    ".txt": "plain",
    ".md": "plain",
    ".html": "web",
    ".htm": "web",
    ".mhtml": "mhtml",
    ".mht": "mhtml",
    ".pdf": "pdf",
    ".docx": "docx",
    ".odt": "odt",
    ".rtf": "rtf",
    ".doc": "doc",
    ".eml": "mail",
    ".zip": "zip",
}
NAMES = {"pdf": "PDF", "docx": "Word (.docx)", "odt": "OpenDocument (.odt)", "rtf": "RTF", "zip": "zip"}
_HTML = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_MIME = re.compile(rb"\A(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?MIME-Version:", re.I)
_MHTML = re.compile(rb"^Content-Type:\s*multipart/related", re.I | re.M)


def kind_of(suffix: str, raw: bytes) -> str:
    """The kind of a file, one of the values of `OF_SUFFIX`.

    Args:
        suffix: of the file's name, lower case with the dot; one of `OF_SUFFIX`.

    Raises:
        UnreadableDocument: the bytes are of a kind that is not read, or not what the suffix says.
    """
    named = OF_SUFFIX[suffix]
    if named != "plain" and not raw.strip():
        raise EMPTY
    stamped = _stamped(raw)
    if stamped:
        return stamped
    if named in ("plain", "web", "mhtml", "mail"):
        return named
    if named in ("doc", "rtf"):
        return _text_kind(raw)
    raise UnreadableDocument(
        f"Tệp bị hỏng hoặc không phải là tệp {suffix}.",
        next_step=f"Hãy mở bằng chương trình gốc rồi lưu lại thành {suffix}.",
    )


def _stamped(raw: bytes) -> str | None:
    """The kind that the first bytes prove, None for text and the unknown."""
    if raw.startswith(b"%PDF-"):
        return "pdf"
    if raw.startswith(b"{\\rtf"):
        return "rtf"
    if raw.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "doc"
    return _zip_kind(raw) if raw.startswith((b"PK\x03\x04", b"PK\x05\x06")) else None


def _zip_kind(raw: bytes) -> str:
    names = set(opened(raw).namelist())
    if "word/document.xml" in names:
        return "docx"
    if "content.xml" in names and "META-INF/manifest.xml" in names:
        return "odt"
    if "[Content_Types].xml" in names:
        raise UnreadableDocument(
            "Đây là bảng tính hoặc bản trình chiếu, chưa đọc được.", next_step="Hãy lưu lại thành .docx hoặc .pdf."
        )
    return "zip"


def _text_kind(raw: bytes) -> str:
    """Word opens pages and plain text that are called .doc, so people have them."""
    head = raw[:4096]
    if _HTML.match(head):
        return "web"
    return "mhtml" if _MIME.match(head) and _MHTML.search(head) else "plain"
