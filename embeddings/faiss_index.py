"""What FAISS does for the vector indexes; the only module that imports it."""

from __future__ import annotations

from collections.abc import Callable
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


class ListScanner:
    """Exact search within chosen lists of float16 rows that lie in a file, mapped and never written.

    Args:
        path: the file.
        sizes: int64 (lists,), rows of each list.
        offsets: int64 (lists,), where each begins: its float16 rows, then their int64 ids.
    """

    def __init__(self, path: Path, *, dimension: int, sizes: Ids, offsets: Ids) -> None:
        faiss = _faiss()
        inside = faiss.OnDiskInvertedLists()
        inside.nlist, inside.code_size = len(sizes), 2 * dimension
        inside.filename, inside.read_only, inside.totsize = str(path), True, path.stat().st_size
        for size, offset in zip(sizes.tolist(), offsets.tolist(), strict=True):
            one = faiss.OnDiskOneList()
            one.size, one.capacity, one.offset = size, size, offset
            inside.lists.push_back(one)
        inside.do_mmap()
        # Which lists are searched is said with each question: the quantizer is never asked.
        self._lists, self._unused = inside, faiss.IndexFlatIP(dimension)
        kind, metric = faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        self._index = faiss.IndexIVFScalarQuantizer(self._unused, dimension, len(sizes), kind, metric, False)
        self._index.replace_invlists(inside, False)
        self._index.is_trained, self._index.ntotal = True, int(sizes.sum())

    def search(
        self, vector: Floats, k: int, lists: Ids, *, among: Ids | None = None, without: Ids | None = None
    ) -> list[Neighbour]:
        """The `k` nearest rows of these lists, or all if fewer: best first, then by id.

        Args:
            among: only these rows.
            without: none of these rows; not together with `among`.
        """
        faiss = _faiss()
        k = min(k, int(self._index.ntotal))
        if k <= 0 or not len(lists):
            return []
        kept = faiss.IDSelectorBatch(among) if among is not None else None
        if without is not None and len(without):
            dropped = faiss.IDSelectorBatch(without)
            kept = faiss.IDSelectorNot(dropped)
        said = faiss.SearchParametersIVF(nprobe=len(lists), **({"sel": kept} if kept else {}))
        # The wrapper in Python takes no parameters.
        vector, lists = np.ascontiguousarray(vector), np.ascontiguousarray(lists)
        scores, ids = np.empty(k, dtype=np.float32), np.empty(k, dtype=np.int64)
        unused = np.zeros(len(lists), dtype=np.float32)
        given = [faiss.swig_ptr(array) for array in (lists, unused, scores, ids)]
        self._index.search_preassigned_c(1, faiss.swig_ptr(vector), k, *given, False, said)
        return _there(scores, ids)


def nearest_centroids(centroids: Floats) -> Callable[[Floats], NDArray[np.int64]]:
    """A function from float32 (n, dimension) to the nearest row of `centroids` for each, int64 (n,)."""
    index = _faiss().IndexFlatL2(centroids.shape[1])
    index.add(np.ascontiguousarray(centroids))

    def nearest(vectors: Floats) -> NDArray[np.int64]:
        found: NDArray[np.int64] = index.search(vectors, 1)[1][:, 0]
        return found

    return nearest


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
