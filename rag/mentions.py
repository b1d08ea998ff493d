"""A text as a row of syllables on a line, with the values that stand among them.

Two things belong together in a sentence when few words and no clause boundary stand between them. Each
syllable has a place on a line on which a comma takes as much room as several words and a semicolon as
many.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise

from rag import facts
from rag.found import CLASS_KEYS, Found, find_values
from rag.text import expansion, tokens, tone_key

_STRONG = re.compile(
    r"[;:!?]|\.(?=\s|$)|(?<!\w)(?:trong khi|đồng thời|(?<=[,;] )còn|nhưng|riêng|sau đó|trước đó|lần lượt)(?!\w)", re.I
)
_STRONG_ROOM = 10.0
_WEAK = re.compile(r",(?!\d)|[–—()]|(?<=\s)-(?=\s)|(?<!\w)(?:và|cùng với|trong đó)(?!\w)", re.I)
_NEUTRAL = frozenset(
    """là và của có các những cho với vào tại ở từ đến được bị do bởi này đó đây ấy ông bà anh chị đồng chí cũng như thì
mà để về trong theo ra lên khi đã rồi một cùng còn ngày tháng năm số gồm vị cả đều""".split()
)
_NEUTRAL_KEYS = frozenset(map(tone_key, _NEUTRAL))


@dataclass(frozen=True, slots=True)
class Mention:
    """A value over the items `[first, last)`; `label` is its unit or kind of place, or empty.

    `reach` is the wider run of items that says no more than who or what this is: a person's offices.
    """

    kind: str
    value: tuple[object, ...]
    first: int
    last: int
    label: str
    reach: tuple[int, int]


@dataclass(frozen=True)
class Reading:
    """A text read: keys of its syllables, their places on the line, which carry content, and its values."""

    text: str
    keys: tuple[str, ...]
    places: tuple[float, ...]
    content: tuple[bool, ...]
    capital: tuple[bool, ...]
    mentions: tuple[Mention, ...]
    memo: dict[int, dict[str, float]] = field(default_factory=dict, compare=False)

    @cached_property
    def segments(self) -> tuple[int, ...]:
        """For each syllable, the number of strong boundaries before it."""
        return tuple(accumulate((b - a >= _STRONG_ROOM for a, b in pairwise(self.places)), initial=0))

    def of(self, *kinds: str) -> list[Mention]:
        return [m for m in self.mentions if m.kind in kinds]


@lru_cache(maxsize=8192)
def content_keys(text: str) -> tuple[str, ...]:
    """The tone keys of a text that are no function words."""
    return tuple(key for key in facts.keys(text) if key not in _NEUTRAL_KEYS)


@lru_cache(maxsize=2048)
def read(text: str) -> Reading:
    """Read a text; a date, number, name or quotation becomes a mention."""
    starts: list[int] = []
    keys: list[str] = []
    capital: list[bool] = []
    documents = facts.document_places(text)
    for token in tokens(text):
        inside = next((d for d in documents if d.start <= token.start < d.end), None)
        if inside and token.start > inside.start:
            continue
        for at, part in [(0, str(inside.value[0]).lower())] if inside else _parts(token.text):
            keys.append(_number_key(part) if part[0].isdigit() else tone_key(part))
            starts.append(token.start + at)
            capital.append(token.text[0].isupper())
    content = tuple(key not in _NEUTRAL_KEYS for key in keys)
    mentions = sorted((_mention(starts, keys, found) for found in find_values(text)), key=lambda m: (m.first, m.last))
    return Reading(
        text,
        tuple(keys),
        tuple(_line(text, starts)),
        content,
        tuple(capital),
        tuple(m for m in mentions if m.last > m.first),
    )


def _parts(token: str) -> list[tuple[int, str]]:
    """Syllables of a written-out abbreviation, the two ends of `2021-2030`, or the token itself."""
    full = expansion(token)
    if full:
        return [(0, part.text) for part in tokens(full)]
    return [(m.start(), m.group()) for m in re.finditer(r"[^-:]+", token)]


def _number_key(text: str) -> str:
    return re.sub(r"(?<![\d.,])0+(?=\d)", "", text.rstrip("%"))


def _line(text: str, starts: list[int]) -> list[float]:
    """Places of the syllables: one step each, more over a boundary."""
    steps = [0.0] * (len(starts) + 1)
    for pattern, room in ((_STRONG, _STRONG_ROOM), (_WEAK, 4.0)):
        for match in pattern.finditer(text):
            steps[bisect_left(starts, match.start())] += room
    places, here = [], 0.0
    for step in steps[:-1]:
        here += 1 + step
        places.append(here)
    return places


def _mention(starts: list[int], keys: list[str], found: Found) -> Mention:
    first, last = bisect_left(starts, found.start), bisect_left(starts, found.end)
    label = found.label
    if found.kind == "name" and first < len(keys):
        before = keys[first - 1] if first else ""
        label = keys[first] if keys[first] in CLASS_KEYS else before if before in CLASS_KEYS else ""
    a, b = found.reach or (found.start, found.end)
    return Mention(found.kind, found.value, first, last, label, (bisect_left(starts, a), bisect_left(starts, b)))
