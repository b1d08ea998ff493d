"""Readers turn a file into text; one per family of formats, found by the file's suffix."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from rag.errors import UnreadableDocument
from rag.readers.plain import PlainTextReader


class Reader(Protocol):
    """Reads one family of files."""

    suffixes: frozenset[str]
    """Lower case with the dot."""

    def read(self, path: Path) -> str:
        """The document's text as DESIGN section 3 defines it.

        Raises:
            UnreadableDocument: empty, binary, too large or in an unknown encoding.
        """
        ...


_READERS: tuple[Reader, ...] = (PlainTextReader(),)
SUFFIXES = frozenset().union(*(reader.suffixes for reader in _READERS))


def reader_for(path: Path) -> Reader:
    """The reader of a file's suffix.

    Raises:
        UnreadableDocument: no reader knows the suffix.
    """
    for reader in _READERS:
        if path.suffix.lower() in reader.suffixes:
            return reader
    known = ", ".join(sorted(SUFFIXES))
    raise UnreadableDocument(f"Chưa đọc được loại tệp “{path.suffix or path.name}”.", next_step=f"Dùng {known}.")
