"""A library that outgrows the exact index: a file of its rows is made in the background, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers import SilentEncoder, article, assert_whole, bring_in, found, write

from embeddings.encoder import HashEncoder
from embeddings.index import GrowingIndex
from rag.library import Library
from rag.retrieve import search
from rag.settings import Settings

COUNT = 40


class Small(GrowingIndex):
    """Outgrown by a handful of articles."""

    exact = 10


Open = Callable[..., Library]


@pytest.fixture
def reopen(settings: Settings, tmp_path: Path) -> Iterator[Open]:
    """Opens a library of COUNT articles, as another process would; it cannot encode unless it is told how."""
    opened: list[Library] = []

    def open_again(encoder: HashEncoder | None = None, kind: type[GrowingIndex] = Small) -> Library:
        opened.append(Library(settings, encoder=encoder or SilentEncoder(), vector_type=kind))
        return opened[-1]

    for n in range(COUNT):
        write(tmp_path / "in" / f"{n:02}.txt", article(word(n)))
    first = open_again(HashEncoder(), GrowingIndex)
    assert set(bring_in(first, tmp_path / "in").values()) == {"added"}
    yield open_again
    for library in opened:
        library.close()


def word(n: int) -> str:
    return f"đề án số {n} về {'cà phê' if n % 2 else 'thủy lợi'}"


def first(library: Library, n: int) -> str:
    """The document of the best passage."""
    return search(library, f"Hội nghị về {word(n)}", k=1)[0].document.path


def kept_in(settings: Settings) -> list[Path]:
    return sorted((settings.data / "index").glob("*.rows*"))


def compacted(library: Library) -> Library:
    """Opened far enough to notice that the file is due, and waited for."""
    library.indexes.refresh()
    library.indexes.settle()
    return library


def test_lists_are_made_and_found_in_again(reopen: Open, settings: Settings) -> None:
    exact = reopen(None, GrowingIndex)
    before = [first(exact, n) for n in range(COUNT)]
    assert kept_in(settings) == []
    library = compacted(reopen())
    (path,) = kept_in(settings)
    for each in (library, reopen()):
        assert_whole(each)
        assert [first(each, n) for n in range(COUNT)] == before == [f"{n:02}.txt" for n in range(COUNT)]
        assert each.indexes.vectors.kept == path.name
    assert kept_in(settings) == [path]


def test_searches_go_on_and_no_change_is_lost(
    reopen: Open, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the the file is made a document comes in, one is replaced and two are deleted, from two processes."""
    import rag.compacting

    begun, go_on = threading.Event(), threading.Event()
    really = rag.compacting.write_rows

    def slowly(*given, **named) -> None:
        begun.set()
        assert go_on.wait(20)
        really(*given, **named)

    monkeypatch.setattr(rag.compacting, "write_rows", slowly)
    library, other = reopen(HashEncoder()), reopen(HashEncoder(), GrowingIndex)
    library.indexes.refresh()
    assert begun.wait(20)
    bring_in(library, write(tmp_path / "in" / "more.txt", article("điều lệ trường học")))
    started = time.perf_counter()
    assert found(library, word(3)) >= {"03.txt"}
    assert time.perf_counter() - started < 5
    bring_in(library, write(tmp_path / "in" / "new.txt", article("bưu điện")))
    bring_in(other, write(tmp_path / "in" / "05.txt", article("du lịch")))
    other.delete([d.id for d in other.documents() if d.path in ("07.txt", "more.txt")])
    assert kept_in(settings) == []
    go_on.set()
    library.indexes.settle()
    assert len(kept_in(settings)) == 1
    for each in (library, other, reopen()):
        assert_whole(each)
        assert found(each, "bưu điện") == {"new.txt"}
        assert found(each, "du lịch") == {"05.txt"}
        assert "07.txt" not in found(each, word(7))
        assert found(each, "điều lệ trường học") == set()
        assert first(each, 9) == "09.txt"


def test_what_fails_leaves_the_old_index(reopen: Open, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    library = reopen()
    with monkeypatch.context() as patch:
        patch.setattr("rag.compacting.write_rows", full)
        compacted(library)
        assert kept_in(settings) == []
        assert_whole(library)
        assert found(library, word(3)) >= {"03.txt"}
    with monkeypatch.context() as patch:
        patch.setattr("rag.indexes.write_manifest", full)
        library.indexes._compacting.start()
        library.indexes.settle()
        assert kept_in(settings) == []
        assert_whole(library)
    library.delete([d.id for d in library.documents() if d.path == "03.txt"])
    library.indexes.settle()
    assert len(kept_in(settings)) == 1
    assert_whole(library)


def test_halves_of_a_crash_are_cleared_away(reopen: Open, settings: Settings) -> None:
    """Files as a process leaves them that is killed while it writes, or before its manifest is in place."""
    for name in ("vectors-0.rows.half", "vectors-1.rows"):
        (settings.data / "index" / name).write_bytes(b"half")
    library = compacted(reopen())
    assert_whole(library)
    assert [path.name for path in kept_in(settings)] == [library.indexes.vectors.kept]
    assert_whole(reopen())


def test_closing_stops_it(reopen: Open, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    import rag.compacting

    begun = threading.Event()
    batches = rag.compacting.Compacting._batches

    def endless(self):
        begun.set()
        while True:
            yield from batches(self)
            time.sleep(0.01)

    monkeypatch.setattr(rag.compacting.Compacting, "_batches", endless)
    library = reopen()
    library.indexes.refresh()
    assert begun.wait(20)
    started = time.perf_counter()
    library.close()
    assert time.perf_counter() - started < 2
    assert kept_in(settings) == []
    assert_whole(reopen())


def test_only_one_process_makes_them(reopen: Open, settings: Settings) -> None:
    import fcntl

    with (settings.data / "index" / "compacting.lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        library = compacted(reopen())
        assert kept_in(settings) == []
        assert_whole(library)
    library.delete([d.id for d in library.documents() if d.path == "03.txt"])
    library.indexes.settle()
    assert len(kept_in(settings)) == 1


class TestDamage:
    @pytest.fixture
    def library(self, reopen: Open) -> Library:
        return compacted(reopen())

    @pytest.mark.parametrize("at", [5, -500, -3])
    def test_flipped_lists_are_made_good(self, library: Library, reopen: Open, settings: Settings, at: int) -> None:
        library.close()
        (path,) = kept_in(settings)
        content = bytearray(path.read_bytes())
        content[at] ^= 8
        path.write_bytes(bytes(content))
        again = reopen()
        assert [first(again, n) for n in range(COUNT)] == [f"{n:02}.txt" for n in range(COUNT)]
        again.indexes.settle()
        assert_whole(again)
        assert_whole(reopen())

    @pytest.mark.parametrize("damage", [Path.unlink, lambda path: os.truncate(path, path.stat().st_size // 2)])
    def test_lost_lists_are_made_good(
        self, library: Library, reopen: Open, settings: Settings, damage: Callable[[Path], object]
    ) -> None:
        library.close()
        (path,) = kept_in(settings)
        damage(path)
        again = reopen()
        assert found(again, word(3)) >= {"03.txt"}
        assert_whole(again)

    def test_an_open_library_goes_on_with_lists_that_were_replaced(
        self, library: Library, reopen: Open, settings: Settings, tmp_path: Path
    ) -> None:
        other = reopen(HashEncoder())
        other.delete([d.id for d in other.documents() if d.path < "10.txt"])
        other.indexes.settle()
        assert library.indexes.vectors.kept != other.indexes.vectors.kept
        assert_whole(library)
        assert library.indexes.vectors.kept == other.indexes.vectors.kept
        bring_in(other, write(tmp_path / "in" / "new.txt", article("bưu điện")))
        other.indexes.settle()
        assert found(library, "bưu điện") == {"new.txt"}
        for each in (library, other, reopen()):
            assert_whole(each)


def test_a_library_that_may_only_be_read_keeps_what_it_has(
    reopen: Open, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    compacted(reopen()).close()
    monkeypatch.setattr("rag.indexes.is_writable", lambda _: False)
    reader = reopen()
    assert found(reader, word(3)) >= {"03.txt"}
    assert reader.indexes.vectors.kept == kept_in(settings)[0].name
    shutil.rmtree(settings.data / "index")
    assert found(reopen(), word(3)) >= {"03.txt"}
    assert kept_in(settings) == []


def test_a_small_change_is_not_written_and_not_lost(reopen: Open, settings: Settings, tmp_path: Path) -> None:
    """One document of many: the file of vectors stays, and who opens it next replays the log."""
    library = reopen(HashEncoder(), GrowingIndex)
    many = "".join(f"Đại biểu số {n} bàn về công tác thủy lợi tại xã số {n}.\n\n" * 8 for n in range(120))
    bring_in(library, write(tmp_path / "in" / "long.txt", "Biên bản\n\n" + many))
    path = settings.data / "index" / "vectors.index"
    stamp = path.stat().st_mtime_ns
    bring_in(library, write(tmp_path / "in" / "one.txt", article("bưu điện")))
    assert path.stat().st_mtime_ns == stamp
    for each in (library, reopen(None, GrowingIndex)):
        assert_whole(each)
        assert found(each, "bưu điện") == {"one.txt"}
