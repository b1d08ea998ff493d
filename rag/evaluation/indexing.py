"""The library a set is measured on: made once per corpus, encoder and ingestion code, then found again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from rag.evaluation import sources
from rag.evaluation.corpus import CorpusFile, digest, write_files
from rag.files import exclusive, write_whole
from rag.ingestion import ingest
from rag.library import Library

if TYPE_CHECKING:
    from embeddings.encoder import Encoder
    from rag.llm import LLM
    from rag.settings import Settings

Progress = Callable[[int, int], None]
"""Told (done, total) after each step."""
_STATISTICS = "index.json"


@dataclass(frozen=True, slots=True)
class Indexed:
    """What indexing gave; the same when the library is found again."""

    key: str
    documents: dict[str, str]
    """Document id by the name that evidence uses; distractors have none."""
    failed: tuple[str, ...] = ()
    characters: int = 0
    """Of the documents that were encoded in `seconds`."""
    encoded: int = 0
    seconds: float = 0.0
    total: int = 0
    """Documents in the library, distractors too."""


@contextmanager
def indexed_library(
    corpora: Sequence[Sequence[CorpusFile]],
    settings: Settings,
    *,
    cache: Path,
    encoder: Encoder,
    llm: LLM | None,
    progress: Progress,
) -> Iterator[tuple[Library, Indexed]]:
    """Open the library of these corpora (the set's own first, then distractors), indexed when it is not yet.

    An interrupted indexing goes on where it stopped.
    """
    # Two engines of one encoder share a fingerprint, but the figures must say which of them made the vectors.
    parts = (digest(corpora), encoder.fingerprint, type(encoder).__name__, sources.of_indexing())
    folder = cache / "index" / sha256("\0".join(parts).encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    own = settings.model_copy(update={"data": folder / "library"})
    with Library(own, encoder=encoder, llm=llm) as library:
        statistics = folder / _STATISTICS
        with exclusive(folder / "lock"):
            if not statistics.exists():
                indexed = _index(library, corpora, folder, progress)
                write_whole(statistics, json.dumps(asdict(indexed), ensure_ascii=False).encode())
        yield library, TypeAdapter(Indexed).validate_json(statistics.read_bytes())


def _index(library: Library, corpora: Sequence[Sequence[CorpusFile]], folder: Path, progress: Progress) -> Indexed:
    documents: dict[str, str] = {}
    failed: list[str] = []
    added: list[str] = []
    seconds, done, total = 0.0, 0, sum(map(len, corpora))
    for place, files in enumerate(corpora):
        root = folder / (f"mix-{place}" if place else "corpus")
        write_files(files, root)
        names = {file.path: file.name for file in files}
        started = time.perf_counter()
        for step in ingest(library, [root]):
            if step.document_id is None:
                failed.append(f"{names[step.path]}: {step.message}")
            elif not place:
                documents[names[step.path]] = step.document_id
            if step.outcome == "added" and step.document_id:
                added.append(step.document_id)
            progress(done := done + 1, total)
        seconds += time.perf_counter() - started
    stored = {d.id: d.characters for d in library.documents()}
    characters = sum(stored[i] for i in added)
    return Indexed(folder.name, documents, tuple(failed), characters, len(added), round(seconds, 3), len(stored))
