"""The index that a library uses: exact while it is small, `KeptRows` beyond, without an interruption between.

What came in since the file of kept rows was made is compared exactly beside it, what went is left out. The file itself
never changes: `outgrown` says when a new one is due, and whoever owns the index makes it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Self

import numpy as np

from embeddings.checksum import CHECKSUM_BYTES, CorruptedIndex, save_checked, verify_checksum
from embeddings.faiss_index import FaissIndex
from embeddings.kept_rows import KeptRows
from embeddings.vectors import Floats, Ids, Neighbour, check_rows

_LENGTH_BYTES = 8


class GrowingIndex:
    """FAISS: exact rows, and beside them perhaps `KeptRows` that are most."""

    exact = 50_000
    """Rows up to which all are compared, in 3.4 ms: from here on sketches are quicker."""
    recent_share, gone_share = 0.1, 0.2
    """Of the kept rows: so many may come, or go, before a new file is due."""

    def __init__(self, dimension: int) -> None:
        self._recent = FaissIndex(dimension)
        self._kept: KeptRows | None = None
        self._gone: Ids = np.empty(0, dtype=np.int64)

    @classmethod
    def on(cls, kept: KeptRows) -> Self:
        """An index of exactly the rows of a file."""
        index = cls(kept.dimension)
        index._kept = kept
        return index

    @property
    def dimension(self) -> int:
        return self._recent.dimension

    @property
    def count(self) -> int:
        return self._recent.count + (self._kept.count - len(self._gone) if self._kept else 0)

    @property
    def ids(self) -> Ids:
        if self._kept is None:
            return self._recent.ids
        living = np.setdiff1d(self._kept.ids, self._gone, assume_unique=True)
        return np.union1d(self._recent.ids, living)

    @property
    def kept(self) -> str:
        """The name of the file of kept rows that this index needs beside its own; empty without one."""
        return self._kept.path.name if self._kept else ""

    @property
    def outgrown(self) -> bool:
        """Whether a file of kept rows, or a new one, would make search quicker."""
        if self._kept is None:
            return self._recent.count > self.exact
        grown = self._recent.count > max(self.exact, self.recent_share * self._kept.count)
        return grown or len(self._gone) > self.gone_share * self._kept.count

    def add(self, ids: Ids, vectors: Floats) -> None:
        check_rows(ids, vectors, dimension=self.dimension)
        self.remove(ids)
        self._recent.add(ids, vectors)

    def remove(self, ids: Ids) -> None:
        self._recent.remove(ids)
        if self._kept is not None:
            self._gone = np.union1d(self._gone, self._kept.having(ids))

    def search(self, vector: Floats, k: int, among: Ids | None = None) -> list[Neighbour]:
        found = self._recent.search(vector, k, among)
        if self._kept is None:
            return found
        if among is None:
            found += self._kept.search(vector, k, without=self._gone)
        else:
            found += self._kept.among(vector, k, np.setdiff1d(among, self._gone))
        return sorted(found, key=lambda each: (-each.score, each.id))[: max(k, 0)]

    def save(self, path: Path) -> None:
        save_checked(path, self._write)

    def _write(self, path: Path) -> None:
        """The recent rows, then the ids that are gone, then what is needed to read both."""
        self._recent.write(path)
        notes = json.dumps({"kept": self.kept, "gone": len(self._gone)}).encode()
        with path.open("ab") as file:
            file.write(self._gone.tobytes() + notes + len(notes).to_bytes(_LENGTH_BYTES, "little"))

    @classmethod
    def load(cls, path: Path) -> Self:
        verify_checksum(path)
        index = cls.__new__(cls)
        index._recent = FaissIndex.read(path)
        try:
            kept, index._gone = _read_end(path)
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise CorruptedIndex(f"{path}: {error}") from error
        index._kept = KeptRows(path.with_name(kept)) if kept else None
        if index._kept is not None and index._kept.dimension != index.dimension:
            raise CorruptedIndex(f"{path}: its kept rows have another dimension")
        return index


def _read_end(path: Path) -> tuple[str, Ids]:
    """The name of the kept rows and the ids that are gone."""
    with path.open("rb") as file:
        end = file.seek(-CHECKSUM_BYTES - _LENGTH_BYTES, os.SEEK_END)
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        file.seek(end - length)
        notes = json.loads(file.read(length).decode("ascii"))
        file.seek(end - length - 8 * notes["gone"])
        return str(notes["kept"]), np.frombuffer(file.read(8 * notes["gone"]), dtype=np.int64)
