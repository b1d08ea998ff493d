"""Who still needs the copies of uploads: a copy goes when nobody holds it and no document is from it.

An upload under way holds what it is going to read, and a deletion what its undo would bring back.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

from rag.errors import HoidapError
from rag.sources import file_of
from ui.backend import Backend

log = logging.getLogger(__name__)

lock = threading.RLock()
"""Whoever looks whether a copy is there and then holds it does both under this lock."""
_holders: Counter[Path] = Counter()


def hold(files: Iterable[Path]) -> None:
    """Keep files from being removed until each has been released as often as it was held."""
    with lock:
        _holders.update(files)


def release(backend: Backend, files: Collection[Path]) -> None:
    """End a hold, and remove those of the files that are copies we keep and that nothing needs any more.

    What cannot be looked up or removed stays, and is logged.
    """
    with lock:
        _holders.subtract(files)
        free = {file for file in files if _holders[file] <= 0}
        for file in free:
            del _holders[file]
        try:
            _discard(backend, free)
        except (HoidapError, OSError):
            log.warning("a copy of an upload was left behind", exc_info=True)


def _discard(backend: Backend, files: Iterable[Path]) -> None:
    """Remove copies that no document is from, and the folders that are empty then."""
    root = backend.uploads.resolve()
    ours = {file for file in files if file.is_relative_to(root)}
    if not ours:
        return
    for file in ours - {file_of(document.source) for document in backend.documents()}:
        file.unlink(missing_ok=True)
        for folder in file.parents:
            if folder == root or any(folder.iterdir()):
                break
            folder.rmdir()
