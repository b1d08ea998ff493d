"""Answers from records: every member of a list, each quoted from its document; nothing is phrased by a model."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag import facts
from rag.compose import Composed, Said, listed
from rag.context import DocumentContext, read_context
from rag.evidence import Scored
from rag.meetings.asked import LISTS, Asked, Keys, Meant, Sought, spoken_of, understood
from rag.meetings.matching import (
    Event,
    attendees,
    events,
    fits,
    has_words,
    meant_by,
    of_the_part,
    of_the_time,
    requested,
)
from rag.meetings.records import Attendee, Kind, Meeting, Stated
from rag.people import find_people
from rag.places import PROVINCE_NAMES
from rag.verify import check

if TYPE_CHECKING:
    from rag.library import Library

Line = tuple[Said, ...]
_MOST = 24
"""Lines of a list at most; a longer one is left to `hoidap meetings list`."""
CONFIDENCE = 0.9
"""Of an answer from records."""
_GAP = 3
"""Characters between a name and its offices at most, where they are shown together."""
_ITEM = re.compile(
    r"\s*(?:[-–•*+]|\d{1,2}[.)])\s+(?:(?:các )?(?:đồng chí|đ/c|ông|bà)[\s:.]|[^\W\d_]+ [^\W\d_]+ [^\W\d_]+\s*[-–,])",
    re.I,
)
"""A line of a list that begins with a person."""
_PROVINCES = tuple(facts.keys(name) for name in PROVINCE_NAMES)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the records say to a question that is theirs; no answer where no meeting is as it was asked."""

    answer: Composed | None


def from_records(
    library: Library, question: str, before: Sequence[str] = (), *, within: Collection[str] | None = None
) -> Recorded | None:
    """What the records say; None when the question is not theirs or they do not settle it.

    Args:
        question: in normal form with its tone marks, without context.
        before: earlier questions of the conversation, the latest first; they say which meetings are meant
            where this one does not.
        within: ids of the documents whose records alone count.
    """
    asked = understood(question)
    if asked is None:
        return None
    if asked.beyond:
        return Recorded(None)
    everyone = events([m for m in library.meetings() if within is None or m.document_id in within])
    scope = _scope(asked, before)
    if asked.sought is Sought.SHARED and not _known(asked, everyone):
        return None
    matching = [event for event in everyone if fits(event, asked) and _within(event, scope)]
    timely = [event for event in matching if of_the_time(event, asked)]
    if any(of_the_part(event, asked.part) is None for event in timely):
        return None
    sure = [event for event in timely if of_the_part(event, asked.part)]
    if not sure:
        return Recorded(None) if _settled(asked, everyone) else None
    chosen = _chosen(sure, asked, scope)
    if not chosen:
        return None
    pages = _Pages(library)
    if asked.sought in (Sought.ATTENDEES, Sought.SHARED) and not all(pages.lists_all(event) for event in chosen):
        return None
    lines = list(_LINES[asked.sought](pages, asked, chosen))
    undated: list[Line] = []
    if asked.sought in (Sought.MEETINGS, Sought.PROVINCES):
        unsure = [event for event in matching if of_the_time(event, asked) is None]
        undated = list(_meetings(pages, asked, unsure))
    if not lines or len(lines) + len(undated) > _MOST or not _proven((*lines, *undated), question):
        return None
    return Recorded(listed([*lines, *undated], undated=len(undated)))


def _scope(asked: Asked, before: Sequence[str]) -> Asked | None:
    """The latest earlier question that says which meetings a question means that does not say it itself."""
    if not (asked.bare or (asked.sought is Sought.OFFICE and not asked.dates and not asked.kind)):
        return None
    return next((found for found in map(spoken_of, before) if not found.bare), None)


def _within(event: Event, scope: Asked | None) -> bool:
    return scope is None or (
        fits(event, scope) and of_the_time(event, scope) is True and of_the_part(event, scope.part) is not False
    )


def _settled(asked: Asked, everyone: Sequence[Event]) -> bool:
    """True when the records know every word of a question for meetings: then none is as it was asked."""
    lists = asked.sought in LISTS
    # Who chaired is often not stated, so nothing follows from its absence.
    return lists and not asked.chaired and bool(everyone) and _known(asked, everyone)


def _known(asked: Asked, everyone: Sequence[Event]) -> bool:
    """True when all the words that are left of a question stand in some record."""
    return all(any(has_words(event, run) for event in everyone) for run in asked.meant.words)


def _chosen(found: Sequence[Event], asked: Asked, scope: Asked | None) -> Sequence[Event]:
    """The events that a question can be about; none where that is not clear."""
    unsaid = asked.bare and scope is None
    if asked.sought is Sought.SHARED:
        if asked.count and unsaid and len(found) != asked.count:
            kinds = [[event for event in found if event[0].kind is kind] for kind in Kind]
            of_size = [group for group in kinds if len(group) == asked.count]
            return of_size[0] if len(of_size) == 1 else ()
        return found if len(found) == (asked.count or max(2, len(found))) else ()
    if asked.sought is Sought.OFFICE:
        return found if len(found) == 1 and (scope or asked.dates or asked.kind) else ()
    if asked.sought in (Sought.ATTENDEES, Sought.DECISIONS, Sought.TOPIC):
        return found if len(found) == 1 else ()
    return () if unsaid and asked.sought in (Sought.OFFICES, Sought.REQUESTS) else found


class _Pages:
    """The sentences of the documents that are quoted, each document read once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._read: dict[str, tuple[str, DocumentContext]] = {}

    def covering(self, meeting: Meeting, start: int, end: int) -> tuple[Scored, ...]:
        """The sentences that hold a stretch of the meeting's document, in text order."""
        _, context = self._page(meeting)
        inside = (s for s in context.sentences if s.start < end and start < s.end)
        return tuple(Scored(sentence, context, 1.0, True) for sentence in inside)

    def lists_all(self, event: Event) -> bool:
        """False when a report lists people, a line for each, whom no record of the event has."""
        known = {facts.keys(attendee.name.text) for attendee in attendees(event)}
        listed = (
            facts.keys(person.name)
            for meeting in event
            for sentence in self._page(meeting)[1].sentences
            if _ITEM.match(sentence.text)
            for person in find_people(sentence.text)
        )
        return known.issuperset(listed)

    def words(self, meeting: Meeting, start: int, end: int) -> str:
        text, _ = self._page(meeting)
        return text[start:end]

    def _page(self, meeting: Meeting) -> tuple[str, DocumentContext]:
        key = meeting.document_id
        if key not in self._read:
            with self._library.database.snapshot():
                context = read_context(self._library, self._library.document(key))
                self._read[key] = self._library.text(key), context
        return self._read[key]


def _meetings(pages: _Pages, asked: Asked, found: Sequence[Event]) -> Iterator[Line]:
    """What says which meeting it was, when and where, then the words that show the people meant were there."""
    for event in found:
        meeting = event[0]
        said = _lead(pages, meeting)
        text = " ".join(each.text for each in said)
        if not said or (asked.sought is Sought.PROVINCES and not _province(text)):
            continue
        parts = [Meant(people=(p,)) for p in asked.meant.people] or [Meant(offices=(o,)) for o in asked.meant.offices]
        for part in parts:
            who = next((a for a in meeting.attendees if meant_by(a, part)), None)
            if who and not facts.contains_run(facts.keys(text), facts.keys(who.name.text)):
                said.append(_introduced(pages, meeting, who))
        yield tuple(said)


def _lead(pages: _Pages, meeting: Meeting) -> list[Said]:
    """The sentence with the time; before it the title where that sentence names no meeting, as in minutes."""
    stated = meeting.moment.stated if meeting.moment else meeting.kind_stated
    lead = pages.covering(meeting, stated.start, stated.end)[:1]
    called = meeting.title or meeting.kind_stated
    title = pages.covering(meeting, called.start, called.end)[:1]
    named = any(s.sentence.start <= meeting.kind_stated.start < s.sentence.end for s in lead)
    return [Said(s.sentence.text, (s,)) for s in (lead if named or title == lead else (*title, *lead))]


def _province(text: str) -> bool:
    keys = facts.keys(text)
    return any(facts.contains_run(keys, province) for province in _PROVINCES)


def _introduced(pages: _Pages, meeting: Meeting, who: Attendee) -> Said:
    """The words that introduce somebody, rank, name and offices as far as they stand together."""
    parts = sorted((p for p in (who.rank, who.name, who.title, who.other_title) if p), key=lambda part: part.start)
    at = parts.index(who.name)
    first = last = at
    while first > 0 and parts[first].start - parts[first - 1].end <= _GAP:
        first -= 1
    while last + 1 < len(parts) and parts[last + 1].start - parts[last].end <= _GAP:
        last += 1
    start, end = parts[first].start, parts[last].end
    return Said(pages.words(meeting, start, end), pages.covering(meeting, start, end))


def _attendees(pages: _Pages, asked: Asked, found: Sequence[Event]) -> Iterator[Line]:
    """Every sentence that names somebody who was there, on the side that is asked for."""
    seen = set()
    for meeting in found[0]:
        for who in meeting.attendees:
            for scored in pages.covering(meeting, who.name.start, who.name.end):
                if scored.sentence.id not in seen and _on_side(who, asked.side) and not _left_out(who, asked):
                    seen.add(scored.sentence.id)
                    yield (Said(scored.sentence.text, (scored,)),)


def _on_side(who: Attendee, side: Keys) -> bool:
    own = [facts.keys(part.text) for part in (who.side, who.title, who.other_title) if part]
    return not side or any(facts.contains_run(keys, side) for keys in own)


def _left_out(who: Attendee, asked: Asked) -> bool:
    return facts.keys(who.name.text) in asked.but


def _shared(pages: _Pages, asked: Asked, found: Sequence[Event]) -> Iterator[Line]:
    """Everybody who was at all of the events, with a sentence of each."""
    for who in attendees(found[0]):
        name = facts.keys(who.name.text)
        proofs = [_naming(pages, event, name) for event in found]
        if all(proofs) and not _left_out(who, asked):
            yield (Said(who.name.text, tuple(proof[0] for proof in proofs)),)


def _naming(pages: _Pages, event: Event, name: Keys) -> tuple[Scored, ...]:
    named = ((m, a.name) for m in event for a in m.attendees if facts.keys(a.name.text) == name)
    return next((pages.covering(meeting, at.start, at.end) for meeting, at in named), ())


def _offices(pages: _Pages, asked: Asked, found: Sequence[Event]) -> Iterator[Line]:
    """How each report introduces the person, in order of time, every title once; nobody if it could be two."""
    reports = [(meeting, who) for event in found for meeting in event for who in meeting.attendees]
    own = [(meeting, who) for meeting, who in reports if who.title and meant_by(who, asked.meant)]
    if len({facts.keys(who.name.text) for _, who in own}) != 1:
        return
    titles = [facts.keys(who.title.text) for _, who in own if who.title]
    for at, (meeting, who) in enumerate(own):
        longer = (title for title in titles if len(title) > len(titles[at]))
        if titles[at] not in titles[:at] and not any(facts.contains_run(title, titles[at]) for title in longer):
            yield (_introduced(pages, meeting, who),)


def _requests(pages: _Pages, asked: Asked, found: Sequence[Event]) -> Iterator[Line]:
    """Every sentence of each request."""
    spans = ((m, r.content) for event in found for m in event for r in m.requests if requested(r, m, asked))
    return _sentences(pages, spans)


def _decisions(pages: _Pages, asked: Asked, found: Sequence[Event]) -> Iterator[Line]:
    return _sentences(pages, ((m, d.content) for event in found for m in event for d in m.decisions))


def _topic(pages: _Pages, asked: Asked, found: Sequence[Event]) -> Iterator[Line]:
    """The sentence that says when and where, where it says what about too, else all that say what about."""
    lead = next(_meetings(pages, asked, found), ())
    topics = [(meeting, topic) for meeting in found[0] for topic in meeting.topics]
    if lead and any(topic.text in said.text for said in lead for _, topic in topics):
        yield lead
    else:
        yield from _sentences(pages, topics)


def _sentences(pages: _Pages, spans: Iterable[tuple[Meeting, Stated]]) -> Iterator[Line]:
    seen = set()
    for meeting, span in spans:
        for scored in pages.covering(meeting, span.start, span.end):
            if scored.sentence.id not in seen:
                seen.add(scored.sentence.id)
                yield (Said(scored.sentence.text, (scored,)),)


def _proven(lines: Iterable[Line], question: str) -> bool:
    """True when the gate supports every word: a list with a doubtful member is no list."""
    said = [said for line in lines for said in line]
    return all(check(s.text, [p.sentence.text for p in s.proofs], question=question).supported for s in said)


_LINES = {
    Sought.MEETINGS: _meetings,
    Sought.PROVINCES: _meetings,
    Sought.ATTENDEES: _attendees,
    Sought.SHARED: _shared,
    Sought.OFFICES: _offices,
    Sought.OFFICE: _offices,
    Sought.REQUESTS: _requests,
    Sought.DECISIONS: _decisions,
    Sought.TOPIC: _topic,
}
