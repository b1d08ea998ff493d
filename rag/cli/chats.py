"""`hoidap chats`."""

from __future__ import annotations

import sys

import click

from rag.chats.records import ChatTurn, Outcome
from rag.cli.ask import as_text, show_understood
from rag.cli.console import plain
from rag.library import Library
from rag.settings import Settings

_SHOWN = 30

_user = click.option("--user", metavar="TÊN", default="", help="Người dùng của trang có mật khẩu; mặc định là máy này.")
_chat_id = click.argument("chat_id", metavar="MÃ")


@click.group("chats", epilog="Ví dụ: hoidap chats list --find “son la”")
def chats() -> None:
    """Các cuộc trò chuyện đã lưu, của từng người dùng."""


@chats.command("list", epilog="Ví dụ: hoidap chats list --find “son la” --limit 100")
@_user
@click.option("--find", "query", metavar="TỪ", default="", help="Có các từ này; gõ không dấu cũng được.")
@click.option(
    "--limit", metavar="SỐ", type=click.IntRange(min=1), default=_SHOWN, show_default=True, help="Nhiều nhất."
)
@click.pass_obj
def list_chats(settings: Settings, user: str, query: str, limit: int) -> None:
    """Liệt kê các cuộc trò chuyện, mới nhất trước."""
    with Library.open(settings) as library:
        found = library.chats.page(user, query, limit=limit)
    for chat in found:
        click.echo(plain(f"{chat.id}  {chat.updated[:16]}  {chat.turns:3} lượt  {chat.title}"))
    if not found:
        click.echo("Không có cuộc trò chuyện nào như vậy.", err=True)


@chats.command("show", epilog="Ví dụ: hoidap chats show 1a2b3c4d5e6f1a2b3c4d5e6f")
@_chat_id
@_user
@click.pass_obj
def show_chat(settings: Settings, chat_id: str, user: str) -> None:
    """Mọi câu hỏi và câu trả lời của một cuộc trò chuyện, kèm nguồn."""
    with Library.open(settings) as library:
        turns = library.chats.turns(user, chat_id)
    for turn in turns:
        click.echo(plain(f"> {turn.question}"))
        _show(turn)
        click.echo()


def _show(turn: ChatTurn) -> None:
    if turn.answer:
        show_understood(turn.answer)
        click.echo(as_text(turn.answer))
    else:
        click.echo("Đã dừng." if turn.outcome is Outcome.STOPPED else plain(f"Lỗi: {turn.error}"))


@chats.command("export", epilog="Ví dụ: hoidap chats export 1a2b3c4d5e6f1a2b3c4d5e6f --format docx > hoi-dap.docx")
@_chat_id
@_user
@click.option(
    "--format", "form", metavar="DẠNG", type=click.Choice(["md", "docx", "json"]), default="md", show_default=True,
    help="md, docx hoặc json.",
)  # fmt: skip
@click.pass_obj
def export_chat(settings: Settings, chat_id: str, user: str, form: str) -> None:
    """Ghi một cuộc trò chuyện kèm mọi trích dẫn ra Markdown, Word hoặc JSON (đầu ra chuẩn)."""
    from rag.chats.export import exported

    with Library.open(settings) as library:
        chat, turns = library.chats.chat(user, chat_id), library.chats.turns(user, chat_id)
        content = exported(chat, turns, form, library.store.bears_out)
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


@chats.command("delete", epilog="Ví dụ: hoidap chats delete 1a2b3c4d5e6f1a2b3c4d5e6f")
@_chat_id
@_user
@click.pass_obj
def delete_chat(settings: Settings, chat_id: str, user: str) -> None:
    """Xóa một cuộc trò chuyện; không hoàn tác được."""
    with Library.open(settings) as library:
        title = library.chats.chat(user, chat_id).title
        library.chats.delete(user, chat_id)
    click.echo(f"Đã xóa “{plain(title)}”.")
