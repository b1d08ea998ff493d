"""What is kept of an answer that somebody has called wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Wrong(StrEnum):
    """What is wrong about an answer."""

    ANSWER = "answer"
    CITATION = "citation"
    MISSED = "missed"
    """It was refused and should have been found."""
    UNFOUNDED = "unfounded"
    """It was answered and should have been refused."""
    OTHER = "other"


MEANINGS = {
    Wrong.ANSWER: "trả lời sai",
    Wrong.CITATION: "trích dẫn sai",
    Wrong.MISSED: "lẽ ra phải tìm thấy",
    Wrong.UNFOUNDED: "lẽ ra phải từ chối",
    Wrong.OTHER: "điều khác",
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a person says about an answer."""

    wrong: Wrong
    expected: str = ""
    """The right answer, where they know it."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """A complaint about one answer with everything the answer saw."""

    id: str
    user: str
    made_at: str
    """UTC, ISO 8601."""
    complaint: Complaint
    seen: Mapping[str, Any]
    """As `rag.flags.seen.seen` makes it; JSON values only."""
    question: Mapping[str, Any] | None = None
    """The line of the own set that was made of it, see `rag.flags.questions`."""

    @property
    def asked(self) -> str:
        return str(self.seen["question"])

    @property
    def answered(self) -> str:
        return str(self.seen["answer"]["answer"])


def as_row(flag: Flag) -> dict[str, Any]:
    """One line of an export: who, when, what is wrong, then all that was seen."""
    complaint = flag.complaint
    own = {"id": flag.id, "user": flag.user, "made_at": flag.made_at, "wrong": complaint.wrong.value}
    return {**own, "expected": complaint.expected, "note": complaint.note, "item": flag.question, "seen": flag.seen}
