"""What FAISS does for the vector indexes; the only module that imports it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from embeddings.checksum import CorruptedIndex, save_checked, verify_checksum
from embeddings.vectors import Floats, Ids, Neighbour, best_first, check_rows, check_vector


class FaissIndex:
    """Exact search, rows kept as float16: scores differ from float32 by less than 0.001."""

    def __init__(self, dimension: int) -> None:
        faiss = _faiss()
        rows = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        self._index = faiss.IndexIDMap2(rows)
        self._known: set[int] = set()

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    @property
    def count(self) -> int:
        return int(self._index.ntotal)

    @property
    def ids(self) -> Ids:
        return np.array(sorted(self._known), dtype=np.int64)

    def add(self, ids: Ids, vectors: Floats) -> None:
        check_rows(ids, vectors, dimension=self.dimension)
        if len(ids):
            self.remove(ids)
            self._index.add_with_ids(np.ascontiguousarray(vectors), ids)
            self._known.update(ids.tolist())

    def remove(self, ids: Ids) -> None:
        # FAISS goes through all its rows and ids, even for an id that it does not have.
        here = self._known.intersection(ids.tolist())
        if here:
            self._index.remove_ids(np.array(list(here), dtype=np.int64))
            self._known -= here

    def search(self, vector: Floats, k: int, among: Ids | None = None) -> list[Neighbour]:
        check_vector(vector, dimension=self.dimension)
        faiss, wanted = _faiss(), min(k, self.count)
        if wanted <= 0:
            return []
        if among is None:
            scores, ids = self._index.search(vector.reshape(1, -1), wanted)
            return best_first(ids[0], scores[0])
        chosen = faiss.SearchParameters(sel=faiss.IDSelectorBatch(among))
        scores, ids = self._index.search(vector.reshape(1, -1), wanted, params=chosen)
        return _there(scores[0], ids[0])

    def save(self, path: Path) -> None:
        save_checked(path, self.write)

    def write(self, path: Path) -> None:
        """The rows as FAISS writes them, without a checksum."""
        _faiss().write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> Self:
        verify_checksum(path)
        return cls.read(path)

    @classmethod
    def read(cls, path: Path) -> Self:
        """What `write` wrote at the beginning of a file whose checksum was verified.

        Raises:
            CorruptedIndex: it is no such file all the same.
        """
        loaded = cls.__new__(cls)
        try:
            loaded._index = _faiss().read_index(str(path))
        except RuntimeError as error:
            raise CorruptedIndex(f"{path}: {error}") from error
        loaded._known = set(_faiss().vector_to_array(loaded._index.id_map).tolist())
        return loaded


class Sketches:
    """Four bits of each coordinate of many rows, which are compared 32 rows at a time: a million in 16 ms.

    Rows are turned, so that every coordinate carries as much, and taken from their mean, so that bits are spent on
    what differs between them; neither changes the order of inner products.
    """

    def __init__(self, frame: Floats, index: Any) -> None:
        self.frame = frame
        """float32 (dimension + 1, dimension): the mean, then the turn."""
        self._index = index

    @classmethod
    def trained(cls, sample: Floats) -> Self:
        """For rows like float32 (n, dimension), which are not kept; n of 16 or more."""
        faiss, dimension = _faiss(), sample.shape[1]
        chance = np.random.default_rng(0)
        turn = np.linalg.qr(chance.normal(size=(dimension, dimension)))[0].astype(np.float32)
        index = faiss.IndexPQFastScan(dimension, dimension, 4, faiss.METRIC_INNER_PRODUCT)
        made = cls(np.concatenate([sample.mean(axis=0)[None], turn]), index)
        index.train(made._turned(sample))
        return made

    def _turned(self, rows: Floats) -> Floats:
        return np.ascontiguousarray((rows - self.frame[0]) @ self.frame[1:])

    def add(self, rows: Floats) -> None:
        """Sketch float32 (n, dimension) rows behind those that are there."""
        _faiss()
        self._index.add(self._turned(rows))

    def nearest(self, vector: Floats, k: int) -> Ids:
        """The places of the `k` rows that seem nearest, or of all if fewer, int64, the likeliest first."""
        _faiss()
        k = min(k, int(self._index.ntotal))
        if k <= 0:
            return np.empty(0, dtype=np.int64)
        found: Ids = self._index.search((vector @ self.frame[1:]).reshape(1, -1), k)[1][0]
        return found[found >= 0]

    def written(self) -> NDArray[np.uint8]:
        """The sketches without the frame, as FAISS writes them."""
        found: NDArray[np.uint8] = _faiss().serialize_index(self._index)
        return found

    @classmethod
    def read(cls, frame: Floats, written: NDArray[np.uint8]) -> Self:
        """What was `written`; it must be known to be undamaged."""
        return cls(frame, _faiss().deserialize_index(written))


def _there(scores: Floats, ids: Ids) -> list[Neighbour]:
    """Best first; FAISS gives -1 for rows that it did not find."""
    found = ids >= 0
    return best_first(ids[found], scores[found])


def _faiss() -> Any:
    try:
        import faiss
    except ImportError as error:
        raise ImportError("the vector index needs: pip install faiss-cpu") from error
    # Of this thread. A second one halves 7 ms for 100,000 rows on an idle machine and costs 20 ms on a busy one.
    faiss.omp_set_num_threads(1)
    return faiss
