"""Persons and the offices they hold, read from Vietnamese official prose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag import facts
from rag.places import PLACES

# Longest first within a first word, so that "Phó Bí thư" is never read as "Bí thư".
OFFICES = sorted(
    """Tổng Bí thư|Phó Bí thư Thường trực|Phó Bí thư|Bí thư|Chủ tịch nước|Phó Chủ tịch nước
Phó Chủ tịch Thường trực|Phó Chủ tịch|Chủ tịch|Thủ tướng|Phó Thủ tướng Thường trực|Phó Thủ tướng|Bộ trưởng
Thứ trưởng Thường trực|Thứ trưởng|Tổng Tham mưu trưởng|Phó Tổng Tham mưu trưởng|Phó Chủ nhiệm|Chủ nhiệm
Phó Tư lệnh|Tư lệnh|Phó Chính ủy|Chính ủy|Phó Chỉ huy trưởng|Chỉ huy trưởng|Tham mưu trưởng
Phó Trưởng ban|Trưởng ban|Phó Ban|Trưởng Ban|Phó Trưởng đoàn|Trưởng đoàn|Phó Trưởng phòng|Trưởng phòng
Phó Giám đốc|Giám đốc|Phó Tổng Giám đốc|Tổng Giám đốc|Tổng Thư ký|Thư ký|Phó Cục trưởng|Cục trưởng
Phó Vụ trưởng|Vụ trưởng|Phó Viện trưởng|Viện trưởng|Phó Hiệu trưởng|Hiệu trưởng|Phó Chánh án|Chánh án
Phó Chánh Văn phòng|Chánh Văn phòng|Chánh Thanh tra|Phó Chánh Thanh tra|Phó Châu trưởng|Châu trưởng
Phó Trưởng khoa|Trưởng khoa|Đại sứ|Tổng Lãnh sự|Lãnh sự|Phó Tổng thống|Tổng thống|Ủy viên Thường vụ|Ủy viên
Phó Trưởng thôn|Trưởng thôn|Chi cục trưởng|Phó Chi cục trưởng|Tiểu đoàn trưởng
Trung đoàn trưởng|Sư đoàn trưởng|Lữ đoàn trưởng
Đội trưởng|Phó Đội trưởng|Tổ trưởng|Phó Tổ trưởng|Đồn trưởng|Phó Đồn trưởng|Chính trị viên|Kế toán trưởng
Chủ nhiệm Ủy ban|Phó Thường trực|Tổng Biên tập|Phó Tổng Biên tập|Người phát ngôn
Đại tướng|Thượng tướng|Trung tướng|Thiếu tướng|Đại tá|Thượng tá|Trung tá|Thiếu tá|Đại úy""".replace("\n", "|").split(
        "|"
    ),
    key=len,
    reverse=True,
)
OFFICE = re.compile(r"(?<!\w)(?:" + "|".join(re.escape(o) for o in OFFICES) + r")(?!\w)", re.I)

_SURNAMES = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đào|Đoàn|Trịnh|Đinh|Lâm|Mai|Trương|Lương"
    "|Phùng|Tạ|Chu|Châu|Tô|Hà|Thái|Tống|Quách|Cao|La|Thạch|Kim|Mùa|Giàng|Vàng|Sùng|Thào|Lò|Lù|Lường|Quàng|Cà|Hờ|Vừ|Lầu"
    "|Tráng|Ma|Nông|Vi|Hứa|Triệu|Bế|Đàm|Từ|Doãn|Kiều|Khúc|Khổng|Văn|Viên|Uông|Thân|Tăng|Nghiêm|Ninh|Mạc|Lưu|Lữ|Lại|Lã"
    "|Khương|Giáp|Diệp|Cù|Cung|Chử|Bạch|Âu|An|Khuất|Điểu|Hầu|Thượng|Bàn|Lục|Đồng|Tòng|Bạc|Cầm|Hạng|Phàn|Chảo|Tẩn|Lồ"
    "|Vương|Mông|Sầm|Đậu|Tôn|Mã|Ngụy|Tiêu|Thiều|Khiếu|Lừu|Cháng|Thền|Ly|Y|Lang|Xa|Lộc|Ngân|Đới|Thi"
)
UPPER = "A-ZĐÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
_SYLLABLE = rf"[{UPPER}](?![{UPPER}])[^\W\d_]*"
_RUN = re.compile(rf"(?<!\w){_SYLLABLE}(?: {_SYLLABLE})+")
SURNAME = re.compile(rf"(?:{_SURNAMES})$")
_HONORIFIC = re.compile(
    rf"(?:(?:đồng chí|đ/c|ông|bà|anh|chị|tiến sĩ|ts|pgs|gs|bác sĩ|luật sư)\.?|{OFFICE.pattern}) $", re.I
)
# Places that begin like a name; an honorific before them still makes them one.
_PLACES = frozenset(
    """Hà Nội|Hà Giang|Hà Nam|Hà Tĩnh|Lâm Đồng|Thái Bình|Thái Nguyên|Thái Lan|Cao Bằng|Ninh Bình|Ninh Thuận|An Giang
Lai Châu
Kim Bôi|Mai Châu|Mai Sơn|Vũ Quang|Đồng Nai|Đồng Tháp|Đồng Hới|Văn Sơn|Văn Bàn|Châu Âu|Châu Á|Hoàng Sa|Hoàng Mai|Lý Sơn
Thạch Thất|Hà Đông|Hà Lan|An Ninh|Hồng Hà|Kim Sơn|Triều Tiên|Đồng Văn|Hồ Tây|Hồ Gươm""".replace("\n", "|").split("|")
)
_AGENCY = frozenset(
    """Tỉnh Thành Huyện Quận Ban Bộ Sở Ủy Uỷ Hội Đảng Quân Trung Quốc Chính Công Tập Liên Tổng Cục Vụ Viện Trường Đại
Học Mặt
Khu Nghị Luật Ngân Tòa Nhà""".split()
)


# An "and" inside the name of an agency joins nothing; the mask has the same length.
_JOINED = re.compile(
    r" và (?=(?:Phát triển|Môi trường|Đào tạo|Công nghệ|Truyền thông|Đầu tư|Du lịch|Xã hội|Tôn giáo)(?!\w))"
)
_FORMER = re.compile(r"(?<!\w)(nguyên|quyền|cựu)\s+$", re.I)


@dataclass(frozen=True, slots=True)
class Post:
    """An office at `[start, end)`, with `nguyên` or `quyền` before it, and the keys of what it is in."""

    start: int
    end: int
    former: str
    office: str
    body: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A person at `[start, end)` with the offices that stand beside the name, as written."""

    name: str
    start: int
    end: int
    offices: tuple[str, ...]
    posts: tuple[Post, ...] = ()


@lru_cache(maxsize=4096)
def _people(text: str) -> tuple[Person, ...]:
    text, written = _JOINED.sub(" vä ", text), text
    names = name_spans(text)
    people = []
    for at, (start, end) in enumerate(names):
        left = names[at - 1][1] if at else 0
        right = names[at + 1][0] if at + 1 < len(names) else len(text)
        found = (*_before(text, left, start), *_behind(text, end, right))
        posts = tuple(_post(text, match, start if match.start() < start else right) for match in found)
        people.append(Person(written[start:end], start, end, tuple(post.office for post in posts), posts))
    return tuple(people)


def find_people(text: str) -> list[Person]:
    """Persons of a text, left to right, each with the offices of its own segment.

    A segment runs from the end of the one before (a semicolon, or the offices behind the previous
    name) to the next name's own offices.
    """
    return list(_people(text))


def find_posts(text: str) -> list[Post]:
    """Every office of a text, whoever holds it."""
    text = _JOINED.sub(" vä ", text)
    return [_post(text, match, len(text)) for match in OFFICE.finditer(text)]


def _post(text: str, match: re.Match[str], limit: int) -> Post:
    former = _FORMER.search(text[max(0, match.start() - 12) : match.start()])
    behind = text[match.end() : limit]
    following = OFFICE.search(behind)
    stop = min([m.start() for m in (_BODY_END.search(behind), following) if m], default=len(behind))
    name = next((start - match.end() for start, _ in name_spans(behind[:stop])), stop)
    word = former.group(1).lower() if former else ""
    return Post(
        match.start(),
        match.end(),
        word,
        match.group(),
        facts.keys(behind[: min(stop, name) if name > 0 else stop])[:10],
    )


def name_spans(text: str) -> list[tuple[int, int]]:
    """Spans of person names: a run of capitalised syllables, without a place before the surname."""
    found = []
    for run in _RUN.finditer(text):
        syllables = run.group().split(" ")
        called = bool(_HONORIFIC.search(text[: run.start()]))
        at = _name_start(syllables, called)
        if at is not None:
            found.append((run.end() - len(" ".join(syllables[at:])), run.end()))
    return found


def _name_start(syllables: list[str], called: bool) -> int | None:
    """Index of a run's syllable where the name begins, or None when the run holds no name."""
    size = len(syllables)
    if called and syllables[0] not in _AGENCY and 2 <= size <= 5 and not _ends_in_name(syllables):
        return 0
    if size in (3, 4) and SURNAME.match(syllables[0]) and syllables[1] in ("Văn", "Thị"):
        return 0
    if _is_place(" ".join(syllables)) or _is_place(" ".join(syllables[1:])) or (syllables[0] in _AGENCY and size < 4):
        return None
    if size <= 4 and SURNAME.match(syllables[0]):
        return 0
    starts = [size - length for length in (3, 4, 2) if size >= length and SURNAME.match(syllables[size - length])]
    return starts[0] if starts and (starts[0] == 0 or size - starts[0] >= 3) else None


def _is_place(run: str) -> bool:
    return run in _PLACES or facts.keys(run) in PLACES


def _ends_in_name(syllables: list[str]) -> bool:
    """A place, then a full name: `Sơn La Hoàng Quốc Khánh`."""
    return len(syllables) >= 5 and bool(SURNAME.match(syllables[-3]))


_BREAK = re.compile(r"[;.:()]|\b(?:và|cùng|với|do|thay|gặp|cho|của các)\b")
_CLAUSE = re.compile(
    r"[;.:]|\b(?:đã|đang|sẽ|phát biểu|báo cáo|đề nghị|chủ trì|yêu cầu|lưu ý|nhấn mạnh|cho biết|cho hay|làm việc"
    r"|tham luận|ghi nhận"
    r"|khẳng định|trình bày|cảm ơn|chúc mừng|kết luận|thăm|dự|kiến nghị|cùng|nhiệt liệt)\b"
)


_BODY_END = re.compile(
    rf"[,;.:()\n“”\"–]|(?<!\w)(?:và|cùng|với|là|do|được|để|tại|trong|theo|thay|dự|nói|bày tỏ|gặp|trao|ai)(?!\w)"
    rf"|{_CLAUSE.pattern}",
    re.I,
)


def _before(text: str, left: int, start: int) -> tuple[re.Match[str], ...]:
    """Offices written before a name with no other break between: `Bí thư Tỉnh ủy, Chủ tịch … X`."""
    segment = text[left:start]
    cut = left + max((m.end() for m in _BREAK.finditer(segment)), default=0)
    found = list(OFFICE.finditer(text, cut, start))
    if left and not re.search(r"[;.]", text[left : cut + 1]) and cut == left:
        # Between two names without a break the offices belong to the first, except those that touch
        # the second name.
        found = found[-1:] if found and "," not in text[found[-1].end() : start] else []
    return tuple(found)


_AGAIN = re.compile(
    r"(?<!\w)(?:ông|bà|đồng chí|anh|chị)(?: được)?(?: (?:bầu|bổ nhiệm|điều động|phân công))?"
    r" (?:giữ chức(?: vụ)?|làm|là|đảm nhiệm)",
    re.I,
)
_HOLDS = re.compile(
    r"\s*(?:[,(–-]|(?:(?:đã|vừa|được|tín nhiệm|tái)\s+)*(?:(?:bầu|bổ nhiệm|cử|chỉ định|điều động|phân công|giao)\s+)*"
    r"(?:là|giữ chức|giữ cương vị|làm|đảm nhiệm)\b)",
    re.I,
)


def _behind(text: str, end: int, right: int) -> tuple[re.Match[str], ...]:
    """Offices in apposition behind a name: `X, Ủy viên …, Thứ trưởng …`, or `X là Bí thư`."""
    later = [
        m
        for p in _AGAIN.finditer(text, end, right)
        for m in OFFICE.finditer(text, p.end(), min(right, p.end() + 30))
        if m.start() - p.end() < 2
    ]
    segment = text[end:right]
    stop = _CLAUSE.search(segment)
    segment = segment[: stop.start()] if stop else segment
    if not _HOLDS.match(segment):
        return tuple(later)
    return (*OFFICE.finditer(text, end, end + len(segment)), *later)
