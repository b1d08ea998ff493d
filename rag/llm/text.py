"""From tokens to text: never half a character, nothing behind a stop."""

from __future__ import annotations

import codecs
from collections.abc import Sequence


class Text:
    """Takes the bytes of tokens one after another and gives out text that is certain.

    Args:
        stops: the text ends before the first of them.
    """

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = stops
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""
        self.ended = False

    def take(self, piece: bytes) -> str:
        """What can be shown now; what may be the beginning of a stop is held back."""
        self._held += self._decoder.decode(piece)
        return self._given(self._certain())

    def rest(self) -> str:
        """What was held back, when nothing follows."""
        self._held += self._decoder.decode(b"", final=True)
        return "" if self.ended else self._given(len(self._held))

    def _certain(self) -> int:
        found = [at for at in (self._held.find(stop) for stop in self._stops) if at >= 0]
        if found:
            self.ended = True
            return min(found)
        begun = (n for stop in self._stops for n in range(1, len(stop)) if self._held.endswith(stop[:n]))
        return len(self._held) - max(begun, default=0)

    def _given(self, length: int) -> str:
        given, self._held = self._held[:length], self._held[length:]
        return given
