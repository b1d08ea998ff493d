"""`hoidap doctor`."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from rag.cli.console import plain
from rag.settings import Settings


@click.command("doctor", short_help="Kiểm tra toàn bộ cài đặt.", epilog="Ví dụ: hoidap doctor --offline")
@click.option("--offline", is_flag=True, help="Chứng minh: nạp và trả lời mà không có lời gọi mạng nào ra ngoài.")
@click.option("--json", "as_json", is_flag=True, help="In một danh sách JSON.")
@click.pass_obj
def doctor_command(settings: Settings, offline: bool, as_json: bool) -> int:
    """Kiểm tra thư viện, mô hình, cơ sở dữ liệu, chỉ mục, ổ đĩa, bộ nhớ; mã thoát 1 nếu có chỗ hỏng."""
    from rag.doctor import examine

    checks = []
    for check in examine(settings, offline=offline):
        checks.append(check)
        if not as_json:
            click.echo(f"{'đạt ' if check.ok else 'HỎNG'}  {check.name}: {plain(check.message)}")
    if as_json:
        click.echo(json.dumps([asdict(c) for c in checks], ensure_ascii=False))
    return 0 if all(c.ok for c in checks) else 1
