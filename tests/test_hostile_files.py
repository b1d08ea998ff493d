"""Files that were made to hurt: each ends as one sentence, in bounded time, and nothing is written or fetched."""

from __future__ import annotations

import io
import random
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from files import MINUTES, OLD_DOC, column, minutes, odt, odt_minutes, pdf, rtf_minutes, saved, zipped
from helpers import bring_in, write

from rag.errors import UnreadableDocument
from rag.library import Library
from rag.readers import parts, sandbox
from rag.records import Extracted

PAGE = "<html><body><p>Sáng thứ hai, ban quản lý chợ họp.</p></body></html>".encode()
LETTER = "Subject: Mời họp\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nKính mời họp chợ.\n".encode()
MADE = {
    "docx": minutes(),
    "odt": odt_minutes(),
    "rtf": rtf_minutes(),
    "doc": OLD_DOC.read_bytes(),
    "pdf": pdf([column("Sáng thứ hai, ban quản lý chợ Đồng Tâm họp bàn việc sửa mái che.")]),
    "html": PAGE,
    "mhtml": LETTER,
    "eml": LETTER,
    "zip": zipped({"a.docx": minutes()}),
}


def tried(folder: Path, name: str, content: bytes) -> list[Extracted | str]:
    """What became of each part: its text or the problem; anything but these two is a failure of the test."""
    path = folder / name
    path.write_bytes(content)
    found: list[Extracted | str] = []
    for part in parts(path, name):
        try:
            found.append(part.read())
        except UnreadableDocument as error:
            assert "\n" not in error.line
            found.append(error.problem)
    return found


def problem(folder: Path, name: str, content: bytes) -> str:
    [found] = tried(folder, name, content)
    assert isinstance(found, str), found
    return found


@pytest.mark.parametrize("suffix", MADE)
class TestDamaged:
    def test_cut_off(self, tmp_path: Path, suffix: str) -> None:
        whole = MADE[suffix]
        for share in (0.01, 0.2, 0.5, 0.9, 0.999):
            assert tried(tmp_path, f"a.{suffix}", whole[: int(len(whole) * share)])

    def test_with_bytes_changed(self, tmp_path: Path, suffix: str) -> None:
        chance = random.Random(7)
        for _ in range(12):
            raw = bytearray(MADE[suffix])
            for _ in range(chance.randint(1, 60)):
                raw[chance.randrange(len(raw))] = chance.randrange(256)
            assert tried(tmp_path, f"a.{suffix}", bytes(raw))

    def test_empty(self, tmp_path: Path, suffix: str) -> None:
        assert problem(tmp_path, f"a.{suffix}", b"") in ("Tệp trống.", "Tệp nén bị hỏng.")

    def test_random(self, tmp_path: Path, suffix: str) -> None:
        assert problem(tmp_path, f"a.{suffix}", random.Random(8).randbytes(3000))


class TestXml:
    ENTITIES = (
        f'<!DOCTYPE x [<!ENTITY a "{"lol" * 10}">'
        + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
        + "]>"
    )

    @pytest.fixture
    def secret(self, tmp_path: Path) -> Path:
        return write(tmp_path / "secret", "MAT KHAU")

    def docx(self, document_type: str, entity: str) -> bytes:
        body = (
            f'<?xml version="1.0"?>{document_type}<w:document'
            ' xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
            f"<w:body><w:p><w:r><w:t>Họp chợ {entity}</w:t></w:r></w:p></w:body></w:document>"
        )
        with zipfile.ZipFile(io.BytesIO(saved(Document()))) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        return zipped({**members, "word/document.xml": body.encode()})

    @pytest.mark.parametrize("suffix", ["docx", "odt"])
    def test_a_file_of_ours_is_not_drawn_in(self, tmp_path: Path, secret: Path, suffix: str) -> None:
        kind = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'
        raw = self.docx(kind, "&e;") if suffix == "docx" else odt("<x:p>Họp chợ &e;</x:p>", before=kind)
        [found] = tried(tmp_path, f"a.{suffix}", raw)
        assert "MAT KHAU" not in str(found)

    @pytest.mark.parametrize("suffix", ["docx", "odt"])
    def test_a_billion_laughs(self, tmp_path: Path, suffix: str) -> None:
        raw = self.docx(self.ENTITIES, "&i;") if suffix == "docx" else odt("<x:p>&i;</x:p>", before=self.ENTITIES)
        [found] = tried(tmp_path, f"a.{suffix}", raw)
        assert len(str(found)) < 1000

    @pytest.mark.parametrize("suffix", ["docx", "odt"])
    def test_a_bomb_in_a_document(self, tmp_path: Path, suffix: str) -> None:
        member = {"word/document.xml": b"<w/>", "[Content_Types].xml": b""} if suffix == "docx" else {
            "content.xml": b"<x/>", "META-INF/manifest.xml": b""
        }  # fmt: skip
        raw = zipped({**member, "media/x.bmp": b"\0" * 60_000_000})
        assert problem(tmp_path, f"a.{suffix}", raw) == "Tệp nén bung ra quá lớn."

    def test_an_encrypted_odt(self, tmp_path: Path) -> None:
        raw = odt("<x:p>x</x:p>", manifest="<manifest><encryption-data/></manifest>")
        assert problem(tmp_path, "a.odt", raw) == "Tệp có mật khẩu."


class TestRtf:
    def test_depth_and_length(self, tmp_path: Path) -> None:
        started = time.monotonic()
        assert tried(tmp_path, "a.rtf", b"{\\rtf1 " + b"{" * 1_000_000 + b"x")
        assert tried(tmp_path, "a.rtf", b"{\\rtf1 " + b"\\'" * 1_000_000)
        assert tried(tmp_path, "a.rtf", b"{\\rtf1\\bin999999999 x}")
        assert tried(tmp_path, "a.rtf", b"{\\rtf1 \\u-999999999 x\\u55357?y}")
        assert time.monotonic() - started < 20


class TestPdf:
    def test_a_password(self, tmp_path: Path) -> None:
        parts_of = [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[]/Count 0>>",
            b"<</Filter/Standard/V 1/R 2/P -4/O(" + b"o" * 32 + b")/U(" + b"u" * 32 + b")>>",
        ]
        raw, offsets = b"%PDF-1.4\n", []
        for number, part in enumerate(parts_of, start=1):
            offsets.append(len(raw))
            raw += b"%d 0 obj" % number + part + b"endobj\n"
        start = len(raw)
        raw += b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % o for o in offsets)
        raw += b"trailer<</Size 4/Root 1 0 R/Encrypt 3 0 R/ID[(a)(b)]>>\nstartxref\n%d\n%%%%EOF" % start
        assert problem(tmp_path, "a.pdf", raw) == "Tệp có mật khẩu."


class TestWeb:
    def test_what_runs_and_what_is_framed_is_not_text(self, tmp_path: Path) -> None:
        raw = (
            "<html><body onload='x()'><script>alert('mã độc')</script><style>.x{}</style><iframe srcdoc='<p>khung</p>'>"
            "</iframe><noscript>không chạy</noscript><!-- ghi chú --><object data='http://example.invalid/x'></object>"
            "<img src='http://example.invalid/x.png' alt='ảnh'><p>Họp chợ &lt;script&gt;</p></body></html>"
        )
        [found] = tried(tmp_path, "a.html", raw.encode())
        assert isinstance(found, Extracted)
        assert found.text == "Họp chợ <script>"

    @pytest.mark.parametrize(
        "raw",
        [
            b"<div>" * 100_000 + b"x",
            b"<table><tr><td>" * 3_000 + b"x",
            b"<p" + b" a=1" * 200_000 + b">x",
            b"<!--" * 100_000,
            b"&" * 500_000,
            b"<p>" + "Họp chợ ".encode() * 1_300_000,
        ],
        ids=["deep", "tables", "attributes", "comments", "entities", "10 MB in one line"],
    )
    def test_shapes_that_take_time(self, tmp_path: Path, raw: bytes) -> None:
        started = time.monotonic()
        assert len(tried(tmp_path, "a.html", raw)) == 1
        assert time.monotonic() - started < 30


class TestPlain:
    def test_ten_megabytes_in_one_line(self, tmp_path: Path) -> None:
        raw = ("Họp chợ " * 1_000_000).encode()
        assert len(raw) > 10_000_000
        started = time.monotonic()
        [found] = tried(tmp_path, "a.txt", raw)
        assert isinstance(found, Extracted)
        assert found.text.encode() == raw
        assert time.monotonic() - started < 10


class TestSandbox:
    """What the process that reads may not do; `formats.read` stands for a library that tries."""

    @pytest.fixture
    def child(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """A reader of web pages that runs the page's text as a program, in a process of its own."""
        folder = tmp_path / "stand-in"
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(
            "import rag.readers.formats as f\n"
            "from rag.records import Extracted\n"
            "def run(kind, raw):\n"
            "    found = {}\n"
            "    exec(raw.decode(), found)\n"
            "    return Extracted(str(found.get('told', '')))\n"
            "f.read = run\n"
        )
        monkeypatch.setenv("PYTHONPATH", str(folder))
        monkeypatch.setattr(sandbox, "_idle", [])
        yield
        sandbox._end_all()

    def told(self, program: str) -> str:
        return sandbox.extract("web", program.encode()).text

    def test_it_opens_no_connection(self, child: None) -> None:
        for call in ("socket.create_connection(('127.0.0.1', 9))", "socket.getaddrinfo('example.invalid', 80)"):
            with pytest.raises(UnreadableDocument) as caught:
                self.told(f"import socket; {call}")
            assert "may not use the network" in caught.value.detail

    def test_it_writes_nothing(self, child: None, tmp_path: Path) -> None:
        with pytest.raises(UnreadableDocument) as caught:
            self.told(f"open({str(tmp_path / 'x')!r}, 'w').write('x' * 100000)")
        assert "File too large" in caught.value.detail

    def test_it_takes_no_more_memory_than_it_may(self, child: None) -> None:
        with pytest.raises(UnreadableDocument) as caught:
            self.told("x = bytearray(5 * 2**30)")
        assert "MemoryError" in caught.value.detail

    @pytest.mark.parametrize("program", ["import os; os._exit(3)", "import os; os.kill(os.getpid(), 11)"])
    def test_one_that_dies_is_replaced(self, child: None, program: str) -> None:
        with pytest.raises(UnreadableDocument, match="treo hoặc làm hỏng"):
            self.told(program)
        assert self.told("told = 1") == "1"

    def test_one_that_hangs_is_ended(self, child: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sandbox, "_SILENCE_S", 1.0)
        with pytest.raises(UnreadableDocument, match="treo hoặc làm hỏng"):
            self.told("while True: pass")

    def test_what_a_library_prints_does_not_get_between_the_answers(self, child: None) -> None:
        assert self.told("import os; print('x'); os.write(1, b'y'); told = 'z'") == "z"


def test_a_hostile_file_does_not_stop_the_others(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    for suffix in MADE:
        write(folder / f"x.{suffix}", "")
        (folder / f"x.{suffix}").write_bytes(MADE[suffix][: len(MADE[suffix]) // 3])
    (folder / "tot.docx").write_bytes(minutes())
    assert bring_in(library, folder)["tot.docx"] == "added"
    [text] = [library.text(d.id) for d in library.documents() if d.path == "tot.docx"]
    assert text == MINUTES
