"""Questions that meeting records answer: what is sought, of which meetings.

Such a question is read to its last word: what asks, when, who, and the words that are left, each run of which must
stand in the record. So a word that is not understood is never passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from rag import facts
from rag.dates import DateMention, find_dates
from rag.meetings.records import Kind
from rag.people import find_people, find_posts
from rag.text import normalise, tokens, tone_key

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
    kind: Kind | None = None
    side: Keys = ()
    """Of the people at it: `phía Lào Cai`."""
    count: int | None = None
    """How many meetings: `cả ba buổi`."""

    @property
    def bare(self) -> bool:
        """True when nothing says which meetings are meant."""
        return not (self.meant or self.to or self.dates)


_NUMBERS = {"hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6}
_KINDS = {
    "hội nghị": Kind.CONFERENCE,
    "làm việc": Kind.WORKING,
    "gặp": Kind.RECEPTION,
    "kỳ họp": Kind.SESSION,
    "phiên họp": Kind.SESSION,
    "lễ": Kind.CEREMONY,
}
_EVENT = r"(?:hội nghị|(?:cuộc |buổi |chuyến )(?:làm việc|họp|gặp(?: mặt| gỡ)?|lễ|tiếp)|phiên họp|kỳ họp|sự kiện)"
_MEETING = rf"(?:{_EVENT}|cuộc|buổi)"
_LEVEL = r"(?:tỉnh,? (?:thành phố|thành)|tỉnh|thành phố|địa phương)"
_PEOPLE = r"(?:vị|đồng chí|lãnh đạo|đại biểu|người|cán bộ)"
_WHAT = r"(?:những |các )?(?:gì|(?:nội dung|vấn đề|(?<!làm )việc|điều|điểm) (?:gì|nào))"
# In this order; what one has taken the next does not see.
_CUES = {
    "all": rf"(?:cả|đủ|tất cả)(?: các)?(?: (?:\d|{'|'.join(_NUMBERS)}))?(?: các)? {_MEETING}",
    "request": r"(?:đã |có )*(?:kiến nghị|đề nghị|đề xuất|yêu cầu|lưu ý)",
    "decision": r"(?:đã |có )*(?:quyết định|thống nhất|kết luận|thông qua)",
    "offices": r"(?:giữ|làm|đảm nhiệm|kinh qua) (?:những|các) (?:chức vụ|chức danh|chức|cương vị)(?: gì| nào)?",
    "office": r"(?:đang |đã |còn )*(?:giữ|làm|đảm nhiệm|là) (?:chức vụ|chức danh|chức|cương vị|vị trí)(?: gì| nào)",
    "provinces": rf"(?:những|các) {_LEVEL} nào",
    "who": r"thành phần(?: tham dự| dự)?|danh sách(?: đại biểu)?|(?:những|gồm|gồm những) ai"
    rf"|(?:những|các) {_PEOPLE} nào",
    "anyone": r"(?:ai|người nào|đồng chí nào|vị nào)",
    "what": _WHAT,
    "meetings": rf"(?:những|các) {_EVENT}(?=.* (?:nào|gì))|(?:bao nhiêu|mấy) {_EVENT}"
    rf"|{_EVENT} nào|(?:những|các) (?:cuộc|buổi) nào"
    rf"|^(?:(?:liệt kê|kể tên|kể|nêu)(?: tất cả| hết)? )?(?:những|các) {_EVENT}",
    "meeting": _MEETING,
    "other": _MEETING,
    "attend": r"(?:tham dự|dự họp|dự|có mặt|tham gia|góp mặt)",
    "met": r"(?:làm việc|gặp gỡ|gặp mặt|gặp|họp)",
}  # fmt: skip
_SCAN = {tag: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.I) for tag, pattern in _CUES.items()}
_BODY_END = re.compile(r"[^\w\s]|(?<!\w)(?:đã|đang|có|của|với|tại|ở|trong|là|và|cùng|dự|đến|tới|về|khi)(?!\w)|$")
_SIDE = re.compile(r"(?<!\w)(?:phía|bên|đoàn)(?: công tác)?(?: của)?(?: tỉnh| huyện| thành phố| xã)? ", re.I)
_CALLED = re.compile(r"(?<!\w)(?:ông|bà|đồng chí|anh|chị) ([^\W\d_]+)(?!\w)", re.I)
_EMPTY = frozenset(
    tone_key(word)
    for word in """đã đang có những các nào gì ai năm tháng ngày sáng chiều trưa tối trong vào tại ở với của
và cùng do được từng hiện còn đồng chí ông bà diễn ra tổ chức đâu kho tài liệu tất cả
liệt kê kể tên hãy cho biết là về phía tỉnh huyện xã thành phố đoàn lãnh đạo bên khi đó
hồi lúc bao nhiêu mấy đều cũng thì gồm tới đến đối từ để hay hoặc nhau này mà việc hôm
diện trên dưới theo một lần đại biểu người chủ trì hai bàn thảo luận nói nhắc đề cập liên quan""".split()
)


def understood(question: str) -> Asked | None:
    """What a question seeks from the records; None when it is no question about meetings.

    Args:
        question: in normal form, with its tone marks, without context.
    """
    text, dates, cues = _read(question)
    sought = _sought(cues)
    if sought is None:
        return None
    if sought is Sought.REQUESTS:
        by, to = _sides(text, cues["request"])
        return Asked(sought, _meant(by), _meant(to), dates, _kind(cues))
    meant = _meant(text)
    return Asked(sought, meant, dates=dates, kind=_kind(cues), side=_side(text, meant), count=_count(cues))


def spoken_of(question: str) -> Asked:
    """The meetings that any question speaks of, whatever it asks."""
    text, dates, cues = _read(question)
    return Asked(Sought.MEETINGS, _meant(text), dates=dates, kind=_kind(cues))


def _read(question: str) -> tuple[str, tuple[DateMention, ...], dict[str, re.Match[str]]]:
    """The words that are no date and no cue, the dates, and the cues by tag."""
    text = normalise(question)
    dates = tuple(find_dates(text))
    for date in dates:
        text = _masked(text, date.start, date.end)
    cues: dict[str, re.Match[str]] = {}
    for tag, pattern in _SCAN.items():
        match = pattern.search(text)
        if match:
            cues[tag] = match
            text = _masked(text, *match.span())
    return text, dates, cues


def _kind(cues: dict[str, re.Match[str]]) -> Kind | None:
    """The one kind of meeting that is named."""
    said = " ".join(match.group().lower() for match in cues.values())
    kinds = [kind for word, kind in _KINDS.items() if word in said]
    return kinds[0] if len(kinds) == 1 else None


def _masked(text: str, start: int, end: int) -> str:
    """The text with a stretch blotted out, every other character in its place."""
    return f"{text[:start]}{'|' * (end - start)}{text[end:]}"


def _sought(cues: dict[str, re.Match[str]]) -> Sought | None:
    asks, who = "what" in cues, "who" in cues or "anyone" in cues
    meeting = any(tag in cues for tag in ("meeting", "met", "all"))
    rules = (
        (Sought.REQUESTS, "request" in cues and asks),
        (Sought.DECISIONS, "decision" in cues and asks and meeting),
        (Sought.SHARED, "all" in cues and who),
        (Sought.OFFICES, "offices" in cues),
        (Sought.OFFICE, "office" in cues),
        (Sought.PROVINCES, "provinces" in cues and "met" in cues),
        (Sought.ATTENDEES, "who" in cues and ("attend" in cues or meeting)),
        (Sought.ATTENDEES, "anyone" in cues and cues["anyone"].start() == 0 and "attend" in cues),
        (Sought.MEETINGS, "meetings" in cues),
    )
    return next((sought for sought, holds in rules if holds), None)


def _count(cues: dict[str, re.Match[str]]) -> int | None:
    words = cues["all"].group().lower().split() if "all" in cues else []
    return next((_NUMBERS.get(word, int(word) if word.isdecimal() else 0) or None for word in words[1:2]), None)


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
        text = _masked(text, person.start, person.end)
    offices = []
    for post in find_posts(text):
        body = text[post.end : _BODY_END.search(text, post.end).start()]  # type: ignore[union-attr]
        offices.append(HeldOffice(facts.keys(post.office), facts.keys(body)))
        text = _masked(text, post.start, post.end + len(body))
    for match in _CALLED.finditer(text):
        if match.group(1)[0].isupper():
            people.append(facts.keys(match.group(1)))
            text = _masked(text, *match.span())
    return Meant(tuple(people), tuple(offices), tuple(_runs(text)))


def _runs(text: str) -> list[Keys]:
    """Runs of words that mean something, as tone keys."""
    runs: list[Keys] = []
    for piece in re.split(r"[^\w\s/-]+", text):
        run: list[str] = []
        for token in [*tokens(piece), None]:
            key = tone_key(token.text) if token else ""
            if not key or key in _EMPTY:
                runs += [tuple(run)] if run else []
                run = []
            else:
                run.append(key)
    return runs
