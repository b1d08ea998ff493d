"""From what was kept to the tables: each system, hoidap against each peer, and the bars."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.measure import figure, megabytes, ratio_of_medians, spread
from bench.peers.judging import Judged, judge
from bench.peers.kept import Row
from rag.evaluation.bootstrap import Figure, statistic
from rag.evaluation.sets import Item

LEAST_FIRST, LEAST_INDEX, MOST_MEMORY, LEAST_HOLDING = 3.0, 1.5, 0.7, 1.5
"""Issue 6: hoidap against the best of the peers in each measure."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything of one system."""

    system: str
    index: Sequence[Row]
    answers: Mapping[str, Row]
    """By question, without those that failed."""
    judged: Mapping[str, Judged]
    errors: int
    left: tuple[str, ...]
    """What it tried to reach outside the machine."""

    def seconds(self, name: str, among: Sequence[str]) -> list[float]:
        return [self.answers[key][name] for key in among]

    @property
    def peak_bytes(self) -> int:
        return max((row["peak_bytes"] for row in self.answers.values()), default=0)

    def index_s(self, name: str = "process_s") -> list[float]:
        """Of the whole command, models loaded and index on disk."""
        return [row[name] for row in self.index]


def measured(system: str, indexed: Sequence[Row], answers: Sequence[Row], items: Mapping[str, Item]) -> Measured:
    """What of the kept rows is this system's, judged."""
    own = [row for row in answers if row["system"] == system and row["id"] in items]
    good = {row["id"]: row for row in own if "error" not in row}
    runs = [row for row in indexed if row["system"] == system and "error" not in row]
    left = {name for row in (*own, *runs) for name in row.get("left", ())}
    judged = {key: judge(items[key], row) for key, row in good.items()}
    return Measured(system, runs, good, judged, len(own) - len(good), tuple(sorted(left)))


def system_row(found: Measured) -> Row:
    """One line of the first table."""
    judged = list(found.judged.values())
    able, unable = [j for j in judged if j.answerable], [j for j in judged if not j.answerable]
    keys = list(found.answers)
    shown = [row["evidence_s"] for row in found.answers.values() if row["evidence_s"] is not None]
    return {
        "table": "systems",
        "system": found.system,
        "questions": len(judged),
        "index_p50_s": spread(found.index_s())["p50_s"],
        "pieces": found.index[-1]["pieces"] if found.index else None,
        "index_peak_mb": megabytes(max((row["peak_bytes"] for row in found.index), default=0)),
        "evidence_p50_s": spread(shown)["p50_s"],
        "first_p50_s": spread(found.seconds("first_s", keys))["p50_s"],
        "total_p50_s": spread(found.seconds("total_s", keys))["p50_s"],
        "peak_mb": megabytes(found.peak_bytes),
        "contains": _of(sum(j.contains for j in able), len(able)),
        "refused_unanswerable": _of(sum(j.refused for j in unable), len(unable)),
        "refused_answerable": _of(sum(j.refused for j in able), len(able)),
        "citations_holding": _of(sum(j.holding for j in able), sum(j.citations for j in able)),
        "questions_with_one": _of(sum(j.holding > 0 for j in able), len(able)),
        "sources_hold": _of(sum(j.sources_hold for j in able), len(able)),
        "load": spread([row["load"] for row in found.answers.values()])["p50_s"],
        "errors": found.errors,
        "left_machine": ", ".join(found.left) or "no",
    }


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole}"


def against(ours: Measured, theirs: Measured) -> Row:
    """One line of the second table: ratios over the questions that both answered, and over the index runs."""
    both = [key for key in ours.answers if key in theirs.answers]
    written = [key for key in both if ours.answers[key]["streamed"] and theirs.answers[key]["streamed"]]

    def times(name: str, among: Sequence[str]) -> Figure:
        return ratio_of_medians(ours.seconds(name, among), theirs.seconds(name, among))

    def indexing(name: str) -> Figure:
        runs = min(len(ours.index), len(theirs.index))
        return ratio_of_medians(ours.index_s(name)[:runs], theirs.index_s(name)[:runs])

    memory = ours.peak_bytes / theirs.peak_bytes if theirs.peak_bytes else None
    return {
        "table": "hoidap against each",
        "peer": theirs.system,
        "questions": len(both),
        **figure("first_x", times("first_s", both)),
        **figure("first_written_x", times("first_s", written)),
        **figure("total_x", times("total_s", both)),
        **figure("index_x", indexing("process_s")),
        "memory_x": round(memory, 3) if memory else None,
        **figure("holding_x", _shares(ours, theirs, both)),
        "first_cpu_x": figure("x", times("first_cpu_s", both))["x"],
        "total_cpu_x": figure("x", times("total_cpu_s", both))["x"],
        "index_cpu_x": figure("x", indexing("cpu_s"))["x"],
    }


def _shares(ours: Measured, theirs: Measured, among: Sequence[str]) -> Figure:
    """Share of citations that hold the answer, ours over theirs."""
    pairs = [[(m.judged[key].holding, m.judged[key].citations) for key in among] for m in (ours, theirs)]
    function: Callable[[Any, Any], float | None] = _share_ratio
    return statistic(function, pairs[0], pairs[1])  # type: ignore[arg-type]  # rows of two, drawn together


def _share_ratio(ours: Any, theirs: Any) -> float | None:
    (held, cited), (their_held, their_cited) = np.sum(ours, axis=0), np.sum(theirs, axis=0)
    if not (cited and their_cited and their_held):
        return None
    return float(held / cited / (their_held / their_cited))


def bars(rows: Sequence[Row]) -> list[Row]:
    """hoidap against the best peer in each measure, of the rows that `against` gave."""
    found = []
    for measure, name, bar, least in (
        ("time to first token", "first_x", LEAST_FIRST, True),
        ("CPU time to first token", "first_cpu_x", LEAST_FIRST, True),
        ("index time", "index_x", LEAST_INDEX, True),
        ("CPU time of indexing", "index_cpu_x", LEAST_INDEX, True),
        ("peak memory while answering", "memory_x", MOST_MEMORY, False),
        ("share of citations that hold the answer", "holding_x", LEAST_HOLDING, True),
    ):
        known = [row for row in rows if row.get(name) is not None]
        if not known:
            continue
        # The best peer leaves the smallest advantage: the least ratio, and of memory the greatest.
        worst = (min if least else max)(known, key=lambda row: row[name])
        reached = worst[name] >= bar if least else worst[name] <= bar
        found.append(
            {
                "table": "bars",
                "measure": measure,
                "best_peer": worst["peer"],
                "ratio": worst[name],
                "ratio_low": worst.get(f"{name}_low"),
                "ratio_high": worst.get(f"{name}_high"),
                "bar": f"{'≥' if least else '≤'} {bar:g}",
                "reached": "yes" if reached else "no",
            }
        )
    return found
