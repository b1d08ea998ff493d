"""Which event an article reports: its kind, title, day and places; most articles report none."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.dates import find_dates
from rag.meetings.article import Article, Piece
from rag.meetings.records import Kind, Moment, Stated
from rag.meetings.titles import OFFICE
from rag.meetings.when import Found, moment_of
from rag.text import fold, tokens

_LEAD = 4
"""First sentences, in which an article says what it reports."""
_NEAR = 8
"""First sentences that may speak of `the meeting` as already known."""
HEAD = 14
"""Lines of minutes in which time and place are given."""
_NOUNS = {
    Kind.SESSION: r"kỳ họp|phiên họp(?! Đại hội| ĐHĐCĐ)|phiên thảo luận|phiên chất vấn|phiên (?:bế|khai) mạc"
    r"|phiên toàn thể",
    Kind.CONFERENCE: r"hội nghị|hội thảo|(?:phiên họp )?đại hội(?! XI+| đảng| lần| thể thao| XIV)|ĐHĐCĐ|ĐHCĐ"
    r"|diễn đàn(?! văn)"
    r"|(?:buổi |cuộc )?họp báo|(?:cuộc|buổi) họp|tọa đàm|toạ đàm"
    r"|buổi (?:giao ban|giao lưu|trao đổi|thảo luận|chia sẻ|điều trần)|(?:buổi|lớp) tập huấn|cuộc thảo luận",
    Kind.RECEPTION: r"(?:cuộc|buổi) (?:hội đàm|hội kiến|điện đàm|gặp mặt|gặp gỡ|tiếp xúc cử tri|gặp|tiếp|đối thoại)"
    r"|phiên đối thoại"
    r"|tiếp xúc cử tri|gặp mặt|hội đàm|hội kiến|điện đàm",
    Kind.WORKING: r"(?:buổi|cuộc|chuyến) (?:làm việc|kiểm tra|khảo sát|thị sát)",
    Kind.CEREMONY: r"buổi lễ|lễ (?!hội|phép|độ|nghi|giáo|vật|này|tết|30|2/9|lớn|phục|cưới|Phục|Giáng|vừa|đã|và|của"
    r"|có|còn|dài|đầu|bốn|kéo|nghỉ|đổi|lạt|tân|Tình)\w+(?: kết| tặng| chức)?"
    r"|mít ?tinh|quốc tang",
}
_VERBS = {
    Kind.CONFERENCE: r"họp(?: khẩn)?(?= (?:trực tuyến|bàn|về|với|để|giao ban|đánh giá|triển khai|báo|và|khẩn|kín"
    r"|nội các|thống nhất|xem))",
    Kind.RECEPTION: r"(?:hội đàm|hội kiến|điện đàm|gặp gỡ|gặp mặt|đối thoại|tiếp xúc cử tri)(?= )|gặp(?= (?:gỡ|mặt|Đ"
    r"|B|C|N|T|ông|bà))"
    r"|(?:tiếp|đón)(?= (?:\w+ )?(?:xã giao|Đại sứ|đoàn|Đoàn|Bộ trưởng|Thủ tướng|Tổng|Chủ tịch|ông|bà|Ngài|ngài|Phó))"
    r"|chào xã giao",
    Kind.CEREMONY: r"(?:dâng hương|dâng hoa|viếng|khởi công|khánh thành|động thổ|thông xe|khai trương"
    r"|tuyên thệ nhậm chức|trao quyết định"
    r"|trao tặng(?= (?:Huân|huân|danh|Danh|bằng|Bằng)))(?= )",
    Kind.WORKING: r"(?:thăm|kiểm tra|khảo sát|thị sát)(?:, (?:kiểm tra|khảo sát|động viên))?(?! và (?:làm|gặp"
    r"|hội))(?=[ ,])"
    r"|làm việc(?= (?:với|tại|trực tuyến|đầu tiên))",
}


def _pattern(words: dict[Kind, str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{kind.name}>(?<!\\w)(?:{found})(?!\\w))" for kind, found in words.items()), re.I)


NOUN, VERB = _pattern(_NOUNS), _pattern(_VERBS)
# What makes a noun the event of its own article: somebody holds it, opens it, is at it, speaks there.
_HELD = re.compile(
    r"(?<!\w)(?:tổ chức|diễn ra|khai mạc|bế mạc|chủ trì|chủ tọa|điều hành|tham dự|dự|tham gia|phát biểu tại|tại"
    r"|trong|có|tiến hành"
    r"|thống nhất|triệu tập|buổi|chứng kiến)(?!\w)",
    re.I,
)
_STRONG = re.compile(
    r"(?:cho biết|nói|khẳng định|thông tin|nhấn mạnh|đưa ra|nêu|nêu ra|công bố|chia sẻ|đề nghị|yêu cầu|trả lời"
    r"|phát biểu|tuyên bố|nhận định|khuyến cáo|ý kiến|chỉ đạo)(?:,? [^\s.;,]+){0,14}"
    r"[ ,]+(?:tại|trong)\s*$|(?<!\w)(?:đã|vừa) (?:có|tham dự|dự|chủ trì|tiến hành|tham gia)(?: \w+){0,2}\s*$"
    r"|(?:(?<!\w)(?:tổ chức|khai mạc|bế mạc|chủ trì|chủ tọa|điều hành|tham dự|đến dự"
    r"|phát biểu tại|diễn ra)(?: thành công| trọng thể)?\s*$)|^\W*(?:nbsp)?tại\s*$",
    re.I,
)
_AFTER = re.compile(
    r"[^.;:]{0,160}?(?<!\w)(?:diễn ra|được tổ chức|khai mạc|do \S+ [^.;]{2,60} (?:tổ chức|chủ trì))(?!\w)",
    re.I,
)
# Words before which an event is another one than the article's: planned, past, or only the occasion.
_ELSEWHERE = re.compile(
    r"(?<!\w)(?:sẽ|sắp|dự kiến|chuẩn bị|sau khi|sau (?!đây)|trước đó|kể từ|từ khi|theo|nghị quyết|hướng tới|tiến tới"
    r"|nhân dịp|kết quả"
    r"|tiếp tục chuyến|trước thềm|trước khi|lịch họp|kế hoạch|từng|đã từng|mời|lời mời|không|chưa|hàng năm|mong muốn"
    r"|đề nghị|muốn|phục vụ|khu vực|việc|lên kế hoạch|tạm dừng|hoãn|hủy)"
    r"(?!\w)[^,.;:]{0,60}$",
    re.I,
)
_HALL = re.compile(
    r"(?:trung tâm|nhà|phòng|tòa nhà|ban tổ chức|sau|trước|nghỉ|dịp|ngày|đoàn|đội|được|bị|hẹn|để|nghe|mục tiêu"
    r"|nhiều|các|những|một số|mọi) $",
    re.I,
)
_OTHER_TIME = re.compile(
    r"\W*(?:như \w+ (?:\w+ )?(?:thông tin|đưa tin)|trước đó|trước đây|dự kiến|theo kế hoạch|theo lịch|sắp tới"
    r"|năm ngoái)(?!\w)",
    re.I,
)
# A sentence that takes its meeting as known: `Tại buổi lễ, …`, `Phát biểu tại cuộc họp, …`.
_KNOWN = re.compile(
    r"(?:^|nbsp)\W*(?:tại|(?:phát biểu|chia sẻ|trao đổi)(?: \w+){0,4} tại|báo cáo tại|tham dự|tham gia|dự|trong"
    r"|kết luận|kết thúc|khai mạc|cùng dự|chủ trì)\s+$"
    r"|(?:phát biểu|báo cáo)(?: [^\s.;]+){0,5} tại\s+$",
    re.I,
)
_BARE = re.compile(r",| này,| (?:còn|cũng) có")
_BODY = re.compile(r"(?<!\w)(?:Sở|UBND|Ủy ban|Bộ|Ban|Tỉnh|Thành|Huyện|Hội|Chính phủ|Đoàn|Viện|Trường)(?!\w)", re.I)
_NOW = re.compile(r"(?<!\w)(?:hôm nay|hôm qua|sáng nay|chiều nay|tối nay|mới đây|vừa)(?!\w)", re.I)


@dataclass(frozen=True, slots=True)
class Event:
    """What is known of an event before its people and matters."""

    kind: Kind
    kind_stated: Stated
    title: Stated | None
    moment: Moment | None
    lead: Piece
    """The sentence that reports it."""


def find_event(article: Article) -> Event | None:
    """The event that the article reports as its own subject, or None."""
    title = [article.title] if article.title else []
    leads = [*article.opening(_LEAD - 1), *title]
    found = next((f for piece in leads if (f := _main(article, piece))), None)
    if title and (minutes := _minutes(article, title[0])):
        found, leads = minutes, [*article.opening(HEAD), *title]
    found = found or next((f for piece in (*title, *article.opening(_NEAR)) if (f := _known(article, piece))), None)
    found = found or next((f for piece in article.body if (f := _known(article, piece, bare=True))), None)
    if found is None:
        return None
    found = _introduced(article, found) or found
    moment = next((m for piece in (found.piece, *leads) if (m := moment_of(article, piece, found))), None)
    kind_stated = article.cut(found.start, found.end)
    return Event(found.kind, kind_stated, _title(article, found, moment), moment, found.piece)


def _minutes(article: Article, title: Piece) -> Found | None:
    """What minutes are of, by their own heading: `BIÊN BẢN họp giao ban`."""
    if not article.words(title).lower().startswith("biên bản"):
        return None
    named = [m for pattern in (NOUN, VERB) for m in pattern.finditer(article.words(title))]
    if named:
        return _at(title, min(named, key=lambda m: m.start()))
    return Found(Kind.CONFERENCE, title.start, title.start + len("biên bản"), title)


def _main(article: Article, piece: Piece) -> Found | None:
    """The first words of a sentence that name an event which is held in it."""
    words = article.words(piece)
    if _OTHER_TIME.match(words):
        return None
    dated = bool(_NOW.search(words)) or any(date.day for date in find_dates(words))
    found = [m for m in NOUN.finditer(words) if _is_held(words, m, dated)]
    found += [m for m in VERB.finditer(words) if _is_done(words, m, dated)]
    return _at(piece, min(found, key=lambda m: m.start())) if found else None


def _introduced(article: Article, known: Found) -> Found | None:
    """Where the text first says that the event taken as known is held: `Lễ trao giải diễn ra ngày …`."""
    if not _KNOWN.search(article.text[known.piece.start : known.start]):
        return None
    for piece in article.body:
        if piece.start >= known.piece.start:
            return None
        for match in NOUN.finditer(article.words(piece)):
            if match.lastgroup == known.kind.name and _is_held(article.words(piece), match, dated=True):
                return _at(piece, match)
    return None


def _known(article: Article, piece: Piece, *, bare: bool = False) -> Found | None:
    """An event taken as known; far from the opening only one that no word tells from the article's own."""
    words = article.words(piece)
    if _OTHER_TIME.match(words):
        return None
    for match in NOUN.finditer(words):
        known = _KNOWN.search(words[max(0, match.start() - 60) : match.start()]) and match.start() < 90
        if known and (not bare or _BARE.match(words, match.end())):
            return _at(piece, match)
    return None


def _at(piece: Piece, match: re.Match[str]) -> Found:
    return Found(Kind[match.lastgroup or ""], piece.start + match.start(), piece.start + match.end(), piece)


def _is_held(words: str, match: re.Match[str], dated: bool) -> bool:
    before = words[max(0, match.start() - 90) : match.start()]
    if _ELSEWHERE.search(before) or _HALL.search(before):
        return False
    opens = not before.strip(' “"') or before.rstrip()[-1:] in ",:"
    held_after = opens and bool(_AFTER.match(words, match.end()))
    return held_after or bool(_STRONG.search(before)) or (dated and bool(_HELD.search(before)))


def _is_done(words: str, match: re.Match[str], dated: bool) -> bool:
    """Somebody in office, or a body, does it; without a date only what is said to be done."""
    before = words[: match.start()]
    told = dated or bool(re.search(r"(?<!\w)(?:đã|vừa)(?: \w+){0,3}\s*$", before))
    weak = re.match(r"(?:kiểm tra|khảo sát|thăm|thị sát|gặp|tiếp|đón|làm việc)", match.group(), re.I)
    acts = OFFICE.search(before) or (not weak and _BODY.search(before))
    return told and bool(acts) and not _ELSEWHERE.search(before[-90:]) and not _HALL.search(before)


_CREDIT = re.compile(r"\s*[.(]*\s*Ảnh\s*:.*$", re.I | re.S)
_PHRASE_END = re.compile(
    r"[,;]?\s(?=(?:vào )?(?:sáng|trưa|chiều|tối)(?!\w)|(?:đã |vừa |được |mới )*(?:diễn ra|tổ chức|khai mạc|bế mạc)"
    r"|sau khi|ngày \d|diễn ra|hôm nay|có (?!liên))|,\s(?=(?:ông|bà|đồng chí)\s"
    r"|[^,]{3,80}(?:,[^,]{3,60},)? (?:cho biết|cho hay|cho rằng|khẳng định|nhấn mạnh|nói|phát biểu|tuyên bố|báo cáo"
    r"|đã thông báo))",
)
_ADVERBIALS = re.compile(r"[\s),]*(?:tại (?:[^,]|, (?=tỉnh|thành phố|TP|huyện|quận|xã|phường))+,\s*)?")


def _title(article: Article, found: Found, moment: Moment | None) -> Stated | None:
    """The headline where there is one, else what the lead says of the event, from its subject on, if anything."""
    title = article.title
    if title:
        credit = _CREDIT.search(article.text, title.start, title.end)
        end = credit.start() if credit and credit.start() > title.start else title.end
        captioned = credit is not None or article.text[end : end + 8].lstrip().lower().startswith("(ảnh")
        named = NOUN.match(article.text, title.start, end)
        if (captioned or named or article.text[end - 1] not in ".!") and _about(article, title, found.piece):
            return article.cut(title.start, end - (article.text[end - 1] == "."))
    clause = _clause(article, found, moment)
    if clause is None or clause.end - clause.start < 14:
        return article.cut(title.start, title.end) if title else None
    return clause


_PHRASED = re.compile(
    r"(?:^|nbsp|[,:]|(?<!\w)(?:tại|trong|diễn ra|dự|tham gia|bế mạc|khai mạc|tham dự|ở|điều hành"
    r"|chủ tọa))\s*(?:một )?$",
    re.I,
)


def _clause(article: Article, found: Found, moment: Moment | None) -> Stated | None:
    """The phrase of the event where it stands by itself, else the sentence of those who hold it, unless it is bare."""
    text, piece = article.text, found.piece
    before = text[piece.start : found.start]
    if _KNOWN.search(before) and _BARE.match(text, found.end):
        return None
    if _PHRASED.search(before):
        stop = _PHRASE_END.search(text, found.end, piece.end)
        return article.cut(found.start, stop.start() if stop else piece.end)
    start = piece.start
    if moment and piece.start <= moment.stated.start < piece.end and moment.stated.start - piece.start < 25:
        adverbials = _ADVERBIALS.match(text, moment.stated.end, piece.end)
        start = adverbials.end() if adverbials else moment.stated.end
    stop = re.compile(r"\ssau khi\s").search(text, found.end, piece.end)
    return article.cut(start, stop.start() if stop else piece.end)


def _about(article: Article, title: Piece, lead: Piece) -> bool:
    words = article.words(title)
    if NOUN.search(words) or VERB.search(words) or title.end - title.start < 110:
        return True
    own = {fold(t.text) for t in tokens(words)}
    said = {fold(t.text) for t in tokens(article.words(lead))}
    return len(own & said) >= 0.4 * len(own)
