"""Marks put right when more documents of a folder show which lines they share; nothing is encoded again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from rag.cleaning import Cleaned, RepeatedLines, clean, titled
from rag.database import Database
from rag.records import EVIDENCE_KINDS, SpanKind

NEWEST = 200
"""Documents of a folder, the newest ones, that are counted and put right: share is what counts, not all."""

LONGEST = 100_000
"""Characters of a document that is looked at: no page is longer, and the texts are held together."""

# What was counted of the marked texts is counted again.
_REMARKED = """INSERT INTO meta VALUES('remarked', '1')
ON CONFLICT(key) DO UPDATE SET value=CAST(CAST(value AS INTEGER) + 1 AS TEXT)"""


def remark(database: Database, folders: Iterable[str]) -> int:
    """Mark again the newest documents of these folders; the number of documents that changed.

    The first documents of a folder are cleaned before anything is known to recur in it. Each batch that is brought in
    ends with this, so that they follow as soon as there are enough. A sentence that is no longer evidence goes with its
    vector and does not come back when the other documents go. Chunks stay: they find a document, they are not quoted.
    """
    changed = 0
    for folder in sorted(set(folders)):
        texts = dict(
            database.rows(
                # "0" is the character behind "/"; below a folder there are others.
                "SELECT id, text FROM documents WHERE source>? AND source<? AND instr(substr(source, ?), '/')=0"
                " AND characters<=? ORDER BY rowid DESC LIMIT ?",
                (folder + "/", folder + "0", len(folder) + 2, LONGEST, NEWEST),
            )
        )
        titles = _titles(database, texts)
        repeated = RepeatedLines.among(texts.values())
        for document_id, text in texts.items():
            plain, cleaned = (titled(c, titles.get(document_id)) for c in (clean(text), clean(text, repeated)))
            if cleaned != plain:
                changed += _store(database, document_id, text, cleaned)
    return changed


def _titles(database: Database, ids: Iterable[str]) -> dict[str, tuple[int, int]]:
    """The titles that files name themselves, by document."""
    wanted = list(ids)
    rows = database.rows(
        "SELECT document_id, start, label FROM landmarks WHERE kind='title'"
        f" AND document_id IN ({','.join('?' * len(wanted))})",
        wanted,
    )
    return {document_id: (start, start + len(label)) for document_id, start, label in rows}


def _store(database: Database, document_id: str, text: str, cleaned: Cleaned) -> bool:
    """Write the marks of a document unless they stand there already.

    Nothing is written either when no sentence would be left, or when the document was replaced meanwhile.
    """
    kept = [span for span in cleaned.spans if span.kind in EVIDENCE_KINDS]
    with database.transaction() as connection:
        marked = [(document_id, span.start, span.end, span.kind) for span in cleaned.spans]
        current = connection.execute("SELECT text FROM documents WHERE id=?", (document_id,)).fetchone()
        stored = connection.execute(
            'SELECT document_id, start, "end", kind FROM spans WHERE document_id=? ORDER BY start', (document_id,)
        ).fetchall()
        sentences = connection.execute(
            'SELECT id, start, "end" FROM sentences WHERE document_id=? ORDER BY ordinal', (document_id,)
        ).fetchall()
        held = {key: span.kind for key, a, b in sentences for span in kept if span.start <= a and b <= span.end}
        if current != (text,) or stored == marked or not held:
            return False
        connection.execute("DELETE FROM spans WHERE document_id=?", (document_id,))
        connection.executemany("INSERT INTO spans VALUES(?,?,?,?)", marked)
        connection.execute(
            "UPDATE documents SET title=?, title_start=?, title_end=? WHERE id=?",
            (text[cleaned.title_start : cleaned.title_end], cleaned.title_start, cleaned.title_end, document_id),
        )
        _keep(connection, [key for key, _, _ in sentences], held)
        connection.execute(_REMARKED)
    return True


def _keep(connection: sqlite3.Connection, keys: list[int], held: dict[int, SpanKind]) -> None:
    """Remove the sentences that are not `held` and number the others anew."""
    connection.executemany("DELETE FROM sentences WHERE id=?", [(key,) for key in keys if key not in held])
    connection.executemany(
        "UPDATE sentences SET ordinal=?, kind=? WHERE id=?",
        [(at, held[key], key) for at, key in enumerate(key for key in keys if key in held)],
    )
