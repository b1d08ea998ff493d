"""The greedy loop: the likeliest token, one after another."""

from __future__ import annotations

from collections.abc import Iterator

from rag.llm.engine import Engine


def written(engine: Engine, first: int, *, most: int) -> Iterator[int]:
    """The tokens the model writes behind what it has read, without the one that ends the answer.

    Args:
        first: the likeliest token behind it.
        most: tokens to write.
    """
    token = first
    for left in range(most - 1, -1, -1):
        if engine.ends(token):
            return
        yield token
        if left:
            (token,) = engine.append([token], outputs=1)
