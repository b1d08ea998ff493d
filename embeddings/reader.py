"""Reads a question and a passage together: is it answered there, and by which words?

The lower layers of the encoder see question and passage apart, as they were trained; the upper
ones, tuned by `bench/train_reader.py`, see both at once. Only what was tuned is in the weights file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import SentenceTransformerEncoder
from embeddings.span_network import LowerLayers, Offsets, SeenText, Weights, header, load, pair_logits

WEIGHTS = Path(__file__).with_name("reader.safetensors")
BATCH = 8
QUESTION_TOKENS, PASSAGE_TOKENS = 64, 320
SPAN_TOKENS = 48
"""The longest answer."""
_WORD = re.compile(r"\w+")

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """An answer at `[start, end)` of the passage; `score` in log odds against "no answer here"."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What one passage says to a question.

    `answerable` is a logit. Of each token: its characters, and the logits of beginning and ending
    an answer less those of "no answer".
    """

    answerable: float
    offsets: Offsets = field(repr=False, compare=False)
    starts: Floats = field(repr=False, compare=False)
    ends: Floats = field(repr=False, compare=False)

    def best(self, start: int, end: int) -> AnswerSpan | None:
        """The likeliest answer inside the characters `[start, end)`; None when no token was read there."""
        inside = np.flatnonzero((self.offsets[:, 0] >= start) & (self.offsets[:, 1] <= end))
        if not len(inside):
            return None
        scores = self.starts[inside][:, None] + self.ends[inside][None, :]
        size = len(inside)
        allowed = np.triu(np.ones((size, size), dtype=bool)) & ~np.triu(np.ones((size, size), dtype=bool), SPAN_TOKENS)
        first, last = divmod(int(np.argmax(np.where(allowed, scores, -np.inf))), size)
        return AnswerSpan(
            int(self.offsets[inside[first], 0]), int(self.offsets[inside[last], 1]), float(scores[first, last])
        )


class Reader(Protocol):
    """What reads a question and passages together."""

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """One reading a passage, in the order given."""
        ...


class FakeReader:
    """The fake that ships: a word that the question has too scores 1, another -1; the mean share is the logit."""

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        asked = _words(question)
        readings = []
        for passage in passages:
            found = list(_WORD.finditer(passage))
            shared = np.array([m.group().lower() in asked for m in found], dtype=np.float32) * 2 - 1
            offsets = np.array([m.span() for m in found], dtype=np.int64).reshape(-1, 2)
            readings.append(Reading(float(shared.mean()) if found else -1.0, offsets, shared, shared))
        return readings


class SpanReader:
    """The reader over the encoder's own network; it shares its lower layers with it.

    Args:
        encoder: the encoder that the weights were trained on; loaded at the first use.
        weights: what `bench/train_reader.py` wrote.

    Raises:
        ValueError: the weights are another encoder's.
    """

    def __init__(self, encoder: SentenceTransformerEncoder, weights: Path = WEIGHTS) -> None:
        self._encoder = encoder
        self._path = weights
        if header(weights).get("encoder") != encoder.fingerprint:
            raise ValueError(f"{weights} was not trained on the encoder {encoder.name}")

    @classmethod
    def of(cls, encoder: object, weights: Path = WEIGHTS) -> SpanReader | None:
        """The reader of this encoder, or None when none was trained on it."""
        if not isinstance(encoder, SentenceTransformerEncoder) or not weights.exists():
            return None
        return cls(encoder, weights) if header(weights).get("encoder") == encoder.fingerprint else None

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """One reading a passage, in the order given; about 320 tokens of a passage are read, no more.

        Raises:
            ImportError, ValueError, OSError: as the encoder.
        """
        order = sorted(range(len(passages)), key=lambda at: len(passages[at]))
        readings: dict[int, Reading] = {}
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            (asked,) = self._lower.texts([question], "query", QUESTION_TOKENS)
            texts = self._lower.texts([passages[at] for at in batch], "passage", PASSAGE_TOKENS)
            logits = pair_logits(self._upper, [(asked, text) for text in texts])
            for at, text, rows in zip(batch, texts, logits, strict=True):
                readings[at] = reading(rows, len(asked.offsets), text)
        return [readings[at] for at in range(len(passages))]

    @cached_property
    def _lower(self) -> LowerLayers:
        return LowerLayers(self._encoder)

    @cached_property
    def _upper(self) -> Weights:
        return load(self._path, self._lower.weights)


def reading(logits: Floats, question: int, text: SeenText) -> Reading:
    """`logits` (tokens, 3) of one pair; its first token stands for "no answer"."""
    own = logits[question : question + len(text.offsets)] - logits[0]
    real = text.offsets[:, 1] > 0
    return Reading(float(logits[0, 2]), text.offsets[real], own[real, 0], own[real, 1])


def _words(text: str) -> set[str]:
    return {found.group().lower() for found in _WORD.finditer(text)}
