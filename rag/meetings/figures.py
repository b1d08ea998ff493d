"""What an article counts and measures: the clauses with a number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.dates import find_dates
from rag.meetings.article import Article, Piece
from rag.meetings.records import Stated
from rag.people import UPPER

_LABELS = (
    "thứ|(?<!tổng )số|khóa|khoá|lớp|quận|khu|cấp|điều|khoản|tháng|năm|ngày|lúc|quý|giai đoạn|hạng|nguyện vọng|bài"
    "|chương|nhóm|kỳ|thế kỷ|lần"
    "|quân khu|mức|phường|kv|ql|quốc lộ|tổ|đợt|covid|nhiệm kỳ|nghị quyết|nghị định|quyết định|chỉ thị|luật|kết luận"
    "|trung ương|học kỳ"
    "|độ tuổi|đường|tòa|tầng|số hiệu|bệnh nhân|bn|ca bệnh|top|g|iphone|vòng|mùng|loại|công điện|thông tư|trang|từ"
    "|hồi|khoảng thời gian|hẻm|ngõ|cơ sở|số nhà|phòng|chặng|tập|ca"
)
_TIMES = (
    "năm|tháng|ngày|giờ|tuổi|quý|phút|giây|h|tuần|nhiệm kỳ|lần|/|h\\d|thập kỷ|thế kỷ|khóa|đêm|chiều|sáng|và|đến"
    "|hôm|bên|làm|của|theo|nếu|đã|ở|là|được|tại|trong|từ|cho|để|khi|sẽ|có|thì|với|vào|này|trên|k|chung|không|như|nhưng"
    "|nên|phải|cần|g|d|x|rất|cùng|đối với|tiếp|cũng|do|hay|hoặc|vẫn|mà|so|phía|nước|vợ|mặt"
)
_NUMBER = rf"(?<![\w/.,:-])(?P<n>\d[\d.,]*(?:\s?[-–/]\s?\d[\d.,]*)?)(?P<unit>\s?%|\s*(?!(?:{_TIMES})(?!\w))[^\W\d_]+)"
_QUANTITY = re.compile(_NUMBER, re.I)
_LABEL = re.compile(rf"(?<!\w)(?:{_LABELS})[\s-]*$", re.I)
_CLAUSE = re.compile(r"(?:;|,(?!\d)|:|\.{3}|…|\((?=\w)|\)|\s[–-](?=\s)|(?<!\w)(?:trong đó|bao gồm|gồm)(?!\w))\s*")
_AND = re.compile(r"\s(?:và|với|song|nhưng|còn|cùng)\s")
_OPENING = re.compile(
    r"(?:(?:trong đó|trong|với|và|cụ thể|theo đó|đảm bảo|còn|hiện|hiện nay|đồng thời|tuy nhiên|đặc biệt|đến nay"
    r"|ngoài ra|là|đây là|đã"
    r"|trên|tại|cho biết|như)(?!\w)[\s,]*)+",
    re.I,
)
_QUOTED = re.compile(r"[“\"][^”\"\n]{1,160}[”\"]")


def figures(article: Article) -> tuple[Stated, ...]:
    """Clauses that count or measure something, each once; no dates, labels, ages or numbers inside quoted names."""
    found: dict[str, Stated] = {}
    lead = article.title if article.title and article.text[article.title.end - 1] == "." else None
    for piece in (*([lead] if lead else ()), *article.body):
        for count, figure in _figures(article, piece):
            found.setdefault(count, figure)
    return tuple(found.values())


def _figures(article: Article, piece: Piece) -> Iterator[tuple[str, Stated]]:
    """What is counted, and its clause."""
    words = article.words(piece)
    taken = [match.span() for match in _QUOTED.finditer(words)] + [(d.start, d.end) for d in find_dates(words)]
    for start, end in _clauses(words):
        counted = [m for m in _QUANTITY.finditer(words, start, end) if _counts(words, m, taken)]
        if counted:
            begin, stop = _narrowed(words, start, end, counted)
            if stop - begin >= 8:
                yield counted[0].group().lower(), article.cut(piece.start + begin, piece.start + stop)


def _narrowed(words: str, start: int, end: int, counted: list[re.Match[str]]) -> tuple[int, int]:
    """A long clause from what is counted on: a count from its number, an amount from its subject."""
    first, last = counted[0], counted[-1]
    opening = _OPENING.match(words, start, first.start())
    begin = opening.end() if opening else start
    if _AMOUNT.match(words, first.start("unit")) or _REACHED.search(words, begin, first.start()):
        if first.start() - begin > _SUBJECT_REACH:
            begin = words.find(" ", first.start() - _SUBJECT_REACH, first.start()) + 1
    elif first.start() - begin > _COUNT_REACH:
        about = _ABOUT.search(words, begin, first.start())
        begin = about.start() if about else first.start()
    tail = _TAIL.search(words, last.end(), end)
    return begin, tail.start() if tail else end


_SUBJECT_REACH, _COUNT_REACH = 50, 40
"""Characters before a number that a figure may have."""
_AMOUNT = re.compile(r"\s*(?:%|phần trăm|tỷ|tỉ|triệu|nghìn|đồng|USD|điểm)", re.I)
_REACHED = re.compile(r"(?<!\w)(?:lên|đạt|lên đến|lên tới|còn)(?: (?:hơn|gần|trên|khoảng))?\s*$", re.I)
_ABOUT = re.compile(
    r"(?:(?:hơn|gần|trên|khoảng|đến|tới|tổng số|tối đa|tối thiểu|ít nhất|mỗi|có|đạt|là|với|thêm|lên|lên đến|đã|bán"
    r"|giảm|tăng)(?!\w)\s*){1,3}$"
)
_TAIL = re.compile(
    r"\s(?:bởi|do|để|nhằm|theo|liên quan|kể từ|sau khi|nên|cấp cho|trong các|tại các|(?<!trực )thuộc|như|khi)(?!\w)"
)


_YEARS = re.compile(r"(?:19|20)\d\d\s?[-–/]\s?(?:19|20)?\d\d")
_STREET = re.compile(rf"[A-Z]?\s(?:[{UPPER}][^\W\d_A-Z]+(?=[\s,)]|$)\s?){{2}}")


def _counts(words: str, match: re.Match[str], taken: list[tuple[int, int]]) -> bool:
    before = words[max(0, match.start() - 20) : match.start()]
    if _YEARS.fullmatch(match["n"]) or _STREET.match(words, match.end("n")):
        return False
    return not _LABEL.search(before) and not any(a <= match.start() < b for a, b in taken)


def _clauses(words: str) -> Iterator[tuple[int, int]]:
    """Pieces between commas and the like; a bracket stays with what it explains; `và` cuts between two counts."""
    begin = 0
    cuts = [m for m in _CLAUSE.finditer(words) if not m.group().startswith(("(", ")"))]
    open_at = [0] * (len(words) + 1)
    depth = 0
    for at, character in enumerate(words):
        depth = max(0, depth + (character == "(") - (character == ")"))
        open_at[at] = depth
    for match in cuts:
        if open_at[match.start()] or (
            match.group().startswith(",")
            and _LISTED.match(words, match.end())
            and _QUANTITY.search(words, begin, match.start())
        ):
            continue
        yield from _halves(words, begin, match.start())
        begin = match.end()
    yield from _halves(words, begin, len(words))


_LISTED = re.compile(
    r"(?!(?:tăng|giảm|đạt|là|có|trong|với|còn|đã|từ|qua|chiếm|tương|bao|theo|nhưng|cao|thấp|góp|hoàn|bảo|xây|giữ"
    r"|đúng)(?!\w))[^\d,;:.]{2,26}(?=,|;|$)"
)


def _halves(words: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _AND.finditer(words, start, end):
        behind = _QUANTITY.search(words, match.end(), end)
        if behind and behind.start() > match.end() + 8 and _QUANTITY.search(words, start, match.start()):
            yield start, match.start()
            start = match.end()
    if start < end:
        yield start, end
