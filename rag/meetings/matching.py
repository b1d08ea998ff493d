"""Which meetings, people and requests a question means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag import facts
from rag.dates import DateMention
from rag.meetings.asked import Asked, HeldOffice, Keys, Meant, Sought
from rag.meetings.records import Attendee, Meeting, Moment, Request, Stated
from rag.people import find_people, find_posts

Event = tuple[Meeting, ...]
"""One meeting as one or several documents report it, the fullest report first."""
_UNKNOWN = 9999


def events(meetings: Sequence[Meeting]) -> list[Event]:
    """Reports of the same meeting together, in order of time; without a year last."""
    groups: list[list[Meeting]] = []
    of_day: dict[tuple[object, ...], list[list[Meeting]]] = {}
    for meeting in meetings:
        moment = meeting.moment
        # Only what `_same` can join is compared, so that thousands of meetings stay quick.
        near = of_day.setdefault((meeting.kind, moment and (moment.day, moment.month)), [])
        same = next((group for group in near if any(_same(meeting, other) for other in group)), None)
        if same is None:
            same = []
            groups.append(same)
            near.append(same)
        same.append(meeting)
    found = [tuple(sorted(group, key=lambda m: -len(m.attendees))) for group in groups]
    return sorted(found, key=lambda event: _time(event[0]))


def _same(one: Meeting, other: Meeting) -> bool:
    """The same day as far as both say, the same kind, and somebody who was at both."""
    a, b = one.moment, other.moment
    if a is None or b is None or one.kind != other.kind or (a.day, a.month) != (b.day, b.month) or a.day is None:
        return False
    if not {a.year, b.year} <= {a.year or b.year, None} or not {a.part, b.part} <= {a.part or b.part, None}:
        return False
    return bool(_names(one) & _names(other))


def _names(meeting: Meeting) -> set[Keys]:
    return {facts.keys(attendee.name.text) for attendee in meeting.attendees}


def _time(meeting: Meeting) -> tuple[int, int, int, str]:
    moment = meeting.moment
    parts = (moment.year, moment.month, moment.day) if moment else (None, None, None)
    year, month, day = (_UNKNOWN if part is None else part for part in parts)
    return year, month, day, meeting.document_id


def of_the_time(event: Event, asked: Asked) -> bool | None:
    """True when the event is of one of the asked dates, or between them; None when only its year is not known."""
    moment = event[0].moment
    if asked.between:
        return _between(moment, *asked.dates)
    verdicts = [_stated(moment, date) for date in asked.dates]
    return True if not verdicts or True in verdicts else None if None in verdicts else False


def _between(moment: Moment | None, first: DateMention, last: DateMention) -> bool | None:
    if moment is None or moment.month is None:
        return False
    low, high = (first.month or 1, first.day or 1), (last.month or 12, last.day or 31)
    own, since = (moment.month, moment.day or 1), first.year or last.year
    if last.year is None or since is None:
        return low <= own <= high
    if moment.year is None:
        return None if since < last.year or low <= own <= high else False
    return (since, *low) <= (moment.year, *own) <= (last.year, *high)


def of_the_part(event: Event, part: str | None) -> bool | None:
    """True when the event is of this part of the day; None when no report says of which it is."""
    parts = {meeting.moment.part for meeting in event if meeting.moment} - {None}
    return True if part is None else part in parts if parts else None


def _stated(moment: Moment | None, date: DateMention) -> bool | None:
    if moment is None:
        return False if date.day or date.month else None
    if any(given is not None and ours != given for given, ours in ((date.day, moment.day), (date.month, moment.month))):
        return False
    return None if date.year and moment.year is None else date.year in (None, moment.year)


def fits(event: Event, asked: Asked) -> bool:
    """True when the event is of the kind and has the people, offices and words that are asked for."""
    if asked.kind and event[0].kind is not asked.kind:
        return False
    words = [has_words(event, run) for run in asked.meant.words]
    # Of several meetings each is one of the places that are named, not all of them.
    held = any(words) or not words if asked.sought is Sought.SHARED else all(words)
    if asked.sought is Sought.REQUESTS:
        return any(requested(request, meeting, asked) for meeting in event for request in meeting.requests)
    return held and of_people(event, asked.meant, chaired=asked.chaired)


def of_people(event: Event, meant: Meant, *, chaired: bool = False) -> bool:
    """True when everybody who is meant was there; one person and one office mean one person in that office."""
    people = [attendee for attendee in attendees(event) if attendee.chairs or not chaired]
    if len(meant.people) == len(meant.offices) == 1:
        return any(meant_by(attendee, meant) for attendee in people)
    parts = [Meant(people=(p,)) for p in meant.people] + [Meant(offices=(o,)) for o in meant.offices]
    return all(any(meant_by(attendee, part) for attendee in people) for part in parts)


def attendees(event: Event) -> Iterator[Attendee]:
    """Everybody at the event, each once, as the fullest report names them."""
    seen: set[Keys] = set()
    for meeting in event:
        for attendee in meeting.attendees:
            name = facts.keys(attendee.name.text)
            if name not in seen:
                seen.add(name)
                yield attendee


def meant_by(attendee: Attendee, meant: Meant) -> bool:
    """True when the attendee has one of the names and one of the offices; a given name alone is enough."""
    name = facts.keys(attendee.name.text)
    named = not meant.people or any(called(name, person) for person in meant.people)
    return named and all(_holds(attendee, office) for office in meant.offices)


def called(name: Keys, meant: Keys) -> bool:
    """True when a name ends as it was given: `Lan Anh` is never meant by `Lan`."""
    return name[-len(meant) :] == meant


def _holds(attendee: Attendee, office: HeldOffice) -> bool:
    own = [part.text for part in (attendee.rank, attendee.title, attendee.other_title) if part]
    titles = {facts.keys(post.office) for text in own for post in find_posts(text)}
    said = {key for text in (*own, attendee.side.text if attendee.side else "") for key in facts.keys(text)}
    return office.title in titles and said.issuperset(office.body)


def has_words(event: Event, run: Keys) -> bool:
    """True when the words stand together in one field of a record."""
    return any(facts.contains_run(facts.keys(text), run) for meeting in event for text in _texts(meeting))


def _texts(meeting: Meeting) -> Iterator[str]:
    fields: list[Stated | None] = [meeting.title, meeting.place, *meeting.other_places, *meeting.topics]
    for attendee in meeting.attendees:
        fields += [attendee.title, attendee.other_title, attendee.side]
    yield from (field.text for field in fields if field)


def requested(request: Request, meeting: Meeting, asked: Asked) -> bool:
    """True when the request is by and to whom the question means; to nobody named may be to any side of the meeting."""
    by = _is(request.by, meeting, asked.meant) if asked.meant else True
    if request.to is None:
        return by and all(has_words((meeting,), run) for run in asked.to.words) and of_people((meeting,), asked.to)
    return by and (_is(request.to, meeting, asked.to) if asked.to else True)


def _is(stated: Stated | None, meeting: Meeting, meant: Meant) -> bool:
    """True when these words, or what the record knows of the person they name, have all that is meant."""
    if stated is None:
        return False
    keys = facts.keys(stated.text)
    everyone = [(a, facts.keys(a.name.text)) for a in meeting.attendees]
    held = [(a, name) for a, name in everyone if facts.contains_run(keys, name)]
    named = [a for a, name in held if not any(len(o) > len(name) and facts.contains_run(o, name) for _, o in held)]
    texts = [stated.text, *(part.text for a in named for part in (a.rank, a.title, a.other_title, a.side) if part)]
    known = [facts.keys(text) for text in texts]
    said = {key for run in known for key in run}
    offices = {facts.keys(post.office) for text in texts for post in find_posts(text)}
    names = [facts.keys(name) for name in (*(p.name for p in find_people(stated.text)), *(a.name.text for a in named))]
    return (
        all(any(facts.contains_run(run, word) for run in known) for word in meant.words)
        and all(any(called(name, person) for name in names) for person in meant.people)
        and all(office.title in offices and said.issuperset(office.body) for office in meant.offices)
    )  # fmt: skip
