"""Slips of the keyboard put right in a question: input-method keys, a lost space, a wrong letter, lost marks.

A noisy channel over syllables: each typed word has candidates, the counts of the indexed texts say which fit
together, and how many marks are missing says how likely it is that a mark is missing here. Only what cannot be
Vietnamese as it stands is corrected, so that no name is ever turned into another one.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.syllable_counts import SyllableCounts
from rag.syllables import is_plain_syllable, is_syllable
from rag.telex import is_english, telex, vni, vni_words
from rag.text import Token, expansion, fold, has_marks, tokens, tone_key

_BEAM = 16
_MARKED_FORMS = 8
"""Marked syllables that are tried for one without marks."""
_HABITS = ((1e-6, 0.98), (0.5, 0.02))
"""How often a typist leaves out the marks of a syllable, and how many typists do."""
_BIGRAM_WEIGHT = 0.9
_SLIP = math.log(1e-3)
_IMPOSSIBLE = math.log(1e-6)
"""Of leaving a word as it is that cannot be Vietnamese and that the texts do not have."""
_FOREIGN = frozenset("fjwz")
_LETTERS = 3
"""A word with fewer letters is not corrected."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What a typed word may have been meant to be."""

    written: str
    """As it goes into the question."""
    forms: tuple[str, ...]
    """Its syllables in lower case, marked, for the counts."""
    cost: float
    """Logarithm, 0 or less."""
    marks_added: bool = False
    sure: bool = False
    """Whatever stands beside it."""


class Spelling:
    """Corrects by what the indexed texts have.

    Args:
        counts: of their syllables and neighbours, in lower case.
    """

    def __init__(self, counts: SyllableCounts) -> None:
        self.counts = counts
        self._by_fold, self._keys = counts.by_fold, counts.keys
        by_length: defaultdict[int, list[str]] = defaultdict(list)
        for form in counts.forms:
            by_length[len(form)].append(form)
        self._by_length = dict(by_length)

    def corrected(self, question: str) -> str:
        """The question in normal form with its slips put right; unchanged when it has none.

        A question without any mark keeps its plain letters; its marks are `ToneMarks`' to restore.
        """
        question = self._without_keys(question)
        words = [token for token in tokens(question) if not token.text[0].isdigit()]
        toneless = not has_marks(question)
        columns = [self._candidates(question, token, toneless) for token in words]
        columns = [self._fitting(columns, at) for at in range(len(columns))]
        best = max((self._best(columns, *habit) for habit in _HABITS), key=lambda found: found[0])
        return _rewritten(question, words, [candidate.written for candidate in best[1]])

    def _without_keys(self, question: str) -> str:
        """Telex and VNI keys decoded, once one word of them gives what the texts have."""
        question = self._without_vni(question)
        words = tokens(question)
        keys = [None if tone_key(word.text) in self._keys else telex(word.text) for word in words]
        attested = [key is not None and self._attested(words, at, key) for at, key in enumerate(keys)]
        english = [is_english(word.text) for word in words]
        if not any(a and not e for a, e in zip(attested, english, strict=True)):
            return question
        meant = [key if a or not e else None for key, a, e in zip(keys, attested, english, strict=True)]
        return _rewritten(question, words, [m or word.text for m, word in zip(meant, words, strict=True)])

    def _without_vni(self, question: str) -> str:
        found = [(match, decoded) for match in vni_words(question) if (decoded := vni(match.group()))]
        if any(tone_key(decoded) in self._keys for _, decoded in found):
            for match, decoded in reversed(found):
                question = question[: match.start()] + decoded + question[match.end() :]
        return question

    def _attested(self, words: Sequence[Token], at: int, decoded: str) -> bool:
        """True when the texts have this syllable beside one of its neighbours, whatever marks those lack."""
        form = decoded.lower()
        beside = [other.text for other in (*words[max(0, at - 1) : at], *words[at + 1 : at + 2])]
        forms = [f for other in beside for f in (telex(other) or other.lower(), *self._by_fold.get(fold(other), ()))]
        return any(self.counts.pair(f, form) or self.counts.pair(form, f) for f in forms)

    def _candidates(self, question: str, token: Token, toneless: bool) -> list[_Candidate]:
        """The word as typed first, then what else it may be."""
        word = token.text
        low = word.lower()
        plain = not has_marks(word)
        typed = _Candidate(word, (low,), 0.0)
        if _is_short_form(question, word) or _is_joined(question, token) or (is_syllable(word) and not plain):
            return [typed]
        if plain and is_plain_syllable(word):
            forms = self._by_fold.get(low, [])[:_MARKED_FORMS]
            if toneless:
                return [_Candidate(word, (form,), 0.0) for form in forms or [low]]
            return [typed, *(_Candidate(_cased(form, word), (form,), 0.0, True) for form in forms if form != low)]
        if tone_key(word) in self._keys or expansion(word) or len(word) < _LETTERS or _FOREIGN & set(low):
            return [typed]
        return [replace(typed, cost=_IMPOSSIBLE), *self._slips(word, plain=toneless and plain)]

    def _slips(self, word: str, *, plain: bool) -> list[_Candidate]:
        """Two known syllables without a space between, a letter typed twice, known syllables one letter away."""
        low = word.lower()
        single = {low[:i] + low[i + 1 :] for i in range(1, len(low)) if low[i] == low[i - 1]}
        if word.istitle() and not has_marks(word) and not single:
            return []
        found = [_Candidate(f"{word[:i]} {word[i:]}", pair, 0.0, sure=True) for i, pair in self._pairs(word, plain)]
        found += [_Candidate(_cased(s, word), (s,), _SLIP, sure=has_marks(s)) for s in single if is_syllable(s)]
        for form in (f for size in (-1, 0, 1) for f in self._by_length.get(len(low) + size, [])):
            meant = fold(form) if plain else form
            if is_syllable(form) and one_slip(low, meant):
                found.append(_Candidate(_cased(meant, word), (form,), _SLIP))
        return found

    def _pairs(self, word: str, plain: bool) -> list[tuple[int, tuple[str, str]]]:
        """Where a word falls apart into two known syllables; without marks only neighbours of the texts."""
        low, found = word.lower(), []
        for at in range(1, len(low)):
            if word[:at].isupper() and expansion(word[:at]) and is_syllable(low[at:]):
                found.append((at, (low[:at], low[at:])))
            befores = self._by_fold.get(low[:at], []) if plain else [low[:at]]
            afters = self._by_fold.get(low[at:], []) if plain else [low[at:]]
            for pair in ((b, a) for b in befores for a in afters if is_syllable(b) and is_syllable(a)):
                known = self.counts.pair(*pair) or (has_marks(low) and all(map(self.counts.single, pair)))
                if known:
                    found.append((at, pair))
        return found

    def _fitting(self, columns: Sequence[list[_Candidate]], at: int) -> list[_Candidate]:
        """The typed word, and those others that the texts have beside a neighbour; a name, beside each."""
        typed, *others = columns[at]
        return [typed, *(c for c in others if self._fits(c, columns, at))]

    def _fits(self, candidate: _Candidate, columns: Sequence[list[_Candidate]], at: int) -> bool:
        typed = columns[at][0]
        name = at > 0 and candidate.written[0].isupper()
        unheard = candidate.marks_added and not name and not self.counts.single(typed.forms[0])
        if candidate.sure or unheard or candidate.written == typed.written:
            return True
        before = columns[at - 1] if at else []
        after = columns[at + 1] if at + 1 < len(columns) else []
        sides = [
            any(self.counts.pair(other.forms[-1], candidate.forms[0]) for other in before),
            any(self.counts.pair(candidate.forms[-1], other.forms[0]) for other in after),
        ]
        if not name and not candidate.marks_added and not has_marks(typed.written):
            return all(side for side, column in zip(sides, (before, after), strict=True) if column)
        beside = [side for side, column in zip(sides, (before, after), strict=True) if name and _is_name(column)]
        return all(beside) and any(sides)

    def _best(self, columns: Sequence[list[_Candidate]], lost: float, prior: float) -> tuple[float, list[_Candidate]]:
        """Log score and path for typists who lose this share of marks."""
        beam: list[tuple[float, list[_Candidate]]] = [(math.log(prior), [])]
        for column in columns:
            longer = [
                (score + self._step(path, candidate) + _habit(candidate, lost), [*path, candidate])
                for score, path in beam
                for candidate in column
            ]
            beam = sorted(longer, key=lambda found: -found[0])[:_BEAM]
        return beam[0]

    def _step(self, path: Sequence[_Candidate], candidate: _Candidate) -> float:
        chain = (*(path[-1].forms[-1:] if path else ()), *candidate.forms)
        score = 0.0 if path else self._log_unigram(chain[0])
        for before, after in pairwise(chain):
            seen = self.counts.pair(before, after) / max(1, self.counts.single(before))
            score += math.log(_BIGRAM_WEIGHT * seen + (1 - _BIGRAM_WEIGHT) * math.exp(self._log_unigram(after)))
        return score + candidate.cost

    def _log_unigram(self, form: str) -> float:
        return math.log((self.counts.single(form) + 0.5) / (self.counts.total + 1))


def one_slip(typed: str, meant: str) -> bool:
    """True when one letter is wrong, missing, too many, or two neighbours are swapped."""
    if typed == meant:
        return False
    start = next((i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant)))
    rest, other = typed[start:], meant[start:]
    swapped = len(rest) > 1 and rest[1::-1] + rest[2:] == other
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:] or swapped


def _habit(candidate: _Candidate, lost: float) -> float:
    """What this candidate says about a typist: marks lost, or marks that could have been lost and were not."""
    if candidate.marks_added:
        return math.log(lost)
    return math.log(1 - lost) if has_marks(candidate.written) else 0.0


def _is_name(column: Sequence[_Candidate]) -> bool:
    return bool(column) and column[0].written[0].isupper()


def _is_short_form(question: str, word: str) -> bool:
    """Capitals in a question that is not all capitals: an abbreviation."""
    return len(word) > 1 and word.isupper() and not question.isupper()


def _is_joined(question: str, token: Token) -> bool:
    """Part of `You've` or `tua-bin`."""
    return any(c in "'’-" for c in (question[token.start - 1 : token.start], question[token.end : token.end + 1]) if c)


def _cased(form: str, typed: str) -> str:
    if len(typed) > 1 and typed.isupper():
        return form.upper()
    return form[0].upper() + form[1:] if typed[0].isupper() else form


def _rewritten(question: str, words: Sequence[Token], written: Sequence[str]) -> str:
    pieces, at = [], 0
    for token, instead in zip(words, written, strict=True):
        pieces += [question[at : token.start], instead]
        at = token.end
    return "".join(pieces) + question[at:]
