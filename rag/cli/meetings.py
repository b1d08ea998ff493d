"""`hoidap meetings`."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import click

from rag.cli.console import plain, stage_bars
from rag.errors import BadInput
from rag.library import Library
from rag.meetings.records import Kind, Meeting
from rag.settings import Settings

_DAY = re.compile(r"(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?")
_PATIENCE = 1.0
"""Seconds without a progress bar."""
_FIELDS = {
    "title": "Tiêu đề",
    "kind_stated": "Loại",
    "moment": "Thời gian",
    "place": "Địa điểm",
    "attendees": "Thành phần",
    "topics": "Nội dung",
    "figures": "Số liệu",
    "requests": "Đề nghị",
    "decisions": "Quyết định",
    "references": "Văn bản",
    "other_places": "Điểm cầu khác",
}
_PARTS = {
    "name": "tên",
    "rank": "cấp hàm",
    "title": "chức vụ",
    "side": "phía",
    "by": "bên nêu",
    "to": "bên nhận",
    "content": "nội dung",
    "deadline": "thời hạn",
    "number": "số",
    "date": "ngày",
    "stated": "ghi là",
}


class _Period(click.ParamType[tuple[date, date]]):
    """`2024`, `2024-10` or `2024-10-22`: its first and last day."""

    name = "ngày"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[date, date]:
        from rag.meetings.selecting import period

        found = _DAY.fullmatch(value)
        try:
            if not found:
                raise ValueError(value)
            return period(*(int(part) for part in found.groups() if part))
        except ValueError as error:
            raise BadInput(f"“{value}” không phải ngày.", next_step="Hãy ghi 2024, 2024-10 hoặc 2024-10-22.") from error


def _filters(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(
        (
            click.option(
                "--from", "since", metavar="NGÀY", type=_Period(), help="Từ ngày (2024, 2024-10, 2024-10-22)."
            ),
            click.option("--to", "until", metavar="NGÀY", type=_Period(), help="Đến hết ngày, tháng hoặc năm này."),
            click.option("--person", metavar="TÊN", default="", help="Có người này tham gia; gõ không dấu cũng được."),
            click.option("--place", metavar="NƠI", default="", help="Diễn ra ở nơi này; gõ không dấu cũng được."),
            click.option("--kind", metavar="LOẠI", type=click.Choice([str(kind) for kind in Kind]), help=_KINDS),
        )
    ):
        command = option(command)
    return command


_KINDS = f"Loại: {', '.join(Kind)}."


@click.group("meetings", epilog="Ví dụ: hoidap meetings list --from 2024-10 --person “Hoàng Quốc Khánh”")
def meetings() -> None:
    """Các cuộc họp mà tài liệu trong kho ghi lại, mỗi trường kèm chỗ đứng trong văn bản."""


@meetings.command("list", epilog="Ví dụ: hoidap meetings list --from 2024 --to 2024-06 --place “lao cai”")
@_filters
@click.pass_obj
def list_meetings(settings: Settings, /, **filters: Any) -> None:
    """Liệt kê các cuộc họp theo thời gian; cuộc họp không rõ năm đứng cuối."""
    from rag.meetings.export import iso

    with Library.open(settings) as library:
        found = _selected(library, **filters)
    for meeting in found:
        place = f" · {meeting.place.text}" if meeting.place else ""
        when = f"{iso(meeting.moment) or 'không rõ':10} {(meeting.moment.part if meeting.moment else None) or '':5}"
        click.echo(plain(f"{meeting.document_id}  {when}  {meeting.kind}{place}\n    {meeting.name}"))


@meetings.command("show", epilog="Ví dụ: hoidap meetings show 1a2b3c4d5e6f")
@click.argument("document_id", metavar="MÃ")
@click.pass_obj
def show_meeting(settings: Settings, document_id: str) -> None:
    """Mọi trường của các cuộc họp trong một tài liệu, kèm vị trí [đầu–cuối] tính bằng ký tự trong văn bản."""
    with Library.open(settings) as library:
        document = library.document(document_id)
        found = [meeting for meeting in _read(library) if meeting.document_id == document_id]
    if not found:
        click.echo("Tài liệu này không ghi cuộc họp nào.", err=True)
    for meeting in found:
        click.echo(plain(f"{document.path}\n{_shown(meeting)}"))


@meetings.command("export", epilog="Ví dụ: hoidap meetings export --format ics --from 2024 > hop.ics")
@click.option(
    "--format", "form", metavar="DẠNG", type=click.Choice(["json", "csv", "ics"]), default="json", show_default=True,
    help="json (mọi trường và vị trí), csv (bảng tính) hoặc ics (lịch).",
)  # fmt: skip
@_filters
@click.pass_obj
def export_meetings(settings: Settings, /, form: str, **filters: Any) -> None:
    """Ghi các cuộc họp ra JSON, CSV hoặc iCalendar (đầu ra chuẩn).

    Cuộc họp không rõ ngày hoặc năm thì không vào lịch được; số đó được báo riêng.
    """
    from rag.meetings.export import as_csv, as_json
    from rag.meetings.icalendar import calendar, day_of

    with Library.open(settings) as library:
        found = _selected(library, **filters)
        paths = {document.id: document.path for document in library.documents()}
    if form == "json":
        _send(json.dumps(as_json(found, paths), ensure_ascii=False, indent=1) + "\n")
    elif form == "csv":
        _send(as_csv(found, paths))
    else:
        _send(calendar(found, made=datetime.now(UTC)))
        left = [meeting for meeting in found if day_of(meeting) is None]
        if left:
            click.echo(f"{len(left)} cuộc họp không rõ ngày hoặc năm nên không vào lịch được.", err=True)


def _selected(library: Library, since: Any, until: Any, person: str, place: str, kind: str | None) -> list[Meeting]:
    if since and until and since[0] > until[1]:
        raise BadInput("Ngày bắt đầu đứng sau ngày kết thúc.", next_step="Hãy đổi chỗ --from và --to.")
    from rag.meetings.selecting import select

    found = select(
        _read(library),
        first=since[0] if since else None,
        last=until[1] if until else None,
        person=person,
        place=place,
        kind=Kind(kind) if kind else None,
    )
    if not found:
        click.echo("Không có cuộc họp nào như vậy trong kho.", err=True)
    return found


def _read(library: Library) -> list[Meeting]:
    """All meetings, with a bar when reading documents takes longer than a moment."""
    began = time.monotonic()
    with stage_bars() as told:

        def watch(done: int, total: int) -> None:
            if time.monotonic() - began > _PATIENCE:
                told("Đọc cuộc họp", done, total)

        return library.meetings(watch)


def _shown(meeting: Meeting) -> str:
    from rag.meetings.export import iso
    from rag.meetings.verify import all_stated

    lines, last = [f"{meeting.kind}, {iso(meeting.moment) or 'không rõ ngày'}"], ""
    for path, stated in all_stated(meeting):
        head, _, part = path.partition(".")
        field, _, number = head.rstrip("]").partition("[")
        if head != last:
            name = f"{_FIELDS[field]}{f' {int(number) + 1}' if number else ''}"
            chairs = number and field == "attendees" and meeting.attendees[int(number)].chairs
            lines.append(f"  {name}{' (chủ trì)' if chairs else ''}:")
            last = head
        label = f"{_PARTS[part]}: " if part in _PARTS else ""
        lines.append(f"    {label}{' '.join(stated.text.split())} [{stated.start}–{stated.end}]")
    return "\n".join(lines)


def _send(text: str) -> None:
    """To a file or a pipe as it is; to a person without controls."""
    if sys.stdout.isatty():
        text = plain(text.replace("\r\n", "\n"))
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
