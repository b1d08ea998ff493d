"""Meetings as rows of a table and as JSON, for other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from rag.meetings.records import Attendee, Meeting, Moment, Request

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula at the beginning of a cell."""
COLUMNS = (
    "tài liệu|tiêu đề|loại|ngày|buổi|địa điểm|chủ trì|thành phần|nội dung|số liệu|đề nghị|quyết định|văn bản"
).split("|")


def iso(moment: Moment | None) -> str:
    """`2024-10-22`; what is not known is left out from the left (`--10-22`) or the right (`2024-10`)."""
    if moment is None:
        return ""
    if moment.month is None:
        return f"{moment.year:04}" if moment.year else ""
    year = f"{moment.year:04}" if moment.year else "-"
    return f"{year}-{moment.month:02}" + (f"-{moment.day:02}" if moment.day else "")


def as_json(meetings: Iterable[Meeting], documents: Mapping[str, str]) -> list[dict[str, Any]]:
    """Records with all spans, each with its ISO date and the path of its document."""
    return [{"path": documents[m.document_id], "date": iso(m.moment) or None, **asdict(m)} for m in meetings]


def as_csv(meetings: Iterable[Meeting], documents: Mapping[str, str]) -> str:
    """One row a meeting under Vietnamese headings; begins with the mark by which Excel knows UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for meeting in meetings:
        writer.writerow([_cell(value) for value in _row(meeting, documents[meeting.document_id])])
    return "\ufeff" + out.getvalue()


def _row(meeting: Meeting, path: str) -> tuple[str, ...]:
    moment = meeting.moment
    return (
        path,
        meeting.name,
        meeting.kind,
        iso(moment),
        (moment.part if moment else None) or "",
        "; ".join(place.text for place in (meeting.place, *meeting.other_places) if place),
        "; ".join(a.name.text for a in meeting.attendees if a.chairs),
        "; ".join(described(a) for a in meeting.attendees),
        "\n".join(topic.text for topic in meeting.topics),
        "\n".join(figure.text for figure in meeting.figures),
        "\n".join(request_line(r) for r in meeting.requests),
        "\n".join(decision.content.text for decision in meeting.decisions),
        "; ".join(r.number.text for r in meeting.references),
    )


def described(attendee: Attendee) -> str:
    """Rank, name, title and side on one line."""
    name = " ".join(words.text for words in (attendee.rank, attendee.name) if words)
    title = f", {attendee.title.text}" if attendee.title else ""
    return name + title + (f" [{attendee.side.text}]" if attendee.side else "")


def request_line(request: Request) -> str:
    """Who asked whom for what, on one line."""
    by, to = (words.text if words else "?" for words in (request.by, request.to))
    return f"{by} → {to}: {request.content.text}"


def _cell(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value
