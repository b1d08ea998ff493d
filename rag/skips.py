"""What a claim steps over within a clause, and what it counts: `công suất mỗi tổ 18 MW` is no `công suất 18 MW`."""

from __future__ import annotations

import re
from itertools import pairwise

from rag.clauses import Unit, key_set
from rag.found import CLASS_KEYS
from rag.text import tone_key
from rag.walk import Place, Walk

_EACH = key_set("mỗi từng")
_PLANS = {
    (tone_key(a), tone_key(b))
    for a, b in (("dự", "kiến"), ("đề", "nghị"), ("đề", "xuất"), ("kiến", "nghị"), ("phấn", "đấu"), ("yêu", "cầu"))
}
_PLANNED = key_set("kiến nghị đề sẽ phải cần đấu cầu sắp muốn")
_PREPOSITIONS = key_set("về cho do với tại ở từ đến trong vào để vì của")
_JOINING = key_set("với còn xuống lên cho")
# One of these before a word of the claim is not another of them before the same word of the span.
_ORDER = {
    tone_key(word): sense
    for sense, words in enumerate(("trước", "sau", "từ", "đến tới", "hết", "lên", "xuống"))
    for word in words.split()
}
_FIVE = tone_key("năm")
_SAME = key_set("cùng")
_RATE = re.compile(r"(?<!\w)(?:mỗi|một|hằng|hàng|từng|/) ?(ngày|tháng|năm|tuần|quý|giờ|vụ|lượt)(?!\w)", re.I)
_AREA = re.compile(r"(?<!\w)[kcdm]?m\d(?!\w)", re.I)
_NEAR = 3
"""Units behind a number in which its noun stands."""


def skipped(walk: Walk) -> str:
    """The first thing that the walk may not step over or count otherwise, or ""."""
    return _unplaced(walk) or _fives(walk) or _nouns(walk) or _gaps(walk)


def rates(text: str) -> set[str]:
    """What a rate is counted by, `tháng` of `mỗi tháng`, and areas and volumes: `m2`, `m3`."""
    areas = {match.group().lower() for match in _AREA.finditer(text)}
    return areas | {match.group(1).lower() for match in _RATE.finditer(text)}


def _unplaced(walk: Walk) -> str:
    """A number that stands nowhere as it is: `37/37` where the span has `35/37`."""
    placed = {i for i, _ in walk.steps}
    return next((f"number: {unit.key}" for i, unit in enumerate(walk.said) if "/" in unit.key and i not in placed), "")


def _gaps(walk: Walk) -> str:
    for i, (span, at) in walk.steps:
        if _reordered(walk.said[i], walk.rows[span][at]):
            return f"order: {walk.said[i].key}"
    for (_, (span, at)), (j, (next_span, to)) in pairwise(walk.steps):
        row = walk.rows[span]
        if span == next_span and to > at + 1 and row[at].clause == row[to].clause:
            wrong = _stepped_over(walk, (span, at), to, walk.said[j])
            if wrong:
                return f"{wrong}: {walk.said[j].key}"
    return ""


def _reordered(said: Unit, held: Unit) -> bool:
    """`trước khi` told as `sau khi`, `đến hết` as `từ hết`."""
    ours, theirs = set(said.before) & set(_ORDER), set(held.before) & set(_ORDER)
    return any(_ORDER[a] != _ORDER[b] for a in ours - theirs for b in theirs - ours)


def _stepped_over(walk: Walk, here: Place, to: int, said: Unit) -> str:
    """What stands between two words of a clause that the claim says side by side."""
    row, at = walk.rows[here[0]], here[1]
    between = row[at + 1 : to]
    if any((a.key, b.key) in _PLANS for a, b in pairwise(between)) and not _PLANNED & walk.keys:
        return "plan"
    if any(unit.key in _EACH and unit.key not in walk.keys for unit in between):
        return "each"
    counted = row[at].kind == "number" and not (at and row[at - 1].kind == "name")
    if counted and any(unit.value for unit in between) and not _PREPOSITIONS & set(said.before):
        return "another value is nearer"
    numbers = [i for i, unit in enumerate(between) if unit.kind == "number" and unit.value]
    joined = numbers and any(_JOINING & set(unit.before) for unit in row[at + 2 + numbers[-1] : to + 1])
    if numbers and row[to].kind == "number" and not joined:
        return "another number is nearer"
    if (row[at].key, row[to].key) in walk.adjacent and not said.before:
        return "the phrase stands elsewhere"
    people = {unit.person for unit in between} - {-1, row[at].person, row[to].person}
    if row[at].person >= 0 and people:
        return "another person is nearer"
    # `A cảm ơn B đã mời` is no `A mời`: whoever stands right before the verb acts.
    apart = any(u.kind == "plain" and u.key not in CLASS_KEYS and u.reach != row[at].reach for u in between)
    acts = row[at].kind == row[to - 1].kind == "name" and row[to].kind == "plain"
    return "another subject is nearer" if apart and acts and not _PREPOSITIONS & set(said.before) else ""


def _nouns(walk: Walk) -> str:
    """A number, or `mỗi`, before another noun or unit than in the span."""
    places = dict(walk.steps)
    for i, (one, two) in enumerate(pairwise(walk.said)):
        label = one.value.label if one.value is not None and one.value.kind == "number" else ""
        number = one.value is not None and one.value.kind in ("number", "percent")
        coded = i > 0 and walk.said[i - 1].kind == "name" and not label
        if two.opens or set(two.before) - _SAME or not (number or one.key in _EACH) or coded or i not in places:
            continue
        span, at = places[i]
        behind = walk.rows[span][at + 1 : at + 1 + _NEAR]
        told = bool(behind) and not behind[0].opens and not behind[0].before
        if told and (i + 1 in places or label) and all(unit.key != two.key for unit in behind):
            return f"counted: {two.key}"
    return ""


def _fives(walk: Walk) -> str:
    """`năm người` is five people where the spans count people."""
    for unit in walk.said:
        if unit.before[-1:] != (_FIVE,):
            continue
        held = [(a, b) for row in walk.rows for a, b in pairwise(row) if b.key == unit.key]
        counts = {a.key for a, b in held if a.kind == "number" and not b.before}
        if counts and "5" not in counts and not any(b.before[-1:] == (_FIVE,) for _, b in held):
            return f"five: {unit.key}"
    return ""
