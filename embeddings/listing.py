"""Writes the file of `ListedRows`, and measures how many lists a question needs."""

from __future__ import annotations

import hashlib
import math
import mmap
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

import numpy as np
from numpy.typing import NDArray

from embeddings.checksum import put_in_place
from embeddings.clusters import Stopped
from embeddings.faiss_index import nearest_centroids
from embeddings.listed_rows import Contents
from embeddings.vectors import Floats, Ids

RECALL = 0.998
"""Share of the ten best rows of the sample questions that the chosen number of lists holds; the floor is .99."""
BEST = 10
LEAST_PROBES = 4
_LISTS_AT_ONCE = 64

Batches = Iterable[tuple[Ids, Floats]]
_Item = TypeVar("_Item")


def lists_for(count: int) -> int:
    """How many lists so many rows get: about twice the square root, a power of two."""
    return 1 << max(0, round(math.log2(2 * math.sqrt(max(1, count)))))


def write_lists(
    path: Path, batches: Batches, centroids: Floats, questions: Floats, *, stopped: Callable[[], bool]
) -> None:
    """Put rows into the list of their nearest centroid; the file appears whole or not.

    Args:
        batches: int64 (n,) ids and float32 (n, dim) rows, no id twice; read once.
        questions: float32 (q, dim), for which the number of lists to search is chosen.

    Raises:
        Stopped: `stopped` said so; asked before every batch and every few lists.
    """
    spooled, half = path.with_name(path.name + ".rows"), path.with_name(path.name + ".half")
    try:
        ids, lists, best = _spool(spooled, _until(batches, stopped), centroids, questions)
        sizes = np.bincount(lists, minlength=len(centroids)).astype(np.int64)
        probes = np.array([_probes(centroids, questions, lists[np.searchsorted(ids, best)])])
        with half.open("wb") as out, spooled.open("rb") as rows:
            digests = []
            for block in _until(_blocks(rows, ids, lists, sizes), stopped):
                out.write(block)
                digests.append(np.frombuffer(hashlib.sha256(block).digest(), dtype=np.uint8))
            contents = Contents(centroids, sizes, np.stack(digests), ids, lists.astype(np.int32), probes)
            out.write(contents.packed(out.tell()))
            out.flush()
            os.fsync(out.fileno())
        put_in_place(half, path)
    finally:
        for left in (spooled, half):
            left.unlink(missing_ok=True)


def _until(items: Iterable[_Item], stopped: Callable[[], bool]) -> Iterator[_Item]:
    for item in items:
        if stopped():
            raise Stopped
        yield item


def _spool(path: Path, batches: Batches, centroids: Floats, questions: Floats) -> tuple[Ids, NDArray[np.int64], Ids]:
    """Write all rows as they come; their ids, their lists, and the BEST ids of each question (q, BEST)."""
    nearest = nearest_centroids(centroids)
    scores = np.full((len(questions), BEST), -np.inf, dtype=np.float32)
    best = np.full((len(questions), BEST), -1, dtype=np.int64)
    ids, lists = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    with path.open("wb") as out:
        for own, rows in batches:
            out.write(rows.astype(np.float16).tobytes())
            ids.append(own)
            lists.append(nearest(rows))
            scores, best = _better(scores, best, questions @ rows.T, own)
    known, listed = np.concatenate(ids), np.concatenate(lists)
    if len(known) < BEST:
        best = np.repeat(known[None], len(questions), axis=0)
    return known, listed, best


def _better(scores: Floats, best: Ids, new: Floats, ids: Ids) -> tuple[Floats, Ids]:
    """The highest BEST of what was kept and float32 (q, n) new scores, in no order."""
    all_scores = np.concatenate([scores, new], axis=1)
    all_ids = np.concatenate([best, np.broadcast_to(ids, new.shape)], axis=1)
    kept = np.argpartition(-all_scores, BEST - 1, axis=1)[:, :BEST]
    return np.take_along_axis(all_scores, kept, axis=1), np.take_along_axis(all_ids, kept, axis=1)


def _probes(centroids: Floats, questions: Floats, lists: NDArray[np.int64]) -> int:
    """Of the lists by nearness, how many hold RECALL of the best rows, whose lists are (q, BEST)."""
    distances = (centroids**2).sum(axis=1) / 2 - questions @ centroids.T
    ranks = np.argsort(np.argsort(distances, axis=1), axis=1)
    needed = np.sort(np.take_along_axis(ranks, lists, axis=1), axis=None) + 1
    enough = int(needed[min(len(needed) - 1, math.ceil(RECALL * len(needed)) - 1)]) if len(needed) else 1
    return min(len(centroids), max(LEAST_PROBES, enough))


def _blocks(spooled: BinaryIO, ids: Ids, lists: NDArray[np.int64], sizes: Ids) -> Iterator[bytes]:
    """The bytes of each list, in order."""
    order, start = np.argsort(lists, kind="stable"), 0
    with mmap.mmap(spooled.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        rows = np.frombuffer(mapped, dtype=np.uint8).reshape(len(ids), -1)
        try:
            for at, size in enumerate(sizes.tolist()):
                own = order[start : start + size]
                start += size
                yield rows[own].tobytes() + ids[own].tobytes()
                if at % _LISTS_AT_ONCE == 0:
                    mapped.madvise(mmap.MADV_DONTNEED)  # so that what was read is not kept in memory
        finally:
            del rows
