"""`hoidap eval`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.cli.console import stage_bars
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.evaluation.report import Report

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_SHOWN = (
    "retrieval.sentence_hit_1",
    "retrieval.chunk_hit_1",
    "answers.contains",
    "answers.squad2_f1",
    "citations.validity",
    "citations.precision",
    "citations.recall",
    "citations.unsupported_shown",
    "refusal.recall",
    "refusal.false_refusals",
    "confidence.auroc",
    "confidence.ece",
    "time.total_p50",
)


@click.command(
    "eval",
    short_help="Đo chất lượng trên một bộ câu hỏi.",
    epilog="Ví dụ: hoidap eval bo-do/ --limit 200 --out ket-qua/",
)
@click.argument("folder", metavar="THƯ_MỤC", type=_FOLDER)
@click.option("--corpus", metavar="THƯ_MỤC", type=_FOLDER, help="Thư mục văn bản, cho bộ chỉ có questions.jsonl.")
@click.option(
    "--mix",
    metavar="THƯ_MỤC",
    type=_FOLDER,
    multiple=True,
    help="Trộn văn bản của bộ khác vào làm nhiễu; lặp lại được.",
)
@click.option(
    "--limit", metavar="N", type=click.IntRange(min=1), help="Chỉ hỏi một mẫu cố định ngần này câu, đủ mọi loại."
)
@click.option("--extractive", is_flag=True, help="Chỉ trích nguyên văn, không dùng mô hình ngôn ngữ.")
@click.option(
    "--out",
    metavar="THƯ_MỤC",
    type=click.Path(path_type=Path, file_okay=False),
    help="Nơi ghi kết quả; mặc định ket-qua/TÊN_BỘ/MÔ_HÌNH.",
)
@click.option(
    "--thresholds",
    metavar="TỆP",
    type=click.Path(path_type=Path),
    help="Tệp TOML hoặc JSON các ngưỡng phải đạt, ví dụ: answers.contains = { min = 0.65 }",
)
@click.pass_obj
def eval_command(
    settings: Settings,
    folder: Path,
    corpus: Path | None,
    mix: tuple[Path, ...],
    limit: int | None,
    extractive: bool,
    out: Path | None,
    thresholds: Path | None,
) -> int:
    """Nạp kho văn bản của bộ đo vào một kho riêng, hỏi từng câu, rồi ghi báo cáo.

    Ghi report.md, report.json, answers.jsonl và bốn hình. Dừng bằng Ctrl-C rồi chạy lại thì đi tiếp từ chỗ
    dừng; mã thoát 1 khi có chỉ số không đạt ngưỡng.
    """
    from rag.evaluation.run import Job, evaluate
    from rag.evaluation.thresholds import failures, read_thresholds

    extractive = extractive or settings.extractive
    bounds = read_thresholds(thresholds) if thresholds else ()
    name = folder.resolve().name
    variant = "extractive" if extractive else Path(settings.llm).name.removesuffix(".gguf")
    out = out or Path("ket-qua") / name / variant
    job = Job.read(folder, corpus=corpus, mix=mix, limit=limit, extractive=extractive, out=out)
    with stage_bars() as watch:
        report = evaluate(job, settings, watch=watch)
    click.echo("\n".join([*_summary(report), f"\nBáo cáo: {out / 'report.md'}"]))
    missed = failures(bounds, report.paths)
    for line in missed:
        click.echo(f"KHÔNG ĐẠT  {line}", err=True)
    return 1 if missed else 0


def _summary(report: Report) -> Sequence[str]:
    from rag.evaluation.labels import FIGURES, interval, written

    figures = report.paths
    width = max(len(FIGURES[path]) for path in _SHOWN)
    rows = [(FIGURES[path], written(path, figures[path]), interval(path, figures[path])) for path in _SHOWN]
    return [f"{label:{width}}  {value:>8}  {span}".rstrip() for label, value, span in rows]
