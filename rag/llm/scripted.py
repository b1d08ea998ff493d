"""The fake that ships."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from rag.llm.contract import Prompt, Stream
from rag.records import Status, Token


class ScriptedLLM:
    """Answers with the given texts in turn, a word at a time.

    It repeats the last one for ever; `prompts` keeps what it was asked, `ahead` what it was given to read ahead.
    """

    name = "scripted"

    def __init__(self, answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.prompts: list[Prompt] = []
        self.ahead: list[Prompt] = []
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

    def prefill(self, prompt: Prompt, cancelled: threading.Event) -> bool:
        self.ahead.append(prompt)
        return not cancelled.is_set()
