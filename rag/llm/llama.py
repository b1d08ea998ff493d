"""A GGUF file run by llama.cpp: one piece of work at a time, in a thread of its own that can be stopped."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rag.errors import MissingPackage, ModelCorrupted
from rag.llm.assembly import Assembly
from rag.llm.contract import CONTEXT, Prompt, Stream
from rag.llm.engine import NUMBERS, Engine
from rag.llm.pieces import split
from rag.llm.shelf import Shelf
from rag.llm.states import States
from rag.llm.text import Text
from rag.llm.working import followed
from rag.llm.writing import written
from rag.records import Status, Token

_STATES = 256 * 2**20
"""Bytes of what was read that are kept in memory: some 9,000 tokens of the 1.5B model."""
_STOPS = ("<|im_end|>", "\n\n")


@dataclass(frozen=True, slots=True)
class _Ready:
    """The context holds a whole prompt."""

    prompt: Prompt
    first: int
    """The token the model writes first."""


class LlamaCpp:
    """One generation at a time, the others wait.

    Args:
        path: the GGUF file.
        name: what answers call it.
        threads: 0 takes the number of cores this process may use.
        keep: folder where what was read of prompts is kept for the next process.
        most_kept: bytes there.
    """

    def __init__(
        self, path: Path, *, name: str, threads: int = 0, keep: Path | None = None, most_kept: int = 0
    ) -> None:
        self.name = name
        self._path = path
        self._threads = threads or len(os.sched_getaffinity(0))
        self._lock = threading.RLock()
        self._turn = threading.Lock()
        self._signal = threading.Lock()
        """For the next two and for stopping what reads ahead, never the question that follows it."""
        self._asked = 0
        """Calls of `stream` that wait or run."""
        self._reads_ahead = False
        self._states = States(_STATES, Shelf(keep, made_by=_made_by(path), most=most_kept) if keep else None)
        self._engine: Engine | None = None
        self._ready: _Ready | None = None
        """What was read ahead to its end."""
        self._goal = 1
        """What `Engine.read` will be when the prompt has been read."""

    def load(self) -> None:
        self._loaded()

    def _loaded(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = self._open()
            return self._engine

    def _open(self) -> Engine:
        try:
            return Engine(self._path, context=CONTEXT, threads=self._threads)
        except ImportError as error:
            raise MissingPackage("Thiếu thư viện llama-cpp-python.", detail=str(error)) from error
        except (ValueError, OSError) as error:
            raise ModelCorrupted(f"Không mở được tệp mô hình “{self._path.name}”.", detail=str(error)) from error

    def count_tokens(self, text: str) -> int:
        with self._lock:  # which `close` takes too
            return len(self._loaded().tokenize(text))

    def stream(self, prompt: Prompt, *, max_tokens: int) -> Stream:
        with self._question():
            engine = self._loaded()
            engine.stop(False)
            before, reading = engine.read, True
            self._goal = before
            with closing(followed(engine, partial(self._answer, engine, prompt, max_tokens))) as work:
                for told in work:
                    if told is not None:
                        reading = False
                        yield Token(told)
                    elif reading:
                        yield Status("read", min(1.0, (engine.read - before) / max(1, self._goal - before)))
                    else:  # Between slow tokens too: a question can only be stopped at an event.
                        yield Status("write", 0.0)

    @contextmanager
    def _question(self) -> Iterator[None]:
        """The model's next turn; what reads ahead gives way."""
        with self._signal:
            self._asked += 1
            if self._reads_ahead and self._engine is not None:
                self._engine.stop(True)
        try:
            with self._turn:
                yield
        finally:
            with self._signal:
                self._asked -= 1

    def prefill(self, prompt: Prompt, cancelled: threading.Event) -> bool:
        if not self._turn.acquire(blocking=False):
            return False
        try:
            engine = self._loaded()
            with self._signal:
                if self._asked:
                    return False
                engine.stop(False)
                self._reads_ahead = True
            for _ in followed(engine, partial(self._read, engine, prompt)):
                if cancelled.is_set():
                    engine.stop(True)
            ready = self._ready is not None and self._ready.prompt == prompt
            return ready if prompt.asks else not Assembly(engine, self._states).unread(split(prompt)[0])
        finally:
            with self._signal:
                self._reads_ahead = False
            self._turn.release()

    def forget(self) -> None:
        """Give up what is in memory of prompts that were read."""
        self._ready = None
        self._states.clear()

    def close(self) -> None:
        with self._turn, self._lock:
            if self._engine is not None:
                self._engine.close()
                self._engine = self._ready = None
                self._states.save()  # What the thread behind the last answer has not written yet would be lost.
                self._states.clear()

    def _answer(self, engine: Engine, prompt: Prompt, max_tokens: int, tell: Callable[[str], None]) -> None:
        ready = self._ready if self._ready and self._ready.prompt == prompt else None
        if ready is None:
            ready = self._whole(engine, prompt)
        self._ready = None
        text = Text(_STOPS)
        for token in written(engine, ready.first, most=max_tokens):
            if given := text.take(engine.bytes_of(token)):
                tell(given)
            if text.ended:
                break
        if given := text.rest():
            tell(given)
        # The answer is not kept waiting for the disk, a process that ends is: not a daemon, as this thread is.
        threading.Thread(target=self._states.save, name="states", daemon=False).start()

    def _whole(self, engine: Engine, prompt: Prompt) -> _Ready:
        """Read a prompt to its end."""
        self._ready = None
        assembly = Assembly(engine, self._states)
        pieces, rest = split(prompt)
        if not engine.divisible:
            pieces, rest = [], "".join(piece.text for piece in pieces) + rest
        last = engine.tokenize(rest, begins=not pieces, marked=True)
        self._goal = engine.read + assembly.unread(pieces) + len(last)
        return _Ready(prompt, *assembly.put_together(pieces, last))

    def _read(self, engine: Engine, prompt: Prompt, tell: Callable[[str], None]) -> None:
        if self._ready is not None and self._ready.prompt == prompt:
            return
        self._ready = None
        try:
            if prompt.asks:
                self._ready = self._whole(engine, prompt)
            elif engine.divisible:
                Assembly(engine, self._states).put_together(split(prompt)[0])
        finally:
            self._states.save()


def _made_by(path: Path) -> str:
    """Changes whenever states do: the weights, llama.cpp, and our way to run it."""
    try:
        stat = path.stat()
        library = version("llama-cpp-python")
    except (OSError, PackageNotFoundError):  # `load` says what is missing.
        return ""
    return f"{path.name}:{stat.st_size}:{stat.st_mtime_ns}:{library}:{NUMBERS}"
