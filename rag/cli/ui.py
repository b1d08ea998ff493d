"""`hoidap ui` and the passwords for it: the commands that know the screen."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from rag.cli.console import GivenPath
from rag.errors import BadInput
from rag.library import Library
from rag.settings import Settings


@click.command("ui", short_help="Mở giao diện trong trình duyệt.", epilog="Ví dụ: hoidap ui --port 8080")
@click.option("--host", metavar="ĐỊA_CHỈ", default="127.0.0.1", show_default=True, help="Địa chỉ lắng nghe.")
@click.option("--port", metavar="CỔNG", default=7860, show_default=True, type=click.IntRange(1, 65535), help="Cổng.")
@click.option("--auth", metavar="TÊN:TỆP", help="Bắt buộc khi mở ra ngoài máy này; TỆP do `hoidap password` tạo.")
@click.option("--name", metavar="TÊN_MIỀN", help="Tên mà trình duyệt dùng khi có máy chủ trung gian (reverse proxy).")
@click.pass_obj
def ui_command(settings: Settings, host: str, port: int, auth: str | None, name: str | None) -> None:
    """Mở giao diện trò chuyện trong trình duyệt, mặc định chỉ trên máy này."""
    from ui.server import serve

    def ready(url: str) -> None:
        click.echo(f"Mở trình duyệt tại {url}")

    with Library.open(settings) as library:
        serve(library, host=host, port=port, auth=auth, name=name, ready=ready, say=click.echo)


@click.command(
    "password", short_help="Đặt mật khẩu cho giao diện.", epilog="Ví dụ: hoidap password an /etc/hoidap/mat-khau"
)
@click.argument("name", metavar="TÊN")
@click.argument("file", metavar="TỆP", type=GivenPath(dir_okay=False))
def password_command(name: str, file: Path) -> None:
    """Thêm người dùng TÊN vào TỆP hoặc đổi mật khẩu; chỉ mã băm được ghi lại.

    Hỏi mật khẩu hai lần, hoặc đọc một dòng từ đầu vào chuẩn khi không chạy trong cửa sổ lệnh.
    """
    from ui.access.passwords import change, checked_name

    checked_name(name)
    new = change(name, _typed_password(), file)
    done = f"Đã thêm {name} vào {file}." if new else f"Đã đổi mật khẩu của {name} trong {file}."
    click.echo(f"{done} Giao diện đang chạy cần được mở lại.")


def _typed_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = click.prompt("Mật khẩu", hide_input=True)
    if typed != click.prompt("Nhập lại mật khẩu", hide_input=True):
        raise BadInput("Hai lần nhập không giống nhau.", next_step="Hãy chạy lại lệnh.")
    return typed
