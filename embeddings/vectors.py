"""Rows of vectors with ids: their types, what is checked of them, and the order of what is found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A found row and its cosine."""

    id: int
    score: float


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


def best_first(ids: Ids, scores: Floats, k: int | None = None) -> list[Neighbour]:
    """Neighbours by falling score, equal scores by rising id; the first `k` of them where that is given."""
    order = np.lexsort((ids, -scores))[: None if k is None else max(k, 0)]
    return [Neighbour(int(ids[at]), float(scores[at])) for at in order]
