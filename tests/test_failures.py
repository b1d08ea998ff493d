"""What could not be read is kept with its reason; and which files have changed since they were read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from files import zipped

from rag import known_files
from rag.cli.documents import list_documents
from rag.file_search import FoundFile
from rag.ingestion import ingest_files
from rag.library import Library
from tests.helpers import article, bring_in, write


def failed(library: Library) -> list[str]:
    return sorted(failure.path for failure in library.failures.all())


def test_a_failure_is_kept_until_the_file_can_be_read(library: Library, tmp_path: Path) -> None:
    bad = write(tmp_path / "rỗng.txt", "")
    write(tmp_path / "tốt.txt", article("cam"))
    bring_in(library, tmp_path)
    [failure] = library.failures.all()
    assert (failure.source, failure.path) == (str(bad), "rỗng.txt") and failure.reason and failure.failed_at
    bring_in(library, tmp_path)
    assert failed(library) == ["rỗng.txt"]
    write(bad, article("chè"))
    bring_in(library, tmp_path)
    assert failed(library) == []


def test_a_member_is_settled_alone_and_a_lost_one_with_its_archive(library: Library, tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"

    def hold(**members: str) -> None:
        archive.write_bytes(zipped({f"{name}.txt": text.encode() for name, text in members.items()}))
        bring_in(library, archive)

    hold(x="", y="", z=article("cam"))
    assert failed(library) == ["a.zip!/x.txt", "a.zip!/y.txt"]
    hold(x=article("chè"), y="", z=article("cam"))
    assert failed(library) == ["a.zip!/y.txt"]
    hold(x=article("chè"), z=article("cam"))
    assert failed(library) == []


def test_an_archive_that_is_broken_and_then_whole(library: Library, tmp_path: Path) -> None:
    archive = write(tmp_path / "a.zip", "no archive")
    bring_in(library, archive)
    assert failed(library) == ["a.zip"]
    archive.write_bytes(zipped({"x.txt": article("cam").encode()}))
    bring_in(library, archive)
    assert failed(library) == []


def test_a_known_file_that_failed_meanwhile_is_settled(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_files, "_SETTLED_NS", -(10**12))
    path = write(tmp_path / "a.txt", article("cam"))
    bring_in(library, path)
    away = path.rename(tmp_path / "away")
    bring_in(library, write(path, ""))
    assert failed(library) == ["a.txt"]
    away.replace(path)
    assert bring_in(library, path) == {"a.txt": "unchanged"}
    assert bring_in(library, path) == {"a.txt": "unchanged"}
    assert failed(library) == []


def test_a_name_that_is_no_text_is_kept_readable(library: Library, tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"bi\xea.txt")).write_text(article("cam"), "utf-8")
    bring_in(library, tmp_path)
    assert failed(library) == ["bi?.txt"]


def test_dismissed(library: Library, tmp_path: Path) -> None:
    bad = write(tmp_path / "rỗng.txt", "")
    bring_in(library, write(tmp_path / "a.txt", article("cam")), bad)
    library.failures.dismiss([str(bad), "unknown"])
    assert failed(library) == []


def test_the_command_line_lists_failures_with_their_reason(library: Library, tmp_path: Path) -> None:
    write(tmp_path / "rỗng\u202e.txt", "")
    bring_in(library, write(tmp_path / "a.txt", article("cam")), tmp_path / "rỗng\u202e.txt")
    shown = CliRunner().invoke(list_documents, ["--failed"], obj=library.settings).output
    assert library.failures.all()[0].reason in shown and "rỗng" in shown and "\u202e" not in shown
    assert "cam" not in shown


def test_fewer_passages_together_are_told_sooner(library: Library, tmp_path: Path) -> None:
    files = [write(tmp_path / f"{n}.txt", article(word)) for n, word in enumerate(("cam", "chè", "quế"))]
    found = [FoundFile(path, path.name) for path in files]
    told = ingest_files(library, found, passages=1)
    assert next(told).path == "0.txt"
    assert len(library.documents()) == 1
    told.close()
    assert len(library.documents()) == 1


@pytest.mark.parametrize("settled", [True, False], ids=["state kept", "state unsure"])
def test_changed_and_vanished_files(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settled: bool
) -> None:
    monkeypatch.setattr(known_files, "_SETTLED_NS", -(10**12) if settled else 2 * 10**9)
    paths = {name: write(tmp_path / f"{name}.txt", article(name)) for name in ("cam", "chè", "quế")}
    archive = tmp_path / "a.zip"
    archive.write_bytes(zipped({"x.txt": article("hồi").encode(), "y.txt": article("tiêu").encode()}))
    bring_in(library, tmp_path)
    monkeypatch.setattr(known_files, "_SETTLED_NS", 2 * 10**9)
    assert library.known_files.stale() == {}
    later = paths["cam"].stat().st_mtime + 60
    os.utime(paths["cam"], (later, later))
    paths["chè"].unlink()
    archive.unlink()
    title = {document.id: document.path for document in library.documents()}
    assert {title[i]: how for i, how in library.known_files.stale().items()} == {
        "cam.txt": "changed",
        "chè.txt": "gone",
        "a.zip!/x.txt": "gone",
        "a.zip!/y.txt": "gone",
    }
