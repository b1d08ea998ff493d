"""The SQLite database: the only truth; every index can be rebuilt from it without the encoder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from rag.database import Database
from rag.document_rows import (
    DOCUMENT,
    NewDocument,
    Vectors,
    finish,
    forget_encoder,
    free_id,
    give_up,
    hold_again,
    holdings,
    insert,
    lying_in,
    remove,
    text_sha256,
)
from rag.errors import LibraryDamaged, UnknownDocument, WrongEncoder
from rag.known_files import Held, SeenFile
from rag.records import Chunk, Citation, Document, Landmark, Published, Sentence, Span, SpanKind
from rag.sources import file_of

AMONG = "(SELECT value FROM json_each(?))"
"""A condition on any number of keys; SQLite takes only so many parameters."""


def among(keys: Iterable[str] | Iterable[int]) -> tuple[str]:
    """The parameter of AMONG: each key once, rising."""
    return (json.dumps(sorted(set(keys))),)


@dataclass(frozen=True, slots=True)
class LogEntry:
    seq: int
    chunk_id: int


@contextmanager
def damaged_rows() -> Iterator[None]:
    """Rows that SQLite reads and that cannot have been stored so."""
    try:
        yield
    except (ValueError, TypeError, LookupError) as error:
        raise LibraryDamaged(detail=f"{type(error).__name__}: {error}") from error


class Store:
    """Documents with all that was computed of them; `database` is shared with the other tables' stores."""

    def __init__(self, database: Database) -> None:
        self.database = database

    # Reading

    def documents(self) -> list[Document]:
        """All documents, newest first."""
        rows = self.database.rows(f"SELECT {DOCUMENT} FROM documents ORDER BY rowid DESC")
        return [_document(row) for row in rows]

    def document(self, document_id: str) -> Document:
        """One document without its text.

        Raises:
            UnknownDocument: no such id.
        """
        return _document(self._one(f"SELECT {DOCUMENT} FROM documents WHERE id=?", document_id))

    def documents_among(self, ids: Iterable[str]) -> dict[str, Document]:
        """The documents that still exist among the given ids."""
        rows = self.database.rows(f"SELECT {DOCUMENT} FROM documents WHERE id IN {AMONG}", among(ids))
        return {row[0]: _document(row) for row in rows}

    def text(self, document_id: str) -> str:
        """The whole text that offsets refer to.

        Raises:
            LibraryDamaged: it is not the text that was stored.
        """
        text, sha256 = self._one("SELECT text, sha256 FROM documents WHERE id=?", document_id)
        if text_sha256(text) != sha256:
            raise LibraryDamaged(detail=f"text of {document_id} does not match its sha256")
        return str(text)

    def _one(self, sql: str, document_id: str) -> Any:
        rows = self.database.rows(sql, (document_id,))
        if not rows:
            raise UnknownDocument(f"Không có tài liệu “{document_id}” trong kho.")
        return rows[0]

    def find_by_sha256(self, sha256: str) -> Document | None:
        """The document with this very text, if there is one."""
        rows = self.database.rows(f"SELECT {DOCUMENT} FROM documents WHERE sha256=?", (sha256,))
        return _document(rows[0]) if rows else None

    def bears_out(self, citation: Citation) -> bool:
        """Whether the document still has the text that was cited."""
        document = self.find_by_sha256(citation.document_sha256)
        return document is not None and document.id == citation.document_id

    def find_by_source(self, source: str) -> Document | None:
        """The document that was read from this path, if there is one."""
        rows = self.database.rows(f"SELECT {DOCUMENT} FROM documents WHERE source=?", (source,))
        return _document(rows[0]) if rows else None

    def ids_from(self, path: Path) -> list[str]:
        """The documents whose source lies in a file."""
        condition, parameters = lying_in(path)
        return [row[0] for row in self.database.rows(f"SELECT id FROM documents WHERE {condition}", parameters)]

    def count(self) -> int:
        """How many documents there are."""
        return int(self.database.rows("SELECT count(*) FROM documents")[0][0])

    def spans(self, document_id: str) -> list[Span]:
        """Every marked stretch of a document, in text order."""
        rows = self.database.rows(
            'SELECT start, "end", kind FROM spans WHERE document_id=? ORDER BY start', (document_id,)
        )
        with damaged_rows():
            return [Span(row[0], row[1], SpanKind(row[2])) for row in rows]

    def landmarks(self, document_id: str) -> list[Landmark]:
        """Where pages and headings begin in a document, in text order."""
        rows = self.database.rows(
            "SELECT start, kind, label FROM landmarks WHERE document_id=? ORDER BY ordinal", (document_id,)
        )
        return [Landmark(*row) for row in rows]

    def sentences(self, document_id: str) -> list[Sentence]:
        """All evidence sentences of a document, in text order."""
        text = self.text(document_id)
        rows = self.database.rows(
            'SELECT id, ordinal, start, "end", kind FROM sentences WHERE document_id=? ORDER BY ordinal', (document_id,)
        )
        with damaged_rows():
            return [Sentence(r[0], document_id, r[1], r[2], r[3], SpanKind(r[4]), text[r[2] : r[3]]) for r in rows]

    def sentence_vectors(self, document_id: str) -> Vectors:
        """float32 (n, dim) in the order of `sentences`."""
        rows = self.database.rows("SELECT vector FROM sentences WHERE document_id=? ORDER BY ordinal", (document_id,))
        with damaged_rows():
            return matrix([row[0] for row in rows])

    def chunks(self, ids: Sequence[int]) -> dict[int, Chunk]:
        """The chunks that still exist among the given ids."""
        with self.database.snapshot():
            rows = self.database.rows(
                f'SELECT id, document_id, start, "end" FROM chunks WHERE id IN {AMONG}', among(ids)
            )
            texts = {document_id: self.text(document_id) for document_id in {row[1] for row in rows}}
        # Cut here: SQLite's substr ends at a NUL character.
        return {i: Chunk(i, document, a, b, texts[document][a:b]) for i, document, a, b in rows}

    def chunks_of(self, document_id: str) -> list[Chunk]:
        """The chunks of one document, in text order."""
        rows = self.database.rows("SELECT id FROM chunks WHERE document_id=? ORDER BY start", (document_id,))
        found = self.chunks([row[0] for row in rows])
        return [found[row[0]] for row in rows]

    def chunk_ids_of(self, document_ids: Iterable[str]) -> list[int]:
        """The ids of all chunks of these documents, rising."""
        sql = f"SELECT id FROM chunks WHERE document_id IN {AMONG} ORDER BY id"
        rows = self.database.rows(sql, among(document_ids))
        return [row[0] for row in rows]

    def chunk_documents(self, ids: Iterable[int]) -> dict[int, str]:
        """The document of each chunk that still exists among the given ids."""
        return dict(self.database.rows(f"SELECT id, document_id FROM chunks WHERE id IN {AMONG}", among(ids)))

    def chunk_ids(self) -> list[int]:
        return [row[0] for row in self.database.rows("SELECT id FROM chunks ORDER BY id")]

    def chunk_vectors(self, ids: Sequence[int]) -> Vectors:
        """float32 (n, dim) of the given existing chunks, in their order."""
        found = dict(self.database.rows(f"SELECT id, vector FROM chunks WHERE id IN {AMONG}", among(ids)))
        with damaged_rows():
            return matrix([found[chunk_id] for chunk_id in ids])

    def texts(self) -> Iterator[tuple[str, list[Span]]]:
        """Each document's text with its spans, one at a time."""
        for (document_id,) in self.database.rows("SELECT id FROM documents ORDER BY id"):
            yield self.text(document_id), self.spans(document_id)

    def last_seq(self) -> int:
        """The position of the newest entry of the change log, 0 when there is none."""
        return int(self.database.rows("SELECT coalesce(max(seq), 0) FROM log")[0][0])

    def log_since(self, seq: int) -> list[LogEntry]:
        return [
            LogEntry(*row)
            for row in self.database.rows("SELECT seq, chunk_id FROM log WHERE seq>? ORDER BY seq", (seq,))
        ]

    def remarked(self) -> int:
        """How often the marks of documents were put right; their chunks, and so the log, stay as they are."""
        return int(self._meta("remarked") or 0)

    def encoder_fingerprint(self) -> str | None:
        return self._meta("encoder")

    def database_id(self) -> str:
        """Random, drawn when the database was made; tells a new one at the same path from the old."""
        return self._meta("database") or ""

    def _meta(self, key: str) -> str | None:
        rows = self.database.rows("SELECT value FROM meta WHERE key=?", (key,))
        return str(rows[0][0]) if rows else None

    # Writing

    def check_encoder(self, fingerprint: str) -> None:
        """Refuse an encoder whose vectors cannot be compared with the stored ones.

        Raises:
            WrongEncoder: documents were encoded by another encoder.
        """
        known = self.encoder_fingerprint()
        if known is not None and known != fingerprint:
            raise WrongEncoder(detail=f"stored {known}, given {fingerprint}")

    def replace(self, document: NewDocument, *, encoder: str, seen: SeenFile | None = None) -> str:
        """Store a document in one transaction, in place of one with the same source or the same text; its id.

        Args:
            seen: the file that ends with this document, recorded in the same transaction.

        Raises:
            WrongEncoder: documents were encoded by another encoder.
        """
        with self.database.transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO meta(key, value) VALUES('encoder', ?)", (encoder,))
            self.check_encoder(encoder)
            own = connection.execute("SELECT id FROM documents WHERE source=?", (document.source,)).fetchone()
            same = connection.execute("SELECT id FROM documents WHERE sha256=?", (document.sha256,)).fetchone()
            if own:
                give_up(connection, own[0], str(file_of(document.source)))
            held_too = holdings(connection, same[0]) if same else []
            remove(connection, [row[0] for row in (same,) if row])
            document_id = free_id(connection, own[0] if own else document.id)
            insert(connection, document_id, document)
            hold_again(connection, held_too, document_id)
            if seen:
                held = Held(document_id, document.sha256)
                finish(connection, replace(seen, documents=(*seen.documents, held)))
        return document_id

    def finish(self, seen: SeenFile) -> bool:
        """Record a file; documents that came from it and that it no longer holds go.

        False when one of those it is said to hold is not stored with that text: then nothing is done.
        """
        with self.database.transaction() as connection:
            there = "SELECT 1 FROM documents WHERE id=? AND sha256=?"
            held = [connection.execute(there, (each.document_id, each.sha256)).fetchone() for each in seen.documents]
            if all(held):
                finish(connection, seen)
        return all(held)

    def move(self, held: Held, source: str, path: str) -> bool:
        """Give a document another source, in place of the one that was read from there; its id stays.

        False when it is not stored with that text any more: then nothing is done.
        """
        with self.database.transaction() as connection:
            there = "SELECT 1 FROM documents WHERE id=? AND sha256=?"
            if connection.execute(there, (held.document_id, held.sha256)).fetchone() is None:
                return False
            old = connection.execute("SELECT id FROM documents WHERE source=? AND id<>?", (source, held.document_id))
            for (old_id,) in old.fetchall():
                give_up(connection, old_id, str(file_of(source)))
            moved = "UPDATE documents SET source=?, path=? WHERE id=?"
            connection.execute(moved, (source, path, held.document_id))
        return True

    def delete(self, document_ids: Sequence[str]) -> int:
        """Remove everything of the documents in one transaction; the number removed.

        Raises:
            UnknownDocument: one of the ids is not stored; then nothing is removed.
        """
        with self.database.transaction() as connection:
            for document_id in document_ids:
                self.document(document_id)
            remove(connection, document_ids)
            forget_encoder(connection)
        return len(set(document_ids))


def _document(row: Any) -> Document:
    key, title, start, end, path, source, value, precision, origin, sha256, characters, ingested_at = row
    published = Published(value, precision, origin) if value else None
    return Document(key, title, start, end, path, source, published, sha256, characters, ingested_at)


def matrix(blobs: Sequence[bytes]) -> Vectors:
    """float32 (n, dim) of stored vectors."""
    if len({len(blob) for blob in blobs}) > 1:
        raise ValueError("stored vectors differ in length")
    rows = np.frombuffer(b"".join(blobs), dtype=np.float16)
    return rows.reshape(len(blobs), -1).astype(np.float32) if blobs else np.zeros((0, 0), dtype=np.float32)
