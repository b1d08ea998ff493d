"""What every section needs: times, percentiles and ratios with intervals, growth, the memory of a process tree.

Intervals are those of `rag.evaluation.bootstrap` (percentile bootstrap, 1,000 draws, one seed).
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.machine import machine
from rag.evaluation.bootstrap import Figure, percentile, statistic
from rag.files import write_whole

SAMPLE_S = 0.05
"""Between two looks at a process tree: each takes up to a millisecond of a core."""
_PAGE = os.sysconf("SC_PAGE_SIZE")
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
}
"""What each library calls its own switch; nothing measured here may need a network."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that has ended."""

    seconds: float
    cpu_s: float
    """Of all its processes and threads together: what other programs on the machine change least."""
    peak_bytes: int
    """Of all its processes together, resident, sampled."""
    private_bytes: int
    """The same without the pages of files."""
    code: int
    stdout: str
    stderr: str


def spread(seconds: Sequence[float]) -> dict[str, float | int | None]:
    """Columns of a row: median, 95th percentile, least, number of runs."""
    return {
        "p50_s": _rounded(percentile(seconds, 50).value),
        "p95_s": _rounded(percentile(seconds, 95).value),
        "min_s": _rounded(min(seconds, default=None)),
        "n": len(seconds),
    }


def ratio_of_medians(ours: Sequence[float], theirs: Sequence[float]) -> Figure:
    """Median of theirs over median of ours, pairs drawn together: above 1 where theirs takes longer.

    Fewer than three pairs have no interval: draws of one or two show nothing of how it varies.
    """
    found = statistic(_median_ratio, ours, theirs)
    return found if len(ours) > 2 else Figure(found.value, n=found.n)


def _median_ratio(ours: Any, theirs: Any) -> float | None:
    below = float(np.median(ours))
    return float(np.median(theirs)) / below if below > 0 else None


def turns(names: Sequence[str], rounds: int) -> Iterator[str]:
    """Each name once a round, each round beginning with the next one, so that none always follows another."""
    for turn in range(rounds):
        at = turn % len(names)
        yield from (*names[at:], *names[:at])


def growth(sizes: Sequence[float], costs: Sequence[float]) -> Figure:
    """The exponent of `cost = a * size ** exponent`, by least squares over the logarithms; the interval is Student's.

    None with fewer than two different sizes, or a cost that is not above 0; no interval with fewer than three points.
    """
    if len(set(sizes)) < 2 or min(*sizes, *costs) <= 0:
        return Figure(None)
    x, y = np.log(np.asarray(sizes, dtype=float)), np.log(np.asarray(costs, dtype=float))
    slope, intercept = (float(value) for value in np.polyfit(x, y, 1))
    if len(x) < 3:
        return Figure(slope, n=len(x))
    from scipy.stats import t

    rest = y - (slope * x + intercept)
    error = math.sqrt(float(rest @ rest) / (len(x) - 2) / float(((x - x.mean()) ** 2).sum()))
    wide = float(t.ppf(0.975, len(x) - 2)) * error
    return Figure(slope, slope - wide, slope + wide, len(x))


class TreeMemory:
    """Watches the resident memory of a process and all below it; `peak_bytes` is the most at one instant.

    Pages that two processes share are counted twice. A mapped model file counts as far as it has been read;
    `private_bytes` is the most without such pages, which may have been at another instant.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.peak_bytes = self.private_bytes = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> TreeMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(SAMPLE_S):
            sizes = [_sizes(pid) for pid in tree(self._pid)]
            self.peak_bytes = max(self.peak_bytes, sum(resident for resident, _ in sizes))
            self.private_bytes = max(self.private_bytes, sum(resident - shared for resident, shared in sizes))


def tree(pid: int) -> list[int]:
    """A process and all its descendants that are there now."""
    found, waiting = [], [pid]
    while waiting:
        parent = waiting.pop()
        found.append(parent)
        with suppress(OSError):  # what has just ended
            for thread in Path(f"/proc/{parent}/task").iterdir():
                waiting += _children(thread / "children")
    return found


def _children(path: Path) -> list[int]:
    """Of one thread; none when it has just ended."""
    try:
        return [int(pid) for pid in path.read_text().split()]
    except OSError:
        return []


def _sizes(pid: int) -> tuple[int, int]:
    """Resident bytes, and those of them that are pages of files."""
    try:
        _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
        return int(resident) * _PAGE, int(shared) * _PAGE
    except (OSError, ValueError):  # it has just ended
        return 0, 0


def run(command: Sequence[str], *, timeout: float = 280) -> Finished:
    """Run a command to its end, without a network as far as its libraries obey; no other child may end meanwhile."""
    started, before = time.perf_counter(), children_cpu_s()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **OFFLINE}
    )
    with TreeMemory(process.pid) as memory:
        try:
            out, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, errors = process.communicate()
        seconds = time.perf_counter() - started
    cpu_s = children_cpu_s() - before
    return Finished(seconds, cpu_s, memory.peak_bytes, memory.private_bytes, process.returncode, out, errors)


def children_cpu_s() -> float:
    """Of all children that have ended, and theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def megabytes(size: float) -> int:
    return round(size / 2**20)


def figure(prefix: str, found: Figure) -> dict[str, float | int | None]:
    """Columns of a row: a value and its interval."""
    return {
        prefix: _rounded(found.value),
        f"{prefix}_low": _rounded(found.low),
        f"{prefix}_high": _rounded(found.high),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")


def write_section(
    out: Path, section: str, rows: Sequence[Mapping[str, Any]], fits: Sequence[Mapping[str, Any]] = ()
) -> None:
    """The JSON of a section; the machine is as it is now."""
    out.parent.mkdir(parents=True, exist_ok=True)
    content: dict[str, Any] = {"section": section, "machine": asdict(machine()), "rows": list(rows)}
    if fits:
        content["fits"] = list(fits)
    write_whole(out, json.dumps(content, ensure_ascii=False, indent=1).encode())


def section_parser(description: str | None) -> argparse.ArgumentParser:
    """With the one option that every section has."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="JSON that is written")
    return parser
