"""Tokens without the tokenizer, whose 250,000 pieces take a second to load and 280 MB of memory.

The same Unigram model over the same pieces: normalise, cut at white space, take the likeliest path through each word.
Words come back again and again, so their paths are kept. It exists for tokenizers built of exactly these steps, and
agreement is tested; the rare text whose characters change together under NFKC is left to the tokenizer itself.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_BLANKS = "\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""White space of Unicode, as the tokenizer cuts; `str.split` takes four control characters more."""
MARK = "\u2581"
_WORD = re.compile(f"[^{_BLANKS}]+")
_UNKNOWN_PENALTY = 10.0
_KEPT_WORDS = 1 << 15
_LONGEST_WORD = 3000
"""Characters; longer ones would take long."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a tokenizer's file says beside its pieces."""

    replacements: tuple[tuple[str, str], ...]
    """Characters, and the text that each of them becomes before NFKC."""
    before: tuple[int, ...]
    after: tuple[int, ...]
    """Ids around every text."""
    unknown: int
    longest: int
    """Characters of the longest piece."""
    least: float
    """The lowest score of a piece."""


class Tokens(NamedTuple):
    """Ids, and the character after the last one of each; 0 for the ids around a text."""

    ids: list[int]
    ends: list[int]


class Pieces:
    """The pieces by the hash of their text: uint64 (n,) rising, their int32 ids and float64 scores."""

    def __init__(
        self, hashes: NDArray[np.uint64], ids: NDArray[np.int32], scores: NDArray[np.float64], rules: Rules
    ) -> None:
        self._hashes, self._ids, self._scores, self._rules = hashes, ids, scores, rules
        self._changed = {ord(letter): text for letters, text in rules.replacements for letter in letters}
        self._path = lru_cache(_KEPT_WORDS)(self._word_path)

    @classmethod
    def load(cls, path: Path) -> Pieces:
        """Raises ValueError, KeyError or OSError when the file is not one of `save`."""
        with np.load(path, allow_pickle=False) as stored:
            rules = json.loads(stored["rules"].tobytes())
            rules["replacements"] = tuple(map(tuple, rules["replacements"]))
            fixed = {key: tuple(rules[key]) for key in ("before", "after")}
            return cls(stored["hashes"], stored["ids"], stored["scores"], Rules(**rules | fixed))

    def save(self, path: Path) -> None:
        rules = {name: getattr(self._rules, name) for name in Rules.__slots__}
        packed = np.frombuffer(json.dumps(rules).encode(), dtype=np.uint8)
        np.savez(path, hashes=self._hashes, ids=self._ids, scores=self._scores, rules=packed)

    @property
    def unknown(self) -> int:
        """The id of what no piece covers."""
        return self._rules.unknown

    def tokens(self, text: str, *, most: int) -> Tokens | None:
        """Of a text in NFC without special tokens, `most` at most; None where only the tokenizer can tell."""
        normal, sources = self._normalised(text)
        if normal is None or MARK in normal:
            return None
        ids: list[int] = []
        ends: list[int] = []
        room = most - len(self._rules.before) - len(self._rules.after)
        for word in _WORD.finditer(normal):
            if len(ids) >= room:
                break
            if word.end() - word.start() > _LONGEST_WORD:
                return None
            numbers, lengths = self._path(word.group())
            ids += numbers
            ends += [word.start() + length for length in lengths]
        if sources is not None:
            ends = [sources[end - 1] + 1 for end in ends]
        before, after = list(self._rules.before), list(self._rules.after)
        return Tokens(before + ids[:room] + after, [0] * len(before) + ends[:room] + [0] * len(after))

    def _normalised(self, text: str) -> tuple[str | None, list[int] | None]:
        """The text as it is cut, and where each of its characters comes from; no list where nothing has moved."""
        changed = text.translate(self._changed)
        if changed == text and unicodedata.is_normalized("NFKC", text):
            return text, None
        single = [unicodedata.normalize("NFKC", self._changed.get(ord(letter), letter)) for letter in text]
        normal = "".join(single)
        if normal != unicodedata.normalize("NFKC", changed):
            return None, None
        return normal, [at for at, letters in enumerate(single) for _ in letters]

    def _word_path(self, word: str) -> tuple[list[int], list[int]]:
        """Ids of a word's pieces, and where each ends in the word; a mark that stands alone has its first character."""
        numbers, ends = self._best_path(MARK + word)
        return numbers, [max(1, end - 1) for end in ends]

    def _best_path(self, part: str) -> tuple[list[int], list[int]]:
        """Ids and ends of the likeliest pieces that make up `part`; what none covers is unknown, neighbours as one."""
        known = self._known(part)
        unknown = self._rules.unknown
        best: list[tuple[float, int, int] | None] = [(0.0, 0, 0), *[None] * len(part)]
        """Score, start and id of the last piece, for every end."""
        for start in range(len(part)):
            reached = best[start]
            assert reached is not None  # a character that is no piece of its own is unknown
            steps = known.get(start, [])
            if not any(end == start + 1 for end, _, _ in steps):
                steps = [*steps, (start + 1, unknown, self._rules.least - _UNKNOWN_PENALTY)]
            for end, number, score in steps:
                there = best[end]
                if there is None or reached[0] + score > there[0]:
                    best[end] = (reached[0] + score, start, number)
        return _back(best, unknown)

    def _known(self, part: str) -> dict[int, list[tuple[int, int, float]]]:
        """(end, id, score) of every piece that stands in `part`, by its start, the shortest first."""
        longest = self._rules.longest
        spans = [
            (start, end) for start in range(len(part)) for end in range(start + 1, min(len(part), start + longest) + 1)
        ]
        wanted = np.array([hashed(part[start:end]) for start, end in spans], dtype=np.uint64)
        at = np.minimum(np.searchsorted(self._hashes, wanted), len(self._hashes) - 1)
        found: dict[int, list[tuple[int, int, float]]] = {}
        for index in np.flatnonzero(self._hashes[at] == wanted):
            start, end = spans[index]
            found.setdefault(start, []).append((end, int(self._ids[at[index]]), float(self._scores[at[index]])))
        return found


def _back(best: Sequence[tuple[float, int, int] | None], unknown: int) -> tuple[list[int], list[int]]:
    ids: list[int] = []
    ends: list[int] = []
    end = len(best) - 1
    while end > 0:
        last = best[end]
        assert last is not None
        _, start, number = last
        if not (number == unknown and ids and ids[-1] == unknown):
            ids.append(number)
            ends.append(end)
        end = start
    return ids[::-1], ends[::-1]


def hashed(piece: str) -> int:
    """64 bits of BLAKE2b."""
    return int.from_bytes(hashlib.blake2b(piece.encode(), digest_size=8).digest(), "little")
