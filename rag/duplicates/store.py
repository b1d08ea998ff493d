"""Signatures and near duplicates in the database; rows go with their document."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from rag.database import Database
from rag.duplicates.minhash import PERMUTATIONS, VERSION, Signature
from rag.records import Related


@dataclass(frozen=True, slots=True)
class Signed:
    """A document's signature, with the text it was made of."""

    document_id: str
    sha256: str
    shingles: int
    """How many different ones the text has."""
    signature: Signature


@dataclass(frozen=True, slots=True)
class Signatures:
    """All comparable signatures, row by row."""

    documents: tuple[str, ...]
    shingles: np.ndarray
    """int64 (n,)"""
    matrix: Signature
    """uint8 (n, PERMUTATIONS)"""


class DuplicateStore:
    """Which documents print the same text; both directions of a pair are stored."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def unsigned(self) -> list[str]:
        """Ids of documents that have no signature of the present version."""
        rows = self.database.rows(
            "SELECT id FROM documents EXCEPT SELECT document_id FROM signatures WHERE version=? ORDER BY id", (VERSION,)
        )
        return [row[0] for row in rows]

    def signatures(self, least: int) -> Signatures:
        """Those of documents with at least so many shingles."""
        rows = self.database.rows(
            "SELECT document_id, shingles, signature FROM signatures WHERE version=? AND shingles>=?", (VERSION, least)
        )
        matrix = np.frombuffer(b"".join(row[2] for row in rows), dtype=np.uint8).reshape(-1, PERMUTATIONS)
        counts = np.array([row[1] for row in rows], dtype=np.int64)
        return Signatures(tuple(row[0] for row in rows), counts, matrix)

    def of(self, document_ids: Iterable[str]) -> dict[str, frozenset[str]]:
        """The near duplicates of those among the given documents that have any."""
        wanted = json.dumps(list(document_ids))
        found: dict[str, set[str]] = {}
        for one, other in self.database.rows(
            "SELECT document_id, other_id FROM duplicates WHERE document_id IN (SELECT value FROM json_each(?))",
            (wanted,),
        ):
            found.setdefault(one, set()).add(other)
        return {one: frozenset(others) for one, others in found.items()}

    def all(self) -> dict[str, frozenset[str]]:
        """The near duplicates of every document that has any."""
        found: dict[str, set[str]] = {}
        for one, other in self.database.rows("SELECT document_id, other_id FROM duplicates"):
            found.setdefault(one, set()).add(other)
        return {one: frozenset(others) for one, others in found.items()}

    def named(self, document_ids: Iterable[str]) -> dict[str, tuple[Related, ...]]:
        """For each of the documents its near duplicates with their titles, by date of print, then by id."""
        found: dict[str, tuple[Related, ...]] = dict.fromkeys(wanted := list(document_ids), ())
        for one, *related in self.database.rows(
            "SELECT p.document_id, d.id, d.title FROM duplicates p JOIN documents d ON d.id=p.other_id"
            " WHERE p.document_id IN (SELECT value FROM json_each(?)) ORDER BY d.published IS NULL, d.published, d.id",
            (json.dumps(wanted),),
        ):
            found[one] += (Related(*related),)
        return found

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """One transaction; other writers wait."""
        with self.database.transaction() as connection:
            yield Writer(connection)


@dataclass(frozen=True, slots=True)
class Writer:
    """What may be stored within one transaction."""

    connection: sqlite3.Connection

    def sign(self, signed: Signed) -> bool:
        """Store a signature; False when the document has gone or holds another text by now."""
        done = self.connection.execute(
            "INSERT OR REPLACE INTO signatures SELECT id, ?, ?, ? FROM documents WHERE id=? AND sha256=?",
            (VERSION, signed.shingles, signed.signature.tobytes(), signed.document_id, signed.sha256),
        )
        self.connection.execute("DELETE FROM duplicates WHERE ? IN (document_id, other_id)", (signed.document_id,))
        return done.rowcount > 0

    def pair(self, one: str, other: str) -> None:
        """Two documents that print the same text."""
        self.connection.executemany("INSERT OR IGNORE INTO duplicates VALUES(?,?)", ((one, other), (other, one)))
