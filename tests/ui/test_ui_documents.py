"""Uploads are kept safely, one bad file never stops the rest, and delete deletes."""

from __future__ import annotations

from pathlib import Path

import pytest
from files import minutes, zipped
from hypothesis import given
from hypothesis import strategies as st
from scripted_backend import ScriptedBackend

from embeddings.encoder import HashEncoder
from embeddings.index import FaissIndex
from rag.errors import UnknownDocument
from rag.library import Library
from rag.settings import Settings
from ui.backend import Backend
from ui.documents import listing, uploads


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
    first, new = uploads.keep(upload, folder)
    assert new and first.name == "a.txt"
    assert uploads.keep(upload, folder) == (first, False)
    upload.write_text("hai", encoding="utf-8")
    second, new = uploads.keep(upload, folder)
    assert new and second.name == "a (2).txt"
    assert first.read_text(encoding="utf-8") == "một"


def test_add_reports_every_file_and_keeps_only_good_copies(tmp_path: Path) -> None:
    backend = ScriptedBackend(tmp_path / "data")
    names = {"tốt.txt": "Tựa\n\nCâu.", "rỗng.txt": "", "ảnh.png": "x"}
    for name, text in names.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    steps = list(uploads.add(backend, [tmp_path / name for name in names]))
    assert [len(step) for step in steps] == [0, 1, 2, 3]
    assert [o.outcome for o in steps[-1]] == ["added", "failed", "failed"]
    assert [p.name for p in backend.uploads.iterdir()] == ["tốt.txt"]
    assert "2/3" in listing.report(steps[1], 3).markup
    assert "progress" not in listing.report(steps[-1], 3).markup


def test_a_bug_in_ingest_is_one_failed_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = ScriptedBackend(tmp_path / "data")
    upload = tmp_path / "a.txt"
    upload.write_text("x", encoding="utf-8")

    def broken(paths: object) -> object:
        raise RuntimeError("secret")

    monkeypatch.setattr(backend, "ingest", broken)
    outcome = list(uploads.add(backend, [upload]))[-1][0]
    assert outcome.outcome == "failed" and "secret" not in outcome.message
    assert list(backend.uploads.iterdir()) == []


def test_remove_deletes_the_kept_copy_but_no_file_of_the_user(tmp_path: Path) -> None:
    backend = ScriptedBackend(tmp_path / "data")
    mine = tmp_path / "mine.txt"
    mine.write_text("Tựa\n\nCâu.", encoding="utf-8")
    own = backend.put(mine)
    uploads.remove(backend, own.id)
    assert mine.exists()
    uploaded = list(uploads.add(backend, [mine]))[-1][0]
    assert uploaded.document_id is not None
    uploads.remove(backend, uploaded.document_id)
    assert list(backend.uploads.iterdir()) == []
    with pytest.raises(UnknownDocument):
        uploads.remove(backend, uploaded.document_id)


def test_an_archive_is_kept_until_its_last_document_is_deleted(tmp_path: Path) -> None:
    with Library(Settings(data=tmp_path / "data"), encoder=HashEncoder(), vector_type=FaissIndex) as library:
        backend = Backend(library)
        upload = tmp_path / "họp.zip"
        upload.write_bytes(zipped({"a.txt": "Tựa\n\nCâu một.".encode(), "b.txt": b"", "c.docx": minutes()}))
        *_, outcomes = uploads.add(backend, [upload])
        assert [(o.path, o.outcome, o.done, o.total) for o in outcomes] == [
            ("họp.zip!/a.txt", "added", 1, 1),
            ("họp.zip!/b.txt", "failed", 1, 1),
            ("họp.zip!/c.docx", "added", 1, 1),
        ]
        assert "progress" not in listing.report(outcomes, 1).markup
        first, second = [o.document_id for o in outcomes if o.document_id]
        uploads.remove(backend, first)
        assert [p.name for p in backend.uploads.iterdir()] == ["họp.zip"]
        uploads.remove(backend, second)
        assert list(backend.uploads.iterdir()) == []
