"""`hoidap models`: list the catalogue, fetch models, check them again."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from rag.cli.console import plain
from rag.errors import ModelError, ModelMissing
from rag.models import CATALOGUE, ModelStatus, Progress, find, locate, pull, statuses, verify
from rag.settings import Settings

WIDTH = 80
KINDS = {"encoder": "bộ mã hóa", "llm": "mô hình ngôn ngữ"}
STATES = {
    "present": "đã tải",
    "changed": "đã tải nhưng tệp bị đổi, hãy chạy `hoidap models verify`",
    "missing": "chưa tải",
}
QUICK = {
    "present": "đã có",
    "changed": "tệp bị đổi, hãy chạy `hoidap models verify`",
    "missing": "chưa có, hãy chạy `hoidap models pull`",
}


@click.group("models", epilog="Ví dụ: hoidap models pull")
def models() -> None:
    """Xem, tải và kiểm tra các mô hình."""


@models.command("list", epilog="Ví dụ: hoidap models list --json")
@click.option("--json", "as_json", is_flag=True, help="In một danh sách JSON.")
@click.pass_obj
def list_models(settings: Settings, as_json: bool) -> None:
    """Liệt kê các mô hình: nguồn, giấy phép, dung lượng, mã sha256, đã tải hay chưa."""
    found = statuses(settings.models)
    if as_json:
        click.echo(json.dumps([_as_json(status) for status in found], ensure_ascii=False, indent=2))
    else:
        click.echo(plain("\n\n".join(_as_text(status) for status in found)))


@models.command("pull", epilog="Ví dụ: hoidap models pull qwen2.5-coder-0.5b")
@click.argument("names", nargs=-1, metavar="[TÊN…]")
@click.pass_obj
def pull_models(settings: Settings, names: tuple[str, ...]) -> None:
    """Tải mô hình, kiểm mã sha256; chạy lại thì tải tiếp phần còn thiếu.

    Không ghi tên thì tải bộ mã hóa và mô hình ngôn ngữ trong cấu hình.
    """
    chosen = [find(name).name for name in names] if names else _configured(settings)
    for name in chosen:
        with _progress() as progress:
            path = pull(name, settings.models, progress=progress)
        click.echo(plain(f"{name}: {path}"))


@models.command("verify", epilog="Ví dụ: hoidap models verify multilingual-e5-small")
@click.argument("names", nargs=-1, metavar="[TÊN…]")
@click.pass_obj
def verify_models(settings: Settings, names: tuple[str, ...]) -> int:
    """Đọc lại từng tệp và so mã sha256; mã thoát 1 nếu có mô hình hỏng hoặc thiếu.

    Không ghi tên thì kiểm mọi mô hình đã tải.
    """
    there = [status.spec.name for status in statuses(settings.models) if status.state != "missing"]
    chosen = [find(name).name for name in names] if names else there
    if not chosen:
        raise ModelMissing("Chưa tải mô hình nào.")
    failed = False
    for name in chosen:
        try:
            click.echo(f"{name}: đúng, sha256 {verify(name, settings.models).sha256}")
        except ModelError as error:
            click.echo(plain(f"{name}: {error.line}"), err=True)
            failed = True
    return 1 if failed else 0


def _configured(settings: Settings) -> list[str]:
    """The two models of the settings that have a name; one given by path is only checked."""
    if settings.encoder not in CATALOGUE:
        locate(settings.encoder, kind="encoder", folder=settings.models)
    if settings.llm not in CATALOGUE:
        locate(settings.llm, kind="llm", folder=settings.models)
    return [name for name in (settings.encoder, settings.llm) if name in CATALOGUE]


def _as_json(status: ModelStatus) -> dict[str, Any]:
    spec, marker = status.spec, status.marker
    installed = {"sha256": marker.sha256, "source": marker.source, "pulled_at": marker.pulled_at} if marker else None
    return {
        "name": spec.name,
        "kind": spec.kind,
        "sources": [{"source": source.label, "sha256": source.sha256} for source in spec.sources],
        "licence": spec.licence,
        "size": spec.size,
        "sha256": spec.sha256,
        "pinned": spec.pinned,
        "note": spec.note,
        "state": status.state,
        "quick": status.quick,
        "path": str(status.path),
        "installed": installed,
    }


def _as_text(status: ModelStatus) -> str:
    """A block of lines no wider than 80 columns, hashes and paths in full."""
    spec = status.spec
    head = f"{spec.name} · {KINDS[spec.kind]} · {_size(spec.size)} · {spec.licence}"
    rows = [
        ("", spec.note),
        *(("Nguồn: ", source.label) for source in spec.sources),
        ("sha256: ", spec.sha256 or "chưa ghim"),
        ("Ghim: ", spec.pinned),
        ("Trên máy: ", STATES[status.state]),
    ]
    if status.quick:
        rows.append(("Bản chạy nhanh: ", QUICK[status.quick]))
    if status.marker:
        rows.append(("", str(status.path)))
    return "\n".join([head, *(_wrapped(label + text) for label, text in rows)])


def _wrapped(text: str) -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent="  ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _size(count: int) -> str:
    """Decimal units with a Vietnamese comma: `1,12 GB`, `491 MB`."""
    if count >= 10**9:
        return f"{count / 10**9:.2f} GB".replace(".", ",")
    return f"{count / 10**6:.0f} MB"


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar on a terminal, otherwise one line on stderr for each new label."""
    if not sys.stderr.isatty():
        yield _LinePrinter()
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("Chuẩn bị", total=None)
        yield lambda done, total, label: bar.update(task, completed=done, total=total, description=label)


class _LinePrinter:
    """Progress for logs and pipes."""

    def __init__(self) -> None:
        self._label = ""

    def __call__(self, done: int, total: int, label: str) -> None:
        if label != self._label:
            self._label = label
            click.echo(f"{label}: {_size(done)} / {_size(total)}", err=True)
