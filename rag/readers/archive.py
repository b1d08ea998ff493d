"""Archives (.zip): the members that a reader knows; their names are only names, nothing is unpacked to the disk."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator

from rag.readers.zipped import member, opened


def members(raw: bytes) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Name and a function that unpacks the content of every file, in the archive's order.

    The function raises `UnreadableDocument` for a member that is encrypted, damaged or a bomb.

    Raises:
        UnreadableDocument: the archive is damaged or has too many members.
    """
    archive = opened(raw)
    for info in archive.infolist():
        if not info.is_dir():
            yield _name(info), lambda info=info: member(archive, info)  # type: ignore[misc]


def _name(info: zipfile.ZipInfo) -> str:
    """Older programs write UTF-8 without saying so; zipfile then takes it for the code page of DOS."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename
