"""Archives and messages: each readable thing inside is a document of its own, and none can hurt."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from files import MINUTES, minutes, zipped
from helpers import assert_whole, bring_in, write

from rag.errors import UnreadableDocument
from rag.library import Library
from rag.readers import parts, read_again

TEXT = "Hội nghị về cà phê\n\nSáng 30/7, đại biểu bàn về cà phê tại trụ sở.\n"


def outcome(path: Path) -> dict[str, str]:
    """The first words, or the problem, of every part by its shown name."""
    found = {}
    for part in parts(path, path.name):
        assert part.source == f"{path.parent}/{part.path}"
        try:
            found[part.path] = part.read().text.split("\n")[0]
        except UnreadableDocument as error:
            found[part.path] = error.problem
    return found


def put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


class TestZip:
    def test_members_are_documents_with_names_of_their_own(self, tmp_path: Path) -> None:
        members = {
            "bien-ban/họp.docx": minutes(),
            "a.txt": TEXT.encode(),
            "anh.jpg": b"\xff\xd8",
            ".an.txt": b"x",
            "hong.pdf": b"%PDF-1.4 hong",
        }
        assert outcome(put(tmp_path / "x.zip", zipped(members))) == {
            "x.zip!/bien-ban/họp.docx": MINUTES.split("\n")[0],
            "x.zip!/a.txt": "Hội nghị về cà phê",
            "x.zip!/hong.pdf": "Tệp PDF bị hỏng.",
        }

    def test_an_archive_in_an_archive_and_no_further(self, tmp_path: Path) -> None:
        inner = zipped({"a.txt": TEXT.encode()})
        second = zipped({"inner.zip": inner, "b.txt": b"B"})
        assert outcome(put(tmp_path / "x.zip", second)) == {
            "x.zip!/inner.zip!/a.txt": "Hội nghị về cà phê",
            "x.zip!/b.txt": "B",
        }
        assert outcome(put(tmp_path / "y.zip", zipped({"second.zip": second}))) == {
            "y.zip!/second.zip!/inner.zip": "Tệp nén lồng nhau quá nhiều lớp.",
            "y.zip!/second.zip!/b.txt": "B",
        }

    def test_names_are_only_names(self, tmp_path: Path) -> None:
        names = ["../../etc/ra-ngoai.txt", "/tuyet-doi.txt", "C:\\x.txt", "a.txt", "a.txt"]
        out = io.BytesIO()
        with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "w") as archive:
            for at, name in enumerate(names):
                archive.writestr(name, f"so {at}")
        inside = tmp_path / "in"
        inside.mkdir()
        assert list(outcome(put(inside / "x.zip", out.getvalue())).values()) == [f"so {n}" for n in range(5)]
        assert [p.name for p in tmp_path.rglob("*")] == ["in", "x.zip"]

    def test_names_in_utf8_that_the_archive_does_not_declare(self, tmp_path: Path) -> None:
        raw = zipped({"AAA.txt": b"x"}).replace(b"AAA.txt", "ậ.txt".encode())
        assert list(outcome(put(tmp_path / "x.zip", raw))) == ["x.zip!/ậ.txt"]

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            (b"PK\x03\x04 hong", "Tệp nén bị hỏng."),
            (b"khong phai", "Tệp bị hỏng hoặc không phải là tệp .zip."),
            (b"", "Tệp trống."),
            (zipped({}), "Tệp nén không có tệp nào đọc được."),
            (zipped({"a.jpg": b"x"}), "Tệp nén không có tệp nào đọc được."),
            (zipped({f"{n}.txt": b"" for n in range(10_001)}), "Tệp nén bung ra quá lớn."),
        ],
    )
    def test_one_that_is_no_use_says_why(self, tmp_path: Path, content: bytes, problem: str) -> None:
        assert outcome(put(tmp_path / "x.zip", content)) == {"x.zip": problem}

    def test_a_bomb_is_not_unpacked(self, tmp_path: Path) -> None:
        raw = zipped({"a.txt": b"0" * 50_000_000, "b.txt": TEXT.encode()})
        assert len(raw) < 100_000
        assert outcome(put(tmp_path / "x.zip", raw)) == {
            "x.zip!/a.txt": "Tệp nén bung ra quá lớn.",
            "x.zip!/b.txt": "Hội nghị về cà phê",
        }

    def test_a_bomb_that_lies_about_its_size_gives_no_more_than_it_says(self, tmp_path: Path) -> None:
        raw = bytearray(zipped({"a.txt": b"0" * 2_000_000}))
        size = (2_000_000).to_bytes(4, "little")
        assert raw.count(size) == 2
        lie = bytes(raw).replace(size, (1000).to_bytes(4, "little"))
        assert outcome(put(tmp_path / "x.zip", lie)) == {"x.zip!/a.txt": "Tệp nén bị hỏng."}

    def test_a_member_with_a_password_is_reported(self, tmp_path: Path) -> None:
        raw = bytearray(zipped({"a.txt": b"x"}))
        for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            raw[raw.index(header) + flags] |= 1
        assert outcome(put(tmp_path / "x.zip", bytes(raw))) == {"x.zip!/a.txt": "Tệp có mật khẩu."}


class TestMessage:
    def message(self) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = "Mời họp"
        message.set_content("Kính mời họp chợ.")
        message.add_attachment(minutes(), "application", "octet-stream", filename="biên bản.docx")
        message.add_attachment(b"\x89PNG", "image", "png", filename="anh.png")
        return message

    def test_the_letter_and_its_attachments(self, tmp_path: Path) -> None:
        assert outcome(put(tmp_path / "x.eml", self.message().as_bytes())) == {
            "x.eml": "Mời họp",
            "x.eml!/biên bản.docx": MINUTES.split("\n")[0],
        }

    def test_a_forwarded_message(self, tmp_path: Path) -> None:
        outer = EmailMessage()
        outer["Subject"] = "Chuyển tiếp"
        outer.set_content("Xem thư dưới.")
        outer.add_attachment(self.message())
        assert outcome(put(tmp_path / "x.eml", outer.as_bytes())) == {
            "x.eml": "Chuyển tiếp",
            "x.eml!/Mời họp.eml": "Mời họp",
            "x.eml!/Mời họp.eml!/biên bản.docx": MINUTES.split("\n")[0],
        }

    @pytest.mark.parametrize(
        "content",
        [b"", b"\x00\xff" * 500, b"Content-Type: multipart/mixed; boundary=\n\n--", b"Subject: =?utf-8?b?////?=\n\n"],
    )
    def test_a_broken_one_is_reported(self, tmp_path: Path, content: bytes) -> None:
        [(name, _)] = outcome(put(tmp_path / "x.eml", content)).items()
        assert name == "x.eml"


class TestInTheLibrary:
    def test_every_part_has_its_outcome_and_the_rest_goes_on(self, library: Library, tmp_path: Path) -> None:
        write(tmp_path / "in" / "d.txt", TEXT.replace("cà phê", "bưu điện"))
        members = {"a.txt": TEXT.encode(), "b.pdf": b"%PDF-hong", "c.docx": minutes()}
        path = put(tmp_path / "in" / "x.zip", zipped(members))
        assert bring_in(library, tmp_path / "in") == {
            "d.txt": "added",
            "x.zip!/a.txt": "added",
            "x.zip!/b.pdf": "failed",
            "x.zip!/c.docx": "added",
        }
        assert_whole(library)
        assert set(bring_in(library, tmp_path / "in").values()) == {"unchanged", "failed"}
        put(path, zipped({"a.txt": TEXT.replace("cà phê", "thủy lợi").encode(), "c.docx": minutes()}))
        assert bring_in(library, path) == {"x.zip!/a.txt": "replaced", "x.zip!/c.docx": "unchanged"}
        assert_whole(library)
        assert {d.source.split("!/")[0] for d in library.documents() if "!/" in d.source} == {str(path)}

    def test_a_text_that_its_file_loses_is_taken_from_the_archive(self, library: Library, tmp_path: Path) -> None:
        folder = tmp_path / "in"
        own = write(folder / "a.txt", TEXT)
        put(folder / "x.zip", zipped({"b.txt": TEXT.encode()}))
        assert bring_in(library, folder) == {"a.txt": "added", "x.zip!/b.txt": "unchanged"}
        write(own, TEXT.replace("cà phê", "thủy lợi"))
        for _ in range(2):
            bring_in(library, folder)
        assert {d.source: read_again(d.source).text for d in library.documents()} == {
            d.source: library.text(d.id) for d in library.documents()
        }
        assert sorted(d.path for d in library.documents()) == ["a.txt", "x.zip!/b.txt"]
        assert_whole(library)
