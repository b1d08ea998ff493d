"""`hoidap watch`."""

from __future__ import annotations

import threading
from pathlib import Path

import click

from rag.cli.console import GivenPath, plain
from rag.cli.documents import OUTCOMES
from rag.library import Library
from rag.settings import Settings

_SAID = {
    **OUTCOMES,
    "orphaned": "tệp đã mất, tài liệu vẫn giữ trong kho",
    "removed": "đã xóa khỏi kho theo tệp",
}


@click.command(
    "watch", short_help="Theo dõi một thư mục và nạp mọi thay đổi.", epilog="Ví dụ: hoidap watch van-ban/ --prune"
)
@click.argument("folder", metavar="THƯ_MỤC", type=GivenPath())
@click.option("--prune", is_flag=True, help="Tệp bị xóa trong lúc theo dõi thì xóa cả tài liệu của nó khỏi kho.")
@click.pass_obj
def watch_command(settings: Settings, folder: Path, prune: bool) -> None:
    """Nạp thư mục rồi theo dõi: tệp mới, tệp sửa, tệp đổi tên được nạp sau khi ghi xong. Dừng bằng Ctrl-C.

    Mặc định không xóa gì: tệp bị xóa thì tài liệu vẫn ở trong kho (xóa bằng `hoidap docs delete`). Với
    --prune, tài liệu của tệp bị xóa trong lúc đang theo dõi cũng bị xóa, trừ khi cả thư mục không còn
    (ổ đĩa bị tháo).
    """
    from rag.watching import watch

    with Library.open(settings) as library:
        changes = watch(library, folder, prune=prune, stop=threading.Event())
        click.echo(f"Đang theo dõi {plain(str(folder))}; dừng bằng Ctrl-C.")
        for progress in changes:
            if progress.outcome == "unchanged":
                continue
            line = f"{_SAID[progress.outcome]}: {progress.path} {progress.message}".rstrip()
            click.echo(plain(line), err=progress.outcome == "failed")
