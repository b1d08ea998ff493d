"""The two derived caches beside the database: vectors (FAISS) and terms (tantivy).

Each has a manifest that names what made it, its checksum and the change-log position it covers. Behind:
the log is replayed. Missing, foreign or damaged: it is rebuilt from the database, without the encoder.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from embeddings.index import CorruptedIndex, VectorIndex
from rag.database import storage_errors, translated
from rag.files import exclusive, is_writable, write_whole
from rag.lexical import LexicalIndex, TantivyIndex
from rag.records import Document
from rag.store import Store
from rag.text import Terms, terms

FORMAT = 3
"""Raise when terms, search text or file layout change: older caches are then rebuilt."""
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a cache was made of; two equal manifests mean the same cache."""

    format: int
    database: str
    encoder: str
    seq: int
    checksum: str
    """Of the tantivy folder; the vector file carries its own."""


def search_text(document: Document, chunk_text: str) -> str:
    """What is searched of a chunk: its document's title and date, then its own text."""
    date = document.published.value if document.published else ""
    parts = zip(("năm", "tháng", "ngày"), date.split("-"), strict=False)
    spoken = " ".join(f"{word} {part}" for word, part in parts if part)
    return f"{document.title}\n{spoken}\n{chunk_text}"


class _Cache(Protocol):
    name: str

    def open(self, manifest: Manifest | None, *, seq: int, writable: bool) -> int | None:
        """Load what is usable; the log position it covers, or None when it starts empty.

        `seq` is the position wanted; a folder that is not writable is only read.
        """
        ...

    def apply(self, changed: Sequence[int]) -> None:
        """Remove the changed chunks, then add those that still exist."""
        ...

    def save(self) -> str:
        """Write what is not on disk yet; the checksum for the manifest."""
        ...


class _VectorCache:
    name = "vectors"

    def __init__(self, folder: Path, store: Store, vector_type: type[Any]) -> None:
        self._path = folder / "vectors.index"
        self._store = store
        self._type = vector_type
        self._encoder: str | None = None
        self.seq = -1
        self.index: VectorIndex | None = None

    def open(self, manifest: Manifest | None, *, seq: int, writable: bool) -> int | None:
        encoder = self._store.encoder_fingerprint()
        if self.index is not None and self.seq >= 0 and encoder == self._encoder:
            return self.seq
        self._encoder = encoder
        if manifest is not None:
            try:
                self.index = self._type.load(self._path)
                return manifest.seq
            except (CorruptedIndex, OSError):
                pass
        self.index = self._type(self._dimension())
        return None

    def _dimension(self) -> int:
        ids = self._store.chunk_ids()[:1]
        return int(self._store.chunk_vectors(ids).shape[1]) if ids else 1

    def apply(self, changed: Sequence[int]) -> None:
        assert self.index is not None
        for at in range(0, len(changed), _BATCH):
            batch = list(changed[at : at + _BATCH])
            self.index.remove(np.asarray(batch, dtype=np.int64))
            living = sorted(self._store.chunks(batch))
            if living:
                self.index.add(np.asarray(living, dtype=np.int64), self._store.chunk_vectors(living))

    def save(self) -> str:
        assert self.index is not None
        self.index.save(self._path)
        return ""


class _LexicalCache:
    name = "lexical"

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder / "lexical"
        self._store = store
        self.index: LexicalIndex | None = None

    def open(self, manifest: Manifest | None, *, seq: int, writable: bool) -> int | None:
        usable = manifest is not None and (writable or manifest.seq == seq)
        if manifest and usable and manifest.checksum == _folder_checksum(self._folder):
            try:
                self.index = TantivyIndex(self._folder)
                return manifest.seq
            except (OSError, ValueError, RuntimeError):
                pass
        if writable:
            shutil.rmtree(self._folder, ignore_errors=True)
        self.index = TantivyIndex(self._folder if writable else None)
        return None

    def apply(self, changed: Sequence[int]) -> None:
        assert self.index is not None
        if changed:
            self.index.update(changed, self._terms(changed))

    def _terms(self, ids: Sequence[int]) -> Iterator[tuple[int, Terms]]:
        for at in range(0, len(ids), _BATCH):
            chunks = self._store.chunks(ids[at : at + _BATCH])
            documents = self._store.documents_among(chunk.document_id for chunk in chunks.values())
            for chunk_id, chunk in sorted(chunks.items()):
                yield chunk_id, terms(search_text(documents[chunk.document_id], chunk.text))

    def save(self) -> str:
        return _folder_checksum(self._folder)


def _folder_checksum(folder: Path) -> str:
    """SHA-256 over names and contents of an index; tantivy itself opens flipped bits without a word."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*")):
        if path.suffix != ".lock":
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").digest()
            digest.update(path.name.encode() + b"\0" + content)
    return digest.hexdigest()


class Indexes:
    """Keeps both caches at the position of the database's change log.

    Args:
        folder: where the caches live.
        vector_type: `FaissIndex`, or `ExactIndex` in tests.
    """

    def __init__(self, folder: Path, store: Store, *, vector_type: type[Any]) -> None:
        self._folder = folder
        self._store = store
        self._lock = threading.RLock()
        self._vector_cache = _VectorCache(folder, store, vector_type)
        self._lexical_cache = _LexicalCache(folder, store)
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

    @contextmanager
    def current(self) -> Iterator[Indexes]:
        """Both caches up to date, and left alone by other threads while they are searched."""
        with self._lock:
            self.refresh()
            yield self

    @contextmanager
    def _exclusive(self, writable: bool) -> Iterator[None]:
        """One process at a time updates the caches; a folder that is not writable is only read."""
        if not writable:
            yield
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        with exclusive(self._folder / "lock"):
            yield

    def _bring_up(self, cache: _Cache, seq: int, writable: bool) -> None:
        found = self._manifest(cache.name)
        wanted = Manifest(FORMAT, self._store.database_id(), self._store.encoder_fingerprint() or "", seq, "")
        usable = found if found and found.seq <= seq and replace(found, seq=seq, checksum="") == wanted else None
        covered = cache.open(usable, seq=seq, writable=writable)
        if covered is None:
            changed = self._store.chunk_ids()
        else:
            changed = sorted({entry.chunk_id for entry in self._store.log_since(covered)})
        cache.apply(changed)
        if writable and (covered is None or usable is None or usable.seq != seq):
            complete = replace(wanted, checksum=cache.save())
            write_whole(self._folder / f"{cache.name}.json", json.dumps(asdict(complete)).encode())

    def _manifest(self, name: str) -> Manifest | None:
        try:
            return Manifest(**json.loads((self._folder / f"{name}.json").read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None


@contextmanager
def _cache_errors() -> Iterator[None]:
    """FAISS and tantivy tell of a full or forbidden disk in exceptions of their own."""
    with storage_errors():
        try:
            yield
        except (RuntimeError, ValueError) as error:
            raise translated(error) from error
