"""Readers: the text that offsets refer to, or one clear sentence why not."""

from __future__ import annotations

import tempfile
import unicodedata
from pathlib import Path

import pytest
from files import MINUTES, OLD_DOC, minutes, odt_minutes, pdf, rtf_minutes, zipped
from hypothesis import given
from strategies import documents

from rag.encodings.codepages import encode
from rag.errors import UnreadableDocument
from rag.readers import SUFFIXES, Part, parts, read_again
from rag.sources import file_of


def only_part(path: Path) -> Part:
    [part] = parts(path, path.name)
    return part


def read(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return only_part(path).read().text


@given(documents)
def test_the_text_is_what_anyone_computes_from_the_file(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.txt"
        path.write_bytes(text.encode())
        try:
            found = only_part(path).read().text
        except UnreadableDocument:
            assert text.count("\x00") or not text.strip("\ufeff \t\r\n")
            return
        with path.open(encoding="utf-8") as file:
            assert found == unicodedata.normalize("NFC", file.read().replace("\r\n", "\n"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path / "a.txt", "Hội nghị\r\ntại tỉnh".encode(encoding)).lstrip("\ufeff") == "Hội nghị\ntại tỉnh"


@pytest.mark.parametrize("code_page", ["TCVN3", "VNI", "VISCII", "Windows-1258"])
def test_code_pages(tmp_path: Path, code_page: str) -> None:
    text = "Hội nghị bàn về tăng trưởng,\nông Bình chủ trì buổi làm việc."
    assert read(tmp_path / "a.txt", encode(text, code_page)) == text


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "trống"),
        (b" \n\t\r\n", "trống"),
        ("\ufeff".encode(), "trống"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "nhị phân"),
        (bytes(range(256)) * 50, "nhị phân"),
        ("Hội nghị về tăng trưởng".encode("cp1258", "replace"), "UTF-8"),
        (b"Xin ch\xc3", "UTF-8"),
        (b"\xed\xa0\x80 mot nua cua cap thay the", "UTF-8"),
        (b"\xff\xfe\x00\xd8a\x00", "UTF-8"),
        ("Céng hßa x· héi chñ nghÜa ViÖt Nam".encode(), "TCVN3"),
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
        only_part(path).read()


@pytest.mark.parametrize(
    "error", [PermissionError(13, "denied"), FileNotFoundError(2, "gone"), OSError(5, "broken disk")]
)
@pytest.mark.parametrize("name", ["a.txt", "a.zip"])
def test_a_file_that_does_not_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, error: OSError) -> None:
    def fail(_: Path) -> bytes:
        raise error

    path = tmp_path / name
    path.write_text("Hội nghị", "utf-8")
    monkeypatch.setattr(Path, "read_bytes", fail)
    with pytest.raises(UnreadableDocument, match=rf"Không mở được tệp “{name}”"):
        only_part(path).read()


def test_the_suffix_must_be_known(tmp_path: Path) -> None:
    assert {".txt", ".md", ".pdf", ".docx", ".doc", ".eml", ".zip"} <= SUFFIXES
    assert read(tmp_path / "A.TXT", b"a b") == "a b"
    for name in ("a.exe", "README"):
        with pytest.raises(UnreadableDocument, match=r"\.exe|README"):
            only_part(tmp_path / name).read()


@pytest.mark.parametrize("suffix", [".doc", ".docx", ".odt", ".pdf", ".rtf", ".txt", ".html"])
@pytest.mark.parametrize("make", [minutes, rtf_minutes, odt_minutes, OLD_DOC.read_bytes])
def test_the_content_decides_whatever_the_suffix(tmp_path: Path, suffix: str, make: object) -> None:
    assert callable(make)
    assert read(tmp_path / f"a{suffix}", make()) == MINUTES


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("a.doc", b"<html><body><p>H\xe1\xbb\x8dp ch\xe1\xbb\xa3</p></body></html>", "Họp chợ"),
        ("a.doc", "Họp chợ".encode(), "Họp chợ"),
        ("a.txt", pdf([[(60, 700, "Họp chợ Đồng Tâm")]]), "Họp chợ Đồng Tâm"),
        ("a.txt", "<html>Họp chợ</html>".encode(), "<html>Họp chợ</html>"),
        (
            "a.doc",
            b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\n"
            b"Content-Type: text/html; charset=utf-8\n\n<p>H\xe1\xbb\x8dp ch\xe1\xbb\xa3</p>\n--b--\n",
            "Họp chợ",
        ),
    ],
)
def test_wrong_suffixes(tmp_path: Path, name: str, content: bytes, text: str) -> None:
    assert read(tmp_path / name, content) == text


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.pdf", b"Hop cho", r"không phải là tệp \.pdf"),
        ("a.docx", b"\x00\x01\x02", r"không phải là tệp \.docx"),
        ("a.odt", b"", "trống"),
        ("a.docx", zipped({"b.txt": b"x"}), r"\.zip"),
        ("a.docx", zipped({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "bảng tính"),
    ],
)
def test_what_is_not_what_its_suffix_says(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    with pytest.raises(UnreadableDocument, match=problem):
        read(tmp_path / name, content)


def test_a_source_reads_again_as_it_did(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"x/b.docx": minutes(), "c.txt": "Họp chợ".encode()}))
    found = {part.source: part.read() for part in parts(path, "a.zip")}
    assert {source: read_again(source) for source in found} == found
    assert all(file_of(source) == path for source in found)
    with pytest.raises(UnreadableDocument, match="Không còn"):
        read_again(f"{path}!/x/d.docx")
