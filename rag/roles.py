"""Who does what to whom: `A giao B` is not `B giao A`, though every word is the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.mentions import Reading, read
from rag.text import tone_key

_REACH = 8
"""Syllables of content on either side of a verb that tell who and whom."""
_PASSIVE = frozenset(map(tone_key, ("được", "bị", "do", "bởi", "nhờ", "là")))
_CONVERSE = {tone_key(a): tone_key(b) for a, b in (("mua", "bán"), ("bán", "mua"), ("thắng", "thua"), ("thua", "thắng"), ("nhận", "trao"), ("trao", "nhận"))}
_TOWARDS = frozenset(map(tone_key, ("đến", "tới", "sang")))


@dataclass(frozen=True, slots=True)
class _Sides:
    """How many of a claim's words before and behind a verb stand on which side of it in a span."""

    before_kept: int
    before_moved: int
    behind_kept: int
    behind_moved: int


def exchanged(claim: str, spans: Sequence[str]) -> str:
    """The first word of the claim round which the spans have the sides the other way, or ""."""
    said = read(claim)
    held = [read(span) for span in spans]
    for at in _pivots(said):
        key = said.keys[at]
        found = [(h, i) for h in held for i in _places(h, key) if _alike(said, at, h, i)]
        converse = _CONVERSE.get(key, "") if not found else ""
        if converse:
            found = [(h, i) for h in held for i in _places(h, converse)]
        verdicts = [_turned(said, at, h, i, bool(converse)) for h, i in found]
        if verdicts and all(verdicts):
            return key
    return ""


def _pivots(said: Reading) -> Iterator[int]:
    for at in range(1, len(said.keys) - 1):
        if said.keys[at] in _TOWARDS or said.content[at] and not said.keys[at][0].isdigit() and not _named(said, at):
            yield at


def _named(said: Reading, at: int) -> bool:
    return any(m.first <= at < m.last for m in said.of("person", "name", "document"))


def _places(reading: Reading, key: str) -> Iterator[int]:
    return (i for i, k in enumerate(reading.keys) if k == key)


def _alike(said: Reading, at: int, reading: Reading, there: int) -> bool:
    """Both verbs are of the same voice; a passive turns the sides rightly."""
    return _passive(said, at) == _passive(reading, there)


def _passive(reading: Reading, at: int) -> bool:
    low = max(0, at - _REACH)
    near = [i for i in range(low, at) if reading.keys[i] in _PASSIVE and reading.places[at] - reading.places[i] < _REACH + 2]
    return bool(near) or any(key in _PASSIVE for key in reading.keys[at + 1 : at + 3])


def _turned(said: Reading, at: int, reading: Reading, there: int, converse: bool) -> bool:
    sides = _sides(said, at, reading, there)
    if converse:
        return sides.before_kept > sides.before_moved
    if sides.before_moved and sides.before_moved > 2 * sides.before_kept and sides.behind_moved > 2 * sides.behind_kept:
        return True
    return _subject_moved(said, at, reading, there, sides)


def _subject_moved(said: Reading, at: int, reading: Reading, there: int, sides: _Sides) -> bool:
    """A named subject right before the verb stands only behind it in the span, where another acts."""
    ends = [m.reach[1] for m in said.of("person", "name")]
    if at not in ends or sides.before_kept or sides.before_moved < 2:
        return False
    follows = there + 2 < len(reading.keys) and said.keys[at + 1] == reading.keys[there + 1]
    acted = there > 0 and reading.places[there] - reading.places[there - 1] == 1
    return follows and acted


def _sides(said: Reading, at: int, reading: Reading, there: int) -> _Sides:
    before = {k for i, k in enumerate(reading.keys) if i < there and reading.content[i]}
    behind = {k for i, k in enumerate(reading.keys) if i > there and reading.content[i]}
    left = _window(said, range(at - 1, -1, -1))
    right = _window(said, range(at + 1, len(said.keys)))
    return _Sides(
        len(left & before - behind), len(left & behind - before), len(right & behind - before), len(right & before - behind)
    )


def _window(said: Reading, order: range) -> set[str]:
    """The names and numbers beside a verb: what is written with a capital or in digits."""
    found: list[str] = []
    for i in order:
        if len(found) == _REACH or abs(said.places[i] - said.places[order.start]) > 2 * _REACH:
            break
        if said.content[i] and (said.capital[i] or said.keys[i][0].isdigit()):
            found.append(said.keys[i])
    return set(found)
