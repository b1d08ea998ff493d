"""What every system under comparison speaks, hoidap too. Standard library only: each has an environment of its own.

`ADAPTER.py index|serve --encoder DIR --llm FILE --store DIR [--documents DIR]`. `index` ends with one JSON line.
`serve` says `ready`, then answers each JSON line of standard input with one of standard output. Times are taken here,
beside the system, in seconds; `cpu` is what all its threads used. What a library prints goes to standard error. Nothing
may leave the machine: an attempt fails and is told.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

CONTEXT = 4096
"""Tokens of prompt and answer together, in every system."""
ANSWER_TOKENS = 160
"""Most of an answer, in every system: hoidap's default."""
BATCH = 512
"""Prompt tokens read at once by the peers: llama.cpp's default (LangChain's own is 8)."""
_LOCAL = ("127.", "::1", "localhost", "0.0.0.0")

Heard = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Models:
    """The same files for everybody."""

    encoder: Path
    """A sentence-transformers folder."""
    llm: Path
    """A GGUF file."""

    @property
    def threads(self) -> int:
        return len(os.sched_getaffinity(0))


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; `citations` are the texts it points to, `sources` all that the model was given."""

    text: str
    citations: tuple[str, ...]
    sources: tuple[str, ...]
    refused: bool | None = None
    """None where the system has no such notion."""
    evidence_s: float | None = None
    """Until the first evidence was shown, where that comes before the answer."""


class Peer(Protocol):
    """A system; made with its models in memory."""

    uses: str
    """Which of its own defaults, in one line."""

    def index(self, documents: Path, store: Path) -> int:
        """Put the text files of a folder into a new index on disk; the number of its pieces."""
        ...

    def open(self, store: Path) -> None: ...

    def ask(self, question: str, heard: Heard) -> Reply:
        """Answer; `heard` is told each piece of the answer when it comes."""
        ...


def main(make: Callable[[Models, str], Peer]) -> None:
    """Run an adapter; `make` gets the models and what is to be done."""
    options = _options()
    out = _own_stdout()
    left: list[str] = []
    sys.addaudithook(lambda event, values: _watch(event, values, left))
    started = time.perf_counter()
    peer = make(Models(options.encoder, options.llm), options.what)
    loaded = time.perf_counter() - started

    def say(event: Mapping[str, Any]) -> None:
        out.write(json.dumps({**event, "left": left}, ensure_ascii=False) + "\n")
        out.flush()

    if options.what == "index":
        started = time.perf_counter()
        pieces = peer.index(options.documents, options.store)
        seconds = time.perf_counter() - started
        say({"seconds": seconds, "load_s": loaded, "pieces": pieces, "uses": peer.uses})
        return
    peer.open(options.store)
    say({"ready": True, "load_s": time.perf_counter() - started, "uses": peer.uses})
    for line in sys.stdin:
        request = json.loads(line)
        say({"id": request["id"], **answered(peer, request["question"])})


def answered(peer: Peer, question: str) -> dict[str, Any]:
    """One question, timed; an error is an answer too, for the comparison goes on."""
    started, cpu = time.perf_counter(), time.process_time()
    first: list[tuple[float, float]] = []

    def now() -> tuple[float, float]:
        return time.perf_counter() - started, time.process_time() - cpu

    def heard(piece: str) -> None:
        if piece.strip() and not first:
            first.append(now())

    try:
        reply = peer.ask(question, heard)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:500]}
    last = now()
    # What no model wrote is there all at once.
    times = zip(("first_s", "first_cpu_s", "total_s", "total_cpu_s"), (*(first or [last])[0], *last), strict=True)
    return {**asdict(reply), **dict(times), "streamed": bool(first)}


def text_files(folder: Path) -> list[Path]:
    """The documents in a fixed order."""
    return sorted(folder.glob("*.txt"))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["index", "serve"])
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--llm", type=Path, required=True)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--documents", type=Path)
    return parser.parse_args()


def _own_stdout() -> Any:
    """The pipe to the driver; whatever libraries and their C code print to descriptor 1 is now standard error."""
    kept = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(kept, "w", encoding="utf-8")


def _watch(event: str, values: tuple[Any, ...], left: list[str]) -> None:
    if event == "socket.connect":
        address = values[1][0] if isinstance(values[1], tuple) else ""
    elif event == "socket.getaddrinfo":
        address = values[0] or ""
    else:
        return
    name = address.decode("ascii", "replace") if isinstance(address, bytes) else str(address)
    if name and not name.startswith(_LOCAL):
        left.append(name)
        raise OSError(f"the comparison runs offline, {name} was asked for")
