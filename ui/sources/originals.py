"""The files that documents were read from."""

from __future__ import annotations

from rag.errors import UnknownDocument
from rag.sources import file_of
from ui import labels
from ui.backend import Backend
from ui.downloads import Download


def original(backend: Backend, user: str, key: str, form: str) -> Download:
    """The file that a document was read from, as it lies on the disk.

    Raises:
        UnknownDocument: the document or its file is gone.
    """
    file = file_of(backend.document(key).source)
    if not file.is_file():
        raise UnknownDocument(labels.NO_ORIGINAL)
    return Download(file.name, file)
