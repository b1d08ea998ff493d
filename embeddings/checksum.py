"""Files that end with the SHA-256 of all before it, written in one step: FAISS loads flipped bits without a word."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from embeddings.disk import put_in_place

CHECKSUM_BYTES = 32
CHUNK = 1 << 20


class CorruptedIndex(Exception):
    """The file is not what was saved; rebuild it."""


def save_checked(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a file beside `path`, append its checksum, and put it in place in one step."""
    half = path.with_name(path.name + ".half")
    write(half)
    with half.open("r+b") as file:
        checksum = hashlib.file_digest(cast(Any, file), "sha256").digest()
        file.seek(0, os.SEEK_END)
        file.write(checksum)
        file.flush()
        os.fsync(file.fileno())
    put_in_place(half, path)


def verify_checksum(path: Path) -> None:
    """Raise CorruptedIndex unless the file ends with the SHA-256 of what stands before."""
    left = path.stat().st_size - CHECKSUM_BYTES
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while left > 0:
            block = file.read(min(CHUNK, left))
            digest.update(block)
            left -= len(block)
        if left < 0 or file.read() != digest.digest():
            raise CorruptedIndex(f"{path} is cut short or damaged")
