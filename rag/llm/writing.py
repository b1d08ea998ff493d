"""The greedy loop: the likeliest token, and as many more in one step as a guess from the prompt had right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.llm.engine import Engine
from rag.llm.guess import guess

GUESSED = 1
"""Tokens guessed at a time. A batch of two gives the very numbers of single steps; larger ones are rounded otherwise,
which is quicker still but decides near ties otherwise, in one of three drafts looked at."""


def written(engine: Engine, prompt: Sequence[int], first: int, *, most: int, guessed: int = GUESSED) -> Iterator[int]:
    """The tokens the model writes behind a prompt, without the one that ends the answer.

    Args:
        prompt: tokens of the context, which answers may quote.
        first: the likeliest token behind them.
        most: tokens to write.
        guessed: tokens to guess; 0 never guesses.
    """
    seen, tokens = list(prompt), [first]
    while True:
        for token in tokens[:most]:
            if engine.ends(token):
                return
            seen.append(token)
            yield token
        most -= len(tokens)
        if most <= 0:
            return
        ahead = guess(seen, min(guessed, most - 1)) if most > 1 else []
        following = engine.append([seen[-1], *ahead], outputs=len(ahead) + 1)
        right = next((i for i, token in enumerate(ahead) if token != following[i]), len(ahead))
        engine.cut(engine.length - len(ahead) + right)
        tokens = following[: right + 1]
