"""What a meeting was about: topics, decisions with their time limits, documents cited."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag import facts
from rag.meetings.article import Article, Piece
from rag.meetings.event import NOUN, Event
from rag.meetings.records import Decision, Kind, Reference, Stated
from rag.people import UPPER

_CITED = re.compile(
    r"(?<!\w)(?:Nghị quyết|Nghị định|Quyết định|Chỉ thị|Kết luận|Thông tư(?: liên tịch)?|Công văn|Công điện|Luật"
    r"|Văn bản|Kế hoạch"
    r"|Hướng dẫn|Thông báo|Quy định|Pháp lệnh|Tờ trình|Hiệp định)(?: khẩn| hỏa tốc)?\s+(?:số:?\s*)?"
    r"(?P<number>\d{1,5}(?:/\d{4})?(?:[/-][A-ZĐƯa-zđ&]{1,12}\d{0,2})+"
    r"|\d{1,5}/\d{4})(?![\w/])(?:[\s,(]{1,3}(?P<date>ngày \d{1,2}[/.-]\d{1,2}[/.-]\d{4}))?",
    re.I,
)
_SUBJECT = re.compile(
    r"(?:kết quả|tình hình|việc|công tác|các nội dung|một số kết quả|dự thảo|phương hướng|kế hoạch|thành tích"
    r"|thực trạng|những|các|một số|vấn đề)(?!\w)",
    re.I,
)
_TALK = re.compile(
    r"(?<!\w)(?:(?P<report>báo cáo|thông tin|trao đổi|thảo luận|làm rõ(?: hơn)?|cho ý kiến|bàn|chia sẻ|tham luận"
    r"|bàn thảo|bàn bạc)"
    r"(?: (?:với|tới|cho) [^;:.]{2,140}?)??(?: (?:hơn )?về| bàn về)|thông tin (?:tới|cho|với) (?:đoàn|đại biểu)"
    r"|(?:với|về) (?:nội dung|chủ đề):?"
    r"|xung quanh|(?:trả lời|đặt|nêu) (?:các )?câu hỏi[^,;.:]{0,80}? về|phát biểu về|phát biểu[^,;.:]{0,30} về"
    r"|(?:thảo luận|trao đổi|bàn|bàn thảo|làm rõ|rà soát|cho ý kiến)(?= (?:các|những|một số|việc|kế hoạch|biện pháp"
    r"|giải pháp|phương))|cho ý kiến (?:đối với|vào)|xem xét,? (?:thông qua|cho ý kiến)|nội dung (?:buổi lễ|cuộc họp"
    r"|hội nghị)(?: này)? là)\s+",
    re.I,
)
_TOPIC_END = re.compile(
    r";\s*(?=nêu|đề xuất|kiến nghị|đồng thời)|[”\"](?=[\s.,]|$)|\s\((?=Ảnh|ảnh)|\s(?=do \w+ (?:\w+ )*?(?:tổ chức"
    r"|chủ trì|ký)"
    r"|diễn ra|được tổ chức|tổ chức(?= (?:tại|vào|sáng|chiều|ngày))|sau khi|nhằm|dưới sự|với sự|vừa |đã |trưa |sáng "
    r"|chiều |tối )|,\s*(?=diễn ra)",
)
_SAYS = re.compile(
    r"(?<!\w)(?:đánh giá|cho biết|cho hay|khẳng định|nhấn mạnh|nêu|báo cáo|cho rằng|nói|thông tin|chia sẻ|đề nghị"
    r"|đề xuất)(?!\w)"
)
_PURPOSE = re.compile(
    r"\s*(?:\([^)]{0,60}\)\s*)?(?:trực tuyến |trực tiếp |toàn quốc |khẩn "
    r"|chuyên đề )*(?:(?:với )?(?:Ban [^,;.]{2,40}?|Thường trực [^,;.]{2,20}?) )?"
    r"(?P<what>(?:về|nhằm|bàn(?: về| các| giải)?) (?P<about>.+)|(?P<aim>(?:sơ kết|tổng kết|triển khai|công bố"
    r"|hướng dẫn|quán triệt"
    r"|đánh giá|giới thiệu|phổ biến|kỷ niệm|chào mừng|xét|thông qua|ký kết|lấy ý kiến|góp ý|tuyên dương|biểu dương"
    r"|tôn vinh|trao|mốc|mừng|kết|bàn giao) .+))",
    re.I,
)
_ABOUT_LEAD = re.compile(
    r"(?<!\w)(?P<verb>làm việc|hội đàm|hội kiến|điện đàm|gặp|tiếp|họp|họp báo|đối thoại|trao đổi|buổi làm việc"
    r"|cuộc gặp)(?!\w)[^.;:]{0,140}?"
    r"\s(?:về|xung quanh|nhằm thảo luận|để thảo luận|để bàn|bàn)(?: về)?\s(?P<what>[^.;]{12,})",
    re.I,
)
_NAMED = re.compile(r"[^.;“\"]{0,40}[“\"](?P<what>[^”\"]{12,220})[”\"]")
_INSPECTED = re.compile(
    r"(?<!\w)(?:(?:kiểm tra|khảo sát|thị sát|báo cáo|nghe báo cáo)(?: và chỉ đạo)?(?: về)?|công bố)"
    r" (?P<what>(?:công tác|tình hình|việc|tiến độ|kết quả|quyết định|danh sách|chương trình|nghị quyết) [^;.]{8,})",
    re.I,
)
_HELD_TALK = re.compile(r"(?<!\w)họp(?: khẩn| trực tuyến)?(?!\w)", re.I)
_DEADLINE = re.compile(
    r"(?<!\w)(?:(?:trước|đến hết|chậm nhất|hoàn thành (?:trong|trước)|trong)\s+(?:là\s+)?(?:ngày\s+\d|tháng\s+\d"
    r"|quý\s|năm\s+\d|chiều nay|tuần)[^,;.]{0,30}?"
    r"|từ \d{1,2}h hôm nay)(?=[,;.]|\s(?:và|để|phải|thì)|$)",
    re.I,
)
_DECIDES = re.compile(
    r"(?<!\w)(?<!được )(?<!sự )(?<!các )(?<!những )(?<!của )(?<!theo )(?<!sẽ )(?<!để )(?<!chưa )(?<!không )(?P<what>(?:"
    r"(?i:trao (?:tặng (?=\w)|bằng|quyết định|huân chương|huy chương|giải|giấy|cờ|danh hiệu|học bổng)|tặng (?:bằng"
    r"|giấy|cờ|thưởng|huân|kỷ niệm))"
    r"|(?:nhất trí |biểu quyết )?thông qua (?!các cơ chế|việc|hoạt|Luật|luật)|bầu (?:ra|ông|bà|bổ sung|đồng chí|\d+"
    r"|Ban)"
    r"|thống nhất (?:đánh giá|các nội|về|việc|nội dung|phương án|chủ trương|đề nghị|với|cao với|sẽ|lấy)"
    r"|nhất trí (?:với|cao|về|cho)"
    r"|quyết định (?:điều động|bổ nhiệm|thành lập|đóng cửa|tạm dừng|cho|chi|dừng|lùi|hỗ trợ|phong tỏa|áp dụng"
    r"|kéo dài|chọn|sẽ)"
    r"|điều động, bổ nhiệm|(?:(?<=và )|(?<=bên ))ký (?:kết|cam kết|thỏa thuận|biên bản|hợp đồng)"
    r"|đồng ý (?:với|về|cho)|tán thành|cam kết (?=\w)|vinh danh|phát động phong trào"
    r")(?!\w)[^;]{8,500})",
)
_PAST = re.compile(r"(?<!\w)(?:trước đó|trước đây|từng|năm (?:19|20)\d\d(?! - )|vừa qua|những năm)(?!\w)", re.I)


def references(article: Article) -> tuple[Reference, ...]:
    """Documents cited by number, each once, with the first date given to it."""
    found: dict[str, Reference] = {}
    for piece in article.body:
        for match in _CITED.finditer(article.text, piece.start, piece.end):
            date = article.cut(*match.span("date")) if match["date"] else None
            key = match["number"].lower()
            if key not in found or (date and found[key].date is None):
                found[key] = Reference(article.cut(*match.span("number")), date)
    return tuple(found.values())


def topics(article: Article, event: Event) -> tuple[Stated, ...]:
    """What was reviewed, reported or discussed, as the lead and the reports of the body say."""
    found: list[Stated] = []
    for piece in (event.lead, *article.body):
        for span in _topics(article, piece, lead=piece == event.lead):
            if not any(span[0] < other.end and other.start < span[1] for other in found) and span[1] - span[0] > 12:
                found.append(article.cut(*span))
    return tuple(found)


def _topics(article: Article, piece: Piece, *, lead: bool) -> Iterator[tuple[int, int]]:
    text = article.text
    if lead:
        about = _ABOUT_LEAD.search(text, piece.start, piece.end)
        if (
            about
            and not NOUN.search(text, about.start("verb"), about.end("verb"))
            and not any(_PURPOSE.match(text, m.end(), piece.end) for m in NOUN.finditer(text, piece.start, piece.end))
        ):
            yield about.start("what"), _topic_end(text, about.start("what"), piece.end, fronted=False)
            return
    held = (
        [*NOUN.finditer(text, piece.start, piece.end), *_HELD_TALK.finditer(text, piece.start, piece.end)]
        if lead
        else []
    )
    for event in held:
        quoted = _NAMED.match(text, event.end(), piece.end)
        if quoted:
            yield quoted.span("what")
            return
        if event.lastgroup == Kind.CEREMONY.name and " " in event.group() and event.group().lower() != "buổi lễ":
            start = event.start() + event.group().index(" ") + 1
            yield start, _topic_end(text, start, piece.end, fronted=False)
            return
        purpose = _PURPOSE.match(text, event.end(), piece.end)
        if purpose:
            start = purpose.start("about") if purpose["about"] else purpose.start("aim")
            yield start, _topic_end(text, start, piece.end, fronted=False)
            return
    seen = _INSPECTED.search(text, piece.start, piece.end) if lead else None
    if seen:
        yield seen.start("what"), _topic_end(text, seen.start("what"), piece.end, fronted=False)
        return
    talk = _TALK.search(text, piece.start, piece.end)
    if talk:
        fronted = talk.start() - piece.start < 12
        start = talk.end() + (text[talk.end()] in '“"')
        yield start, _topic_end(text, start, piece.end, fronted=fronted)


_WHO = re.compile(rf",\s+(?=(?:ông|bà|đồng chí) [{UPPER}])")


def _topic_end(text: str, start: int, end: int, *, fronted: bool) -> int:
    if fronted:
        says = _SAYS.search(text, start, end)
        comma = text.rfind(",", start, says.start() if says else end)
        end = comma if comma > start else end
    stops = (_TOPIC_END.search(text, start + 3, end), _WHO.search(text, start, end))
    return min((stop.start() for stop in stops if stop), default=end)


def decisions(article: Article) -> tuple[Decision, ...]:
    """What a body, the sides or the chair decided, agreed, signed or awarded."""
    found: dict[tuple[str, ...], Decision] = {}
    for piece in article.body:
        match = _DECIDES.search(article.text, piece.start, piece.end)
        if match and not _PAST.search(article.text, piece.start, match.start()):
            limit = _DEADLINE.search(article.text, *match.span("what"))
            decision = Decision(article.cut(*match.span("what")), article.cut(*limit.span()) if limit else None)
            # Said again, often shorter: the first six syllables tell.
            found.setdefault(facts.keys(decision.content.text)[:6], decision)
    return tuple(found.values())
