"""Whether every value of a claim stands in its spans at all, wherever it stands.

Each check returns the first value that is missing, or "".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from rag import facts
from rag.numbers import Number, find_words
from rag.people import SURNAME, find_people
from rag.places import PLACES

_QUOTED = re.compile(r"[“\"]([^“”\"]{4,})[”\"]")
_CODE = re.compile(r"(?<![\w/-])[A-ZĐ]{1,4}-?\d+[A-Za-z]?(?![\w/-])")
# What stands before a number and moves it; the same word in the span, or its equal, must stand there.
_BOUNDS = {
    "over": r"trên|hơn|quá|vượt",
    "under": r"dưới|chưa đến|chưa tới|không đến",
    "about": r"khoảng|gần|xấp xỉ|ước|chừng",
    "least": r"ít nhất|tối thiểu|không dưới",
    "most": r"tối đa|nhiều nhất|không quá",
}
BOUND = re.compile("|".join(f"(?P<{name}>(?<!\\w)(?:{words}))" for name, words in reversed(_BOUNDS.items())), re.I)
BOUNDED = re.compile(r"(?<!\w)(?:" + "|".join(_BOUNDS.values()) + r")(?= (?:là )?\d)", re.I)
_BEFORE = re.compile(r"(?<!\w)(?:" + "|".join(_BOUNDS.values()) + r")(?: là)?\s+$", re.I)
# Left out without harm: "hơn 500 người" told as "500 người".
_LOOSE = frozenset({"about", "over", ""})


def documents(claim: str, spans: Sequence[str]) -> str:
    held = [n for span in spans for n in facts.document_numbers(span)]
    for number in facts.document_numbers(claim):
        if not any(h == number or h.startswith((number + "/", number + "-")) for h in held):
            return number
    return ""


def dates(claim: str, spans: Sequence[str]) -> str:
    held = [d for span in spans for d in facts.dates(span)]
    for wanted in facts.dates(claim):
        if not any(all(w is None or w == h for w, h in zip(wanted, parts, strict=True)) for parts in held):
            return str(wanted)
    return ""


def quantities(claim: str, spans: Sequence[str]) -> str:
    held = [number for span in spans for number in facts.numbers(span)]
    words = {n for span in spans for n in (*_spoken(span), *_numerals(span))}
    for wanted in facts.numbers(claim):
        if _said_so(claim, wanted, spans):
            continue
        if not _held(wanted, held) and (
            wanted.percent or not all(v == int(v) and int(v) in words for v in wanted.values)
        ):
            return claim[wanted.start : wanted.end]
    digits = {int(value) for number in held for value in number.values if value == int(value)}
    for _, end, value in find_words(claim, sure=True):
        if value not in words and value not in digits and _counted(claim[end:]) != value:
            return str(value)
    return ""


def _spoken(span: str) -> list[int]:
    """Numbers in words, without the article `một` and the year `năm`."""
    return [
        value for start, end, value in find_words(span, sure=False) if span[start:end].lower() not in ("một", "năm")
    ]


def _said_so(claim: str, wanted: Number, spans: Sequence[str]) -> bool:
    """`1` and `5` are `một` and `năm` only before the same word."""
    word = {Decimal(1): "một", Decimal(5): "năm"}.get(wanted.values[0])
    behind = re.match(r" [^\W\d_]+(?: [^\W\d_]+)?", claim[wanted.end :])
    return bool(word and behind) and any(f"{word}{behind.group()}" in span.lower() for span in spans if behind)


def _numerals(span: str) -> list[int]:
    """Ordinals that are written as a number: `XIII`, but not `nhất`."""
    places = facts.ordinal_places(span)
    return [int(str(p.value[0])) for p in places if not span[p.start : p.end].lower().startswith(("nh", "đầu"))]


def _held(wanted: Number, held: Sequence[Number]) -> bool:
    """The same value in the same measure; a range may be stated by its ends."""
    fit = [h for h in held if h.percent == wanted.percent and not (h.unit and wanted.unit and h.unit != wanted.unit)]
    stated = {value for number in fit for value in number.values}
    return any(set(wanted.values) <= set(number.values) for number in fit) or (
        len(wanted.values) > 1 and set(wanted.values) <= stated
    )


def _counted(text: str) -> int:
    """How many names a text lists before its first other word: `tỉnh Lào Cai và Lạng Sơn đã` is 2."""
    name = rf"[{facts.UPPER}]\w*(?: [{facts.UPPER}]\w*)*"
    listed = re.match(rf"(?: [^\W{facts.UPPER}]\w*){{1,3}}? ({name}(?:(?:,| và) {name})+)", text)
    return len(re.split(r",|\s+và\s+", listed.group(1).strip())) if listed else 0


def bounds(claim: str, spans: Sequence[str]) -> str:
    """`trên 70%` is not `dưới 70%`, and not `70%`."""
    held = [(number.values, _bound(span, number)) for span in spans for number in facts.numbers(span)]
    for wanted in facts.numbers(claim):
        said = _bound(claim, wanted)
        kept = [bound for values, bound in held if _subset(wanted.values, values)]
        if kept and said not in kept and (said or not all(bound in _LOOSE for bound in kept)):
            return f"{said or 'exactly'} {wanted.values[0]}"
    return ""


def _subset(a: tuple[Decimal, ...], b: tuple[Decimal, ...]) -> bool:
    return set(a) <= set(b)


def _bound(text: str, number: Number) -> str:
    before = _BEFORE.search(text[max(0, number.start - 24) : number.start])
    match = BOUND.search(before.group()) if before else None
    return next((name for name, word in match.groupdict().items() if word), "") if match else ""


def ordinals(claim: str, spans: Sequence[str]) -> str:
    held = {place.value for span in spans for place in facts.ordinal_places(span)}
    return next((str(place.value[0]) for place in facts.ordinal_places(claim) if place.value not in held), "")


def codes(claim: str, spans: Sequence[str]) -> str:
    """`Đồi A2`, `QL4D`: letters and digits together."""
    held = [facts.keys(span) for span in spans]
    for match in _CODE.finditer(claim):
        run = facts.keys(match.group())
        if not any(facts.contains_run(one, run) for one in held):
            return match.group()
    return ""


def digits(claim: str, spans: Sequence[str]) -> str:
    """Any run of digits that no other check has read must stand in the spans as it is."""
    read = [
        (p.start, p.end)
        for p in (*facts.date_places(claim), *facts.document_places(claim), *facts.ordinal_places(claim))
    ]
    read += [(n.start, n.end) for n in facts.numbers(claim)]
    held = {m.group().lstrip("0") for span in spans for m in re.finditer(r"\d+", span)}
    for match in re.finditer(r"\d+", claim):
        if match.group().lstrip("0") not in held and not any(a <= match.start() and match.end() <= b for a, b in read):
            return match.group()
    return ""


def names(claim: str, spans: Sequence[str]) -> str:
    held = [facts.keys(span) for span in spans]
    people = {facts.keys(p.name) for span in spans for p in find_people(span)}
    whole = {run for span in spans for run in facts.names(span)} | people
    for place in facts.name_places(claim):
        run = facts.keys(claim[place.start : place.end])
        if any(facts.contains_run(one, run) for one in held) or _joined(run, whole, people, held):
            continue
        first, _, rest = claim[place.start : place.end].partition(" ")
        opening = not place.start or claim[: place.start].rstrip()[-1:] in ".:"
        if (
            opening
            and rest
            and (not SURNAME.match(first) or facts.keys(rest) in PLACES)
            and names(rest, spans) == ""
            and first.lower() not in ("châu",)
        ):
            continue
        return " ".join(run)
    return ""


def _joined(
    run: tuple[str, ...], whole: set[tuple[str, ...]], people: set[tuple[str, ...]], held: Sequence[tuple[str, ...]]
) -> bool:
    """A place and a person in one run of capitals: `Sơn La Hoàng Quốc Khánh`; both whole in the spans."""
    for cut in range(1, len(run)):
        head, tail = run[:cut], run[cut:]
        placed = tail in people or (tail in whole and (head in whole or any(w[-cut:] == head for w in whole)))
        if placed and len(run) > 3 and any(facts.contains_run(one, head) for one in held):
            return True
    return False


def quotes(claim: str, spans: Sequence[str]) -> str:
    held = [" ".join(facts.keys(span)) for span in spans]
    for match in _QUOTED.finditer(claim):
        if not any(" ".join(facts.keys(match.group(1))) in text for text in held):
            return match.group(1)
    return speakers(claim, spans)


def speakers(claim: str, spans: Sequence[str]) -> str:
    """A quotation must be put into the mouth that spoke it."""
    for match in _QUOTED.finditer(claim):
        wanted = _speakers(claim, match.start(), match.end(), facts.keys(match.group(1)))
        found: set[tuple[str, ...]] = set()
        for span in spans:
            for other in _QUOTED.finditer(span):
                if facts.contains_run(facts.keys(other.group(1)), facts.keys(match.group(1))):
                    found |= _speakers(span, other.start(), other.end(), ())
        if wanted and found and not wanted & found:
            return " ".join(sorted(wanted)[0])
    return ""


def _speakers(text: str, start: int, end: int, said: tuple[str, ...]) -> set[tuple[str, ...]]:
    """The persons near a quotation: the last before it in its sentence, else the first behind it.

    In a claim (`said` is given) every person of the sentence may be the one meant.
    """
    opening = max(text.rfind(mark, 0, start) for mark in (". ", "”. ", "\n", ";")) + 1
    people = [p for p in find_people(text) if not start <= p.start < end]
    before = [facts.keys(p.name) for p in people if opening <= p.start < start]
    behind = [facts.keys(p.name) for p in people if p.start >= end]
    if said:
        return set(before + behind)
    return set(before[-1:] or behind[:1])
