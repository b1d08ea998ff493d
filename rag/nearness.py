"""How near two things stand in a sentence, and so how surely they belong together.

Nearness falls with the distance on the line of `Reading.places`; items of a list share what stands
before the list, and a date that opens a sentence goes with all of its first clause.
"""

from __future__ import annotations

from rag.found import CLASS_KEYS
from rag.mentions import Mention, Reading
from rag.text import tone_key

_HALF = 6.0
"""Distance in syllables at which nearness is one half."""
_FRONTED = 5.0
_TOPIC = 6.0
_PLACE_KEYS = frozenset(map(tone_key, "huyện xã tỉnh phường quận châu thôn bản sông đường hồ cầu đèo".split()))


def near(reading: Reading, mention: Mention) -> dict[str, float]:
    """Nearness, 0 to 1, of every content key outside the mention; items of a list share their context."""
    at = reading.mentions.index(mention)
    if at not in reading.memo:
        reading.memo[at] = _nearness(reading, mention)
    return reading.memo[at]


def head(reading: Reading, mention: Mention) -> Mention:
    """The first item of the list that the mention stands in, or the mention itself."""
    same = reading.of(mention.kind)
    at = same.index(mention)
    while at and _listed(reading, same[at - 1], same[at], mention.kind):
        at -= 1
    return same[at]


def _tail(reading: Reading, mention: Mention) -> Mention:
    same = reading.of(mention.kind)
    at = same.index(mention)
    while at + 1 < len(same) and _adjoining(reading, same[at], same[at + 1]):
        at += 1
    return same[at]


def _nearness(reading: Reading, mention: Mention) -> dict[str, float]:
    first, last = head(reading, mention), _tail(reading, mention)
    found: dict[str, float] = {}

    def put(key: str, index: int) -> None:
        weight = 0.5 ** (_distance(reading, mention, first, last, index) / _HALF)
        found[key] = max(found.get(key, 0.0), weight)

    for index, key in enumerate(reading.keys):
        if reading.content[index] and not mention.first <= index < mention.last:
            put(key, index)
    for other in reading.mentions:
        apart = other.last <= mention.first or other.first >= mention.last
        if apart and not other.kind.startswith("sense"):
            put(whole_key(other), other.first)
            put(whole_key(other), other.last - 1)
    return found


def _distance(reading: Reading, mention: Mention, head: Mention, tail: Mention, index: int) -> float:
    here, places = reading.places[index], reading.places
    if mention.reach[0] <= index < mention.reach[1]:
        return 1.0
    if index < head.reach[0]:
        return _topical(reading, head, index, places[head.reach[0]] - here)
    if index >= tail.reach[1]:
        return min(here - places[tail.reach[1] - 1], _FRONTED if _fronted(reading, mention, index) else 1e9)
    if index < mention.reach[0]:
        return _topical(reading, mention, index, places[mention.reach[0]] - here)
    return abs(here - places[mention.reach[1] - 1])


def _topical(reading: Reading, mention: Mention, index: int, distance: float) -> float:
    """What stands before in the same clause is its topic and loses little by distance."""
    if distance <= _TOPIC or reading.segments[index] != reading.segments[mention.reach[0]]:
        return distance
    return _TOPIC + (distance - _TOPIC) / 4


def _fronted(reading: Reading, mention: Mention, index: int) -> bool:
    """A date before the sentence (`Sáng 4/12, …`) goes with all of its first clause."""
    if mention.kind != "date" or mention.first > 3 or index < mention.last:
        return False
    places = reading.places
    steps = [places[i + 1] - places[i] for i in range(mention.last - 1, index)]
    others = any(m is not mention and mention.last <= m.first <= index for m in reading.of("date"))
    return steps[0] > 1 and max(steps) < 10 and not others


def whole_key(mention: Mention) -> str:
    """A mention as one word of context; `xã Tân An` and `Tân An` are one."""
    value = (
        mention.value[1:]
        if mention.kind == "name" and len(mention.value) > 2 and mention.value[0] in _PLACE_KEYS
        else mention.value
    )
    return "=" + " ".join(map(str, value))


def _adjoining(reading: Reading, first: Mention, second: Mention) -> bool:
    """Nothing of content between two values of a kind: `A, B và C dự họp`."""
    return not any(reading.content[first.reach[1] : second.reach[0]])


def _listed(reading: Reading, before: Mention, mention: Mention, kind: str) -> bool:
    """A value that opens its part of a list, and so shares what stands before the list."""
    if kind not in ("person", "number", "percent", "name"):
        return _adjoining(reading, before, mention)
    items = range(before.last, mention.first)
    opening = next((i for i in reversed(items) if reading.places[i + 1] - reading.places[i] > 1), before.last - 1) + 1
    if opening <= before.last and not any(reading.content[before.last : mention.first]):
        return True
    room = reading.places[opening] - reading.places[opening - 1]
    parted = 1 < room < 10 or (room >= 10 and kind != "name")
    return parted and not any(
        reading.content[i] and reading.keys[i] not in CLASS_KEYS for i in range(opening, mention.first)
    )
