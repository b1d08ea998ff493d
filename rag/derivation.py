"""Whether a claim can be derived from its spans by leaving out and by small moves.

A claim is read as a walk through the spans: each of its words is laid on one place there, with as few
jumps as possible. Leaving out the end, or a piece within a clause, is free. What a jump may do is
little, since a right claim that is rejected costs only its wording and a wrong one costs trust:
a jump over a boundary starts from a subject and lands where a clause begins, a step back carries a
time or a place, or turns a passive.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.binding import same
from rag.facts import contains_run
from rag.found import CLASS_KEYS
from rag.mentions import Mention, Reading, read
from rag.text import tone_key


def _keys(words: str) -> frozenset[str]:
    return frozenset(map(tone_key, words.split()))


_ATOMS = ("date", "percent", "number", "ordinal", "document")
_ADVERBIAL = _keys("nếu căn tại ở trong vào từ đến tới ngày tháng năm sáng trưa chiều tối đêm theo trước sau khi qua bằng với lúc hồi cuối đầu giữa")
_MERGING = _keys("tại ở vào từ với theo do để nhằm bằng đến")
_PREPOSITIONS = _keys("về cho do với tại ở từ đến trong vào để vì của")
_TURNING = _keys("được bị do bởi của là có nhờ gồm")
_OPENING = _keys("yêu cầu giao nghị xuất biết mạnh định hay rằng do có gồm là cho phép kiến đề thấy")
_SAYING = _keys("yêu cầu giao nghị xuất biết mạnh định rằng phép kiến đề thấy")
_COMPARING = _keys("tăng giảm đạt chiếm bằng cao thấp vượt hơn tương trị dài rộng")
_EACH = _keys("mỗi từng")
_LIGHT = _keys("đồng thời riêng hiện nhưng song cụ thể khi")
_BLOCKING = _keys("không chưa chẳng nếu trừ dự dự_kiến")
_ORDER = {tone_key(w): c for w, c in (("trước", 1), ("sau", 2), ("từ", 3), ("đến", 4), ("tới", 4), ("hết", 5))}


@dataclass(frozen=True, slots=True)
class Unit:
    """A word of content or a value; `room` is the boundary before it: 0, or the size of the largest step."""

    key: str
    value: Mention | None
    before: tuple[str, ...]
    room: float
    kind: str
    reach: int
    person: int


@dataclass(frozen=True, slots=True)
class Row:
    units: tuple[Unit, ...]
    segment: tuple[int, ...]
    """Clause of each unit; a new one begins at a boundary."""
    sentence: tuple[int, ...]


_SPAN = _keys("đầu cuối qua")
_TIME = _keys("quý nay ngoái tháng ngày tuần năm sáng trưa chiều tối đêm giờ phút")


def _kind(reading: Reading, at: int, atom: Mention | None, named: bool) -> str:
    """What a unit could be exchanged for: a date, a number, an ordinal, a document, a name, or plain words."""
    if atom is not None:
        timed = atom.kind == "number" and any(k in _SPAN for k in reading.keys[atom.last : atom.last + 2])
        return "date" if timed else "number" if atom.kind == "percent" else atom.kind
    if reading.keys[at] in _TIME:
        return "date"
    return "name" if named or (reading.capital[at] and at and reading.places[at] - reading.places[at - 1] < 10) else "plain"


@lru_cache(maxsize=2048)
def row(text: str) -> Row:
    """The units of a text with the clause and the sentence that each stands in."""
    reading = read(text)
    atoms = {}
    for mention in reading.of(*_ATOMS):
        for at in range(mention.first, mention.last):
            atoms.setdefault(at, mention)
    whole = [(m.first, m.last) for m in reading.of("name", "person", "quote")]
    people = reading.of("person")
    reaches = [m.reach for m in people]
    units: list[Unit] = []
    segments: list[int] = []
    sentences: list[int] = []
    before: list[str] = []
    room, segment, sentence, last = 0.0, 0, 0, -1
    for at, key in enumerate(reading.keys):
        step = reading.places[at] - reading.places[at - 1] - 1 if at else 0.0
        if any(a < at < b for a, b in whole) or any(a < at < b for a, b in reaches):
            step = 0.0
        room = max(room, step)
        atom = atoms.get(at)
        if atom and last >= atom.first:
            continue
        if key in _LIGHT or not (atom or reading.content[at]):
            if before[-1:] == ["trong"] and key == "đo2":
                before.pop()
            before.append(key)
            continue
        if before[-1:] == ["con1"] and key[0].isdigit():
            room = 0.0
        if room and units and not (room < 10 and (set(before) & _MERGING)):
            segment += 1
            sentence += room >= 10
        elif units:
            room = 0.0
        reach = next((i for i, (a, b) in enumerate(reaches) if a <= at < b), -1)
        person = next((i for i, m in enumerate(people) if m.first <= at < m.last), -1)
        named = any(a <= at < b for a, b in whole)
        units.append(Unit(key, atom, tuple(before), room, _kind(reading, at, atom, named), reach, person))
        segments.append(segment)
        sentences.append(sentence)
        before, room = [], 0.0
        last = at
    return Row(tuple(units), tuple(segments), tuple(sentences))


@dataclass(frozen=True, slots=True)
class Spot:
    span: int
    at: int


def _places(unit: Unit, rows: Sequence[Row]) -> list[Spot]:
    found = []
    for s, r in enumerate(rows):
        for i, other in enumerate(r.units):
            if unit.value is not None and other.value is not None:
                if unit.value.kind == other.value.kind and same(unit.value, other.value) and ("/" not in unit.key or unit.value.kind == "document" or unit.value.kind == "date" or unit.key == other.key):
                    found.append(Spot(s, i))
            elif unit.key == other.key and unit.value is None and other.value is None:
                found.append(Spot(s, i))
    return found


def _cost(a: Spot, b: Spot, rows: Sequence[Row]) -> float:
    """Price of going on from one place to another; a number is not parted from its noun lightly."""
    value = rows[a.span].units[a.at].value
    split = value is not None and value.kind in ("number", "percent") and (a.span, a.at + 1) != (b.span, b.at)
    return _step(a, b, rows) + 0.5 * split


def _step(a: Spot, b: Spot, rows: Sequence[Row]) -> float:
    if a.span != b.span:
        return 4.0
    r = rows[a.span]
    if b.at == a.at + 1 and r.segment[a.at] == r.segment[b.at]:
        return 0.0
    if r.segment[a.at] == r.segment[b.at]:
        return 1.0 if b.at > a.at else 2.0
    start = b.at == 0 or r.segment[b.at - 1] != r.segment[b.at]
    return (2.0 if b.at > a.at else 3.0) + (0.0 if start else 0.5) + (1.0 if r.sentence[a.at] != r.sentence[b.at] else 0)


def path(said: Row, rows: Sequence[Row]) -> list[tuple[int, Spot]]:
    """The cheapest walk: claim unit and its place, units that stand nowhere left out."""
    layers = [(i, places) for i, unit in enumerate(said.units) if (places := _places(unit, rows))]
    if not layers:
        return []
    best = [(0.0, (spot,)) for spot in layers[0][1]]
    for _, places in layers[1:]:
        best = [min(((c + _cost(way[-1], spot, rows), (*way, spot)) for c, way in best), key=lambda x: x[0]) for spot in places]
    way = min(best, key=lambda x: x[0])[1]
    return [(i, spot) for (i, _), spot in zip(layers, way, strict=True)]


@dataclass(frozen=True, slots=True)
class Block:
    """Units `[first, last]` of the claim laid on `[low, high]` of one clause of one span."""

    first: int
    last: int
    span: int
    low: int
    high: int


def blocks(said: Row, rows: Sequence[Row]) -> list[Block]:
    found: list[Block] = []
    for i, spot in path(said, rows):
        b = found[-1] if found else None
        if b and b.span == spot.span and rows[b.span].segment[b.high] == rows[b.span].segment[spot.at] and spot.at > b.high and not _moves(said, i, b, rows):
            found[-1] = Block(b.first, i, b.span, b.low, spot.at)
        else:
            found.append(Block(i, i, spot.span, spot.at, spot.at))
    return found


def _moves(said: Row, i: int, b: Block, rows: Sequence[Row]) -> bool:
    return False


def underivable(claim: str, spans: Sequence[str]) -> str:
    """What no licensed walk explains, or ""."""
    said, rows = row(claim), [row(span) for span in spans]
    walk = blocks(said, rows)
    view = View(said, rows, walk)
    kept = [b for b in walk if not view.movable(b)]
    found = view.substituted()
    if found:
        return found
    turned = 0
    for a, b in zip(kept, kept[1:]):
        mirrored = said.units[b.first].room > 0 and not view.adverbial(a)
        if view.clause(a) != view.clause(b) and view.repeated(a, b):
            turned += 1
        if view.clause(a) == view.clause(b):
            turned += b.low < a.low
            between = {k for u in said.units[a.first : b.last + 1] for k in u.before}
            if b.low < a.low and not between & _TURNING and turned > 1:
                return "turned: " + view.show(b)
        elif not mirrored:
            wrong = view.back(a, b) if a.span == b.span and b.low < a.low else view.onward(a, b)
            if wrong:
                return f"{wrong}: {view.show(b)}"
    wrong_period = periods(claim) - {k for span in spans for k in periods(span)}
    return "period: " + wrong_period.pop() if wrong_period else _gaps(said, rows)


class View:
    """A claim laid on its spans: what each clause gave and what it kept."""

    def __init__(self, said: Row, rows: Sequence[Row], walk: list[Block]) -> None:
        self.said, self.rows, self.walk = said, rows, walk
        self.taken = {(s.span, s.at) for _, s in path(said, rows)}
        self.keys = {u.key for u in said.units}

    def show(self, b: Block) -> str:
        return " ".join(u.key for u in self.said.units[b.first : b.last + 1])

    def clause(self, b: Block) -> tuple[int, int]:
        return b.span, self.rows[b.span].segment[b.low]

    def kinds(self, b: Block) -> set[str]:
        """What values the block gives."""
        units = self.rows[b.span].units
        return {units[i].kind for i in range(b.low, b.high + 1) if (b.span, i) in self.taken}

    def left(self, b: Block, low: int = 0, high: int = 10**6) -> set[str]:
        """The kinds that the block's clause has in `[low, high)` and the claim leaves out."""
        r = self.rows[b.span]
        return {
            u.kind
            for i, u in enumerate(r.units)
            if low <= i < high and r.segment[i] == r.segment[b.low] and (b.span, i) not in self.taken and u.key not in self.keys
        }

    def adverbial(self, b: Block) -> bool:
        return _adverbial(b, self.said, self.rows[b.span])

    def substituted(self) -> str:
        """Words of one clause put between two pieces of another, where that had something else."""
        for i, a in enumerate(self.walk):
            for k in range(i + 2, len(self.walk)):
                c = self.walk[k]
                if self.clause(c) != self.clause(a) or c.low < a.high:
                    continue
                if _fronted(self.rows[c.span], c.low) or self.kinds(c) <= {"plain"} and not self.adverbial(c):
                    continue
                left = self.left(a, a.high, c.low) & ({"name"} if self.adverbial(c) else {"name", "number", "date", "ordinal", "document"})
                for b in self.walk[i + 1 : k]:
                    if self.clause(b) != self.clause(a) and self.kinds(b) & left:
                        return "substituted: " + self.show(b)
        return ""

    def rivalled(self, a: Block, b: Block) -> bool:
        """What the step back brings has its like, behind the same preposition, where it is brought to."""
        r = self.rows[b.span]
        wanted = {k for u in r.units[b.low : b.high + 1] for k in u.before} & _PREPOSITIONS
        here = r.segment[a.low]
        return any(
            set(u.before) & wanted
            for i, u in enumerate(r.units)
            if here <= r.segment[i] <= here + 2 and (b.span, i) not in self.taken
        )

    def back(self, a: Block, b: Block) -> str:
        """A step back: from a later clause to words of an earlier one."""
        given = self.kinds(b)
        if given & {"number", "ordinal", "document"}:
            return "back value"
        if given & self.left(a) - {"plain"}:
            return "back rival"
        if self.rivalled(a, b):
            return "back preposition"
        if "la1" in self.said.units[b.first].before:
            return "back office"
        if "plain" in self.left(a, 0, a.high) and not self.adverbial(b):
            return "back plain"
        return ""

    def onward(self, a: Block, b: Block) -> str:
        r, q = self.rows[a.span], self.rows[b.span]
        if "la1" in self.said.units[b.first].before and self.others_office(a, b):
            return "office"
        if not _start(q, b.low, _SAYING) and self.left(b, 0, b.low):
            return "inside"
        if not _start(r, a.low):
            before = self.left(a, 0, a.low)
            if before & self.kinds(b) - {"plain", "name"} or ("name" in before and "name" in self.kinds(a) and not self.joined(a)):
                return "no subject"
        if a.span != b.span or r.sentence[a.low] != r.sentence[b.low]:
            if self.kinds(a) & self.left(b) - {"plain"}:
                return "sentence"
        elif (r.units[b.low].key in _COMPARING or self.bare(b)) and any(
            r.segment[a.low] < r.segment[i] < r.segment[b.low] and r.units[i].key not in _COMPARING
            and (r.segment[i - 1] != r.segment[i]) for i in range(1, b.low)):
            return "compare"
        return ""

    def others_office(self, a: Block, b: Block) -> bool:
        """What the claim says `X là …` of stands behind another person."""
        units = self.rows[b.span].units
        own = {u.person for u in units[a.low : a.high + 1]} if a.span == b.span else set()
        before = [u.person for u in units[: b.low] if u.person >= 0]
        return bool(before) and before[-1] not in own and a.span == b.span

    def repeated(self, a: Block, b: Block) -> bool:
        """The words taken from elsewhere stand in the clause too, on the other side of what follows."""
        r = self.rows[b.span]
        clause = [u.key for i, u in enumerate(r.units) if i > b.high and r.segment[i] == r.segment[b.low]]
        return contains_run(clause, [u.key for u in self.said.units[a.first : a.last + 1]])

    def joined(self, a: Block) -> bool:
        """Nothing but names and their class words stand in the clause before the block."""
        r, at = self.rows[a.span], a.low
        while at > 0 and r.segment[at - 1] == r.segment[a.low]:
            at -= 1
            if r.units[at].kind != "name" and r.units[at].key not in CLASS_KEYS:
                return False
        return True

    def whole(self, b: Block) -> bool:
        """The block is all of its clause."""
        r = self.rows[b.span]
        return all((b.span, i) in self.taken for i in range(len(r.units)) if r.segment[i] == r.segment[b.low])

    def bare(self, b: Block) -> bool:
        """A clause of nothing but one value: `(71%)`."""
        r = self.rows[b.span]
        return r.units[b.low].kind == "number" and r.segment.count(r.segment[b.low]) == 1

    def prepositions(self, b: Block) -> set[str]:
        """Prepositions before words of the clause that the claim leaves out."""
        r = self.rows[b.span]
        return {
            k
            for i, u in enumerate(r.units)
            if r.segment[i] == r.segment[b.low] and (b.span, i) not in self.taken
            for k in u.before
        } & _ADVERBIAL

    def movable(self, b: Block) -> bool:
        r = self.rows[b.span]
        at = self.walk.index(b)
        if 0 < at < len(self.walk) - 1 and self.kinds(b) <= {"name", "plain"} and "name" in self.kinds(b):
            prev, nxt = self.walk[at - 1], self.walk[at + 1]
            near = prev.span == nxt.span != b.span or self.clause(prev) == self.clause(nxt)
            if near and "name" not in self.left(prev) | self.left(nxt) | self.kinds(prev) | self.kinds(nxt):
                return True
        if 0 < at < len(self.walk) - 1 and self.kinds(b) == {"plain"}:
            prev, nxt = self.walk[at - 1], self.walk[at + 1]
            if self.clause(prev) == self.clause(nxt) and prev.high + 1 == nxt.low:
                return True
        others = [o for o in self.walk if o is not b and o.span == b.span]
        if not others:
            return False
        reach = r.units[b.low].reach
        if reach >= 0 and any(reach in (r.units[o.low].reach, r.units[o.high].reach) for o in others):
            return True
        if _fronted(r, b.low) and self.whole(b) and "date" not in self.kinds(b) and any(r.sentence[o.low] == r.sentence[b.low] for o in others):
            return True
        if self.adverbial(b):
            away = [o for o in others if r.segment[o.low] != r.segment[b.low]]
            if any(self.kinds(b) & self.left(o) - {"plain"} for o in away):
                return False
            if any(set(r.units[b.low].before) & self.prepositions(o) for o in away):
                return False
            if len(away) < len(others):
                return True
            return _fronted(r, b.low) and any(r.sentence[o.low] == r.sentence[b.low] for o in others)
        return False


def _start(r: Row, at: int, opening: frozenset[str] = _OPENING) -> bool:
    """A clause begins at the unit: a boundary is before it, or a verb that takes a clause."""
    if at == 0 or r.segment[at - 1] != r.segment[at]:
        return True
    return r.units[at - 1].key in opening or bool(set(r.units[at].before) & opening)


def _adverbial(b: Block, said: Row, r: Row) -> bool:
    one, other = said.units[b.first], r.units[b.low]
    dated = one.value is not None and one.value.kind == "date"
    return dated or bool(set(one.before) & _ADVERBIAL) or bool(set(other.before) & _ADVERBIAL) or one.key in _ADVERBIAL


def _fronted(r: Row, at: int) -> bool:
    """In the adverbials before the first clause of its sentence."""
    first = next(i for i in range(len(r.units)) if r.sentence[i] == r.sentence[at])
    for i in range(first, at + 1):
        if (i == first or r.segment[i] != r.segment[i - 1]) and not (
            set(r.units[i].before) & _ADVERBIAL or r.units[i].key in _ADVERBIAL or (r.units[i].value and r.units[i].value.kind == "date")
        ):
            return False
    return True


def _gaps(said: Row, rows: Sequence[Row]) -> str:
    """What the walk steps over within a clause, or the wrong word of order before a landing."""
    way = path(said, rows)
    pairs = {(a.key, b.key) for r in rows for a, b in zip(r.units, r.units[1:]) if b.room == 0}
    found = _counted(said, rows, dict(way))
    if found:
        return found
    for (i, a), (j, b) in zip(way, way[1:]):
        if a.span != b.span or b.at < a.at:
            continue
        r = rows[a.span]
        one, two = set(said.units[j].before), set(r.units[b.at].before)
        for x in one & set(_ORDER):
            for y in two & set(_ORDER):
                if x not in two and y not in one and _ORDER[x] != _ORDER[y]:
                    return f"order: {x} {y}"
        if b.at == a.at + 1 and r.segment[a.at] == r.segment[b.at]:
            continue
        if r.segment[a.at] != r.segment[b.at]:
            continue
        last = r.units[a.at]
        counted = last.kind == "number" and not (a.at and r.units[a.at - 1].kind == "name")
        if counted and any(u.value for u in r.units[a.at + 1 : b.at]) and not set(said.units[j].before) & _PREPOSITIONS:
            return "nearer: " + said.units[j].key
        skipped = r.units[a.at + 1 : b.at]
        if any(u.key in _EACH and u.key not in {v.key for v in said.units} for u in skipped):
            return "each: " + said.units[j].key
        if (r.units[a.at].key, r.units[b.at].key) in pairs and not said.units[j].before:
            return "phrase: " + said.units[j].key
        people = {u.person for u in skipped} - {-1, r.units[a.at].person, r.units[b.at].person}
        if r.units[a.at].person >= 0 and people:
            return "person: " + said.units[j].key
    return ""


_PERIOD = re.compile(r"(?<!\w)(mỗi|một|hằng|hàng|từng|/) ?(ngày|tháng|năm|tuần|quý|giờ|vụ|lượt)(?!\w)", re.I)


def periods(text: str) -> set[str]:
    """`mỗi tháng`, `hằng năm`, `/ngày`: what a rate is counted by."""
    return {m.group(2).lower() for m in _PERIOD.finditer(text)}


def _counted(said: Row, rows: Sequence[Row], way: dict[int, Spot]) -> str:
    """A number, or `each`, is followed by another noun or unit than in the span."""
    for i, (one, two) in enumerate(zip(said.units, said.units[1:])):
        if two.room or (two.before and two.before[-1] != "năm"):
            continue
        if two.before:
            counts = {str(u.key) for r in rows for u, v in zip(r.units, r.units[1:]) if v.key == two.key and u.kind == "number" and not v.before}
            if counts and "5" not in counts and not any("năm" in v.before for r in rows for v in r.units if v.key == two.key):
                return "five: " + two.key
            continue
        number = one.value is not None and one.value.kind == "number"
        if not (number or one.key in _EACH) or i not in way or (i and said.units[i - 1].kind == "name" and not (one.value and one.value.label)):
            continue
        spot, r = way[i], rows[way[i].span]
        behind = r.units[spot.at + 1 : spot.at + 4]
        if not behind or behind[0].room or behind[0].before:
            continue
        known = i + 1 in way or (one.value is not None and one.value.label)
        if known and two.key not in [u.key for u in behind]:
            return "counted: " + two.key
    return ""

