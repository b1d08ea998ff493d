"""Who asked whom for what: sentences with a verb of asking, and those that go on with them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.meetings.article import Article, Piece
from rag.meetings.attendance import SPEAKS
from rag.meetings.persons import BODY, OFFICE, mentions, phrase_end
from rag.meetings.records import Attendee, Request, Stated
from rag.people import UPPER

# A noun of the same spelling has its quantity or its owner beside it: `những đề xuất`, `kiến nghị của tỉnh`.
_ASKS = re.compile(
    r"(?<!\w)(?<!nêu )(?<!những )(?<!các )(?<!theo )(?<!của )(?<!một số )(?<!giải quyết )(?<!có )(?<!với )(?<!nghe )(?<!được )(?<!bị )(?<!nghiên cứu )(?<!tham mưu )"
    r"(?:đề nghị|kiến nghị|đề xuất|yêu cầu|lưu ý|kêu gọi|khuyến nghị|hối thúc|thúc giục|nhắc nhở|(?<!ban )(?<!điều hành, )chỉ đạo|giao(?! lưu| thông| dịch| ban| thừa| tiếp| nhiệm)|quán triệt)"
    r"(?! của| từ| nêu| trên| này| và| được| thực tế| chung| cao| phát triển|, (?:kiến nghị|đề xuất|chỉ đạo|điều hành|yêu cầu|giải pháp))(?!\w)",
    re.I,
)
_WEAK = ("chỉ đạo", "giao", "quán triệt", "lưu ý")
# With what is to be done behind it, a statement is a request: `nhấn mạnh, … Bộ phải …`.
_STATES = re.compile(
    r"(?<!\w)(?:nhấn mạnh|cho rằng|nêu rõ|khẳng định|đề cập|chỉ rõ|nêu|nhắc nhở|quán triệt|lưu ý|chỉ đạo|phát biểu|kết luận|yêu cầu)(?!\w)", re.I
)
_DONE = re.compile(r"(?<!\w)(?:cần|phải)(?:,| phải)? (?=(?:được )?\w)", re.I)
_MODAL = re.compile(r"(?<!\w)(?:cần phải|cần|phải(?! không)|nên(?= \w+))(?!\w)\s*", re.I)
_CONNECTIVE = re.compile(
    r"(?:(?:đồng thời|bên cạnh đó|ngoài ra|cùng với đó|trong đó|đó là|đặc biệt(?: là)?|cụ thể(?: là)?|cùng với việc [^;]{5,400}?(?=, (?:tỉnh|huyện|thành phố|Bộ|Sở|các|cần|địa phương))|tiếp đó|thời gian tới"
    r"|trong thời gian tới|trước mắt|mặt khác|song song với đó|riêng|về [^,]{3,60}|do vậy|vì vậy|do đó|đối với [^,]{3,80}|thứ \w+|thêm vào đó"
    r"|để [^;.]{5,200}?|trên tinh thần đó|theo đó|nhất là|hơn nữa)(?!\w)[\s,:]*(?:thì )?)+",
    re.I,
)
_ACTS = re.compile(
    r"(?:tiếp tục|tăng cường|đẩy mạnh|tập trung|chủ động|thường xuyên|nâng cao|xây dựng|thực hiện|triển khai|phối hợp|quan tâm|chú trọng"
    r"|phát huy|hoàn thiện|rà soát|chỉ đạo|tổ chức|khẩn trương|kiên quyết|làm tốt|làm rõ|làm|đảm bảo|bảo đảm|huy động|giữ vững|hỗ trợ|xử lý"
    r"|kiểm tra|xác định|đổi mới|quản lý|chuẩn bị|đẩy nhanh|sớm|nghiên cứu|bố trí|tạo điều kiện|tuyên truyền|siết chặt|kịp thời|quyết liệt"
    r"|hạn chế|không để|không|coi trọng|gắn|duy trì|củng cố|phân công|tham mưu|đề cao|khắc phục|tận dụng|mở rộng|thúc đẩy|hợp tác|đánh giá"
    r"|dự phòng|quan tâm|theo dõi|báo cáo|nghiêm túc|tích cực|thành lập|ban hành|lấy|cho|dừng|xem xét|đề ra|cập nhật|thần tốc|đưa|bổ sung"
    r"|tham gia|khoanh vùng|cách ly|đầu tư|chăm lo|đặt|tạo|chấp hành|sử dụng|tránh|tuyệt đối|phân tích|đặc biệt|sẵn sàng|ưu tiên|cung cấp|vận động"
    r"|ủng hộ|quyết tâm|nắm|tìm|áp dụng|gia|xem|phân cấp|đi đầu|giải quyết|giám sát|trao đổi|khai thác|giúp|mỗi|hướng dẫn|chấm dứt|đoàn kết)(?!\w)",
    re.I,
)
_PARTY_WORD = frozenset(
    """các cơ quan đơn vị sở ngành bộ phận ban giám hiệu người dân từng địa phương bộ ngành tỉnh thành phố huyện xã phường quận thị trấn sở ban chính quyền cấp ủy người dân
doanh nghiệp hai bên liên quan trong chức năng viên đảng cán tổ cá nhân chủ lực lượng vũ trang công an quân đội từng mọi toàn thể
hệ thống trị lãnh đạo đứng đầu của và thủ trưởng bộ chủ tịch giám đốc đồng chí nhà nước thuộc ở tại trung ương phía đoàn hội
biên phòng y tế giáo dục quản lý hộ gia đình trường cơ sở giáo viên thầy cô học sinh tổ chức xã hội khu vực dân tộc ủy đại biểu
vụ hành chức với hiệp đại trên địa bàn khối vùng nhất biên giới kể cả đảng chiến sĩ nhân dân thường trực phó bí thư tập""".split()
)
_TOKEN = re.compile(r"[^\s,;.:()“”\"?!…]+")
_BREAKS = re.compile(
    rf"(?<!\w)(?:đã|cho biết|cho hay|khẳng định|ghi nhận|đánh giá cao|cảm ơn|bày tỏ|thông tin|giải đáp|trả lời|báo cáo với|phát biểu|hứa)(?!\w)", re.I
)


def requests(article: Article, people: Sequence[Attendee]) -> tuple[Request, ...]:
    """All requests of the body in text order."""
    found: list[Request] = []
    run: Request | None = None
    speaker: Stated | None = None
    for piece in article.body:
        said = _speaker(article, piece, people)
        speaker = said or speaker
        asked = _asked(article, piece, people, speaker) or (_stated(article, piece, speaker) if speaker else None)
        if asked is None and run and said is None:
            asked = _continued(article, piece, run)
        if asked is None and re.match(r"(?:qua đó|từ đó|nhằm)(?!\w)", article.words(piece), re.I):
            continue
        if asked is None:
            run = _joined(article, piece, found) if run else None
            continue
        found.append(asked)
        run = asked
        speaker = asked.by or speaker
    return tuple(found)


def _speaker(article: Article, piece: Piece, people: Sequence[Attendee]) -> Stated | None:
    """Who makes a statement in a sentence."""
    for verb in _SAID.finditer(article.text, piece.start, piece.end):
        if by := _asker(article, piece, verb.start(), people, bodies=True):
            return by
    return None


_SAID = re.compile(
    r"(?<!\w)(?:phát biểu|cho biết|cho hay|cho rằng|khẳng định|nhấn mạnh|đề nghị|yêu cầu|kiến nghị|đề xuất|lưu ý|báo cáo|ghi nhận|biểu dương"
    r"|cảm ơn|bày tỏ|nêu rõ|kết luận|quán triệt|thông tin|chia sẻ|đánh giá|nêu|đề cập|chúc mừng)(?!\w)"
)


def _stated(article: Article, piece: Piece, speaker: Stated) -> Request | None:
    """A sentence that says what somebody needs to do, by whoever speaks."""
    text = article.text
    for modal in _MODAL.finditer(text, piece.start, piece.end):
        acts = _ACTS.match(text, modal.end(), piece.end)
        before = text[piece.start : modal.start()]
        if not acts or _PASSED.search(before) or piece.end - modal.end() < 12:
            continue
        begin = max((m.end() for m in re.finditer(r"[,:;]\s|(?:nhấn mạnh|cho rằng|nêu rõ|yêu cầu|đề nghị|lưu ý) ", before)), default=0)
        to, at = _party(article, piece.start + begin, modal.start())
        return Request(speaker, to if to and not text[at : modal.start()].strip(" ,") else None, article.cut(modal.end(), piece.end))
    return None


_PASSED = re.compile(
    r"(?<!\w)(?:đã|từng|trước đây|vì|do phải|không|chưa|có thể|người bệnh|bệnh nhân|tôi|chúng tôi|tỷ lệ|trước đó|vẫn)(?!\w)", re.I
)


def _joined(article: Article, piece: Piece, found: list[Request]) -> Request | None:
    """A fragment without a verb belongs to the sentence before it: `Đặc biệt là trong các lĩnh vực …`."""
    last = found[-1]
    if re.match(r"(?:đặc biệt là|nhất là|trong đó có|gồm) ", article.words(piece), re.I) and not _MODAL.search(article.words(piece)):
        content = article.cut(last.content.start, piece.end)
        found[-1] = Request(last.by, last.to, content)
        return found[-1]
    return None


def _asked(article: Article, piece: Piece, people: Sequence[Attendee], speaker: Stated | None) -> Request | None:
    text = article.text
    for verb in _ASKS.finditer(text, piece.start, piece.end):
        weak = verb.group().lower() in _WEAK
        by = _asker(article, piece, verb.start(), people, bodies=not weak)
        if by is None and _GOES_ON.fullmatch(text, piece.start, verb.start()):
            by = speaker
        if by is None or (weak and not _named(by, people)) or (weak and _BREAKS.search(text, by.end, verb.start())):
            continue
        to, at = _party(article, verb.end(), piece.end)
        start = _content_start(text, at, piece.end)
        if weak and (to is None or verb.group().lower() == "lưu ý") and not _ACTS.match(text, start, piece.end):
            continue
        if piece.end - start >= 12:
            return Request(by, to, article.cut(start, piece.end))
    return None


_HEADS = re.compile(r"(?:Phó )?Thủ tướng|Chủ tịch nước|Tổng Bí thư|Chủ tịch Quốc hội|Bộ trưởng$|Lãnh đạo Chính phủ|Bí thư")


def _named(by: Stated, people: Sequence[Attendee]) -> bool:
    """A person by name, or the head of government, state or party: who else leads, leads what was asked."""
    return bool(_HEADS.match(by.text)) or any(person.name.text == by.text for person in people)


_GOES_ON = re.compile(
    r"\W*(?:(?:đồng thời|bên cạnh đó|ngoài ra|qua đó|từ đó|do đó|vì vậy|cùng với đó|trên cơ sở đó|theo đó|tiếp đó|ông|bà|đồng chí|vị này|anh|chị|cũng|đã|đặc biệt|cuối cùng"
    r"|nhân dịp này|tại buổi làm việc|tại cuộc họp|tại hội nghị|người đứng đầu [^,]{3,40}|lãnh đạo [^,]{3,30})[\s,]*)*",
    re.I,
)


def _content_start(text: str, at: int, end: int) -> int:
    modal = _MODAL.search(text, at, min(end, at + 45))
    if modal and not _ACTS.match(text[at:end].lstrip(" ,:")):
        return modal.end()
    opening = re.compile(r"[\s,:“\"]*(?:(?:là|về|rằng|việc|trong thời gian tới|thời gian tới),?\s+)?").match(text, at, end)
    start = opening.end() if opening else at
    modal = _MODAL.match(text, start, end)
    return modal.end() if modal else start


def _asker(article: Article, piece: Piece, at: int, people: Sequence[Attendee], *, bodies: bool) -> Stated | None:
    """The last person, office or body before the verb, with no other clause between."""
    text = article.text
    named = [m for m in mentions(text, piece.start, at) if _near(text[m.right : at])]
    if named:
        return article.cut(named[-1].start, named[-1].end)
    for office in reversed(list(OFFICE.finditer(text, piece.start, at))):
        stop = phrase_end(text, office.start(), at)
        if _near(text[stop:at]):
            return article.cut(office.start(), stop)
    for body in reversed(list(_BODY_BEFORE.finditer(text, max(piece.start, at - 90), at))) if bodies else ():
        whom, stop = _party(article, body.start(), at)
        if whom and _near(text[stop:at]):
            return whom
    return _short(text, piece, at, people)


_GAP = re.compile(
    r"(?:[\s,)–-]|\([^)]*\)|(?:cũng|đã|đang|đặc biệt|tiếp tục|một lần nữa|còn|nhấn mạnh|ghi nhận|và|đồng thời|biểu dương|cho rằng|thay mặt|thẳng thắn|trực tiếp"
    r"|theo đó|hoan nghênh|chỉ đạo|phát biểu|kết luận|chỉ rõ|đánh giá cao|vừa)(?!\w))*",
    re.I,
)
_BODY_BEFORE = re.compile(
    r"(?<!\w)(?<!lãnh đạo )(?:(?:lãnh đạo|đại diện|thường trực) )?(?:Bộ|Sở|sở|UBND|Ủy ban|Ban|Tỉnh ủy|Thành ủy|Huyện|Hội đồng|tỉnh|Chính phủ|Quốc hội|Phòng|Cục|Viện|Hội"
    r"|[Cc]ác đại biểu|[Cc]ác nhà lãnh đạo|[Ll]ãnh đạo)(?!\w)"
)
_CALLED = re.compile(
    rf"(?<!\w)(?P<who>(?:ông|bà|đồng chí) (?P<given>[{UPPER}][^\W\d_]+)|Người đứng đầu [^\s,]+ [^\s,]+|Bộ trưởng|Thủ tướng|Chủ tịch nước)[^,.;]{{0,40}}$"
)


def _near(gap: str) -> bool:
    return bool(_GAP.fullmatch(gap)) or (len(gap) < 60 and not re.search(rf"(?<!\w)(?:{SPEAKS})(?!\w)|[;:,]", gap))


def _short(text: str, piece: Piece, at: int, people: Sequence[Attendee]) -> Stated | None:
    """`Ông Minh` is the attendee of that given name."""
    called = _CALLED.search(text, max(piece.start, at - 90), at)
    if called and called["given"]:
        return next((a.name for a in people if a.name.text.endswith(f" {called['given']}")), None)
    return None


def _party(article: Article, at: int, end: int) -> tuple[Stated | None, int]:
    """Whom a request is for, from a place on, and where that ends: words of people and bodies, joined by commas."""
    text = article.text
    begin = re.compile(r"[\s:,]*(?:đối với |với |cho |tới |đến )?(?:các đồng chí(?= [A-ZĐ])|đồng chí|ông|bà)?\s*").match(text, at, end)
    start = begin.end() if begin else at
    stop = cursor = start
    while cursor < end:
        token = _TOKEN.match(text, cursor, end)
        if not token or not _is_party(text, token, end) or (cursor == start and _NO_PARTY.match(token.group())):
            break
        if token.group().lower() not in ("và", "của", "các", "trong", "với", "trên", "ở", "tại", "là"):
            stop = token.end()
        gap = re.compile(r",?\s+|\s*[-–]\s*").match(text, token.end(), end)
        if not gap or (gap.group()[0] == "," and not _lists(text, gap.end(), end)):
            break
        cursor = gap.end()
    wider = _WIDER.match(text, stop, end) if stop > start else _UP_TO_ACT.match(text, start, end)
    if wider and not _NO_PARTY.match(wider.group().split(" ")[0]) and not _ASKS.search(text, stop, wider.end()):
        stop = wider.end()
    return (article.cut(start, stop), stop) if stop > start + 2 else (None, at)


_ACT = rf"(?:cần|phải|{_ACTS.pattern[3:-7]})(?!\w)"
# What stands between a party and what it is asked to do still belongs to it: `các xã có dịch phải …`.
_WIDER = re.compile(rf"(?! (?:cần|phải|{_ACTS.pattern[3:-7]})(?!\w))[^,;.:]{{2,60}}?(?=\s+(?:cần|phải)(?!\w))", re.I)
_UP_TO_ACT = re.compile(rf"(?:các|những|toàn|mọi|từng|cả|hai|[A-ZĐ])[^,;.:]{{2,80}}?(?=\s+{_ACT})")
_NO_PARTY = re.compile(r"(?:thời|trường|nếu|yêu|để|khi|trong|việc|đối|theo|do|về|tại|ở|trên|của|và|với|có|trước|sau|phải|cần|không|nhưng|những)$", re.I)


def _lists(text: str, at: int, end: int) -> bool:
    token = _TOKEN.match(text, at, end)
    return bool(token) and not _ACTS.match(text, at, end) and not _MODAL.match(text, at, end) and _is_party(text, token, end)  # type: ignore[arg-type]


def _is_party(text: str, token: re.Match[str], end: int) -> bool:
    word = token.group()
    if word == "có":
        return text.startswith("có liên quan", token.start())
    if _ACTS.match(text, token.start(), end) and not word[0].isupper() and text[token.start() - 4 : token.start()] != "các ":
        return False
    return word[0].isupper() or word.lower() in _PARTY_WORD or word.lower() in BODY


def _continued(article: Article, piece: Piece, run: Request) -> Request | None:
    """A sentence that goes on with a request: an order to somebody, or an act without a subject."""
    text = article.text
    opening = _CONNECTIVE.match(text, piece.start, piece.end)
    start = opening.end() if opening else piece.start
    if start >= piece.end - 12 or re.match(r"(?:sẽ|qua đó|trước đó|tại |theo |sau |nhân dịp|kết thúc|đến nay)(?!\w)", text[start : start + 12], re.I):
        return None
    again = re.compile(r"(?:yêu cầu|đề nghị|lưu ý|giao|kêu gọi)(?= )", re.I).match(text, start, piece.end)
    if again:
        to, at = _party(article, again.end(), piece.end)
        at = _content_start(text, at, piece.end)
        return Request(run.by, to, article.cut(at, piece.end)) if piece.end - at > 12 else None
    if _ACTS.match(text, start, piece.end) and not re.search(r"(?:đã|được|bị) ", text[start : start + 20]) and not _BREAKS.search(text, start, min(piece.end, start + 90)):
        return Request(run.by, None if _MODAL.search(text, piece.start, start) else run.to, article.cut(start, piece.end))
    to, at = _party(article, start, piece.end)
    modal = _MODAL.search(text, at, min(piece.end, at + 70))
    if modal and not _BREAKS.search(text, start, modal.start()):
        return Request(run.by, to, article.cut(modal.end(), piece.end))
    gap = re.compile(r"\s+(?:gồm [^;.]{3,90}? (?=tiếp tục|chủ động|khẩn trương))?").match(text, at, piece.end)
    if to and gap and _ACTS.match(text, gap.end(), piece.end) and not _BREAKS.search(text, at, min(piece.end, at + 90)):
        return Request(run.by, to, article.cut(gap.end(), piece.end))
    return None


