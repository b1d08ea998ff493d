"""The terms of all chunks as a tantivy index in a folder, derived from the database."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rag.lexical import LexicalIndex, TantivyIndex
from rag.manifests import Manifest
from rag.records import Document
from rag.store import Store
from rag.text import Terms, terms

_BATCH = 2000
_Stamp = tuple[int, int, int, int]


def search_text(document: Document, chunk_text: str) -> str:
    """What is searched of a chunk: its document's title and date, then its own text."""
    date = document.published.value if document.published else ""
    parts = zip(("năm", "tháng", "ngày"), date.split("-"), strict=False)
    spoken = " ".join(f"{word} {part}" for word, part in parts if part)
    return f"{document.title}\n{spoken}\n{chunk_text}"


class LexicalCache:
    """An index that is opened only when no file of it has changed.

    Args:
        folder: in which the index has a folder of its own.
    """

    name = "lexical"
    worth_saving = True
    """What tantivy has committed is on the disk already."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder / "lexical"
        self._store = store
        self._checksums = _Checksums(self._folder)
        self.index: LexicalIndex | None = None

    def open(self, manifest: Manifest | None, *, seq: int, writable: bool) -> int | None:
        """Load what is usable; the log position it covers, or None when it starts empty."""
        usable = manifest is not None and (writable or manifest.seq == seq)
        if manifest and usable and manifest.content == self._checksums.all():
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
        """Remove the changed chunks, then add those that still exist."""
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
        """Checksums of the folder for the manifest."""
        return self._checksums.all()


class _Checksums:
    """SHA-256 of the files of an index; tantivy itself opens flipped bits without a word.

    Its files are written once, so one that this process has read is read again only when the disk says that it changed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, tuple[_Stamp, str]] = {}

    def all(self) -> str:
        """The checksum of every file by name, as JSON."""
        paths = [path for path in sorted(self._folder.glob("*")) if path.suffix != ".lock"]
        stamps = {path: _stamp(path) for path in paths}
        unknown = [path for path in paths if self._known.get(path.name, ((), ""))[0] != stamps[path]]
        with ThreadPoolExecutor(max_workers=2) as pool:
            found = dict(zip((path.name for path in unknown), pool.map(_checksum, unknown), strict=True))
        self._known = {path.name: (stamps[path], found.get(path.name) or self._known[path.name][1]) for path in paths}
        return json.dumps({name: checksum for name, (_, checksum) in self._known.items()})


def _stamp(path: Path) -> _Stamp:
    state = path.stat()
    return state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
