"""Asks every question of a set and writes each judged answer down at once, so that a stop loses nothing."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from rag.answer import ask
from rag.database import storage_errors
from rag.evaluation.drafts import CachedLLM, Draft
from rag.evaluation.indexing import Progress
from rag.evaluation.judging import Judge, Judged
from rag.evaluation.sets import Item
from rag.files import write_whole
from rag.lookup import look_up
from rag.records import Answer, Done, Evidence, Timings

if TYPE_CHECKING:
    from rag.library import Library

ANSWERS = "answers.jsonl"
_KIB = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Measured:
    """A question, its answer, and what is right about it."""

    item: Item
    answer: Answer
    judged: Judged
    evidence_shown: bool
    """False when the answer was refused before any evidence was sent."""
    replayed: bool
    """The model's draft was a kept one; its times are those of when it was written."""
    peak_bytes: int
    """Peak resident memory of the process so far."""
    features: Mapping[str, float]
    """What the confidence was computed from."""


@dataclass(frozen=True, slots=True)
class _Line:
    """What a line of `answers.jsonl` holds besides the answer itself."""

    key: str
    judged: Judged
    evidence_shown: bool
    replayed: bool
    peak_bytes: int
    features: dict[str, float]


def answer_all(
    library: Library,
    items: Sequence[Item],
    judge: Judge,
    *,
    out: Path,
    key: str,
    extractive: bool,
    llm: CachedLLM | None,
    progress: Progress,
) -> list[Measured]:
    """Every question answered and judged, in order; answers of the same key that are there are taken over.

    Args:
        key: changes whenever an answer or its judgement might.
    """
    path = out / ANSWERS
    keys = {item.id: _question_key(key, item) for item in items}
    known = {m.item.id: m for m in _read(path, items, keys)}
    with storage_errors():
        lines = [_as_line(known[item.id], keys[item.id]) for item in items if item.id in known]
        write_whole(path, "".join(lines).encode())
    progress(len(known), len(items))
    waiting = [item for item in items if item.id not in known]
    if waiting:
        _warm_up(library, waiting[0], extractive)
    with path.open("a", encoding="utf-8") as file:
        for item in waiting:
            known[item.id] = _measure(library, item, judge, extractive, llm)
            with storage_errors():
                file.write(_as_line(known[item.id], keys[item.id]))
                file.flush()
            progress(len(known), len(items))
    return [known[item.id] for item in items]


def _question_key(key: str, item: Item) -> str:
    content = json.dumps([key, asdict(item)], ensure_ascii=False)
    return sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _warm_up(library: Library, item: Item, extractive: bool) -> None:
    """Models, indexes and word statistics are in memory before any clock runs."""
    if not extractive:
        library.llm.load()
    look_up(library, item.question, item.history)


def _measure(library: Library, item: Item, judge: Judge, extractive: bool, llm: CachedLLM | None) -> Measured:
    if llm is not None:
        llm.replayed = None
    shown = False
    done: Done | None = None
    for event in ask(library, item.question, item.history, extractive=extractive):
        if isinstance(event, Evidence):
            shown = True
        elif isinstance(event, Done):
            done = event
    if done is None:
        raise AssertionError("ask always ends with Done")
    answer = done.answer
    draft = llm.replayed if llm else None
    if draft is not None:
        answer = replace(answer, timings=_as_written(answer.timings, draft))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB
    return Measured(item, answer, judge.judge(item, answer), shown, draft is not None, peak, done.features)


def _as_written(timings: Timings, draft: Draft) -> Timings:
    """The times with the model's own part, which a kept draft has saved, put back."""
    first = None if timings.first_token_s is None else round(timings.first_token_s + draft.first_s, 3)
    return replace(timings, first_token_s=first, total_s=round(timings.total_s + draft.total_s, 3))


def _as_line(measured: Measured, key: str) -> str:
    line = _Line(
        key,
        measured.judged,
        measured.evidence_shown,
        measured.replayed,
        measured.peak_bytes,
        dict(measured.features),
    )
    row = {"id": measured.item.id, **asdict(measured.answer), "evaluation": asdict(line)}
    return json.dumps(row, ensure_ascii=False) + "\n"


def _read(path: Path, items: Iterable[Item], keys: dict[str, str]) -> Iterator[Measured]:
    """What an earlier run has measured under the same keys; a line cut short is as if not written."""
    if not path.exists():
        return
    wanted = {keys[item.id]: item for item in items}
    answers, extras = TypeAdapter(Answer), TypeAdapter(_Line)
    with storage_errors():
        lines = path.read_text("utf-8", errors="replace").split("\n")
    for text in lines:
        try:
            row = json.loads(text)
            line = extras.validate_python(row["evaluation"])
            answer = answers.validate_python(row)
        except (ValueError, ValidationError, KeyError, TypeError):
            continue
        if line.key in wanted:
            item = wanted[line.key]
            yield Measured(
                item, answer, line.judged, line.evidence_shown, line.replayed, line.peak_bytes, line.features
            )
