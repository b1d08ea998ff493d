"""The report of a run: `report.json` for programs, `report.md` for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rag.evaluation.bootstrap import REPEATS, SEED, Figure
from rag.evaluation.figures import Group, all_figures, by_type, is_right
from rag.evaluation.indexing import Indexed
from rag.evaluation.labels import FIGURES, GROUPS, TYPE_FIGURES, interval, number, written
from rag.evaluation.plots import LATENCY, RELIABILITY, RISK, TYPES
from rag.evaluation.runner import Measured
from rag.evaluation.sets import Quote
from rag.files import write_whole
from rag.records import ModelNames

_EXAMPLES = 12
_LONGEST = 220


@dataclass(frozen=True, slots=True)
class Report:
    """All that a run has found out."""

    name: str
    questions: int
    of: int
    """Questions of the whole set; more than `questions` for a sample."""
    answerable: int
    model: ModelNames
    indexed: Indexed
    figures: Mapping[str, Group]
    types: Mapping[str, Group]
    missing: tuple[tuple[str, Quote], ...]
    """(question id, quote) of evidence that stands nowhere in its document."""
    replayed: int
    """Answers whose draft was a kept one."""

    @property
    def paths(self) -> dict[str, Figure]:
        """Every figure by its path: `answers.contains`, `types.near-miss.refused`."""
        nested = {**self.figures, **{f"types.{kind}": group for kind, group in self.types.items()}}
        return {f"{group}.{name}": figure for group, found in nested.items() for name, figure in found.items()}


def make_report(name: str, rows: Sequence[Measured], indexed: Indexed, *, of: int) -> Report:
    """Add up the judged answers of a set; `of` is the size of the whole set."""
    return Report(
        name=name,
        questions=len(rows),
        of=of,
        answerable=sum(row.item.answerable for row in rows),
        model=rows[0].answer.model,
        indexed=indexed,
        figures=all_figures(rows, indexed),
        types=by_type(rows),
        missing=tuple((row.item.id, quote) for row in rows for quote in row.judged.missing),
        replayed=sum(row.replayed for row in rows),
    )


def write_report(report: Report, rows: Sequence[Measured], folder: Path) -> None:
    """Write `report.json` and `report.md`."""
    content = json.dumps(as_json(report), ensure_ascii=False, indent=1)
    write_whole(folder / "report.json", content.encode("utf-8", "replace"))
    write_whole(folder / "report.md", "\n".join(as_markdown(report, rows)).encode("utf-8", "replace"))


def as_json(report: Report) -> dict[str, Any]:
    """The report with its groups of figures at the top level, as paths of thresholds name them."""
    indexed = report.indexed
    return {
        "set": report.name,
        "questions": report.questions,
        "of": report.of,
        "answerable": report.answerable,
        "model": asdict(report.model),
        "bootstrap": {"repeats": REPEATS, "seed": SEED, "level": 0.95},
        **{group: _as_rows(found) for group, found in report.figures.items()},
        "types": {kind: _as_rows(found) for kind, found in report.types.items()},
        "index": {"key": indexed.key, "documents": indexed.total, "failed": list(indexed.failed)},
        "missing_quotes": [{"id": name, **asdict(quote)} for name, quote in report.missing],
        "kept_drafts": report.replayed,
    }


def _as_rows(group: Group) -> dict[str, dict[str, float | None]]:
    return {name: {k: _rounded(v) for k, v in asdict(figure).items()} for name, figure in group.items()}


def _rounded(value: float | None) -> float | None:
    return value if value is None or isinstance(value, int) else round(value, 5)


def as_markdown(report: Report, rows: Sequence[Measured]) -> Iterator[str]:
    """Lines of the report for people."""
    yield from _head(report)
    for group, found in report.figures.items():
        yield from _table(group, found)
        if group == "confidence":
            yield from ("", f"![Đường rủi ro – độ phủ]({RISK})", "", f"![Độ tin cậy và phần đúng thật]({RELIABILITY})")
        if group == "time":
            yield from ("", f"![Phân bố thời gian]({LATENCY})")
    yield from _type_table(report)
    yield from _examples("Sai mà vẫn trả lời", [r for r in rows if not r.answer.refused and not is_right(r)])
    yield from _examples("Từ chối nhầm", [r for r in rows if r.answer.refused and r.item.answerable])
    yield from _missing(report)


def _head(report: Report) -> Iterator[str]:
    llm = report.model.llm or "không dùng mô hình ngôn ngữ (chỉ trích nguyên văn)"
    size = f"{report.questions} câu hỏi" + (f" (mẫu cố định của {report.of})" if report.of > report.questions else "")
    yield f"# Kết quả đo: {report.name}"
    yield ""
    yield f"- {size}: {report.answerable} trả lời được, {report.questions - report.answerable} phải từ chối"
    yield f"- {report.indexed.total} tài liệu trong kho"
    yield f"- Mô hình: {llm}; bộ mã hóa: {report.model.encoder}"
    if report.replayed:
        yield f"- {report.replayed} bản nháp dùng lại từ lần chạy trước, thời gian là thời gian khi soạn"
    yield f"- Khoảng 95 %: bootstrap trên câu hỏi, {REPEATS} lần, hạt giống {SEED}"
    yield from (f"- Không nạp được {line}" for line in report.indexed.failed)


def _table(group: str, found: Group) -> Iterator[str]:
    yield from ("", f"## {GROUPS[group]}", "")
    yield from ("| Chỉ số | Giá trị | Khoảng 95 % | Số trường hợp |", "|---|--:|:-:|--:|")
    for name, figure in found.items():
        path = f"{group}.{name}"
        yield f"| {FIGURES[path]} | **{written(path, figure)}** | {interval(path, figure)} | {figure.n} |"


def _type_table(report: Report) -> Iterator[str]:
    yield from ("", "## Theo loại câu hỏi", "")
    yield "| Loại | Số câu | " + " | ".join(TYPE_FIGURES.values()) + " |"
    yield "|---|--:|" + "--:|" * len(TYPE_FIGURES)
    for kind, group in report.types.items():
        cells = (written(f"types.{name}", group[name]) for name in TYPE_FIGURES)
        yield f"| {_cell(kind)} | {group['right'].n} | " + " | ".join(cells) + " |"
    yield from ("", f"![Theo loại câu hỏi]({TYPES})")


def _examples(title: str, rows: Sequence[Measured]) -> Iterator[str]:
    """The most confident ones first: they hurt most."""
    if not rows:
        return
    ordered = sorted(rows, key=lambda row: -row.answer.confidence)[:_EXAMPLES]
    yield from ("", f"## {title}: {len(rows)} câu", "")
    yield from ("| Mã | Câu hỏi | Trả lời | Đáp án | Tin cậy |", "|---|---|---|---|--:|")
    for row in ordered:
        expected = " hoặc ".join(" + ".join(part) for part in row.item.answers) or "(phải từ chối)"
        cells = (row.item.id, row.item.question, row.answer.answer, expected, number(row.answer.confidence, 2))
        yield "| " + " | ".join(map(_cell, cells)) + " |"
    if len(rows) > len(ordered):
        yield from ("", f"… và {len(rows) - len(ordered)} câu nữa trong answers.jsonl.")


def _missing(report: Report) -> Iterator[str]:
    if report.missing:
        yield from ("", f"## Bằng chứng không tìm thấy trong văn bản: {len(report.missing)}", "")
        yield from (f"- {name}, {quote.document}: “{_cell(quote.quote)}”" for name, quote in report.missing)


def _cell(text: str) -> str:
    """One line that cannot break a table."""
    line = " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
