"""`hoidap ask`: one question, or a file of them with the models loaded once."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from rag.cli.console import GivenPath, plain
from rag.errors import BadInput, HoidapError
from rag.library import Library
from rag.records import REASONS, Answer, Citation, Done, Evidence, Status, Token, Turn
from rag.settings import Settings

_STAGES = {
    "search": "Đang tìm",
    "load": "Đang mở mô hình",
    "read": "Đang đọc bằng chứng",
    "write": "Đang viết",
    "verify": "Đang kiểm chứng",
}
_CONFINED = "Chỉ tìm trong các tài liệu đã chọn bằng --in; bỏ --in để hỏi cả kho."


@click.command(
    "ask",
    short_help="Trả lời một câu hỏi, hoặc cả tệp câu hỏi.",
    epilog="Ví dụ: hoidap ask “Ai chủ trì hội nghị ngày 30/7?” --json",
)
@click.argument("question", required=False, metavar="[CÂU_HỎI]")
@click.option("--json", "as_json", is_flag=True, help="In câu trả lời thành một dòng JSON.")
@click.option("--history", metavar="TỆP", type=GivenPath(), help="Tệp JSON: danh sách [câu hỏi, câu trả lời] trước đó.")
@click.option("--extractive", is_flag=True, help="Chỉ trích nguyên văn, không dùng mô hình ngôn ngữ.")
@click.option(
    "--in",
    "within",
    metavar="MÃ",
    multiple=True,
    help="Chỉ tìm trong tài liệu có mã này; ghi nhiều lần để chọn nhiều tài liệu.",
)
@click.option(
    "--batch", metavar="TỆP", type=GivenPath(), help="Tệp JSONL: mỗi dòng có id, question và history nếu cần."
)
@click.option("--out", metavar="TỆP", type=GivenPath(), help="Tệp JSONL nhận câu trả lời của --batch.")
@click.pass_obj
def ask_command(
    settings: Settings,
    question: str | None,
    as_json: bool,
    history: Path | None,
    extractive: bool,
    within: tuple[str, ...],
    batch: Path | None,
    out: Path | None,
) -> None:
    """Trả lời một câu hỏi kèm trích dẫn, hoặc cả tệp câu hỏi với --batch và --out.

    Không có câu trả lời trong tài liệu thì nói rõ là không tìm thấy.
    """
    if (batch is None) == (question is None) or (batch is None) != (out is None):
        raise BadInput("Cần một câu hỏi, hoặc cả --batch và --out.", next_step="Xem `hoidap ask --help`.")
    if batch is not None and out is not None and _same(batch, out):
        raise BadInput("--out trùng với tệp của --batch.", next_step="Hãy ghi câu trả lời vào tệp khác.")
    with Library.open(settings) as library:
        if batch is not None and out is not None:
            _answer_all(library, _questions(batch), out, extractive, within or None)
        elif question is not None:
            turns = _history(history) if history else ()
            answer = _answer(library, question, turns, extractive, within or None, quiet=as_json)
            if not as_json:
                show_understood(answer)
            click.echo(_as_json(answer, None) if as_json else as_text(answer))
            if within and answer.refused and not as_json:
                click.echo(_CONFINED)


def show_understood(answer: Answer) -> None:
    """What the question was taken to mean, where that is not what was typed."""
    if answer.standalone_question != answer.question:
        click.echo(f"Đang hiểu là: {plain(answer.standalone_question)}")


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _answer(
    library: Library,
    question: str,
    turns: Sequence[Turn],
    extractive: bool,
    within: Collection[str] | None,
    *,
    quiet: bool,
) -> Answer:
    from rag import ask

    for event in ask(library, question, turns, extractive=extractive, within=within):
        if isinstance(event, Done):
            return event.answer
        if not quiet:
            show_progress(event)
    raise AssertionError("ask always ends with Done")


def show_progress(event: Status | Evidence | Token) -> None:
    """Stage and evidence on standard error, only for a person who watches."""
    if not sys.stderr.isatty():
        return
    if isinstance(event, Status):
        share = f" {event.fraction:.0%}" if event.stage == "read" else ""
        click.echo(f"\r\x1b[K{_STAGES[event.stage]}…{share}", nl=False, err=True)
    elif isinstance(event, Evidence):
        first = event.citations[0]
        click.echo(f"\r\x1b[KBằng chứng: “{plain(first.quote)}” ({plain(first.title)})", err=True)
    else:
        click.echo("\r\x1b[KĐang viết…", nl=False, err=True)


def as_text(answer: Answer) -> str:
    """The answer with its sources below, or the refusal with documents worth a look."""
    lines = [answer.answer]
    if answer.refused:
        lines.append(REASONS[answer.reason or ""])
        if answer.correction:
            lines += ["", answer.correction.text, *_source(answer.correction.citation)]
        if answer.related:
            lines += ["", "Có thể liên quan:", *(f"  - {r.title} (mã {r.document_id})" for r in answer.related)]
    elif answer.citations:
        lines += ["", "Nguồn:"]
        for c in answer.citations:
            lines += _source(c)
    return plain("\n".join(lines))


def _source(c: Citation) -> list[str]:
    date = f", {c.published}" if c.published else ""
    page = f", trang {c.page}" if c.page else ""
    lines = [f"  [{c.number}] “{c.quote}”", f"      {c.title}{page}{date} — {c.path} [{c.start}:{c.end}]"]
    if c.also:
        lines.append(f"      {c.sources} nguồn cùng đưa:")
        lines += [f"        - {other.title} — {other.path} [{other.start}:{other.end}]" for other in c.also]
    return lines


@dataclass(frozen=True, slots=True)
class _Item:
    id: Any
    question: str
    history: tuple[Turn, ...]


def _answer_all(
    library: Library, items: Sequence[_Item], out: Path, extractive: bool, within: Collection[str] | None
) -> None:
    from rich.progress import Progress

    from rag.cli.console import progress_columns, stderr_console

    with _open_new(out) as file, Progress(*progress_columns(), console=stderr_console()) as bar:
        task = bar.add_task("Trả lời", total=len(items))
        for item in items:
            answer = _answer(library, item.question, item.history, extractive, within, quiet=True)
            file.write(_as_json(answer, item.id) + "\n")
            file.flush()
            bar.advance(task)


def _open_new(path: Path) -> Any:
    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        raise BadInput(f"Không ghi được “{path}”.", next_step="Hãy chọn chỗ khác.", detail=str(error)) from error


def _as_json(answer: Answer, question_id: Any) -> str:
    from rag.answer_json import to_json

    return to_json(answer, question_id=question_id)


def read_text(path: Path) -> str:
    """A file's text in UTF-8, with or without a byte order mark."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"Không đọc được “{path}”.", next_step="Hãy kiểm tra tệp.", detail=str(error)) from error


def _questions(path: Path) -> list[_Item]:
    """All lines are checked before the first question is answered."""
    from rag.answer import validate

    items = []
    for number, line in numbered(read_text(path)):
        try:
            row = json.loads(line)
            json.dumps(row, ensure_ascii=False).encode()  # fails where the answer's line could not be written
            validate(row["question"])
            items.append(_Item(row.get("id"), row["question"], read_history(row.get("history") or [])))
        except HoidapError as error:
            where = f"Dòng {number} của “{path.name}”"
            raise BadInput(f"{where}: {error.problem}", next_step=error.next_step, detail=error.detail) from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BadInput(
                f"Dòng {number} của “{path.name}” không đúng dạng.",
                next_step='Mỗi dòng là {"id", "question", "history"?}.',
                detail=str(error),
            ) from error
    if not items:
        raise BadInput(f"“{path.name}” không có câu hỏi nào.", next_step="Mỗi dòng là một câu hỏi JSON.")
    return items


def _history(path: Path) -> tuple[Turn, ...]:
    try:
        return read_history(json.loads(read_text(path)))
    except (ValueError, RecursionError) as error:
        raise BadInput(
            f"“{path.name}” không phải tệp JSON.", next_step="Cần danh sách [câu hỏi, câu trả lời].", detail=str(error)
        ) from error


def numbered(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a JSONL file; only a newline ends one, a string may hold U+2028 and the like."""
    return ((n, line.removesuffix("\r")) for n, line in enumerate(text.split("\n"), 1) if line.strip())


def read_history(rows: Any) -> tuple[Turn, ...]:
    """Turns from JSON: a list of `[question, answer]`."""
    if not isinstance(rows, list) or not all(
        isinstance(r, list) and len(r) == 2 and all(isinstance(part, str) for part in r) for r in rows
    ):
        raise BadInput("Lịch sử hội thoại không đúng dạng.", next_step="Cần danh sách [câu hỏi, câu trả lời].")
    return tuple((question, answer) for question, answer in rows)
