"""`hoidap doctor`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from rag.cli.console import GivenPath, plain
from rag.settings import Settings


@click.command("doctor", short_help="Kiểm tra toàn bộ cài đặt.", epilog="Ví dụ: hoidap doctor --offline")
@click.option("--offline", is_flag=True, help="Chứng minh: nạp và trả lời mà không có lời gọi mạng nào ra ngoài.")
@click.option(
    "--salvage",
    metavar="THƯ_MỤC_MỚI",
    type=GivenPath(file_okay=False),
    help="Cứu mọi tài liệu còn đọc được của kho hỏng sang một thư mục dữ liệu mới.",
)
@click.option("--json", "as_json", is_flag=True, help="In một danh sách JSON.")
@click.pass_obj
def doctor_command(settings: Settings, offline: bool, salvage: Path | None, as_json: bool) -> int:
    """Kiểm tra thư viện, mô hình, cơ sở dữ liệu, chỉ mục, ổ đĩa, bộ nhớ; mã thoát 1 nếu có chỗ hỏng.

    Với --salvage thì chỉ cứu dữ liệu: kho hỏng không bị sửa, mã thoát 1 nếu có tài liệu bị mất.
    """
    if salvage:
        return _salvage(settings, salvage)
    from rag.doctor import examine

    checks = []
    for check in examine(settings, offline=offline):
        checks.append(check)
        if not as_json:
            click.echo(f"{'đạt ' if check.ok else 'HỎNG'}  {check.name}: {plain(check.message)}")
    if as_json:
        click.echo(json.dumps([asdict(c) for c in checks], ensure_ascii=False))
    return 0 if all(c.ok for c in checks) else 1


def _salvage(settings: Settings, target: Path) -> int:
    from rag.salvage import salvage

    saved = salvage(settings, target.absolute())
    click.echo(f"Đã cứu {saved.whole + saved.encoded} tài liệu, trong đó {saved.encoded} phải mã hóa lại.")
    for source in saved.lost:
        click.echo(f"Mất: {plain(source)}")
    click.echo(plain(f"Dùng kho mới bằng `hoidap --data {target} …`; hãy nạp lại các tệp bị mất."))
    return 1 if saved.lost else 0
