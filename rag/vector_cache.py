"""The vectors of all chunks as a FAISS index in a file, derived from the database."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.index import CorruptedIndex, GrowingIndex, VectorIndex
from rag.manifests import Manifest
from rag.store import Store
from rag.vector_rows import VectorRows

_BATCH = 2000
_UNSAVED_SHARE, _UNSAVED = 50, 2000
"""A change is written once a fiftieth, or so many chunks, have changed: until then opening replays them from the log,
2,000 in about 50 ms, and bringing in one document does not write a file as large as the library."""


class VectorCache:
    """An index that is loaded, brought up to date and written when that is worth its while.

    Args:
        folder: where the files are.
        vector_type: what makes and loads an index.
    """

    name = "vectors"

    def __init__(self, folder: Path, store: Store, vector_type: type[Any]) -> None:
        self._path = folder / "vectors.index"
        self._store = store
        self._rows = VectorRows(store)
        self._type = vector_type
        self._encoder: str | None = None
        self._unsaved = 0
        self._distrusted = False
        self.seq = -1
        self.index: VectorIndex | None = None

    @property
    def _kept(self) -> str:
        """The file beside the index's own that it needs; empty when there is none."""
        return self.index.kept if isinstance(self.index, GrowingIndex) else ""

    def open(self, manifest: Manifest | None, *, seq: int, writable: bool) -> int | None:
        """Load what is usable; the log position it covers, or None when it starts empty."""
        encoder = self._store.encoder_fingerprint()
        # Where another process has made a new file of kept rows, the one that is open here is no longer on the disk.
        kept_here = manifest is None or manifest.content == self._kept
        if self.index is not None and self.seq >= 0 and encoder == self._encoder and kept_here:
            return self.seq
        self._encoder = encoder
        self._unsaved = 0
        if manifest is not None and not self._distrusted:
            try:
                self.index = self._type.load(self._path)
                return manifest.seq
            except (CorruptedIndex, OSError):
                pass
        self.index = self._type(self._rows.dimension() or 1)
        self._distrusted = False
        return None

    def distrust(self) -> None:
        """Begin anew from the database at the next `open`: what is on the disk is damaged."""
        self.index, self._distrusted = None, True

    def apply(self, changed: Sequence[int]) -> None:
        """Remove the changed chunks, then add those that still exist."""
        assert self.index is not None
        self._unsaved += len(changed)
        for at in range(0, len(changed), _BATCH):
            batch = list(changed[at : at + _BATCH])
            self.index.remove(np.asarray(batch, dtype=np.int64))
            living, vectors = self._rows.among(batch)
            if len(living):
                self.index.add(living, vectors)

    @property
    def worth_saving(self) -> bool:
        """Whether enough has changed since the file was written."""
        assert self.index is not None
        return self._unsaved >= min(_UNSAVED, self.index.count / _UNSAVED_SHARE)

    def save(self) -> str:
        """Write the index; the name of its kept rows for the manifest."""
        assert self.index is not None
        self.index.save(self._path)
        self._unsaved = 0
        return self._kept
