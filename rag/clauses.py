"""A text as a row of units, each a word of content or a whole value, in numbered clauses and sentences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rag.mentions import Mention, Reading, read
from rag.text import tone_key


def key_set(words: str) -> frozenset[str]:
    """The tone keys of words divided by spaces."""
    return frozenset(map(tone_key, words.split()))


VALUES = frozenset({"name", "date", "number", "ordinal", "document"})
"""Kinds of unit that could be exchanged for another of the kind; the rest is `plain`."""
_ATOMS = ("date", "percent", "number", "ordinal", "document")
# Behind a comma these carry the clause on; they begin none.
_CARRYING = key_set("tại ở vào từ với theo do để nhằm bằng đến")
# Words that join clauses or lean on a verb; no content.
_LIGHT = key_set("đồng thời riêng hiện nhưng song cụ thể khi")
_TIME = key_set("quý nay ngoái tháng ngày tuần năm sáng trưa chiều tối đêm giờ phút")
# `6 tháng đầu năm` is a time, `7 năm tù` a quantity.
_PART_OF_TIME = key_set("đầu cuối qua")
_ALSO, _THAT = tone_key("còn"), tone_key("đó")
_MONTHS_OF = (tone_key("tháng"), tone_key("năm"))
_STRONG = 10


@dataclass(frozen=True, slots=True)
class Unit:
    """A word of content or a value with the function words before it and the clause it stands in.

    `opens` tells that a boundary is before it. `person` and `reach` are the index of the person whose
    name, or name and offices, the unit belongs to, or -1.
    """

    key: str
    value: Mention | None
    kind: str
    before: tuple[str, ...]
    opens: bool
    clause: int
    sentence: int
    person: int
    reach: int


@lru_cache(maxsize=2048)
def units_of(text: str) -> tuple[Unit, ...]:
    """The units of a text, left to right."""
    reading = read(text)
    atoms = {at: m for m in reversed(reading.of(*_ATOMS)) for at in range(m.first, m.last)}
    people = reading.of("person")
    reaches, names = [m.reach for m in people], [(m.first, m.last) for m in people]
    wholes = [*reaches, *((m.first, m.last) for m in reading.of("name", "person", "quote"))]
    units: list[Unit] = []
    before: list[str] = []
    carried: frozenset[str] = frozenset()
    room, clause, sentence, done = 0.0, 0, 0, -1
    for at, key in enumerate(reading.keys):
        room = max(room, _room(reading, at, wholes))
        atom = atoms.get(at)
        if atom and done >= atom.first:
            continue
        if key in _LIGHT or not (atom or reading.content[at]):
            before = [*before[:-1], key] if key == _THAT and before[-1:] == ["trong"] else [*before, key]
            continue
        if before[-1:] == [_ALSO] and key[0].isdigit():
            room = 0.0  # `còn 290 ha` begins nothing
        carrying = _CARRYING & set(before)
        opens = bool(room and units) and (room >= _STRONG or not carrying or bool(carrying & carried))
        carried = carrying if opens else carried | carrying  # a second `ở …` is a clause beside the first
        clause, sentence = clause + opens, sentence + (opens and room >= _STRONG)
        kind = _kind(reading, at, atom, _within(wholes[len(reaches) :], at) >= 0)
        owner, office = _within(names, at), _within(reaches, at)
        units.append(Unit(key, atom, kind, tuple(before), opens, clause, sentence, owner, office))
        before, room, done = [], 0.0, at
    return tuple(units)


def _room(reading: Reading, at: int, wholes: list[tuple[int, int]]) -> float:
    """The boundary before an item; inside a name, or a person's name and offices, there is none."""
    if not at or any(a < at < b for a, b in wholes):
        return 0.0
    return reading.places[at] - reading.places[at - 1] - 1


def _within(spans: list[tuple[int, int]], at: int) -> int:
    return next((i for i, (a, b) in enumerate(spans) if a <= at < b), -1)


def _kind(reading: Reading, at: int, atom: Mention | None, named: bool) -> str:
    """What a unit could be exchanged for: one of `VALUES`, or `plain`."""
    if atom is not None:
        behind = reading.keys[atom.last : atom.last + 2]
        timed = atom.kind == "number" and (behind == _MONTHS_OF or any(k in _PART_OF_TIME for k in behind))
        return "date" if timed else "number" if atom.kind == "percent" else atom.kind
    if reading.keys[at] in _TIME:
        return "date"
    inside = at > 0 and reading.places[at] - reading.places[at - 1] < _STRONG
    return "name" if named or (reading.capital[at] and inside) else "plain"
