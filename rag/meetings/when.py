"""When a meeting was, and the words that name it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.dates import DateMention, find_dates
from rag.meetings.article import Article, Piece
from rag.meetings.records import Kind, Moment

_TODAY = re.compile(
    r"(?<!\w)(?:vào )?(?P<part>sáng|trưa|chiều|tối)?(?: (?:tối|sớm|muộn))?(?:\s?(?:hôm )?(?:nay"
    r"|qua))?[\s,(]*(?:ngày\s*)?$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Found:
    """Words that name an event, and the sentence in which it is held."""

    kind: Kind
    start: int
    end: int
    piece: Piece


def moment_of(article: Article, piece: Piece, found: Found) -> Moment | None:
    """A day at the beginning of a sentence or beside the event, with its part of the day.

    The year is the day's own, or the header's when its month agrees.
    """
    words = article.words(piece)
    for date in find_dates(words):
        if date.day is None or date.month is None or not _is_of(words, piece, date, found, article.title):
            continue
        before = _TODAY.search(words[max(0, date.start - 40) : date.start])
        start = date.start - len(before.group()) if before else date.start
        end = date.end + (words[date.end : date.end + 1] == ")" and "(" in words[start : date.start])
        stated = article.cut(piece.start + start, piece.start + end)
        if stated.text.lower().startswith("vào "):
            stated = article.cut(stated.start + 4, stated.end)
        part = before["part"].lower() if before and before["part"] else None
        return Moment(stated, date.day, date.month, date.year or _year(article, date), part)
    return None


_RELATIVE = re.compile(r"(?<!\w)(?:từ|kể từ|trước|sau|đến|theo|tính|tới)(?!\w)[^,]{0,25}$", re.I)


def _is_of(words: str, piece: Piece, date: DateMention, found: Found, article_title: Piece | None) -> bool:
    if date.start < 40:
        return not _RELATIVE.search(words[: date.start])
    if piece == article_title:
        return not _RELATIVE.search(words[: date.start])
    if piece != found.piece:
        return False
    start, end = found.start - piece.start, found.end - piece.start
    between = words[end : date.start] if date.start >= end else words[date.end : start]
    return len(between) < (260 if date.start >= end else 25) and not re.search(
        r"(?<!\w)(?:sau khi|trước|từ|đến|kể từ|hết|theo|cho biết|rằng)(?!\w)|[.;:]\s", between
    )


def _year(article: Article, date: DateMention) -> int | None:
    if article.published is None or len(article.published.value) < 7:
        return None
    year, month = article.published.value.split("-")[:2]
    return int(year) if int(month) == date.month else None
