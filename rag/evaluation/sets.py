"""Reads the questions of a set: one JSON object a line, every line checked before the first is asked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from rag.answer import validate
from rag.errors import BadInput
from rag.records import Turn
from rag.text import normalise

QUESTIONS = "questions.jsonl"
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of a corpus document that holds the answer; `document` is the document's name in the set."""

    document: str
    quote: str


@dataclass(frozen=True, slots=True)
class Item:
    """A question with what is known about it."""

    id: str
    question: str
    answerable: bool
    type: str
    answers: tuple[tuple[str, ...], ...] = ()
    """Alternatives; all strings of one alternative must appear."""
    evidence: tuple[Quote, ...] = ()
    history: tuple[Turn, ...] = ()


def read_items(folder: Path) -> tuple[Item, ...]:
    """The questions of a set, in file order.

    Raises:
        BadInput: no such file, or a line that is no question; its number is named.
    """
    path = folder / QUESTIONS
    rows = read_rows(path, TypeAdapter(Item))
    for number, item in rows:
        wrong = _wrong(item)
        if wrong:
            raise bad_line(path, number, wrong)
    _refuse_twins(path, [(number, item.id) for number, item in rows])
    return tuple(item for _, item in rows)


def read_rows(path: Path, adapter: TypeAdapter[Row]) -> list[tuple[int, Row]]:
    """(line number, row) of every line that is not blank; a field that is null counts as not given.

    Raises:
        BadInput: unreadable, empty, or a line that is not such a row.
    """
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        step = "Hãy kiểm tra thư mục bộ đo."
        raise BadInput(f"Không đọc được “{path}”.", next_step=step, detail=str(error)) from error
    rows = [(n, _row(path, n, line, adapter)) for n, line in enumerate(lines, 1) if line.strip()]
    if not rows:
        raise BadInput(f"“{path}” không có dòng nào.", next_step="Mỗi dòng là một đối tượng JSON.")
    return rows


def _row(path: Path, number: int, line: str, adapter: TypeAdapter[Row]) -> Row:
    try:
        row: Any = json.loads(line)
        return adapter.validate_python({name: value for name, value in row.items() if value is not None})
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise bad_line(path, number, f"trường “{field}” thiếu hoặc sai dạng", detail=str(error)) from error
    except (ValueError, AttributeError) as error:
        raise bad_line(path, number, "không phải một đối tượng JSON", detail=str(error)) from error


def bad_line(path: Path, number: int, wrong: str, *, detail: str = "") -> BadInput:
    """The error that names a line and what is wrong with it."""
    problem = f"Dòng {number} của “{path.name}”: {wrong}."
    return BadInput(problem, next_step="Hãy sửa dòng đó rồi chạy lại.", detail=detail)


def _wrong(item: Item) -> str:
    try:
        validate(item.question)
    except BadInput as error:
        return error.problem.rstrip(".")
    if not item.id.strip():
        return "“id” trống"
    if item.answerable and not item.answers:
        return "câu trả lời được phải có “answers”"
    if any(not alternative or not all(map(normalise, alternative)) for alternative in item.answers):
        return "“answers” có phần trống"
    return "“quote” trống" if any(not normalise(q.quote) for q in item.evidence) else ""


def _refuse_twins(path: Path, ids: Sequence[tuple[int, str]]) -> None:
    seen: dict[str, int] = {}
    for number, name in ids:
        if name in seen:
            raise bad_line(path, number, f"“id” {name} đã có ở dòng {seen[name]}")
        seen[name] = number


def sample(items: Sequence[Item], limit: int) -> tuple[Item, ...]:
    """A fixed sample stratified by type, in file order; a larger one holds most of a smaller one.

    Every type gets its proportional share (largest remainder), at least one where `limit` allows;
    inside a type the order is that of the SHA-256 of the ids.
    """
    if limit >= len(items):
        return tuple(items)
    shares = _shares(Counter(item.type for item in items), limit)
    chosen: set[str] = set()
    for kind, count in shares.items():
        ranked = sorted((i.id for i in items if i.type == kind), key=lambda name: sha256(name.encode()).hexdigest())
        chosen.update(ranked[:count])
    return tuple(item for item in items if item.id in chosen)


def _shares(sizes: Counter[str], limit: int) -> dict[str, int]:
    """How many of each type; the largest types first where there are more types than places."""
    total = sizes.total()
    shares = dict.fromkeys(sizes, 0)
    for kind, _ in sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]:
        shares[kind] = 1
    while sum(shares.values()) < limit:
        # The type that is furthest below its proportional share is next.
        kind = max(sizes, key=lambda name: (sizes[name] * limit / total - shares[name], name))
        shares[kind] += 1
    return shares
