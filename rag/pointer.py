"""What an answer adds to its question, and where in the evidence that stands."""

from __future__ import annotations

from rag.text import tokens, tone_key

Offsets = tuple[int, int]

_LONGEST = 20
"""Syllables of a span; more is no short answer."""
_FUNCTION = frozenset(
    tone_key(word)
    for word in "là và của có các những cho với vào tại ở trong từ đến do bởi này đó cũng như thì mà".split()
)


def pointed(question: str, claim: str, quote: str) -> Offsets | None:
    """Offsets of the stretch of the quote richest in words of the claim that the question lacks, or None.

    Each such syllable counts 1, any other -1, and the stretch with the highest sum is taken (the first of
    equal ones); function words at its ends are cut off.
    """
    added = _added(question, claim)
    found = tokens(quote)
    best, total, first, last, start = 0, 0, 0, -1, 0
    for at, token in enumerate(found):
        if total <= 0:
            total, start = 0, at
        total += 1 if tone_key(token.text) in added else -1
        if total > best:
            best, first, last = total, start, at
    while first <= last and tone_key(found[first].text) in _FUNCTION:
        first += 1
    while first <= last and tone_key(found[last].text) in _FUNCTION:
        last -= 1
    return (found[first].start, found[last].end) if 0 <= last - first < _LONGEST else None


def grounding(question: str, draft: str, quote: str) -> float:
    """Share of the syllables that a draft adds to the question which stand in the quote; 0 when it adds none."""
    added = adds(question, draft)
    held = {tone_key(t.text) for t in tokens(quote)}
    return len(added & held) / len(added) if added else 0.0


def adds(question: str, draft: str) -> set[str]:
    """Tone keys of what a draft says beyond its question, function words left out."""
    return _added(question, draft) - _FUNCTION


def _added(question: str, claim: str) -> set[str]:
    return {tone_key(t.text) for t in tokens(claim)} - {tone_key(t.text) for t in tokens(question)}
