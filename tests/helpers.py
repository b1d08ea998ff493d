"""Small steps that many tests take."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embeddings.encoder import HashEncoder, PassageText, PassageVectors
from rag.context import DocumentContext, read_context
from rag.ingestion import ingest
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
    """Database and caches hold the same chunks, and every row belongs to a document and its text."""
    store = library.store
    assert store.database.integrity() == "ok"
    library.indexes.refresh()
    stored = store.chunk_ids()
    assert (library.indexes.vectors.count, library.indexes.lexical.count) == (len(stored), len(stored))
    chunks = store.chunks(stored)
    documents = {document.id: document for document in store.documents()}
    assert {chunk.document_id for chunk in chunks.values()} == set(documents)
    for document in documents.values():
        text = store.text(document.id)
        assert len(text) == document.characters
        assert text[document.title_start : document.title_end] == document.title
        sentences = store.sentences(document.id)
        assert [s.text for s in sentences] == [text[s.start : s.end] for s in sentences]
        assert len(store.sentence_vectors(document.id)) == len(sentences) > 0
    assert all(chunk.text == store.text(chunk.document_id)[chunk.start : chunk.end] for chunk in chunks.values())
