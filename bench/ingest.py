"""How quickly a folder is brought in: `python -m bench.ingest FOLDER --data DIR` (an empty data folder).

`--made N` writes N short synthetic documents into FOLDER first; `--hash` takes the hash encoder. Prints rates, the
share of the encoder, peak memory, the second run over unchanged files, and how the rate grows. Then the same passages
go in the same batches through the encoder alone, for the ratio of our rate to the raw one; `--json FILE` keeps it.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from embeddings.encoder import Encoder, HashEncoder, PassageText, PassageVectors
from rag import Library, ingest, load_settings
from rag.retrieve import search

PLACES = "Lào Cai|Sơn La|Hà Giang|Phú Thọ|Cà Mau|Kon Tum|Bến Tre|Quảng Trị|Thái Bình|Nghệ An".split("|")
TOPICS = "trồng rừng|cấp nước sạch|chuyển đổi số|an toàn giao thông|phòng cháy|dạy nghề|thu ngân sách".split("|")
DEEDS = "đã nghe báo cáo|đã thông qua nghị quyết|đề nghị bổ sung kinh phí|giao các sở triển khai".split("|")


class TimedEncoder:
    """Another encoder, with the seconds it has worked and the passages it was given."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimension, self.fingerprint = encoder.name, encoder.dimension, encoder.fingerprint
        self._encoder = encoder
        self.seconds, self.passages = 0.0, 0
        self.batches: list[list[PassageText]] = []
        """What it was given, to be encoded again alone."""

    def encode_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        started = time.perf_counter()
        vectors = self._encoder.encode_passages(passages)
        self.seconds += time.perf_counter() - started
        self.passages += len(passages)
        self.batches.append(list(passages))
        return vectors

    def alone(self) -> float:
        """Seconds for the same batches with nothing else to do."""
        started = time.perf_counter()
        for batch in self.batches:
            self._encoder.encode_passages(batch)
        return time.perf_counter() - started

    def encode_query(self, question: str):
        return self._encoder.encode_query(question)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--made", type=int, default=0)
    parser.add_argument("--hash", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.made:
        make(options.folder, options.made)
    settings = load_settings(data=options.data)
    with Library(settings, encoder=HashEncoder() if options.hash else None) as library:
        library._encoder = timed = TimedEncoder(library.encoder)
        timed.encode_passages([PassageText("khởi động", ())])  # the tokenizer is not part of either rate
        timed.passages, timed.seconds, timed.batches = 0, 0.0, []
        seconds = first_run(library, timed, options.folder)
        against_raw(timed, seconds, options.json)
        for _ in range(2):
            measure_questions(library)
    if not options.hash:
        second_run(options)


def make(folder: Path, count: int) -> None:
    """Minutes of made-up meetings, every one different, in folders of a thousand."""
    chance = random.Random(4)
    for n in range(count):
        place, topic = chance.choice(PLACES), chance.choice(TOPICS)
        lines = [f"Hội nghị số {n} về {topic} tại {place}"]
        for day in range(chance.randint(2, 6)):
            amount = chance.randint(10, 9999)
            lines.append(
                f"Ngày {day + 1}/{n % 12 + 1}, hội nghị {chance.choice(DEEDS)} {amount} triệu đồng cho {topic}."
            )
        path = folder / f"{n // 1000:03}" / f"{n:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join(lines) + "\n", "utf-8")


def first_run(library: Library, encoder: TimedEncoder, folder: Path) -> float:
    """Seconds from the first file to the last one stored, indexed and compared."""
    started = mark = time.perf_counter()
    outcomes: dict[str, int] = {}
    for done, progress in enumerate(ingest(library, [folder]), start=1):
        outcomes[progress.outcome] = outcomes.get(progress.outcome, 0) + 1
        if done % 2000 == 0:
            now = time.perf_counter()
            print(f"  {done} documents: the last 2000 at {2000 / (now - mark):.1f}/s, peak {peak():.0f} MB", flush=True)
            mark = now
    seconds = time.perf_counter() - started
    print(
        f"{outcomes} in {seconds:.1f} s: {done / seconds:.2f} documents/s, {encoder.passages / seconds:.2f} passages/s"
    )
    print(f"encoder {encoder.seconds:.1f} s ({encoder.seconds / seconds:.1%} of the time), peak memory {peak():.0f} MB")
    return seconds


def against_raw(encoder: TimedEncoder, seconds: float, file: Path | None) -> None:
    """Ours against the encoder's own rate over the same batches on as many threads."""
    memory, raw = peak(), encoder.alone()
    figures = {
        "passages": encoder.passages,
        "ours": encoder.passages / seconds,
        "raw": encoder.passages / raw,
        "ratio": raw / seconds,
        "peak_mb": memory,
    }
    print("; ".join(f"{name} {value:.3f}" for name, value in figures.items()))
    if file:
        file.write_text(json.dumps(figures, indent=1), "utf-8")


def measure_questions(library: Library) -> None:
    for name, step in {
        "indexes": lambda: library.indexes.refresh(),
        "list": lambda: library.documents(),
        "search": lambda: search(library, "Hội nghị về trồng rừng tại Sơn La", k=10),
    }.items():
        started = time.perf_counter()
        step()
        print(f"{name} {time.perf_counter() - started:.3f} s", end="; ")
    print(f"peak {peak():.0f} MB")


def second_run(options: argparse.Namespace) -> None:
    command = [sys.executable, "-m", "rag", "--data", str(options.data), "ingest", str(options.folder)]
    started = time.perf_counter()
    said = subprocess.run(command, capture_output=True, text=True).stdout
    print(f"second run, a new process: {time.perf_counter() - started:.2f} s: {said.strip()}")


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
