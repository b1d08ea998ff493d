"""Which event an article reports: its kind, title, day and places; most articles report none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.dates import DateMention, find_dates
from rag.meetings.article import Article, Piece
from rag.meetings.persons import OFFICE
from rag.meetings.records import Kind, Moment, Stated
from rag.text import fold, tokens

_LEAD = 4
"""Title and first sentences, in which an article says what it reports."""
_NOUNS = {
    Kind.SESSION: r"kỳ họp|phiên họp|phiên thảo luận|phiên chất vấn|phiên (?:bế|khai) mạc|phiên toàn thể",
    Kind.CONFERENCE: r"hội nghị|hội thảo|đại hội(?! XI+| đảng| Đảng lần| lần| thể thao| XIV)|diễn đàn|(?:buổi |cuộc )?họp báo"
    r"|(?:cuộc|buổi) họp|tọa đàm|toạ đàm|buổi giao ban",
    Kind.RECEPTION: r"(?:cuộc|buổi) (?:hội đàm|hội kiến|điện đàm|gặp mặt|gặp gỡ|tiếp xúc|gặp|tiếp|đối thoại)"
    r"|tiếp xúc cử tri|gặp mặt|hội đàm|hội kiến|điện đàm|hội nghị tiếp xúc cử tri",
    Kind.WORKING: r"(?:buổi|cuộc|chuyến) (?:làm việc|kiểm tra|khảo sát|thị sát)",
    Kind.CEREMONY: r"(?:buổi )?lễ (?:kỷ niệm|khai mạc|bế mạc|ký(?: kết)?|trao(?: tặng| giải| thưởng)?|khánh thành|khởi công"
    r"|công bố|ra mắt|phát động|khai giảng|tổng kết|bàn giao|đón(?: tiếp| nhận| chính thức)?|tuyên dương|tôn vinh|tưởng niệm"
    r"|dâng h\w+|viếng|truy điệu|tang|tuyên thệ|nhậm chức|vinh danh|xuất quân|hưởng ứng|động thổ|an táng|khai trương"
    r"|giới thiệu|tiễn|tiếp nhận|mít ?tinh|thượng cờ|thông xe|ra quân|quốc tang)|mít ?tinh|quốc tang|lễ tang|khai giảng",
}
_VERBS = {
    Kind.CONFERENCE: r"họp(?= (?:trực tuyến|khẩn|bàn|về|với|để|giao ban|đánh giá|triển khai|báo))",
    Kind.RECEPTION: r"(?:hội đàm|hội kiến|điện đàm|gặp gỡ|gặp mặt|đối thoại|tiếp xúc)(?= )|gặp(?= (?:gỡ|mặt|Đ|B|C|N|T|ông|bà))"
    r"|(?:tiếp|đón)(?= (?:\w+ )?(?:xã giao|Đại sứ|đoàn|Đoàn|Bộ trưởng|Thủ tướng|Tổng|Chủ tịch|ông|bà|Ngài|ngài|Phó))"
    r"|tiếp(?= xã giao)|chào xã giao",
    Kind.WORKING: r"(?:đến |tới )?(?:kiểm tra|khảo sát|thị sát|thăm(?! và (?:làm|gặp|hội)))(?= )|làm việc(?= (?:với|tại|trực tuyến))",
}


def _pattern(words: dict[Kind, str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{kind.name}>(?<!\\w)(?:{found})(?!\\w))" for kind, found in words.items()), re.I)


NOUN, _VERB = _pattern(_NOUNS), _pattern(_VERBS)
# What makes a noun the event of its own article: somebody holds it, opens it, is at it, speaks there.
_HELD = re.compile(
    r"(?<!\w)(?:tổ chức|diễn ra|khai mạc|bế mạc|chủ trì|chủ tọa|điều hành|tham dự|dự|tham gia|phát biểu|tại|trong|có|tiến hành"
    r"|thống nhất|thông qua|triệu tập|tổng kết|đồng chủ trì|được tổ chức|đã có|vừa có|trước|buổi|đến dự|chứng kiến)(?!\w)",
    re.I,
)
_AFTER = re.compile(
    r"[^.;:]{0,120}?(?<!\w)(?:diễn ra|được tổ chức|tổ chức|khai mạc|bế mạc|do|đã|vừa|với chủ đề|với|nhằm|thống nhất|thông qua)(?!\w)",
    re.I,
)
# Words before which an event is another one than the article's: planned, past, or only the occasion.
_ELSEWHERE = re.compile(
    r"(?<!\w)(?:sẽ|sắp|dự kiến|chuẩn bị|sau khi|sau (?!đây)|trước đó|kể từ|từ khi|theo|nghị quyết|hướng tới|tiến tới|nhân dịp|kết quả"
    r"|tiếp tục|trước thềm|trước khi|lịch|kế hoạch|từng|đã từng|mời|lời mời|không|chưa|hàng năm|mong muốn|đề nghị|muốn|phục vụ)"
    r"(?!\w)[^,.;:]{0,60}$",
    re.I,
)
_HALL = re.compile(r"(?:trung tâm|nhà|phòng|tòa nhà|ban tổ chức) $", re.I)
_PART = re.compile(r"(?<!\w)(sáng|trưa|chiều|tối)(?: sớm| muộn| qua| nay)?[\s,(]*(?:ngày )?$", re.I)
_TODAY = re.compile(r"(?<!\w)(sáng|trưa|chiều|tối)[\s,(]*(?:ngày\s*)?$", re.I)
_DAY = re.compile(r"(?<!\w)ngày\s*$", re.I)
_NOW = re.compile(r"(?<!\w)(?:hôm nay|hôm qua|sáng nay|chiều nay|tối nay|sáng|chiều|tối|trưa|ngày|mới đây|vừa)(?!\w)", re.I)


@dataclass(frozen=True, slots=True)
class Event:
    """What is known of an event before its people and matters."""

    kind: Kind
    kind_stated: Stated
    title: Stated
    moment: Moment | None
    lead: Piece
    """The sentence that reports it."""


def find_event(article: Article) -> Event | None:
    """The event that the lead reports as the article's own subject, or None."""
    pieces = _first(article)
    for piece in pieces:
        found = _main(article, piece)
        if found:
            moment = next((m for m in (_moment(article, p) for p in (piece, *pieces)) if m), None)
            kind, start, end = found
            return Event(kind, article.cut(start, end), _title(article, piece, moment), moment, piece)
    return None


def _first(article: Article) -> list[Piece]:
    """The lead sentences, then the title, which tells less."""
    body = list(article.body[: _LEAD - 1])
    return [*body, article.title] if article.title else body


def _main(article: Article, piece: Piece) -> tuple[Kind, int, int] | None:
    """The first words of a sentence that name an event which is held in it."""
    words = article.words(piece)
    dated = bool(_NOW.search(words)) or bool(find_dates(words))
    official = bool(OFFICE.search(words))
    found = [m for m in NOUN.finditer(words) if _is_held(words, m, dated)]
    if official and dated:
        found += [m for m in _VERB.finditer(words) if _is_done(words, m)]
    if not found:
        return None
    match = min(found, key=lambda m: m.start())
    kind = Kind[match.lastgroup or ""]
    return kind, piece.start + match.start(), piece.start + match.end()


def _is_held(words: str, match: re.Match[str], dated: bool) -> bool:
    before = words[max(0, match.start() - 90) : match.start()]
    if _ELSEWHERE.search(before) or _HALL.search(before):
        return False
    opens = not before.strip(" “\"") or before.rstrip()[-1:] in ",:"
    return dated and bool(_HELD.search(before) or (opens and _AFTER.match(words, match.end())))


def _is_done(words: str, match: re.Match[str]) -> bool:
    before = words[: match.start()]
    return not _ELSEWHERE.search(before[-90:]) and bool(OFFICE.search(before))


def _moment(article: Article, piece: Piece) -> Moment | None:
    """The first day of a sentence with the part of the day beside it; the year from the header when its month agrees."""
    words = article.words(piece)
    for date in find_dates(words):
        if date.day is None or date.month is None:
            continue
        start = _begin(words, date)
        part = _TODAY.search(words[:start].rstrip() + " ") or _PART.search(words[max(0, start - 30) : start])
        part = _PART.search(words[: date.start]) or part
        begin = min(start, part.start()) if part else start
        return Moment(
            article.cut(piece.start + begin, piece.start + date.end),
            date.day,
            date.month,
            date.year or _year(article, date),
            part.group(1).lower() if part else None,
        )
    return None


def _begin(words: str, date: DateMention) -> int:
    day = _DAY.search(words[max(0, date.start - 8) : date.start])
    return date.start - (min(8, date.start) - day.start()) if day else date.start


def _year(article: Article, date: DateMention) -> int | None:
    if article.published is None or len(article.published.value) < 7:
        return None
    year, month = article.published.value.split("-")[:2]
    return int(year) if int(month) == date.month else None


def _title(article: Article, lead: Piece, moment: Moment | None) -> Stated:
    """The headline where there is one about the event, else the lead from its subject on."""
    title = article.title
    if title and (title == lead or len(article.words(title)) < 180 and _about(article, title, lead)):
        return article.cut(title.start, title.end)
    start = lead.start
    if moment and lead.start <= moment.stated.start < lead.end and moment.stated.start - lead.start < 25:
        start = moment.stated.end
        found = _ADVERBIALS.match(article.text, start, lead.end)
        start = found.end() if found else start
    return article.cut(start, lead.end)


_ADVERBIALS = re.compile(r"[\s),]*(?:tại (?:[^,]|, (?=tỉnh|thành phố|TP|huyện|quận|xã|phường))+,\s*)?")


def _about(article: Article, title: Piece, lead: Piece) -> bool:
    words = article.words(title)
    if NOUN.search(words) or _VERB.search(words):
        return True
    own = {fold(t.text) for t in tokens(words)}
    said = {fold(t.text) for t in tokens(article.words(lead))}
    return len(own & said) >= 0.4 * len(own)


_PLACE = re.compile(
    r"(?<!\w)(?:tại|ở)\s+(?P<place>(?:[^\s,;.:()“”\"]+|\([^()]{2,90}\)|,\s*(?=(?:tỉnh|thành phố|TP|huyện|quận|xã|phường|thị xã|thị trấn|Hà Nội)(?!\w)))"
    r"(?:\s+(?:[^\s,;.:()“”\"]+|\([^()]{2,90}\))|(?<=\d)\.(?=\d)|,\s*(?:(?:tỉnh|thành phố|TP|huyện|quận|xã|phường|thị xã|thị trấn)\s[^\s,;.:()]+|Hà Nội))*)"
)
_NOT_PLACE = re.compile(
    r"(?:buổi|cuộc|hội nghị|hội thảo|đại hội|phiên|kỳ họp|lễ|đây|đó|diễn đàn|chương trình|sự kiện|thời điểm|nhiều|các|những|báo cáo|văn bản|họp|ngày|quyết định)(?!\w)",
    re.I,
)
_PLACE_STOP = re.compile(
    r"\s(?:đã|vừa|diễn ra|tổ chức|khai mạc|và|do|với|để|có|dự|vào|sáng|chiều|tối|ngày|hôm|trong|từ|sau|được|phát biểu|nhằm|là|cho biết|theo|giữa"
    r"|đang|sẽ|Đại tướng|Thượng tướng|đồng chí|ông|bà)(?!\w)"
)
_REMOTE = re.compile(r"(?<!\w)(?P<place>điểm cầu (?!đã|có|này)[^,;:.]{2,60}?)(?=,|\.|;|$|\sdự|\scó|\sđến)", re.I)


def places(article: Article, event: Event) -> tuple[Stated, ...]:
    """Where it was: `tại …` of the sentence that reports it, or each điểm cầu of an online meeting."""
    remote = _places_of(article, _REMOTE, article.body)
    if remote:
        return remote
    title = [article.title] if article.title else []
    for piece in (*title, event.lead):
        found = _places_of(article, _PLACE, [piece])
        if found:
            return found[:1]
    return ()


def _places_of(article: Article, pattern: re.Pattern[str], pieces: Sequence[Piece]) -> tuple[Stated, ...]:
    found: dict[str, Stated] = {}
    for piece in pieces:
        for match in pattern.finditer(article.text, piece.start, piece.end):
            start, end = match.span("place")
            stop = _PLACE_STOP.search(article.text, start, end)
            end = stop.start() if stop and pattern is _PLACE else end
            if not _NOT_PLACE.match(article.text, start, end) and not re.match(r"các |nhiều ", article.text[start + 9 : end]):
                place = article.cut(start, end)
                found.setdefault(fold(place.text), place)
    return tuple(found.values())
