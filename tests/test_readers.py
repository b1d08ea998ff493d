"""Readers: the text that offsets refer to, or one clear sentence why not."""

from __future__ import annotations

import tempfile
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from strategies import documents

from rag.errors import UnreadableDocument
from rag.readers import SUFFIXES, reader_for


def read(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return reader_for(path).read(path)


@given(documents)
def test_the_text_is_what_anyone_computes_from_the_file(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.txt"
        path.write_bytes(text.encode())
        try:
            found = reader_for(path).read(path)
        except UnreadableDocument:
            assert text.count("\x00") or not text.strip("\ufeff \t\r\n")
            return
        with path.open(encoding="utf-8") as file:
            assert found == unicodedata.normalize("NFC", file.read().replace("\r\n", "\n"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path / "a.txt", "Hội nghị\r\ntại tỉnh".encode(encoding)).lstrip("\ufeff") == "Hội nghị\ntại tỉnh"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "trống"),
        (b" \n\t\r\n", "trống"),
        ("\ufeff".encode(), "trống"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "nhị phân"),
        (bytes(range(256)) * 50, "nhị phân"),
        ("Hội nghị".encode("utf-16-le"), "nhị phân"),
        ("Hội nghị về tăng trưởng".encode("cp1258", "replace"), "UTF-8"),
        (b"Xin ch\xc3", "UTF-8"),
        (b"\xed\xa0\x80 mot nua cua cap thay the", "UTF-8"),
        (b"\xff\xfe\x00\xd8a\x00", "UTF-8"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, content: bytes, problem: str) -> None:
    with pytest.raises(UnreadableDocument, match=problem) as caught:
        read(tmp_path / "a.txt", content)
    assert "\n" not in caught.value.line


def test_a_lone_nul_in_a_long_text_is_kept(tmp_path: Path) -> None:
    text = "Hội nghị\x00bàn về tăng trưởng. " + "Một câu. " * 500
    assert read(tmp_path / "a.txt", text.encode()) == text


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("was read"))
    with pytest.raises(UnreadableDocument, match="20 MB"):
        reader_for(path).read(path)


@pytest.mark.parametrize(
    "error", [PermissionError(13, "denied"), FileNotFoundError(2, "gone"), OSError(5, "broken disk")]
)
def test_a_file_that_does_not_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError) -> None:
    def fail(_: Path) -> bytes:
        raise error

    path = tmp_path / "a.txt"
    path.write_text("Hội nghị", "utf-8")
    monkeypatch.setattr(Path, "read_bytes", fail)
    with pytest.raises(UnreadableDocument, match=r"Không mở được tệp “a\.txt”"):
        reader_for(path).read(path)


def test_the_suffix_chooses_the_reader(tmp_path: Path) -> None:
    assert {".txt", ".md"} <= SUFFIXES
    assert read(tmp_path / "A.TXT", b"a b") == "a b"
    with pytest.raises(UnreadableDocument, match=r"\.exe"):
        reader_for(Path("a.exe"))
    with pytest.raises(UnreadableDocument, match="README"):
        reader_for(Path("README"))
