"""What is kept of a conversation. A field added to these records, or to `Answer`, needs a default: old rows lack it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rag.records import Answer, Citation


class Outcome(StrEnum):
    """How an exchange ended; a refusal is an answer."""

    ANSWERED = "answered"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation of one user without its turns."""

    id: str
    user: str
    """Empty for the one person at a machine without passwords."""
    title: str
    created: str
    """ISO 8601 in UTC, as `updated`."""
    updated: str
    turns: int
    """How many there are."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The only documents that a question was asked of, and what they are called."""

    name: str
    document_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChatTurn:
    """A question and what came of it."""

    question: str
    asked_at: str
    """ISO 8601 in UTC."""
    outcome: Outcome
    standalone: str = ""
    """The question as it was understood, empty when it did not come so far."""
    answer: Answer | None = None
    """Whole, so that it can be shown and checked when its documents are gone."""
    evidence: tuple[Citation, ...] = ()
    """What had been found when it was stopped or failed; an answer has its own citations."""
    error: str = ""
    """The line that was shown of a failure."""
    features: Mapping[str, float] = field(default_factory=dict)
    """What the confidence of the answer was computed from."""
    searched: int | None = None
    """Documents that a refused question was looked for in."""
    scope: Scope | None = None
    """None for the whole library."""
    ordinal: int = 0
    """Its place in the chat, from 1; 0 until it is stored."""
