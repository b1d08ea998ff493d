"""What a question asks for and what it takes for granted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rag import facts
from rag.dates import DateMention, find_dates
from rag.people import OFFICE, find_people, find_posts
from rag.places import PLACES
from rag.text import expansion, fold, normalise, tokens, tone_key


class Wanted(StrEnum):
    """The kind of value that answers a question."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    PLACE = "place"
    PERSON = "person"
    OFFICE = "office"
    NUMBER = "number"
    PERCENT = "percent"
    MONEY = "money"
    REASON = "reason"
    YES_NO = "yes-no"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Office:
    """An office and, where it is named, the body it is in: `Chủ tịch` of `Ủy ban nhân dân`, as tone keys."""

    title: str
    body: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question in normal form with what it asks and what it states."""

    text: str
    own: str
    """What was asked now, without context from the turn before."""
    wanted: Wanted
    also: tuple[Wanted, ...]
    """Further kinds of a question in several parts: `ngày nào, ở đâu`."""
    many: bool
    """True when it asks for a list, perhaps from several documents."""
    entities: tuple[tuple[str, ...], ...]
    """Names and places it states, as tone keys; an answer must be about them."""
    dates: tuple[DateMention, ...]
    documents: tuple[str, ...]
    quantities: tuple[facts.Quantity, ...]
    office: Office | None
    """For "who is …": the office whose holder is asked for."""


_PATTERNS: tuple[tuple[Wanted, str], ...] = (
    (Wanted.PERCENT, r"bao nhiêu (?:phần trăm|%)|mấy (?:phần trăm|%)|tỷ lệ .*bao nhiêu|bao nhiêu %"),
    (Wanted.YEAR, r"năm (?:nào|bao nhiêu|mấy)|niên khóa nào"),
    (Wanted.MONTH, r"tháng (?:nào|mấy)"),
    (
        Wanted.DAY,
        r"(?:ngày|hôm|buổi|thời gian|thời điểm|lúc|dịp) (?:nào|mấy|bao nhiêu)|khi nào|bao giờ|lúc mấy giờ|mấy giờ"
        r"|thời gian .*(?:là gì|ra sao)",
    ),
    (
        Wanted.MONEY,
        r"bao nhiêu (?:tiền|đồng|tỷ|tỉ|triệu|nghìn|ngàn|usd|đô)(?!\w)"
        r"|(?:kinh phí|tổng mức đầu tư|số tiền|ngân sách|học phí|mức phạt"
        r"|doanh thu|lợi nhuận|giá bán|chi phí|vốn đầu tư|mức lương|trả lương|giá vé|lương).*(?:bao nhiêu|mấy)",
    ),
    (Wanted.NUMBER, r"bao nhiêu|(?<!thứ )mấy(?! năm (?:nay|qua|gần|trước|sau))|lần thứ mấy|thứ mấy"),
    (Wanted.OFFICE, r"chức vụ|chức danh|giữ chức|chức gì|cương vị|làm chức|vai trò gì|làm gì ở"),
    (
        Wanted.PLACE,
        r"ở đâu|tại đâu|nơi nào|chỗ nào|đâu\s*\?*$|địa điểm|địa chỉ nào"
        r"|(?:xã|huyện|tỉnh|thành phố|quận|phường|nước|quốc gia|địa phương|thị trấn|thôn|bản|châu|vùng) nào",
    ),
    (
        Wanted.PERSON,
        r"(?<!\w)ai(?!\w)|người nào|vị nào|đồng chí nào|ông nào|bà nào|lãnh đạo nào|tên là gì|tên gì|vị .* nào",
    ),
    (Wanted.REASON, r"vì sao|tại sao|lý do|lí do|nguyên nhân|vì đâu|do đâu|sao lại|vì lẽ gì"),
    (Wanted.YES_NO, r"có phải|phải không|đúng không|hay không|hay chưa|(?:không|chưa)\s*\?*$"),
)
_WANTED = tuple((wanted, re.compile(pattern, re.I)) for wanted, pattern in _PATTERNS)
_MANY = re.compile(
    r"những .*(?:nào|gì|ai|đâu)|các .*(?:nào|gì)|gồm (?:những|có)|bao gồm|những ai|kể tên|liệt kê|gồm gì|là những", re.I
)
_BODY = re.compile(
    r"\s+((?:UBND|HĐND|Ủy ban [Nn]hân dân|Hội đồng [Nn]hân dân|Tỉnh ủy|Thành ủy|Huyện ủy|Quân ủy"
    r"|(?:Bộ|Sở|Ban) [A-ZĐ][^\W\d_]*(?: [^\W\d_]+)?|[Qq]uân khu \d+))"
)
DESIGNATED = re.compile(
    r"(?<!\w)(?:quân khu|giai đoạn|quận|tổ|nhóm|khu vực|binh đoàn|sư đoàn|QK)\s*\d+(?![\d.,]\d)", re.I
)
"""Names with a number in them: the number counts nothing."""
_WHO_IS = re.compile(r"(?<!\w)ai (?:đang |hiện |hiện đang )?(?:là|làm|giữ chức) (.+)", re.I)
_IS_WHO = re.compile(r"(.+?) (?:là|tên là) (?:ai|gì)\b", re.I)
# Capitalised words of offices and agencies; they are no names of their own.
_GENERIC = frozenset(
    tone_key(word)
    for word in """Ban Thường Bộ Trung Tỉnh Đảng Hội Chính Quốc Ủy Uỷ Nghị Quyết Quân Đại Tướng
Tổng Phó Bí Chủ Thứ Thủ Chi Khu Cục
Vụ Sở Ngành Huyện Xã Thành Phố Quận Phường Đồng Chí Ông Bà Theo Trong Tại Ai Khi Ngày Tháng Năm Hãy Cho Các
Những Buổi Cuộc Đoàn Công Tập Pgs Ts Gs Ths Bs Gđ Đội Tp Lễ Hôm Hiện Thế Vậy Còn Nếu Đến Từ Tính Sau Trước Liệu
Viện Trường Học Nhà Nước Ủy Viên Mặt Trận Tổ Chương Trình Kế Hoạch Luật Kết Luận Chỉ Thị Thông Tư Hành Lang Vì
Sao Có Bao Người""".split()
)


@lru_cache(maxsize=512)
def analyse(text: str, *, own: str = "", day: str = "") -> Question:
    """Read a standalone question that already carries its tone marks.

    Args:
        own: the part that was asked now (default: all of it). Only there a value is a premise; names
            count wherever they stand.
        day: of the meeting that the question points to; a premise too.
    """
    question = normalise(text)
    asked = normalise(own) or question
    kinds = _kinds(asked)
    if kinds[0] is Wanted.PERSON and _names_whom(asked):
        kinds[0] = Wanted.OFFICE
    return Question(
        text=question,
        own=asked,
        wanted=kinds[0],
        also=tuple(kinds[1:]),
        many=bool(_MANY.search(asked)),
        entities=tuple(dict.fromkeys(_entities(question))),
        dates=(*(m for m in find_dates(asked) if not _inside_document_number(asked, m)), *find_dates(day)),
        documents=tuple(facts.document_numbers(asked)),
        quantities=tuple(facts.quantities(DESIGNATED.sub(" ", asked))),
        office=_asked_office(asked),
    )


def _kinds(question: str) -> list[Wanted]:
    """What is asked, the most specific first; parts that overlap count once."""
    kinds: list[Wanted] = []
    taken: list[tuple[int, int]] = []
    for wanted, pattern in _WANTED:
        match = pattern.search(question)
        if match and not any(match.start() < b and a < match.end() for a, b in taken):
            kinds.append(wanted)
            taken.append(match.span())
    return kinds or [Wanted.TEXT]


def _names_whom(question: str) -> bool:
    """`Phan Văn Giang là ai?` names the person and asks for the office."""
    match = re.search(r"^(.*?),? là (?:ai|người (?:nào|thế nào|như thế nào))\W*$", question, re.I)
    people = find_people(match.group(1)) if match else []
    return bool(match and people and people[-1].end == len(match.group(1)))


def _asked_office(question: str) -> Office | None:
    """`Ai là Bí thư …` and `Bí thư … là ai` ask for the holder of an office."""
    match = _WHO_IS.search(question) or _IS_WHO.search(question)
    posts = find_posts(match.group(1)) if match else []
    if match is None or not posts or find_people(match.group(1)[: posts[0].end + 1]):
        return None
    return Office(posts[0].office, _body(match.group(1)[posts[0].end :]))


def _body(following: str) -> tuple[str, ...]:
    """The body named right behind an office: `UBND tỉnh …`, `Bộ Công an`, `Quân khu 1`."""
    match = _BODY.match(following)
    return facts.keys(match.group(1)) if match else ()


def _inside_document_number(question: str, mention: DateMention) -> bool:
    written = question[mention.start : mention.end]
    return any(written in number for number in facts.document_numbers(question))


def _entities(question: str) -> list[tuple[str, ...]]:
    """Person names, known places, and other capitalised runs."""
    found = [_without_place(facts.keys(person.name)) for person in find_people(_without_common(question))]
    lowered = facts.keys(question)
    for place in PLACES:
        if facts.contains_run(lowered, place) and not any(facts.contains_run(f, place) for f in found):
            found.append(place)
    found += [facts.keys(match.group()) for match in DESIGNATED.finditer(question)]
    for run in facts.names(_without_common(question)):
        for own in _pieces(run, found):
            if len(own) > 1 or len(own[0]) > 1:
                found.append(own)
    return found


def _without_place(name: tuple[str, ...]) -> tuple[str, ...]:
    """A name without the place before or behind it: `Lê Trung Chinh Đà Nẵng` in a restored question."""
    first = next((size for size in (1, 2) if name[:size] in PLACES and len(name) > size), 0)
    return name[first:-2] if len(name) > 4 and name[-2:] in PLACES else name[first:]


def _without_common(question: str) -> str:
    """The question with offices, document numbers and abbreviations in lower case."""
    hidden = OFFICE.sub(lambda m: m.group().lower(), question)
    for number in facts.document_numbers(hidden):
        hidden = hidden.replace(number, number.lower())
    return " ".join(word.lower() if expansion(word.strip(",.?;()")) else word for word in hidden.split())


def _pieces(run: tuple[str, ...], known: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """What is left of a capitalised run around the names that are known already."""
    for name in known:
        for at in range(len(run) - len(name) + 1):
            if run[at : at + len(name)] == name:
                return _pieces(run[:at], known) + _pieces(run[at + len(name) :], known)
    own = _without_generic(run)
    return [own] if own else []


def _without_generic(run: tuple[str, ...]) -> tuple[str, ...]:
    kept = list(run)
    while kept and kept[0] in _GENERIC:
        kept.pop(0)
    while kept and kept[-1] in _GENERIC:
        kept.pop()
    return tuple(kept)


def content_terms(text: str) -> list[str]:
    """Folded syllables of a question that carry meaning, in order, for coverage."""
    return [fold(t.text) for t in tokens(text) if tone_key(t.text) not in _EMPTY]


_EMPTY = frozenset(
    tone_key(word)
    for word in """là ai gì nào đâu bao nhiêu mấy khi có không chưa được bị của và các những với
cho vào tại ở trong từ đến do bởi
này đó ấy kia hãy biết cho xin hỏi vậy thế thì mà nhỉ ạ à về theo ra rằng hay hoặc như cái con sao vì lý lí giờ
hôm lúc đã sẽ đang ngày tháng năm người ông bà anh chị đồng chí vị nơi thứ lần gồm tên diễn họ nó một việc chức
vụ giữ phần trăm tiền ngoài còn nữa bên làm đồng thời gian tôi mình bạn nay""".split()
)
