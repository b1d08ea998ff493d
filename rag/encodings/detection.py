"""Which code page a text is in: only the right one makes Vietnamese syllables of the bytes above ASCII."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from rag.encodings.codepages import NAMES, decode
from rag.syllables import is_syllable

_WORD = re.compile(r"[^\s\x00-\x40\[\\\]^_`{|}~\x7f\xa0]+")
_AROUND = "“”‘’‚„…–—•‹›«»"
_DASHES = frozenset("–—…•")
_COMMON_FIRST = "đàưáạộâủốệếựịảỉớểêơềíăôòấờãợầữụổóậởìứồửắọặúùẩýỳũừẽễĩõỷằỡỏẻéẵỗẹẫỹẳèỵ"
"""The small letters as often as they stand in `seeds/`."""
_RANK = {letter: rank for rank, letter in enumerate(_COMMON_FIRST, start=1)}
_RARE = 70
_WRONG_WORD = 8.0
"""What a word that no Vietnamese writes costs, in nats; a letter costs 1 to 5."""
_LEAST_RIGHT = 0.75
"""Share of the words with marks that must be syllables; names like `Müller` and slips are the rest."""
_LEAST_LEAD = 3.0
"""How much likelier, in nats, the best reading must be than another."""
_SAMPLE = 200_000
"""Bytes that are judged of a long text."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a text reads as Vietnamese; only words with characters above ASCII count."""

    right: int
    wrong: int
    cost: float
    """Negative log-likelihood in nats, smaller is likelier."""

    @property
    def share(self) -> float:
        return self.right / max(1, self.right + self.wrong)


def fit(text: str) -> Fit:
    """Judge a text by its words with marks."""
    words = Counter(_words(text))
    right = sum(n for word, n in words.items() if _is_right(word))
    cost = sum(n * _cost(word) for word, n in words.items())
    return Fit(right, words.total() - right, cost)


def evidence(text: str) -> int:
    """How many different Vietnamese words with marks a text has; a lone letter proves nothing."""
    return sum(len(word) > 1 and _is_right(word) for word in set(_words(text)))


def code_page(raw: bytes) -> str | None:
    """The name of the one code page in which these bytes are Vietnamese, or None when none or several fit."""
    sample = raw[:_SAMPLE]
    readings = {decode(sample, name): name for name in reversed(NAMES)}
    ranked = sorted((fit(text).cost, text) for text in readings)
    best = ranked[0][1]
    found = fit(best)
    if found.share < _LEAST_RIGHT or not evidence(best):
        return None
    if len(ranked) > 1 and ranked[1][0] - ranked[0][0] < _LEAST_LEAD:
        return None
    return readings[best]


def _words(text: str) -> list[str]:
    return [word for word in map(_bare, _WORD.findall(text)) if not word.isascii()]


def _bare(word: str) -> str:
    """A word without punctuation around it; a dash alone is nothing, a quotation mark alone is odd."""
    if len(word) == 1 and word not in _DASHES:
        return word
    return word.strip(_AROUND)


@lru_cache(maxsize=1 << 16)
def _is_right(word: str) -> bool:
    cased = word.islower() or word.isupper() or (word[0].isupper() and word[1:].islower())
    return cased and is_syllable(word)


@lru_cache(maxsize=1 << 16)
def _cost(word: str) -> float:
    letters = sum(math.log(1 + _RANK.get(c, _RARE)) for c in word.lower() if not c.isascii())
    return letters if _is_right(word) else letters + _WRONG_WORD
