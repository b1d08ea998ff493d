"""Whether a claim puts its values where the spans put them.

All values of a claim may stand in its spans and the claim still be wrong, because two of them changed
places. For each value, the words near it in the claim are compared with the words near the same value
in the spans, and near every other value of its kind there: when another value fits better, the claim
has taken the wrong one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.facts import contains_run
from rag.mentions import Mention, Reading, read
from rag.nearness import head, near

MARGIN = 1.4
"""How much more another value must have than the value's own place has that the other lacks."""
FLOOR = 0.15
"""Least gain that counts: less is one word at a distance."""
_KINDS = ("date", "percent", "number", "ordinal", "document", "person", "name", "quote", "sense")
_REPEATED = ("date", "number", "percent", "ordinal")
_TOUCH = 0.5
"""Weight of each word that touches a value in the claim and in the span, in the same order."""
_UNLIKE = 0.5
_WHOLE = 1.0
_VALUE = 1.5
"""A number in the surroundings says more than a word."""


_Fit = dict[str, float]
"""What each shared word contributes to the fit of a value's surroundings."""


def misplaced(claim: str, spans: Sequence[str], question: str = "") -> str:
    """The first value of the claim whose surroundings fit another value of the spans better, or "".

    A number or date that only repeats the question is the question's, not the claim's.
    """
    given = [m for m in read(question).mentions if m.kind in _REPEATED]
    said = read(claim)
    held = [read(span) for span in spans]
    for mention in said.mentions:
        if any(same(mention, m) for m in given if m.kind == mention.kind):
            continue
        rival = _rival(said, mention, held) if mention.kind.split(" ")[0] in _KINDS else None
        if rival:
            return f"{_show(mention)} where the spans have {_show(rival)}"
    return ""


def dayparts(claim: str, spans: Sequence[str]) -> str:
    """`chiều 22/10` needs that date with that time of day."""
    held = [m for span in spans for m in read(span).of("date")]
    for mention in read(claim).of("date"):
        if len(mention.value) > 1 and not any(same(mention, other) for other in held):
            return _show(mention)
    return ""


def _show(mention: Mention) -> str:
    return " ".join(str(part) for part in mention.value if part is not None)


def _rival(said: Reading, mention: Mention, held: Sequence[Reading]) -> Mention | None:
    """The value that fits the claim's words clearly better than the claim's own, or None."""
    if mention.kind == "date" and len(mention.value) == 1:
        return None
    own = _best(said, mention, held, mention)
    if own is None:
        return None
    for reading in held:
        for other in reading.of(mention.kind):
            if same(mention, other) or not _comparable(mention, other):
                continue
            fit = _fit(said, mention, reading, other)
            if mention.kind == "number" and bool(own[">"]) != bool(fit[">"]):
                if fit[">"]:
                    return other  # the words behind say what is counted
                continue
            if (mention.kind in ("name", "number") or mention.kind.startswith("sense")) and _linked(own) > _linked(fit):
                continue  # further from the claim's other values
            gain = _gain(own, fit) - (
                _UNLIKE
                if mention.kind == "date"
                and mention.value[0] != other.value[0]
                and None in (mention.value[0], other.value[0])
                else 0
            )
            if gain > FLOOR and not _excused(said, mention, other, held, gain):
                return other
    return None


def _gain(own: _Fit, rival: _Fit) -> float:
    """How much more the rival has, over what the value's own place has more, by the margin."""
    more = sum(max(0.0, weight - own.get(key, 0.0)) for key, weight in rival.items())
    less = sum(max(0.0, weight - rival.get(key, 0.0)) for key, weight in own.items())
    return more - MARGIN * less


def _linked(fit: _Fit) -> float:
    return sum(weight for key, weight in fit.items() if key[0] == "=")


def _excused(said: Reading, mention: Mention, other: Mention, held: Sequence[Reading], gain: float) -> bool:
    """The claim uses the rival too, and there it fits better than this value would: no exchange."""
    for twin in said.of(mention.kind):
        if twin is mention or not same(twin, other):
            continue
        own, exchanged = _best(said, twin, held, twin), _best(said, twin, held, mention)
        if own and (not exchanged or _gain(exchanged, own) > 0):
            return True
    return False


def _best(said: Reading, at: Mention, held: Sequence[Reading], value: Mention) -> _Fit | None:
    """Where the spans state `value`, the place that fits the surroundings of `at` in the claim best."""
    fits = [_fit(said, at, r, other) for r in held for other in r.of(value.kind) if same(value, other)]
    return max(fits, key=lambda fit: sum(fit.values()), default=None)


def _fit(said: Reading, mention: Mention, reading: Reading, other: Mention) -> _Fit:
    surroundings = near(reading, other)
    fit = {k: _weight(said, k) * w * surroundings[k] for k, w in near(said, mention).items() if k in surroundings}
    starts = {other.first, head(reading, other).first}
    fit["<"] = _TOUCH * max(_run(said, mention.first - 1, reading, start - 1, -1) for start in starts)
    fit[">"] = _TOUCH * _run(said, mention.last, reading, other.last, 1)
    return fit


def _weight(said: Reading, key: str) -> float:
    return _WHOLE if key[0] == "=" else _VALUE if key[0].isdigit() else 1.0


def _run(said: Reading, at: int, reading: Reading, there: int, step: int) -> int:
    """How many syllables, at most four, follow (or precede) both places alike within a clause."""
    ours, theirs = _beside(said, at, step), _beside(reading, there, step)
    size = 0
    for one, other in zip(ours, theirs, strict=False):
        if one != other or size == 4:
            break
        size += 1
    return size


def _beside(reading: Reading, at: int, step: int) -> Iterator[str]:
    """Content keys from a place outwards, up to the next boundary."""
    while 0 <= at < len(reading.keys):
        last = at - step
        if 0 <= last < len(reading.keys) and abs(reading.places[at] - reading.places[last]) > 1:
            return
        if reading.content[at]:
            yield reading.keys[at]
        at += step


def same(said: Mention, held: Mention) -> bool:
    """True when what the claim says is stated by a value of the spans."""
    if said.kind == "date":
        if len(held.value) == 7 and len(said.value) == 4:
            ends = (held.value[:3], held.value[3:6])
            return any(all(a is None or a == b for a, b in zip(said.value[:3], end, strict=True)) for end in ends)
        if len(said.value) != len(held.value):
            return False
        return all(a is None or a == b for a, b in zip(said.value, held.value, strict=True))
    if said.kind == "document":
        a, b = str(said.value[0]), str(held.value[0])
        return b == a or b.startswith((a + "/", a + "-"))
    if said.kind in ("name", "person", "quote"):
        return contains_run(held.value, said.value) or contains_run(said.value, held.value)  # type: ignore[arg-type]
    if said.kind == "ordinal" or said.kind.startswith("sense"):
        return said.value == held.value
    return set(said.value) <= set(held.value) and not (said.label and held.label and said.label != held.label)


def _comparable(said: Mention, held: Mention) -> bool:
    """A name of another kind of place is no rival, and a year none for a day."""
    if said.kind == "date":
        if len(held.value) == 1:
            return said.value[0] is not None
        if len(held.value) != len(said.value):
            return False
        return (said.value[1] is None) == (held.value[1] is None) and (held.label == "" or said.label == held.label)
    if said.kind == "number":
        return held.label == said.label and len(held.value) == len(said.value)
    if said.kind == "ordinal":
        return said.value[1] == held.value[1]
    return held.label == said.label
