"""Writes the file of `KeptRows`, and measures how many rows must be scored for a question."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.disk import put_in_place
from embeddings.faiss_index import Sketches
from embeddings.kept_rows import BLOCK, POOL, Contents
from embeddings.vectors import Floats, Ids

SAMPLE = 16_384
"""Rows from which sketches learn; FAISS asks for 624."""
RECALL = 0.998
"""Share of the POOL best rows of the sample questions that must be among the candidates; the floor is .99 of ten."""
MARGIN = 3
"""More candidates than stored sentences need: real questions lie farther from their passages, and needed 2.7 times as
many (400 of them over 22,528 real rows)."""
LEAST = 4 * POOL
_LOOKED_AT = 10_000

Batches = Iterable[tuple[Ids, Floats]]


class Stopped(Exception):
    """Somebody asked for the work to end; nothing of it is kept."""


def write_rows(
    path: Path, batches: Batches, sketches: Sketches, questions: Floats, *, stopped: Callable[[], bool]
) -> None:
    """Write rows; the file appears whole or not.

    Args:
        batches: int64 (n,) ids, rising over all batches, and float32 (n, dim) rows; read once.
        sketches: trained and empty.
        questions: float32 (q, dim), for which the number of candidates is chosen.

    Raises:
        Stopped: `stopped` said so; asked before every batch.
    """
    half = path.with_name(path.name + ".half")
    ids, digests, best = [np.empty(0, dtype=np.int64)], _Digests(), _Best(questions)
    try:
        with half.open("wb") as out:
            for own, rows in batches:
                if stopped():
                    raise Stopped
                packed = rows.astype(np.float16)
                out.write(packed.tobytes())
                digests.add(packed)
                sketches.add(rows)
                best.add(rows)
                ids.append(own)
            candidates = np.array([_candidates(sketches, questions, best.places)], dtype=np.int64)
            Contents(np.concatenate(ids), digests.all(), candidates).write(out, sketches)
            out.flush()
            os.fsync(out.fileno())
        put_in_place(half, path)
    finally:
        half.unlink(missing_ok=True)


class _Digests:
    """SHA-256 of every BLOCK rows, however they come."""

    def __init__(self) -> None:
        self._waiting = b""
        self._found: list[bytes] = []
        self._size = 0

    def add(self, rows: NDArray[np.float16]) -> None:
        """float16 (n, dim)"""
        self._size = BLOCK * rows.shape[1] * 2
        waiting = self._waiting + rows.tobytes()
        whole = len(waiting) - len(waiting) % self._size
        for at in range(0, whole, self._size):
            self._found.append(hashlib.sha256(waiting[at : at + self._size]).digest())
        self._waiting = waiting[whole:]

    def all(self) -> NDArray[np.uint8]:
        """uint8 (blocks, 32), the last of what rows are left."""
        last = [hashlib.sha256(self._waiting).digest()] if self._waiting else []
        return np.frombuffer(b"".join([*self._found, *last]), dtype=np.uint8).reshape(-1, 32)


class _Best:
    """The places of the POOL nearest rows of each question, exactly."""

    def __init__(self, questions: Floats) -> None:
        self._questions = questions
        self._scores = np.empty((len(questions), 0), dtype=np.float32)
        self.places: Ids = np.empty((len(questions), 0), dtype=np.int64)
        """int64 (q, POOL), or fewer where there are fewer rows, in no order."""
        self._count = 0

    def add(self, rows: Floats) -> None:
        """The next rows, float32 (n, dim)."""
        own = np.arange(self._count, self._count + len(rows), dtype=np.int64)
        self._count += len(rows)
        scores = np.concatenate([self._scores, self._questions @ rows.T], axis=1)
        places = np.concatenate([self.places, np.broadcast_to(own, (len(self._questions), len(rows)))], axis=1)
        if scores.shape[1] > POOL:
            kept = np.argpartition(-scores, POOL - 1, axis=1)[:, :POOL]
            scores, places = np.take_along_axis(scores, kept, axis=1), np.take_along_axis(places, kept, axis=1)
        self._scores, self.places = scores, places


def _candidates(sketches: Sketches, questions: Floats, best: Ids) -> int:
    """How many of the likeliest rows hold RECALL of the best ones, with the MARGIN for real questions."""
    ranks = []
    for question, places in zip(questions, best, strict=True):
        likely = sketches.nearest(question, _LOOKED_AT)
        order = np.argsort(likely)
        at = np.minimum(np.searchsorted(likely, places, sorter=order), len(likely) - 1)
        found = likely[order[at]] == places
        ranks.append(np.where(found, order[at] + 1, _LOOKED_AT))
    needed = np.sort(np.concatenate([np.full(1, LEAST), *ranks]))
    enough = int(needed[math.ceil(RECALL * len(needed)) - 1])
    return max(LEAST, POOL + MARGIN * (enough - POOL))
