"""Vector indexes: inner product over rows with ids. FAISS for the product, numpy for the tests.

Scores are inner products of unit vectors, that is cosines.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, Self

import numpy as np

from embeddings.checksum import CorruptedIndex, save_checked, verify_checksum
from embeddings.faiss_index import FaissIndex
from embeddings.growing import GrowingIndex
from embeddings.vectors import Floats, Ids, Neighbour, best_first, check_rows, check_vector

__all__ = ["CorruptedIndex", "ExactIndex", "FaissIndex", "GrowingIndex", "Neighbour", "VectorIndex"]


class VectorIndex(Protocol):
    """Rows of unit vectors by id."""

    @property
    def dimension(self) -> int: ...

    @property
    def count(self) -> int: ...

    @property
    def ids(self) -> Ids:
        """int64 (count,), rising."""
        ...

    def add(self, ids: Ids, vectors: Floats) -> None:
        """Add rows: int64 (n,), float32 (n, dimension); a row whose id is there is replaced.

        Raises:
            ValueError: shapes do not fit or an id comes twice.
        """
        ...

    def remove(self, ids: Ids) -> None:
        """Drop rows, int64 (n,); unknown ids are ignored."""
        ...

    def search(self, vector: Floats, k: int, among: Ids | None = None) -> list[Neighbour]:
        """The `k` nearest rows of a float32 (dimension,) vector, or all if fewer: best first, then by id.

        Args:
            among: only these rows, int64 (n,); unknown ids are ignored.
        """
        ...

    def save(self, path: Path) -> None:
        """Replace `path` in one step; a crash leaves the old file or the new one."""
        ...

    @classmethod
    def load(cls, path: Path) -> Self:
        """What `save` wrote.

        Raises:
            CorruptedIndex: cut short, flipped bits, or not such a file.
            OSError: it cannot be read.
        """
        ...


class ExactIndex:
    """The numpy index that ships for tests: one matrix, sorted by id."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._ids: Ids = np.empty(0, dtype=np.int64)
        self._vectors: Floats = np.empty((0, dimension), dtype=np.float32)

    @property
    def count(self) -> int:
        return len(self._ids)

    @property
    def ids(self) -> Ids:
        return np.sort(self._ids)

    def add(self, ids: Ids, vectors: Floats) -> None:
        check_rows(ids, vectors, dimension=self.dimension)
        self.remove(ids)
        self._ids = np.concatenate([self._ids, ids])
        self._vectors = np.concatenate([self._vectors, vectors])

    def remove(self, ids: Ids) -> None:
        keep = ~np.isin(self._ids, ids)
        self._ids, self._vectors = self._ids[keep], self._vectors[keep]

    def search(self, vector: Floats, k: int, among: Ids | None = None) -> list[Neighbour]:
        check_vector(vector, dimension=self.dimension)
        found = best_first(self._ids, self._vectors @ vector)
        return [n for n in found if among is None or n.id in among][: max(k, 0)]

    def save(self, path: Path) -> None:
        save_checked(path, self._write)

    def _write(self, path: Path) -> None:
        with path.open("wb") as file:
            np.save(file, self._ids)
            np.save(file, self._vectors)

    @classmethod
    def load(cls, path: Path) -> Self:
        verify_checksum(path)
        with path.open("rb") as file:
            ids, vectors = np.load(file), np.load(file)
        index = cls(vectors.shape[1])
        index.add(ids, vectors)
        return index
