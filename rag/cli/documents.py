"""`hoidap ingest` and `hoidap docs`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from rag.cli.console import GivenPath, plain
from rag.library import Library
from rag.settings import Settings

OUTCOMES = {
    "added": "đã thêm",
    "replaced": "đã thay",
    "moved": "đã đổi chỗ",
    "unchanged": "không đổi",
    "failed": "lỗi",
}


@click.command(
    "ingest", short_help="Nạp tệp hoặc thư mục vào kho.", epilog="Ví dụ: hoidap ingest van-ban/ bien-ban.txt"
)
@click.argument("paths", nargs=-1, required=True, metavar="ĐƯỜNG_DẪN…", type=GivenPath())
@click.pass_obj
def ingest_command(settings: Settings, paths: tuple[Path, ...]) -> int:
    """Nạp tệp hoặc cả thư mục vào kho; tệp lỗi được báo và các tệp khác vẫn được nạp.

    Đọc được .txt .md .html .htm .mhtml .pdf .docx .odt .rtf .doc .eml .zip, kể cả chữ TCVN3 (.VnTime), VNI, VISCII và
    Windows-1258. Mỗi tệp trong .zip, mỗi tệp đính kèm của thư là một tài liệu. Bản quét PDF cần tesseract.

    Tệp không đổi thì bỏ qua; tệp đã sửa thì thay bản cũ. Dừng giữa chừng rồi chạy lại thì đi tiếp từ chỗ
    dừng. Mã thoát 2 khi có tệp không đọc được.
    """
    from rich.progress import Progress

    from rag.cli.console import rate_columns, stderr_console
    from rag.ingestion import ingest

    counts = dict.fromkeys(OUTCOMES, 0)
    started = time.monotonic()
    with Library.open(settings) as library, Progress(*rate_columns("tài liệu"), console=stderr_console()) as bar:
        task = bar.add_task("Nạp tài liệu", total=None)
        for progress in ingest(library, paths):
            counts[progress.outcome] += 1
            last = progress.done == progress.total
            told = "Đối chiếu bài trùng, lập hồ sơ cuộc họp" if last else plain(progress.path)
            bar.update(task, total=progress.total, completed=progress.done, description=told)
            if progress.outcome == "failed":
                click.echo(f"Lỗi: {plain(f'{progress.path}: {progress.message}')}", err=True)
        bar.update(task, description="Sắp xếp chỉ mục")
        library.indexes.settle()
    click.echo(_summary(counts, time.monotonic() - started))
    return 2 if counts["failed"] else 0


def _summary(counts: dict[str, int], seconds: float) -> str:
    """What became of the files, and the rate when something was stored."""
    told = ", ".join(f"{OUTCOMES[outcome]} {n}" for outcome, n in counts.items() if n)
    stored = counts["added"] + counts["replaced"]
    return f"{told}; {stored / seconds:.1f} tài liệu/giây." if stored > 1 else f"{told}."


@click.group("docs", epilog="Ví dụ: hoidap docs list")
def docs() -> None:
    """Xem và xóa tài liệu trong kho."""


@docs.command("list", epilog="Ví dụ: hoidap docs list --failed")
@click.option("--failed", is_flag=True, help="Chỉ liệt kê các tệp chưa nạp được và vì sao.")
@click.pass_obj
def list_documents(settings: Settings, failed: bool) -> None:
    """Liệt kê tài liệu: mã, ngày, tên tệp, tiêu đề và các tài liệu đăng cùng một bài."""
    with Library.open(settings) as library:
        if failed:
            for failure in library.failures.all():
                click.echo(plain(f"{failure.failed_at[:10]}  {failure.source}\n    {failure.reason}"))
            return
        documents = library.documents()
        duplicates = library.duplicates.named(document.id for document in documents)
    if not documents:
        click.echo("Kho chưa có tài liệu. Hãy nạp bằng `hoidap ingest THƯ_MỤC`.", err=True)
    for document in documents:
        date = document.published.value if document.published else "không rõ"
        click.echo(plain(f"{document.id}  {date:10}  {document.path}\n    {document.title}"))
        for other in duplicates[document.id]:
            click.echo(plain(f"    trùng với: {other.title} (mã {other.document_id})"))


@docs.command("show", epilog="Ví dụ: hoidap docs show 1a2b3c4d5e6f --text")
@click.argument("document_id", metavar="MÃ")
@click.option("--text", "whole", is_flag=True, help="In toàn văn (chữ đã trích từ tệp) mà mọi trích dẫn dựa vào.")
@click.pass_obj
def show_document(settings: Settings, document_id: str, whole: bool) -> None:
    """Xem thông tin một tài liệu, hoặc toàn văn với --text."""
    with Library.open(settings) as library:
        document = library.document(document_id)
        text, spans = library.text(document_id), library.spans(document_id)
        landmarks = library.landmarks(document_id)
    if whole:
        _write(text)
        return
    click.echo(plain(f"Mã: {document.id}\nTiêu đề: {document.title}\nTệp: {document.source}"))
    if document.published:
        click.echo(f"Ngày: {document.published.value}")
    click.echo(f"Số ký tự: {document.characters}\nsha256: {document.sha256}")
    pages = sum(mark.kind == "page" for mark in landmarks)
    if pages:
        click.echo(f"Số trang: {pages}")
    for mark in landmarks:
        if mark.kind == "heading":
            click.echo(plain(f"  [{mark.start}] {mark.label}"))
    for kind in dict.fromkeys(span.kind for span in spans):
        size = sum(span.end - span.start for span in spans if span.kind == kind)
        click.echo(f"  {kind}: {size} ký tự")


def _write(text: str) -> None:
    """To a file or a pipe byte for byte, so that offsets and sha256 hold there; to a person without controls."""
    if sys.stdout.isatty():
        click.echo(plain(text), nl=False)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.buffer.flush()


@docs.command("delete", epilog="Ví dụ: hoidap docs delete 1a2b3c4d5e6f")
@click.argument("document_ids", nargs=-1, required=True, metavar="MÃ…")
@click.pass_obj
def delete_documents(settings: Settings, document_ids: tuple[str, ...]) -> None:
    """Xóa tài liệu khỏi kho và khỏi chỉ mục; tệp gốc trên đĩa còn nguyên."""
    with Library.open(settings) as library:
        removed = library.delete(document_ids)
    click.echo(f"Đã xóa {removed} tài liệu.")
