"""A data folder that may be read and not written: another user's, or one on a read-only disk."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import article, bring_in, write

from rag.library import Library
from rag.settings import Settings

ROOT = Path(__file__).parent.parent
NOBODY = 65534
READ = """
import os, sys
from pathlib import Path
from embeddings.encoder import HashEncoder
from rag.errors import StorageError
from rag.ingestion import ingest
from rag.library import Library
from rag.retrieve import search
from rag.settings import Settings
data, file, user = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
import faiss, tantivy, numpy, rag.indexes, rag.mark_cache
if user:
    os.setgid(user); os.setuid(user)
with Library(Settings(data=data), encoder=HashEncoder()) as library:
    print(len(library.documents()))
    print(*[p.document.path for p in search(library, "Hội nghị về cà phê", k=1)])
    for change in (lambda: list(ingest(library, [file])), lambda: library.delete([library.documents()[0].id])):
        try:
            change()
        except StorageError as error:
            print(error.problem)
"""


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Apart from pytest's own folders, which every new run of pytest closes to other users again."""
    with tempfile.TemporaryDirectory(prefix="hoidap-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def shared(library: Library, tmp_path: Path) -> Path:
    """Somebody else's library of two documents, in a folder that everybody may read."""
    for n, word in enumerate(["cà phê", "thủy lợi"]):
        bring_in(library, write(tmp_path / "in" / f"{n}.txt", article(word)))
    write(tmp_path / "new.txt", article("du lịch"))
    return library.settings.data


def as_reader(data: Path, file: Path) -> list[str]:
    """What a process without the right to write says."""
    root = os.getuid() == 0
    folders = [data, data / "index", data / "index" / "lexical"]
    files = [path for path in data.rglob("*") if path.is_file()]
    for path in (*files, *folders):
        path.chmod(0o555 if path.is_dir() else 0o444)
    command = [sys.executable, "-c", READ, str(data), str(file), str(NOBODY if root else 0)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    for path in (*folders, *files):
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert done.stderr == ""
    return done.stdout.splitlines()


REFUSED = "Không đọc hoặc ghi được thư mục dữ liệu."


def test_is_listed_and_searched_but_not_changed(shared: Path, library: Library, tmp_path: Path) -> None:
    library.close()
    assert as_reader(shared, tmp_path / "new.txt") == ["2", "0.txt", REFUSED, REFUSED]
    with Library(Settings(data=shared)) as again:
        assert len(again.documents()) == 2


def test_while_its_owner_has_it_open(shared: Path, library: Library, tmp_path: Path) -> None:
    assert len(library.documents()) == 2
    assert (shared / "hoidap.sqlite-wal").exists()
    assert as_reader(shared, tmp_path / "new.txt") == ["2", "0.txt", REFUSED, REFUSED]


@pytest.mark.parametrize("gone", ["index", "index/vectors.index", "index/lexical.json"])
def test_with_indexes_that_are_gone_or_behind(shared: Path, library: Library, tmp_path: Path, gone: str) -> None:
    library.close()
    (shared / gone).rename(tmp_path / "elsewhere")
    (shared / "index" / "lexical").mkdir(parents=True, exist_ok=True)
    assert as_reader(shared, tmp_path / "new.txt")[:2] == ["2", "0.txt"]


def test_of_an_older_program_says_who_can_mend_it(shared: Path, library: Library, tmp_path: Path) -> None:
    library.database.connection().execute("PRAGMA user_version=1")
    library.close()
    with pytest.MonkeyPatch.context() as patch, Library(Settings(data=shared)) as reader:
        patch.setattr("rag.database.is_writable", lambda _: False)
        with pytest.raises(Exception, match="không có quyền ghi để nâng cấp"):
            reader.documents()
