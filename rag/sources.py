"""The names of documents: the path of a file, or that of a container and a name inside it."""

from __future__ import annotations

import re
from pathlib import Path

WITHIN = "!/"
"""Between a file and the name of a document inside it, in a source: `/a/b.zip!/folder/c.docx`."""
CONTAINERS = (".zip", ".eml")
_CONTAINER = re.compile(rf"(?:{'|'.join(map(re.escape, CONTAINERS))})(?={re.escape(WITHIN)})", re.I)


def file_of(source: str) -> Path:
    """The file on disk that a document's source lies in: `/a/b.zip` of `/a/b.zip!/c.txt`."""
    return Path(file_name_of(source))


def file_name_of(source: str) -> str:
    """As `file_of`, without the cost of a `Path` for each of many thousands."""
    container = _CONTAINER.search(source) if WITHIN in source else None
    return source[: container.end()] if container else source
