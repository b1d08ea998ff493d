"""Who took part in a meeting: named in its lead, listed as present, or speaking there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag import facts
from rag.meetings.article import Article, Piece
from rag.meetings.event import Event
from rag.meetings.persons import Mention, mentions
from rag.meetings.records import Attendee, Stated

_PRESENT = re.compile(
    r"(?<!\w)(?:dự(?! báo| án| kiến| thảo| toán| trữ| phòng| định| thi| tuyển)|tham dự|tham gia (?:buổi|cuộc"
    r"|hội nghị|đoàn|gặp)"
    r"|có mặt|chứng kiến|cùng đi|cùng tham gia|(?:về )?phía [^,;:.]{2,60}? (?:còn )?(?:có|gồm)|thành phần"
    r"|thay mặt [^,]{3,60},"
    r"|đồng chủ trì|chủ trì|chủ tọa|tiếp đoàn|đại diện lãnh đạo|thành viên đoàn)(?!\w)",
    re.I,
)
SPEAKS = (
    "phát biểu|cho biết|cho hay|cho rằng|nói|khẳng định|nhấn mạnh|đề nghị|yêu cầu|kiến nghị|đề xuất|lưu ý|chỉ đạo"
    "|báo cáo|trình bày"
    "|tham luận|chia sẻ|thông tin|thông báo|ghi nhận|đánh giá|biểu dương|cảm ơn|chúc mừng|bày tỏ|phân tích|chỉ rõ"
    "|chỉ ra|nêu|trả lời"
    "|giải đáp|kết luận|quán triệt|chào mừng|hy vọng|hi vọng|mong muốn|mong|cam kết|khen ngợi|nhắc lại|nhận định"
    "|tin tưởng|công bố"
    "|khai mạc|bế mạc|nhắc nhở|kêu gọi|đề cập|thừa nhận|lý giải|giải thích|tuyên bố|xác nhận|tiết lộ|đồng ý|nhất trí"
    "|cảnh báo|giao"
    "|gửi lời|hứa|khuyến nghị|làm rõ|nhìn nhận|cũng cho|trao|chủ trì|điều hành|tiếp|hội đàm|hội kiến|làm việc"
    "|phân trần|tâm sự|nghẹn"
)
_SPEAKER = re.compile(
    rf"[\s,)–-]*(?:\([^)]{{0,40}}\)\s*)?(?:(?:đã|cũng|đang|vừa|tiếp tục|nhiệt liệt|tái|tiếp tục|còn|thẳng thắn"
    rf"|trực tiếp|một lần nữa) )*"
    rf"(?:{SPEAKS})(?!\w)",
    re.I,
)
_INTRODUCED = re.compile(
    r"(?:^|[\n.;] ?)\W*(?:(?:phát biểu|kết luận|chỉ đạo|báo cáo|trao đổi|trả lời|thay mặt|khai mạc|bế mạc|chia sẻ"
    r"|giải đáp|thông tin|theo"
    r"|đánh giá|nhấn mạnh|đối thoại|nói|tại (?:buổi|cuộc|hội|lễ|đại|phiên|đây|kỳ|điểm))(?!\w)[^.;]{0,220}?,?\s*"
    r"|theo )$",
    re.I,
)
_CHAIRS = re.compile(
    r"(?P<gap>[^.;:]{0,70}?)(?<!\w)(?:đồng )?(?:chủ trì|chủ tọa"
    r"|(?<!giám đốc )(?<!ban )điều hành)(?!\w)(?!,? (?:phối hợp|tham mưu|xây dựng|nghiên cứu|tiễn|đề tài))",
    re.I,
)
_CHAIRED_BY = re.compile(
    r"(?<!\w)(?:chủ trì|chủ tọa|(?<!giám đốc )(?<!ban )điều hành)(?: hội nghị| cuộc họp| phiên họp)?(?: của| là| bởi"
    r"|:)[^.;]{0,90}$",
    re.I,
)
_SIDES = re.compile(
    r"(?<!\w)(?:(?:về )?phía (?:đoàn )?(?P<a>[^,;:.]{2,60}?),? (?:còn )?(?:có|gồm)"
    r"|(?:tại )?điểm cầu (?P<b>[^,;:.]{2,50}?)(?=,| có| dự)"
    r"|đoàn công tác (?:của )?(?P<c>[^,;:.]{2,50}?) do|thay mặt (?P<d>[^,;:.]{2,60}?),"
    r"|báo cáo của (?P<e>[^,;:.]{2,40}?) do)(?!\w)",
    re.I,
)
_LED = re.compile(r"đại biểu |đoàn công tác (?:của )?|đoàn |lãnh đạo tỉnh ", re.I)


@dataclass(frozen=True, slots=True)
class Seen:
    """A mention of somebody who took part."""

    mention: Mention
    side: tuple[int, int] | None
    chairs: bool
    caption: bool


def attendees(article: Article, event: Event) -> tuple[Attendee, ...]:
    """Everyone who took part, in the order of the text, each once with the fullest title."""
    people: dict[tuple[str, ...], list[Seen]] = {}
    for seen in _seen(article, event):
        people.setdefault(facts.keys(seen.mention.name), []).append(seen)
    return tuple(_attendee(article, group) for name, group in people.items() if not _shortened(name, people))


def _shortened(name: tuple[str, ...], people: Iterable[tuple[str, ...]]) -> bool:
    """Another one's name without its first syllables: `Văn Hiền` where `Phạm Văn Hiền` is named."""
    return any(len(other) > len(name) and other[-len(name) :] == name for other in people)


def _seen(article: Article, event: Event) -> Iterator[Seen]:
    title = [article.title] if article.title else []
    side: tuple[int, int] | None = None
    listing = False
    for piece in (*title, *article.body, *article.captions):
        found = mentions(article.text, piece.start, piece.end)
        words = article.words(piece)
        heading = article.text[piece.end : piece.end + 1] == ":" and bool(_PRESENT.search(words))
        listing = listing and not heading and words[:1] in "-–+•*"
        side = side if listing else _heading(article, piece)
        whole = piece == event.lead or listing or bool(_PRESENT.search(words))
        chairs = _chairing(article, piece, found)
        for mention in found:
            if _is_matter(article.text[piece.start : mention.left]):
                continue
            if whole or mention in chairs or _speaks(article, piece, mention):
                own = _side(article, piece, mention, found) or (side if listing else None)
                yield Seen(
                    mention,
                    own,
                    mention in chairs,
                    piece in article.captions or (piece in title and piece != event.lead),
                )
        listing = listing or heading


def _is_matter(before: str) -> bool:
    """The person is what is spoken of: `về việc ông X bị đình chỉ`."""
    return bool(
        re.search(r"(?<!\w)(?:về việc|về trường hợp|đối với việc|vụ việc|vụ)(?: của)?(?: ông| bà)?\s*$", before, re.I)
    )


def _heading(article: Article, piece: Piece) -> tuple[int, int] | None:
    """The side that a line before a list names: `Về phía Bộ Quốc phòng có:`."""
    if article.text[piece.end : piece.end + 1] != ":":
        return None
    found = list(_SIDES.finditer(article.text, piece.start, piece.end))
    return _minimal(article.text, found[-1]) if found else None


def _speaks(article: Article, piece: Piece, mention: Mention) -> bool:
    if _SPEAKER.match(article.text, mention.right, piece.end) or _SPEAKER.match(article.text, mention.end, piece.end):
        return True
    before = article.text[piece.start : mention.left]
    return bool(_INTRODUCED.search(_uncalled(before)))


def _uncalled(before: str) -> str:
    return re.sub(r"(?:các đồng chí|đồng chí|ông|bà|anh|chị|cô|thầy)\s*$", "", before, flags=re.I)


def _chairing(article: Article, piece: Piece, found: Sequence[Mention]) -> list[Mention]:
    """Those before the verb with nothing but one another between, or behind `dưới sự chủ trì của`."""
    chairs: list[Mention] = []
    for at in reversed(range(len(found))):
        behind = found[at + 1] if at + 1 < len(found) else None
        joined = behind in chairs and _joined(article.text[found[at].right : behind.left]) if behind else False
        if joined or _chairs(article, piece, found[at], behind.left if behind else piece.end):
            chairs.append(found[at])
    return chairs


def _chairs(article: Article, piece: Piece, mention: Mention, beyond: int) -> bool:
    verb = _CHAIRS.match(article.text, mention.right, piece.end)
    if verb and verb.end("gap") <= beyond and not _SPEECH.search(verb["gap"]):
        return True
    return bool(_CHAIRED_BY.search(article.text[max(piece.start, mention.left - 150) : mention.left]))


_SPEECH = re.compile(rf"(?<!\w)(?:{SPEAKS})(?!\w)")


def _joined(gap: str) -> bool:
    return bool(re.fullmatch(r"[\s,;]*(?:và|cùng)?\s*(?:ông|bà|các đồng chí|đồng chí)?\s*", gap, re.I))


def _side(article: Article, piece: Piece, mention: Mention, found: Sequence[Mention]) -> tuple[int, int] | None:
    """The nearest side named before a mention in its sentence."""
    named = list(_SIDES.finditer(article.text, piece.start, mention.left + 1))
    if not named:
        return None
    if named[-1].group("c") or named[-1].group("d") or named[-1].group("e"):
        first = next(m for m in found if m.start >= named[-1].end() - 1)
        return _minimal(article.text, named[-1]) if mention is first else None
    return _minimal(article.text, named[-1])


def _minimal(text: str, match: re.Match[str]) -> tuple[int, int]:
    start, end = match.span(next(name for name in "abcde" if match[name]))
    led = _LED.match(text, start, end)
    return (led.end() if led and led.end() < end else start), end


def _attendee(article: Article, group: Sequence[Seen]) -> Attendee:
    """The mention with the fullest title stands for all; a caption only where the body says less than nothing."""
    best = max(group, key=lambda seen: (not seen.caption, _size(seen.mention), -seen.mention.start))
    if _size(best.mention) == 0:
        best = max(group, key=lambda seen: _size(seen.mention))
    mention = best.mention
    phrases = sorted((s for s in (mention.before, mention.after) if s), key=lambda s: s[0] - s[1])
    rank = mention.rank or next((seen.mention.rank for seen in group if seen.mention.rank), None)
    side = next((seen.side for seen in group if seen.side), None)

    def cut(span: tuple[int, int] | None) -> Stated | None:
        return article.cut(*span) if span else None

    return Attendee(
        name=article.cut(mention.start, mention.end),
        rank=cut(rank),
        title=cut(phrases[0]) if phrases else None,
        side=cut(side),
        chairs=any(seen.chairs for seen in group),
        other_title=cut(phrases[1]) if len(phrases) > 1 else None,
    )


def _size(mention: Mention) -> int:
    return sum(end - start for start, end in filter(None, (mention.before, mention.after)))
