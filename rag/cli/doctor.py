"""`hoidap doctor`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.cli.console import GivenPath, plain
from rag.errors import BadInput
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.doctor import Check


@click.command("doctor", short_help="Kiểm tra toàn bộ cài đặt.", epilog="Ví dụ: hoidap doctor --offline")
@click.option("--offline", is_flag=True, help="Chứng minh: nạp, trả lời và mở giao diện mà không gọi ra ngoài lần nào.")
@click.option(
    "--report",
    metavar="TỆP.md|TỆP.html",
    type=GivenPath(dir_okay=False),
    help="Ghi biên bản của phép thử ngoại tuyến, để gửi người quản trị mạng.",
)
@click.option(
    "--salvage",
    metavar="THƯ_MỤC_MỚI",
    type=GivenPath(file_okay=False),
    help="Cứu mọi tài liệu còn đọc được của kho hỏng sang một thư mục dữ liệu mới.",
)
@click.option("--json", "as_json", is_flag=True, help="In một danh sách JSON.")
@click.pass_obj
def doctor_command(settings: Settings, offline: bool, report: Path | None, salvage: Path | None, as_json: bool) -> int:
    """Kiểm tra thư viện, mô hình, cơ sở dữ liệu, chỉ mục, ổ đĩa, bộ nhớ; mã thoát 1 nếu có chỗ hỏng.

    --offline mất khoảng một phút; --report cũng chạy phép thử đó.

    Với --salvage thì chỉ cứu dữ liệu: kho hỏng không bị sửa, mã thoát 1 nếu có tài liệu bị mất.
    """
    if salvage:
        return _salvage(settings, salvage)
    if report and report.suffix.lower() not in (".md", ".html"):
        raise BadInput("Tên tệp biên bản phải kết thúc bằng .md hoặc .html.")
    checks = []
    for check in _checks(settings, offline=offline, report=report):
        checks.append(check)
        if not as_json:
            click.echo(f"{'đạt ' if check.ok else 'HỎNG'}  {check.name}: {plain(check.message)}")
    if as_json:
        click.echo(json.dumps([asdict(c) for c in checks], ensure_ascii=False))
    return 0 if all(c.ok for c in checks) else 1


def _checks(settings: Settings, *, offline: bool, report: Path | None) -> Iterator[Check]:
    from rag.doctor import Check, examine, judge

    checks = []
    for check in examine(settings, _tell):
        checks.append(check)
        yield check
    if not (offline or report):
        return
    from rag.offline.proving import ProofFailed, prove
    from rag.offline.report import write

    try:
        proof = prove(settings, _tell)
    except ProofFailed as error:
        yield Check("Ngoại tuyến", False, error.line)
        return
    checks.append(judge(proof))
    yield checks[-1]
    if report:
        write(report.absolute(), proof, checks, settings)
        _tell(f"Biên bản ở {report.absolute()}")


def _tell(stage: str) -> None:
    """Progress, on standard error."""
    click.echo(plain(f"… {stage}"), err=True)


def _salvage(settings: Settings, target: Path) -> int:
    from rag.salvage import salvage

    saved = salvage(settings, target.absolute())
    click.echo(f"Đã cứu {saved.whole + saved.encoded} tài liệu, trong đó {saved.encoded} phải mã hóa lại.")
    for source in saved.lost:
        click.echo(f"Mất: {plain(source)}")
    click.echo(plain(f"Dùng kho mới bằng `hoidap --data {target} …`; hãy nạp lại các tệp bị mất."))
    return 1 if saved.lost else 0
