"""The greedy loop: the likeliest token, and as many more in one step as a guess from the prompt had right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.llm.engine import Engine
from rag.llm.guess import guess

GUESSED = 2
"""Tokens guessed at a time."""
_CLEAR = 1.0
"""Lead, in logits, from which a token is taken from a batch. Batches are rounded otherwise than single steps: logits
differ by .07 on average, .8 at most, from four tokens on (0.5B model); a closer race is run again in a single step."""


def written(engine: Engine, prompt: Sequence[int], first: int, *, most: int, guessed: int = GUESSED) -> Iterator[int]:
    """The tokens the model writes behind a prompt, without the one that ends the answer.

    Args:
        prompt: tokens of the context, which answers may quote.
        first: the likeliest token behind them.
        most: tokens to write.
        guessed: tokens to guess; 0 never guesses.
    """
    seen, tokens, close = list(prompt), [first], False
    while True:
        for token in tokens[:most]:
            if engine.ends(token):
                return
            seen.append(token)
            yield token
        most -= len(tokens)
        if most <= 0:
            return
        ahead = [] if close else guess(seen, min(guessed, most - 1))
        tokens, close = _step(engine, seen[-1], ahead)


def _step(engine: Engine, token: int, ahead: Sequence[int]) -> tuple[list[int], bool]:
    """Read a written token, and behind it as much of a guess as is right.

    Returns:
        What follows each, and whether the next one must be found in a single step. When that is the first already,
        nothing has been read.
    """
    start = engine.length
    following = engine.append([token, *ahead], outputs=len(ahead) + 1)
    sure = 1 if not ahead else next((i for i, f in enumerate(following) if f.lead < _CLEAR), len(following))
    right = next((i for i, guessed in enumerate(ahead) if guessed != following[i].token), len(ahead))
    taken = [f.token for f in following[: min(sure, right + 1)]]
    engine.cut(start + len(taken))
    return taken, sure <= right and sure < len(following)
