"""Centroids for lists of near vectors: k-means that can be stopped between two batches."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from embeddings.faiss_index import nearest_centroids
from embeddings.vectors import Floats

ROUNDS = 8
BATCH = 4096
PER_LIST = 40
"""Rows of the sample for each centroid; FAISS warns below 39."""


class Stopped(Exception):
    """Somebody asked for the work to end; nothing of it is kept."""


def centroids_of(sample: Floats, lists: int, *, stopped: Callable[[], bool], seed: int = 0) -> Floats:
    """float32 (lists, dim): k-means over float32 (n, dim), n of at least `lists`.

    Raises:
        Stopped: `stopped` said so; asked after every BATCH rows.
    """
    chance = np.random.default_rng(seed)
    centroids = sample[chance.choice(len(sample), lists, replace=False)].copy()
    for _ in range(ROUNDS):
        nearest = nearest_centroids(centroids)
        sums, sizes = np.zeros(centroids.shape, dtype=np.float64), np.zeros(lists, dtype=np.int64)
        for at in range(0, len(sample), BATCH):
            if stopped():
                raise Stopped
            batch = sample[at : at + BATCH]
            _count_in(sums, sizes, batch, nearest(batch))
        filled = sizes > 0
        centroids[filled] = sums[filled] / sizes[filled, None]
        # A centroid that nothing is near to starts anew from somewhere else.
        centroids[~filled] = sample[chance.choice(len(sample), int((~filled).sum()))]
    return centroids


def _count_in(sums: np.ndarray, sizes: np.ndarray, batch: Floats, lists: np.ndarray) -> None:
    """Add each row of the batch to the sum of its list."""
    order = np.argsort(lists, kind="stable")
    own, starts = np.unique(lists[order], return_index=True)
    sums[own] += np.add.reduceat(batch[order].astype(np.float64), starts, axis=0)
    sizes += np.bincount(lists, minlength=len(sizes))
