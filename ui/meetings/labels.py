"""Every word of the meetings tab, and how days and counts are written."""

from __future__ import annotations

from rag.meetings.records import Attendee, Moment

TAB = "Cuộc họp"

PERSON = "Người dự"
PERSON_HINT = "Tên người, gõ không dấu cũng được"
PLACE = "Nơi"
PLACE_HINT = "Địa điểm hoặc tỉnh liên quan"
SINCE = "Từ"
UNTIL = "Đến"
DAY_HINT = "2024, 10/2024 hoặc 22/10/2024"
KIND = "Loại"
FILTERS = {"person": PERSON, "place": PLACE, "since": SINCE, "until": UNTIL, "kind": KIND}

MODES = {"timeline": "Dòng thời gian", "table": "Bảng", "people": "Người", "picture": "Biểu đồ"}
MODES_LABEL = "Cách xem"
KINDS_LABEL = "Lọc theo loại cuộc họp"
CHOSEN_LABEL = "Bộ lọc đang dùng"
CLEAR_ALL = "Bỏ mọi bộ lọc"
BACKWARDS = "Ngày bắt đầu đứng sau ngày kết thúc nên chưa lọc theo thời gian."

NOTHING_YET = "Chưa có cuộc họp nào."
NOTHING_YET_HINT = "Khi kho có bài hoặc biên bản nói về một cuộc họp, cuộc họp đó sẽ hiện ở đây."
NO_MATCH = "Không có cuộc họp nào như vậy trong kho. Hãy bỏ bớt một bộ lọc."
NO_PERSON = "Không có người nào như vậy trong các cuộc họp đang chọn."
GONE = "Cuộc họp hoặc người này không còn trong kho. Hãy quay lại danh sách."

NO_YEAR = "Không rõ năm"
NO_YEAR_HINT = (
    "Tài liệu không ghi năm nên không đoán; các cuộc họp này không vào lịch và không lọc được theo thời gian."
)
NO_DAY = "không rõ ngày"
NO_MONTH = "Không rõ tháng"
COLUMNS = ("Thời gian", "Cuộc họp", "Loại", "Nơi", "Người dự")
TABLE = "Các cuộc họp"

DOWNLOAD = "Tải về:"
FORMS = {"ics": "Lịch (.ics)", "csv": "Bảng tính (.csv)", "json": "JSON"}
FILE_NAME = "cuoc-hop"
NO_SELECTION = "Không có tệp này. Hãy mở lại tab Cuộc họp rồi tải lại."
NO_SELECTION_NEXT = "Các bộ lọc vẫn dùng được như cũ."
NO_CALENDAR = "Không rõ ngày hoặc năm nên không đưa vào lịch được."

PREVIOUS_PAGE = "Trang trước"
NEXT_PAGE = "Trang sau"
BACK = "Về danh sách"
ASK = "Hỏi về cuộc họp này"
OPEN_HINT = "Bấm vào một mục để xem đúng chỗ đó trong bài gốc."

FIELDS = {
    "title": "Tên gọi",
    "kind": "Loại",
    "when": "Thời gian",
    "where": "Địa điểm",
    "chair": "Chủ trì",
    "attendees": "Thành phần",
    "topics": "Nội dung",
    "figures": "Số liệu",
    "requests": "Đề nghị, chỉ đạo",
    "decisions": "Quyết định",
    "references": "Văn bản được dẫn",
}
YEAR_ELSEWHERE = "năm {year} lấy theo ngày của tài liệu"
NOT_STATED = "Tài liệu không ghi: {fields}."
DEADLINE = "Thời hạn:"
TO = "gửi"
REPORTS = "Bài đưa tin"

OFFICES = "Chức vụ theo thời gian"
DOUBT = "Chưa chắc chắn:"
NAMESAKES = "Người cùng tên"
AT = "Tại: "
NO_OFFICE = "không ghi chức vụ"
THEIR_MEETINGS = "Xem các cuộc họp có người này"

BARS = "Số cuộc họp theo thời gian"
BARS_HINT = "Bấm vào một cột để chỉ xem thời gian đó."
MATRIX = "Ai gặp ở tỉnh nào"
MATRIX_HINT = "Tỉnh có trong địa điểm, tên cuộc họp hoặc bên tham gia. Bấm vào một ô để xem các cuộc họp đó."
BAR_COUNT = " cuộc họp, "
"""What a screen reader says between the number of a bar and its time."""
NO_BARS = "Không có cuộc họp nào rõ năm trong phần đang chọn."
NO_MATRIX = "Không có người và tỉnh nào đi cùng nhau trong phần đang chọn."
LEVELS_LABEL = "Ít"
LEVELS_MOST = "Nhiều"


def not_a_day(text: str) -> str:
    return f"“{text}” không phải ngày. Hãy ghi {DAY_HINT}."


def found(count: int, total: int) -> str:
    return f"{total} cuộc họp" if count == total else f"Tìm thấy {count} trong {total} cuộc họp"


def people_found(count: int) -> str:
    return f"{count} người"


def left_out(count: int) -> str:
    """Of meetings that no range of days can hold."""
    return f"{count} cuộc họp không rõ năm không được tính khi lọc theo thời gian."


def meetings(count: int) -> str:
    return f"{count} cuộc họp"


def reports(count: int) -> str:
    return f"{count} bài cùng đưa"


def report(number: int) -> str:
    """A chip for the same field in another report."""
    return f"bài {number}"


def page(number: int, pages: int) -> str:
    return f"Trang {number}/{pages}"


def year(number: int) -> str:
    return f"Năm {number}"


def month(number: int) -> str:
    return f"Tháng {number}"


def remove(name: str, value: str) -> str:
    return f"Bỏ lọc {name.lower()}: {value}"


def day(moment: Moment | None) -> str:
    """`sáng 22/10/2024`, with what is known."""
    if moment is None:
        return NO_DAY
    known = [str(part) for part in (moment.day, moment.month, moment.year) if part]
    return " ".join(part for part in (moment.part, "/".join(known)) if part) or NO_DAY


def introduced(attendee: Attendee) -> str:
    """Rank and name."""
    return " ".join(words.text for words in (attendee.rank, attendee.name) if words)


def cell(person: str, province: str, count: int) -> str:
    return f"{person}, {province}: {meetings(count)}"
