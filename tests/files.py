"""Files of every kind that is read, made here so that what stands in them is known."""

from __future__ import annotations

import ctypes
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib
import pypdfium2
import pypdfium2.raw as pdfium
from docx import Document
from PIL import Image, ImageDraw, ImageFont

from rag.encodings.codepages import encode

FONT = Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"
OLD_DOC = Path(__file__).parent / "data" / "bien-ban.doc"
"""`minutes()` as LibreOffice 7.4 saves it in the format of Word 97; no library writes that."""

MINUTES = """Biên bản họp chợ Đồng Tâm

Sáng thứ hai, bà Thủy chủ trì. ông Lượng đề nghị sửa mái che, được tất cả nhất trí. Hết đoạn.

QUYẾT NGHỊ

Phường hỗ trợ kinh phí mười triệu đồng, ĐỒNG Ý

Danh sách

Họ tên | Chức vụ | Số phiếu

Trần Văn Lượng | tổ trưởng | 45

Cuộc họp kết thúc lúc 11 giờ 30."""
"""What every reader must make of the minutes."""


def as_seen(text: str, code_page: str) -> str:
    """The Western letters under which an old font hides a text."""
    return encode(text, code_page).decode("cp1252")


def minutes() -> bytes:
    """The minutes as .docx: headings, a table, runs in .VnTime, .VnTimeH and VNI-Times."""
    document = Document()
    document.add_heading("Biên bản họp chợ Đồng Tâm", 1)
    first = document.add_paragraph("Sáng thứ hai, bà Thủy chủ trì. ")
    old = as_seen("ông Lượng đề nghị sửa mái che, được tất cả nhất trí.", "TCVN3")
    first.add_run(old).font.name = ".VnTime"
    first.add_run(" Hết đoạn.")
    document.add_paragraph().add_run(as_seen("quyết nghị", "TCVN3")).font.name = ".VnTimeH"
    vni = as_seen("Phường hỗ trợ kinh phí mười triệu đồng, ĐỒNG Ý", "VNI")
    paragraph = document.add_paragraph()
    for piece in (vni[:3], vni[3:]):  # the second byte of a letter may be in another run
        paragraph.add_run(piece).font.name = "VNI-Times"
    document.add_heading("Danh sách", 2)
    table = document.add_table(2, 3)
    for row, cells in enumerate((("Họ tên", "Chức vụ", "Số phiếu"), ("Trần Văn Lượng", "tổ trưởng", "45"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    document.add_paragraph("Cuộc họp kết thúc lúc 11 giờ 30.")
    return saved(document)


def saved(document: Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def rtf_minutes() -> bytes:
    """The minutes as .rtf, with a picture, an embedded object and a hidden word that must not show."""
    tcvn = as_seen("ông Lượng đề nghị sửa mái che, được tất cả nhất trí.", "TCVN3")
    vni = as_seen("Phường hỗ trợ kinh phí mười triệu đồng, ĐỒNG Ý", "VNI")
    body = (
        r"{\rtf1\ansi\ansicpg1252\deff0\uc1{\fonttbl{\f0\fcharset163 Times New Roman;}{\f1 .VnTime;}{\f2 .VnTimeH;}"
        r"{\f3 VNI-Times;}}{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}}{\*\generator X;}"
        r"{\info{\title Ten}}"
        r"\pard\s1 " + unicode_rtf("Biên bản họp chợ Đồng Tâm") + r"\par\pard\plain "
        r"\f0 S\'e1ng th\'fd\'ec hai, b\'e0 Thu\'d2y chu\'d2 tri\'cc. {\f1 " + bytes_rtf(tcvn) + r"}{\v an di} "
        + unicode_rtf("Hết đoạn.") + r"\par {\f2 " + bytes_rtf(as_seen("quyết nghị", "TCVN3")) + r"}\par"
        r"{\pict\pngblip 89504e470d0a}{\object\objemb{\*\objdata 0105}{\result bi mat}}"
        r"{\f3 " + bytes_rtf(vni) + r"}\par"
        r"\pard\s1 " + unicode_rtf("Danh sách") + r"\par\pard\intbl "
        + "".join(unicode_rtf(c) + r"\cell " for c in ("Họ tên", "Chức vụ", "Số phiếu")) + r"\row "
        + "".join(unicode_rtf(c) + r"\cell " for c in ("Trần Văn Lượng", "tổ trưởng", "45")) + r"\row\pard "
        + unicode_rtf("Cuộc họp kết thúc lúc 11 giờ 30.") + r"\par}"
    )  # fmt: skip
    return body.encode("ascii")


def unicode_rtf(text: str) -> str:
    return "".join(c if c.isascii() else rf"\u{ord(c)}?" for c in text)


def bytes_rtf(text: str) -> str:
    return "".join(c if c.isascii() else rf"\'{c.encode('cp1252').hex()}" for c in text)


def odt_minutes() -> bytes:
    """The minutes as .odt."""
    tcvn = as_seen("ông Lượng đề nghị sửa mái che, được tất cả nhất trí.", "TCVN3")
    vni = as_seen("Phường hỗ trợ kinh phí mười triệu đồng, ĐỒNG Ý", "VNI")
    rows = (("Họ tên", "Chức vụ", "Số phiếu"), ("Trần Văn Lượng", "tổ trưởng", "45"))
    cells = "".join(
        f"<t:table-row>{''.join(f'<t:table-cell><x:p>{c}</x:p></t:table-cell>' for c in row)}</t:table-row>"
        for row in rows
    )
    styles = "".join(
        f'<s:style s:name="{name}" {more}><s:text-properties s:font-name="{font}"/></s:style>'
        for name, font, more in (
            ("T1", ".VnTime", ""),
            ("P0", ".VnTimeH", ""),
            ("T2", "VNI-Times", ""),
        )
    )
    return odt(
        '<x:h x:outline-level="1">Biên bản họp chợ Đồng Tâm</x:h>'
        f'<x:p>Sáng thứ hai, bà Thủy chủ trì. <x:span x:style-name="T1">{tcvn}</x:span> Hết<x:s/>đoạn.</x:p>'
        f'<x:p x:style-name="P1">{as_seen("quyết nghị", "TCVN3")}</x:p>'
        f'<x:p><x:span x:style-name="T2">{vni}</x:span></x:p>'
        f'<x:h x:outline-level="2">Danh sách</x:h><t:table>{cells}</t:table>'
        "<x:p>Cuộc họp kết thúc lúc 11 giờ 30.<o:annotation><x:p>ghi chú</x:p></o:annotation></x:p>",
        styles + '<s:style s:name="P1" s:parent-style-name="P0"/>',
    )


def odt(body: str, styles: str = "", *, before: str = "", manifest: str = "<manifest/>") -> bytes:
    names = {"o": "office", "x": "text", "t": "table", "s": "style"}
    declared = " ".join(f'xmlns:{k}="urn:oasis:names:tc:opendocument:xmlns:{v}:1.0"' for k, v in names.items())
    content = (
        f'<?xml version="1.0"?>{before}<o:document-content {declared}><o:automatic-styles>{styles}</o:automatic-styles>'
        f"<o:body><o:text>{body}</o:text></o:body></o:document-content>"
    )
    return zipped({"META-INF/manifest.xml": manifest.encode(), "content.xml": content.encode()})


def zipped(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


Placed = tuple[float, float, str]
"""Left and baseline in points from the lower left corner, and the words."""


def pdf(pages: Sequence[Sequence[Placed]], *, font: Path = FONT) -> bytes:
    """A PDF of A4 pages with lines where they are put."""
    document = pypdfium2.PdfDocument.new()
    data = font.read_bytes()
    loaded = pdfium.FPDFText_LoadFont(
        document, (ctypes.c_uint8 * len(data)).from_buffer_copy(data), len(data), pdfium.FPDF_FONT_TRUETYPE, 1
    )
    for lines in pages:
        page = document.new_page(595, 842)
        for left, base, words in lines:
            shown = pdfium.FPDFPageObj_CreateTextObj(document, loaded, 12)
            letters = (words + "\0").encode("utf-16-le")
            buffer = ctypes.create_string_buffer(letters, len(letters))
            pdfium.FPDFText_SetText(shown, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)))
            pdfium.FPDFPageObj_Transform(shown, 1, 0, 0, 1, left, base)
            pdfium.FPDFPage_InsertObject(page, shown)
        pdfium.FPDFPage_GenerateContent(page)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def column(*lines: str, top: float = 780, left: float = 60) -> list[Placed]:
    """Lines below each other, 18 points apart."""
    return [(left, top - 18 * at, line) for at, line in enumerate(lines)]


def scan(*lines: str) -> bytes:
    """A PDF that holds only a picture of these lines."""
    picture = Image.new("L", (1700, 120 + 90 * len(lines)), 255)
    letters = ImageFont.truetype(str(FONT), 44)
    for at, line in enumerate(lines):
        ImageDraw.Draw(picture).text((80, 60 + 90 * at), line, font=letters, fill=0)
    out = io.BytesIO()
    picture.save(out, "PDF", resolution=200)
    return out.getvalue()
