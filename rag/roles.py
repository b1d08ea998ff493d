"""Who does what to whom: `A giao B` is not `B giao A`, though every word is the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.facts import contains_run
from rag.mentions import Mention, Reading, read
from rag.nearness import near, whole_key
from rag.text import tone_key

_REACH = 8
"""Syllables of content on either side of a verb that tell who and whom."""
_PASSIVE = frozenset(map(tone_key, ("được", "bị", "do", "bởi", "nhờ", "là")))
_CONVERSE = {
    tone_key(a): tone_key(b)
    for a, b in (
        ("mua", "bán"),
        ("bán", "mua"),
        ("thắng", "thua"),
        ("thua", "thắng"),
        ("nhận", "trao"),
        ("trao", "nhận"),
    )
}
_NO_VERB = frozenset(
    map(
        tone_key,
        "trưởng phó ban bí thư chủ tịch nhiệm trị đoàn phòng viên chức không chưa có sẽ tỉnh huyện xã "
        "thành phố".split(),
    )
)
_PRONOUNS = frozenset(map(tone_key, ("chúng", "tôi", "ta")))
_PART = re.compile(r"(?<!\w)(?:trong đó|bao gồm|gồm)(?!\w)", re.I)
_WHERE = frozenset(map(tone_key, ("tại", "ở", "vào", "trong", "ngày")))
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
    known = {key for reading in held for key in reading.keys}
    turning = [k for k in said.keys if k in _CONVERSE and k not in known and _CONVERSE[k] in known]
    for at in _pivots(said):
        key = said.keys[at]
        if turning and key not in turning:
            continue
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
        if said.keys[at] in _TOWARDS or (
            said.content[at]
            and not said.keys[at][0].isdigit()
            and not said.capital[at]
            and said.keys[at] not in _NO_VERB
            and not _named(said, at)
        ):
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
    near = [
        i for i in range(low, at) if reading.keys[i] in _PASSIVE and reading.places[at] - reading.places[i] < _REACH + 2
    ]
    return bool(near) or any(key in _PASSIVE for key in reading.keys[at + 1 : at + 3])


def _turned(said: Reading, at: int, reading: Reading, there: int, converse: bool) -> bool:
    sides = _sides(said, at, reading, there)
    if converse:
        return sides.before_kept > sides.before_moved
    if sides.before_moved > sides.before_kept and sides.behind_moved > sides.behind_kept:
        return True
    return _other_party(said, at, reading, there) or _subject_moved(said, at, reading, there, sides)


def _other_party(said: Reading, at: int, reading: Reading, there: int) -> bool:
    """Beside the verb the span names somebody else, and in its clause nobody whom the claim names."""
    beside = [
        (at + step, there + step)
        for step in (-1, 1)
        if 0 <= at + step < len(said.keys) and 0 <= there + step < len(reading.keys)
    ]
    if not any(said.keys[a] == reading.keys[b] for a, b in beside):
        return False
    low, high = there, there
    while low > 0 and reading.places[low] - reading.places[low - 1] < 10:
        low -= 1
    while high + 1 < len(reading.keys) and reading.places[high + 1] - reading.places[high] < 10:
        high += 1
    clause = set(reading.keys[low : high + 1])
    proper = _proper(reading)
    for ours, theirs in (
        (range(at - 1, -1, -1), range(there - 1, low - 1, -1)),
        (range(at + 1, len(said.keys)), range(there + 1, high + 1)),
    ):
        mine = _window(said, ours[:3], proper)
        if mine and mine <= proper and not mine & clause and len(theirs) and _window(reading, theirs[:3], proper):
            return True
    return False


def _proper(reading: Reading) -> set[str]:
    return {k for k, upper in zip(reading.keys[1:], reading.capital[1:], strict=True) if upper}


def _subject_moved(said: Reading, at: int, reading: Reading, there: int, sides: _Sides) -> bool:
    """A named subject right before the verb stands only behind it in the span, where another acts."""
    ends = [m.reach[1] for m in said.of("person", "name")]
    if _PART.search(reading.text):
        return False  # `tỉnh trồng 15.000 ha, trong đó huyện Ba Tơ 4.200 ha`: the part does what the whole does
    if at not in ends or sides.before_kept or sides.before_moved < 2:
        return False
    follows = there + 2 < len(reading.keys) and said.keys[at + 1] == reading.keys[there + 1]
    acted = there > 0 and reading.places[there] - reading.places[there - 1] == 1 and reading.content[there - 1]
    return follows and acted


def _sides(said: Reading, at: int, reading: Reading, there: int) -> _Sides:
    before = {k for i, k in enumerate(reading.keys) if i < there and reading.content[i]}
    behind = {k for i, k in enumerate(reading.keys) if i > there and reading.content[i]}
    proper = _proper(reading)
    left = _window(said, range(at - 1, -1, -1), proper)
    right = _window(said, range(at + 1, len(said.keys)), proper)
    return _Sides(
        len(left & before - behind),
        len(left & behind - before),
        len(right & behind - before),
        len(right & before - behind),
    )


def _window(said: Reading, order: range, proper: set[str]) -> set[str]:
    """The name next to a verb: the nearest syllables written with a capital, or a document's number."""
    found: list[str] = []
    gap = 0
    for i in order:
        if abs(said.places[i] - said.places[order.start]) > _REACH or (found and gap > 1) or said.keys[i] in _WHERE:
            break
        named = (
            said.content[i]
            and said.keys[i] not in _PRONOUNS
            and ((said.capital[i] and (i > 0 or said.keys[i] in proper)) or "/" in said.keys[i])
        )
        gap = 0 if named else gap + 1
        if named:
            found.append(said.keys[i])
    return set(found)


def unpaired(claim: str, spans: Sequence[str]) -> str:
    """`A và B lần lượt là C và D` is two statements; in each the spans must have the two together."""
    cut = claim.find("lần lượt")
    if cut < 0:
        return ""
    said, held = read(claim), [read(span) for span in spans]
    middle = len(read(claim[:cut]).keys)
    heads = [m for m in said.of("name", "person") if m.last <= middle]
    tails = [m for m in said.mentions if m.first >= middle and not m.kind.startswith("sense")]
    if any(contains_run(reading.keys, said.keys) for reading in held):
        return ""
    size = min(len(heads), len(tails))
    for at in range(size):
        pairs = [_together(heads[other - size], tails[at], held) for other in range(size)]
        if max(pairs) > pairs[at]:
            return "lần lượt"
    return ""


def _together(head: Mention, tail: Mention, held: Sequence[Reading]) -> float:
    whole = whole_key(head)
    return max(
        (near(r, m).get(whole, 0.0) for r in held for m in r.mentions if m.kind == tail.kind and m.value == tail.value),
        default=0.0,
    )
