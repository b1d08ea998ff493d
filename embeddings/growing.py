"""The index that a library uses: exact while it is small, lists in a file beyond, without an interruption between.

What came in since the lists were made is searched exactly beside them, what went is left out. The lists
themselves never change: `outgrown` says when new ones are due, and whoever owns the index makes them.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Self

import numpy as np

from embeddings.checksum import CHECKSUM_BYTES, CorruptedIndex, save_checked, verify_checksum
from embeddings.faiss_index import FaissIndex
from embeddings.listed_rows import ListedRows
from embeddings.vectors import Floats, Ids, Neighbour, check_rows

_LENGTH_BYTES = 8


class GrowingIndex:
    """FAISS: exact rows, and beside them perhaps `ListedRows` that hold most."""

    exact = 100_000
    """Rows up to which all are compared: about 6 ms on one thread."""
    recent_share, gone_share = 0.1, 0.2
    """Of the listed rows: so many may come, or go, before new lists are due."""

    def __init__(self, dimension: int) -> None:
        self._recent = FaissIndex(dimension)
        self._listed: ListedRows | None = None
        self._gone: Ids = np.empty(0, dtype=np.int64)

    @classmethod
    def on(cls, listed: ListedRows) -> Self:
        """An index of exactly the rows of a file."""
        index = cls(listed.dimension)
        index._listed = listed
        return index

    @property
    def dimension(self) -> int:
        return self._recent.dimension

    @property
    def count(self) -> int:
        return self._recent.count + (self._listed.count - len(self._gone) if self._listed else 0)

    @property
    def ids(self) -> Ids:
        if self._listed is None:
            return self._recent.ids
        living = np.setdiff1d(self._listed.ids, self._gone, assume_unique=True)
        return np.union1d(self._recent.ids, living)

    @property
    def lists(self) -> str:
        """The name of the file of lists that this index needs beside its own; empty without one."""
        return self._listed.path.name if self._listed else ""

    @property
    def outgrown(self) -> bool:
        """Whether lists, or new ones, would make search quicker."""
        if self._listed is None:
            return self._recent.count > self.exact
        grown = self._recent.count > max(self.exact, self.recent_share * self._listed.count)
        return grown or len(self._gone) > self.gone_share * self._listed.count

    def add(self, ids: Ids, vectors: Floats) -> None:
        check_rows(ids, vectors, dimension=self.dimension)
        self.remove(ids)
        self._recent.add(ids, vectors)

    def remove(self, ids: Ids) -> None:
        self._recent.remove(ids)
        if self._listed is not None:
            self._gone = np.union1d(self._gone, self._listed.having(ids))

    def search(self, vector: Floats, k: int, among: Ids | None = None) -> list[Neighbour]:
        found = self._recent.search(vector, k, among)
        if self._listed is None:
            return found
        if among is None:
            found += self._listed.search(vector, k, without=self._gone)
        else:
            found += self._listed.among(vector, k, np.setdiff1d(among, self._gone))
        return sorted(found, key=lambda each: (-each.score, each.id))[: max(k, 0)]

    def save(self, path: Path) -> None:
        save_checked(path, self._write)

    def _write(self, path: Path) -> None:
        """The recent rows, then the ids that are gone, then what is needed to read both."""
        self._recent.write(path)
        notes = json.dumps({"lists": self.lists, "gone": len(self._gone)}).encode()
        with path.open("ab") as file:
            file.write(self._gone.tobytes() + notes + len(notes).to_bytes(_LENGTH_BYTES, "little"))

    @classmethod
    def load(cls, path: Path) -> Self:
        verify_checksum(path)
        index = cls.__new__(cls)
        index._recent = FaissIndex.read(path)
        try:
            lists, index._gone = _read_end(path)
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise CorruptedIndex(f"{path}: {error}") from error
        index._listed = ListedRows(path.with_name(lists)) if lists else None
        if index._listed is not None and index._listed.dimension != index.dimension:
            raise CorruptedIndex(f"{path}: its lists have another dimension")
        return index


def _read_end(path: Path) -> tuple[str, Ids]:
    """The name of the lists and the ids that are gone."""
    with path.open("rb") as file:
        end = file.seek(-CHECKSUM_BYTES - _LENGTH_BYTES, os.SEEK_END)
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        file.seek(end - length)
        notes = json.loads(file.read(length).decode("ascii"))
        file.seek(end - length - 8 * notes["gone"])
        return str(notes["lists"]), np.frombuffer(file.read(8 * notes["gone"]), dtype=np.int64)
