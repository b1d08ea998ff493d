"""Writing files whole and one process at a time; what is written survives a power cut."""

from __future__ import annotations

import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embeddings.disk import put_in_place


def write_whole(path: Path, content: bytes, *, private: bool = False) -> None:
    """Replace a file in one step: temporary name in its folder, flush, fsync, rename, fsync of the folder.

    A file that was there keeps its permissions, unless it is to be `private`; a new one is its owner's alone.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            if path.exists() and not private:
                os.fchmod(handle, stat.S_IMODE(path.stat().st_mode))
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        put_in_place(Path(temporary), path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def is_writable(path: Path) -> bool:
    """Whether a file, or what will lie in a folder that may not be there yet, can be written."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return os.access(path, os.W_OK)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold an advisory lock on a file; other processes wait."""
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)
