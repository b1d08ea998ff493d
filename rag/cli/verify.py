"""`hoidap verify`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from rag.cli.ask import numbered, read_text
from rag.cli.console import GivenPath, plain
from rag.errors import BadInput
from rag.library import Library
from rag.settings import Settings


@click.command(
    "verify",
    short_help="Kiểm lại câu trả lời đã lưu.",
    epilog="Ví dụ: hoidap ask “…” --json > tra-loi.json rồi hoidap verify tra-loi.json",
)
@click.argument("path", metavar="TỆP.json", type=GivenPath())
@click.pass_obj
def verify_command(settings: Settings, path: Path) -> int:
    """Kiểm lại từng trích dẫn và từng câu của câu trả lời đã lưu; mã thoát 1 nếu có chỗ sai.

    Nhận một câu trả lời JSON, hoặc tệp JSONL do `hoidap ask --batch` ghi ra.
    """
    from rag.recheck import recheck

    answers = _answers(path)
    failed = 0
    with Library.open(settings) as library:
        for answer in answers:
            try:
                findings = recheck(library, answer)
            except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
                raise BadInput(f"“{path.name}” không phải câu trả lời của hoidap.", detail=repr(error)) from error
            for finding in findings:
                click.echo(f"{'đúng' if finding.ok else 'SAI '}  {plain(f'{finding.subject}: {finding.message}')}")
                failed += not finding.ok
    click.echo("Mọi trích dẫn và câu đều đúng." if not failed else f"{failed} chỗ sai.")
    return 1 if failed else 0


def _answers(path: Path) -> list[Any]:
    text = read_text(path)
    try:
        try:
            answers = [json.loads(text)]
        except ValueError:
            answers = [json.loads(line) for _, line in numbered(text)]
    except (ValueError, RecursionError) as error:
        raise BadInput(
            f"Không đọc được “{path}”.", next_step="Cần tệp JSON của `hoidap ask --json`.", detail=str(error)
        ) from error
    if not answers:
        raise BadInput(f"“{path.name}” không có câu trả lời nào.", next_step="Cần tệp JSON của `hoidap ask --json`.")
    return answers
