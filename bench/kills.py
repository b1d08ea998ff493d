"""SIGKILL at random instants: `python -m bench.kills --kills 200 --seed 1`. Exit code 1 on a broken promise.

Each round changes files, starts one or two processes that ingest, delete or bring damaged caches up again, and kills
them. They tell what is committed through a pipe. Then a process that cannot encode checks: what was told is
stored, the invariants hold, and questions find the right documents and no replaced or deleted text.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import faiss  # noqa: F401 - before the forks, so that a process starts at once
import tantivy  # noqa: F401

from embeddings.encoder import HashEncoder, PassageText, PassageVectors
from rag import known_files
from rag.document_rows import text_sha256
from rag.ingestion import ingest
from rag.invariants import violations
from rag.library import Library
from rag.retrieve import search
from rag.settings import Settings

LONGEST = 0.35
"""Seconds after which the kill comes at the latest; bringing in a round's files takes about as long."""
ASKED = 6
Say = Callable[[str], None]


class CannotEncode(HashEncoder):
    """Answers questions; a recovery that encodes is a failure."""

    def encode_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        raise AssertionError("recovery has called the encoder")


@dataclass
class Truth:
    """What is on disk and what has been told, by path."""

    folder: Path
    chance: random.Random
    texts: dict[Path, str] = field(default_factory=dict)
    """Of the files as they are now."""
    told: dict[Path, set[str]] = field(default_factory=dict)
    """Texts of which one must be stored: the last one told, and the one that may have replaced it since."""
    gone: set[str] = field(default_factory=set)
    """Texts that were told to be deleted."""
    made: int = 0

    def new_text(self) -> str:
        self.made += 1
        # Letters only: a number would be cut into several terms.
        code = "".join(chr(ord("a") + int(digit)) for digit in f"{self.made:06}")
        body = f"Sáng 30/7, đại biểu bàn về hồ sơ mã{code} tại trụ sở. " * self.chance.randint(1, 12)
        return f"Hội nghị về hồ sơ mã{code}\n\n{body.strip()}\n"

    def write(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        self.texts[path] = text
        if path in self.told:
            self.told[path].add(text)

    def change_files(self) -> None:
        """A few new files, a few with other texts, a copy, a rename and an exchange."""
        for _ in range(self.chance.randint(1, 6)):
            self.write(self.folder / self.chance.choice("ab") / f"{self.made}.txt", self.new_text())
        for path in self.some(3):
            self.write(path, self.new_text())
        for path in self.some(1):
            self.write(path.with_name(f"copy-{self.made}.txt"), self.texts[path])
        for path in self.some(1):
            self.rename(path, path.with_name(f"moved-{self.made}.txt"))
        if len(pair := self.some(2)) == 2:
            first, second = (self.texts[path] for path in pair)
            self.write(pair[0], second)
            self.write(pair[1], first)

    def rename(self, old: Path, new: Path) -> None:
        old.rename(new)
        self.texts[new] = self.texts.pop(old)
        if old in self.told:
            self.told[new] = self.told.pop(old)

    def some(self, most: int) -> list[Path]:
        paths = sorted(self.texts)
        return self.chance.sample(paths, min(len(paths), self.chance.randint(0, most)))

    def hear(self, path: Path) -> None:
        """A file was told to be in the library as it is now."""
        self.told[path] = {self.texts[path]}
        self.gone.discard(self.texts[path])


def opened(data: Path, encoder: HashEncoder) -> Library:
    return Library(Settings(data=data, least_confidence=0), encoder=encoder)


def ingesting(data: Path, folder: Path) -> Callable[[Say], None]:
    def work(say: Say) -> None:
        with opened(data, HashEncoder()) as library:
            for progress in ingest(library, [folder]):
                assert progress.document_id, progress
                say(f"in\t{folder / progress.path}")

    return work


def deleting(data: Path, ids: Sequence[str]) -> Callable[[Say], None]:
    def work(say: Say) -> None:
        with opened(data, CannotEncode()) as library:
            for document_id in ids:
                library.delete([document_id])
                say(f"out\t{document_id}")

    return work


def asking(data: Path) -> Callable[[Say], None]:
    def work(say: Say) -> None:
        with opened(data, CannotEncode()) as library:
            while True:
                library.indexes.refresh()
                say("asked\t")
                shutil.rmtree(data / "index" / "lexical", ignore_errors=True)
                library._indexes = None

    return work


def start(work: Callable[[Say], None]) -> tuple[int, int]:
    """Process id, and the end of a pipe where it tells."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, reading
    code = 1
    try:
        work(lambda line: os.write(writing, f"{line}\n".encode()) and None)
        code = 0
    except BaseException as error:
        os.write(writing, f"error\t{type(error).__name__}: {error} {getattr(error, 'detail', '')}\n".encode())
    os._exit(code)


def heard(reading: int) -> list[list[str]]:
    with os.fdopen(reading, encoding="utf-8") as pipe:
        return [line.rstrip("\n").split("\t") for line in pipe if line.endswith("\n")]


def damage_caches(data: Path, chance: random.Random) -> None:
    files = sorted(path for path in (data / "index").rglob("*") if path.is_file() and path.name != "lock")
    if not files:
        return
    path = chance.choice(files)
    content = bytearray(path.read_bytes())
    if content and chance.random() < 0.5:
        content[chance.randrange(len(content))] ^= 0x20
        path.write_bytes(content)
    else:
        path.unlink()


def stored_ids(data: Path) -> dict[str, tuple[str, Path]]:
    """SHA-256 and file by document id, read by a process of its own."""
    process, reading = start(lambda say: tell_ids(data, say))
    lines = heard(reading)
    os.waitpid(process, 0)
    return {key: (sha256, Path(source)) for _, key, sha256, source in lines}


def tell_ids(data: Path, say: Say) -> None:
    with opened(data, CannotEncode()) as library:
        for document in library.documents():
            say(f"id\t{document.id}\t{document.sha256}\t{document.source}")


def run_round(data: Path, truth: Truth, counts: Counter[str]) -> None:
    """Change, start, kill, and note what was told."""
    chance = truth.chance
    truth.change_files()
    works = [ingesting(data, truth.folder)]
    by_sha = {text_sha256(text): text for text in truth.texts.values()}
    kind = chance.choice(["one", "two", "delete", "rebuild"])
    doomed: dict[str, str] = {}
    if kind == "two":
        works = [ingesting(data, truth.folder / name) for name in "ab" if (truth.folder / name).exists()]
    elif kind == "rebuild":
        damage_caches(data, chance)
        works.append(asking(data))
    elif kind == "delete":
        # A file that has another text by now gives it to the same id, and whichever comes last may win.
        texts = {
            key: text
            for key, (sha256, source) in stored_ids(data).items()
            if (text := by_sha.get(sha256)) and truth.texts.get(source, text) == text
        }
        doomed = {key: texts[key] for key in chance.sample(sorted(texts), min(8, len(texts)))}
        for path in [path for path, text in truth.texts.items() if text in doomed.values()]:
            path.unlink()
            del truth.texts[path]
        truth.told = {path: texts for path, texts in truth.told.items() if not texts & set(doomed.values())}
        works = [deleting(data, list(doomed)), *works[: chance.randint(0, 1)]]
    counts[kind] += 1
    kill(works, truth, doomed, counts)


def kill(works: Sequence[Callable[[Say], None]], truth: Truth, doomed: dict[str, str], counts: Counter[str]) -> None:
    started = [start(work) for work in works]
    time.sleep(truth.chance.uniform(0, LONGEST))
    for process, _ in started:
        os.kill(process, signal.SIGKILL)
    for process, reading in started:
        for what, value in heard(reading):
            counts[what] += 1
            if what == "in" and Path(value) in truth.texts:
                truth.hear(Path(value))
            elif what == "out":
                truth.gone.add(doomed[value])
            elif what == "error":
                counts[f"error: {value}"] += 1
        os.waitpid(process, 0)


def check(data: Path, truth: Truth, say: Say) -> None:
    """Say each broken promise."""
    with opened(data, CannotEncode()) as library:
        for broken in violations(library):
            say(f"broken\t{broken}")
        stored = {library.text(document.id): document for document in library.documents()}
        for path, texts in truth.told.items():
            if not texts & stored.keys():
                say(f"broken\tlost: {path}")
        for text, document in stored.items():
            if text in truth.gone or text not in truth.told.get(Path(document.source), {text}):
                say(f"broken\tstill there: {document.source} {text[:40]!r}")
        for text in truth.chance.sample(sorted(stored), min(ASKED, len(stored))):
            found = search(library, text.partition("\n")[0], k=1)
            if not found or found[0].document.id != stored[text].id:
                say(f"broken\twrong document for {text[:40]!r}")
        say(f"stored\t{len(stored)}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    known_files._SETTLED_NS = 20_000_000
    counts: Counter[str] = Counter()
    broken: list[str] = []
    with tempfile.TemporaryDirectory(prefix="hoidap-kills-") as name:
        data = Path(name) / "data"
        truth = Truth(Path(name) / "in", random.Random(options.seed))
        for number in range(1, options.kills + 1):
            run_round(data, truth, counts)
            process, reading = start(lambda say: check(data, truth, say))
            for what, value in heard(reading):
                if what != "stored":
                    broken.append(f"kill {number}: {value}")
            os.waitpid(process, 0)
    for line in broken:
        print(line)
    print(f"{options.kills} kills, seed {options.seed}: {len(broken)} broken promises; {dict(counts)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
