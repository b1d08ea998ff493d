"""Ties each sentence of an answer to the evidence that states it; the program writes the citations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.sentences import split_sentences
from rag.verify import Verdict, check, coverage, missing_values

MOST = 4
"""Sentences one claim may cite."""
_MARKER = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")
_BULLET = re.compile(r"^\s*(?:[-*•+]|\d{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True)
class Aligned:
    """A claim with the indexes of the evidence it cites, in order of use, and the gate's verdict."""

    text: str
    evidence: tuple[int, ...]
    verdict: Verdict


def claims_of(answer: str) -> list[str]:
    """Sentences and list items of a generated answer, without the model's own markers and bullets."""
    plain = _MARKER.sub("", answer).replace("**", "")
    lines = (_BULLET.sub("", line) for line in plain.split("\n"))
    return [line[a:b] for line in lines for a, b in split_sentences(line, 0, len(line))]


def align(claim: str, evidence: Sequence[str], *, question: str = "") -> Aligned:
    """Cite the fewest sentences that together state the claim's values, best first."""
    chosen: list[int] = []
    best = _quality(claim, [])
    while len(chosen) < MOST:
        left = [at for at in range(len(evidence)) if at not in chosen]
        options = [(_quality(claim, [evidence[i] for i in (*chosen, at)]), -at) for at in left]
        if not options or max(options)[0] <= best:
            break
        best, position = max(options)
        chosen.append(-position)
        if best[0] == 0 and check(claim, [evidence[i] for i in chosen], question=question).supported:
            break
    return Aligned(claim, tuple(chosen), check(claim, [evidence[i] for i in chosen], question=question))


def _quality(claim: str, spans: list[str]) -> tuple[int, float]:
    if not spans:
        return (-len(missing_values(claim, [])) - 1, 0.0)
    return (-len(missing_values(claim, spans)), round(coverage(claim, spans), 2))
