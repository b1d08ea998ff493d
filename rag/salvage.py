"""Saves what can be read of a damaged library into a new one, and says what is lost."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from rag.database import storage_errors
from rag.document_rows import NewDocument
from rag.encoding import encoded
from rag.errors import BadInput, HoidapError, LibraryDamaged, ModelError, WrongEncoder
from rag.invariants import of_document
from rag.landmarks import as_read
from rag.library import Library
from rag.preparation import ReadText, prepare
from rag.records import Document, Extracted

if TYPE_CHECKING:
    from rag.settings import Settings

_DERIVED = ("log", "sqlite_sequence")
_BATCH = 500
_FAILURES = 50_000
"""Failed reads after which a table counts as unreadable: with its root page every range of rows is lost."""


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What became of the documents of a damaged library."""

    whole: int
    """Taken over with their vectors."""
    encoded: int
    """Their text was whole; the rest was made again."""
    lost: tuple[str, ...]
    """Where the lost ones came from, or their ids where not even that can be read."""


def salvage(settings: Settings, target: Path) -> Salvaged:
    """Copy every readable document of the library of `settings` into the empty folder `target`.

    The damaged library is not touched. The encoder is loaded only for documents whose text is whole and whose
    other rows are not.

    Raises:
        BadInput: there is a library in `target` already.
        LibraryDamaged: not even the table of contents can be read.
        StorageError: `target` cannot be written.
    """
    if (target / "hoidap.sqlite").exists():
        raise BadInput(f"“{target}” đã có một kho.", next_step="Hãy chọn một thư mục mới.")
    with Library(settings.model_copy(update={"data": target})) as library:
        library.store.last_seq()
        with storage_errors(), TemporaryDirectory(dir=target) as scratch:
            _copy_rows(settings.data, Path(scratch), library)
        known = _remove_orphans(library)
        library.chats.forget_turns(library.chats.damaged())
        result = _keep_whole(library, known)
        library.indexes.refresh()
    return result


def _copy_rows(data: Path, scratch: Path, library: Library) -> None:
    """All rows that can be read, from a copy of the files: opening a database changes it."""
    for end in ("", "-wal"):
        if (data / f"hoidap.sqlite{end}").exists():
            shutil.copy(data / f"hoidap.sqlite{end}", scratch)
    new = library.database.connection()
    new.execute("PRAGMA foreign_keys=OFF")
    with closing(sqlite3.connect(scratch / "hoidap.sqlite")) as old:
        # A bad byte in a text must not stop the reading of its row; the checksum tells.
        old.text_factory = lambda raw: raw.decode("utf-8", "replace")
        try:
            there = {name for (name,) in old.execute("SELECT name FROM sqlite_schema WHERE type='table'")}
        except sqlite3.DatabaseError as error:
            raise LibraryDamaged(
                "Phần đầu cơ sở dữ liệu bị hỏng, không cứu được gì.",
                next_step="Hãy phục hồi bằng `hoidap restore TỆP`, hoặc nạp lại các tệp gốc vào kho mới.",
                detail=str(error),
            ) from error
        for (table,) in new.execute("SELECT name FROM sqlite_schema WHERE type='table'").fetchall():
            if table in there and table not in _DERIVED:
                _copy_table(old, new, table)
    new.execute("PRAGMA foreign_keys=ON")


def _copy_table(old: sqlite3.Connection, new: sqlite3.Connection, table: str) -> None:
    columns = [row[1] for row in new.execute(f"PRAGMA table_info({table})")]
    # A column that is newer than the damaged database has its default.
    columns = [name for name in columns if name in {row[1] for row in old.execute(f"PRAGMA table_info({table})")}]
    names = ", ".join(f'"{name}"' for name in columns)
    insert = f"INSERT OR IGNORE INTO {table}({names}) VALUES({','.join('?' * len(columns))})"
    key = _key(new, table)
    new.execute("BEGIN IMMEDIATE")
    for rows in _readable(old, table, names, key):
        for row in rows:
            try:
                new.execute(insert, row)
            except sqlite3.IntegrityError:
                continue  # A flipped bit made the row impossible.
    new.execute("COMMIT")


def _key(connection: sqlite3.Connection, table: str) -> str:
    """What a table is ordered by: its rowid, or its primary key where it has none."""
    keyed = [row for row in connection.execute(f"PRAGMA table_info({table})") if row[5]]
    listed = {row[1]: row[4] for row in connection.execute("PRAGMA table_list")}
    if not listed.get(table):
        return "rowid"
    return ", ".join(f'"{row[1]}"' for row in sorted(keyed, key=lambda row: row[5]))


def _readable(old: sqlite3.Connection, table: str, names: str, key: str) -> Iterator[list[tuple[object, ...]]]:
    """The rows of a table around its damaged pages: by halving where it has a rowid, else from both ends."""
    if key == "rowid":
        sql = f"SELECT {names} FROM {table} NOT INDEXED WHERE rowid BETWEEN ? AND ?"
        yield from _halved(old, sql, 1, _last(old, table))
        return
    down = ", ".join(f"{part} DESC" for part in key.split(", "))
    for order in (key, down):
        yield from _until_damage(old, f"SELECT {names} FROM {table} ORDER BY {order}")


def _last(old: sqlite3.Connection, table: str) -> int:
    """A rowid that no row is above; a power of two when the end of the table cannot be read."""
    try:
        return int(old.execute(f"SELECT coalesce(max(rowid), 0) FROM {table}").fetchone()[0])
    except sqlite3.DatabaseError:
        return 2**40


def _halved(old: sqlite3.Connection, sql: str, first: int, last: int) -> Iterator[list[tuple[object, ...]]]:
    waiting, failures = [(first, last)], 0
    while waiting and failures < _FAILURES:
        low, high = waiting.pop()
        try:
            rows = old.execute(f"{sql} LIMIT {_BATCH}", (low, high)).fetchall()
        except sqlite3.DatabaseError:
            rows, failures = None, failures + 1
        if rows is not None and len(rows) < _BATCH:
            yield rows
        elif low < high:
            middle = (low + high) // 2
            waiting += [(middle + 1, high), (low, middle)]


def _until_damage(old: sqlite3.Connection, sql: str) -> Iterator[list[tuple[object, ...]]]:
    try:
        cursor = old.execute(sql)
        while rows := cursor.fetchmany(1):
            yield rows
    except sqlite3.DatabaseError:
        return


def _remove_orphans(library: Library) -> dict[str, str]:
    """Drop rows without their document; of each such document its id, and where it came from if that is known."""
    lost: dict[str, str] = {}
    with library.database.transaction() as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type='table'")]
        orphaned = "document_id NOT IN (SELECT id FROM documents)"
        for table in sorted(tables, key=lambda name: name == "file_documents"):
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            if "document_id" not in columns:
                continue
            where = "path" if table == "file_documents" else "document_id"
            for key, place in connection.execute(f"SELECT DISTINCT document_id, {where} FROM {table} WHERE {orphaned}"):
                lost[key] = place
            connection.execute(f"DELETE FROM {table} WHERE {orphaned}")
        connection.execute("DELETE FROM files WHERE path NOT IN (SELECT path FROM file_documents)")
        # Of a turn without its chat nobody knows whose it is.
        connection.execute("DELETE FROM chat_turns WHERE chat_id NOT IN (SELECT id FROM chats)")
    return lost


def _keep_whole(library: Library, lost: dict[str, str]) -> Salvaged:
    """Documents that keep every promise stay; others are made again from their text, or go."""
    again: list[tuple[Document, Extracted]] = []
    documents = library.documents()
    broken = [document for document in documents if next(of_document(library.store, document), None)]
    for document in broken:
        try:
            text = library.text(document.id)
            again.append((document, as_read(document, text, library.landmarks(document.id))))
        except HoidapError:
            lost[document.id] = document.source
    library.store.delete([document.id for document in broken])
    made, failed = _encode_again(library, again)
    return Salvaged(len(documents) - len(broken), made, tuple(sorted([*lost.values(), *failed])))


def _encode_again(library: Library, documents: Sequence[tuple[Document, Extracted]]) -> tuple[int, list[str]]:
    failed = []
    for document, extracted in documents:
        read = ReadText(document.source, document.path, extracted, document.sha256)
        try:
            new = next(encoded(library, [prepare(read)]))
        except (ModelError, WrongEncoder):
            new = None
        if isinstance(new, NewDocument):
            library.store.replace(new, encoder=library.encoder.fingerprint)
        else:
            failed.append(document.source)
    return len(documents) - len(failed), failed
