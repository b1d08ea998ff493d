"""From files to the library: every file has an outcome, and nothing that was stored is ever lost."""

from __future__ import annotations

import errno
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers import SilentEncoder, article, assert_whole, bring_in, found, write
from hypothesis import given
from hypothesis import settings as examples
from strategies import documents

from embeddings.encoder import HashEncoder
from rag.database import Database
from rag.errors import BadInput, DiskFull, EmptyLibrary, HoidapError, WrongEncoder
from rag.file_search import FoundFile, find_files
from rag.ingestion import ingest
from rag.library import Library
from rag.records import EVIDENCE_KINDS
from rag.retrieve import search
from rag.settings import Settings
from rag.store import Store
from rag.text import document_text

HERE = Path(__file__).parent


def sources(library: Library) -> dict[str, str]:
    """Text of each stored document by its file's name."""
    return {Path(d.source).name: library.text(d.id) for d in library.documents()}


def failure(library: Library, path: Path) -> str:
    """The message of the one file that must fail."""
    [progress] = ingest(library, [path])
    assert (progress.outcome, progress.document_id) == ("failed", None)
    assert progress.message
    assert "\n" not in progress.message
    return progress.message


class TestOutcomes:
    def test_added_then_unchanged_then_replaced(self, library: Library, tmp_path: Path) -> None:
        path = write(tmp_path / "in" / "a.txt", article("cà phê"))
        assert bring_in(library, path) == {"a.txt": "added"}
        before = library.documents()
        library._encoder = SilentEncoder()
        assert bring_in(library, path) == {"a.txt": "unchanged"}
        assert library.documents() == before
        library._encoder = HashEncoder()
        write(path, article("thủy lợi"))
        assert bring_in(library, path) == {"a.txt": "replaced"}
        assert sources(library) == {"a.txt": article("thủy lợi")}
        assert found(library, "cà phê") == set()
        assert_whole(library)

    def test_a_folder_with_its_folders(self, library: Library, tmp_path: Path) -> None:
        write(tmp_path / "in" / "b.md", article("bưu điện"))
        write(tmp_path / "in" / "x" / "y" / "a.TXT", article("cà phê"))
        write(tmp_path / "in" / "anh.jpg", "không phải văn bản")
        assert bring_in(library, tmp_path / "in") == {"b.md": "added", "x/y/a.TXT": "added"}
        assert {d.path for d in library.documents()} == {"b.md", "x/y/a.TXT"}

    def test_progress_counts_every_file(self, library: Library, tmp_path: Path) -> None:
        for n in range(3):
            write(tmp_path / "in" / f"{n}.txt", article("cà phê") if n != 1 else "")
        progress = list(ingest(library, [tmp_path / "in"]))
        assert [(p.path, p.outcome, p.done, p.total) for p in progress] == [
            ("0.txt", "added", 1, 3),
            ("1.txt", "failed", 2, 3),
            ("2.txt", "unchanged", 3, 3),
        ]

    def test_a_file_given_twice_is_one_file(self, library: Library, tmp_path: Path) -> None:
        path = write(tmp_path / "in" / "a.txt", article("cà phê"))
        assert len(list(ingest(library, [path, tmp_path / "in", path]))) == 1

    def test_the_same_name_in_two_folders(self, library: Library, tmp_path: Path) -> None:
        one = write(tmp_path / "in" / "a.txt", article("cà phê"))
        two = write(tmp_path / "else" / "a.txt", article("bưu điện"))
        assert [p.outcome for p in ingest(library, [one.parent, two.parent])] == ["added", "added"]
        assert [d.path for d in library.documents()] == ["a.txt", "a.txt"]
        assert len({d.id for d in library.documents()}) == 2
        write(one, article("du lịch"))
        bring_in(library, one)
        assert sorted(library.text(d.id) for d in library.documents()) == sorted(
            [article("du lịch"), article("bưu điện")]
        )

    def test_the_seeds_and_their_dates(self, seeded: Library) -> None:
        dates = {d.path[:3]: d.published.value if d.published else None for d in seeded.documents()}
        assert dates == {"000": None, "001": None, "002": "2025-04", "003": "2024-10", "004": None}
        assert_whole(seeded)


class TestSameContent:
    """A text is stored once; whichever file holds it now, it must stay, and no older text may."""

    def test_at_two_paths_is_stored_once(self, library: Library, tmp_path: Path) -> None:
        write(tmp_path / "in" / "a.txt", article("cà phê"))
        write(tmp_path / "in" / "b.txt", article("cà phê"))
        assert bring_in(library, tmp_path / "in") == {"a.txt": "added", "b.txt": "unchanged"}
        assert len(library.documents()) == 1

    def test_a_moved_file_is_not_encoded_again(self, library: Library, tmp_path: Path) -> None:
        path = write(tmp_path / "in" / "a.txt", article("cà phê"))
        bring_in(library, path)
        path.rename(path.with_name("b.txt"))
        library._encoder = SilentEncoder()
        assert bring_in(library, tmp_path / "in") == {"b.txt": "moved"}
        assert sources(library) == {"b.txt": article("cà phê")}
        assert bring_in(library, tmp_path / "in") == {"b.txt": "unchanged"}

    def test_a_file_that_becomes_equal_to_another_loses_its_old_text(self, library: Library, tmp_path: Path) -> None:
        write(tmp_path / "in" / "a.txt", article("cà phê"))
        write(tmp_path / "in" / "b.txt", article("bưu điện"))
        bring_in(library, tmp_path / "in")
        write(tmp_path / "in" / "a.txt", article("bưu điện"))
        [progress] = ingest(library, [tmp_path / "in" / "a.txt"])
        assert progress.outcome == "replaced"
        assert [d.id for d in library.documents()] == [progress.document_id]
        assert found(library, "cà phê") == set()
        assert bring_in(library, tmp_path / "in") == {"a.txt": "unchanged", "b.txt": "unchanged"}

    @pytest.mark.parametrize("shift", [1, 2])
    def test_files_that_exchange_their_contents_keep_all_of_them(
        self, library: Library, tmp_path: Path, shift: int
    ) -> None:
        words = ["cà phê", "bưu điện", "du lịch"]
        paths = [write(tmp_path / "in" / f"{n}.txt", article(word)) for n, word in enumerate(words)]
        bring_in(library, tmp_path / "in")
        words = words[shift:] + words[:shift]
        for path, word in zip(paths, words, strict=True):
            write(path, article(word))
        bring_in(library, tmp_path / "in")
        assert sources(library) == {f"{n}.txt": article(word) for n, word in enumerate(words)}
        assert_whole(library)

    def test_a_duplicate_keeps_the_text_that_the_first_file_has_lost(self, library: Library, tmp_path: Path) -> None:
        write(tmp_path / "in" / "a.txt", article("cà phê"))
        write(tmp_path / "in" / "b.txt", article("cà phê"))
        bring_in(library, tmp_path / "in")
        write(tmp_path / "in" / "a.txt", article("du lịch"))
        bring_in(library, tmp_path / "in")
        assert sources(library) == {"a.txt": article("du lịch"), "b.txt": article("cà phê")}


class TestBadFiles:
    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"", "trống"),
            (b"\n \n", "trống"),
            (b"\x89PNG\x00\x00\x00", "nhị phân"),
            (b"Xin ch\xc3o", "UTF-8"),
            (b"fb yt zl tw\n", "không có câu nào"),
            ("Có thể bạn quan tâm\n\nMột tin khác\n".encode(), "không có câu nào"),
        ],
    )
    def test_say_why_and_leave_nothing(self, library: Library, tmp_path: Path, content: bytes, why: str) -> None:
        path = tmp_path / "a.txt"
        path.write_bytes(content)
        assert why in failure(library, path)
        assert library.documents() == []

    def test_do_not_stop_the_rest(self, library: Library, tmp_path: Path) -> None:
        write(tmp_path / "in" / "a.txt", article("cà phê"))
        (tmp_path / "in" / "b.txt").write_bytes(b"\xff\xff\xff")
        write(tmp_path / "in" / "c.txt", article("bưu điện"))
        assert bring_in(library, tmp_path / "in") == {"a.txt": "added", "b.txt": "failed", "c.txt": "added"}
        assert found(library, "bưu điện") == {"c.txt"}

    def test_that_do_not_open_do_not_stop_the_rest(
        self, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def read_bytes(path: Path, real: Callable[[Path], bytes] = Path.read_bytes) -> bytes:
            if path.name == "a.txt":
                raise PermissionError(errno.EACCES, "Permission denied")
            return real(path)

        monkeypatch.setattr(Path, "read_bytes", read_bytes)
        write(tmp_path / "in" / "a.txt", article("cà phê"))
        write(tmp_path / "in" / "b.txt", article("bưu điện"))
        assert bring_in(library, tmp_path / "in") == {"a.txt": "failed", "b.txt": "added"}

    def test_with_a_name_that_is_no_text(self, library: Library, tmp_path: Path) -> None:
        path = tmp_path / "in" / os.fsdecode(b"bi\xean b\xb6n.txt")
        write(path, article("cà phê"))
        write(tmp_path / "in" / "b.txt", article("bưu điện"))
        outcomes = [p.outcome for p in ingest(library, [tmp_path / "in"])]
        assert sorted(outcomes) == ["added", "failed"]
        assert "đổi tên" in failure(library, path)

    def test_that_replace_a_good_one_leave_the_good_one(self, library: Library, tmp_path: Path) -> None:
        path = write(tmp_path / "a.txt", article("cà phê"))
        bring_in(library, path)
        path.write_bytes(b"\xff\xff")
        assert "UTF-8" in failure(library, path)
        assert found(library, "cà phê") == {"a.txt"}

    def test_of_fifty_megabytes_are_refused_at_once(self, library: Library, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        with path.open("wb") as file:
            file.truncate(50 * 1024 * 1024)
        started = time.process_time()
        assert "20 MB" in failure(library, path)
        assert time.process_time() - started < 1


class TestBadPaths:
    @pytest.mark.parametrize(
        "path", ["không có", "không/có.txt", "x" * 300, "~nobody-of-this-name/a.txt", "/dev/null/x.txt"]
    )
    def test_that_do_not_exist(self, library: Library, path: str) -> None:
        with pytest.raises(BadInput, match="Không tìm thấy") as caught:
            list(ingest(library, [Path(path)]))
        assert path[:20] in caught.value.line

    def test_one_of_several_stops_before_anything_is_done(self, library: Library, tmp_path: Path) -> None:
        good = write(tmp_path / "a.txt", article("cà phê"))
        with pytest.raises(BadInput):
            list(ingest(library, [good, tmp_path / "b.txt"]))
        assert library.documents() == []

    def test_a_folder_without_anything_to_read(self, library: Library, tmp_path: Path) -> None:
        write(tmp_path / "in" / "a.jpg", "x")
        with pytest.raises(BadInput, match=r"\.md, .*\.txt"):
            list(ingest(library, [tmp_path / "in"]))

    def test_a_pipe_is_not_waited_for(self, library: Library, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "a.txt")
        with pytest.raises(BadInput):
            list(ingest(library, [tmp_path / "a.txt"]))

    def test_a_file_of_an_unknown_kind(self, library: Library, tmp_path: Path) -> None:
        assert ".exe" in failure(library, write(tmp_path / "a.exe", "x"))

    def test_links_that_lead_nowhere_or_round(self, tmp_path: Path) -> None:
        good = write(tmp_path / "in" / "a.txt", "x")
        (tmp_path / "in" / "b.txt").symlink_to(tmp_path / "nowhere")
        (tmp_path / "in" / "round").symlink_to(tmp_path / "in")
        assert find_files([tmp_path / "in"]) == [FoundFile(good, "a.txt")]

    def test_folders_that_do_not_open_do_not_stop_the_rest(
        self, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        for name in ("shut/x.txt", "listed/y.txt", "z.txt"):
            write(tmp_path / "in" / name, article("cà phê"))

        def scandir(folder: str, real: Callable[..., object] = os.scandir) -> object:
            if str(folder).endswith("shut"):
                raise PermissionError(errno.EACCES, "Permission denied", str(folder))
            return real(folder)

        def closed(path: Path, real: Callable[..., object]) -> object:
            if path.name == "y.txt":
                raise PermissionError(errno.EACCES, "Permission denied", str(path))
            return real(path)

        monkeypatch.setattr(os, "scandir", scandir)
        for method in ("stat", "read_bytes"):
            real = getattr(Path, method)
            monkeypatch.setattr(Path, method, lambda path, real=real, **_: closed(path, real))
        assert bring_in(library, tmp_path / "in") == {"listed/y.txt": "failed", "z.txt": "added"}
        assert "shut" in caplog.text


class TestAnyText:
    def test_is_stored_found_and_deleted(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            library = Library(Settings(data=Path(folder) / "data"), encoder=HashEncoder())
            path = Path(folder) / "a.txt"

            @examples(max_examples=25)
            @given(documents)
            def check(text: str) -> None:
                path.write_bytes(text.encode())
                [progress] = ingest(library, [path])
                if progress.document_id is None:
                    return
                document = library.document(progress.document_id)
                assert library.text(document.id) == document_text(text)
                spans = [s for s in library.spans(document.id) if s.kind in EVIDENCE_KINDS]
                own = library.store.sentences(document.id)
                assert all(any(p.start <= s.start and s.end <= p.end for p in spans) for s in own)
                assert_whole(library)
                library.delete([document.id])
                assert_whole(library)
                assert library.documents() == []

            check()
            library.close()

    @pytest.mark.parametrize("piece", ["a", "(", "TP. "])
    def test_a_megabyte_in_one_line(self, library: Library, tmp_path: Path, piece: str) -> None:
        """Four times the text takes about four times as long, not sixteen, however busy the machine is."""

        def seconds(characters: int) -> float:
            text = f"Hội nghị về cà phê {characters} " + piece * (characters // len(piece)) + " hết"
            path = write(tmp_path / f"{characters}.txt", text)
            started = time.process_time()
            assert bring_in(library, path) == {path.name: "added"}
            document = next(d for d in library.documents() if d.path == path.name)
            assert library.text(document.id) == text
            assert path.name in found(library, "cà phê")
            assert library.tone_marks.restore("hoi nghi ve ca phe")
            return time.process_time() - started

        quarter = seconds(250_000)
        assert seconds(1_000_000) < 8 * quarter + 1

    def test_a_nul_in_the_middle_hides_nothing(self, library: Library, tmp_path: Path) -> None:
        body = "Đại biểu đã phát biểu nhiều ý kiến. " * 40
        path = write(tmp_path / "a.txt", f"Hội nghị\n\nMở đầu\x00tiếp. {body}\n\nKết luận về cà phê.\n")
        bring_in(library, path)
        assert_whole(library)
        (passage,) = search(library, "Kết luận về cà phê", k=1)
        assert passage.chunk.text.endswith("\n\nKết luận về cà phê.")


class TestDelete:
    def test_nothing_of_it_can_be_found_afterwards(self, library: Library, tmp_path: Path) -> None:
        for n, word in enumerate(["cà phê", "bưu điện"]):
            write(tmp_path / "in" / f"{n}.txt", article(word))
        bring_in(library, tmp_path / "in")
        assert library.tone_marks.restore("ca phe") == "cà phê"
        gone = next(d for d in library.documents() if d.path == "0.txt")
        assert library.delete([gone.id]) == 1
        assert {p.document.path for p in search(library, "Hội nghị về cà phê", k=50)} == {"1.txt"}
        assert library.tone_marks.restore("ca phe") != "cà phê"
        assert_whole(library)

    def test_of_all_leaves_an_empty_library(self, library: Library, tmp_path: Path) -> None:
        bring_in(library, write(tmp_path / "a.txt", article("cà phê")))
        library.delete([d.id for d in library.documents()])
        with pytest.raises(EmptyLibrary):
            search(library, "cà phê")

    def test_and_bringing_it_in_again(self, library: Library, tmp_path: Path) -> None:
        path = write(tmp_path / "a.txt", article("cà phê"))
        bring_in(library, path)
        first = library.documents()[0].id
        library.delete([first])
        assert bring_in(library, path) == {"a.txt": "added"}
        assert library.documents()[0].id == first
        assert found(library, "cà phê") == {"a.txt"}


class TestFaults:
    @pytest.mark.parametrize("statement", ["INSERT INTO documents", "INSERT INTO chunks", "COMMIT"])
    def test_a_full_disk_changes_nothing(
        self, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str
    ) -> None:
        path = write(tmp_path / "a.txt", article("cà phê"))
        bring_in(library, path)
        write(path, article("du lịch"))
        fault = FaultyConnection(library.database.connection(), statement)
        with monkeypatch.context() as patch:
            patch.setattr(Database, "connection", lambda _: fault)
            with pytest.raises(DiskFull):
                bring_in(library, path)
        assert fault.hit
        assert sources(library) == {"a.txt": article("cà phê")}
        assert found(library, "cà phê") == {"a.txt"}
        assert bring_in(library, path) == {"a.txt": "replaced"}
        assert_whole(library)

    def test_documents_before_the_fault_stay_and_are_found(
        self, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(tmp_path / "in" / "a.txt", article("cà phê"))
        write(tmp_path / "in" / "b.txt", article("du lịch"))
        progress = ingest(library, [tmp_path / "in"])
        assert next(progress).outcome == "added"
        monkeypatch.setattr(Store, "replace", disk_full)
        with pytest.raises(DiskFull):
            next(progress)
        assert found(library, "cà phê") == {"a.txt"}

    def test_an_encoder_that_fails_leaves_the_old_version(self, library: Library, tmp_path: Path) -> None:
        path = write(tmp_path / "a.txt", article("cà phê"))
        bring_in(library, path)
        library._encoder = SilentEncoder()
        write(path, article("du lịch"))
        with pytest.raises(AssertionError, match="encoded again"):
            bring_in(library, path)
        assert found(library, "cà phê") == {"a.txt"}

    def test_a_stopped_ingestion_keeps_what_it_has(self, library: Library, tmp_path: Path) -> None:
        for n, word in enumerate(["cà phê", "du lịch", "bưu điện"]):
            write(tmp_path / "in" / f"{n}.txt", article(word))
        progress = ingest(library, [tmp_path / "in"])
        next(progress)
        progress.close()  # type: ignore[attr-defined]
        assert_whole(library)
        assert found(library, "cà phê") == {"0.txt"}
        assert len(library.documents()) == 1

    def test_another_encoder_is_refused_before_it_encodes(self, library: Library, tmp_path: Path) -> None:
        class Foreign(SilentEncoder):
            def __init__(self) -> None:
                super().__init__()
                self.fingerprint = "foreign"

        bring_in(library, write(tmp_path / "a.txt", article("cà phê")))
        library._encoder = Foreign()
        with pytest.raises(WrongEncoder):
            bring_in(library, write(tmp_path / "b.txt", article("du lịch")))
        assert list(sources(library)) == ["a.txt"]


def disk_full(*_: object, **__: object) -> None:
    raise DiskFull


class FaultyConnection:
    """A connection whose disk is full at one kind of statement."""

    def __init__(self, real: sqlite3.Connection, statement: str) -> None:
        self._real = real
        self._statement = statement
        self.hit = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def _check(self, sql: str) -> None:
        # Reading transactions end with COMMIT too; only a writing one can need room.
        if sql.startswith(self._statement) and self._real.total_changes > self._before:
            self.hit = True
            raise sqlite3.OperationalError("database or disk is full")

    def execute(self, sql: str, *rest: object) -> sqlite3.Cursor:
        if sql.startswith("BEGIN"):
            self._before = self._real.total_changes
        self._check(sql)
        return self._real.execute(sql, *rest)

    def executemany(self, sql: str, *rest: object) -> sqlite3.Cursor:
        self._check(sql)
        return self._real.executemany(sql, *rest)


def start(data: Path, *paths: Path) -> subprocess.Popen[str]:
    """A process that ingests; returns when it is about to begin."""
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(HERE / "writer.py"), str(data), *map(str, paths)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


class TestProcesses:
    def test_two_writers_and_a_reader_lose_nothing(self, library: Library, settings: Settings, tmp_path: Path) -> None:
        for writer in "ab":
            for n in range(12):
                write(tmp_path / writer / f"{writer}{n}.txt", article(f"đề tài {writer}{n} chung"))
            write(tmp_path / writer / "z.txt", article("văn bản chung của cả hai"))
        writers = [start(settings.data, tmp_path / name) for name in "ab"]
        seen = 0
        while any(process.poll() is None for process in writers):
            try:
                passages = search(library, "đề tài chung", k=50)
            except EmptyLibrary:
                continue
            assert all(p.chunk.text == library.text(p.document.id)[p.chunk.start : p.chunk.end] for p in passages)
            seen = max(seen, len(passages))
        outcomes = [process.communicate()[0] for process in writers]
        assert [process.returncode for process in writers] == [0, 0]
        assert sum(text.count("added") + text.count("replaced") for text in outcomes) >= 25
        assert_whole(library)
        assert len(library.documents()) == 25
        assert len(search(library, "đề tài chung", k=50)) > seen * 0.5

    def test_killed_at_any_instant_leaves_whole_documents(self, settings: Settings, tmp_path: Path) -> None:
        total = 60
        for n in range(total):
            body = f"Đại biểu bàn về việc số {n} trong kỳ họp. " * 30
            write(tmp_path / "in" / f"{n:03}.txt", f"Hội nghị số {n}\n\n{body}\n")
        chance = random.Random(7)
        done = 0
        for _ in range(4):
            process = start(settings.data, tmp_path / "in")
            time.sleep(chance.uniform(0.0, 0.25))
            process.send_signal(signal.SIGKILL)
            reported, _ = process.communicate()
            with Library(settings, encoder=SilentEncoder()) as library:
                assert_whole(library)
                stored = sources(library)
                assert len(stored) >= max(done, reported.count("added"))
                assert all(text == (tmp_path / "in" / name).read_text("utf-8") for name, text in stored.items())
                done = len(stored)
        with Library(settings, encoder=HashEncoder()) as library:
            outcomes = [p.outcome for p in ingest(library, [tmp_path / "in"])]
            assert outcomes == ["unchanged"] * done + ["added"] * (total - done)
            assert_whole(library)


def test_errors_of_ingestion_are_ours(library: Library) -> None:
    with pytest.raises(HoidapError):
        list(ingest(library, []))
