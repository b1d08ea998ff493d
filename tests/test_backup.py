"""One file out, a whole library back; half a file never."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers import SilentEncoder, article, assert_whole, bring_in, found, write

from embeddings.encoder import HashEncoder
from rag.backup import back_up, restore
from rag.errors import BadBackup, BadInput, DiskFull, LibraryBusy
from rag.library import Library
from rag.retrieve import search
from rag.settings import Settings

ROOT = Path(__file__).parent.parent
WORDS = ("cà phê", "thủy lợi", "biên phòng")


def quietly(*_: object) -> None:
    return None


@pytest.fixture
def full(library: Library, tmp_path: Path) -> Library:
    for n, word in enumerate(WORDS):
        write(tmp_path / "in" / f"{n}.txt", article(word))
    bring_in(library, tmp_path / "in")
    return library


@pytest.fixture
def file(full: Library, tmp_path: Path) -> Path:
    back_up(full.database, tmp_path / "kho.hoidap", quietly)
    return tmp_path / "kho.hoidap"


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_comes_back_and_answers_without_the_encoder(file: Path, tmp_path: Path) -> None:
    manifest = restore(file, tmp_path / "new", quietly, force=False)
    assert manifest.documents == 3
    with Library(Settings(data=tmp_path / "new"), encoder=SilentEncoder()) as library:
        assert [found(library, word) for word in WORDS] == [{"0.txt"}, {"1.txt"}, {"2.txt"}]
        assert_whole(library)
        assert set(bring_in(library, tmp_path / "in").values()) == {"unchanged"}
    assert names(tmp_path / "new") <= {"hoidap.sqlite", "hoidap.lock", "index"}


def test_is_of_one_moment_while_another_writes(full: Library, tmp_path: Path) -> None:
    for n in range(60):
        write(tmp_path / "more" / f"{n}.txt", article(f"đề tài {n}") * 40)

    def fill() -> None:
        with Library(full.settings, encoder=HashEncoder()) as writer:
            bring_in(writer, tmp_path / "more")

    thread = threading.Thread(target=fill)
    thread.start()
    for n in range(5):
        back_up(full.database, tmp_path / f"{n}.hoidap", quietly)
    thread.join()
    for n in range(5):
        manifest = restore(tmp_path / f"{n}.hoidap", tmp_path / f"new{n}", quietly, force=False)
        with Library(Settings(data=tmp_path / f"new{n}"), encoder=SilentEncoder()) as library:
            assert_whole(library)
            assert len(library.documents()) == manifest.documents >= 3


@pytest.mark.parametrize("damage", ["cut", "flipped", "text", "empty", "other", "gone"])
def test_a_damaged_file_is_refused_and_nothing_is_made(file: Path, tmp_path: Path, damage: str) -> None:
    content = bytearray(file.read_bytes())
    if damage == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif damage == "flipped":
        # One flipped byte may unpack to the same bytes: a run of zeros can be copied from anywhere.
        for at in range(len(content) // 4, len(content) // 2):
            content[at] ^= 0x10
        file.write_bytes(content)
    elif damage == "other":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("a.txt", "x")
    elif damage == "gone":
        file.unlink()
    else:
        file.write_text("x" * 5000 if damage == "text" else "")
    with pytest.raises(BadBackup):
        restore(file, tmp_path / "new", quietly, force=False)
    assert names(tmp_path / "new") == set()


def test_a_library_is_not_replaced_unless_forced_and_then_put_aside(file: Path, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "other")
    with Library(settings, encoder=HashEncoder()) as other:
        bring_in(other, write(tmp_path / "x.txt", article("du lịch")))
    with pytest.raises(BadInput, match="--force"):
        restore(file, settings.data, quietly, force=False)
    restore(file, settings.data, quietly, force=True)
    with Library(settings, encoder=SilentEncoder()) as library:
        assert found(library, "du lịch") == set()
        assert found(library, "cà phê") == {"0.txt"}
        assert_whole(library)
    [aside] = [path for path in settings.data.iterdir() if path.name.startswith("truoc-phuc-hoi")]
    with sqlite3.connect(aside / "hoidap.sqlite") as old:
        assert old.execute("SELECT count(*) FROM documents").fetchone() == (1,)


def test_an_older_moment_of_the_same_library_is_not_mixed_with_its_caches(full: Library, tmp_path: Path) -> None:
    back_up(full.database, tmp_path / "kho.hoidap", quietly)
    bring_in(full, *(write(tmp_path / "in" / f"{n}.txt", article(f"đề án mới {n}")) for n in range(5)))
    full.close()
    restore(tmp_path / "kho.hoidap", full.settings.data, quietly, force=True)
    with Library(full.settings, encoder=HashEncoder()) as library:
        # As many log entries as the caches have seen, of other documents.
        bring_in(library, *(write(tmp_path / "other" / f"{n}.txt", article(f"việc khác {n}")) for n in range(5)))
        assert_whole(library)
        assert not any("mới" in p.chunk.text for p in search(library, "Hội nghị về đề án mới", k=50))


def test_a_library_that_another_has_open_is_left_alone(file: Path, full: Library) -> None:
    assert len(full.documents()) == 3
    with pytest.raises(LibraryBusy, match="đang được một chương trình khác mở"):
        restore(file, full.settings.data, quietly, force=True)
    assert_whole(full)


def test_a_damaged_library_is_replaced(file: Path, full: Library) -> None:
    full.close()
    (full.settings.data / "hoidap.sqlite").write_bytes(b"x" * 5000)
    restore(file, full.settings.data, quietly, force=True)
    assert_whole(full)


@pytest.mark.parametrize(
    "fail", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()], ids=["disk full", "Ctrl-C"]
)
@pytest.mark.parametrize("stage", ["Sao chép", "Nén"])
def test_an_interrupted_backup_leaves_the_old_file(
    full: Library, file: Path, tmp_path: Path, fail: BaseException, stage: str
) -> None:
    def progress(name: str, *_: object) -> None:
        if name == stage:
            raise fail

    before, there = file.read_bytes(), names(tmp_path)
    with pytest.raises(DiskFull if isinstance(fail, OSError) else KeyboardInterrupt):
        back_up(full.database, file, progress)
    assert file.read_bytes() == before
    assert names(tmp_path) == there


def on_small_disk(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a script where `folder` is a disk of two megabytes; skipped where that is not allowed."""
    mounted = f'mount -t tmpfs -o size=2m tmpfs "{folder}" && exec "{sys.executable}" -c "$0"'
    try:
        able = subprocess.run(["unshare", "-m", "sh", "-c", f'mount -t tmpfs tmpfs "{folder}"'], capture_output=True)
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if able.returncode:
        pytest.skip("no mounts here")
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
    return subprocess.run(
        ["unshare", "-m", "sh", "-c", mounted, script], capture_output=True, text=True, env=environment, cwd=ROOT
    )


FULL_DISK = """
from pathlib import Path
from helpers import *
from embeddings.encoder import HashEncoder
from rag.backup import back_up
from rag.errors import DiskFull
from rag.library import Library
from rag.settings import Settings
disk, files = Path({disk!r}), Path({files!r})
def fails(step):
    try:
        step()
    except DiskFull as error:
        return error.line
with Library(Settings(data=disk / "data"), encoder=HashEncoder()) as library:
    bring_in(library, files)
    first = len(library.documents())
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass
    more = write(files / "more.txt", article("du lịch") * 3000)
    print(fails(lambda: bring_in(library, more)))
    print(len(library.documents()) == first, [d.path for d in library.documents()].count("more.txt"))
    print(fails(lambda: back_up(library.database, disk / "kho.hoidap", lambda *_: None)))
    print(sorted(path.name for path in disk.iterdir()))
    filler.unlink()
    small = write(files / "small.txt", article("bưu điện"))
    print(bring_in(library, small))
    assert_whole(library)
    print("whole")
"""


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    disk, files = tmp_path / "disk", tmp_path / "files"
    disk.mkdir()
    for n, word in enumerate(WORDS):
        write(files / f"{n}.txt", article(word))
    done = on_small_disk(FULL_DISK.format(disk=str(disk), files=str(files)), disk)
    assert done.stdout.splitlines() == [
        DiskFull().line,
        "True 0",
        DiskFull().line,
        "['data', 'filler']",
        "{'small.txt': 'added'}",
        "whole",
    ], done.stderr


def test_what_is_renamed_into_place_is_on_the_disk_first(
    full: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut keeps only what was synchronised: the file before its rename, then the folder's names."""
    steps: list[tuple[str, str]] = []

    def syncing(handle: int, real: Callable[[int], None] = os.fsync) -> None:
        steps.append(("sync", str(Path(f"/proc/self/fd/{handle}").readlink())))
        real(handle)

    def renaming(old: Path, new: Path, real: Callable[[Path, Path], Path] = Path.replace) -> Path:
        steps.append(("rename", str(old)))
        return real(old, new)

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(Path, "replace", renaming)
    back_up(full.database, tmp_path / "kho.hoidap", quietly)
    restore(tmp_path / "kho.hoidap", tmp_path / "new", quietly, force=False)
    bring_in(full, write(tmp_path / "in" / "9.txt", article("du lịch")))
    renames = [at for at, (what, _) in enumerate(steps) if what == "rename"]
    assert len(renames) >= 5
    for at in renames:
        assert ("sync", steps[at][1]) in steps[:at], steps[at]
        assert steps[at + 1][0] == "sync"
        assert Path(steps[at + 1][1]).is_dir()


def test_a_document_is_on_the_disk_before_it_is_told(full: Library) -> None:
    connection = full.database.connection()
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,), "FULL: the log is synchronised at each commit"


def hoidap(data: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rag", "--data", str(data), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)


def test_the_commands_say_what_they_did(full: Library, tmp_path: Path) -> None:
    saved = hoidap(full.settings.data, "backup", tmp_path / "kho.hoidap")
    assert (saved.returncode, saved.stdout) == (0, f"Đã sao lưu 3 tài liệu vào {tmp_path / 'kho.hoidap'}.\n")
    back = hoidap(tmp_path / "new", "restore", tmp_path / "kho.hoidap")
    assert (back.returncode, back.stdout) == (0, f"Đã phục hồi 3 tài liệu vào {tmp_path / 'new'}.\n"), back.stderr
    again = hoidap(tmp_path / "new", "restore", tmp_path / "kho.hoidap")
    assert again.returncode == 2
    assert again.stderr.count("\n") == 1
    assert "--force" in again.stderr


def test_doctor_saves_a_damaged_library(full: Library, tmp_path: Path) -> None:
    full.close()
    with sqlite3.connect(full.settings.data / "hoidap.sqlite") as connection:
        connection.execute("UPDATE documents SET text='khác' WHERE path='1.txt'")
    done = hoidap(full.settings.data, "doctor", "--salvage", tmp_path / "new")
    assert done.returncode == 1, done.stderr
    assert "Đã cứu 2 tài liệu" in done.stdout
    assert f"Mất: {tmp_path / 'in' / '1.txt'}" in done.stdout
    listed = hoidap(tmp_path / "new", "docs", "list")
    assert "0.txt" in listed.stdout and "1.txt" not in listed.stdout
