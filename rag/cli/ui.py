"""`hoidap ui`: the one command that knows the screen."""

from __future__ import annotations

import click

from rag.library import Library
from rag.settings import Settings


@click.command("ui", short_help="Mở giao diện trong trình duyệt.", epilog="Ví dụ: hoidap ui --port 8080")
@click.option("--host", metavar="ĐỊA_CHỈ", default="127.0.0.1", show_default=True, help="Địa chỉ lắng nghe.")
@click.option("--port", metavar="CỔNG", default=7860, show_default=True, type=click.IntRange(1, 65535), help="Cổng.")
@click.option("--auth", metavar="TÊN:TỆP", help="Bắt buộc khi mở ra ngoài máy này; TỆP chứa mật khẩu.")
@click.pass_obj
def ui_command(settings: Settings, host: str, port: int, auth: str | None) -> None:
    """Mở giao diện trò chuyện trong trình duyệt, mặc định chỉ trên máy này."""
    from ui.server import serve

    with Library.open(settings) as library:
        serve(library, host=host, port=port, auth=auth, ready=lambda url: click.echo(f"Mở trình duyệt tại {url}"))
