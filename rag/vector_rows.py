"""The stored vectors as the vector index reads them: by the thousand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from embeddings.vectors import Ids
from rag.document_rows import Vectors
from rag.store import AMONG, Store, among, damaged_rows, matrix

_DRAW = 1 << 30


class VectorRows:
    """Chunk and sentence vectors of a store."""

    def __init__(self, store: Store) -> None:
        self._database = store.database

    def count(self) -> int:
        """How many chunks there are."""
        return int(self._database.rows("SELECT count(*) FROM chunks")[0][0])

    def dimension(self) -> int | None:
        """Of the stored vectors; None when there are none."""
        rows = self._database.rows("SELECT length(vector) FROM chunks LIMIT 1")
        return rows[0][0] // 2 if rows else None

    def among(self, ids: Sequence[int]) -> tuple[Ids, Vectors]:
        """The chunks that still exist among the given ids: int64 (n,) rising, float32 (n, dim)."""
        sql = f"SELECT id, vector FROM chunks WHERE id IN {AMONG} ORDER BY id"
        return _split(self._database.rows(sql, among(ids)))

    def after(self, chunk_id: int, limit: int) -> tuple[Ids, Vectors]:
        """The next chunks by id: int64 (n,) rising, float32 (n, dim)."""
        return _split(
            self._database.rows("SELECT id, vector FROM chunks WHERE id>? ORDER BY id LIMIT ?", (chunk_id, limit))
        )

    def sample(self, count: int) -> Vectors:
        """float32 (n, dim) of about so many chunks, drawn evenly, or of all."""
        share = min(1.0, count / max(1, self.count()))
        drawn = self._database.rows(f"SELECT id FROM chunks WHERE (random() & {_DRAW - 1}) < ?", (share * _DRAW,))
        return self.among([row[0] for row in drawn])[1]

    def sentences_sample(self, count: int) -> Vectors:
        """float32 (n, dim) of about so many sentences, drawn evenly over the ids; at least one where there is any."""
        last = int(self._database.rows("SELECT coalesce(max(id), 0) FROM sentences")[0][0])
        drawn = np.random.default_rng(0).integers(1, last + 1, size=2 * count).tolist() if last else []
        sql = f"SELECT id, vector FROM sentences WHERE id IN {AMONG} LIMIT ?"
        return _split(self._database.rows(sql, (*among([*drawn, last]), count)))[1]


def _split(rows: Sequence[tuple[int, bytes]]) -> tuple[Ids, Vectors]:
    with damaged_rows():
        return np.array([row[0] for row in rows], dtype=np.int64), matrix([row[1] for row in rows])
