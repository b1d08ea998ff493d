"""Text as it can come out of a file: any character that UTF-8 can carry, and the troublesome ones often."""

from __future__ import annotations

from hypothesis import strategies as st

_CONTROLS = ["\x00", "\x01", "\x0b", "\x0c", "\x1c", "\x85", "\xa0", "\u200b", "\u2028", "\ufeff"]
_NEWLINES = ["\n", "\n\n", "\r\n", "\r"]
_LETTERS = [
    "\u0301",
    "\u0323",
    "a\u0302\u0323",
    "\U0001f600",
    "\U0001f469\u200d\U0001f467",
    "đ",
    "Đ",
    "hoà",
    "hòa",
    "ﬁ",
    "İ",
    "\U0010ffff",
]
_MARKS = [".", "./.", "...", "…", ";", "; ", ". ", "?”", "# ", "  "]
_WORDS = ["Chiều 16/4,", "TP. Hồ Chí Minh.", "7,36%.", "fb yt zl tw", "a.jpg", "Hội nghị", "tăng trưởng"]

any_text = st.text(st.characters(exclude_categories=("Cs",)), max_size=200)
documents = st.lists(
    st.one_of(any_text, st.sampled_from(_CONTROLS + _NEWLINES + _LETTERS + _MARKS + _WORDS)), max_size=30
).map("".join)
"""Whole documents, Vietnamese in places."""

_PAGE_LINES = [
    "Trang chủ",
    "Trang chủ » Tin tức » Thời sự",
    "Thời sự",
    "Kết quả hội nghị về chuyển đổi số",
    "Thứ Ba, 19/08/2025 | 15:42",
    "Cỡ chữ: A- A A+",
    "Sáng 4/7, hội nghị về chuyển đổi số khai mạc tại thành phố với 120 đại biểu.",
    "Bà Lê Thị Hoa nói: “Kết quả năm nay tốt hơn năm trước rất nhiều”.",
    "DSC_01.JPG",
    "Quang cảnh hội nghị.",
    "Đại biểu dự hội nghị. Ảnh: B.H.",
    "Ảnh: Trọng Đức/TTXVN",
    ">> Xem thêm: Lịch họp tháng tám",
    "Tin liên quan",
    "Một bài khác về đường ven biển",
    "Một bài khác về đường ven biển (12/03/2025)",
    "Từ khóa:",
    "Bình luận (3)",
    "Giấy phép số 12/GP-BTTTT ngày 5/3/2019",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "BIÊN BẢN",
    "Nơi nhận:",
    "- Như trên;",
    "Từ: Văn phòng",
    "Chủ đề: Kết quả hội nghị",
    "Trân trọng,",
    "--",
    "Lê Hoa",
    "",
]
pages = st.lists(st.sampled_from(_PAGE_LINES), max_size=30).map("\n".join)
"""Copied pages: their usual lines in any order."""
