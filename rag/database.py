"""The SQLite file: connections, transactions, snapshots, and its errors in our words."""

from __future__ import annotations

import errno
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.errors import DiskFull, HoidapError, LibraryBusy, LibraryDamaged, StorageError
from rag.files import exclusive, is_writable
from rag.migrations import is_current, migrate

_DAMAGE = ("malformed", "not a database", "corrupt", "could not decode to utf-8", "unsupported file format")


@contextmanager
def storage_errors() -> Iterator[None]:
    """Translate what SQLite and the file system say into our errors."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise translated(error) from error


def translated(error: Exception) -> HoidapError:
    """Our error for what a failed read or write says."""
    text = str(error).lower()
    no_room = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
    if no_room or "disk is full" in text or "no space left" in text:
        return DiskFull(detail=str(error))
    if "locked" in text or "busy" in text:
        return LibraryBusy(detail=str(error))
    if isinstance(error, sqlite3.Error) and any(sign in text for sign in _DAMAGE):
        return LibraryDamaged(detail=str(error))
    return StorageError(detail=str(error))


class Database:
    """One SQLite file in WAL mode; one writer, many readers, over threads and processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._lock = threading.Lock()

    def connection(self) -> sqlite3.Connection:
        """This thread's own connection, opened and migrated on first use."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._open()
            self._local.connection = connection
            self._keep(connection)
        return connection

    def _keep(self, connection: sqlite3.Connection) -> None:
        """Servers make and end threads all the time: those that ended leave no connection open."""
        with self._lock:
            for thread in [thread for thread in self._connections if not thread.is_alive()]:
                self._connections.pop(thread).close()
            self._connections[threading.current_thread()] = connection

    def _open(self) -> sqlite3.Connection:
        with storage_errors():
            try:
                if is_writable(self.path) and is_writable(self.path.parent):
                    return self._open_to_write()
                return self._open_to_read()
            except ValueError as error:
                raise StorageError(
                    "Kho được tạo bởi phiên bản hoidap mới hơn.", next_step="Hãy cập nhật hoidap.", detail=str(error)
                ) from error

    def _open_to_write(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=10, isolation_level=None, check_same_thread=False)
        try:
            # The switch to WAL has no busy handler: the first openers take turns.
            with exclusive(self.path.with_suffix(".lock")):
                for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                    connection.execute(f"PRAGMA {pragma}")
                migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _open_to_read(self) -> sqlite3.Connection:
        """A folder of somebody else: nothing is locked, migrated or written."""
        # Without a log beside it nobody has the database open, and SQLite may not make one here.
        alone = not self.path.with_name(f"{self.path.name}-wal").exists()
        uri = f"{self.path.absolute().as_uri()}?mode=ro{'&immutable=1' if alone else ''}"
        connection = sqlite3.connect(uri, uri=True, timeout=10, isolation_level=None, check_same_thread=False)
        try:
            current = is_current(connection)
        except BaseException:
            connection.close()
            raise
        if not current:
            connection.close()
            raise StorageError("Kho do phiên bản hoidap cũ tạo và bạn không có quyền ghi để nâng cấp.")
        return connection

    def close(self) -> None:
        """Close every connection; the database can be used again afterwards."""
        with self._lock:
            for connection in self._connections.values():
                connection.close()
            self._connections.clear()
            self._local = threading.local()

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows that a query gives."""
        with storage_errors():
            return self.connection().execute(sql, parameters).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Everything inside is stored, or nothing of it; other writers wait."""
        connection = self.connection()
        with storage_errors():
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that this thread reads inside is of one moment, whatever others write meanwhile."""
        connection = self.connection()
        if connection.in_transaction:
            yield
            return
        with storage_errors():
            connection.execute("BEGIN")
            try:
                yield
            finally:
                connection.execute("COMMIT")

    def integrity(self) -> str:
        """`ok`, or what SQLite's own check finds first."""
        return str(self.rows("PRAGMA integrity_check")[0][0])
