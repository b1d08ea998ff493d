"""Vector indexes: exact inner product over rows with ids. FAISS for the product, numpy for the tests.

Scores are inner products of unit vectors, that is cosines. A saved file ends with the SHA-256 of
everything before it: FAISS itself loads flipped bits without a word.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self, cast

import numpy as np
from numpy.typing import NDArray

CHECKSUM_BYTES = 32
CHUNK = 1 << 20

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]


class CorruptedIndex(Exception):
    """The file is not what was saved; rebuild it."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A found row and its cosine."""

    id: int
    score: float


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


class FaissIndex:
    """FAISS, exact, rows kept as float16: scores differ from float32 by less than 0.001."""

    def __init__(self, dimension: int) -> None:
        faiss = _faiss()
        rows = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        self._index = faiss.IndexIDMap2(rows)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    @property
    def count(self) -> int:
        return int(self._index.ntotal)

    @property
    def ids(self) -> Ids:
        return np.sort(np.asarray(_faiss().vector_to_array(self._index.id_map), dtype=np.int64))

    def add(self, ids: Ids, vectors: Floats) -> None:
        check_rows(ids, vectors, dimension=self.dimension)
        if len(ids):
            self.remove(ids)
            self._index.add_with_ids(np.ascontiguousarray(vectors), ids)

    def remove(self, ids: Ids) -> None:
        if len(ids):
            self._index.remove_ids(np.asarray(ids, dtype=np.int64))

    def search(self, vector: Floats, k: int, among: Ids | None = None) -> list[Neighbour]:
        check_vector(vector, dimension=self.dimension)
        wanted = min(k, self.count)
        if wanted <= 0:
            return []
        if among is None:
            scores, ids = self._index.search(vector.reshape(1, -1), wanted)
            return best_first(ids[0], scores[0])
        chosen = _faiss().SearchParameters(sel=_faiss().IDSelectorBatch(among))
        scores, ids = self._index.search(vector.reshape(1, -1), wanted, params=chosen)
        there = ids[0] >= 0  # rows that were not found are -1
        return best_first(ids[0][there], scores[0][there])

    def save(self, path: Path) -> None:
        faiss = _faiss()
        save_checked(path, lambda half: faiss.write_index(self._index, str(half)))

    @classmethod
    def load(cls, path: Path) -> Self:
        verify_checksum(path)
        loaded = cls.__new__(cls)
        try:
            loaded._index = _faiss().read_index(str(path))
        except RuntimeError as error:
            raise CorruptedIndex(f"{path}: {error}") from error
        return loaded


def _faiss() -> Any:
    try:
        import faiss
    except ImportError as error:
        raise ImportError("the vector index needs: pip install faiss-cpu") from error
    return faiss


def check_rows(ids: Ids, vectors: Floats, *, dimension: int) -> None:
    """Raise ValueError unless int64 (n,) and float32 (n, dimension) belong together."""
    if ids.ndim != 1 or ids.dtype != np.int64:
        raise ValueError(f"ids must be int64 (n,), not {ids.dtype} {ids.shape}")
    if vectors.shape != (len(ids), dimension) or vectors.dtype != np.float32:
        raise ValueError(f"vectors must be float32 ({len(ids)}, {dimension}), not {vectors.dtype} {vectors.shape}")
    if len(np.unique(ids)) != len(ids):
        raise ValueError("an id comes twice")


def check_vector(vector: Floats, *, dimension: int) -> None:
    """Raise ValueError unless float32 (dimension,)."""
    if vector.shape != (dimension,) or vector.dtype != np.float32:
        raise ValueError(f"vector must be float32 ({dimension},), not {vector.dtype} {vector.shape}")


def best_first(ids: Ids, scores: Floats) -> list[Neighbour]:
    """Neighbours by falling score, equal scores by rising id."""
    order = np.lexsort((ids, -scores))
    return [Neighbour(int(ids[at]), float(scores[at])) for at in order]


def save_checked(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a file beside `path`, append its checksum, and put it in place in one step."""
    half = path.with_name(path.name + ".half")
    write(half)
    with half.open("r+b") as file:
        checksum = hashlib.file_digest(cast(Any, file), "sha256").digest()
        file.seek(0, os.SEEK_END)
        file.write(checksum)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def verify_checksum(path: Path) -> None:
    """Raise CorruptedIndex unless the file ends with the SHA-256 of what stands before."""
    left = path.stat().st_size - CHECKSUM_BYTES
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while left > 0:
            block = file.read(min(CHUNK, left))
            digest.update(block)
            left -= len(block)
        if left < 0 or file.read() != digest.digest():
            raise CorruptedIndex(f"{path} is cut short or damaged")
