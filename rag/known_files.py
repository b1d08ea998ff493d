"""What was read of each file, so that an unchanged one is known without opening it."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from rag.database import Database
from rag.sources import file_name_of, file_of

_SETTLED_NS = 2_000_000_000
"""A file changed less than this before it was read may change again within the same time stamp (FAT: 2 s)."""


class FileState(NamedTuple):
    """What tells an unchanged file: bytes, and the times of content and inode in nanoseconds."""

    size: int
    mtime_ns: int
    ctime_ns: int


UNSURE = FileState(-1, -1, -1)
"""Equals no file: it is read again next time."""


def state_of(path: Path | str) -> FileState | None:
    """How a regular file looks now; None when it is not there, may not be looked at, or its name is no text."""
    try:
        str(path).encode()
        found = os.stat(path)  # noqa: PTH116 - a `Path` for each of 20,000 files takes longer than looking at them
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return FileState(found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def settled(path: Path, before: FileState | None) -> FileState:
    """The state under which a file was read, UNSURE when it changed meanwhile or only just before."""
    if before is None or state_of(path) != before:
        return UNSURE
    return before if time.time_ns() - max(before.mtime_ns, before.ctime_ns) > _SETTLED_NS else UNSURE


Staleness = Literal["changed", "gone"]
"""What a file is to the document that was read from it: it has changed since, or is not there any more."""


@dataclass(frozen=True, slots=True)
class Held:
    """A stored document and the text under which a file was found to hold it."""

    document_id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file that was read to its end, and all documents it gave."""

    path: Path
    state: FileState
    documents: tuple[Held, ...]


class KnownFiles:
    """The tables `files` and `file_documents`; a file forgets itself when one of its documents goes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def documents_of(self, path: Path, state: FileState | None) -> list[str]:
        """Ids of what a file gave when it was read in this very state, in order; empty when it must be read.

        It must be read too when a document is said to come from another file that is gone.
        """
        if state is None:
            return []
        rows = self._database.rows(
            "SELECT d.id, d.source FROM files f JOIN file_documents USING(path) JOIN documents d ON d.id=document_id"
            " WHERE f.path=? AND size=? AND mtime_ns=? AND ctime_ns=? ORDER BY d.rowid",
            (str(path), state.size, state.mtime_ns, state.ctime_ns),
        )
        homes = {file_of(source) for _, source in rows} - {path}
        return [] if any(state_of(home) is None for home in homes) else [row[0] for row in rows]

    def stale(self) -> dict[str, Staleness]:
        """The documents whose file is not as it was when it was read, by id.

        Where the state of the file was not kept, what counts is whether it was written after the document was stored.
        """
        files = self._database.rows("SELECT path, size, mtime_ns, ctime_ns FROM files WHERE size>=0")
        kept = {path: FileState(*state) for path, *state in files}
        now: dict[str, FileState | None] = {}
        found: dict[str, Staleness] = {}
        for document_id, source, ingested_at in self._database.rows("SELECT id, source, ingested_at FROM documents"):
            file = file_name_of(source)
            state = now[file] if file in now else now.setdefault(file, state_of(file))
            if state is None:
                found[document_id] = "gone"
            elif _is_newer(state, kept.get(file), ingested_at):
                found[document_id] = "changed"
        return found

    def holders(self, document_id: str) -> list[Path]:
        """The files in which a document's text stood when they were last read."""
        rows = self._database.rows("SELECT path FROM file_documents WHERE document_id=? ORDER BY path", (document_id,))
        return [Path(row[0]) for row in rows]


def _is_newer(state: FileState, read: FileState | None, ingested_at: str) -> bool:
    return state != read if read else state.mtime_ns > _ns(ingested_at) + _SETTLED_NS


def _ns(moment: str) -> int:
    """An ISO 8601 moment in nanoseconds since 1970."""
    return int(datetime.fromisoformat(moment).timestamp()) * 1_000_000_000


def record(connection: sqlite3.Connection, seen: SeenFile) -> None:
    """Remember what a file gave, in the transaction that stores its last document."""
    path, state = str(seen.path), seen.state
    connection.execute("DELETE FROM files WHERE path=?", (path,))
    connection.execute("INSERT INTO files VALUES(?,?,?,?)", (path, state.size, state.mtime_ns, state.ctime_ns))
    rows = [(path, each.document_id) for each in seen.documents]
    connection.executemany("INSERT OR IGNORE INTO file_documents VALUES(?,?)", rows)
