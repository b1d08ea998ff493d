"""Times, places and manners in a walk: what may stand before a sentence or move within it."""

from __future__ import annotations

from rag.clauses import Unit, key_set
from rag.walk import Block, Walk

ADVERBIAL = key_set(
    "nếu căn tại ở trong vào từ đến tới ngày tháng năm sáng trưa chiều tối đêm theo trước sau khi qua bằng với lúc hồi "
    "cuối đầu giữa"
)


def adverbial(walk: Walk, b: Block) -> bool:
    """A time, or words behind a preposition of time, place or manner."""
    said = walk.said[b.first]
    return _leads_aside(said) or bool(ADVERBIAL & set(walk.rows[b.span][b.low].before))


def _leads_aside(unit: Unit) -> bool:
    dated = unit.value is not None and unit.value.kind == "date"
    return dated or unit.key in ADVERBIAL or bool(ADVERBIAL & set(unit.before))


def fronted(walk: Walk, b: Block) -> bool:
    """The block stands in the adverbials before the first clause of its sentence."""
    row = walk.rows[b.span]
    sentence = [unit for unit in row[: b.low + 1] if unit.sentence == row[b.low].sentence]
    return all(_leads_aside(unit) for at, unit in enumerate(sentence) if at == 0 or unit.opens)


def dated(walk: Walk, b: Block) -> bool:
    """The sentence of the block has a time of its own, which the claim leaves out."""
    return any(
        unit.kind == "date" and unit.sentence == walk.sentence(b)[1] and (b.span, at) not in walk.taken
        for at, unit in enumerate(walk.rows[b.span])
        if unit.key not in walk.keys
    )
