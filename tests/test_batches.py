"""Many files at once: known ones are not opened, encoding mixes documents, one bad document fails alone."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from helpers import SilentEncoder, article, assert_whole, bring_in, found, write

from embeddings.encoder import HashEncoder, PassageText, PassageVectors
from rag import ingestion, known_files, read_ahead
from rag.document_rows import text_sha256
from rag.file_search import FoundFile
from rag.ingestion import ingest
from rag.library import Library
from rag.preparation import ReadText, read_file
from rag.records import Extracted

ROOT = Path(__file__).parent.parent


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that were written just now count as settled."""
    monkeypatch.setattr(known_files, "_SETTLED_NS", -(10**12))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are opened, in order."""
    names: list[str] = []

    def counted(file: FoundFile) -> list[ReadText]:
        names.append(file.path.name)
        return read_file(file)

    monkeypatch.setattr(read_ahead, "read_file", counted)
    return names


def some(folder: Path, count: int) -> Path:
    for n in range(count):
        write(folder / f"{n:03}.txt", article(f"đề tài {n}"))
    return folder


class CountingEncoder(HashEncoder):
    """The sizes of the batches it was given; a text with `poison` in it breaks the batch."""

    def __init__(self, poison: str = "\0") -> None:
        super().__init__()
        self.batches: list[int] = []
        self.poison = poison
        self.error: BaseException = RuntimeError("index out of range in self")

    def encode_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        if any(self.poison in passage.text for passage in passages):
            raise self.error
        self.batches.append(len(passages))
        return super().encode_passages(passages)


@pytest.mark.usefixtures("trusting")
class TestKnownFiles:
    def test_are_not_opened_again(self, library: Library, tmp_path: Path, reads: list[str]) -> None:
        some(tmp_path / "in", 3)
        write(tmp_path / "in" / "copy.txt", article("đề tài 1"))
        first = bring_in(library, tmp_path / "in")
        assert len(reads) == 4
        ids = {p.path: p.document_id for p in ingest(library, [tmp_path / "in"])}
        assert len(reads) == 4
        assert set(ids) == set(first)
        assert ids["copy.txt"] == ids["001.txt"] is not None

    def test_are_opened_when_anything_about_them_changed(
        self, library: Library, tmp_path: Path, reads: list[str]
    ) -> None:
        path = write(tmp_path / "a.txt", article("cà phê"))
        bring_in(library, path)
        before = path.stat()
        write(path, article("ca phê"))  # fewer bytes
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert bring_in(library, path) == {"a.txt": "replaced"}
        before = path.stat()
        write(path, article("ba phê"))  # as many bytes, and the old time put back
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert bring_in(library, path) == {"a.txt": "replaced"}
        assert len(reads) == 3

    def test_are_opened_when_their_document_was_deleted(self, library: Library, tmp_path: Path) -> None:
        path = write(tmp_path / "a.txt", article("cà phê"))
        bring_in(library, path)
        library.delete([library.documents()[0].id])
        assert bring_in(library, path) == {"a.txt": "added"}

    def test_wait_for_what_the_files_before_them_do(self, library: Library, tmp_path: Path) -> None:
        for name in "ab":
            write(tmp_path / "in" / f"{name}.txt", article("cà phê"))
        bring_in(library, tmp_path / "in")
        write(tmp_path / "in" / "a.txt", article("du lịch"))
        bring_in(library, tmp_path / "in")
        assert found(library, "cà phê") == {"b.txt"}
        assert found(library, "du lịch") == {"a.txt"}
        assert_whole(library)


def test_a_file_changed_a_moment_ago_is_opened_again(library: Library, tmp_path: Path, reads: list[str]) -> None:
    path = write(tmp_path / "a.txt", article("cà phê"))
    assert bring_in(library, path) == {"a.txt": "added"}
    assert bring_in(library, path) == {"a.txt": "unchanged"}
    assert len(reads) == 2


def test_unchanged_files_load_no_model(library: Library, tmp_path: Path) -> None:
    some(tmp_path / "in", 3)
    bring_in(library, tmp_path / "in")
    code = "import sys; from rag.cli import app; app(sys.argv[1:], standalone_mode=False); print(sorted(sys.modules))"
    command = [sys.executable, "-c", code, "--data", str(library.settings.data), "ingest", str(tmp_path / "in")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("không đổi 3.\n")
    assert not [name for name in ("torch", "faiss", "sentence_transformers") if f"'{name}'" in done.stdout]


class TestMoved:
    def test_keeps_its_id_and_leaves_its_place_to_another(self, library: Library, tmp_path: Path) -> None:
        path = write(tmp_path / "in" / "a.txt", article("cà phê"))
        bring_in(library, path)
        [before] = library.documents()
        path.rename(tmp_path / "in" / "b.txt")
        assert bring_in(library, tmp_path / "in") == {"b.txt": "moved"}
        write(path, article("du lịch"))
        assert bring_in(library, tmp_path / "in") == {"a.txt": "added", "b.txt": "unchanged"}
        now = {document.path: document.id for document in library.documents()}
        assert now["b.txt"] == before.id != now["a.txt"]
        write(path, article("thủy lợi"))
        assert bring_in(library, tmp_path / "in") == {"a.txt": "replaced", "b.txt": "unchanged"}
        assert {document.path: document.id for document in library.documents()} == now
        assert_whole(library)

    def test_over_another_file_takes_its_place(self, library: Library, tmp_path: Path) -> None:
        some(tmp_path / "in", 2)
        bring_in(library, tmp_path / "in")
        (tmp_path / "in" / "001.txt").rename(tmp_path / "in" / "000.txt")
        library._encoder = SilentEncoder()
        assert bring_in(library, tmp_path / "in") == {"000.txt": "replaced"}
        [document] = library.documents()
        assert (document.path, library.text(document.id)) == ("000.txt", article("đề tài 1"))

    def test_a_text_lost_by_its_file_stays_with_another(self, library: Library, tmp_path: Path) -> None:
        """Even when the other file is not looked at in this run, or it is killed in between."""
        path = write(tmp_path / "in" / "a.txt", article("cà phê"))
        write(tmp_path / "in" / "x" / "b.txt", article("cà phê"))
        bring_in(library, tmp_path / "in")
        write(path, article("du lịch"))
        library._encoder = CountingEncoder()
        assert bring_in(library, path) == {"a.txt": "replaced"}
        assert found(library, "cà phê") == {"x/b.txt"}
        assert_whole(library)


class TestEncoding:
    def test_mixes_documents(self, library: Library, tmp_path: Path) -> None:
        library._encoder = encoder = CountingEncoder()
        assert set(bring_in(library, some(tmp_path / "in", 200)).values()) == {"added"}
        assert sum(encoder.batches) == 400
        assert len(encoder.batches) == 7  # of 64, though every document has two
        assert max(encoder.batches) < ingestion._PASSAGES + 10
        alone = HashEncoder()
        for document in library.documents()[:5]:
            own = library.store.chunks_of(document.id)
            vectors = library.store.chunk_vectors([chunk.id for chunk in own])
            expected = alone.encode_passages([PassageText(own[0].text, ())])[0].passage
            assert abs(vectors[0] - expected).max() < 0.001
        assert_whole(library)

    def test_a_document_that_breaks_it_fails_alone(self, library: Library, tmp_path: Path) -> None:
        some(tmp_path / "in", 5)
        library._encoder = CountingEncoder(poison="đề tài 3")
        progress = list(ingest(library, [tmp_path / "in"]))
        assert [p.outcome for p in progress] == ["added", "added", "added", "failed", "added"]
        assert "Bộ mã hóa" in progress[3].message
        library._encoder = HashEncoder()
        assert bring_in(library, tmp_path / "in")["003.txt"] == "added"
        assert_whole(library)

    def test_ctrl_c_keeps_what_was_told_and_leaves_no_thread(self, library: Library, tmp_path: Path) -> None:
        some(tmp_path / "in", 300)
        library._encoder = encoder = CountingEncoder(poison="đề tài 250")
        encoder.error = KeyboardInterrupt()
        told = []
        with pytest.raises(KeyboardInterrupt):
            for progress in ingest(library, [tmp_path / "in"]):
                told.append(progress.path)
        assert {d.path for d in library.documents()} == set(told)
        assert 100 < len(told) < 250
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("read")]
        library._encoder = HashEncoder()
        assert list(bring_in(library, tmp_path / "in").values()).count("added") == 300 - len(told)


def test_reading_is_never_far_ahead(library: Library, tmp_path: Path, reads: list[str]) -> None:
    some(tmp_path / "in", 1000)
    ahead = [len(reads) - progress.done for progress in ingest(library, [tmp_path / "in"])]
    assert 0 <= max(ahead) < 300, "a batch of 256 documents and the files read ahead"


def test_a_reader_with_a_bug_does_not_stop_the_rest(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(file: FoundFile) -> list[ReadText]:
        if file.path.name == "001.txt":
            raise RecursionError("maximum recursion depth exceeded")
        return read_file(file)

    monkeypatch.setattr(read_ahead, "read_file", read)
    assert list(bring_in(library, some(tmp_path / "in", 3)).values()) == ["added", "failed", "added"]


@pytest.mark.usefixtures("trusting")
class TestFilesOfSeveralDocuments:
    """As an archive or a mail gives them; here every paragraph of a file is a document of its own."""

    @pytest.fixture(autouse=True)
    def paragraphs(self, monkeypatch: pytest.MonkeyPatch, reads: list[str]) -> None:
        def read(file: FoundFile) -> list[ReadText]:
            reads.append(file.path.name)
            parts = [part for part in file.path.read_text("utf-8").split("===\n") if part]
            return [
                ReadText(
                    f"{file.path}!/{part.split()[0]}",
                    f"{file.relative}!/{part.split()[0]}",
                    Extracted(part),
                    text_sha256(part),
                )
                for part in parts
            ]

        monkeypatch.setattr(read_ahead, "read_file", read)

    @staticmethod
    def archive(path: Path, *names: str) -> Path:
        return write(path, "===\n".join(f"{name}\n\n{article(name)}" for name in names))

    def test_are_known_and_followed(self, library: Library, tmp_path: Path, reads: list[str]) -> None:
        path = self.archive(tmp_path / "a.zip", "một", "hai", "ba")
        assert bring_in(library, path) == {f"a.zip!/{name}": "added" for name in ("một", "hai", "ba")}
        before = len(reads)
        assert [p.outcome for p in ingest(library, [path])] == ["unchanged"] * 3
        assert len(reads) == before
        self.archive(path, "một", "bốn")
        assert bring_in(library, path) == {"a.zip!/một": "unchanged", "a.zip!/bốn": "added"}
        assert sorted(d.path for d in library.documents()) == ["a.zip!/bốn", "a.zip!/một"]
        assert_whole(library)

    def test_with_a_bad_one_are_read_again(self, library: Library, tmp_path: Path, reads: list[str]) -> None:
        path = self.archive(tmp_path / "a.zip", "một", "hai")
        library._encoder = CountingEncoder(poison="hai")
        assert bring_in(library, path) == {"a.zip!/một": "added", "a.zip!/hai": "failed"}
        library._encoder = HashEncoder()
        assert bring_in(library, path) == {"a.zip!/một": "unchanged", "a.zip!/hai": "added"}

    def test_that_move_take_all_along(self, library: Library, tmp_path: Path) -> None:
        path = self.archive(tmp_path / "in" / "a.zip", "một", "hai")
        bring_in(library, path)
        path.rename(tmp_path / "in" / "b.zip")
        library._encoder = SilentEncoder()
        assert set(bring_in(library, tmp_path / "in").values()) == {"moved"}
        assert sorted(d.path for d in library.documents()) == ["b.zip!/hai", "b.zip!/một"]


TWO = """
import sys
from pathlib import Path
from helpers import *
from embeddings.encoder import HashEncoder
from rag.library import Library
from rag.settings import Settings
name, data, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
with Library(Settings(data=data), encoder=HashEncoder()) as library:
    for n in range(8):
        word = f"{name} {'abcdefgh'[n] * 3}"
        path = write(folder / f"{name}{n}.txt", article(word))
        assert bring_in(library, path) == {path.name: "added"}
        assert path.name in found(library, word)
        if n % 3 == 2:
            gone = next(d for d in library.documents() if d.path == path.name)
            library.delete([gone.id])
            assert path.name not in found(library, word)
    assert_whole(library)
"""


def test_two_screens_on_one_folder_each_find_their_own_at_once(library: Library, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "OMP_NUM_THREADS": "1"}
    start: Callable[[str], subprocess.Popen[str]] = lambda name: subprocess.Popen(  # noqa: E731
        [sys.executable, "-c", TWO, name, str(library.settings.data), str(tmp_path / name)],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    processes = [start(name) for name in ("khoai", "ngô")]
    assert [(process.communicate()[1], process.returncode) for process in processes] == [("", 0)] * 2
    assert len(library.documents()) == 12
    assert_whole(library)
