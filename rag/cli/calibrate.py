"""`hoidap calibrate`."""

from __future__ import annotations

from pathlib import Path

import click

from rag.cli.console import stage_bars
from rag.settings import Settings

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command(
    "calibrate",
    short_help="Khớp độ tin cậy trên các bộ câu hỏi.",
    epilog="Ví dụ: hoidap calibrate bo-1/ bo-2/ --limit 300 --extractive --out do-tin-cay.toml",
)
@click.argument("folders", metavar="THƯ_MỤC…", type=_FOLDER, nargs=-1, required=True)
@click.option(
    "--out",
    metavar="TỆP",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Ghi tệp hệ số; dùng nó bằng cấu hình confidence.",
)
@click.option(
    "--plots", metavar="THƯ_MỤC", type=_FOLDER, help="Vẽ đường rủi ro – độ phủ và biểu đồ độ tin cậy vào đây."
)
@click.option("--limit", metavar="N", type=click.IntRange(min=1), help="Chỉ một mẫu cố định ngần này câu mỗi bộ.")
@click.option("--extractive", is_flag=True, help="Chỉ trích nguyên văn, không dùng mô hình ngôn ngữ.")
@click.option(
    "--mix",
    metavar="THƯ_MỤC",
    type=_FOLDER,
    multiple=True,
    help="Trộn văn bản của bộ khác vào làm nhiễu; lặp lại được.",
)
@click.pass_obj
def calibrate_command(
    settings: Settings,
    folders: tuple[Path, ...],
    out: Path | None,
    plots: Path | None,
    limit: int | None,
    extractive: bool,
    mix: tuple[Path, ...],
) -> None:
    """Hỏi mọi câu của các bộ đo, kiểm chéo theo bài, rồi khớp hệ số của độ tin cậy.

    In các chỉ số và ngưỡng nên đặt; chỉ ghi khi có --out. Câu đã trả lời được giữ lại: dừng bằng Ctrl-C rồi
    chạy lại thì đi tiếp.
    """
    from rag.evaluation.calibrate import calibrate, jobs_of, save
    from rag.evaluation.calibration_report import summary

    jobs = jobs_of(folders, mix=mix, limit=limit, extractive=extractive or settings.extractive)
    with stage_bars() as watch:
        found = calibrate(jobs, settings, watch=watch)
    click.echo("\n".join(summary(found)))
    save(found, out=out, plots=plots)
    if out:
        click.echo(f"\nTệp hệ số: {out}")
