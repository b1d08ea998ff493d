"""Rows in a file by the nearest of many centroids: a search reads the few lists that are near the question.

The file never changes. Each list has a digest that is compared when the list is first read, so that opening
reads none of the rows and no damaged row is ever scored.

    lists: for each, its float16 rows, then their int64 ids
    contents: the arrays of `Contents`, as numpy saves them
    int64: where the contents begin
    SHA-256 of contents and position
"""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.checksum import CHECKSUM_BYTES, CorruptedIndex
from embeddings.faiss_index import ListScanner
from embeddings.vectors import Floats, Ids, Neighbour, check_vector

POSITION_BYTES = 8


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file says of its lists."""

    centroids: Floats
    """float32 (lists, dim)"""
    sizes: Ids
    """int64 (lists,): rows of each list."""
    digests: NDArray[np.uint8]
    """uint8 (lists, 32): SHA-256 of each list's bytes."""
    ids: Ids
    """int64 (n,), rising."""
    lists: NDArray[np.int32]
    """int32 (n,): the list of each of `ids`."""
    probes: NDArray[np.int64]
    """int64 (1,): lists to search for a question."""

    @property
    def offsets(self) -> Ids:
        """int64 (lists,): where each list begins, in bytes."""
        return np.concatenate([[0], np.cumsum(self.sizes * self.row_bytes)[:-1]]).astype(np.int64)

    @property
    def row_bytes(self) -> int:
        return 2 * int(self.centroids.shape[1]) + 8

    def packed(self, position: int) -> bytes:
        """The end of a file whose lists take `position` bytes."""
        out = io.BytesIO()
        for array in astuple(self):
            np.save(out, array)
        end = out.getvalue() + position.to_bytes(POSITION_BYTES, "little")
        return end + hashlib.sha256(end).digest()


class ListedRows:
    """The rows of such a file, for reading.

    Raises:
        CorruptedIndex: cut short, its contents changed, or not such a file.
        OSError: it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            self._contents = _read_contents(file, path)
            # Mapped, like the scanner's: who makes new lists may remove the name of these.
            self._bytes: NDArray[np.uint8] = np.memmap(file, dtype=np.uint8, mode="r")
        self._offsets = self._contents.offsets
        self._half_squares = (self._contents.centroids**2).sum(axis=1) / 2
        self._seen = np.zeros(len(self._offsets), dtype=bool)
        self._scanner = ListScanner(path, dimension=self.dimension, sizes=self._contents.sizes, offsets=self._offsets)

    @property
    def dimension(self) -> int:
        return int(self._contents.centroids.shape[1])

    @property
    def count(self) -> int:
        return len(self._contents.ids)

    @property
    def ids(self) -> Ids:
        """int64 (count,), rising."""
        return self._contents.ids

    @property
    def probes(self) -> int:
        """Lists that a question needs for its ten best, as measured when the file was made."""
        return int(self._contents.probes[0])

    def having(self, ids: Ids) -> Ids:
        """Those of int64 (n,) that are here, rising and each once."""
        wanted = np.unique(ids)
        return wanted[self.ids[self._places(wanted)] == wanted] if self.count else wanted[:0]

    def _places(self, ids: Ids) -> Ids:
        """Where the ids stand, or would stand."""
        return np.minimum(np.searchsorted(self.ids, ids), self.count - 1)

    def search(self, vector: Floats, k: int, *, without: Ids) -> list[Neighbour]:
        """About the `k` nearest rows, or all if fewer: best first, then by id; more lists where `probes` hold too few.

        Args:
            without: rows to leave out, int64 (n,), all of them here.

        Raises:
            CorruptedIndex: a list is not what was written.
        """
        check_vector(vector, dimension=self.dimension)
        nearest = np.argsort(self._half_squares - self._contents.centroids @ vector)
        probes = self.probes
        while True:
            found = self._scan(vector, k, nearest[:probes], without=without)
            if len(found) >= min(k, self.count - len(without)) or probes >= len(nearest):
                return found
            probes *= 2

    def among(self, vector: Floats, k: int, ids: Ids) -> list[Neighbour]:
        """The `k` nearest of these rows, int64 (n,), exactly: every list that holds one is read.

        Raises:
            CorruptedIndex: a list is not what was written.
        """
        check_vector(vector, dimension=self.dimension)
        here = self.having(ids)
        lists = np.unique(self._contents.lists[self._places(here)]) if len(here) else here
        return self._scan(vector, k, lists.astype(np.int64), among=here)

    def _scan(
        self, vector: Floats, k: int, lists: Ids, *, among: Ids | None = None, without: Ids | None = None
    ) -> list[Neighbour]:
        for unseen in lists[~self._seen[lists]].tolist():
            self._look_at(unseen)
        return self._scanner.search(vector, k, lists, among=among, without=without)

    def _look_at(self, at: int) -> None:
        start = int(self._offsets[at])
        block = self._bytes[start : start + int(self._contents.sizes[at]) * self._contents.row_bytes]
        if hashlib.sha256(block.data).digest() != self._contents.digests[at].tobytes():
            raise CorruptedIndex(f"{self.path}: list {at} is damaged")
        self._seen[at] = True


def _read_contents(file: io.BufferedReader, path: Path) -> Contents:
    end = POSITION_BYTES + CHECKSUM_BYTES
    length = file.seek(0, os.SEEK_END)
    file.seek(max(0, length - end))
    last = file.read()
    position = int.from_bytes(last[:POSITION_BYTES], "little")
    if len(last) < end or position > length - end:
        raise CorruptedIndex(f"{path} is cut short or damaged")
    file.seek(position)
    packed = file.read(length - position - CHECKSUM_BYTES)
    if hashlib.sha256(packed).digest() != last[POSITION_BYTES:]:
        raise CorruptedIndex(f"{path} is cut short or damaged")
    arrays = io.BytesIO(packed)
    contents = Contents(*(np.load(arrays) for _ in Contents.__slots__))
    if int(contents.sizes.sum()) * contents.row_bytes != position:
        raise CorruptedIndex(f"{path} does not hold the rows it names")
    return contents
