"""Whether a sentence has a value of the kind that is asked for, and not only one of another sort."""

from __future__ import annotations

import pytest

from rag.asked_values import counted_noun, has_value
from rag.questions import Wanted, analyse


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("Có bao nhiêu huyện tham gia?", "Có 5 huyện tham gia.", "Có 5 xã tham gia."),
        ("Có bao nhiêu huyện tham gia?", "Năm huyện và 2 sở tham gia.", "Các huyện tham gia đông đủ."),
        ("Có bao nhiêu người tham gia?", "Có 120 đại biểu tham gia.", "Nhiều đại biểu tham gia."),
        ("Dự án kéo dài mấy năm?", "Dự án kéo dài 3 năm.", "Dự án khởi công năm 2024."),
        ("Dự án kéo dài mấy năm?", "Dự án kéo dài ba năm.", "Dự án kéo dài 30 tháng."),
        ("Hội nghị này là lần thứ mấy?", "Hội nghị lần thứ ba họp tại Huế.", "Hội nghị có ba phiên."),
        ("Quân khu 2 có bao nhiêu đơn vị?", "Quân khu 2 có 9 đơn vị.", "Quân khu 2 có nhiều đơn vị."),
        ("Ngoài 5 xã còn bao nhiêu xã?", "Còn 7 xã.", "Cả 5 xã đều đạt."),
        ("Tăng bao nhiêu phần trăm so với 5%?", "Tăng 7%.", "Tăng 5%."),
        ("Dự án trị giá bao nhiêu tiền?", "Dự án trị giá 30 tỷ đồng.", "Dự án rộng 30 ha."),
        ("Đoàn đến huyện nào?", "Đoàn đến huyện Bắc Hà.", "Đoàn đến tỉnh Lào Cai."),
        ("Đoàn đến huyện nào?", "Đoàn đến huyện Bắc Hà.", "Đoàn đến trung tâm huyện."),
        ("Đoàn đến tỉnh nào?", "Đoàn đến Lào Cai.", "Đoàn đến Bắc Hà."),
        ("Ngoài Lào Cai, đoàn đến tỉnh nào?", "Đoàn đến Yên Bái.", "Đoàn đến Lào Cai."),
        ("Đoàn đến nước nào?", "Đoàn đến Nhật Bản.", "Đoàn đến Lào Cai."),
        ("Đoàn đến thành phố nào?", "Đoàn đến TP Huế.", "Đoàn đến huyện Bắc Hà."),
        ("Buổi lễ diễn ra ở đâu?", "Buổi lễ diễn ra tại nhà văn hóa xã.", "Tại buổi lễ, mọi người vui."),
        ("Vì sao đường bị ngập?", "Đường bị ngập do mưa lớn.", "Đường bị ngập hai giờ."),
        ("Ai phát minh ra máy này?", "Máy này do Edison phát minh.", "Máy này do NASA phát minh."),
        ("Ai gặp Edison?", "Hôm ấy Edison gặp Tesla.", "Nhiều người gặp Edison."),
        ("Ai chủ trì hội nghị?", "Ông Nguyễn Văn Ba chủ trì.", "Hội nghị có người chủ trì."),
        ("Nguyễn Văn Ba gặp ai?", "Ông Nguyễn Văn Ba gặp bà Lê Thị Hoa.", "Ông Nguyễn Văn Ba phát biểu."),
        ("Ai là Bí thư Tỉnh ủy?", "Ông Lê Văn Ba, Bí thư Tỉnh ủy, dự.", "Ông Lê Văn Ba, Chủ tịch UBND tỉnh, dự."),
        ("Ai là Bí thư Tỉnh ủy?", "Bí thư Tỉnh ủy Lê Văn Ba dự.", "Có ông Edison dự."),
        ("Ông Ba giữ chức vụ gì?", "Ông Ba là Bí thư Huyện ủy.", "Ông Ba trồng cam."),
    ],
)
def test_the_asked_kind(question: str, yes: str, no: str) -> None:
    asked = analyse(question)
    assert has_value(asked, yes)
    assert not has_value(asked, no)


def test_another_kind_may_be_looked_for() -> None:
    asked = analyse("Hội nghị họp ngày nào, ở đâu?")
    assert (asked.wanted, asked.also) == (Wanted.DAY, (Wanted.PLACE,))
    assert has_value(asked, "Hội nghị họp ngày 3/4.")
    assert not has_value(asked, "Hội nghị họp ngày 3/4.", Wanted.PLACE)
    assert has_value(asked, "Hội nghị họp tại Huế.", Wanted.PLACE)


@pytest.mark.parametrize(
    ("question", "counts"),
    [
        ("Có bao nhiêu huyện tham gia?", True),
        ("Xã có mấy trường học?", True),
        ("Có mấy người?", False),
        ("Giá bao nhiêu đồng?", False),
        ("Hội nghị lần thứ mấy khai mạc?", False),
        ("Ai họp?", False),
    ],
)
def test_what_is_counted(question: str, counts: bool) -> None:
    assert bool(counted_noun(analyse(question))) is counts
