"""A library that the first landed schema made opens with everything in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from helpers import SilentEncoder, assert_whole, bring_in, found, write

from embeddings.encoder import HashEncoder
from rag.library import Library
from rag.migrations import STEPS
from rag.settings import Settings

FIRST = Path(__file__).parent / "data" / "schema-1.sql"


@pytest.fixture
def old(settings: Settings) -> Settings:
    """A data folder as the program of schema 1 left it: two articles, no caches."""
    settings.data.mkdir(parents=True)
    with closing(sqlite3.connect(settings.data / "hoidap.sqlite")) as connection:
        connection.executescript(FIRST.read_text("utf-8"))
    return settings


def test_the_first_schema_comes_up_whole(old: Settings) -> None:
    encoder = SilentEncoder(dimension=16)
    with Library(old, encoder=encoder) as library:
        assert {d.path: d.published.value for d in library.documents() if d.published} == {
            "0.txt": "2024-10",
            "1.txt": "2024-11",
        }
        assert found(library, "cà phê") == {"0.txt"}
        assert found(library, "thủy lợi") == {"1.txt"}
        assert_whole(library)
        [(version,)] = library.database.rows("PRAGMA user_version")
        assert version == len(STEPS) > 1
        assert library.store.encoder_fingerprint() == HashEncoder(dimension=16).fingerprint


def test_its_files_are_known_after_one_look_without_encoding(old: Settings, tmp_path: Path) -> None:
    with Library(old, encoder=SilentEncoder(dimension=16)) as library:
        texts = {document.path: library.text(document.id) for document in library.documents()}
        for name, text in texts.items():
            write(tmp_path / "in" / name, text)
        assert library.database.rows("SELECT count(*) FROM files") == [(0,)]
        assert set(bring_in(library, tmp_path / "in").values()) == {"moved"}
        rows = library.database.rows("SELECT path, document_id FROM file_documents ORDER BY path")
        stored = {document.source: document.id for document in library.documents()}
        assert dict(rows) == stored
        assert set(stored) == {str(tmp_path / "in" / name) for name in texts}


def test_a_step_that_fails_leaves_the_old_database(old: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.migrations.STEPS", (*STEPS, "CREATE TABLE half(a);\nINSERT INTO nowhere VALUES(1);\n"))
    with pytest.raises(Exception, match="thư mục dữ liệu"), Library(old) as library:
        library.documents()
    with closing(sqlite3.connect(old.data / "hoidap.sqlite")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type='table'")}
    assert not tables & {"files", "half"}
