"""Taking documents out with everything of theirs in hand, and putting the very same rows back.

Nothing is encoded again: ids, text, spans, landmarks, sentences and chunks with their vectors are kept as they were
stored. What is derived of them (signatures, pairs, meetings) is made again by what makes it for new documents.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.document_rows import forget_encoder, remove
from rag.errors import CannotPutBack
from rag.known_files import FileState, Held, SeenFile, record
from rag.records import Document
from rag.store import Store

_OF_A_DOCUMENT = ("spans", "landmarks", "sentences", "chunks")
_AMONG = "IN (SELECT value FROM json_each(?))"

Rows = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class Removed:
    """Documents that were taken out, with their rows as they stood."""

    documents: tuple[Document, ...]
    encoder: str
    heads: Rows
    """The rows of `documents`, each behind its rowid."""
    rows: Mapping[str, Rows]
    """The rows of the other tables, by table."""
    files: tuple[SeenFile, ...]
    """The files that held them, each with all that it gave."""


def take_out(store: Store, document_ids: Sequence[str]) -> Removed:
    """Remove documents in one transaction and hand over what was removed.

    Raises:
        UnknownDocument: one of the ids is not stored; then nothing is removed.
    """
    wanted = json.dumps(sorted(set(document_ids)))
    with store.database.transaction() as connection:
        documents = tuple(store.document(document_id) for document_id in dict.fromkeys(document_ids))
        heads = connection.execute(f"SELECT rowid, * FROM documents WHERE id {_AMONG}", (wanted,)).fetchall()
        rows = {
            table: tuple(connection.execute(f"SELECT * FROM {table} WHERE document_id {_AMONG}", (wanted,)))
            for table in _OF_A_DOCUMENT
        }
        removed = Removed(documents, store.encoder_fingerprint() or "", tuple(heads), rows, _files(connection, wanted))
        remove(connection, [document.id for document in documents])
        forget_encoder(connection)
    return removed


def _files(connection: sqlite3.Connection, wanted: str) -> tuple[SeenFile, ...]:
    paths = f"SELECT path FROM file_documents WHERE document_id {_AMONG}"
    states = connection.execute(f"SELECT path, size, mtime_ns, ctime_ns FROM files WHERE path IN ({paths})", (wanted,))
    held = "SELECT d.id, d.sha256 FROM file_documents f JOIN documents d ON d.id=f.document_id WHERE f.path=?"
    return tuple(
        SeenFile(Path(path), FileState(*state), tuple(Held(*each) for each in connection.execute(held, (path,))))
        for path, *state in states.fetchall()
    )


def put_back(store: Store, removed: Removed) -> None:
    """Store the documents again as they were, in one transaction.

    Raises:
        CannotPutBack: a text, a file or an id of theirs has come in again, or the library was encoded by another
            encoder meanwhile; then nothing is changed.
    """
    with store.database.transaction() as connection:
        _check(connection, store, removed)
        connection.execute("INSERT OR IGNORE INTO meta(key, value) VALUES('encoder', ?)", (removed.encoder,))
        for rowid, *head in removed.heads:
            taken = connection.execute("SELECT 1 FROM documents WHERE rowid=?", (rowid,)).fetchone()
            _insert(connection, "documents", ((*head,),))
            if not taken:  # its place in the order of arrival
                connection.execute("UPDATE documents SET rowid=? WHERE id=?", (rowid, head[0]))
        for table, rows in removed.rows.items():
            _insert(connection, table, rows)
        for seen in removed.files:
            _remember(connection, seen)


def _check(connection: sqlite3.Connection, store: Store, removed: Removed) -> None:
    for document in removed.documents:
        again = "SELECT 1 FROM documents WHERE id=? OR source=? OR sha256=?"
        if connection.execute(again, (document.id, document.source, document.sha256)).fetchone():
            raise CannotPutBack(f"Không hoàn tác được: “{document.title or document.path}” đã được nạp lại.")
    if store.encoder_fingerprint() not in (None, removed.encoder):
        raise CannotPutBack("Không hoàn tác được: kho nay dùng bộ mã hóa khác.", next_step="Hãy nạp lại tệp gốc.")


def _insert(connection: sqlite3.Connection, table: str, rows: Rows) -> None:
    for row in rows[:1]:
        connection.executemany(f"INSERT INTO {table} VALUES({','.join('?' * len(row))})", rows)


def _remember(connection: sqlite3.Connection, seen: SeenFile) -> None:
    """What a file gave; one that was read since, or of which another document has changed, is read again."""
    there = "SELECT 1 FROM documents WHERE id=? AND sha256=?"
    whole = all(connection.execute(there, (each.document_id, each.sha256)).fetchone() for each in seen.documents)
    if whole and not connection.execute("SELECT 1 FROM files WHERE path=?", (str(seen.path),)).fetchone():
        record(connection, seen)
