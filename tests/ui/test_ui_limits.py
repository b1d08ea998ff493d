"""Uploads that attack: names, links, bombs, wrong types, full disks; nothing gets out, nothing stays."""

from __future__ import annotations

import io
import os
import shutil
import stat
import unicodedata
import zipfile
from collections import namedtuple
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scripted_backend import ScriptedBackend

from rag.readers import SUFFIXES
from rag.records import IngestProgress
from ui.documents import limits, uploads
from ui.documents.uploads import safe_name

TEXT = "Sáng 5/3/2024, ông Lê Văn A làm việc với xã B về đường C.\n" * 3
NAMES = st.text(st.characters() | st.sampled_from("/\\.\x00:\u202e\u2066\u200b ăｅ~*?|<>\"'"), max_size=400)


@given(NAMES)
@example("../../x.txt")
@example("/etc/passwd")
@example("C:\\Windows\\x.txt")
@example("a\x00b.txt")
@example("ế" * 300 + ".txt")
@example("bao\u202ctxt.exe\u202e.pdf")
@example("..")
@example(".txt")
def test_a_kept_name_is_one_harmless_name(name: str) -> None:
    safe = safe_name(name)
    assert safe and len(safe.encode()) <= 255 - len(" (99).part") and Path(safe).name == safe
    assert not safe.startswith(".") and safe == unicodedata.normalize("NFC", safe)
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in safe)
    suffix = Path(name.replace("\\", "/").rsplit("/", 1)[-1]).suffix.lower()
    if suffix in SUFFIXES:
        assert safe.endswith(suffix)


@pytest.fixture
def backend(tmp_path: Path) -> ScriptedBackend:
    return ScriptedBackend(tmp_path)


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    folder = tmp_path / "sent"
    folder.mkdir()
    return folder


def add(backend: ScriptedBackend, *files: Path) -> list[IngestProgress]:
    return list(uploads.add(backend, files))[-1]


def archive(path: Path, members: dict[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return path


def everything(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_links_and_folders_are_refused(backend: ScriptedBackend, sent: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(TEXT, encoding="utf-8")
    (sent / "link.txt").symlink_to(secret)
    (sent / "folder.txt").mkdir()
    os.mkfifo(sent / "pipe.txt")
    outcomes = add(backend, *(sent / name for name in ("link.txt", "folder.txt", "pipe.txt", "gone.txt")))
    assert [o.outcome for o in outcomes] == ["failed"] * 4 and backend.documents() == []
    assert "liên kết" in outcomes[0].message and "không còn" in outcomes[3].message
    assert not any(str(tmp_path) in o.message for o in outcomes)


def test_a_link_where_uploads_are_kept_is_never_written_through(
    backend: ScriptedBackend, sent: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.txt"
    backend.uploads.mkdir(parents=True)
    (backend.uploads / "a.txt").symlink_to(outside)
    (sent / "a.txt").write_text(TEXT, encoding="utf-8")
    assert add(backend, sent / "a.txt")[0].outcome == "added"
    assert not outside.exists()


def test_archives_never_unpack_outside_and_links_in_them_are_not_followed(
    backend: ScriptedBackend, sent: Path, tmp_path: Path
) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    odd = ("../../out.txt", "/tmp/out.txt", "C:\\out.txt", "a\u202etxt.txt", "x" * 300 + ".txt")
    members: dict[str | zipfile.ZipInfo, bytes] = {
        name: f"{TEXT} Số {number}.".encode() for number, name in enumerate(odd)
    }
    before = everything(tmp_path)
    outcomes = add(backend, archive(sent / "a.zip", {**members, link: b"/etc/passwd"}))
    assert sum(o.outcome == "added" for o in outcomes) >= len(odd) - 1
    assert not any("root:" in backend.text(d.id) for d in backend.documents())
    new = everything(tmp_path) - before
    assert all(name.startswith("library/") or name == "sent/a.zip" for name in new)
    assert {name for name in new if name.startswith("library/uploads/")} == {"library/uploads/a.zip"}
    assert not Path("/tmp/out.txt").exists()


def test_bombs_and_nests_are_refused_in_a_moment(backend: ScriptedBackend, sent: Path) -> None:
    bomb = archive(sent / "bomb.zip", {f"{n}.txt": b"0" * 2**21 for n in range(300)})
    inner = archive(sent / "inner.zip", {"a.txt": TEXT.encode()}).read_bytes()
    for depth in range(3):
        inner = archive(sent / f"deep{depth}.zip", {"inner.zip": inner}).read_bytes()
    assert bomb.stat().st_size < 2**21
    for path in (bomb, sent / "deep2.zip"):
        outcomes = add(backend, path)
        assert outcomes and any(o.outcome == "failed" for o in outcomes), path


def test_the_first_bytes_decide_not_the_name(backend: ScriptedBackend, sent: Path) -> None:
    contents = {"a.pdf": b"MZ\x90\x00" * 200, "b.txt": b"\x7fELF" + bytes(2000), "c.docx": b"GIF89a" + bytes(500)}
    contents["d.txt"] = archive(sent / "z.zip", {"a.txt": TEXT.encode()}).read_bytes()
    for name, content in contents.items():
        (sent / name).write_bytes(content)
    outcomes = add(backend, *(sent / name for name in contents))
    assert [o.outcome for o in outcomes] == ["failed"] * 4 and everything(backend.uploads) == set()


def test_too_much_is_refused_file_by_file(
    backend: ScriptedBackend, sent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [sent / f"{n}.txt" for n in range(4)]
    for number, file in enumerate(files):
        file.write_text(f"{TEXT} Số {number}.", encoding="utf-8")
    size = files[0].stat().st_size
    for name, value, expected in (
        ("MOST_FILES", 2, ["added", "added", "failed", "failed"]),
        ("LARGEST_BATCH", int(3.5 * size), ["unchanged", "unchanged", "added", "failed"]),
        ("LARGEST_FILE", size - 1, ["failed"] * 4),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(limits, name, value)
            assert [o.outcome for o in add(backend, *files)] == expected


def test_a_full_disk_is_said_before_anything_is_written(
    backend: ScriptedBackend, sent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(1, 1, limits.KEPT_FREE))
    (sent / "a.txt").write_text(TEXT, encoding="utf-8")
    outcome = add(backend, sent / "a.txt")[0]
    assert outcome.outcome == "failed" and "không đủ chỗ" in outcome.message
    assert not backend.uploads.exists()


def test_bytes_of_a_name_that_is_no_text(backend: ScriptedBackend, sent: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("a\x01b.txt", TEXT)
    (sent / "n.zip").write_bytes(packed.getvalue().replace(b"a\x01b.txt", b"a\xffb.txt"))
    assert add(backend, sent / "n.zip")[0].outcome in ("added", "failed")
