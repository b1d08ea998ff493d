"""What tells two events apart that are reported in the same prose: days, numbers, names, time of print.

A paper may leave out or add; it contradicts where *each* of two texts has a value that the other has nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from rag import facts
from rag.duplicates.stories import Story
from rag.records import Published
from rag.text import fold, tokens

_DAYS_APART = 7
"""Within these an agency's text is printed everywhere."""
_ALIKE = 0.7
"""Share of common syllables (Dice) from which two sentences say the same of something."""
_PART = re.compile(r"(sáng|trưa|chiều|tối|đêm)(?: ngày| mùng| hôm)?\s*$", re.I)
_TOLERATED = 10
"""One sentence in so many, and one in any case, may be retold with another number: a slip, or a later count."""
_COMPARED = 100
"""Changed sentences that are looked at: two long files take no minutes either."""

_Lost = Callable[[Sequence[str], Sequence[str]], Iterator[bool]]
"""For each value of some texts, whether a whole text has it nowhere."""


def contradict(one: Story, other: Story) -> bool:
    """True when two texts cannot be of the same event; symmetric."""
    if _printed_apart(one.published, other.published):
        return True
    heads = ((one.title, *one.lead), (other.title, *other.lead))
    if _replaced(*heads, one.sentences, other.sentences, (_lost_days, _lost_numbers, _lost_names)):
        return True
    return _disagreements(one.sentences, other.sentences)


def _printed_apart(one: Published | None, other: Published | None) -> bool:
    if one is None or other is None:
        return False
    (start, end), (begin, finish) = _interval(one), _interval(other)
    return max(start, begin) - min(end, finish) > _DAYS_APART


def _interval(published: Published) -> tuple[int, int]:
    """First and last day that a date of any precision may mean, counted in months of 31 days."""
    year, month, day = (*map(int, published.value.split("-")), 0, 0)[:3]
    return (year * 12 + (month or 1)) * 31 + (day or 1), (year * 12 + (month or 12)) * 31 + (day or 31)


def _replaced(
    own: Sequence[str], theirs: Sequence[str], whole: Sequence[str], other_whole: Sequence[str], kinds: Sequence[_Lost]
) -> bool:
    """True when each of two stretches has a value of some kind that the other's whole text has not."""
    return any(any(lost(own, other_whole)) and any(lost(theirs, whole)) for lost in kinds)


def _lost_days(texts: Sequence[str], whole: Sequence[str]) -> Iterator[bool]:
    """For each day of the texts, whether no day of the whole agrees with it."""
    held = [day for text in whole for day in _days(text)]
    return (not any(all(map(_agree, day, other)) for other in held) for text in texts for day in _days(text))


def _days(text: str) -> Iterator[tuple[object, ...]]:
    """(part of the day, day, month, year), None for what is not written."""
    for place in facts.date_places(text):
        if place.value[0] is not None:
            part = _PART.search(text, 0, place.start)
            yield (part[1].lower() if part else None, *place.value)


def _agree(one: object, other: object) -> bool:
    return one is None or other is None or one == other


def _lost_numbers(texts: Sequence[str], whole: Sequence[str]) -> Iterator[bool]:
    held = {value for text in whole for value in _numbers(text)}
    return (value not in held for text in texts for value in _numbers(text))


def _numbers(text: str) -> Iterator[object]:
    """Quantities, numbers of documents, ranks and ordinals."""
    yield from facts.quantities(text)
    yield from facts.document_numbers(text)
    yield from facts.ordinals(text)


def _lost_names(texts: Sequence[str], whole: Sequence[str]) -> Iterator[bool]:
    keys = [key for text in whole for key in facts.keys(text)]
    for text in texts:
        for name in facts.names(text):
            if len(name) > 1:
                yield not facts.contains_run(keys, name)


def _disagreements(one: Sequence[str], other: Sequence[str]) -> bool:
    """True when a sentence of one text is told in the other of another day or name, or too many with another number."""
    known = {facts.keys(text) for text in other}
    changed = [text for text in one if facts.keys(text) not in known]
    numbers = 0
    for text, nearest in _retold(changed[:_COMPARED], other):
        if _replaced([text], [nearest], [text], [nearest], (_lost_days, _lost_names)):
            return True
        numbers += _replaced([text], [nearest], [text], [nearest], (_lost_numbers,))
    return numbers > max(1, (len(one) - len(changed)) // _TOLERATED)


def _retold(texts: Sequence[str], others: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each text with the one of the others that says the same of something, where there is one."""
    bags = [(frozenset(_folded(other)), other) for other in others]
    for text in texts:
        own = frozenset(_folded(text))
        likeness, nearest = max(((_dice(own, bag), other) for bag, other in bags), default=(0.0, ""))
        if likeness >= _ALIKE:
            yield text, nearest


def _folded(text: str) -> Iterator[str]:
    return (fold(token.text) for token in tokens(text))


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0
