"""Code pages before Unicode: every letter both ways, the right one found, and nothing else taken for one."""

from __future__ import annotations

import random
import shutil
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Callable

import pytest

from rag.encodings import decoded, mangled, unmangled
from rag.encodings.codepages import NAMES, decode, encode, from_western
from rag.encodings.tables import CAPITAL, SMALL
from rag.errors import UnreadableDocument
from rag.text import document_text

LETTERS = SMALL + CAPITAL
TONED_CAPITALS = set(CAPITAL) - set("ĂÂÊÔƠƯĐ")
OF_ICONV = {"VISCII": "VISCII", "Windows-1258": "CP1258", "TCVN 5712 VN1": "TCVN5712-1"}

SENTENCES = """Sáng thứ hai, ban quản lý chợ Đồng Tâm họp bàn việc sửa mái che bị dột sau mưa bão.
Bà Nguyễn Thị Thủy đề nghị ủy ban xã hỗ trợ kinh phí mua tôn và xi măng.
Ông Trần Văn Lượng cho biết quỹ hiện còn 45 triệu đồng, đủ trả công thợ trong ba tuần.
Các hộ buôn bán rau quả xin giữ nguyên chỗ ngồi cũ gần cổng phía đông.
Cuộc họp kết thúc lúc 11 giờ 30, mọi người ký biên bản rồi ra về.
Hợp tác xã Bình Minh vừa thu hoạch xong vụ lúa hè thu, năng suất đạt 6,2 tấn mỗi héc ta.
Kỹ sư Phạm Quỳnh hướng dẫn bà con cách ủ phân xanh và phòng trừ sâu bệnh.
Trường tiểu học Hoa Sữa nhận 120 bộ bàn ghế mới do phụ huynh đóng góp.
Đường vào thôn Suối Ngàn lầy lội, xe tải chở gỗ không thể đi qua được.
Đội bóng chuyền nữ thắng ba trận liền và giành cúp vàng của huyện.
Thầy giáo Lê Hữu Nghĩa kể chuyện lịch sử cho học sinh dưới gốc đa đầu làng.
Nghỉ lễ, nhiều gia đình rủ nhau lên thị xã xem múa rối nước và ẩm thực ba miền.
Cửa hàng thuốc tây ở ngõ 7 mở cửa đến 22 giờ, kể cả ngày chủ nhật.
Chị Vũ Ngọc Ánh phụ trách thủ quỹ, ghi chép rõ ràng từng khoản chi tiêu.
Trạm y tế phường khám sức khỏe miễn phí cho người cao tuổi và trẻ nhỏ.""".splitlines()


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_goes_there_and_back(name: str) -> None:
    defined = [c for c in LETTERS if not (name == "TCVN3" and c in TONED_CAPITALS)]
    assert len(LETTERS) == len(set(LETTERS)) == 134
    assert [c for c in defined if decode(encode(c, name), name) == c] == defined
    print(f"{name}: {len(defined)} of 134 letters both ways")


def test_the_capitals_that_tcvn3_has_as_a_font_only() -> None:
    for capital in TONED_CAPITALS:
        with pytest.raises(UnicodeEncodeError):
            encode(capital, "TCVN3")
        assert decode(b"NG" + encode(capital.lower(), "TCVN3") + b"NG", "TCVN3") == f"NG{capital}NG"
        assert from_western(encode(capital.lower(), "TCVN3").decode("cp1252"), "TCVN3").upper() == capital


@pytest.mark.skipif(not shutil.which("iconv"), reason="iconv is missing")
@pytest.mark.parametrize("name", OF_ICONV)
def test_the_tables_are_those_of_another_program(name: str) -> None:
    for letter in LETTERS:
        command = ["iconv", "-f", OF_ICONV[name], "-t", "UTF-8"]
        told = subprocess.run(command, input=encode(letter, name), capture_output=True, check=True).stdout.decode()
        assert unicodedata.normalize("NFC", told) == letter


@pytest.mark.parametrize(
    ("seen", "name"),
    [
        ("Céng hßa x· héi chñ nghÜa ViÖt Nam, §éc lËp", "TCVN3"),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam, Ñoäc laäp", "VNI"),
    ],
)
def test_what_an_old_font_hides(seen: str, name: str) -> None:
    assert mangled(seen) == name
    assert from_western(seen, name) == "Cộng hòa xã hội chủ nghĩa Việt Nam, Độc lập"


def test_a_line_in_capitals_of_tcvn3() -> None:
    raw = "CéNG HßA X· HéI CHñ NGHÜA VIÖT NAM\nHµ Néi, ñY BAN nh©n d©n".encode("cp1252")
    assert decode(raw, "TCVN3") == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nHà Nội, ỦY BAN nhân dân"


def test_only_the_mangled_lines_of_a_text_are_changed() -> None:
    text = "Ông Bình đã đến.\n" + "\n".join(encode(s.lower(), "TCVN3").decode("cp1252") for s in SENTENCES[:3])
    assert unmangled(text.split("\n")) == ["Ông Bình đã đến.", *(s.lower() for s in SENTENCES[:3])]


@pytest.mark.parametrize(
    "text",
    [*SENTENCES, "Il est allé à l'école là-bas, déjà vu, garçon, français, élève", "Müller fährt über Köln", "abc", ""],
)
def test_what_reads_as_it_is_stays(text: str) -> None:
    assert mangled(text) is None
    assert unmangled([text]) == [text]


def as_bytes(text: str, kind: str, chance: random.Random) -> bytes:
    """One of the kinds of files that offices have."""
    if kind in NAMES:
        return encode(text, kind)
    if kind == "mixed":
        lines = text.split("\n")
        other = chance.choice(NAMES[1:])
        return b"\n".join(encode(s, other) if at % 2 else s.encode() for at, s in enumerate(lines))
    if kind == "nfd":
        return unicodedata.normalize("NFD", text).encode()
    if kind == "nfd and nfc":
        return (unicodedata.normalize("NFD", text[:40]) + text[40:]).encode()
    return text.encode(kind)


KINDS = (*NAMES, "mixed", "nfd", "nfd and nfc", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "ascii")


def test_two_hundred_files_of_mixed_kinds() -> None:
    chance = random.Random(4)
    right = Counter[str]()
    for number in range(200):
        kind = KINDS[number % len(KINDS)]
        text = "\n".join(chance.sample(SENTENCES, chance.randint(2, 9)))
        if kind == "TCVN3":
            text = "".join(c.lower() if c in TONED_CAPITALS else c for c in text)
        elif kind == "ascii":
            text = unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode()
        found = document_text(decoded(as_bytes(text, kind, chance))).removeprefix("\ufeff")
        assert found == text, kind
        right[kind] += 1
    print(f"{right.total()} of 200 files right: {dict(right)}")
    assert right.total() == 200


@pytest.mark.parametrize(
    "text", [SENTENCES[0], "Hà Nội", "Năm 2024", "Hội nghị “sơ kết” – 2024… café", "x", "\x00" * 2 + "a" * 5000]
)
def test_utf8_is_never_taken_for_anything_else(text: str) -> None:
    assert decoded(text.encode()) == text


@pytest.mark.parametrize(
    "raw",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00",
        bytes(range(256)) * 50,
        bytes(range(1, 256)) * 50,
        random.Random(1).randbytes(5000),
        random.Random(2).randbytes(5001).replace(b"\x00", b"\x01"),
        b"\xff\xd8\xff\xe1" + random.Random(3).randbytes(300),
        "Il est allé à l'école là-bas, déjà vu".encode("latin-1"),
        "Die Straße nach Köln führt über die Brücke".encode("latin-1"),
        "Привет, как дела".encode("cp1251"),
        "会议纪要".encode("gb18030"),
        "会議の記録".encode("utf-16-le"),
        b"\xed\xa0\x80 mot nua cua cap thay the",
    ],
)
def test_what_is_not_vietnamese_is_refused(raw: bytes) -> None:
    with pytest.raises(UnreadableDocument, match=r"nhị phân|bảng mã"):
        decoded(raw)


def test_a_line_that_no_code_page_explains_is_named() -> None:
    raw = (
        SENTENCES[0].encode()
        + b"\n"
        + encode(SENTENCES[1], "VNI")
        + b"\n\xfe\xfe\xfd ba \xfe\xfd bon \xfe nam\xfe \xfd"
    )
    with pytest.raises(UnreadableDocument, match="Dòng 3"):
        decoded(raw)


def test_a_name_of_another_language_does_not_spoil_a_file() -> None:
    text = "\n".join([*SENTENCES[:4], "Krông Búk", "Müller"])
    raw = "\n".join(SENTENCES[:4]).lower()
    assert decoded(encode(raw, "TCVN3") + b"\nKr\xabng B\xf3k") == raw + "\nKrông Búk"
    assert decoded(text.encode()) == text


@pytest.mark.parametrize("make", [lambda s: encode(s, "VISCII"), lambda s: encode(s, "VNI")])
def test_a_long_line_is_read_in_seconds(make: Callable[[str], bytes]) -> None:
    text = " ".join(SENTENCES * 800)
    assert decoded(make(text)) == text
