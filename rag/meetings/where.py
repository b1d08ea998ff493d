"""Where a meeting was."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.meetings.article import Article, Piece
from rag.meetings.event import HEAD, NOUN, VERB, Event
from rag.meetings.records import Stated
from rag.text import fold

_PLACE = re.compile(
    r"(?<!\w)(?:tại|ở(?= thủ đô| thành phố| Hà Nội| TP))\s+(?P<place>(?:TP\.\s?)?(?:[^\s,;.:()“”\"]+|\([^()]{2,90}\)"
    r"|,\s*(?=(?:tỉnh|thành phố|TP|huyện|quận|xã|phường|thị xã|thị trấn|Hà Nội)(?!\w)))"
    r"(?:\s+(?:[^\s,;.:()“”\"]+|\([^()]{2,90}\))|(?<=\d)\.(?=\d)|,\s*(?:(?:tỉnh|thành phố|TP|huyện|quận|xã|phường"
    r"|thị xã|thị trấn)\s[^\s,;.:()]+|Hà Nội))*)"
)
_NOT_PLACE = re.compile(
    r"\d|Việt Nam|(?:địa phương|cơ sở|buổi|cuộc|hội nghị|hội thảo|đại hội|phiên|kỳ họp|lễ|đây|đó|diễn đàn"
    r"|chương trình|sự kiện|thời điểm|nhiều|các|những|báo cáo|văn bản|họp|ngày|quyết định)(?!\w)",
    re.I,
)
_PLACE_STOP = re.compile(
    r"\s(?:đã|vừa|diễn ra|tổ chức|khai mạc|và|do|với|để|có|dự|vào|sáng|chiều|tối|ngày|hôm|trong|từ|sau|được|hết"
    r"|phát biểu|nhằm|là|cho biết|theo|giữa"
    r"|đang|sẽ|Đại tướng|Thượng tướng|đồng chí|ông|bà)(?!\w)"
)
_REMOTE = re.compile(r"(?<!\w)(?P<place>điểm cầu (?!đã|có|này)[^,;:.]{2,60}?)(?=,|\.|;|$|\sdự|\scó|\sđến)", re.I)


# A line of minutes: `Địa điểm: Phòng họp số 2, Sở Y tế`.
_GIVEN = re.compile(r"[^\w]*(?:\d+\W+)?địa điểm\s*:\s*(?:tại )?(?P<place>\S.*)", re.I)


def places(article: Article, event: Event) -> tuple[Stated, ...]:
    """Where it was: `tại …` of the sentence that reports it, or each điểm cầu of an online meeting."""
    remote = _places_of(article, _REMOTE, article.body)
    if remote:
        return remote
    for piece in article.opening(HEAD):
        if given := _GIVEN.match(article.text, piece.start, piece.end):
            return (article.cut(*given.span("place")),)
    title = [article.title] if article.title else []
    for piece in (*title, event.lead):
        if piece != event.lead and not (NOUN.search(article.words(piece)) or VERB.search(article.words(piece))):
            continue
        found = _places_of(article, _PLACE, [piece], event)
        if found:
            return (_without_short_form(article, found[0]),)
    for piece in article.opening(HEAD):
        held = _HELD_AT.search(article.text, piece.start, piece.end)
        found = _places_of(article, _PLACE, [Piece(held.end(), piece.end, piece.paragraph)]) if held else ()
        if found and held and found[0].start - held.end() < 10:
            return (_without_short_form(article, found[0]),)
    return ()


_HELD_AT = re.compile(
    r"(?<!\w)(?:hội nghị|cuộc họp|buổi lễ|lễ|hội thảo|đại hội|cuộc gặp|buổi làm việc|phiên họp)(?!\w)[^,.;:]{0,60}?"
    r"(?:diễn ra|được tổ chức)[^,.;:]{0,30}?(?=\s(?:tại|ở)\s)",
    re.I,
)


_TOOK_PLACE = re.compile(r"(?<!\w)(?:diễn ra|tổ chức|khai mạc|họp|tiến hành)(?!\w)[^,.;:]{0,30}$", re.I)
_AWAY = re.compile(
    r"(?<!\w)(?:cho biết|cho hay|nói|rằng|sau khi|khi|về|để|nhằm|với|Đại sứ[^,]{0,20}|người|theo)(?!\w)", re.I
)


def _is_where(article: Article, event: Event, at: int) -> bool:
    """At the beginning of the sentence, or behind the event with nothing else told in between."""
    text, stated = article.text, event.kind_stated
    if _TOOK_PLACE.search(text, max(event.lead.start, at - 50), at):
        return True
    if at < stated.start:
        return at - event.lead.start < 90 and not _AWAY.search(text, event.lead.start + 30, at)
    return at - stated.end < 160 and not _AWAY.search(text, stated.end, at)


_SHORT_FORM = re.compile(
    r"\s*\((?![^)]*(?:huyện|tỉnh|xã|quận|thành phố|TP|Trung Quốc|Lào|Campuchia|Mỹ|Nga|Nhật))[^()]*\)$"
)


def _without_short_form(article: Article, place: Stated) -> Stated:
    """Without the short name that brackets introduce: `Nhà máy A (Dự án)`."""
    short = _SHORT_FORM.search(place.text)
    return article.cut(place.start, place.start + short.start()) if short else place


def _places_of(
    article: Article, pattern: re.Pattern[str], pieces: Sequence[Piece], event: Event | None = None
) -> tuple[Stated, ...]:
    found: dict[str, Stated] = {}
    for piece in pieces:
        for match in pattern.finditer(article.text, piece.start, piece.end):
            start, end = match.span("place")
            if event and piece == event.lead and not _is_where(article, event, match.start()):
                continue
            stop = _PLACE_STOP.search(article.text, start, end)
            end = stop.start() if stop and pattern is _PLACE else end
            if not _NOT_PLACE.match(article.text, start, end) and not re.match(
                r"các |nhiều ", article.text[start + 9 : end]
            ):
                place = article.cut(start, end)
                found.setdefault(fold(place.text), place)
    return tuple(found.values())
