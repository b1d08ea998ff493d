"""The words of a question about meetings: what asks, what says when, and what is left."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.dates import DateMention, find_dates
from rag.meetings.records import Kind
from rag.text import normalise

NUMBERS = {"hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6}
_KINDS = {
    "hội nghị": Kind.CONFERENCE,
    "làm việc": Kind.WORKING,
    "gặp": Kind.RECEPTION,
    "kỳ họp": Kind.SESSION,
    "phiên họp": Kind.SESSION,
    "lễ": Kind.CEREMONY,
}
_EVENT = r"(?:hội nghị|(?:cuộc |buổi |chuyến )(?:làm việc|họp|gặp(?: mặt| gỡ)?|lễ|tiếp)|phiên họp|kỳ họp)"
_MEETING = rf"(?:{_EVENT}|cuộc|buổi)"
_LEVEL = r"(?:tỉnh,? (?:thành phố|thành)|tỉnh(?: ủy)?|thành phố|thành ủy|huyện ủy|địa phương)"
_PEOPLE = r"(?:vị|đồng chí|lãnh đạo|đại biểu|người|cán bộ)"
_POST = r"(?:chức vụ|chức danh|chức|cương vị|vị trí)"
# In this order; what one has taken the next does not see.
_CUES = {
    "all": rf"(?:cả|đủ|tất cả)(?: ở| tại)?(?: các| mọi)?(?: (?:\d|{'|'.join(NUMBERS)}))?(?: các)? {_MEETING}",
    "request": r"(?:đã |có )*(?:kiến nghị|đề nghị|đề xuất|yêu cầu|lưu ý)",
    "decision": r"(?:đã |có )*(?:quyết định|thống nhất|kết luận|thông qua)",
    "offices": rf"(?:giữ|làm|đảm nhiệm|kinh qua) (?:những|các) {_POST}(?: gì| nào)?",
    "changed": r"(?:thay )?đổi(?: từ gì)?(?: sang| thành)?(?: gì| ra sao| (?:như )?thế nào)?",
    "office": rf"(?:đang |đã |còn )*(?:giữ|làm|đảm nhiệm|là) {_POST}(?: gì| nào)",
    "post": _POST,
    "provinces": rf"(?:những |các )?(?:ban thường vụ )?{_LEVEL} nào",
    "who": r"thành phần(?: tham dự| dự)?|danh sách(?: đại biểu)?|(?:những|gồm|gồm những) ai"
    rf"|(?:những|các) {_PEOPLE} nào",
    "anyone": r"(?:ai|người nào|đồng chí nào|vị nào)",
    "topic": r"(?:bàn|thảo luận|nói|họp)(?: về)?(?: những| các)?"
    r" (?:gì|(?:nội dung|chuyện|việc|vấn đề|chủ đề) (?:gì|nào))"
    r"|(?:nội dung|chủ đề)(?: chính| chủ yếu)?(?: là)? gì|về việc gì|để làm gì",
    "what": r"(?:những |các )?(?:gì|(?:nội dung|vấn đề|(?<!làm )việc|điều|điểm) (?:gì|nào))",
    "meetings": rf"(?:những|các) {_EVENT}(?=.* (?:nào|gì))|(?:bao nhiêu|mấy) {_EVENT}"
    rf"|{_EVENT} nào|(?:những|các) (?:cuộc|buổi) nào"
    rf"|^(?:(?:liệt kê|kể tên|kể|nêu)(?: tất cả| hết)? )?(?:những|các) {_EVENT}",
    "meeting": _MEETING,
    "other": _MEETING,
    "attend": r"(?:tham dự|dự họp|dự|có mặt|tham gia|góp mặt)",
    "met": r"(?:làm việc|gặp gỡ|gặp mặt|gặp|họp)",
    "chair": r"(?:ngồi ghế )?(?:chủ trì|chủ tọa|điều hành)",
}  # fmt: skip
_SCAN = {tag: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.I) for tag, pattern in _CUES.items()}
_HEADS = (
    (re.compile(r"người đứng đầu(?= Bộ)", re.I), "Bộ trưởng"),
    (re.compile(r"người đứng đầu(?= (?:Tỉnh|Thành|Huyện) ủy)", re.I), "Bí thư"),
    (re.compile(r"người đứng đầu(?= (?:UBND|Ủy ban [Nn]hân dân))", re.I), "Chủ tịch"),
)
_UNIT = r"(?: (?:ngày|tháng|năm|quý|đầu|cuối|giữa|hết))*"
_RANGE = re.compile(rf"(?<!\w)(?:từ|đến|tới|giữa|trước|sau){_UNIT} ?\||\|\W*[-–—](?: ?(?:ngày|tháng|năm))* ?\|", re.I)
"""A date where a time begins or ends, as it stands once dates are blotted out."""
_BETWEEN = re.compile(rf"(?:\|\|\W*(?:đến|tới|[-–—])|(?<!\w)giữa{_UNIT} ?\|+ ?và){_UNIT} ?\|", re.I)
"""A first and a last date."""
_PART = re.compile(rf"(?<!\w)(sáng|trưa|chiều|tối)(?: hôm)?{_UNIT} ?\|", re.I)


@dataclass(frozen=True, slots=True)
class Reading:
    """A question taken apart."""

    rest: str
    """Dates and cues blotted out with `|`, all else in its place."""
    dates: tuple[DateMention, ...]
    cues: dict[str, re.Match[str]]
    """By tag."""
    range: bool
    """True for a time from one date to another, or open at an end."""
    between: bool
    """True where both ends are given."""
    part: str | None
    """The part of the day that a date is given with."""

    @property
    def kind(self) -> Kind | None:
        """The one kind of meeting that is named."""
        said = " ".join(match.group().lower() for match in self.cues.values())
        kinds = [kind for word, kind in _KINDS.items() if word in said]
        return kinds[0] if len(kinds) == 1 else None


def read(question: str) -> Reading:
    """Take a question apart: dates first, then cue after cue."""
    text = normalise(question)
    for head, office in _HEADS:
        text = head.sub(office, text)
    dates = tuple(find_dates(text))
    for date in dates:
        text = masked(text, date.start, date.end)
    ranged, part = bool(_RANGE.search(text)), _PART.search(text)
    between = len(dates) == 2 and bool(_BETWEEN.search(text))
    cues: dict[str, re.Match[str]] = {}
    for tag, pattern in _SCAN.items():
        match = pattern.search(text)
        if match:
            cues[tag] = match
            text = masked(text, *match.span())
    return Reading(text, dates, cues, ranged, between, part.group(1).lower() if part else None)


def masked(text: str, start: int, end: int) -> str:
    """The text with a stretch blotted out, every other character in its place."""
    return f"{text[:start]}{'|' * (end - start)}{text[end:]}"
