"""Who asked whom for what: sentences with a verb of asking, and those that go on with them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.meetings.article import Article, Piece
from rag.meetings.attendance import SPEAKS
from rag.meetings.parties import ACTS, ASKS, MODAL, party_from
from rag.meetings.persons import mentions
from rag.meetings.records import Attendee, Request, Stated
from rag.meetings.titles import OFFICE, phrase_end
from rag.people import UPPER

_WEAK = ("chỉ đạo", "giao", "quán triệt", "lưu ý")
_CONNECTIVE = re.compile(
    r"(?:(?:đồng thời|bên cạnh đó|ngoài ra|cùng với đó|trong đó|đó là|đặc biệt(?: là)?|cụ thể(?: là)?"
    r"|cùng với việc [^;]{5,400}?(?=, (?:tỉnh|huyện|thành phố|Bộ|Sở|các|cần|địa phương))|tiếp đó|thời gian tới"
    r"|trong thời gian tới|trước mắt|mặt khác|song song với đó|riêng|về [^,]{3,60}|do vậy|vì vậy|do đó"
    r"|đối với [^,]{3,80}|thứ \w+|thêm vào đó"
    r"|để [^;.]{5,200}?|trên tinh thần đó|theo đó|nhất là|hơn nữa)(?!\w)[\s,:]*(?:thì )?)+",
    re.I,
)
_BREAKS = re.compile(
    r"(?<!\w)(?:đã|cho biết|cho hay|khẳng định|ghi nhận|đánh giá cao|cảm ơn|bày tỏ|thông tin|giải đáp|trả lời"
    r"|báo cáo với|phát biểu|hứa)(?!\w)",
    re.I,
)


def requests(article: Article, people: Sequence[Attendee]) -> tuple[Request, ...]:
    """All requests of the body in text order."""
    found: list[Request] = []
    run: Request | None = None
    speaker: Stated | None = None
    for piece in article.body:
        # A list of what was asked for is nobody else's statement, whatever stands further on in it.
        said = None if run and _SPELT_OUT.match(article.words(piece)) else _speaker(article, piece, people)
        speaker = said or speaker
        asked = _asked(article, piece, people, speaker) or (_stated(article, piece, speaker) if speaker else None)
        if asked is None and said is None and run:
            asked = _continued(article, piece, run.by, run.to)
        elif asked is None and said is None and speaker and _TASK.match(article.words(piece)):
            asked = _continued(article, piece, speaker, None)
        if asked is None and re.match(r"(?:qua đó|từ đó|nhằm)(?!\w)", article.words(piece), re.I):
            continue
        if asked is None:
            run = _joined(article, piece, found) if run else None
            continue
        found.append(asked)
        run = asked
        speaker = asked.by or speaker
    return tuple(found)


_SPELT_OUT = re.compile(rf"(?:đó là|cụ thể(?: là)?|bao gồm)[\s:,]+{ACTS.pattern}", re.I)
_TASK = re.compile(r"(?:để [^.;]{5,120}, |trong thời gian tới|thời gian tới|trước mắt)", re.I)


def _speaker(article: Article, piece: Piece, people: Sequence[Attendee]) -> Stated | None:
    """Who makes a statement in a sentence."""
    for verb in _SAID.finditer(article.text, piece.start, piece.end):
        if by := _asker(article, piece, verb.start(), people, bodies=True):
            return by
    return None


_SAID = re.compile(
    r"(?<!\w)(?:phát biểu|cho biết|cho hay|cho rằng|khẳng định|nhấn mạnh|đề nghị|yêu cầu|kiến nghị|đề xuất|lưu ý"
    r"|báo cáo|ghi nhận|biểu dương"
    r"|cảm ơn|bày tỏ|nêu rõ|kết luận|quán triệt|thông tin|chia sẻ|đánh giá|nêu|đề cập|chúc mừng)(?!\w)"
)


def _stated(article: Article, piece: Piece, speaker: Stated) -> Request | None:
    """A sentence that says what somebody needs to do, by whoever speaks."""
    text = article.text
    for modal in MODAL.finditer(text, piece.start, piece.end):
        acts = ACTS.match(text, modal.end(), piece.end)
        before = text[piece.start : modal.start()]
        if not acts or _PASSED.search(before) or piece.end - modal.end() < 12:
            continue
        begin = max(
            (m.end() for m in re.finditer(r"[,:;]\s|(?:nhấn mạnh|cho rằng|nêu rõ|yêu cầu|đề nghị|lưu ý) ", before)),
            default=0,
        )
        to, at = party_from(article, piece.start + begin, modal.start())
        return Request(
            speaker,
            to if to and not text[at : modal.start()].strip(" ,") else None,
            article.cut(modal.end(), piece.end),
        )
    return None


_PASSED = re.compile(
    r"(?<!\w)(?:đã|từng|trước đây|vì|do phải|không|chưa|có thể|người bệnh|bệnh nhân|tôi|chúng tôi|tỷ lệ|trước đó"
    r"|vẫn)(?!\w)",
    re.I,
)


def _joined(article: Article, piece: Piece, found: list[Request]) -> Request | None:
    """A fragment without a verb belongs to the sentence before it: `Đặc biệt là trong các lĩnh vực …`."""
    last = found[-1]
    if re.match(r"(?:đặc biệt là|nhất là|trong đó có|gồm) ", article.words(piece), re.I) and not MODAL.search(
        article.words(piece)
    ):
        content = article.cut(last.content.start, piece.end)
        found[-1] = Request(last.by, last.to, content)
        return found[-1]
    return None


def _asked(article: Article, piece: Piece, people: Sequence[Attendee], speaker: Stated | None) -> Request | None:
    text = article.text
    for verb in ASKS.finditer(text, piece.start, piece.end):
        weak = verb.group().lower() in _WEAK
        by = _asker(article, piece, verb.start(), people, bodies=not weak)
        if by is None and _GOES_ON.fullmatch(text, piece.start, verb.start()):
            by = speaker
        if by is None or (weak and not _named(by, people)) or (weak and _BREAKS.search(text, by.end, verb.start())):
            continue
        to, at = party_from(article, verb.end(), piece.end)
        start = _content_start(text, at, piece.end)
        if weak and (to is None or verb.group().lower() == "lưu ý") and not ACTS.match(text, start, piece.end):
            continue
        if piece.end - start >= 12:
            return Request(by, to or _fronted(article, piece, by), article.cut(start, piece.end))
    return None


_FRONTED = re.compile(r"(?:với|đối với|về phía) (?=[^,]{3,80},)", re.I)


def _fronted(article: Article, piece: Piece, by: Stated | None) -> Stated | None:
    """`Với các cơ quan, đơn vị, Thủ tướng yêu cầu …`."""
    opening = _FRONTED.match(article.text, piece.start, by.start if by else piece.end)
    return party_from(article, opening.end(), by.start)[0] if opening and by and by.start > opening.end() else None


_HEADS = re.compile(
    r"(?:Phó )?Thủ tướng|Chủ tịch nước|Tổng Bí thư|Chủ tịch Quốc hội|Bộ trưởng$|Lãnh đạo Chính phủ|Bí thư"
)


def _named(by: Stated, people: Sequence[Attendee]) -> bool:
    """A person by name, or the head of government, state or party: who else leads, leads what was asked."""
    return bool(_HEADS.match(by.text)) or any(person.name.text == by.text for person in people)


_GOES_ON = re.compile(
    r"\W*(?:(?:đồng thời|bên cạnh đó|ngoài ra|qua đó|từ đó|do đó|vì vậy|cùng với đó|trên cơ sở đó|theo đó|tiếp đó"
    r"|ông|bà|đồng chí|vị này|anh|chị|cũng|đã|đặc biệt|cuối cùng"
    r"|nhân dịp này|tại buổi làm việc|tại cuộc họp|tại hội nghị|người đứng đầu [^,]{3,40}"
    r"|lãnh đạo [^,]{3,30})[\s,]*)*",
    re.I,
)


def _content_start(text: str, at: int, end: int) -> int:
    modal = MODAL.search(text, at, min(end, at + 45))
    if modal and not ACTS.match(text[at:end].lstrip(" ,:")):
        return modal.end()
    opening = re.compile(r"[\s,:“\"]*(?:(?:là|về|rằng|việc|trong thời gian tới|thời gian tới),?\s+)?").match(
        text, at, end
    )
    start = opening.end() if opening else at
    modal = MODAL.match(text, start, end)
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
        whom, stop = party_from(article, body.start(), at)
        if whom and _near(text[stop:at]):
            return whom
    return _short(text, piece, at, people)


_GAP = re.compile(
    r"(?:[\s,)–-]|\([^)]*\)|(?:(?:nói|cho biết|cho hay|khẳng định|phân tích|lưu ý)(?= và )"
    r"|cũng|đã|đang|đặc biệt|tiếp tục|một lần nữa|còn|nhấn mạnh|ghi nhận|và|đồng thời"
    r"|biểu dương|cho rằng|thay mặt|thẳng thắn|trực tiếp"
    r"|theo đó|hoan nghênh|chỉ đạo|phát biểu|kết luận|chỉ rõ|đánh giá cao|vừa)(?!\w))*",
    re.I,
)
_BODY_BEFORE = re.compile(
    r"(?<!\w)(?<!lãnh đạo )(?:(?:lãnh đạo|đại diện|thường trực) )?(?:Bộ|Sở|sở|UBND|Ủy ban|Ban|Tỉnh ủy|Thành ủy|Huyện"
    r"|Hội đồng|tỉnh|Chính phủ|Quốc hội|Phòng|Cục|Viện|Hội"
    r"|[Cc]ác đại biểu|[Cc]ác nhà lãnh đạo|[Ll]ãnh đạo)(?!\w)"
)
_CALLED = re.compile(
    rf"(?<!\w)(?P<who>(?:[Ôô]ng|[Bb]à|[Đđ]ồng chí) (?P<given>[{UPPER}][^\W\d_]+)|Người đứng đầu [^\s,]+ [^\s,]+"
    rf"|Bộ trưởng|Thủ tướng|Chủ tịch nước)[^,.;]{{0,40}}$"
)


def _near(gap: str) -> bool:
    return bool(_GAP.fullmatch(gap)) or (len(gap) < 60 and not re.search(rf"(?<!\w)(?:{SPEAKS})(?!\w)|[;:,]", gap))


def _short(text: str, piece: Piece, at: int, people: Sequence[Attendee]) -> Stated | None:
    """`Ông Minh` is the attendee of that given name."""
    called = _CALLED.search(text, max(piece.start, at - 90), at)
    if called and called["given"]:
        return next((a.name for a in people if a.name.text.endswith(f" {called['given']}")), None)
    return None


def _continued(article: Article, piece: Piece, by: Stated | None, to: Stated | None) -> Request | None:
    """A sentence that goes on with a request: an order to somebody, or an act without a subject."""
    text = article.text
    opening = _CONNECTIVE.match(text, piece.start, piece.end)
    start = opening.end() if opening else piece.start
    if start >= piece.end - 12 or re.match(
        r"(?:sẽ|qua đó|trước đó|tại |theo |sau |nhân dịp|kết thúc|đến nay)(?!\w)", text[start : start + 12], re.I
    ):
        return None
    again = re.compile(r"(?:yêu cầu|đề nghị|lưu ý|giao|kêu gọi)(?= )", re.I).match(text, start, piece.end)
    if again:
        whom, at = party_from(article, again.end(), piece.end)
        at = _content_start(text, at, piece.end)
        return Request(by, whom, article.cut(at, piece.end)) if piece.end - at > 12 else None
    if (
        ACTS.match(text, start, piece.end)
        and not re.search(r"(?:đã|được|bị) ", text[start : start + 20])
        and not _BREAKS.search(text, start, min(piece.end, start + 90))
    ):
        return Request(by, None if MODAL.search(text, piece.start, start) else to, article.cut(start, piece.end))
    whom, at = party_from(article, start, piece.end)
    modal = MODAL.search(text, at, min(piece.end, at + 70))
    if modal and not _BREAKS.search(text, start, modal.start()):
        return Request(by, whom, article.cut(modal.end(), piece.end))
    gap = re.compile(r"\s+(?:gồm [^;.]{3,90}? (?=tiếp tục|chủ động|khẩn trương))?").match(text, at, piece.end)
    if (
        whom
        and gap
        and ACTS.match(text, gap.end(), piece.end)
        and not _BREAKS.search(text, at, min(piece.end, at + 90))
    ):
        return Request(by, whom, article.cut(gap.end(), piece.end))
    return None
