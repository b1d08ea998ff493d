"""One person over many documents, with the offices held at each time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rag import facts
from rag.meetings.records import Attendee, Meeting, Moment, Stated
from rag.meetings.selecting import by_date, days_of
from rag.people import find_posts
from rag.places import PLACES

_RANKS = tuple(
    facts.keys(rank)
    for rank in "Thiếu úy|Trung úy|Thượng úy|Đại úy|Thiếu tá|Trung tá|Thượng tá|Đại tá"
    "|Thiếu tướng|Trung tướng|Thượng tướng|Đại tướng".split("|")
)
"""From below."""
_PARTY_OR_STATE = re.compile(
    r"(?<!\w)(?:bí thư|chủ tịch|ủy viên|bộ trưởng|thứ trưởng|thủ tướng|trưởng ban|phó ban|chủ nhiệm|tư lệnh|chính ủy"
    r"|chỉ huy trưởng|tham mưu trưởng|giám đốc (?:công an|sở)|đại biểu quốc hội|vụ trưởng|cục trưởng)(?!\w)",
    re.I,
)
_FIRST = re.compile(
    r"(?<!Phó )(?:Bí thư (?:Tỉnh|Thành)|Chủ tịch (?:UBND|HĐND|Ủy ban|Hội đồng|nước|Quốc hội)|Bộ trưởng|Thủ tướng)"
    r"|Thứ trưởng"
)
_CENTRAL = re.compile(r"(?<!\w)Bộ (?!Chính trị|đội|Chỉ huy|Tư lệnh|Tổng)[A-ZĐ]\w*(?: \w+)?")


@dataclass(frozen=True, slots=True)
class Office:
    """The offices that one document gives a person, at the time of its meeting."""

    document_id: str
    title: Stated | None
    rank: Stated | None
    name: Stated
    moment: Moment | None


@dataclass(frozen=True, slots=True)
class Person:
    """Everything the records say of one person, oldest first and undated last."""

    name: str
    offices: tuple[Office, ...]
    doubt: str
    """What is not certain about it, a Vietnamese sentence; empty when nothing is."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """One attendance with what tells people apart."""

    held: Office
    posts: frozenset[tuple[str, ...]]
    """Each office with the body it is in, as tone keys."""
    provinces: frozenset[tuple[str, ...]]
    ministries: frozenset[tuple[str, ...]]
    rank: int | None
    public: bool
    """An office of party, state or army."""
    leads: bool
    """First of a province, or of a ministry."""


def link(meetings: Iterable[Meeting]) -> list[Person]:
    """Attendances joined into persons, in the order of their first appearance.

    The same name is the same person when an office is shared, or when the offices go together: all of
    party, state or army, with no lower rank later. Between two provinces or ministries only those who
    lead one move, and not within a day; where a year is missing, the person says that it may be two.
    What contradicts, or fits more than one, is a person of its own.
    """
    groups: dict[tuple[str, ...], list[list[_Seen]]] = {}
    for meeting in by_date(meetings):
        for attendee in meeting.attendees:
            persons = groups.setdefault(facts.keys(attendee.name.text), [])
            _join(persons, _seen(meeting, attendee))
    return [
        Person(person[0].held.name.text, tuple(seen.held for seen in person), _doubt(person, len(persons)))
        for persons in groups.values()
        for person in persons
    ]


def _doubt(person: Sequence[_Seen], namesakes: int) -> str:
    if namesakes > 1:
        return f"Có {namesakes} người tên này được ghi riêng vì chức vụ không khớp; chưa chắc là người khác nhau."
    pairs = [(one, other) for one in person for other in person if _elsewhere(one, other)]
    if any(_last_day(one) is None or _last_day(other) is None for one, other in pairs):
        return "Chức vụ ở các nơi khác nhau mà không rõ năm; có thể là những người cùng tên."
    return ""


def _join(persons: list[list[_Seen]], seen: _Seen) -> None:
    """Put an attendance to the one person it fits; what fits none or several is a person of its own."""
    fitting = [person for person in persons if all(_fits(other, seen) for other in person)]
    sharing = [person for person in fitting if any(other.posts & seen.posts for other in person)]
    chosen = sharing or fitting
    if len(chosen) == 1:
        chosen[0].append(seen)
    else:
        persons.append([seen])


def _fits(earlier: _Seen, later: _Seen) -> bool:
    if earlier.rank is not None and later.rank is not None and later.rank < earlier.rank:
        return False
    if _elsewhere(earlier, later):
        return _moves(earlier, later)
    if earlier.posts and later.posts and not earlier.posts & later.posts:
        return earlier.public and later.public
    return True


def _elsewhere(one: _Seen, other: _Seen) -> bool:
    """In different provinces, or in different ministries."""
    return any(a and b and not a & b for a, b in ((one.provinces, other.provinces), (one.ministries, other.ministries)))


def _moves(earlier: _Seen, later: _Seen) -> bool:
    """A move of public offices: to lead, on a later day; without a year, one of the two leads."""
    if not (earlier.public and later.public):
        return False
    ended, began = _last_day(earlier), _first_day(later)
    if ended is None or began is None:
        return earlier.leads or later.leads
    return ended < began and later.leads


def _last_day(seen: _Seen) -> date | None:
    days = days_of(seen.held.moment)
    return days[1] if days else None


def _first_day(seen: _Seen) -> date | None:
    days = days_of(seen.held.moment)
    return days[0] if days else None


def _seen(meeting: Meeting, attendee: Attendee) -> _Seen:
    title = attendee.title.text if attendee.title else ""
    own = _provinces(title)
    return _Seen(
        held=Office(meeting.document_id, attendee.title, attendee.rank, attendee.name, meeting.moment),
        posts=frozenset((*facts.keys(post.office), *post.body) for post in find_posts(title)),
        # "UBND tỉnh" is of the province on whose side the person sits.
        provinces=own or _provinces(attendee.side.text if attendee.side else ""),
        ministries=frozenset(facts.keys(m.group()) for m in _CENTRAL.finditer(title)),
        rank=_rank(attendee.rank),
        public=bool(_PARTY_OR_STATE.search(title)),
        leads=bool(_FIRST.search(title)),
    )


def _provinces(words: str) -> frozenset[tuple[str, ...]]:
    spoken: Sequence[str] = facts.keys(words)
    return frozenset(place for place in PLACES if facts.contains_run(spoken, place))


def _rank(rank: Stated | None) -> int | None:
    keys = facts.keys(rank.text) if rank else ()
    return _RANKS.index(keys) if keys in _RANKS else None
