"""The words of the documents tab."""

from __future__ import annotations

from rag.readers import SUFFIXES

DROP = "Thêm tài liệu"
READABLE = "Word, PDF, trang web, thư, văn bản, .zip"
CHOOSE_FOLDER = "Chọn thư mục"
REREAD_ALL = "Nạp lại các tệp đã đổi"
STOP = "Dừng nạp"
WRONG_TYPE = f"Chỉ nhận các loại tệp: {', '.join(sorted(SUFFIXES))}."
OUTCOMES = {
    "added": "Mới",
    "replaced": "Thay bản cũ",
    "moved": "Đã có, nay ở tệp này",
    "unchanged": "Đã có",
    "failed": "Lỗi",
}
COUNTED = {
    "added": "{} mới",
    "replaced": "{} thay bản cũ",
    "moved": "{} đổi chỗ",
    "unchanged": "{} đã có",
    "failed": "{} lỗi",
}
WAITING = "Đang chờ lượt nạp…"
EACH_FILE = "Xem từng tệp"

WORDS = "Lọc theo tên, tiêu đề"
MORE_FILTERS = "Lọc và sắp xếp"
KIND = "Loại tệp"
STATUS = "Tình trạng"
SINCE = "Ngày đăng từ"
UNTIL = "Ngày đăng đến"
DATE_HINT = "10/2024"
ORDER = "Sắp xếp"
KINDS = {
    "word": "Word, văn phòng",
    "pdf": "PDF",
    "web": "Trang web",
    "text": "Văn bản trơn",
    "mail": "Thư",
}
STATUSES = {
    "new": "Mới nạp (24 giờ)",
    "changed": "Tệp đã đổi",
    "gone": "Không còn tệp gốc",
    "printed": "Có bản in lại",
}
ORDERS = {"read": "Mới nạp trước", "published": "Mới đăng trước", "title": "Theo tiêu đề"}
ALL = "Tất cả"

NO_DOCUMENTS = "Chưa có tài liệu nào. Hãy thả tệp vào ô phía trên."
NO_MATCH = "Không có tài liệu nào khớp. Hãy bớt điều kiện lọc."
NEW = "Mới"
CHANGED = "Tệp đã đổi, cần nạp lại"
GONE = "Không còn thấy tệp gốc"
VIEW = "Xem"
ORIGINAL = "Tải tệp gốc"
REREAD = "Nạp lại"
DELETE = "Xóa"
SELECT = "Chọn"
SELECT_SHOWN = "Chọn hết mục đang hiện"
SELECT_NONE = "Bỏ chọn"
DELETE_SELECTED = "Xóa mục đã chọn"
UNDO = "Hoàn tác"
UNDO_EXPIRED = "Đã quá thời gian hoàn tác, hoặc việc này đã được hoàn tác."
NOTHING_CHANGED = "Không có tệp nào đã đổi."
FAILED = "Chưa nạp được"
DISMISS = "Bỏ qua"
DISMISS_ALL = "Bỏ qua tất cả"
RETRY = "Thử lại"

LEGEND = "Chú giải"
CAPTION = "Chú thích ảnh"


def number(count: int) -> str:
    """`20.000`, as Vietnamese writes it."""
    return f"{count:,}".replace(",", ".")


def count(found: int, total: int, entries: int) -> str:
    """How many documents there are, how many the filters leave, in how many entries."""
    told = f"{number(total)} tài liệu" if found == total else f"{number(found)} trong {number(total)} tài liệu"
    return told if entries == found else f"{told}, {number(entries)} bài"


def more(left: int, page: int) -> str:
    return f"Xem thêm {number(min(left, page))} (còn {number(left)})"


def prints(count: int) -> str:
    return f"và {count} bản in lại"


def read_on(day: str) -> str:
    return f"nạp {day}"


def not_a_date(text: str) -> str:
    return f"“{text}” chưa phải một ngày; hãy viết như 2024, 10/2024 hoặc 22/10/2024."


def reading(done: int, total: int) -> str:
    return f"Đang nạp {number(done)}/{number(total)} tệp"


def finished(total: int) -> str:
    return f"Đã nạp xong {number(total)} tệp"


def stopped(done: int, total: int) -> str:
    return f"Đã dừng sau {number(done)}/{number(total)} tệp; tệp chưa nạp thì bỏ, tệp đã nạp được giữ"


def left_out(count: int) -> str:
    return f"và {number(count)} tệp nữa"


def deleted(titles: list[str]) -> str:
    return f"Đã xóa “{titles[0]}”." if len(titles) == 1 else f"Đã xóa {number(len(titles))} tài liệu."


def restored(titles: list[str]) -> str:
    return f"Đã khôi phục “{titles[0]}”." if len(titles) == 1 else f"Đã khôi phục {number(len(titles))} tài liệu."
