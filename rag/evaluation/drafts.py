"""Drafts of the model kept on disk, so that a change after the model is measured again in seconds."""

from __future__ import annotations

import inspect
import json
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from rag.database import storage_errors
from rag.records import Status, Token

if TYPE_CHECKING:
    from rag.llm import LLM, Prompt, Stream


@dataclass(frozen=True, slots=True)
class Draft:
    """A finished generation and the seconds it took when it was made."""

    pieces: tuple[str, ...]
    first_s: float
    total_s: float


class CachedLLM:
    """An `LLM` that writes every finished draft down and repeats it for the same prompt.

    Args:
        inner: the model that is asked when there is no draft yet.
        path: the SQLite file with the drafts; made when it is not there.
        identity: whatever changes when the model does; see `identity_of`.
    """

    def __init__(self, inner: LLM, path: Path, *, identity: str) -> None:
        self.name = inner.name
        self.replayed: Draft | None = None
        """The draft that the last stream repeated, None when the model wrote it."""
        self.written = 0
        """Drafts the model had to write."""
        self._inner = inner
        self.identity = identity
        with storage_errors():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, timeout=30, isolation_level=None)
            self._database.execute("CREATE TABLE IF NOT EXISTS drafts (key TEXT PRIMARY KEY, draft TEXT NOT NULL)")

    def close(self) -> None:
        self._database.close()

    def load(self) -> None:
        self._inner.load()

    def count_tokens(self, text: str) -> int:
        return self._inner.count_tokens(text)

    def prefill(self, prompt: Prompt, cancelled: Event) -> bool:
        return self._inner.prefill(prompt, cancelled)

    def stream(self, prompt: Prompt, *, max_tokens: int) -> Stream:
        """The same kinds of events, in the same order, whether the model writes or the draft is repeated."""
        key = self._key(prompt, max_tokens)
        self.replayed = self._find(key)
        if self.replayed is None:
            yield from self._write(key, prompt, max_tokens)
        else:
            yield Status("read", 1.0)
            yield from map(Token, self.replayed.pieces)

    def _write(self, key: str, prompt: Prompt, max_tokens: int) -> Stream:
        """What is stopped half-way is not kept."""
        pieces: list[str] = []
        started = time.perf_counter()
        first = 0.0
        with closing(self._inner.stream(prompt, max_tokens=max_tokens)) as events:
            for event in events:
                if isinstance(event, Token):
                    first = first or time.perf_counter() - started
                    pieces.append(event.text)
                yield event
        self.written += 1
        row = json.dumps([pieces, round(first, 3), round(time.perf_counter() - started, 3)], ensure_ascii=False)
        with storage_errors():
            self._database.execute("INSERT OR REPLACE INTO drafts VALUES (?, ?)", (key, row))

    def _find(self, key: str) -> Draft | None:
        with storage_errors():
            row = self._database.execute("SELECT draft FROM drafts WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        pieces, first, total = json.loads(row[0])
        return Draft(tuple(pieces), first, total)

    def _key(self, prompt: Prompt, max_tokens: int) -> str:
        parts = [self.identity, prompt.system, prompt.user, max_tokens]
        return sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def identity_of(model: LLM, file: Path | None = None) -> str:
    """What a draft depends on besides the prompt: the weights, our code around them, llama.cpp's version."""
    try:
        library = version("llama-cpp-python")
    except PackageNotFoundError:
        library = ""
    weights = f"{file.name}:{file.stat().st_size}:{file.stat().st_mtime_ns}" if file else model.name
    return "\0".join((weights, _code_of(type(model)), library))


def _code_of(kind: type) -> str:
    """SHA-256 of all modules beside the one that defines a model."""
    package = Path(inspect.getfile(kind)).parent
    return sha256(b"\0".join(path.read_bytes() for path in sorted(package.glob("*.py")))).hexdigest()
