"""Small steps that many tests take."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embeddings.encoder import HashEncoder, PassageText, PassageVectors
from rag.context import DocumentContext, read_context
from rag.ingestion import ingest
from rag.invariants import violations
from rag.library import Library
from rag.records import Sentence
from rag.retrieve import search


class SilentEncoder(HashEncoder):
    """The hash encoder that answers questions but fails when it should encode a document."""

    def encode_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        raise AssertionError("a document was encoded again")


class OtherEncoder(HashEncoder):
    """As many dimensions, other vectors."""

    def __init__(self) -> None:
        super().__init__()
        self.fingerprint = "another encoder"

    def encode_query(self, question: str) -> np.ndarray:
        return -super().encode_query(question)


def write(path: Path, text: str) -> Path:
    """Write a file in UTF-8 as it is, with its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def article(word: str) -> str:
    """A small article that only its own word finds."""
    return f"Hội nghị về {word}\n\nSáng 30/7, đại biểu bàn về {word} tại trụ sở.\n"


def bring_in(library: Library, *paths: Path) -> dict[str, str]:
    """Ingest; what became of each file by its name."""
    return {progress.path: progress.outcome for progress in ingest(library, paths)}


def read_in(library: Library, path: Path, text: str) -> DocumentContext:
    """Write and ingest one document; how it reads."""
    assert bring_in(library, write(path, text)) == {path.name: "added"}
    document = next(d for d in library.documents() if d.path == path.name)
    return read_context(library, document)


def sentence_of(context: DocumentContext, words: str) -> Sentence:
    """The first sentence that has these words."""
    return next(s for s in context.sentences if words in s.text)


def found(library: Library, question: str) -> set[str]:
    """Paths of the documents whose text answers the question's terms."""
    return {p.document.path for p in search(library, question, k=50) if p.lexical > 0}


def assert_whole(library: Library) -> None:
    """Every promise of a library holds."""
    assert list(violations(library)) == []
