"""Words that point to what was said before, and what each of them stands for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from rag import facts
from rag.dates import find_dates
from rag.memory import PLACE_HEADS, Event, Memory, places
from rag.people import find_people
from rag.phrases import EVENT_HEADS
from rag.places import PLACES
from rag.questions import Wanted, analyse, content_terms
from rag.text import expansion, fold, is_syllable, normalise, tokens

_THAT = r"(?:ấy|đó|này|kia|nói trên|vừa nêu)"
_CALLED = r"ông|bà|anh|chị|cô|thầy|bạn|cậu|đồng chí"
_PERSON = re.compile(
    rf"(?<!\w)(?:(?P<called>{_CALLED})\s+(?:ấy|ta|này|đó|kia)|(?:vị|người)\s+(?:ấy|này|đó|kia)"
    r"|(?:thầy|cô)(?=\s+(?:đang|là|có|giữ)))(?!\w)",
    re.I,
)
UNKNOWN_PERSON = re.compile(rf"(?<!\w)(?:{_CALLED})\s+(?:ấy|ta)(?!\w)", re.I)
_GIVEN_NAME = re.compile(r"(?<!\w)(?P<called>(?i:ông|bà|anh|chị|cô|đồng chí)) (?P<name>[A-ZĐ][^\W\d_]+)(?! [A-ZĐ])")
_PLACE = re.compile(rf"(?<!\w)(?P<kind>{PLACE_HEADS})\s+{_THAT}(?!\w)", re.I)
_THERE = re.compile(r"(?<!\w)(?P<at>ở|tại|từ|đến|tới) (?:đó|đấy)(?!\w)", re.I)
_THEN = re.compile(r"(?<!\w)(?P<part>khi|lúc|hôm|ngày|năm|tháng|dịp|thời điểm)\s+(?:ấy|đó)(?!\w)", re.I)
_EVENT = re.compile(rf"(?<!\w)(?P<head>{EVENT_HEADS})\s+{_THAT}(?!\w)", re.I)
_THING = re.compile(rf"(?<!\w)(?P<words>(?:[^\W\d_]+ ){{1,4}}){_THAT}(?!\w)", re.I)
# One syllable that is a noun by itself; of any other, two are needed.
_NOUNS = frozenset("đoàn ban bộ sở cục vụ viện trường đảng luật hãng quỹ đội khu tuyến đề kế dự".split())
_DEFINITE = re.compile(
    rf"^(?:(?P<at>tại|trong|ở) )?(?P<head>{EVENT_HEADS}|đoàn(?: công tác)?)"
    r"(?= (?:diễn ra|được|do|có|đã|sẽ|kéo dài|gồm|bàn|kết thúc|bắt đầu|khai mạc|bế mạc|họp|thăm|khảo sát|đi|đến|ở đâu"
    r"|khi nào|bao giờ|ngày nào|hôm nào|mấy giờ|thống nhất|đề nghị|do ai)(?!\w))",
    re.I,
)
_THEY = re.compile(r"(?<!\w)(?:họ|nó)(?!\w)|^(?:đó|đây) là", re.I)
_COMMON = frozenset("hội buổi cuộc chuyến đoàn sáng chiều trưa tối đêm ngày hôm tại ở lễ công dự kỳ phiên".split())
"""First syllables that have a capital only at the beginning of a sentence."""
_STRONG = (_PERSON, _PLACE, _THERE, _THEN, _EVENT, _THEY)
_ANY_EVENT = re.compile(rf"(?<!\w)(?:{EVENT_HEADS})(?!\w)", re.I)
_LINK = re.compile(r"(?:trong|sau|trước|do|từ|nhờ|theo|qua|bên cạnh|ngoài)$", re.I)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question with its pointers replaced."""

    text: str
    own: str
    """The same without the events and things pointed to: their names are context, they say which one."""
    day: str
    """The day of the event pointed to, or ""."""
    named: bool
    """False when it names nothing besides where and when: `Sáng 30/7 ai chủ trì`."""


def resolved(question: str, memory: Memory) -> Resolved:
    """Every pointer replaced by the latest of its kind; what the question or nobody names stays."""
    own = _replace(_PERSON, question, lambda m: _person(m, memory))
    own = _replace(_GIVEN_NAME, own, lambda m: _after(m["called"], memory.full_name(m["name"])))
    own = _replace(_PLACE, own, lambda m: memory.place(m["kind"]))
    named = names_something(own)
    own = _replace(_THERE, own, lambda m: _after(m["at"], memory.place()))
    scene = _replace(_THEN, own, lambda m: memory.time(m["part"]))
    typed = _typed(own, memory)
    # `diễn ra ở đâu` has no words of its own to look for: the day leads to where the meeting is told.
    dated = not content_terms(typed) and analyse(typed).wanted not in (Wanted.DAY, Wanted.MONTH, Wanted.YEAR)
    text = _replace(_EVENT, scene, lambda m: _name(memory.event(m["head"]), dated=dated))
    text = _replace(_THING, text, lambda m: _thing(m, memory))
    if not named:
        text = _replace(_DEFINITE, text, lambda m: _after(m["at"], memory.thing(m["head"])))
    return Resolved(text, typed, _day(own, memory), named or text != scene)


def _replace(pattern: re.Pattern[str], text: str, means: Callable[[re.Match[str]], str]) -> str:
    """Each match replaced by what it means, with a capital where it has one; "" leaves it alone."""

    def found(match: re.Match[str]) -> str:
        meant = "" if _inside(match) else means(match)
        if not meant:
            return match.group()
        if match.group()[0].isupper():
            return meant[0].upper() + meant[1:]
        return meant[0].lower() + meant[1:] if meant.split(" ")[0].lower() in _COMMON else meant

    return pattern.sub(found, text)


def _inside(match: re.Match[str]) -> bool:
    """True when the question itself names before the pointer what it points to."""
    before = match.string[: match.start()]
    if match.re is _PERSON:
        # A foreign name is no person's that `find_people` knows.
        names = (name for name in analyse(before).entities if name not in PLACES)
        return bool(find_people(before)) or any(len(name) > 1 for name in names)
    if match.re in (_PLACE, _THERE):
        return bool(places(before))
    if match.re is _THEN:
        return bool(find_dates(before))
    if match.re is _EVENT:
        return bool(_ANY_EVENT.search(before))
    return match.re is _THEY and names_something(before)


def names_something(text: str) -> bool:
    """True when a name, a document number or a foreign word stands in a text."""
    asked = analyse(text)
    foreign = (t.text for t in tokens(text) if len(t.text) > 3 and t.text.isalpha() and not expansion(t.text))
    return bool(asked.entities or asked.documents) or not all(map(is_syllable, foreign))


def _typed(own: str, memory: Memory) -> str:
    """A question without the pointers that memory resolves; a document by its number is no context."""
    own = _replace(_THEN, own, lambda m: " " if memory.time(m["part"]) else "")
    own = _replace(_EVENT, own, lambda m: " " if memory.event(m["head"]) else "")
    return normalise(_replace(_THING, own, lambda m: _thing(m, memory, only_documents=True)))


def _day(own: str, memory: Memory) -> str:
    """The day that `hôm đó` or the event pointed to names; a year or a month is none."""
    then, event = _THEN.search(own), _EVENT.search(own)
    time = memory.time(then["part"]) if then else ""
    met = memory.event(event["head"]) if event else None
    return time if any(date.day for date in find_dates(time)) else met.day if met else ""


def points(question: str) -> bool:
    """True when something is pointed to that the question does not name before."""
    if any(not _inside(m) for pattern in _STRONG for m in pattern.finditer(question)):
        return True
    linked = (_LINK.search(m["words"].strip()) for m in _THING.finditer(question))
    return not all(linked) and not names_something(question)


def _person(match: re.Match[str], memory: Memory) -> str:
    name = memory.person(match.group())
    return _after(match["called"] if find_people(name) else "", name)


def _thing(match: re.Match[str], memory: Memory, *, only_documents: bool = False) -> str:
    """What the longest words before the pointer called something, in place of these words.

    Args:
        only_documents: put nothing there but a document's number.
    """
    words = match["words"].split()
    before = fold(match.string[: match.start()])
    for at in range(len(words)):
        head = " ".join(words[at:])
        found = memory.thing(head) if at < len(words) - 1 or head.lower() in _NOUNS else ""
        if found and fold(head) not in before:
            kept = [] if only_documents and not facts.document_numbers(found) else [found]
            return " ".join([*words[:at], *kept]) or " "
    return ""


def _name(event: Event | None, *, dated: bool) -> str:
    return f"{event.name} {event.day if dated else ''}".rstrip() if event else ""


def _after(preposition: str | None, found: str) -> str:
    return f"{preposition} {found}" if preposition and found else found
