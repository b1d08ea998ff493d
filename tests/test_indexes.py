"""The caches follow the database: whatever happens to them, they come back without the encoder."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers import OtherEncoder, SilentEncoder, article, assert_whole, bring_in, found, write

from embeddings.encoder import HashEncoder
from embeddings.index import ExactIndex, GrowingIndex
from rag.errors import DiskFull, EmptyLibrary, StorageError, WrongEncoder
from rag.lexical import TantivyIndex
from rag.library import Library
from rag.retrieve import search
from rag.settings import Settings

WORDS = ("cà phê", "thủy lợi", "biên phòng")


@pytest.fixture
def reopen(settings: Settings, tmp_path: Path) -> Iterator[Callable[..., Library]]:
    """Opens the library of three documents again, as another process would; it cannot encode documents."""
    opened: list[Library] = []

    def open_again(encoder: HashEncoder | None = None) -> Library:
        library = Library(settings, encoder=encoder or SilentEncoder(), vector_type=GrowingIndex)
        opened.append(library)
        return library

    sources = [write(tmp_path / "in" / f"{n}.txt", article(word)) for n, word in enumerate(WORDS)]
    assert set(bring_in(open_again(HashEncoder()), *sources).values()) == {"added"}
    yield open_again
    for library in opened:
        library.close()


def assert_found(library: Library) -> None:
    assert_whole(library)
    assert [found(library, word) for word in WORDS] == [{"0.txt"}, {"1.txt"}, {"2.txt"}]
    assert all(p.dense > 0.3 for word in WORDS for p in search(library, f"Hội nghị về {word}", k=1))


def index_folder(settings: Settings) -> Path:
    return settings.data / "index"


def files_of(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".lock" and p.name != "lock")


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 0x10
    path.write_bytes(bytes(content))


def test_a_second_process_reads_what_the_first_wrote(reopen: Callable[..., Library], settings: Settings) -> None:
    before = {path: path.stat().st_mtime_ns for path in files_of(index_folder(settings))}
    assert_found(reopen())
    assert {path: path.stat().st_mtime_ns for path in files_of(index_folder(settings))} == before, "nothing was rebuilt"


def test_the_exact_index_for_tests_finds_the_same(reopen: Callable[..., Library], tmp_path: Path) -> None:
    real = reopen()
    with Library(Settings(data=tmp_path / "exact"), encoder=HashEncoder(), vector_type=ExactIndex) as exact:
        bring_in(exact, tmp_path / "in")
        assert_found(exact)
        for word in WORDS:
            ours, theirs = search(real, word), search(exact, word)
            assert [p.chunk for p in ours] == [p.chunk for p in theirs]
            assert [p.score for p in ours] == pytest.approx([p.score for p in theirs], abs=0.01)


class TestDamage:
    def test_every_file_cut_or_flipped_or_gone(self, reopen: Callable[..., Library], settings: Settings) -> None:
        folder = index_folder(settings)
        names = [path.relative_to(folder) for path in files_of(folder)]
        assert len(names) > 5
        damages: list[Callable[[Path], object]] = [
            Path.unlink,
            lambda path: os.truncate(path, path.stat().st_size // 2),
            lambda path: flip(path, path.stat().st_size // 2),
        ]
        for damage in damages:
            for name in names:
                if (folder / name).exists():
                    damage(folder / name)
                assert_found(reopen())

    def test_a_repaired_cache_is_stored(self, reopen: Callable[..., Library], settings: Settings) -> None:
        flip(index_folder(settings) / "vectors.index", 100)
        for path in files_of(index_folder(settings) / "lexical"):
            flip(path, 10)
        assert_found(reopen())
        assert GrowingIndex.load(index_folder(settings) / "vectors.index").count == len(reopen().store.chunk_ids())
        stamps = {path: path.stat().st_mtime_ns for path in files_of(index_folder(settings))}
        assert_found(reopen())
        assert {path: path.stat().st_mtime_ns for path in files_of(index_folder(settings))} == stamps

    def test_the_whole_folder_gone(self, reopen: Callable[..., Library], settings: Settings) -> None:
        shutil.rmtree(index_folder(settings))
        assert_found(reopen())

    @pytest.mark.parametrize("content", ["", "{", "[]", "null", "{}", '{"format": 1}', '"x"'])
    def test_manifests_that_say_nothing(self, reopen: Callable[..., Library], settings: Settings, content: str) -> None:
        for name in ("vectors.json", "lexical.json"):
            (index_folder(settings) / name).write_text(content)
        assert_found(reopen())

    @pytest.mark.parametrize(
        ("key", "value"),
        [("encoder", "another"), ("format", -1), ("seq", 10**6), ("database", "another"), ("checksum", "0")],
    )
    def test_manifests_of_another_cache(
        self, reopen: Callable[..., Library], settings: Settings, key: str, value: object
    ) -> None:
        for name in ("vectors.json", "lexical.json"):
            path = index_folder(settings) / name
            path.write_text(json.dumps({**json.loads(path.read_text()), key: value}))
        assert_found(reopen())


class TestBehind:
    @pytest.fixture
    def old_caches(self, reopen: Callable[..., Library], settings: Settings, tmp_path: Path) -> Path:
        """The caches as they were before one document was replaced, one deleted and one added."""
        saved = tmp_path / "saved"
        shutil.copytree(index_folder(settings), saved)
        library = reopen(HashEncoder())
        changed = write(tmp_path / "in" / "0.txt", article("bưu điện"))
        added = write(tmp_path / "in" / "3.txt", article("du lịch"))
        bring_in(library, changed, added)
        gone = next(d.id for d in library.documents() if d.path == "1.txt")
        library.delete([gone])
        library.close()
        return saved

    @pytest.mark.parametrize("which", [["vectors"], ["lexical"], ["vectors", "lexical"]], ids="+".join)
    def test_the_log_is_replayed(
        self, reopen: Callable[..., Library], settings: Settings, old_caches: Path, which: list[str]
    ) -> None:
        folder = index_folder(settings)
        if "vectors" in which:
            shutil.copy(old_caches / "vectors.index", folder)
        if "lexical" in which:
            shutil.rmtree(folder / "lexical")
            shutil.copytree(old_caches / "lexical", folder / "lexical")
        for name in which:
            shutil.copy(old_caches / f"{name}.json", folder)
        library = reopen()
        assert_whole(library)
        assert [found(library, word) for word in ("bưu điện", "du lịch", "biên phòng")] == [
            {"0.txt"},
            {"3.txt"},
            {"2.txt"},
        ]
        assert found(library, "cà phê") == found(library, "thủy lợi") == set()

    def test_another_open_library_follows(self, reopen: Callable[..., Library], tmp_path: Path) -> None:
        reader, writer = reopen(), reopen(HashEncoder())
        assert_found(reader)
        bring_in(writer, write(tmp_path / "in" / "0.txt", article("bưu điện")))
        assert found(reader, "bưu điện") == {"0.txt"}
        assert found(reader, "cà phê") == set()
        writer.delete([d.id for d in writer.documents()])
        with pytest.raises(EmptyLibrary):
            search(reader, "bưu điện")
        assert_whole(reader)


class TestEmptied:
    def test_then_nothing_is_found_and_another_encoder_may_start(
        self, reopen: Callable[..., Library], tmp_path: Path
    ) -> None:
        library = reopen()
        library.delete([d.id for d in library.documents()])
        assert_whole(library)
        with pytest.raises(EmptyLibrary):
            search(library, "cà phê")
        larger = reopen(HashEncoder(dimension=96))
        assert bring_in(larger, write(tmp_path / "in" / "9.txt", article("cà phê"))) == {"9.txt": "added"}
        assert found(larger, "cà phê") == {"9.txt"}
        assert_whole(larger)

    def test_a_new_database_beside_old_caches(
        self, reopen: Callable[..., Library], settings: Settings, tmp_path: Path
    ) -> None:
        """Same encoder, chunk ids and log length, other documents: the old caches must not be believed."""
        for path in settings.data.glob("hoidap.sqlite*"):
            path.unlink()
        library = reopen(HashEncoder())
        others = ("xuất khẩu", "giáo dục", "y tế", "thể thao")
        bring_in(library, *(write(tmp_path / "in" / f"{n}.txt", article(word)) for n, word in enumerate(others)))
        assert_whole(library)
        assert [found(library, word) for word in others] == [{f"{n}.txt"} for n in range(4)]
        assert not any(found(library, word) for word in WORDS)


def test_another_encoder_is_refused(reopen: Callable[..., Library]) -> None:
    with pytest.raises(WrongEncoder):
        search(reopen(OtherEncoder()), "cà phê")


class TestDisk:
    """Saving an index fails after the documents are stored: they stay, and are found once it works again."""

    def ingest_fails(self, library: Library, tmp_path: Path, kind: type[StorageError]) -> None:
        with pytest.raises(StorageError) as caught:
            bring_in(library, write(tmp_path / "in" / "4.txt", article("du lịch")))
        assert type(caught.value) is kind

    @pytest.mark.parametrize(
        ("error", "kind"),
        [
            (OSError(errno.ENOSPC, "No space left on device"), DiskFull),
            (
                RuntimeError("Error in virtual size_t faiss::FileIOWriter: write error: No space left on device"),
                DiskFull,
            ),
            (PermissionError(errno.EACCES, "Permission denied"), StorageError),
        ],
    )
    def test_vectors(
        self,
        reopen: Callable[..., Library],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        error: Exception,
        kind: type[StorageError],
    ) -> None:
        def fail(*_: object) -> None:
            raise error

        library = reopen(HashEncoder())
        with monkeypatch.context() as patch:
            patch.setattr(GrowingIndex, "save", fail)
            self.ingest_fails(library, tmp_path, kind)
            assert len(library.documents()) == 4
        for again in (library, reopen()):
            assert found(again, "du lịch") == {"4.txt"}
            assert_found(again)

    @pytest.mark.parametrize(
        ("error", "kind"),
        [
            (ValueError("An IO error occurred: 'No space left on device (os error 28)'"), DiskFull),
            (ValueError("An IO error occurred: 'Permission denied (os error 13)'"), StorageError),
        ],
    )
    def test_terms(
        self,
        reopen: Callable[..., Library],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        error: Exception,
        kind: type[StorageError],
    ) -> None:
        def fail(*_: object) -> None:
            raise error

        library = reopen(HashEncoder())
        with monkeypatch.context() as patch:
            patch.setattr(TantivyIndex, "update", fail)
            self.ingest_fails(library, tmp_path, kind)
        for again in (library, reopen()):
            assert found(again, "du lịch") == {"4.txt"}
            assert_found(again)

    @pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), PermissionError(13, "denied")])
    def test_manifests(
        self, reopen: Callable[..., Library], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
    ) -> None:
        def fail(**_: object) -> None:
            raise error

        library = reopen(HashEncoder())
        with monkeypatch.context() as patch:
            patch.setattr("tempfile.mkstemp", fail)
            self.ingest_fails(library, tmp_path, DiskFull if error.errno == errno.ENOSPC else StorageError)
        for again in (library, reopen()):
            assert found(again, "du lịch") == {"4.txt"}
            assert_found(again)

    def test_the_database(
        self, reopen: Callable[..., Library], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """SQLite itself says full, by a limit on its pages; the stored documents stay untouched."""
        library = reopen(HashEncoder())
        connection = library.database.connection()
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")
        big = write(tmp_path / "in" / "0.txt", "Hội nghị\n\n" + "Đại biểu bàn về công tác. " * 5000)
        with pytest.raises(DiskFull):
            bring_in(library, big)
        assert_found(library)
        assert_found(reopen())


def test_the_index_never_keeps_deleted_text_in_reach(reopen: Callable[..., Library]) -> None:
    library = reopen()
    gone = next(d for d in library.documents() if d.path == "0.txt")
    library.delete([gone.id])
    assert gone.id not in {p.document.id for p in search(library, "Hội nghị về cà phê", k=50)}
    assert library.indexes.lexical.document_frequency("ca_phe") == 0
    with sqlite3.connect(library.database.path) as connection:
        assert "cà phê" not in "".join(row[0] for row in connection.execute("SELECT text FROM documents"))
    assert_whole(library)
