"""Makes a prompt stand in the context: what was read of its beginning is put in, the rest is read piece by piece.

Each piece in batches of its own: llama.cpp's numbers depend a little on what else is in a batch. Read in one go with
whatever is unknown at the time, a draft would depend on the questions before (it got a comma more, once).
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.llm.engine import Engine
from rag.llm.pieces import Piece, State
from rag.llm.states import States


class Assembly:
    """Works on the context of one engine.

    Args:
        states: what was read before; new states are added.
    """

    def __init__(self, engine: Engine, states: States) -> None:
        self._engine = engine
        self._states = states

    def unread(self, pieces: Sequence[Piece]) -> int:
        """Tokens of the pieces that would have to be read."""
        known = next((at for at, piece in enumerate(pieces) if piece not in self._states), len(pieces))
        return sum(len(self._tokens(piece)) for piece in pieces[known:])

    def put_together(self, pieces: Sequence[Piece], last: Sequence[int] = ()) -> list[int]:
        """Make the pieces and tokens behind them stand in the context, and nothing else.

        Args:
            pieces: a whole beginning of a prompt, each behind the one before.

        Returns:
            The likeliest token behind the last one, when `last` is given.

        Raises:
            Stopped, ValueError: see `Engine.append`; pieces that were read by then are kept.
        """
        new = list(pieces)
        self._engine.cut(0)
        while new and (state := self._states.get(new[0])) and self._engine.put_in(state.data, len(state.tokens)):
            del new[0]
        for piece in new:
            start, tokens = self._engine.length, self._tokens(piece)
            self._engine.append(tokens)
            self._states.put(piece, State(tuple(tokens), self._engine.take_out(start)))
        return self._engine.append(last, outputs=1) if last else []

    def _tokens(self, piece: Piece) -> list[int]:
        return self._engine.tokenize(piece.text, begins=not piece.before, marked=not piece.before)
