"""`hoidap search`."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from rag.cli.console import plain
from rag.library import Library
from rag.settings import Settings


@click.command(
    "search",
    short_help="Tìm các đoạn gần câu hỏi nhất, kèm điểm.",
    epilog="Ví dụ: hoidap search “tăng trưởng kinh tế Sơn La” -k 3",
)
@click.argument("question", metavar="CÂU")
@click.option(
    "-k", "count", metavar="SỐ", default=5, show_default=True, type=click.IntRange(1, 50), help="Số đoạn lấy ra."
)
@click.option("--json", "as_json", is_flag=True, help="In một danh sách JSON.")
@click.pass_obj
def search_command(settings: Settings, question: str, count: int, as_json: bool) -> None:
    """Tìm các đoạn gần câu hỏi nhất, kèm điểm và điểm từ đâu ra (ngữ nghĩa, từ khóa)."""
    from rag.answer import validate
    from rag.retrieve import search

    validate(question)
    with Library.open(settings) as library:
        passages = search(library, library.tone_marks.restore(question), k=count)
    if as_json:
        click.echo(json.dumps([asdict(p) for p in passages], ensure_ascii=False))
        return
    for rank, p in enumerate(passages, 1):
        click.echo(
            f"{rank}. {p.score:.3f} (ngữ nghĩa {p.dense:.3f}, từ khóa {p.lexical:.1f}) {plain(p.document.title)}"
        )
        for other in p.duplicates:
            click.echo(plain(f"   trùng với: {other.title} (mã {other.document_id})"))
        text = " ".join(p.chunk.text.split())
        click.echo(plain(f"   {p.document.path} [{p.chunk.start}:{p.chunk.end}] {text}\n"))
