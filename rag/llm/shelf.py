"""States on disk, so that a new process need not read again what one before it has read."""

from __future__ import annotations

import logging
import os
import shutil
import struct
import tempfile
from collections.abc import Collection
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from rag.llm.pieces import Piece, State

_LOG = logging.getLogger(__name__)
_SUFFIX = ".state"
_COMMON = "chung"
"""Folder of what belongs to no document."""
_DIGEST = 32
_ROOM = 0.9
"""Share of the bytes that is left when some files had to go, so that not every new one has to look."""


class Shelf:
    """One file a state, in a folder for each document: whole and of this model, or as if it were not there.

    Args:
        folder: made with the first file.
        made_by: changes whenever states do: model, program, numbers.
        most: bytes in all; the longest unused files go first. 0 keeps nothing.
    """

    def __init__(self, folder: Path, *, made_by: str, most: int) -> None:
        self._folder = folder
        self._made_by = made_by
        self._most = most
        self._size: int | None = None

    def has(self, piece: Piece) -> bool:
        return self._path(piece).is_file()

    def find(self, piece: Piece) -> State | None:
        path = self._path(piece)
        try:
            content = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return _unpacked(content)

    def keep(self, piece: Piece, state: State) -> None:
        """Write a state down; a folder that cannot be written is no reason to stop."""
        content = _packed(state)
        if len(content) > self._most:
            return
        try:
            _write(self._path(piece), content)
            self._make_room(len(content))
        except OSError as error:
            _LOG.info("a state could not be kept: %s", error)

    def _path(self, piece: Piece) -> Path:
        name = sha256(f"{self._made_by}\0{piece.key}".encode()).hexdigest()
        return self._folder / (piece.source or _COMMON) / f"{name}{_SUFFIX}"

    def _make_room(self, added: int) -> None:
        if self._size is not None:
            self._size += added
        if self._size is not None and self._size <= self._most:
            return
        found = [(path.stat(), path) for path in self._folder.glob(f"*/*{_SUFFIX}")]
        self._size = sum(stat.st_size for stat, _ in found)
        if self._size > self._most:
            found.sort(key=lambda item: item[0].st_mtime_ns, reverse=True)
            while self._size > self._most * _ROOM and len(found) > 1:
                stat, path = found.pop()
                path.unlink(missing_ok=True)
                self._size -= stat.st_size


def prune(folder: Path, documents: Collection[str]) -> None:
    """Take away what was read of documents other than these."""
    with suppress(OSError):
        for inner in folder.iterdir():
            if inner.name != _COMMON and inner.name not in documents:
                shutil.rmtree(inner, ignore_errors=True)


def _packed(state: State) -> bytes:
    count = len(state.tokens)
    body = struct.pack(f"<{count + 1}i", count, *state.tokens) + state.data
    return sha256(body).digest() + body


def _unpacked(content: bytes) -> State | None:
    body = content[_DIGEST:]
    if len(body) < 4 or sha256(body).digest() != content[:_DIGEST]:
        return None
    (count,) = struct.unpack_from("<i", body)
    return State(struct.unpack_from(f"<{count}i", body, 4), body[4 * (count + 1) :])


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all; not forced to the disk, for a damaged file is noticed and made anew.

    A half that a killed process leaves makes room like any other file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=_SUFFIX)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
