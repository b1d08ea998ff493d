"""What each format gives: paragraphs in order, headings and pages as landmarks, title and date."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from files import FONT, MINUTES, OLD_DOC, as_seen, column, minutes, odt, odt_minutes, pdf, rtf_minutes, saved, scan
from fontTools.ttLib import TTFont

from rag.encodings.codepages import encode
from rag.errors import UnreadableDocument
from rag.readers import doc, mail, ocr, opendocument, parts, rtf, web, word
from rag.readers import pdf as pdf_reader
from rag.records import Extracted, Landmark, Published

Read = Callable[[bytes], Extracted]


def labels(extracted: Extracted, kind: str) -> list[tuple[int, str]]:
    return [(mark.start, mark.label) for mark in extracted.landmarks if mark.kind == kind]


@pytest.mark.parametrize(
    ("read", "raw"),
    [
        (word.read, minutes()),
        (opendocument.read, odt_minutes()),
        (rtf.read, rtf_minutes()),
        (doc.read, OLD_DOC.read_bytes()),
    ],
    ids=["docx", "odt", "rtf", "doc"],
)
def test_the_same_minutes_in_every_word_format(read: Read, raw: bytes) -> None:
    found = read(raw)
    assert found.text == MINUTES
    headings = ["Biên bản họp chợ Đồng Tâm", "Danh sách"]
    assert labels(found, "heading") == [(MINUTES.index(heading), heading) for heading in headings]


class TestWord:
    def test_what_is_deleted_is_not_read_and_what_is_inserted_or_in_a_box_is(self) -> None:
        document = Document()
        paragraph = document.add_paragraph("Quỹ còn ")
        run = "<w:r><w:{0}>{1}</w:{0}></w:r>"
        for tag, piece in (("del", run.format("delText", "40")), ("ins", run.format("t", "45"))):
            paragraph._p.append(parse_xml(f'<w:{tag} {nsdecls("w")} w:id="1">{piece}</w:{tag}>'))
        paragraph.add_run(" triệu.")
        box = f"<w:txbxContent><w:p>{run.format('t', 'Trong khung')}</w:p></w:txbxContent>"
        paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:pict>{box}</w:pict></w:r>"))
        assert word.read(saved(document)).text == "Quỹ còn 45 triệu.\n\nTrong khung"

    def test_a_table_within_a_table_is_in_its_cell(self) -> None:
        document = Document()
        outer = document.add_table(1, 2)
        outer.cell(0, 0).text = "Chợ"
        inner = outer.cell(0, 1).add_table(2, 1)
        inner.cell(0, 0).text, inner.cell(1, 0).text = "mái che", "cổng"
        assert word.read(saved(document)).text == "Chợ | mái che cổng"

    def test_the_title_and_the_font_of_a_style(self) -> None:
        document = Document()
        document.styles["Normal"].font.name = ".VnTime"
        document.add_paragraph("Kết luận", style="Title").runs[0].font.name = "Arial"
        document.add_paragraph(as_seen("ông Lượng đề nghị sửa mái che.", "TCVN3"))
        found = word.read(saved(document))
        assert found.text == "Kết luận\n\nông Lượng đề nghị sửa mái che."
        assert found.title == (0, 8)

    def test_a_soft_hyphen_in_a_font_of_tcvn3_is_a_letter(self) -> None:
        document = Document()
        run = document.add_paragraph().add_run("L")
        run.font.name = ".VnTime"
        run._r.append(parse_xml(f"<w:softHyphen {nsdecls('w')}/>"))
        run._r.append(parse_xml(f"<w:t {nsdecls('w')}>\xeeng</w:t>"))
        assert word.read(saved(document)).text == "Lượng"


class TestRtf:
    def test_letters_of_an_unknown_font_are_recognised(self) -> None:
        seen = as_seen("ông Lượng đề nghị sửa mái che cho phường", "TCVN3")
        raw = "".join(c if c.isascii() else rf"\'{ord(c):02x}" for c in seen)
        assert rtf.read(rf"{{\rtf1\ansi {{\fonttbl{{\f0 Abc;}}}}\f0 {raw}\par}}".encode()).text == (
            "ông Lượng đề nghị sửa mái che cho phường"
        )

    def test_binary_data_are_passed_over(self) -> None:
        assert rtf.read(b"{\\rtf1 a{\\pict\\bin6 }}}}}}b}c}").text == "ac"


class TestOpenDocument:
    def test_the_title_and_lists(self) -> None:
        raw = odt('<x:p x:style-name="Title">Kết luận</x:p><x:list><x:list-item><x:p>một</x:p></x:list-item></x:list>')
        found = opendocument.read(raw)
        assert (found.text, found.title) == ("Kết luận\n\nmột", (0, 8))


class TestPdf:
    LINES = (
        "Sáng thứ hai, ban quản lý chợ Đồng Tâm họp bàn việc sửa mái che bị dột",
        "sau mưa bão theo Nghị định số 21/2019/NĐ-CP, kinh phí tạm tính là 1.250",
        "triệu đồng, do Phó Chủ tịch Ủy ban nhân dân phường Nguyễn Thị Minh",
        "Khai phụ trách.",
        "Cuộc họp kết thúc lúc 11 giờ 30, mọi người ký biên bản rồi cùng ra về.",
        "- Điểm thứ nhất: sửa mái;",
        "- Điểm thứ hai: sửa cổng.",
    )
    TEXT = (
        "Sáng thứ hai, ban quản lý chợ Đồng Tâm họp bàn việc sửa mái che bị dột sau mưa bão theo Nghị định số"
        " 21/2019/NĐ-CP, kinh phí tạm tính là 1.250 triệu đồng, do Phó Chủ tịch Ủy ban nhân dân phường Nguyễn Thị Minh"
        " Khai phụ trách.\n\nCuộc họp kết thúc lúc 11 giờ 30, mọi người ký biên bản rồi cùng ra về.\n\n"
        "- Điểm thứ nhất: sửa mái;\n\n- Điểm thứ hai: sửa cổng."
    )

    def test_lines_broken_inside_a_paragraph_read_as_sentences(self) -> None:
        assert pdf_reader.read(pdf([column(*self.LINES)])).text == self.TEXT

    def test_a_document_number_broken_at_its_hyphen_stays_whole(self) -> None:
        lines = column("Kinh phí sửa chữa mái che thực hiện theo Nghị định số 21/2019/NĐ-", "CP của Chính phủ.")
        assert "21/2019/NĐ-CP của" in pdf_reader.read(pdf([lines])).text

    def test_pages_are_landmarks_and_their_numbers_no_text(self) -> None:
        pages = [
            [*column("Đoạn thứ nhất nói về việc sửa mái che của chợ cũ, và còn", "tiếp tục sang"), (300, 30, "7")],
            [*column("trang sau. Hết đoạn.", "", "Đoạn cuối."), (300, 30, "8")],
            [(300, 30, "9")],
        ]
        found = pdf_reader.read(pdf(pages))
        first = "Đoạn thứ nhất nói về việc sửa mái che của chợ cũ, và còn tiếp tục sang "
        assert found.text == first + "trang sau. Hết đoạn.\n\nĐoạn cuối."
        assert found.landmarks == (Landmark(0, "page", "1"), Landmark(len(first), "page", "2"))

    def test_a_lone_number_that_counts_nothing_is_text(self) -> None:
        assert pdf_reader.read(pdf([column("Số hộ dân:", "45")])).text.split() == ["Số", "hộ", "dân:", "45"]

    def test_fonts_of_tcvn3(self, tmp_path: Path) -> None:
        font = TTFont(FONT)
        for name in font["name"].names:
            if name.nameID in (1, 4, 6):
                name.string = ".VnTime"
        font.save(tmp_path / "vn.ttf")
        shown = column(
            as_seen("ông Lượng, theo ý kiến của ông Thư", "TCVN3"),
            as_seen("và bà Thủy, được tất cả nhất trí.", "TCVN3"),
        )
        found = pdf_reader.read(pdf([shown], font=tmp_path / "vn.ttf"))
        assert found.text == "ông Lượng, theo ý kiến của ông Thư và bà Thủy, được tất cả nhất trí."

    def test_a_scan_without_tesseract_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ocr, "is_installed", lambda: False)
        with pytest.raises(UnreadableDocument, match=r"bản quét.*tesseract-ocr-vie"):
            pdf_reader.read(scan("Biên bản họp chợ"))

    def test_an_empty_page_is_no_scan(self) -> None:
        with pytest.raises(UnreadableDocument, match=r"trống|bản quét"):
            pdf_reader.read(pdf([[]]))

    @pytest.mark.skipif(not ocr.is_installed(), reason="tesseract with the Vietnamese model is not installed")
    def test_a_scan_is_read_by_tesseract(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        path = tmp_path / "scan.pdf"
        path.write_bytes(scan("Biên bản họp chợ Đồng Tâm", "Kinh phí 45 triệu đồng."))
        caplog.set_level(logging.INFO, logger="rag.readers")
        [part] = parts(path, "scan.pdf")
        found = part.read()
        assert "Đồng Tâm" in found.text
        assert "45 triệu đồng" in found.text
        assert labels(found, "page") == [(0, "1")]
        assert "trang 1/1" in caplog.text


PAGE = """<html><head><title>Chợ Đồng Tâm - Báo Làng</title><meta charset="utf-8">
<meta property="article:published_time" content="2024-10-22T08:00:00+07:00">
<meta property="article:modified_time" content="2025-01-01T08:00:00+07:00"></head>
<body><nav><a href="/">Trang chủ</a> <a href="/tin">Tin tức</a></nav><script>var bay = "gio";</script>
<article><h1>Họp bàn sửa <b>mái che</b> chợ Đồng Tâm</h1>
<p>Sáng thứ hai, ban quản lý chợ Đồng Tâm họp bàn việc sửa mái che
bị dột sau mưa bão, với sự có mặt của đại diện các hộ buôn bán và ủy ban nhân dân phường.</p>
<h2>Kinh phí</h2><iframe src="http://example.invalid/x">khung</iframe>
<table><tr><th>Hạng mục</th><th>Triệu đồng</th></tr><tr><td>Mái <i>tôn</i></td><td>45</td></tr></table>
<p>Bà Nguyễn Thị Thủy đề nghị ủy ban hỗ trợ kinh phí mua tôn<br>và xi măng trong tháng này.</p></article>
<footer>Bản quyền của Báo Làng</footer></body></html>"""


class TestWeb:
    def test_main_text_title_and_date(self) -> None:
        found = web.read(PAGE.encode())
        assert found.text == (
            "Họp bàn sửa mái che chợ Đồng Tâm\n\n"
            "Sáng thứ hai, ban quản lý chợ Đồng Tâm họp bàn việc sửa mái che bị dột sau"
            " mưa bão, với sự có mặt của đại diện các hộ buôn bán và ủy ban nhân dân phường.\n\nKinh phí\n\n"
            "Hạng mục | Triệu đồng\n\nMái tôn | 45\n\n"
            "Bà Nguyễn Thị Thủy đề nghị ủy ban hỗ trợ kinh phí mua tôn\nvà xi măng trong tháng này."
        )
        assert found.published == Published("2024-10-22", "day", "file")
        assert found.title == (0, len("Họp bàn sửa mái che chợ Đồng Tâm"))
        assert [label for _, label in labels(found, "heading")] == ["Họp bàn sửa mái che chợ Đồng Tâm", "Kinh phí"]

    @pytest.mark.parametrize(
        ("more", "day"),
        [
            ('<script type="application/ld+json">{"datePublished": "2023-05-06T01:02:03Z"}</script>', "2023-05-06"),
            ('<meta name="pubdate" content="2023-05-06">', "2023-05-06"),
            ('<time datetime="2023-05-06" pubdate>hôm qua</time>', "2023-05-06"),
            ('<meta name="date" content="06/05/2023">', None),
            ("<p>Ngày 6/5/2023</p>", None),
        ],
    )
    def test_a_date_is_what_the_page_says_of_itself(self, more: str, day: str | None) -> None:
        found = web.read(f"<html><body>{more}<p>Họp chợ</p></body></html>".encode())
        assert (found.published.value if found.published else None) == day

    @pytest.mark.parametrize("code_page", ["TCVN3", "VNI", "VISCII", "Windows-1258"])
    def test_pages_in_code_pages(self, code_page: str) -> None:
        body = "<p>hôm nay ông Lượng đề nghị sửa mái che cho phường, được mọi người đồng ý.</p>"
        assert web.read(encode(body, code_page)).text == body[3:-4]

    def test_letters_of_an_old_font_as_entities(self) -> None:
        shown = as_seen("hôm nay ông Lượng đề nghị sửa mái che cho phường", "TCVN3")
        body = "".join(c if c.isascii() else f"&#{ord(c)};" for c in shown)
        assert web.read(f"<p>{body}</p>".encode()).text == "hôm nay ông Lượng đề nghị sửa mái che cho phường"

    def test_a_page_in_another_language_in_the_encoding_that_it_names(self) -> None:
        raw = '<meta charset="iso-8859-1"><p>Réunion à l’école élémentaire'.replace("’", "'").encode("latin-1")
        assert web.read(raw).text == "Réunion à l'école élémentaire"

    def test_tables_that_only_lay_out(self) -> None:
        raw = "<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td><td><p>Họp chợ</p></td></tr></table>"
        assert web.read(raw.encode()).text == "a | b\n\nHọp chợ"


def letter(body: str, *, subtype: str = "plain", charset: str = "utf-8") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Mời họp chợ Đồng Tâm"
    message["From"] = "Nguyễn Thị Thủy <thuy@example.vn>"
    message["To"] = "Ban quản lý <bql@example.vn>"
    message["Date"] = "Tue, 22 Oct 2024 23:30:00 +0700"
    message.set_content(body, subtype=subtype, charset=charset)
    return message


class TestMail:
    @pytest.mark.parametrize(
        ("subtype", "body"), [("plain", "Kính mời họp.\n\nHết."), ("html", "<p>Kính mời họp.<p>Hết.")]
    )
    def test_a_message(self, subtype: str, body: str) -> None:
        found = mail.read(letter(body, subtype=subtype).as_bytes())
        assert found.text == (
            "Mời họp chợ Đồng Tâm\n\nFrom: Nguyễn Thị Thủy <thuy@example.vn>\nTo: Ban quản lý <bql@example.vn>\n\n"
            "Kính mời họp.\n\nHết."
        )
        assert found.title == (0, len("Mời họp chợ Đồng Tâm"))
        assert found.published == Published("2024-10-22", "day", "file")

    def test_a_web_archive(self) -> None:
        message = EmailMessage()
        message.set_content(PAGE, subtype="html", charset="utf-8", cte="quoted-printable")
        message.make_related()
        message.add_related(b"\x89PNG", "image", "png")
        assert mail.read_archive(message.as_bytes()) == web.read(PAGE.encode())


def test_no_reader_depends_on_the_order_of_its_files(tmp_path: Path) -> None:
    """The process that reads is kept: what one file leaves in it must not reach the next."""
    made = {"a.docx": minutes(), "b.rtf": rtf_minutes(), "c.odt": odt_minutes(), "d.doc": OLD_DOC.read_bytes()}
    names = list(made) * 3
    random.Random(1).shuffle(names)
    for name in names:
        (tmp_path / name).write_bytes(made[name])
        [part] = parts(tmp_path / name, name)
        assert part.read().text == MINUTES
