"""Many rows in a file that never changes: sketches of all are compared, the likeliest rows are scored exactly.

The rows are mapped, so that they take no memory of the process. Each block of them has a digest that is compared
when one of its rows is first scored: opening reads no row, and no damaged one is ever scored.

    float16 rows by rising id
    contents: the arrays of `Contents`, as numpy saves them
    int64: where the contents begin
    SHA-256 of contents and position
"""

from __future__ import annotations

import hashlib
import mmap
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from embeddings.checksum import CHECKSUM_BYTES, CHUNK, CorruptedIndex
from embeddings.faiss_index import Sketches
from embeddings.vectors import Floats, Halves, Ids, Neighbour, best_first, check_vector

POSITION_BYTES = 8
BLOCK = 32
"""Rows of a digest."""
POOL = 50
"""Best rows for which `Contents.candidates` is measured."""
_AT_ONCE = 4096
_GIVEN_BACK = 64


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file says of its rows."""

    ids: Ids
    """int64 (n,), rising."""
    digests: NDArray[np.uint8]
    """uint8 (blocks, 32): SHA-256 of every BLOCK rows."""
    frame: Floats
    """float32 (dim + 1, dim): the `frame` of the sketches."""
    sketches: NDArray[np.uint8]
    """The `Sketches` of the rows."""
    candidates: NDArray[np.int64]
    """int64 (1,): rows to score for the POOL best."""

    def write(self, out: BinaryIO) -> None:
        """Write it behind the rows, piece by piece: the sketches of a million rows are 200 MB."""
        hashed = _Hashed(out)
        position = out.tell()
        for array in (self.ids, self.digests, self.frame, self.sketches, self.candidates):
            np.save(hashed, array)
        hashed.write(position.to_bytes(POSITION_BYTES, "little"))
        out.write(hashed.digest.digest())


class _Hashed:
    """A file of which all that is written is digested."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.digest = hashlib.sha256()

    def write(self, data: Any) -> None:
        self.digest.update(data)
        self._out.write(data)


class KeptRows:
    """The rows of such a file, for reading.

    Raises:
        CorruptedIndex: cut short, its contents changed, or not such a file.
        OSError: it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            contents, length = _read_contents(file, path)
            # Mapped: who makes a new file may remove the name of this one.
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._map.madvise(mmap.MADV_RANDOM)
        self.ids: Ids = contents.ids
        """int64 (count,), rising."""
        self.candidates = int(contents.candidates[0])
        """Rows to score so that the POOL best are among them, as measured when the file was made."""
        self._digests = contents.digests
        self._sketches = Sketches.read(contents.frame, contents.sketches)
        self._rows: Halves = np.frombuffer(self._map, dtype=np.float16, count=length // 2).reshape(self.count, -1)
        self._seen = np.zeros(len(self._digests), dtype=bool)
        self._searches = 0

    @property
    def dimension(self) -> int:
        return int(self._rows.shape[1])

    @property
    def count(self) -> int:
        return len(self.ids)

    def having(self, ids: Ids) -> Ids:
        """Those of int64 (n,) that are here, rising and each once."""
        return self.ids[self._places(ids)]

    def _places(self, ids: Ids) -> Ids:
        """Of those that are here, rising and each once."""
        wanted = np.unique(ids)
        places = np.minimum(np.searchsorted(self.ids, wanted), self.count - 1)
        found: Ids = places[self.ids[places] == wanted]
        return found

    def search(self, vector: Floats, k: int, *, without: Ids) -> list[Neighbour]:
        """The `k` best of the likeliest rows with their exact scores, or all if fewer: best first, then by id.

        Args:
            without: rows to leave out, int64 (n,), rising, all of them here.

        Raises:
            CorruptedIndex: a row is not what was written.
        """
        check_vector(vector, dimension=self.dimension)
        wanted = min(self.candidates * -(-k // POOL), self.count - len(without))
        asked, living = wanted, np.empty(0, dtype=np.int64)
        while len(living) < wanted:
            likely = self._sketches.nearest(vector, asked)
            living = likely[~np.isin(self.ids[likely], without)] if len(without) else likely
            asked = min(2 * asked, self.count)
        return self._best(vector, k, living[:wanted])

    def among(self, vector: Floats, k: int, ids: Ids) -> list[Neighbour]:
        """The `k` nearest of these rows, int64 (n,), exactly: all are scored.

        Raises:
            CorruptedIndex: a row is not what was written.
        """
        check_vector(vector, dimension=self.dimension)
        return self._best(vector, k, self._places(ids))

    def _best(self, vector: Floats, k: int, places: Ids) -> list[Neighbour]:
        places = np.sort(places)
        blocks = np.unique(places // BLOCK)
        for unseen in blocks[~self._seen[blocks]].tolist():
            self._look_at(unseen)
        parts = (places[at : at + _AT_ONCE] for at in range(0, len(places), _AT_ONCE))
        scores = [self._rows[part].astype(np.float32) @ vector for part in parts]
        self._searches += 1
        if self._searches % _GIVEN_BACK == 0:
            # What was read stays with the system, which can use its memory for something else.
            self._map.madvise(mmap.MADV_DONTNEED)
        return best_first(self.ids[places], np.concatenate([np.empty(0, dtype=np.float32), *scores]), k)

    def _look_at(self, block: int) -> None:
        rows = self._rows[block * BLOCK : (block + 1) * BLOCK]
        if hashlib.sha256(rows.data).digest() != self._digests[block].tobytes():
            raise CorruptedIndex(f"{self.path}: rows from {block * BLOCK} on are damaged")
        self._seen[block] = True


def _read_contents(file: BinaryIO, path: Path) -> tuple[Contents, int]:
    """The contents, and how many bytes the rows before them take."""
    end = POSITION_BYTES + CHECKSUM_BYTES
    length = file.seek(0, os.SEEK_END)
    file.seek(max(0, length - end))
    last = file.read()
    position = int.from_bytes(last[:POSITION_BYTES], "little")
    if len(last) < end or position > length - end:
        raise CorruptedIndex(f"{path} is cut short or damaged")
    if _digest(file, position, length - CHECKSUM_BYTES) != last[POSITION_BYTES:]:
        raise CorruptedIndex(f"{path} is cut short or damaged")
    file.seek(position)
    contents = Contents(*(np.load(file) for _ in Contents.__slots__))
    if position != 2 * contents.ids.size * contents.frame.shape[1] or not position:
        raise CorruptedIndex(f"{path} does not hold the rows it names")
    return contents, position


def _digest(file: BinaryIO, start: int, end: int) -> bytes:
    """SHA-256 of a part of a file."""
    digest = hashlib.sha256()
    file.seek(start)
    while start < end:
        block = file.read(min(CHUNK, end - start))
        digest.update(block)
        start += len(block)
    return digest.digest()
