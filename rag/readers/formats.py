"""The reader of each kind of file that is read in the sandbox."""

from __future__ import annotations

from collections.abc import Callable

from rag.readers import doc, mail, opendocument, pdf, rtf, web, word
from rag.records import Extracted

_READERS: dict[str, Callable[[bytes], Extracted]] = {
    "web": web.read,
    "mhtml": mail.read_archive,
    "mail": mail.read,
    "pdf": pdf.read,
    "docx": word.read,
    "odt": opendocument.read,
    "rtf": rtf.read,
    "doc": doc.read,
}


def read(kind: str, raw: bytes) -> Extracted:
    """Read the bytes of a file of a kind (see `rag.readers.kinds`).

    Raises:
        UnreadableDocument: what the kind's reader says; hostile files may raise anything.
    """
    return _READERS[kind](raw)
