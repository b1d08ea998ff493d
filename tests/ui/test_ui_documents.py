"""Uploads are kept safely, one bad file never stops the rest, and delete deletes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from files import minutes, zipped
from hypothesis import given
from hypothesis import strategies as st
from scripted_backend import ScriptedBackend

from embeddings.encoder import HashEncoder
from embeddings.index import FaissIndex
from rag.errors import CannotPutBack, UnknownDocument
from rag.library import Library
from rag.records import IngestProgress
from rag.settings import Settings
from ui import labels
from ui.backend import Backend
from ui.documents import report, uploads
from ui.documents.actions import Actions
from ui.documents.wastebasket import Wastebasket


@given(st.text())
def test_a_safe_name_stays_in_its_folder_and_is_short(name: str) -> None:
    safe = uploads.safe_name(name)
    assert safe and not safe.startswith(".") and "/" not in safe and "\\" not in safe and "\x00" not in safe
    assert len(safe.encode()) <= 255
    assert uploads.safe_name(safe) == safe


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Biên bản họp.txt", "Biên bản họp.txt"),
        ("../../etc/passwd.md", "passwd.md"),
        ("..\\..\\x.TXT", "x.txt"),
        ("<img onerror=1>.txt", "img onerror_1_.txt"),
        ("0.000000'0", "0.000000"),
        (".txt", "txt"),
    ],
)
def test_safe_names(name: str, safe: str) -> None:
    assert uploads.safe_name(name) == safe


def test_same_name_other_content_keeps_both(tmp_path: Path) -> None:
    folder, upload = tmp_path / "uploads", tmp_path / "a.txt"
    upload.write_text("một", encoding="utf-8")
    first = uploads.keep(upload, folder)
    assert first.name == "a.txt"
    assert uploads.keep(upload, folder) == first
    upload.write_text("hai", encoding="utf-8")
    second = uploads.keep(upload, folder)
    assert second.name == "a (2).txt"
    assert first.read_text(encoding="utf-8") == "một"


@given(st.text())
def test_a_safe_path_stays_below_its_folder(name: str) -> None:
    safe = uploads.safe_path(name)
    assert not safe.is_absolute() and ".." not in safe.parts and len(safe.parts) <= uploads.DEPTH + 1
    assert uploads.safe_path(safe.as_posix()) == safe


def test_the_folders_of_an_upload_are_kept() -> None:
    assert uploads.safe_path("Hồ sơ 2.024/../..//Kỳ 1/họp.DOCX") == Path("Hồ sơ 2.024/Kỳ 1/họp.docx")
    assert uploads.safe_path("/etc/passwd.md") == Path("etc/passwd.md")
    assert uploads.safe_path("C:\\Hồ sơ\\a.txt") == Path("C/Hồ sơ/a.txt")


def test_add_reports_every_file_and_keeps_only_good_copies(tmp_path: Path) -> None:
    backend = ScriptedBackend(tmp_path / "data")
    names = {"tốt.txt": "Tựa\n\nCâu.", "rỗng.txt": "", "ảnh.png": "x"}
    for name, text in names.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    steps = list(uploads.add(backend, [tmp_path / name for name in names]))
    assert [len(step) for step in steps] == [0, 1, 2, 3]
    assert [o.outcome for o in steps[-1]] == ["added", "failed", "failed"]
    assert [p.name for p in backend.uploads.iterdir()] == ["tốt.txt"]
    assert "1/3" in report.progress(steps[1], 3).markup
    assert "progress" not in report.finished(steps[-1], 3).markup
    assert [failure.path for failure in backend.failures()] == ["rỗng.txt"]


def test_uploads_of_a_folder_keep_its_names_and_leave_no_empty_folder(tmp_path: Path) -> None:
    backend = ScriptedBackend(tmp_path / "data")
    good, bad = tmp_path / "a.txt", tmp_path / "b.txt"
    good.write_text("Tựa\n\nCâu.", encoding="utf-8")
    bad.write_text("", encoding="utf-8")
    *_, outcomes = uploads.add(backend, [good, bad], ["Sổ/1/họp.txt", "Sổ/2/rỗng.txt"])
    assert [o.path for o in outcomes] == ["Sổ/1/họp.txt", "Sổ/2/rỗng.txt"]
    assert backend.documents()[0].path == "Sổ/1/họp.txt"
    assert [p.name for p in (backend.uploads / "Sổ").iterdir()] == ["1"]


def test_a_bug_in_ingestion_is_one_failed_file_and_the_others_come_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = ScriptedBackend(tmp_path / "data")
    paths = [tmp_path / f"{name}.txt" for name in "abc"]
    for path in paths:
        path.write_text(f"Tựa {path.stem}\n\nCâu {path.stem}.", encoding="utf-8")
    ingest = backend.ingest_files

    def broken(files: Any) -> Any:
        if any(file.relative == "b.txt" for file in files):
            raise RuntimeError("secret")
        return ingest(files)

    monkeypatch.setattr(backend, "ingest_files", broken)
    *_, outcomes = uploads.add(backend, paths)
    assert [o.outcome for o in outcomes] == ["added", "failed", "added"]
    assert "secret" not in outcomes[1].message
    assert sorted(path.name for path in backend.uploads.iterdir()) == ["a.txt", "c.txt"]


def test_stopping_leaves_no_copy_of_what_was_not_read(tmp_path: Path) -> None:
    backend = ScriptedBackend(tmp_path / "data")
    paths = [tmp_path / f"{number}.txt" for number in range(40)]
    for path in paths:
        path.write_text(f"Tựa {path.stem}\n\nCâu {path.stem}.", encoding="utf-8")
    *_, outcomes = uploads.add(backend, paths, stop=lambda: True)
    assert [o.outcome for o in outcomes] == ["added"]
    kept = {path.name for path in backend.uploads.iterdir()}
    assert "0.txt" in kept and len(kept) < 40
    assert kept >= {document.path for document in backend.documents()}


def test_deletion_can_be_undone_and_then_not_again(tmp_path: Path) -> None:
    backend = ScriptedBackend(tmp_path / "data")
    basket = Wastebasket(backend)
    mine = tmp_path / "mine.txt"
    mine.write_text("Tựa\n\nCâu.", encoding="utf-8")
    *_, [uploaded] = uploads.add(backend, [mine])
    assert uploaded.document_id
    thrown = basket.throw("s", [uploaded.document_id])
    assert backend.documents() == [] and basket.of("s") == [thrown] and basket.of("other") == []
    with pytest.raises(CannotPutBack, match="quá thời gian"):
        basket.undo("other", thrown.key)
    basket.undo("s", thrown.key)
    assert [document.id for document in backend.documents()] == [uploaded.document_id]
    assert [path.name for path in backend.uploads.iterdir()] == ["mine.txt"]
    with pytest.raises(CannotPutBack, match="quá thời gian"):
        basket.undo("s", thrown.key)


def test_the_kept_copy_goes_with_the_undo_but_no_file_of_the_user(tmp_path: Path) -> None:
    backend = ScriptedBackend(tmp_path / "data")
    basket = Wastebasket(backend)
    mine = tmp_path / "mine.txt"
    mine.write_text("Tựa\n\nCâu.", encoding="utf-8")
    basket.throw("s", [backend.put(mine).id])
    basket.forget("s")
    assert mine.exists()
    *_, [uploaded] = uploads.add(backend, [mine])
    assert uploaded.document_id
    basket.throw("s", [uploaded.document_id])
    assert (backend.uploads / "mine.txt").exists()
    basket.forget("s")
    assert list(backend.uploads.iterdir()) == []
    with pytest.raises(UnknownDocument):
        basket.throw("s", [uploaded.document_id])


def test_a_copy_that_came_in_again_outlives_the_undo_of_its_deletion(tmp_path: Path) -> None:
    backend = ScriptedBackend(tmp_path / "data")
    basket = Wastebasket(backend, seconds=0.5)
    mine = tmp_path / "mine.txt"
    mine.write_text("Tựa\n\nCâu.", encoding="utf-8")
    *_, [first] = uploads.add(backend, [mine])
    assert first.document_id
    thrown = basket.throw("s", [first.document_id])
    *_, [again] = uploads.add(backend, [mine])
    assert again.outcome == "added"
    thrown.timer.join()
    assert basket.of("s") == []
    assert (backend.uploads / "mine.txt").exists()


def test_a_stop_before_a_move_is_told_keeps_the_copy_it_moved_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = ScriptedBackend(tmp_path / "data")
    paths = [tmp_path / f"{number}.txt" for number in range(2)]
    for path in paths:
        path.write_text(f"Tựa {path.stem}\n\nCâu {path.stem}.", encoding="utf-8")
    backend.put(paths[1].rename(tmp_path / "old.txt"))
    (tmp_path / "old.txt").rename(paths[1])  # what was read is no longer where it was: the upload is a move
    ingest = backend.ingest_files

    def late(files: Any) -> Any:
        yield from list(ingest(files))  # all is stored before the first is told

    monkeypatch.setattr(backend, "ingest_files", late)
    list(uploads.add(backend, paths, ["0.txt", "khác.txt"], stop=lambda: True))
    sources = {Path(document.source) for document in backend.documents()}
    assert backend.uploads.resolve() / "khác.txt" in sources and all(source.is_file() for source in sources)


def test_a_copy_stays_that_was_stored_before_ingestion_broke(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = ScriptedBackend(tmp_path / "data")
    mine = tmp_path / "mine.txt"
    mine.write_text("Tựa\n\nCâu.", encoding="utf-8")
    ingest, broken = backend.ingest_files, [True]

    def breaks(files: Any) -> Any:
        told = list(ingest(files))
        if broken.pop() if broken else False:
            raise RuntimeError
        yield from told

    monkeypatch.setattr(backend, "ingest_files", breaks)
    *_, [outcome] = uploads.add(backend, [mine])
    assert outcome.outcome == "unchanged"
    assert [path.name for path in backend.uploads.iterdir()] == ["mine.txt"]


def test_an_undo_that_ends_spares_the_copy_that_an_upload_is_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = ScriptedBackend(tmp_path / "data")
    basket = Wastebasket(backend)
    mine = tmp_path / "mine.txt"
    mine.write_text("Tựa\n\nCâu.", encoding="utf-8")
    *_, [first] = uploads.add(backend, [mine])
    basket.throw("s", [str(first.document_id)])
    ingest = backend.ingest_files

    def forgetting(files: Any) -> Any:
        basket.forget("s")
        yield from ingest(files)

    monkeypatch.setattr(backend, "ingest_files", forgetting)
    *_, [again] = uploads.add(backend, [mine])
    assert again.outcome == "added" and Path(backend.documents()[0].source).is_file()
    basket.throw("s", [str(again.document_id)])
    monkeypatch.setattr(backend, "ingest_files", lambda files: basket.forget("s") or iter(()))
    list(uploads.add(backend, [mine]))
    assert list(backend.uploads.iterdir()) == []  # spared, not read, and needed by nothing


def test_a_copy_lives_while_a_deletion_of_it_can_be_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = ScriptedBackend(tmp_path / "data")
    basket = Wastebasket(backend)
    upload = tmp_path / "họp.zip"
    upload.write_bytes(zipped({"a.txt": "Tựa\n\nCâu một.".encode(), "c.docx": minutes()}))
    *_, outcomes = uploads.add(backend, [upload])
    first, _ = [basket.throw(session, [str(o.document_id)]) for session, o in zip("st", outcomes, strict=True)]
    basket.forget("t")
    put_back = backend.put_back

    def late(removed: Any) -> None:
        basket.forget("s")  # the time is over while the document comes back
        put_back(removed)

    monkeypatch.setattr(backend, "put_back", late)
    basket.undo("s", first.key)
    assert [path.name for path in backend.uploads.iterdir()] == ["họp.zip"]


def test_an_archive_is_kept_until_its_last_document_is_deleted(tmp_path: Path) -> None:
    with Library(Settings(data=tmp_path / "data"), encoder=HashEncoder(), vector_type=FaissIndex) as library:
        backend = Backend(library)
        basket = Wastebasket(backend)
        upload = tmp_path / "họp.zip"
        upload.write_bytes(zipped({"a.txt": "Tựa\n\nCâu một.".encode(), "b.txt": b"", "c.docx": minutes()}))
        *_, outcomes = uploads.add(backend, [upload])
        assert [(o.path, o.outcome, o.done, o.total) for o in outcomes] == [
            ("họp.zip!/a.txt", "added", 1, 1),
            ("họp.zip!/b.txt", "failed", 1, 1),
            ("họp.zip!/c.docx", "added", 1, 1),
        ]
        for document_id, left in zip(
            [o.document_id for o in outcomes if o.document_id], (["họp.zip"], []), strict=True
        ):
            basket.throw("s", [document_id])
            basket.forget("s")
            assert [p.name for p in backend.uploads.iterdir()] == left


def test_what_the_page_sends_is_not_trusted(tmp_path: Path) -> None:
    backend = ScriptedBackend(tmp_path / "data")
    mine = tmp_path / "mine.txt"
    mine.write_text("Tựa\n\nCâu.", encoding="utf-8")
    kept = backend.put(mine)
    actions = Actions(backend)
    for sent in (None, kept.id, [None, {"a": 1}], ["0" * 12], {"x": kept.id}):
        actions.delete("s", sent)
    assert len(backend.documents()) == 1
    for sent in (None, 3, str(mine), str(tmp_path)):
        *_, (markup, _, _) = actions.retry("s", sent)
        assert "0 tệp" in markup
    *_, (markup, _, _) = actions.reread("s", {"x": 1})
    assert labels.ERROR in markup or "Không có tài liệu" in markup
    upload = tmp_path / "b.txt"
    upload.write_text("Tựa khác\n\nCâu khác.", encoding="utf-8")
    for names in ("no json", "[1]", '["a", "b"]', ""):
        *_, (markup, _, _) = actions.upload("s", [str(upload)], names)
        assert "b.txt" in markup


def test_the_progress_of_many_files_stays_small() -> None:
    outcomes = [IngestProgress(f"{n}.txt", "added", "x", "", n, 5000) for n in range(1, 4001)]
    assert len(report.progress(outcomes, 5000).markup) < 2000
    assert len(report.finished(outcomes, 5000).markup) < 40_000
    assert "Đã dừng sau 4.000/5.000 tệp" in report.finished(outcomes, 5000).markup
