"""Puts a prompt together in the context from what was read of its pieces; what was not read yet is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
        self._there: tuple[Piece, ...] = ()
        """What the context holds, as far as it is known."""

    def unread(self, pieces: Sequence[Piece]) -> int:
        """Tokens of the pieces that were not read yet."""
        return sum(len(self._tokens(piece)) for piece in dict.fromkeys(pieces) if piece not in self._states)

    def read(self, pieces: Sequence[Piece]) -> Iterator[State]:
        """The state of each piece; what was not read yet is read, behind its own beginning.

        Args:
            pieces: each behind those it is read behind.

        Raises:
            Stopped: see `Engine.append`; what was read by then is kept.
        """
        held: dict[Piece, State] = {}  # Others may have to give way in `states`.
        for piece in pieces:
            held[piece] = self._states.get(piece) or self._learn(piece, held)
            yield held[piece]

    def put_together(self, pieces: Sequence[Piece]) -> None:
        """Make the pieces stand one behind the other in the context, and nothing else."""
        states = list(self.read(pieces))
        self._there = ()
        self._engine.cut(0)
        for piece, state in zip(pieces, states, strict=True):
            start = sum(len(self._tokens(before)) for before in piece.before)
            self._engine.put_in(state.data, start=start, length=len(state.tokens))

    def _learn(self, piece: Piece, held: dict[Piece, State]) -> State:
        if self._there[: len(piece.before)] != piece.before:
            self._there = ()
            self._engine.cut(0)
            for before in piece.before:
                self._engine.put_in(held[before].data, start=self._engine.length, length=len(held[before].tokens))
        start = sum(len(held[before].tokens) for before in piece.before)
        self._there = piece.before
        self._engine.cut(start)
        tokens = self._tokens(piece)
        self._engine.append(tokens)
        self._there = (*piece.before, piece)
        state = State(tuple(tokens), self._engine.take_out(start))
        self._states.put(piece, state)
        return state

    def _tokens(self, piece: Piece) -> list[int]:
        return self._engine.tokenize(piece.text, begins=not piece.before, marked=not piece.before)
