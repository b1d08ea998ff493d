"""How search grows with the library: `python -m bench.search [--sizes 1000,10000,100000] [--out JSON]`.

One made-up library grows through all sizes. At each a fresh process opens it and answers 200 questions: exact
neighbours are computed with numpy from the database. Prints a table, writes figures and the exponents of growth.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.made import DIMENSION, FINGERPRINT, PASSAGES, Asked, Maker, fill

SIZES = "1000,10000,100000"
QUESTIONS, BEST, POOL = 200, 10, 50
LEAST_FITTED = 10_000
"""Below, what any question costs hides what grows."""
FITTED = ("dense", "lexical", "search", "asked")


class NoEncoder:
    """Stands where an encoder would: the vectors are made."""

    name, dimension, fingerprint = "made", DIMENSION, FINGERPRINT


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=SIZES, help="passages, rising, comma between")
    parser.add_argument("--out", type=Path, default=Path("build/bench/search.json"))
    parser.add_argument("--data", type=Path, help="keep the library here, and go on with what is there")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measured(options.measure)))
        return
    with tempfile.TemporaryDirectory() as made:
        rows = [row_of(options.data or Path(made), int(size)) for size in options.sizes.split(",")]
    fits = [fit for what in FITTED if (fit := fitted(what, rows))]
    for row in rows:
        row.pop("seconds")
    report = {"section": "search", "machine": machine(), "rows": rows, "fits": fits}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    for each in fits:
        low, high = each["interval"]
        print(
            f"{each['what']}: grows with the {each['exponent']:.2f}th power of the passages ({low:.2f} to {high:.2f})"
        )


def library(data: Path):
    from rag.library import Library
    from rag.settings import Settings

    return Library(Settings(data=data, extractive=True), encoder=NoEncoder())


def row_of(data: Path, size: int) -> dict:
    """Grow the library to so many passages and measure it."""
    maker, documents = Maker(), size // PASSAGES
    with library(data) as opened:
        there = opened.store.count()
        stored = timed(lambda: fill(opened.store, maker, there, documents))
        indexed = timed(opened.indexes.refresh)
        compacted = timed(opened.indexes.settle)
        counted = timed(lambda: opened.tone_marks)
        questions = maker.questions(QUESTIONS, documents)
        np.savez(data / "asked.npz", text=[q.text for q in questions], vector=np.stack([q.vector for q in questions]))
        best = exact(opened, np.stack([q.vector for q in questions]))
    said = subprocess.run(
        [sys.executable, "-m", "bench.search", "--measure", str(data)], capture_output=True, text=True, check=True
    )
    child = json.loads(said.stdout)
    found = child.pop("found")
    recall = float(np.mean([len(set(f) & set(b)) / len(b) for f, b in zip(found, best, strict=True)]))
    row = {
        "passages": size,
        "recall": round(recall, 4),
        **child,
        "store_s": round(stored, 1),
        "index_s": round(indexed, 1),
        "compact_s": round(compacted, 1),
        "count_s": round(counted, 1),
        "disk_mb": round(sum(p.stat().st_size for p in data.rglob("*") if p.is_file()) / 1e6),
        "index_mb": round(sum(p.stat().st_size for p in (data / "index").rglob("*") if p.is_file()) / 1e6),
    }
    show(row)
    return row


def exact(opened, vectors: np.ndarray) -> list[list[int]]:
    """The BEST nearest chunks of each question by numpy, from the database."""
    from rag.vector_rows import VectorRows

    rows, last = VectorRows(opened.store), 0
    scores, best = np.full((len(vectors), 0), 0, np.float32), np.zeros((len(vectors), 0), np.int64)
    while True:
        ids, block = rows.after(last, 20_000)
        if not len(ids):
            return best.tolist()
        last = int(ids[-1])
        scores = np.concatenate([scores, vectors @ block.T], axis=1)
        best = np.concatenate([best, np.broadcast_to(ids, (len(vectors), len(ids)))], axis=1)
        kept = np.argsort(-scores, axis=1)[:, :BEST]
        scores, best = np.take_along_axis(scores, kept, 1), np.take_along_axis(best, kept, 1)


def measured(data: Path) -> dict:
    """In a fresh process: opening, searching, memory, and one document more and less."""
    from rag.retrieve import search
    from rag.text import terms

    saved = np.load(data / "asked.npz")
    questions = [Asked(str(t), v) for t, v in zip(saved["text"], saved["vector"], strict=True)]
    with library(data) as opened:
        first = questions[0]
        opening = timed(lambda: search(opened, first.text, k=12, vector=first.vector))
        marks = timed(lambda: opened.tone_marks)
        ways: dict[str, Callable[[Asked], object]] = {
            "dense": lambda q: opened.indexes.nearest(q.vector, POOL),
            "lexical": lambda q: opened.indexes.lexical.search(terms(q.text), POOL),
            "search": lambda q: search(opened, q.text, k=12, vector=q.vector),
            "asked": lambda q: answered(opened, q),
        }
        seconds = {}
        for name, way in ways.items():
            for warm in questions[:20]:
                way(warm)
            seconds[name] = [timed(lambda q=q, way=way: way(q)) for q in questions]
        found = [[n.id for n in opened.indexes.nearest(q.vector, BEST)] for q in questions]
        memory = resident()
        grown = changes(opened)
    low_high = {
        f"{name}_{end}_ms": round(1000 * float(np.quantile(s, at)), 2)
        for name, s in seconds.items()
        for end, at in (("p50", 0.5), ("p95", 0.95))
    }
    return {
        **low_high, **memory, "open_s": round(opening, 2), "marks_s": round(marks, 2), **grown, "found": found,
        "seconds": seconds,
    }  # fmt: skip


def answered(opened, asked: Asked) -> None:
    """All that `ask` does to find evidence, without the encoder."""
    from rag.lookup import look_up

    opened._encoder = Encoding(asked.vector)
    look_up(opened, asked.text, ())


class Encoding(NoEncoder):
    """An encoder that knows one question's vector."""

    def __init__(self, vector: np.ndarray) -> None:
        self._vector = vector

    def encode_query(self, question: str) -> np.ndarray:
        return self._vector


def changes(opened) -> dict[str, float]:
    """Milliseconds to store one more document and search it, and to delete it; the middle of five."""
    (made,) = Maker().documents(0, 1)
    adding, deleting = [], []
    for at in range(5):
        more = replace(made, source=f"/more/{at}.txt", path=f"{at}.txt", text=f"{made.text}Thêm lần {at}.\n")
        started = time.perf_counter()
        document_id = opened.store.replace(more, encoder=FINGERPRINT)
        caught_up(opened)
        added = time.perf_counter()
        opened.delete([document_id])
        caught_up(opened)
        adding.append(1000 * (added - started))
        deleting.append(1000 * (time.perf_counter() - added))
    return {"add_ms": round(float(np.median(adding)), 1), "delete_ms": round(float(np.median(deleting)), 1)}


def caught_up(opened) -> None:
    opened.indexes.refresh()
    _ = opened.tone_marks


def fitted(what: str, rows: list[dict]) -> dict | None:
    """The slope of log seconds over log passages, with the 95 % interval of a bootstrap over the questions."""
    used = [row for row in rows if row["passages"] >= LEAST_FITTED]
    if len(used) < 2:
        return None
    chance, sizes = np.random.default_rng(0), np.log([row["passages"] for row in used])
    samples = [np.array(row["seconds"][what]) for row in used]
    slope = float(np.polyfit(sizes, np.log([np.median(s) for s in samples]), 1)[0])
    drawn = [
        np.polyfit(sizes, np.log([np.median(chance.choice(s, len(s))) for s in samples]), 1)[0] for _ in range(1000)
    ]
    return {"what": what, "exponent": round(slope, 3), "interval": np.quantile(drawn, [0.025, 0.975]).round(3).tolist()}


def timed(step: Callable[[], object]) -> float:
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


def resident() -> dict[str, int]:
    """Megabytes of this process in memory, of which mapped files can be given back at any time."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    named = (("resident_mb", "VmRSS"), ("mapped_mb", "RssFile"))
    return {name: int(lines[key].split()[0]) // 1024 for name, key in named}


def machine() -> dict[str, object]:
    return {"cpus": os.cpu_count(), "platform": platform.platform(), "load": os.getloadavg()[0]}


def show(row: dict) -> None:
    print("; ".join(f"{key} {value}" for key, value in row.items() if key != "seconds"), flush=True)


if __name__ == "__main__":
    main()
