"""A watched folder: real files, real events, the hash encoder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers import article, found, write

from embeddings.encoder import HashEncoder
from rag import watching
from rag.errors import BadInput
from rag.library import Library
from rag.settings import Settings
from rag.watching import watch

ROOT = Path(__file__).parent.parent


class Watched:
    """A watch in a thread, with what it has told."""

    def __init__(self, settings: Settings, folder: Path, prune: bool) -> None:
        self.told: list[tuple[str, str]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(settings, folder, prune))
        self._thread.start()

    def _run(self, settings: Settings, folder: Path, prune: bool) -> None:
        with Library(settings, encoder=HashEncoder()) as library:
            for progress in watch(library, folder, prune=prune, stop=self._stop):
                self.told.append((progress.outcome, progress.path))

    def wait_for(self, *told: tuple[str, str]) -> None:
        until = time.monotonic() + 10
        while not set(told) <= set(self.told):
            assert time.monotonic() < until, f"{told} not in {self.told}"
            time.sleep(0.02)

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()


@pytest.fixture
def start(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Watched]]:
    monkeypatch.setattr(watching, "QUIET", 0.3)
    monkeypatch.setattr(watching, "_LOOK", 0.05)
    started: list[Watched] = []

    def begin(*, prune: bool = False) -> Watched:
        started.append(Watched(settings, tmp_path / "in", prune))
        return started[-1]

    yield begin
    for each in started:
        each.stop()


def test_what_is_there_and_what_comes(start: Callable[..., Watched], library: Library, tmp_path: Path) -> None:
    write(tmp_path / "in" / "a.txt", article("cà phê"))
    watched = start()
    watched.wait_for(("added", "a.txt"))
    write(tmp_path / "in" / "x" / "b.txt", article("bưu điện"))
    write(tmp_path / "in" / "a.txt", article("thủy lợi"))
    write(tmp_path / "in" / "anh.jpg", "không phải văn bản")
    watched.wait_for(("added", "x/b.txt"), ("replaced", "a.txt"))
    assert found(library, "thủy lợi") == {"a.txt"}
    assert found(library, "cà phê") == set()
    assert all(path != "anh.jpg" for _, path in watched.told)


def test_a_half_written_file_waits(start: Callable[..., Watched], library: Library, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    watched = start()
    with (tmp_path / "in" / "a.txt").open("w", encoding="utf-8") as file:
        for piece in article("cà phê").splitlines(keepends=True) * 4:
            file.write(piece)
            file.flush()
            time.sleep(0.04)
    watched.wait_for(("added", "a.txt"))
    time.sleep(0.5)
    assert watched.told == [("added", "a.txt")]
    assert library.text(library.documents()[0].id) == article("cà phê") * 4


def test_an_editor_that_saves_by_rename(start: Callable[..., Watched], library: Library, tmp_path: Path) -> None:
    path = write(tmp_path / "in" / "a.txt", article("cà phê"))
    watched = start(prune=True)
    watched.wait_for(("added", "a.txt"))
    path.rename(tmp_path / "in" / "a.txt~")
    write(tmp_path / "in" / ".a.swp", article("thủy lợi")).rename(path)
    watched.wait_for(("replaced", "a.txt"))
    assert [d.path for d in library.documents()] == ["a.txt"]
    assert found(library, "thủy lợi") == {"a.txt"}


def test_a_rename_takes_the_document_along(start: Callable[..., Watched], library: Library, tmp_path: Path) -> None:
    write(tmp_path / "in" / "x" / "a.txt", article("cà phê"))
    watched = start(prune=True)
    watched.wait_for(("added", "x/a.txt"))
    [before] = library.documents()
    (tmp_path / "in" / "x").rename(tmp_path / "in" / "y")
    watched.wait_for(("moved", "y/a.txt"))
    [after] = library.documents()
    assert (after.id, after.path) == (before.id, "y/a.txt")
    assert "removed" not in dict(watched.told)


def test_a_deleted_file_keeps_its_document(start: Callable[..., Watched], library: Library, tmp_path: Path) -> None:
    path = write(tmp_path / "in" / "a.txt", article("cà phê"))
    watched = start()
    watched.wait_for(("added", "a.txt"))
    path.unlink()
    watched.wait_for(("orphaned", "a.txt"))
    assert found(library, "cà phê") == {"a.txt"}


def test_with_prune_it_goes_unless_another_file_has_its_text(
    start: Callable[..., Watched], library: Library, tmp_path: Path
) -> None:
    for name, word in {"a": "cà phê", "b": "thủy lợi", "c": "cà phê"}.items():
        write(tmp_path / "in" / f"{name}.txt", article(word))
    watched = start(prune=True)
    watched.wait_for(("unchanged", "c.txt"))
    (tmp_path / "in" / "a.txt").unlink()
    (tmp_path / "in" / "b.txt").unlink()
    watched.wait_for(("moved", "c.txt"), ("removed", "b.txt"))
    assert [d.path for d in library.documents()] == ["c.txt"]


def test_a_folder_that_is_gone_takes_nothing_along(
    start: Callable[..., Watched], library: Library, tmp_path: Path
) -> None:
    write(tmp_path / "in" / "a.txt", article("cà phê"))
    watched = start(prune=True)
    watched.wait_for(("added", "a.txt"))
    (tmp_path / "in").rename(tmp_path / "away")
    time.sleep(0.8)
    assert [d.path for d in library.documents()] == ["a.txt"]


def test_no_such_folder(library: Library, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Không có thư mục"):
        watch(library, tmp_path / "nowhere", prune=False, stop=threading.Event())


def test_ctrl_c_ends_the_command(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    command = [sys.executable, "-m", "rag", "--data", str(tmp_path / "data"), "watch", str(tmp_path / "in")]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("Đang theo dõi")
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors.strip()) == (130, "Đã dừng.")
