"""What the layers of a BERT encoder are given: word, position and type vectors of each token, summed."""

from __future__ import annotations

from collections.abc import Sequence

from embeddings.weights import Floats, Rows, Weights

_WORDS = "embeddings.word_embeddings.weight"
_POSITIONS = "embeddings.position_embeddings.weight"
_TYPES = "embeddings.token_type_embeddings.weight"


class Inputs:
    """Reads the rows of words from the disk; threads may share it."""

    def __init__(self, weights: Weights) -> None:
        self._words = Rows(weights, _WORDS)
        self._places: Floats = weights.tensor(_POSITIONS) + weights.tensor(_TYPES)[0]

    @property
    def longest(self) -> int:
        """Tokens that have a position."""
        return len(self._places)

    def of(self, ids: Sequence[int]) -> Floats:
        """float32 (1, tokens, dimension)."""
        summed: Floats = self._words.take(ids) + self._places[: len(ids)]
        return summed[None]
