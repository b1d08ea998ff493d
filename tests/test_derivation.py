"""A claim as a walk through its spans: the moves that are allowed, and those that are not."""

from __future__ import annotations

import time

import pytest

from rag.clauses import units_of
from rag.derivation import underivable
from rag.verify import check
from rag.walk import Walk

BUDGET = "Thu ngân sách đạt 612 tỷ đồng, tăng 8%, trong đó thu nội địa 487 tỷ đồng, thu thuế 125 tỷ đồng, giảm 3%."
TEAM = "Sáng 2/9, Đoàn kiểm tra khảo sát đê Tả Kênh tại huyện Tân Lĩnh và đề nghị tỉnh bố trí 45 tỷ đồng."
AWARDS = "Bà Vũ Thị Hà trao 12 bằng khen cho xã Tân An và 30 giấy khen cho xã Tân Lập."

MOVES = [
    (
        "two numbers of a list",
        "Vụ va chạm khiến 2 người chết và 5 người bị thương.",
        "Vụ va chạm khiến 2 người chết, 5 người bị thương.",
        "Vụ va chạm khiến 5 người chết và 2 người bị thương.",
    ),
    (
        "the time of another sentence",
        "Từ đêm 20/8, vùng núi có mưa to; từ ngày 23/8, mưa giảm dần.",
        "Từ đêm 20/8, vùng núi có mưa to.",
        "Từ ngày 23/8, vùng núi có mưa to.",
    ),
    # what is moved, span, a claim that may be derived, one that may not
    ("a clause of its own", BUDGET, "Thu nội địa 487 tỷ đồng.", "Thu thuế 487 tỷ đồng."),
    ("a comparison", BUDGET, "Thu ngân sách tăng 8%.", "Thu nội địa giảm 3%."),
    ("a place", TEAM, "Tại huyện Tân Lĩnh, Đoàn kiểm tra khảo sát đê Tả Kênh.", "Tỉnh khảo sát đê Tả Kênh."),
    ("a second predicate", TEAM, "Đoàn kiểm tra đề nghị tỉnh bố trí 45 tỷ đồng.", "Đê Tả Kênh bố trí 45 tỷ đồng."),
    (
        "a time",
        TEAM,
        "Đoàn kiểm tra khảo sát đê Tả Kênh vào sáng 2/9.",
        "Tỉnh đề nghị Đoàn kiểm tra bố trí 45 tỷ đồng.",
    ),
    ("a recipient", AWARDS, "Bà Vũ Thị Hà trao 30 giấy khen.", "Bà Vũ Thị Hà trao 12 bằng khen cho xã Tân Lập."),
    (
        "a part of a whole",
        "Tỉnh trồng 150 ha rừng, trong đó huyện Ba Tơ 42 ha, huyện Sơn Tây 31 ha.",
        "Huyện Ba Tơ trồng 42 ha rừng.",
        "Huyện Ba Tơ trồng 31 ha rừng.",
    ),
    (
        "a passive",
        "Công an huyện Tân Lĩnh bắt giữ Trần Văn Khôi.",
        "Trần Văn Khôi bị Công an huyện Tân Lĩnh bắt giữ.",
        "Trần Văn Khôi bắt giữ Công an huyện Tân Lĩnh.",
    ),
    (
        "an agent",
        "Gia đình anh Sơ thoát nạn nhờ được trưởng bản báo trước 20 phút.",
        "Gia đình anh Sơ được trưởng bản báo trước 20 phút.",
        "Gia đình anh Sơ báo trước cho trưởng bản 20 phút.",
    ),
    (
        "who stands before the verb",
        "Bộ trưởng Thẩm Bá Lộc cảm ơn Thống đốc Grisha Volkov đã mời đoàn sang thăm.",
        "Thống đốc Grisha Volkov đã mời đoàn sang thăm.",
        "Bộ trưởng Thẩm Bá Lộc mời đoàn sang thăm.",
    ),
    (
        "a rate",
        "Thợ được trả 450.000 đồng mỗi ngày từ tháng 2.",
        "Thợ được trả 450.000 đồng mỗi ngày.",
        "Thợ được trả 450.000 đồng mỗi tháng.",
    ),
    (
        "for each",
        "Nhà máy có hai tổ máy, công suất mỗi tổ 18 MW.",
        "Công suất mỗi tổ máy 18 MW.",
        "Nhà máy có công suất 18 MW.",
    ),
    (
        "a unit that is no known one",
        "Tàu gặp nạn cách đảo Hòn Tre 32 hải lý.",
        "Tàu cách đảo Hòn Tre 32 hải lý.",
        "Tàu cách đảo Hòn Tre 32 km.",
    ),
    ("five", "Nhóm gồm ba người từ tháng 2.", "Nhóm gồm ba người.", "Nhóm gồm năm người."),
    (
        "the nearer number",
        "Bộ đội vá được 40 m trong tổng số 65 m đê.",
        "Bộ đội vá được 40 m.",
        "Bộ đội vá được 65 m đê.",
    ),
    ("order in time", "Lễ ký diễn ra sau khi hai bên họp.", "Hai bên họp.", "Lễ ký diễn ra trước khi hai bên họp."),
    ("an area", "Giá đất 45 triệu đồng/m2.", "Giá đất 45 triệu đồng/m2", "Giá đất 45 triệu đồng/m3."),
    ("from and to", "Giá tăng từ 12 lên 15 đồng.", "Giá tăng từ 12 lên 15 đồng.", "Giá tăng từ 15 lên 12 đồng."),
    ("a plan", "Huyện thu 30 ha và dự kiến bán 9 tấn.", "Huyện dự kiến bán 9 tấn.", "Huyện bán 9 tấn."),
    ("what is done", "Tỉnh đã thu hồi 3 thẻ.", "Tỉnh thu hồi 3 thẻ.", "Tỉnh sẽ thu hồi 3 thẻ."),
    ("all for some", "Hộ nghèo được hỗ trợ 30 kWh.", "Hộ nghèo được hỗ trợ 30 kWh.", "Mọi hộ được hỗ trợ 30 kWh."),
    (
        "a predicate that another has",
        "Dẫn đầu đoàn là Thượng tướng Hồ Nhật Quang; tiếp đoàn, Đại tướng Lê Văn Lay bày tỏ cảm ơn.",
        "Thượng tướng Hồ Nhật Quang dẫn đầu đoàn.",
        "Đại tướng Lê Văn Lay dẫn đầu đoàn.",
    ),
    ("a ratio", "Có 35/37 phiếu thuận.", "Có 35/37 phiếu thuận.", "Có 37/37 phiếu thuận."),
    (
        "a second place",
        "Học phí ở thành thị là 120.000 đồng, ở nông thôn 60.000 đồng.",
        "Học phí ở nông thôn 60.000 đồng.",
        "Học phí ở nông thôn là 120.000 đồng.",
    ),
]


@pytest.mark.parametrize(("move", "span", "right", "wrong"), MOVES, ids=[row[0] for row in MOVES])
def test_a_move_is_allowed_only_where_nothing_competes(move: str, span: str, right: str, wrong: str) -> None:
    assert check(right, [span]).supported, (move, check(right, [span]).missing)
    assert not check(wrong, [span]).supported, move


def test_a_subject_may_come_from_another_span_with_no_other_name() -> None:
    spans = ["Tỉnh Sơn La phát triển nông nghiệp.", "Kinh tế của tỉnh ước đạt 25.706 tỷ đồng."]
    assert underivable("Kinh tế tỉnh Sơn La ước đạt 25.706 tỷ đồng.", spans) == ""


def test_an_apposition_belongs_to_the_name_before_it() -> None:
    span = "Đại tá Lò Văn Sắc kể chuyện cho chị Hoàng Thị Yến, phóng viên Báo Quân khu, trong buổi gặp mặt."
    assert underivable("Hoàng Thị Yến là phóng viên Báo Quân khu.", [span]) == ""
    assert underivable("Lò Văn Sắc là phóng viên Báo Quân khu.", [span]) != ""


def test_clauses_begin_at_boundaries_but_not_inside_a_persons_offices_or_a_number() -> None:
    units = units_of("Ông Lê Văn An, Bí thư Tỉnh ủy, nói tuyến dài 12,5 km, rộng 9 m; xã có 3 thôn.")
    opening = [unit.key for unit in units if unit.opens]
    assert opening[-2:] == ["rông5", "xa4"] and "bi2" not in opening
    assert units[-1].sentence == 1 and units[0].sentence == 0


def test_the_walk_takes_the_nearest_place_of_a_repeated_word() -> None:
    walk = Walk("Xã Tân Lập có 30 hộ.", ["Xã Tân An có 12 hộ, xã Tân Lập có 30 hộ."])
    assert [(b.low, b.high) for b in walk.blocks] == [(5, 9)]
    assert walk.left(walk.blocks[0]) == set()


def test_nothing_to_walk_on_is_no_error() -> None:
    assert underivable("", [""]) == "" and Walk("Họp.", []).blocks == []


def test_a_long_row_of_the_same_words_stays_quick() -> None:
    span = " ".join(f"Xã {i} có {i} hộ nghèo và {i} hộ khá," for i in range(60))
    start = time.perf_counter()
    underivable(span[: len(span) // 2], [span])
    assert time.perf_counter() - start < 3
