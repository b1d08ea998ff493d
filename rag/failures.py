"""Files and members that could not be read, kept until they succeed or somebody dismisses them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rag.database import Database
from rag.records import IngestProgress


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be read, and why, in a Vietnamese sentence."""

    source: str
    path: str
    """The name that the user knows it by."""
    reason: str
    failed_at: str
    """When it was tried last, ISO 8601 in UTC."""


class Failures:
    """The table `failures`; what a file that was read to its end gave is settled with it (`document_rows.finish`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Failure]:
        """Newest first."""
        rows = self._database.rows(
            "SELECT source, path, reason, failed_at FROM failures ORDER BY failed_at DESC, path, source"
        )
        return [Failure(*row) for row in rows]

    def note(self, source: str, progress: IngestProgress) -> None:
        """What became of a source: a failure is kept, in place of an earlier one; anything else settles it."""
        if progress.outcome != "failed":
            self.dismiss([source])
            return
        now = datetime.now(UTC).isoformat(timespec="seconds")
        row = (_readable(source), _readable(progress.path), progress.message, now)
        with self._database.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO failures VALUES(?,?,?,?)", row)

    def dismiss(self, sources: Sequence[str]) -> None:
        """Forget these; those that are not there are left alone."""
        with self._database.transaction() as connection:
            connection.executemany("DELETE FROM failures WHERE source=?", [(source,) for source in sources])


def _readable(name: str) -> str:
    """A file's name may be no text at all, which is a reason to fail; `?` stands for those bytes."""
    return name.encode("utf-8", "replace").decode("utf-8")
