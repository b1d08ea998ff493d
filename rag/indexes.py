"""The two derived caches beside the database: vectors (FAISS) and terms (tantivy).

Each has a manifest that names what made it, its content and the change-log position it covers. Behind:
the log is replayed. Missing, foreign or damaged: it is rebuilt from the database, without the encoder.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from embeddings.index import CorruptedIndex, GrowingIndex, Neighbour, VectorIndex
from embeddings.vectors import Floats, Ids
from rag.compacting import KEPT, Compacting
from rag.database import storage_errors, translated
from rag.files import exclusive, is_writable
from rag.lexical import LexicalIndex
from rag.lexical_cache import LexicalCache
from rag.manifests import Manifest, read_manifest, write_manifest
from rag.store import Store
from rag.vector_cache import VectorCache

FORMAT = 4
"""Raise when terms, search text or file layout change: older caches are then rebuilt."""


class Indexes:
    """Keeps both caches at the position of the database's change log.

    Args:
        folder: where the caches live.
        vector_type: `GrowingIndex`, or another in tests.
    """

    def __init__(self, folder: Path, store: Store, *, vector_type: type[Any]) -> None:
        self._folder = folder
        self._store = store
        self._lock = threading.RLock()
        self._vector_cache = VectorCache(folder, store, vector_type)
        self._lexical_cache = LexicalCache(folder, store)
        self._compacting = Compacting(folder, store, self._take)
        self.seq = -1
        """The position of the change log that both caches cover; -1 before the first `refresh`."""

    @property
    def vectors(self) -> VectorIndex:
        """Chunk vectors; call `refresh` first."""
        assert self._vector_cache.index is not None
        return self._vector_cache.index

    @property
    def lexical(self) -> LexicalIndex:
        """Chunk terms; call `refresh` first."""
        assert self._lexical_cache.index is not None
        return self._lexical_cache.index

    def refresh(self) -> None:
        """Bring both caches up to the database; quick when nothing changed.

        Raises:
            StorageError: the caches are behind and cannot be written.
        """
        with self._lock:
            if self._store.last_seq() == self.seq:
                return
            writable = is_writable(self._folder)
            with _cache_errors(), self._exclusive(writable), self._store.database.snapshot():
                seq = self._store.last_seq()
                self._bring_up(self._vector_cache, seq, writable)
                self._bring_up(self._lexical_cache, seq, writable)
            self._vector_cache.seq = self.seq = seq
            if writable and isinstance(self.vectors, GrowingIndex) and self.vectors.outgrown:
                self._compacting.start()

    @contextmanager
    def current(self) -> Iterator[Indexes]:
        """Both caches up to date, and left alone by other threads while they are searched."""
        with self._lock:
            self.refresh()
            yield self

    def nearest(self, vector: Floats, k: int, among: Ids | None = None) -> list[Neighbour]:
        """The `k` nearest chunks, as `VectorIndex.search`; damage that is found only now is put right first."""
        try:
            return self.vectors.search(vector, k, among)
        except CorruptedIndex:
            with self._lock:
                self._vector_cache.distrust()
                self.seq = -1
                self.refresh()
                return self.vectors.search(vector, k, among)

    def settle(self) -> None:
        """Wait until what is made anew in the background is in its place."""
        self._compacting.wait()

    def close(self) -> None:
        """Stop what goes on in the background; nothing of it is kept."""
        self._compacting.stop()

    @contextmanager
    def _exclusive(self, writable: bool) -> Iterator[None]:
        """One process at a time updates the caches; a folder that is not writable is only read."""
        if not writable:
            yield
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        with exclusive(self._folder / "lock"):
            yield

    def _bring_up(self, cache: VectorCache | LexicalCache, seq: int, writable: bool) -> None:
        wanted = self._wanted(seq)
        found = read_manifest(self._folder / f"{cache.name}.json")
        usable = found if found and found.covers(wanted) else None
        covered = cache.open(usable, seq=seq, writable=writable)
        cache.apply(self._store.chunk_ids() if covered is None else self._changed_since(covered))
        behind = usable is None or (usable.seq != seq and cache.worth_saving)
        if writable and (covered is None or behind):
            self._write(cache, wanted)

    def _wanted(self, seq: int) -> Manifest:
        return Manifest(FORMAT, self._store.database_id(), self._store.encoder_fingerprint() or "", seq, "")

    def _write(self, cache: VectorCache | LexicalCache, wanted: Manifest) -> None:
        write_manifest(self._folder / f"{cache.name}.json", replace(wanted, content=cache.save()))

    def _take(self, made: GrowingIndex, encoder: str | None, seq: int) -> None:
        """Search an index that holds what the library had at `seq`, brought up to what it has now."""
        cache = self._vector_cache
        with self._lock, _cache_errors(), self._exclusive(True), self._store.database.snapshot():
            if self._store.encoder_fingerprint() != encoder:
                return
            old, cache.index = cache.index, made
            try:
                now = self._store.last_seq()
                cache.apply(self._changed_since(seq))
                self._write(cache, self._wanted(now))
            except BaseException:
                cache.index = old
                raise
            cache.seq = now
            for gone in self._folder.glob(KEPT):
                if gone.name != made.kept:
                    gone.unlink()

    def _changed_since(self, seq: int) -> list[int]:
        return sorted({entry.chunk_id for entry in self._store.log_since(seq)})


@contextmanager
def _cache_errors() -> Iterator[None]:
    """FAISS and tantivy tell of a full or forbidden disk in exceptions of their own."""
    with storage_errors():
        try:
            yield
        except (RuntimeError, ValueError) as error:
            raise translated(error) from error
