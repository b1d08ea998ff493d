"""`hoidap backup` and `hoidap restore`."""

from __future__ import annotations

from pathlib import Path

import click

from rag.cli.console import GivenPath, plain, stage_bars
from rag.library import Library
from rag.settings import Settings


@click.command("backup", short_help="Sao lưu cả kho vào một tệp.", epilog="Ví dụ: hoidap backup kho-2026-11.hoidap")
@click.argument("target", metavar="TỆP", type=GivenPath(dir_okay=False))
@click.pass_obj
def backup_command(settings: Settings, target: Path) -> None:
    """Sao lưu cả kho (văn bản, véc-tơ, lịch sử) vào một tệp có mã kiểm; kho vẫn dùng được trong lúc đó.

    Bị dừng giữa chừng hay hết chỗ thì không để lại tệp dở dang.
    """
    from rag.backup import back_up

    with Library.open(settings) as library, stage_bars() as progress:
        manifest = back_up(library.database, target.absolute(), progress)
    click.echo(f"Đã sao lưu {manifest.documents} tài liệu vào {plain(str(target))}.")


@click.command("restore", short_help="Phục hồi kho từ tệp sao lưu.", epilog="Ví dụ: hoidap restore kho-2026-11.hoidap")
@click.argument("source", metavar="TỆP", type=GivenPath(dir_okay=False))
@click.option("--force", is_flag=True, help="Thay kho đang có; kho cũ được cất trong một thư mục con, không bị xóa.")
@click.pass_obj
def restore_command(settings: Settings, source: Path, force: bool) -> None:
    """Phục hồi kho từ tệp do `hoidap backup` tạo; dùng được ngay, không cần mã hóa lại.

    Thư mục dữ liệu đã có tài liệu thì không bị ghi đè, trừ khi có --force.
    """
    from rag.backup import restore

    with stage_bars() as progress:
        manifest = restore(source, settings.data, progress, force=force)
    with Library.open(settings) as library:
        library.indexes.refresh()
    click.echo(f"Đã phục hồi {manifest.documents} tài liệu vào {plain(str(settings.data))}.")
