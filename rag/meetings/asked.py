"""Questions that meeting records answer: what is sought, of which meetings.

Such a question is read to its last word: what asks, when, who, and the words that are left, each run of which must
stand in the record. So a word that is not understood is never passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from rag import facts
from rag.dates import DateMention
from rag.meetings.cues import NUMBERS, masked, read
from rag.meetings.records import Kind
from rag.people import find_people, find_posts
from rag.text import Token, tokens, tone_key

Keys = tuple[str, ...]


class Sought(StrEnum):
    """What a question about meetings asks for."""

    MEETINGS = "meetings"
    PROVINCES = "provinces"
    """Meetings again, those with a province."""
    ATTENDEES = "attendees"
    SHARED = "shared"
    """Who was at all of several meetings."""
    OFFICES = "offices"
    """All that somebody held."""
    OFFICE = "office"
    """What somebody held at one meeting."""
    REQUESTS = "requests"
    DECISIONS = "decisions"
    TOPIC = "topic"


LISTS = (Sought.MEETINGS, Sought.PROVINCES, Sought.SHARED)
"""What only the records can give whole."""


@dataclass(frozen=True, slots=True)
class HeldOffice:
    """An office by which somebody is meant: `Bí thư` of `Tỉnh ủy Lào Cai`, as tone keys."""

    title: Keys
    body: Keys


@dataclass(frozen=True, slots=True)
class Meant:
    """Who or what is meant: everything a side of a meeting must have."""

    people: tuple[Keys, ...] = ()
    """Full names, or a given name alone."""
    offices: tuple[HeldOffice, ...] = ()
    words: tuple[Keys, ...] = ()
    """Runs of other words: places, organisations, topics."""
    unclear: bool = False
    """A lone syllable is left: it could stand anywhere by chance."""

    def __bool__(self) -> bool:
        return bool(self.people or self.offices or self.words)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about meetings."""

    sought: Sought
    meant: Meant = Meant()
    """Of a request: who made it."""
    to: Meant = Meant()
    """Of a request: to whom."""
    dates: tuple[DateMention, ...] = ()
    part: str | None = None
    """Of the day, as a moment gives it."""
    kind: Kind | None = None
    side: Keys = ()
    """Of the people at it: `phía Lào Cai`."""
    count: int | None = None
    """How many meetings: `cả ba buổi`."""
    chaired: bool = False
    """The people who are meant chaired it."""
    but: tuple[Keys, ...] = ()
    """Names that the answer leaves out."""
    between: bool = False
    """The two dates are the first and the last."""
    beyond: bool = False
    """A list that the records could give, asked for in a way that is not understood: open in time, or with `hoặc`."""

    @property
    def bare(self) -> bool:
        """True when nothing says which meetings are meant."""
        return not (self.meant or self.to or self.dates)


_BODY_END = re.compile(r"[^\w\s]|(?<!\w)(?:đã|đang|có|của|với|tại|ở|trong|là|và|cùng|dự|đến|tới|về|khi)(?!\w)|$")
_BUT = re.compile(r"(?<!\w)(?:ngoài|trừ|bên cạnh|ngoại trừ)(?: ra)? (?:(?!(?<!\w)còn(?!\w))[^|,;?])+,?", re.I)
_OR = re.compile(r"(?<!\w)(?:hoặc|hay)(?! ?(?:ngày |tháng |năm )*\|)(?!\w)", re.I)
_SIDE = re.compile(r"(?<!\w)(?:phía|bên|đoàn)(?: công tác)?(?: của)?(?: tỉnh| huyện| thành phố| xã)? ", re.I)
_CALLED = re.compile(r"(?<!\w)(?:ông|bà|đồng chí|anh|chị) ([^\W\d_]+)(?!\w)", re.I)
_EMPTY = frozenset(
    tone_key(word)
    for word in """đã đang có những các nào gì ai năm tháng ngày sáng chiều trưa tối trong vào tại ở với của và
cùng do được từng hiện còn đồng chí ông bà diễn ra tổ chức đâu kho tài liệu tất cả liệt kê kể
tên hãy cho biết là về phía tỉnh huyện xã thành phố đoàn lãnh đạo bên khi đó hồi lúc bao nhiêu
mấy đều cũng thì gồm tới đến đối từ để hay hoặc nhau này mà việc hôm diện trên dưới theo một lần
đại biểu người hai bàn thảo luận nói nhắc đề cập liên quan riêng rơi ghi lại nhận ngồi nêu đích
danh điểm cầu vừa qua hết mọi cuộc buổi giữa ủy""".split()
)


def understood(question: str) -> Asked | None:
    """What a question seeks from the records; None when it is no question about meetings.

    Args:
        question: in normal form, with its tone marks, without context.
    """
    reading = read(question)
    sought = _sought(reading.cues)
    if sought is None:
        return None
    rest, but = _without(reading.rest)
    open_ended = reading.range and not reading.between
    if open_ended or _OR.search(reading.rest) or (but and sought not in (Sought.ATTENDEES, Sought.SHARED)):
        return Asked(sought, beyond=True) if sought in LISTS else None
    by, to = _sides(reading.rest, reading.cues["request"]) if sought is Sought.REQUESTS else (rest, "")
    meant, whom = _meant(by), _meant(to)
    if meant.unclear or whom.unclear or (sought in (Sought.OFFICE, Sought.OFFICES) and not meant.people):
        return None
    return Asked(
        sought,
        meant,
        whom,
        but=but,
        dates=reading.dates,
        between=reading.between,
        part=reading.part,
        kind=reading.kind,
        side=_side(rest, meant),
        count=_count(reading.cues),
        chaired="chair" in reading.cues,
    )


def spoken_of(question: str) -> Asked:
    """The meetings that any question speaks of, whatever it asks."""
    reading = read(question)
    return Asked(Sought.MEETINGS, _meant(reading.rest), dates=reading.dates, part=reading.part, kind=reading.kind)


def _sought(cues: Mapping[str, re.Match[str]]) -> Sought | None:
    what, who = "what" in cues or "topic" in cues, "who" in cues or "anyone" in cues
    meeting = any(tag in cues for tag in ("meeting", "met", "all"))
    rules = (
        (Sought.REQUESTS, "request" in cues and what),
        (Sought.DECISIONS, "decision" in cues and what and meeting),
        (Sought.SHARED, "all" in cues and who),
        (Sought.OFFICES, "offices" in cues or ("post" in cues and "changed" in cues)),
        (Sought.OFFICE, "office" in cues),
        (Sought.PROVINCES, "provinces" in cues and "met" in cues),
        (Sought.MEETINGS, "meetings" in cues),
        (Sought.TOPIC, "topic" in cues and meeting),
        (Sought.ATTENDEES, "who" in cues and ("attend" in cues or meeting)),
        (Sought.ATTENDEES, "anyone" in cues and cues["anyone"].start() == 0 and "attend" in cues),
    )
    return next((sought for sought, holds in rules if holds), None)


def _count(cues: Mapping[str, re.Match[str]]) -> int | None:
    words = cues["all"].group().lower().split() if "all" in cues else []
    return next((int(NUMBERS.get(word, word)) for word in words if word in NUMBERS or word.isdecimal()), None)


def _without(text: str) -> tuple[str, tuple[Keys, ...]]:
    """The text without `ngoài ông X`, and the names that are left out."""
    match = _BUT.search(text)
    names = tuple(facts.keys(person.name) for person in find_people(match.group())) if match else ()
    return (masked(text, *match.span()), names) if match and names else (text, ())


def _sides(text: str, verb: re.Match[str]) -> tuple[str, str]:
    """Who asks and who is asked; of `X được Y đề nghị` the other way round."""
    before, behind = text[: verb.start()], text[verb.end() :]
    passive = re.search(r"(?<!\w)(?:được|bị)(?!\w)", before)
    return (before[passive.end() :], before[: passive.start()] + behind) if passive else (before, behind)


def _side(text: str, meant: Meant) -> Keys:
    """The words right behind `phía`, without a level such as `tỉnh`."""
    named = _SIDE.search(text)
    behind = facts.keys(text[named.end() :]) if named else ()
    return next((run for run in meant.words if behind[: len(run)] == run), ())


def _meant(text: str) -> Meant:
    people = []
    for person in find_people(text):
        people.append(facts.keys(person.name))
        text = masked(text, person.start, person.end)
    offices = []
    for post in find_posts(text):
        body = text[post.end : _BODY_END.search(text, post.end).start()]  # type: ignore[union-attr]
        offices.append(HeldOffice(facts.keys(post.office), facts.keys(body)))
        text = masked(text, post.start, post.end + len(body))
    for match in _CALLED.finditer(text):
        if match.group(1)[0].isupper():
            people.append(facts.keys(match.group(1)))
            text = masked(text, *match.span())
    runs = list(_runs(text))
    unclear = any(len(run) == 1 and not run[0].text[0].isupper() for run in runs)
    words = tuple(tuple(tone_key(token.text) for token in run) for run in runs)
    return Meant(tuple(people), tuple(offices), words, unclear)


def _runs(text: str) -> Iterator[list[Token]]:
    """Runs of words that mean something."""
    for piece in re.split(r"[^\w\s/-]+", text):
        run: list[Token] = []
        for token in tokens(piece):
            if tone_key(token.text) not in _EMPTY:
                run.append(token)
            elif run:
                yield run
                run = []
        if run:
            yield run
