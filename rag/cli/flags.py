"""`hoidap flags`."""

from __future__ import annotations

import json

import click

from rag.cli.console import plain
from rag.flags.records import MEANINGS, as_row
from rag.flags.store import FlagStore
from rag.library import Library
from rag.settings import Settings


@click.group(short_help="Các câu trả lời bị báo sai.", epilog="Ví dụ: hoidap flags export > bao-sai.jsonl")
def flags() -> None:
    """Xem và xuất các câu trả lời mà người dùng đã báo sai trên màn hình."""


@flags.command("list", short_help="Liệt kê các báo sai.", epilog="Ví dụ: hoidap flags list")
@click.pass_obj
def list_command(settings: Settings) -> None:
    """Liệt kê các báo sai của mọi người dùng, mới nhất trước."""
    with Library.open(settings) as library:
        for flag in FlagStore(library.database).all(None):
            mark = "  [đã thành câu đo]" if flag.question else ""
            click.echo(plain(f"{flag.id}  {flag.made_at[:16]}  {MEANINGS[flag.complaint.wrong]}{mark}  {flag.asked}"))


@flags.command("export", short_help="Xuất báo sai dạng JSONL.", epilog="Ví dụ: hoidap flags export > bao-sai.jsonl")
@click.pass_obj
def export_command(settings: Settings) -> None:
    """In mỗi báo sai một dòng JSON với tất cả những gì câu trả lời đã thấy."""
    with Library.open(settings) as library:
        for flag in FlagStore(library.database).all(None):
            click.echo(json.dumps(as_row(flag)))
