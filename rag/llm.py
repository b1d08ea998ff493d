"""The language model: llama.cpp through llama-cpp-python, and the scripted stand-in for tests."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from rag.errors import GenerationFailed, MissingPackage, ModelCorrupted
from rag.records import Status, Token

CONTEXT = 4096
"""Tokens of context: prompt and answer together."""
_BATCH = 64
"""Prompt tokens read at a time: as fast as 512 on a CPU, and progress can be shown."""
_TICK = 0.1
"""Seconds between two looks at the worker; bounds how long a stop takes."""

Stream = Generator[Status | Token, None, None]


@dataclass(frozen=True, slots=True)
class Prompt:
    """A system text that stays the same from question to question, and the user's part."""

    system: str
    user: str


class LLM(Protocol):
    """A local language model that continues a prompt, greedily."""

    name: str

    def count_tokens(self, text: str) -> int: ...

    def load(self) -> None:
        """Bring the weights into memory; idempotent.

        Raises:
            ModelError: the file is missing or damaged.
        """
        ...

    def stream(self, prompt: Prompt, *, max_tokens: int) -> Stream:
        """`Status("read", fraction)` while the prompt is read, then `Token`s, `Status("write", 0)` between slow ones.

        Closing the generator stops the model within 200 ms and frees it for the next call.

        Raises:
            GenerationFailed: the model failed.
        """
        ...

    def close(self) -> None:
        """Give the memory back, after the generation that is running; the next use loads the model again."""
        ...


class LlamaCpp:
    """A GGUF file; one generation at a time, the others wait.

    Args:
        path: the GGUF file.
        name: what answers call it.
        threads: 0 takes the number of cores this process may use.
    """

    def __init__(self, path: Path, *, name: str, threads: int = 0) -> None:
        self.name = name
        self._path = path
        self._threads = threads or len(os.sched_getaffinity(0))
        self._lock = threading.RLock()
        self._turn = threading.Lock()
        self._cancelled = threading.Event()
        self._llama: Any = None
        self._abort: Any = None
        self._silence: Any = None

    def load(self) -> None:
        with self._lock:
            if self._llama is None:
                self._llama = self._open()

    def _open(self) -> Any:
        try:
            import llama_cpp
        except ImportError as error:
            raise MissingPackage("Thiếu thư viện llama-cpp-python.", detail=str(error)) from error
        try:
            llama = llama_cpp.Llama(
                str(self._path),
                n_ctx=CONTEXT,
                n_batch=_BATCH,
                n_ubatch=_BATCH,
                n_threads=self._threads,
                n_threads_batch=self._threads,
                flash_attn=True,
                verbose=False,
            )
        except (ValueError, OSError) as error:
            raise ModelCorrupted(f"Không mở được tệp mô hình “{self._path.name}”.", detail=str(error)) from error
        # It reports to standard error what we report ourselves, a stop for example.
        self._silence = llama_cpp.llama_log_callback(lambda *_: None)
        llama_cpp.llama_log_set(self._silence, None)
        # llama.cpp asks this between graph nodes, so that a stop need not wait for the prompt.
        self._abort = llama_cpp.ggml_abort_callback(lambda _: self._cancelled.is_set())
        llama_cpp.llama_set_abort_callback(llama._ctx.ctx, self._abort, None)
        return llama

    def count_tokens(self, text: str) -> int:
        with self._lock:  # which `close` takes too
            self.load()
            return len(self._llama.tokenize(text.encode("utf-8"), add_bos=False))

    def stream(self, prompt: Prompt, *, max_tokens: int) -> Stream:
        with self._turn:
            self.load()
            self._cancelled.clear()
            yield from self._run(_chat_ml(prompt), max_tokens)

    def close(self) -> None:
        with self._turn, self._lock:
            if self._llama is not None:
                self._llama.close()
                self._llama = None

    def _run(self, text: str, max_tokens: int) -> Stream:
        pieces: queue.Queue[str | BaseException | None] = queue.Queue()
        size = self.count_tokens(text)
        worker = threading.Thread(target=self._generate, args=(text, max_tokens, pieces), daemon=True)
        worker.start()
        reading = True
        try:
            while True:
                try:
                    piece = pieces.get(timeout=_TICK)
                except queue.Empty:
                    # Between slow tokens too: a question can only be stopped at an event.
                    done = min(1.0, self._llama.n_tokens / max(1, size))
                    yield Status("read", done) if reading else Status("write", 0.0)
                    continue
                if piece is None:
                    return
                if isinstance(piece, BaseException):
                    raise GenerationFailed(detail=repr(piece)) from piece
                reading = False
                yield Token(piece)
        finally:
            self._cancelled.set()
            worker.join()

    def _generate(self, text: str, max_tokens: int, pieces: queue.Queue[str | BaseException | None]) -> None:
        try:
            chunks = self._llama.create_completion(
                text, max_tokens=max_tokens, temperature=0.0, stream=True, stop=["<|im_end|>", "\n\n"]
            )
            for chunk in chunks:
                if self._cancelled.is_set():
                    break
                pieces.put(chunk["choices"][0]["text"])
            pieces.put(None)
        except BaseException as error:
            with contextlib.suppress(Exception):
                self._llama.reset()
            pieces.put(error)


def _chat_ml(prompt: Prompt) -> str:
    """The ChatML form; the special markers are taken out of what is inserted."""
    system, user = (part.replace("<|", "< |") for part in (prompt.system, prompt.user))
    return f"<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n{user}<|im_end|>\n<|im_start|>assistant\n"


class ScriptedLLM:
    """The fake that ships: answers with the given texts in turn, a word at a time.

    It repeats the last one for ever; `prompts` keeps what it was asked.
    """

    name = "scripted"

    def __init__(self, answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.prompts: list[Prompt] = []
        self.closed = 0

    def load(self) -> None:
        """Nothing to load."""

    def close(self) -> None:
        """Nothing to free."""

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def stream(self, prompt: Prompt, *, max_tokens: int) -> Stream:
        self.prompts.append(prompt)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        try:
            yield Status("read", 1.0)
            for at, word in enumerate(answer.split(" ")[:max_tokens]):
                yield Token(word if at == 0 else " " + word)
        finally:
            self.closed += 1
