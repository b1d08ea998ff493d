"""The rows of a document, written inside a transaction that `rag.store` holds."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.known_files import SeenFile, record
from rag.records import Landmark, Published, Span
from rag.sources import CONTAINERS, WITHIN

Vectors = npt.NDArray[np.float32]

DOCUMENT = (
    "id, title, title_start, title_end, path, source, published, published_precision, published_source,"
    " sha256, characters, ingested_at"
)


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document as ingest hands it over; vectors are float32 with unit rows, stored as fp16."""

    source: str
    path: str
    text: str
    title_start: int
    title_end: int
    published: Published | None
    spans: tuple[Span, ...]
    sentences: tuple[Span, ...]
    sentence_vectors: Vectors
    chunks: tuple[tuple[int, int], ...]
    chunk_vectors: Vectors
    landmarks: tuple[Landmark, ...] = ()

    @property
    def id(self) -> str:
        """The id that a new document gets, unless a moved one has it already."""
        return id_of(self.source)

    @property
    def sha256(self) -> str:
        return text_sha256(self.text)


def text_sha256(text: str) -> str:
    """The sha256 of a document's text in UTF-8, hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def remove(connection: sqlite3.Connection, document_ids: Sequence[str]) -> None:
    """Delete documents; their rows go by cascade, which fires the triggers of the change log too."""
    connection.executemany("DELETE FROM documents WHERE id=?", [(document_id,) for document_id in document_ids])


def forget_encoder(connection: sqlite3.Connection) -> None:
    """A library without documents may be filled by another encoder."""
    connection.execute("DELETE FROM meta WHERE key='encoder' AND NOT EXISTS (SELECT 1 FROM documents)")


def lying_in(path: Path) -> tuple[str, tuple[str, str, str]]:
    """The condition on a source that lies in a file, with its parameters."""
    inside = f"{path}{WITHIN}"
    return "(source=? OR (source>? AND source<?))", (str(path), inside, inside[:-1] + chr(ord(inside[-1]) + 1))


def holdings(connection: sqlite3.Connection, document_id: str) -> list[str]:
    """The files that hold a document."""
    found = connection.execute("SELECT path FROM file_documents WHERE document_id=?", (document_id,))
    return [row[0] for row in found]


def hold_again(connection: sqlite3.Connection, paths: Sequence[str], document_id: str) -> None:
    """Files that held a text before it was stored anew hold it still; they are read again."""
    connection.executemany("INSERT OR IGNORE INTO files VALUES(?,-1,-1,-1)", [(path,) for path in paths])
    connection.executemany("INSERT OR IGNORE INTO file_documents VALUES(?,?)", [(path, document_id) for path in paths])


def give_up(connection: sqlite3.Connection, document_id: str, path: str) -> None:
    """A file no longer holds a document: it stays with another file that held it when last read, or goes."""
    holder = "SELECT path FROM file_documents WHERE document_id=? AND path<>? ORDER BY path"
    holders = [row for row in connection.execute(holder, (document_id, path)) if not row[0].endswith(CONTAINERS)]
    # A container is forgotten with the document instead: it is read again, for only then is the member's name known.
    if other := next(iter(holders), None):
        source, relative = connection.execute(
            "SELECT source, path FROM documents WHERE id=?", (document_id,)
        ).fetchone()
        name = other[0].removeprefix(source.removesuffix(relative))
        moved = "UPDATE OR IGNORE documents SET source=?, path=? WHERE id=?"
        if connection.execute(moved, (other[0], name, document_id)).rowcount:
            connection.execute("DELETE FROM files WHERE path=?", (path,))
            return
    remove(connection, [document_id])


def finish(connection: sqlite3.Connection, seen: SeenFile) -> None:
    condition, parameters = lying_in(seen.path)
    stored = [row[0] for row in connection.execute(f"SELECT id FROM documents WHERE {condition}", parameters)]
    held = {each.document_id for each in seen.documents}
    for each in stored:
        if each not in held:
            give_up(connection, each, str(seen.path))
    connection.execute(f"DELETE FROM failures WHERE {condition}", parameters)
    record(connection, seen)


def free_id(connection: sqlite3.Connection, wanted: str) -> str:
    """The id made of a source, or one made of it in turn: a moved document keeps the id of its first source."""
    while connection.execute("SELECT 1 FROM documents WHERE id=?", (wanted,)).fetchone():
        wanted = id_of(wanted)
    return wanted


def id_of(source: str) -> str:
    return hashlib.sha256(source.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def insert(connection: sqlite3.Connection, document_id: str, document: NewDocument) -> None:
    row = (document_id, *_row(document))
    connection.execute(f"INSERT INTO documents({DOCUMENT}, text) VALUES({','.join('?' * 13)})", row)
    connection.executemany(
        "INSERT INTO spans VALUES(?,?,?,?)", [(document_id, s.start, s.end, s.kind) for s in document.spans]
    )
    connection.executemany(
        "INSERT INTO landmarks VALUES(?,?,?,?,?)",
        [(document_id, at, m.start, m.kind, m.label) for at, m in enumerate(document.landmarks)],
    )
    connection.executemany(
        'INSERT INTO sentences(document_id, ordinal, start, "end", kind, vector) VALUES(?,?,?,?,?,?)',
        [
            (document_id, at, s.start, s.end, s.kind, _blob(document.sentence_vectors[at]))
            for at, s in enumerate(document.sentences)
        ],
    )
    connection.executemany(
        'INSERT INTO chunks(document_id, start, "end", vector) VALUES(?,?,?,?)',
        [(document_id, *c, _blob(document.chunk_vectors[at])) for at, c in enumerate(document.chunks)],
    )


def _row(document: NewDocument) -> tuple[Any, ...]:
    """The columns after the id."""
    published = document.published
    return (
        document.text[document.title_start : document.title_end],
        document.title_start,
        document.title_end,
        document.path,
        document.source,
        published.value if published else None,
        published.precision if published else None,
        published.source if published else None,
        document.sha256,
        len(document.text),
        datetime.now(UTC).isoformat(timespec="seconds"),
        document.text,
    )


def _blob(vector: Vectors) -> bytes:
    return vector.astype(np.float16).tobytes()
