"""Prompt lookup: answers quote, so what follows the last words where they stood before is likely to come next."""

from __future__ import annotations

from collections.abc import Sequence

_LONGEST = 3
"""Tokens that are compared at most; one alone is no sign."""
_SHORTEST = 2


def guess(tokens: Sequence[int], most: int) -> list[int]:
    """At most `most` tokens that followed the latest earlier place of the longest ending; none when there is none."""
    for length in range(_LONGEST, _SHORTEST - 1, -1):
        ending = tuple(tokens[-length:])
        for at in range(len(tokens) - length - 1, -1, -1):
            if tokens[at] == ending[0] and tuple(tokens[at : at + length]) == ending:
                return list(tokens[at + length : at + length + most])
    return []
