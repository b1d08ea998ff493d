"""Each rule of cleaning by the case that it is for and by the one that looks alike."""

from __future__ import annotations

import time

import pytest

from rag.cleaning import RepeatedLines, clean
from rag.records import EVIDENCE_KINDS, SpanKind

LEAD = "Sáng 4/7, UBND tỉnh Lâm Giang họp phiên thường kỳ, cho ý kiến vào chín nội dung quan trọng."
MORE = "Ông Đỗ Quang Hưng đề nghị các sở hoàn thành báo cáo trước ngày 15/7 và gửi về văn phòng."
LAST = "Phiên họp thông qua kế hoạch đầu tư công trung hạn với tổng vốn sáu nghìn tỷ đồng."
PAGE_TOP = ["Trang chủ » Tin tức", "UBND tỉnh Lâm Giang họp phiên thường kỳ tháng bảy", "04/07/2025 10:20"]
TEASER = [
    "Đường ven biển thông xe trước hai tháng",
    "Chiều qua, nhà thầu bàn giao mặt đường cho đơn vị quản lý khai thác.",
]


def kinds(*lines: str, repeated: RepeatedLines | None = None) -> dict[str, SpanKind]:
    text = "\n".join(lines)
    return {text[s.start : s.end]: s.kind for s in clean(text, repeated).spans}


def evidence(*lines: str, repeated: RepeatedLines | None = None) -> list[str]:
    return [line for line, kind in kinds(*lines, repeated=repeated).items() if kind in EVIDENCE_KINDS]


def test_an_article_without_blank_lines_is_no_caption_after_an_image() -> None:
    found = kinds("Phiên họp tháng bảy", LEAD, "hop.jpg", "Quang cảnh phiên họp của tỉnh", MORE, LAST)
    assert found["Quang cảnh phiên họp của tỉnh"] is SpanKind.CAPTION
    assert found[MORE] is found[LAST] is SpanKind.BODY


@pytest.mark.parametrize(
    "line",
    [
        "Đại biểu dự họp. Ảnh: B.H.",
        "Đại biểu dự họp. (Ảnh: Trọng Đức/TTXVN)",
        "Đại biểu dự họp (Nguồn: Công an tỉnh)",
        "Đại biểu dự họp. Ảnh minh họa",
        "Toàn cảnh buổi khai mạc.",
    ],
)
def test_captions_by_what_they_say(line: str) -> None:
    found = kinds(*PAGE_TOP, LEAD, line, MORE)
    assert [text for text, kind in found.items() if kind is SpanKind.CAPTION and line.startswith(text)]
    assert found[MORE] is SpanKind.BODY


@pytest.mark.parametrize(
    "line",
    [
        "Ảnh hưởng của bão số 5 làm 312 ngôi nhà tốc mái.",
        "Nguồn vốn: ngân sách tỉnh 150 tỷ đồng.",
        "Xem thêm phụ lục thì thấy chênh lệch thu nhập là 3,4 lần.",
        "Chia sẻ tại hội nghị, bà Hạnh nói quỹ có 15 tỷ đồng.",
        "Bình luận về kết quả này, ông Vân cho rằng còn thấp.",
        "In 20.000 tờ rơi là việc đầu tiên.",
        "Chủ nhật ngày 18 tháng 4",
        "8h00: Khai mạc",
        "Điện thoại liên hệ: 0233.3777.045.",
        "Trả lời:",
        "Tác giả: Lê Hoa. Tác phẩm được giải nhất năm 2024.",
        "Không có thương vong.",
        "• Sở Tài chính hợp nhất với Sở Kế hoạch và Đầu tư;",
        "Thu ngân sách | 120 tỷ | 115 tỷ",
    ],
)
def test_lines_of_an_article_that_look_like_furniture(line: str) -> None:
    assert line in evidence(*PAGE_TOP, LEAD, line, MORE, "Thu Hằng", "Chia sẻ", "Lượt xem: 120")


@pytest.mark.parametrize(
    "line",
    [
        ">> Đường ven biển thông xe",
        "Xem thêm: Đường ven biển thông xe",
        "Thứ Ba, 19/08/2025 | 15:42",
        "Cập nhật lúc 16:20 ngày 14/05/2025",
        "Theo dõi báo Lâm Giang trên Google News",
        "Cỡ chữ: A- A A+",
        "Đọc bài viết",
        "In trang",
        "Số lượt xem: 1.284",
        "0:00 / 4:12",
        "Từ khóa: đầu tư công, ngân sách",
        "Tệp đính kèm: KH_87.pdf (2,3 MB)",
        "#lamgiang #dautucong",
        "Người đăng: Lô Thị Na. Ngày đăng: 14/11/2025. Lượt truy cập: 208",
        "Chia sẻ bài viết lên: Facebook | Zalo",
    ],
)
def test_furniture_within_an_article(line: str) -> None:
    assert evidence(*PAGE_TOP, LEAD, line, MORE, LAST) == [PAGE_TOP[1], LEAD, MORE, LAST]


def test_the_article_goes_on_after_a_box_of_others() -> None:
    box = ["Tin liên quan", "Công đoàn đề xuất tăng lương", "Doanh nghiệp dệt may thiếu đơn hàng"]
    assert evidence(*PAGE_TOP, LEAD, *box, MORE, LAST) == [PAGE_TOP[1], LEAD, MORE, LAST]


def test_teasers_with_leads_and_captions_are_no_article() -> None:
    other = [
        "Xã Nà Lộc vào mùa na",
        "Năm nay sản lượng na của xã ước chín nghìn tấn, gấp đôi.",
        "Nông dân thu hoạch na.",
    ]
    page = [*PAGE_TOP, LEAD, MORE, "Cùng chuyên mục", *TEASER, "Quang cảnh lễ thông xe.", *other, *other]
    assert evidence(*page) == [PAGE_TOP[1], LEAD, MORE]


@pytest.mark.parametrize("twice", [TEASER[:1], []])
def test_teasers_under_no_heading_are_found_by_doubled_titles_or_dates(twice: list[str]) -> None:
    doubled = [TEASER[0], TEASER[0], TEASER[1], "Xã Nà Lộc vào mùa na", "Xã Nà Lộc vào mùa na", "Na được mùa."]
    dated = [f"{TEASER[0]} ({day}/05/2025)" for day in (11, 12, 13)]
    assert evidence(*PAGE_TOP, LEAD, MORE, *(doubled if twice else dated)) == [PAGE_TOP[1], LEAD, MORE]


def test_comments_are_no_evidence_however_long() -> None:
    remarks = [
        "Bình luận (2)",
        "Lê Hương",
        "Nhà tôi nhận quyết định ngày 3/4 mà đến giờ vẫn chưa được bồi thường 120 triệu đồng.",
        "12 Thích",
        "Hoàng Nam",
        "Tôi thấy địa phương nào chậm thì nên điều chuyển vốn ngay, đừng để tiền nằm trong kho.",
    ]
    assert evidence(*PAGE_TOP, LEAD, MORE, *remarks) == [PAGE_TOP[1], LEAD, MORE]


def test_a_count_of_comments_under_the_lead_does_not_end_the_article() -> None:
    assert evidence(*PAGE_TOP, LEAD, "Bình luận (0)", MORE, LAST, LEAD + " " + MORE) == [
        PAGE_TOP[1],
        LEAD,
        MORE,
        LAST,
        LEAD + " " + MORE,
    ]


def test_a_list_at_the_end_of_a_page_is_kept_and_a_byline_is_not() -> None:
    names = ["Nông Văn Chức", "Lò Thị Pín", "Hoàng Văn Tấn"]
    tail = ["Chia sẻ", "Lượt xem: 120"]
    assert evidence(*PAGE_TOP, LEAD, "Danh sách được khen thưởng:", *names, *tail)[-3:] == names
    assert evidence(*PAGE_TOP, LEAD, MORE, "Thu Hằng - Văn Tiến", *tail)[-1] == MORE


def test_minutes_keep_number_people_and_signatures() -> None:
    motto = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "-----"]
    found = kinds("UBND XÃ NÀ LỘC", *motto, "Số: 14/BB-UBND", "BIÊN BẢN HỌP", LEAD, "CHỦ TRÌ", "(Đã ký)", "Sùng A Chứ")
    assert {line for line, kind in found.items() if kind not in EVIDENCE_KINDS} == {*motto, "(Đã ký)"}
    assert found["BIÊN BẢN HỌP"] is SpanKind.TITLE


def test_the_subject_of_an_email_is_its_title() -> None:
    text = "Từ: Văn phòng\nNgày: 2/6/2025\nTới: các sở\nChủ đề: Kết luận cuộc họp\n\n" + LEAD + "\n--\nLê Hoa"
    cleaned = clean(text)
    assert text[cleaned.title_start : cleaned.title_end] == "Kết luận cuộc họp"
    assert [text[s.start : s.end] for s in cleaned.spans if s.kind is SpanKind.BODY] == [LEAD]


class TestRepeatedLines:
    MENU = ("Đất và người Lâm Giang qua các thời kỳ lịch sử", "Hệ thống văn bản của tỉnh qua các thời kỳ")
    END = "Trang tin của Văn phòng tỉnh, phục vụ nhân dân"

    def page(self, number: int) -> list[str]:
        own = f"Tại phiên họp thứ {number}, UBND tỉnh Lâm Giang cho ý kiến vào {number} nội dung quan trọng của tháng."
        chair = "Chủ trì: Ông Đỗ Quang Hưng"
        return [*self.MENU, *PAGE_TOP, own, chair, MORE, "Chia sẻ", "Lượt xem: 12", self.END]

    def among(self, count: int) -> RepeatedLines:
        return RepeatedLines.among("\n".join(self.page(number)) for number in range(count))

    def test_the_ends_of_a_page_that_others_have_too_are_furniture(self) -> None:
        page = self.page(3)
        found = evidence(*page, repeated=self.among(8))
        assert not {*self.MENU, self.END} & set(found)
        assert found == [PAGE_TOP[1], page[5], page[6], MORE], "the chair of every meeting stands between"

    def test_few_documents_prove_nothing(self) -> None:
        assert self.END in evidence(*self.page(3), repeated=self.among(4))
        assert self.END in evidence(*self.page(3))

    def test_a_section_of_a_large_source_needs_its_share(self) -> None:
        others = ["\n".join([f"Tin {number}", LEAD + f" Số {number}."]) for number in range(40)]
        few = RepeatedLines.among(["\n".join(self.page(n)) for n in range(8)] + others)
        assert self.END in evidence(*self.page(3), repeated=few)

    def test_copies_of_one_article_count_once(self) -> None:
        copies = RepeatedLines.among(["\n".join([*self.page(3), f"Báo số {n}"]) for n in range(9)])
        assert copies.documents == 1
        assert self.END in evidence(*self.page(3), repeated=copies)

    def test_minutes_are_left_alone(self) -> None:
        motto = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
        minutes = [[*motto, "BIÊN BẢN HỌP", LEAD + f" Lần {n}.", "THƯ KÝ", "Lò Thị Thu"] for n in range(9)]
        repeated = RepeatedLines.among("\n".join(lines) for lines in minutes)
        assert evidence(*minutes[0], repeated=repeated)[-2:] == ["THƯ KÝ", "Lò Thị Thu"]


def test_eight_hundred_articles_take_less_than_a_second() -> None:
    article = "\n\n".join(["Phiên họp tháng bảy", *[LEAD + " " + MORE + " " + LAST] * 12, "Thu Hằng"])
    texts = [article.replace("tháng bảy", f"tháng {number}") for number in range(800)]
    started = time.process_time()
    for text in texts:
        clean(text)
    assert time.process_time() - started < 1
