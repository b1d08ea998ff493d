"""The database schema, one step a version; all missing steps run in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

_INITIAL = """
CREATE TABLE documents(
  id TEXT PRIMARY KEY, source TEXT NOT NULL UNIQUE, path TEXT NOT NULL, title TEXT NOT NULL,
  title_start INTEGER NOT NULL, title_end INTEGER NOT NULL,
  published TEXT, published_precision TEXT, published_source TEXT,
  sha256 TEXT NOT NULL UNIQUE, characters INTEGER NOT NULL, ingested_at TEXT NOT NULL, text TEXT NOT NULL
) STRICT;
CREATE TABLE spans(
  document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, kind TEXT NOT NULL,
  PRIMARY KEY(document_id, start)
) STRICT, WITHOUT ROWID;
CREATE TABLE sentences(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, kind TEXT NOT NULL,
  vector BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX sentences_by_document ON sentences(document_id, ordinal);
CREATE TABLE chunks(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB NOT NULL
) STRICT;
CREATE INDEX chunks_by_document ON chunks(document_id);
CREATE TABLE log(seq INTEGER PRIMARY KEY AUTOINCREMENT, op TEXT NOT NULL, chunk_id INTEGER NOT NULL) STRICT;
CREATE TRIGGER log_add AFTER INSERT ON chunks BEGIN INSERT INTO log(op, chunk_id) VALUES('add', new.id); END;
CREATE TRIGGER log_remove AFTER DELETE ON chunks BEGIN INSERT INTO log(op, chunk_id) VALUES('remove', old.id); END;
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES('database', lower(hex(randomblob(8))));
"""

# What was read of each file; a file that loses a document is forgotten and read again.
_FILES = """
CREATE TABLE files(
  path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE file_documents(
  path TEXT NOT NULL REFERENCES files(path) ON DELETE CASCADE,
  document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
  PRIMARY KEY(path, document_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_documents_by_document ON file_documents(document_id);
CREATE TRIGGER file_forgotten AFTER DELETE ON file_documents BEGIN DELETE FROM files WHERE path=old.path; END;
"""

# A document whose sentences are marked anew is signed and compared again.
_DUPLICATES = """
CREATE TABLE signatures(
  document_id TEXT PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
  version INTEGER NOT NULL, shingles INTEGER NOT NULL, signature BLOB NOT NULL
) STRICT;
CREATE TABLE duplicates(
  document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
  other_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
  PRIMARY KEY(document_id, other_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX duplicates_by_other ON duplicates(other_id);
CREATE TRIGGER signature_outdated AFTER DELETE ON sentences
BEGIN DELETE FROM signatures WHERE document_id=old.document_id; END;
CREATE TRIGGER signature_outdated_by_kind AFTER UPDATE OF kind ON sentences WHEN old.kind<>new.kind
BEGIN DELETE FROM signatures WHERE document_id=old.document_id; END;
"""

# A document that is marked anew is read for meetings again.
_MEETINGS = """
CREATE TABLE meetings(
  document_id TEXT PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
  extractor INTEGER NOT NULL, records TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER meetings_outdated AFTER DELETE ON spans
BEGIN DELETE FROM meetings WHERE document_id=old.document_id; END;
CREATE TRIGGER meetings_outdated_by_kind AFTER UPDATE ON spans
BEGIN DELETE FROM meetings WHERE document_id=old.document_id; END;
"""

# Where pages and headings begin.
_LANDMARKS = """
CREATE TABLE landmarks(
  document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL, start INTEGER NOT NULL, kind TEXT NOT NULL, label TEXT NOT NULL,
  PRIMARY KEY(document_id, ordinal)
) STRICT, WITHOUT ROWID;
"""

# What could not be read, until it can or is dismissed.
_FAILURES = """
CREATE TABLE failures(
  source TEXT PRIMARY KEY, path TEXT NOT NULL, reason TEXT NOT NULL, failed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

# Conversations. The words that search reads stand before the long record, so that it need not be read.
_CHATS = """
CREATE TABLE chats(
  id TEXT PRIMARY KEY, user TEXT NOT NULL, title TEXT NOT NULL, words TEXT NOT NULL,
  created TEXT NOT NULL, updated TEXT NOT NULL
) STRICT;
CREATE INDEX chats_by_user ON chats(user, updated);
CREATE TABLE chat_turns(
  chat_id TEXT NOT NULL REFERENCES chats(id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL, words TEXT NOT NULL, sha256 TEXT NOT NULL, record TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX chat_turns_by_chat ON chat_turns(chat_id, ordinal);
"""

# Answers that somebody has called wrong; they outlive the documents they saw.
_FLAGS = """
CREATE TABLE flags(
  id TEXT PRIMARY KEY, user TEXT NOT NULL, made_at TEXT NOT NULL, wrong TEXT NOT NULL, expected TEXT NOT NULL,
  note TEXT NOT NULL, seen TEXT NOT NULL, question TEXT
) STRICT;
CREATE INDEX flags_by_user ON flags(user, made_at);
"""

STEPS = (_INITIAL, _FILES, _DUPLICATES, _MEETINGS, _LANDMARKS, _FAILURES, _CHATS, _FLAGS)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a database to the newest version; a newer database than the program is left alone.

    Raises:
        ValueError: the database was written by a newer program.
    """
    if is_current(connection):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again: another process may have been quicker.
        for script in STEPS[_version(connection) :]:
            for statement in _statements(script):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version={len(STEPS)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def is_current(connection: sqlite3.Connection) -> bool:
    """Whether no step is missing.

    Raises:
        ValueError: the database was written by a newer program.
    """
    return _version(connection) == len(STEPS)


def _version(connection: sqlite3.Connection) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(STEPS):
        raise ValueError(f"database version {version}, program knows {len(STEPS)}")
    return version


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, a trigger in one piece."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
