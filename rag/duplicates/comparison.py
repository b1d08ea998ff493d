"""Whether two documents print the same text of the same event.

Most of the shorter one's words stand in the other in the same order (`contained`), and nothing that tells
events apart contradicts (`rag.duplicates.contradictions`): reports of two years share their prose, not their days.
"""

from __future__ import annotations

from rag.duplicates.contradictions import contradict
from rag.duplicates.stories import Story

LEAST = 30
"""Shingles from which a text is enough to be recognised: about three sentences."""
CONTAINED = 0.7
"""Share of the shorter text that must stand in the longer one: on 800 news articles the one pair that is the same has
.89, the next .61."""


def contained(one: Story, other: Story) -> float:
    """Share of the shorter text's shingles that stand in the longer one, 0 to 1."""
    shorter = min(len(one.shingles), len(other.shingles))
    return len(one.shingles & other.shingles) / shorter if shorter else 0.0


def same_story(one: Story, other: Story) -> bool:
    """True for the same text, whole or in part, about the same event; symmetric."""
    if min(len(one.shingles), len(other.shingles)) < LEAST or contained(one, other) < CONTAINED:
        return False
    return not contradict(one, other)
