"""Whether a claim can be derived from its spans by leaving out and by small moves.

The claim is laid on its spans (`rag.walk`). Leaving out the end, or a piece within a clause, is free.
What a jump may do is little, since a right claim that is rejected costs only its wording and a wrong
one costs trust: a jump onwards starts from a subject and lands where a clause begins, a step back
brings a time, a place or words that nothing in their new clause competes with, or turns a passive.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, takewhile

from rag.adverbials import ADVERBIAL, adverbial, dated, fronted
from rag.clauses import VALUES, key_set
from rag.facts import contains_run
from rag.found import CLASS_KEYS
from rag.skips import rates, skipped
from rag.text import tone_key
from rag.walk import Block, Walk

_WHERE = key_set("tại ở trên")
_PREPOSITIONS = key_set("về cho do với tại ở từ đến trong vào để vì của")
_TURNING = key_set("được bị do bởi của là có nhờ gồm")
"""With one of these the claim may say the sides of a verb the other way round."""
_SAYING = key_set("biết mạnh định rằng thấy")
_OPENING = _SAYING | key_set("yêu cầu giao nghị xuất phép kiến đề hay do có gồm là cho")
"""A clause begins behind these without a mark."""
_COMPARING = key_set("tăng giảm đạt chiếm bằng cao thấp vượt hơn tương trị dài rộng")
"""A clause that begins with one of these tells of the clause right before it."""
_AGENT = key_set("được bị do bởi")
_ABOUT = tone_key("ước")
_IS = tone_key("là")
_AND = tone_key("và")
_JOINTLY = (tone_key("phối"), tone_key("hợp"))


def underivable(claim: str, spans: Sequence[str]) -> str:
    """The first step of the claim through its spans that no move explains, or ""."""
    walk = Walk(claim, spans)
    wrong = _substituted(walk) or _parted(walk) or _jumps(walk)
    other = rates(claim) - {period for span in spans for period in rates(span)}
    return wrong or (f"rate: {min(other)}" if other else skipped(walk))


def _jumps(walk: Walk) -> str:
    kept = [b for b in walk.blocks if not _movable(walk, b)]
    turned = 0
    for a, b in pairwise(kept):
        inside = walk.clause(a) == walk.clause(b)
        turned += b.low < a.high if inside else _repeated(walk, a, b)
        if inside:
            wrong = _turned(walk, a, b, turned) if b.low < a.high else ""
        elif walk.said[b.first].opens and not adverbial(walk, a):
            wrong = "another's" if _anothers(walk, a, b) else ""  # the claim has a boundary of its own there
        else:
            back = a.span == b.span and b.low < a.low
            turned += back and "name" in walk.given(b) and not adverbial(walk, b)
            wrong = _back(walk, a, b, turned) if back else _onward(walk, a, b)
        if wrong:
            return f"{wrong}: {walk.show(b)}"
    return ""


def _turned(walk: Walk, a: Block, b: Block, turned: int) -> str:
    """A step back within a clause."""
    between = {key for unit in walk.said[a.first : b.last + 1] for key in unit.before}
    if turned > 1 and not between & _TURNING:
        return "turned"
    beside = walk.left(a, b.high + 1, a.high) | walk.left(a, a.high) & {"number"}
    if beside & walk.given(b) & VALUES:
        return "rival beside"
    # Who acts in the span (`được A báo trước`) stands behind the verb now, and without that word.
    held, said = walk.rows[b.span][b.low].before, walk.said[b.first].before
    return "agent" if _AGENT & set(held) and not _AGENT & set(said) else ""


def _parted(walk: Walk) -> str:
    """A time or a place is moved over a value that the claim leaves out, to another of the kind."""
    for b in walk.blocks:
        row = walk.rows[b.span]
        taken = [at for span, at in walk.taken if span == b.span and row[at].clause == row[b.low].clause]
        before = [at for at in taken if at < b.low]
        if not before or not adverbial(walk, b):
            continue
        passed = walk.left(b, max(before) + 1, b.low) & VALUES - {"name"}
        if passed & {row[at].kind for at in before} and b is not walk.blocks[-1]:
            return f"parted: {walk.show(b)}"
    return ""


def _substituted(walk: Walk) -> str:
    """Words of one clause between two pieces of another, where that has something else of the kind."""
    for i, a in enumerate(walk.blocks):
        for k, c in enumerate(walk.blocks[i + 2 :], i + 2):
            aside = adverbial(walk, c)
            if walk.clause(c) != walk.clause(a) or c.low < a.high:
                continue
            if _recounted(walk, a, walk.blocks[i + 1], c):
                return f"substituted: {walk.show(c)}"
            if not (aside or walk.given(c) & VALUES):
                continue
            if fronted(walk, c):
                continue
            left = walk.left(a, a.high, c.low) & ({"name"} if aside else VALUES)
            for b in walk.blocks[i + 1 : k]:
                if walk.clause(b) != walk.clause(a) and walk.given(b) & left:
                    return f"substituted: {walk.show(b)}"
    return ""


def _recounted(walk: Walk, a: Block, b: Block, c: Block) -> bool:
    """A number of another clause in the place of one that stands elsewhere in the claim: the two are exchanged."""
    between = walk.rows[a.span][a.high + 1 : c.low]
    counted = any(unit.kind == "number" and unit.key in walk.keys for unit in between)
    return counted and walk.said[b.first].kind == "number" and walk.clause(b) != walk.clause(a)


def _back(walk: Walk, a: Block, b: Block, turned: int) -> str:
    """From a later clause to words of an earlier one."""
    between = {key for unit in walk.said[a.first : b.last + 1] for key in unit.before}
    if turned > 1 and not between & _TURNING:
        return "turned"
    given = walk.given(b)
    if given & {"number", "ordinal", "document"}:
        return "value from before"
    timed = "date" in walk.given(a) and walk.sentence(a) != walk.sentence(b) and dated(walk, b)
    if timed or _competes(walk, b, a) or _rivalled(walk, a, b):
        return "rival"
    if _IS in walk.said[b.first].before:
        return "office from before"
    if "plain" in walk.left(a) and "name" in walk.left(b) and not adverbial(walk, b):
        return "another acts"
    return "other predicate" if {"plain", "number"} & walk.left(a, 0, a.high) and not adverbial(walk, b) else ""


def _rivalled(walk: Walk, a: Block, b: Block) -> bool:
    """Behind the same preposition the clause that `b` is brought to has, or goes on with, something else."""
    wanted = {k for unit in walk.source(b) for k in unit.before} & _PREPOSITIONS
    here = walk.rows[a.span][a.low].clause
    return any(
        wanted & set(unit.before)
        for at, unit in enumerate(walk.rows[b.span])
        if here <= unit.clause <= here + 2 and (b.span, at) not in walk.taken
    )


def _onward(walk: Walk, a: Block, b: Block) -> str:
    """From a clause to a later one, or to another span."""
    if a.span == b.span and _IS in walk.said[b.first].before and _others_office(walk, a, b):
        return "office of another"
    if not _begins(walk, b, _SAYING) and walk.left(b, 0, b.low) and not _aside(walk, a, b):
        return "inside a clause"
    before = set() if _begins(walk, a, _OPENING) else walk.left(a, 0, a.low)
    if before & walk.given(b) & (VALUES - {"name"}):
        return "not the subject"
    if "name" in before & walk.given(a) and not _titled(walk, a):
        return "not the subject"
    if walk.sentence(a) != walk.sentence(b) and walk.given(a) & walk.left(b) & VALUES:
        return "rival in another sentence"
    alone = a.span != b.span or adverbial(walk, a) or not _compares(walk, b)
    return "" if alone or not _between(walk, a, b) else "compared with another"


def _aside(walk: Walk, a: Block, b: Block) -> bool:
    """Between the two stands only who helps (`phối hợp với B`) or who is named beside (`A và B được bầu`)."""
    row = walk.rows[b.span]
    if a.span != b.span or walk.sentence(a) != walk.sentence(b):
        return False
    between = row[a.high + 1 : b.low]
    joint = tuple(unit.key for unit in between[:2]) == _JOINTLY
    beside = walk.given(a) <= {"name"} and _AND in between[0].before and not ADVERBIAL & set(row[a.low].before)
    others = between[2:] if joint else between
    return (joint or beside) and all(u.kind == "name" or u.reach >= 0 or u.key in CLASS_KEYS for u in others)


def _anothers(walk: Walk, a: Block, b: Block) -> bool:
    """What the claim goes on with is said of somebody else, who stands before it in its own sentence."""
    if a.span != b.span or walk.sentence(a) == walk.sentence(b) or "name" in walk.given(b):
        return False
    row = walk.rows[b.span]
    before = [unit for unit in row[: b.low] if unit.sentence == row[b.low].sentence]
    return any(unit.kind == "name" and unit.key not in walk.keys for unit in before)


def _others_office(walk: Walk, a: Block, b: Block) -> bool:
    """What the claim says `X là …` of stands behind another person."""
    own = {unit.person for unit in walk.source(a)}
    before = [unit.person for unit in walk.rows[b.span][: b.low] if unit.person >= 0]
    return bool(before) and before[-1] not in own


def _titled(walk: Walk, a: Block) -> bool:
    """Nothing but names and their class words stand in the clause before the block."""
    clause = walk.rows[a.span][a.low].clause
    before = [unit for unit in walk.rows[a.span][: a.low] if unit.clause == clause]
    return all(unit.kind == "name" or unit.key in CLASS_KEYS for unit in before)


def _compares(walk: Walk, b: Block) -> bool:
    """The clause begins with `tăng` or the like, or is nothing but a number: `(71%)`."""
    row = walk.rows[b.span]
    alone = sum(unit.clause == row[b.low].clause for unit in row) == 1
    return row[b.low].key in _COMPARING or (alone and row[b.low].kind == "number")


def _between(walk: Walk, a: Block, b: Block) -> bool:
    """Between the two stands a clause that tells of something else."""
    row = walk.rows[a.span]
    for clause in range(row[a.low].clause + 1, row[b.low].clause):
        units = [unit for unit in row if unit.clause == clause]
        subject = takewhile(lambda unit: unit.key not in _COMPARING, units)
        if any(unit.kind in ("plain", "name") and unit.key != _ABOUT for unit in subject):
            return True
    return False


def _repeated(walk: Walk, a: Block, b: Block) -> bool:
    """What `a` takes from elsewhere stands in the clause of `b` too, on its other side."""
    row = walk.rows[b.span]
    behind = [unit.key for unit in row[b.high + 1 :] if unit.clause == row[b.low].clause]
    return contains_run(behind, [unit.key for unit in walk.said[a.first : a.last + 1]])


def _begins(walk: Walk, b: Block, opening: frozenset[str]) -> bool:
    """A clause begins at the block: a boundary is before it, or a verb that takes a clause."""
    row, at = walk.rows[b.span], b.low
    return at == 0 or row[at].opens or row[at - 1].key in opening or bool(opening & set(row[at].before))


def _movable(walk: Walk, b: Block) -> bool:
    """The block may stand anywhere in the claim."""
    others = [o for o in walk.blocks if o is not b and o.span == b.span]
    row, reach = walk.rows[b.span], walk.rows[b.span][b.low].reach
    if _inserted(walk, b) or (reach >= 0 and any(reach in (row[o.low].reach, row[o.high].reach) for o in others)):
        return True
    near = any(walk.sentence(o) == walk.sentence(b) for o in others) and fronted(walk, b)
    if near and walk.whole(b) and "date" not in walk.given(b):
        return True
    away = [o for o in others if walk.clause(o) != walk.clause(b)]
    if not adverbial(walk, b) or any(_competes(walk, b, o) for o in away):
        return False
    return len(away) < len(others) or near


def _competes(walk: Walk, b: Block, other: Block) -> bool:
    """The other clause keeps something of its own that what `b` brings would stand for.

    A place competes with places only, not with whoever acts there.
    """
    aside = adverbial(walk, b)
    before = set(walk.rows[b.span][b.low].before) & ADVERBIAL
    kinds = VALUES - {"name"} if aside and walk.clause(b)[0] == other.span and before & _WHERE else VALUES
    if walk.given(b) & walk.left(other) & kinds:
        return True
    if "date" in walk.given(b) and walk.sentence(b) != walk.sentence(other) and dated(walk, other):
        return True
    wanted = before | _WHERE if before & _WHERE else before
    return aside and bool(wanted & _left_prepositions(walk, other))


def _inserted(walk: Walk, b: Block) -> bool:
    """A name or plain words put into a clause, or a span, that has no other."""
    at = walk.blocks.index(b)
    if not 0 < at < len(walk.blocks) - 1:
        return False
    left, right, given = walk.blocks[at - 1], walk.blocks[at + 1], walk.given(b)
    one = walk.clause(left) == walk.clause(right) and left.high + 1 == right.low
    if given == {"plain"}:
        return one
    beside = walk.left(left) | walk.left(right) | walk.given(left) | walk.given(right)
    context = left.span == right.span != b.span
    return given <= {"name", "plain"} and (one or context) and "name" not in beside


def _left_prepositions(walk: Walk, b: Block) -> set[str]:
    """The words before what the claim leaves out of the block's clause."""
    row = walk.rows[b.span]
    return {
        key
        for at, unit in enumerate(row)
        if unit.clause == row[b.low].clause and (b.span, at) not in walk.taken
        for key in unit.before
    }
