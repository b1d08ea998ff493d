"""The record of a meeting: every value is copied from its document and carries its place there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What sort of event it was; the values are what people read."""

    WORKING = "làm việc"
    CONFERENCE = "hội nghị"
    RECEPTION = "gặp mặt"
    SESSION = "kỳ họp"
    CEREMONY = "lễ"


@dataclass(frozen=True, slots=True)
class Stated:
    """Words of a document: `text` is its slice `[start, end)`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Moment:
    """When it was, with the parts that the document states; a year may come from its header."""

    stated: Stated
    day: int | None
    month: int | None
    year: int | None
    part: str | None
    """`sáng`, `trưa`, `chiều` or `tối`."""


@dataclass(frozen=True, slots=True)
class Attendee:
    """A named person at the meeting."""

    name: Stated
    """The bare name, without rank and office."""
    rank: Stated | None
    """A military or academic rank: `Thượng tướng`."""
    title: Stated | None
    """The offices as they stand, one phrase: `Ủy viên Trung ương Đảng, Thứ trưởng Bộ Quốc phòng`."""
    side: Stated | None
    """The organisation or province whose side the person is on."""
    chairs: bool
    other_title: Stated | None = None
    """A second phrase on the other side of the name: `Bí thư` before it, offices behind it."""


@dataclass(frozen=True, slots=True)
class Request:
    """A proposal, request or instruction: who asked whom for what."""

    by: Stated | None
    to: Stated | None
    content: Stated


@dataclass(frozen=True, slots=True)
class Decision:
    content: Stated
    deadline: Stated | None


@dataclass(frozen=True, slots=True)
class Reference:
    """An official document that the meeting cites."""

    number: Stated
    """`21/2019/NĐ-CP`."""
    date: Stated | None


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting as one document reports it."""

    document_id: str
    title: Stated | None
    """None where nothing but "the meeting" names it."""
    kind: Kind
    kind_stated: Stated
    moment: Moment | None
    place: Stated | None
    """The first where several are joined online; the rest are `other_places`."""
    attendees: tuple[Attendee, ...]
    """In the order of the text."""
    topics: tuple[Stated, ...]
    figures: tuple[Stated, ...]
    requests: tuple[Request, ...]
    decisions: tuple[Decision, ...]
    references: tuple[Reference, ...]
    other_places: tuple[Stated, ...] = ()

    @property
    def name(self) -> str:
        """What to call it: its title, else the words that state its kind."""
        return (self.title or self.kind_stated).text
