"""What a language model promises, and what it is given to read."""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol

from rag.records import Status, Token

CONTEXT = 4096
"""Tokens of context: prompt and answer together."""

Stream = Generator[Status | Token, None, None]


@dataclass(frozen=True, slots=True)
class Passage:
    """Evidence of one document, as the model is shown it."""

    text: str
    source: str = ""
    """SHA-256 of the document's text."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A system text that stays the same from question to question, and the user's part."""

    system: str
    user: str
    passages: tuple[Passage, ...] = ()
    """What `user` begins with: what is kept of the reading for the next prompt that begins so."""

    @property
    def asks(self) -> bool:
        """False when there is nothing behind the passages, which are then only read ahead."""
        return self.user != "".join(passage.text for passage in self.passages)


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

    def prefill(self, prompt: Prompt, cancelled: threading.Event) -> bool:
        """Read a prompt ahead, so that `stream` need not; blocks until that is done.

        Its passages serve other prompts too; what stands behind them only serves the very same prompt, when it is the
        next. It gives way: it does nothing while the model is busy, and stops within 200 ms when `cancelled` is set or
        `stream` is called. Passages that were read by then are kept.

        Returns:
            Whether everything has been read.

        Raises:
            GenerationFailed: the model failed.
        """
        ...

    def close(self) -> None:
        """Give the memory back, after the generation that is running; the next use loads the model again."""
        ...
