"""The database: what goes in comes out, in one piece or not at all."""

from __future__ import annotations

import errno
import hashlib
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import documents

from rag.database import Database, storage_errors
from rag.document_rows import NewDocument
from rag.errors import DiskFull, HoidapError, LibraryBusy, LibraryDamaged, StorageError, UnknownDocument, WrongEncoder
from rag.known_files import FileState, Held, SeenFile
from rag.migrations import STEPS, migrate
from rag.records import Published, Span, SpanKind
from rag.store import Store
from rag.text import document_text

TABLES = ("documents", "spans", "sentences", "chunks")


def new(source: str, text: str, *, chunks: int = 1) -> NewDocument:
    """A document whose one sentence is its text, cut into equal chunks."""
    step = max(1, -(-len(text) // chunks))
    pieces = tuple((at, min(at + step, len(text))) for at in range(0, len(text), step))
    rows = np.eye(4, dtype=np.float32)[np.arange(len(pieces)) % 4]
    whole = (Span(0, len(text), SpanKind.BODY),)
    return NewDocument(
        source=source,
        path=Path(source).name,
        text=text,
        title_start=0,
        title_end=min(5, len(text)),
        published=None,
        spans=whole,
        sentences=whole,
        sentence_vectors=np.eye(4, dtype=np.float32)[:1],
        chunks=pieces,
        chunk_vectors=rows,
    )


def counts(store: Store) -> dict[str, int]:
    with sqlite3.connect(store.database.path) as connection:
        return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(Database(tmp_path / "data" / "hoidap.sqlite"))
    yield store
    store.database.close()


def test_a_document_comes_back_as_it_went_in(store: Store) -> None:
    date = Published("2024-10", "month", "header")
    given_document = replace(new("/a/b.txt", "Hội nghị Sơn La", chunks=3), published=date)
    store.replace(given_document, encoder="e")
    document = store.document(given_document.id)
    assert (document.title, document.path, document.source) == ("Hội n", "b.txt", "/a/b.txt")
    assert document.published == date
    assert document.sha256 == hashlib.sha256("Hội nghị Sơn La".encode()).hexdigest()
    assert store.documents() == [document]
    assert store.find_by_source("/a/b.txt") == store.find_by_sha256(document.sha256) == document
    assert store.spans(document.id) == list(given_document.spans)
    assert [c.text for c in store.chunks(store.chunk_ids()).values()] == ["Hội n", "ghị S", "ơn La"]
    assert np.array_equal(store.chunk_vectors(store.chunk_ids()), given_document.chunk_vectors)
    assert np.array_equal(store.sentence_vectors(document.id), given_document.sentence_vectors)


@given(documents.map(document_text).filter(bool), st.integers(1, 5))
def test_any_text_survives(text: str, pieces: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Database(Path(folder) / "hoidap.sqlite"))
        document = new("/a.txt", text, chunks=pieces)
        store.replace(document, encoder="e")
        assert store.text(document.id) == text
        assert store.document(document.id).title == text[:5]
        assert [s.text for s in store.sentences(document.id)] == [text]
        assert "".join(c.text for _, c in sorted(store.chunks(store.chunk_ids()).items())) == text
        assert store.delete([document.id]) == 1
        assert set(counts(store).values()) == {0}
        store.database.close()


def test_a_source_has_one_document(store: Store) -> None:
    store.replace(new("/a.txt", "bản cũ", chunks=3), encoder="e")
    store.replace(new("/a.txt", "bản mới"), encoder="e")
    assert [store.text(d.id) for d in store.documents()] == ["bản mới"]
    assert counts(store) == dict.fromkeys(TABLES, 1)


def test_a_text_has_one_document(store: Store) -> None:
    store.replace(new("/a.txt", "cùng nội dung"), encoder="e")
    store.replace(new("/b.txt", "cùng nội dung"), encoder="e")
    assert [d.source for d in store.documents()] == ["/b.txt"]
    assert counts(store) == dict.fromkeys(TABLES, 1)


def test_a_text_stored_anew_keeps_the_files_that_hold_it(store: Store) -> None:
    """Else it would be gone once its own file changes, though another file was told to be in the library."""
    first = store.replace(new("/b/q.txt", "cùng nội dung"), encoder="e")
    held = Held(first, new("/b/q.txt", "cùng nội dung").sha256)
    assert store.finish(SeenFile(Path("/b/copy.txt"), FileState(1, 2, 3), (held,)))
    store.replace(new("/a/p.txt", "cùng nội dung"), encoder="e")
    store.replace(new("/a/p.txt", "nội dung khác"), encoder="e")
    assert {d.source: store.text(d.id) for d in store.documents()} == {
        "/a/p.txt": "nội dung khác",
        "/b/copy.txt": "cùng nội dung",
    }


def test_newest_first_even_within_one_second(store: Store) -> None:
    for name in ("b", "c", "a"):
        store.replace(new(f"/{name}.txt", name), encoder="e")
    store.replace(new("/b.txt", "b mới"), encoder="e")
    assert [d.path for d in store.documents()] == ["b.txt", "a.txt", "c.txt"]


class TestDelete:
    def test_takes_all_of_it_and_nothing_else(self, store: Store) -> None:
        first, second = new("/a.txt", "một hai ba", chunks=3), new("/b.txt", "bốn")
        store.replace(first, encoder="e")
        store.replace(second, encoder="e")
        assert store.delete([first.id]) == 1
        assert counts(store) == dict.fromkeys(TABLES, 1)
        assert store.text(second.id) == "bốn"
        with pytest.raises(UnknownDocument, match=first.id):
            store.text(first.id)

    def test_an_id_given_twice_counts_once(self, store: Store) -> None:
        document = new("/a.txt", "một")
        store.replace(document, encoder="e")
        assert store.delete([document.id, document.id]) == 1

    def test_an_unknown_id_keeps_the_others(self, store: Store) -> None:
        document = new("/a.txt", "một")
        store.replace(document, encoder="e")
        with pytest.raises(UnknownDocument, match="không có"):
            store.delete([document.id, "không có"])
        assert store.text(document.id) == "một"

    def test_nothing_is_nothing(self, store: Store) -> None:
        assert store.delete([]) == 0

    def test_every_lost_chunk_is_in_the_log(self, store: Store) -> None:
        document = new("/a.txt", "một hai ba", chunks=3)
        store.replace(document, encoder="e")
        position, chunks = store.last_seq(), store.chunk_ids()
        store.delete([document.id])
        assert sorted(entry.chunk_id for entry in store.log_since(position)) == chunks

    def test_ids_of_chunks_are_never_used_again(self, store: Store) -> None:
        document = new("/a.txt", "một hai ba", chunks=3)
        store.replace(document, encoder="e")
        before = store.chunk_ids()
        store.delete([document.id])
        store.replace(document, encoder="e")
        assert not set(before) & set(store.chunk_ids())


class TestEncoder:
    def test_another_one_is_refused_and_nothing_changes(self, store: Store) -> None:
        store.replace(new("/a.txt", "một"), encoder="first")
        with pytest.raises(WrongEncoder):
            store.check_encoder("second")
        with pytest.raises(WrongEncoder):
            store.replace(new("/b.txt", "hai"), encoder="second")
        with pytest.raises(WrongEncoder):
            store.replace(new("/a.txt", "một khác"), encoder="second")
        assert [store.text(d.id) for d in store.documents()] == ["một"]

    def test_an_empty_library_takes_any(self, store: Store) -> None:
        document = new("/a.txt", "một")
        store.replace(document, encoder="first")
        store.delete([document.id])
        store.replace(document, encoder="second")
        assert store.encoder_fingerprint() == "second"


class TestTransactions:
    def test_a_failure_in_the_middle_leaves_the_old_document(self, store: Store) -> None:
        store.replace(new("/a.txt", "bản cũ"), encoder="e")
        broken = replace(new("/a.txt", "bản mới", chunks=3), chunk_vectors=np.zeros((1, 4), dtype=np.float32))
        with pytest.raises(IndexError):
            store.replace(broken, encoder="e")
        assert [store.text(d.id) for d in store.documents()] == ["bản cũ"]
        store.replace(new("/b.txt", "còn ghi được"), encoder="e")

    def test_a_snapshot_sees_one_moment(self, store: Store) -> None:
        store.replace(new("/a.txt", "một"), encoder="e")
        with store.database.snapshot():
            before = store.documents()
            writer = threading.Thread(target=lambda: store.replace(new("/b.txt", "hai"), encoder="e"))
            writer.start()
            writer.join()
            assert store.documents() == before
        assert len(store.documents()) == 2

    def test_threads_write_without_losing_anything(self, store: Store) -> None:
        def write(name: str) -> None:
            for at in range(5):
                store.replace(new(f"/{name}{at}.txt", f"{name} {at}"), encoder="e")

        threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(store.documents()) == 20
        assert store.database.integrity() == "ok"


class TestOpening:
    def test_many_at_once_make_one_database(self, tmp_path: Path) -> None:
        path = tmp_path / "hoidap.sqlite"
        failures: list[BaseException] = []
        barrier = threading.Barrier(8)

        def open_it() -> None:
            store = Store(Database(path))
            barrier.wait()
            try:
                store.last_seq()
            except HoidapError as error:
                failures.append(error)
            store.database.close()

        threads = [threading.Thread(target=open_it) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []

    def test_migrating_twice_is_migrating_once(self, store: Store) -> None:
        store.replace(new("/a.txt", "một"), encoder="e")
        identity = store.database_id()
        with sqlite3.connect(store.database.path, isolation_level=None) as connection:
            migrate(connection)
            migrate(connection)
            assert connection.execute("PRAGMA user_version").fetchone() == (len(STEPS),)
        assert store.database_id() == identity != ""
        assert len(store.documents()) == 1

    def test_a_database_of_a_newer_program_is_refused_and_left_alone(self, store: Store) -> None:
        store.replace(new("/a.txt", "một"), encoder="e")
        store.database.close()
        with sqlite3.connect(store.database.path) as connection:
            connection.execute(f"PRAGMA user_version={len(STEPS) + 1}")
        with pytest.raises(StorageError, match="phiên bản hoidap mới hơn"):
            store.documents()
        with sqlite3.connect(store.database.path) as connection:
            assert connection.execute("SELECT count(*) FROM documents").fetchone() == (1,)

    def test_a_file_that_is_no_database(self, tmp_path: Path) -> None:
        (tmp_path / "hoidap.sqlite").write_bytes(b"x" * 5000)
        with pytest.raises(StorageError, match="bị hỏng"):
            Store(Database(tmp_path / "hoidap.sqlite")).documents()

    def test_a_folder_that_cannot_be(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x")
        with pytest.raises(StorageError):
            Store(Database(tmp_path / "file" / "hoidap.sqlite")).documents()

    def test_a_closed_store_opens_again(self, store: Store) -> None:
        store.replace(new("/a.txt", "một"), encoder="e")
        store.database.close()
        assert len(store.documents()) == 1


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (sqlite3.OperationalError("database or disk is full"), DiskFull),
        (OSError(errno.ENOSPC, "No space left on device"), DiskFull),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), DiskFull),
        (sqlite3.OperationalError("database is locked"), LibraryBusy),
        (sqlite3.DatabaseError("database disk image is malformed"), LibraryDamaged),
        (sqlite3.OperationalError("Could not decode to UTF-8 column 'text'"), LibraryDamaged),
        (sqlite3.OperationalError("attempt to write a readonly database"), StorageError),
        (sqlite3.OperationalError("disk I/O error"), StorageError),
        (PermissionError(errno.EACCES, "Permission denied"), StorageError),
    ],
)
def test_errors_are_translated_with_their_detail(error: Exception, kind: type[HoidapError]) -> None:
    with pytest.raises(HoidapError) as caught, storage_errors():
        raise error
    assert type(caught.value) is kind
    assert str(error) in caught.value.detail
    assert caught.value.__cause__ is error


def test_other_errors_stay_what_they_are() -> None:
    with pytest.raises(ZeroDivisionError), storage_errors():
        raise ZeroDivisionError


def test_a_writer_that_never_ends_is_reported_as_busy(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **options: connect(path, **{**options, "timeout": 0.05}))
    store.documents()
    other = connect(store.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LibraryBusy):
        store.replace(new("/a.txt", "một"), encoder="e")
    other.execute("ROLLBACK")
    other.close()
    store.replace(new("/a.txt", "một"), encoder="e")
    assert len(store.documents()) == 1


def test_threads_that_ended_leave_no_connection_open(library: Any) -> None:
    library.store.last_seq()
    for _ in range(20):
        worker = threading.Thread(target=library.store.last_seq)
        worker.start()
        worker.join()
    assert len(library.database._connections) <= 2
    assert library.store.last_seq() == 0
