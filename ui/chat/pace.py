"""How long the reading of a prompt will still take, from how far it came."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from rag.records import Status

SURE_AFTER = 2.0
"""Seconds of reading before its speed is known."""


@dataclass
class Pace:
    """Of one question."""

    clock: Callable[[], float] = time.monotonic
    _started: tuple[float, float] | None = field(default=None, init=False)
    """When reading was first heard of, and how far it was."""

    def seconds_left(self, event: object) -> float | None:
        """None while it is not known, and when nothing is being read."""
        if not isinstance(event, Status) or event.stage != "read":
            return None
        now = self.clock()
        if self._started is None:
            self._started = (now, event.fraction)
        since, first = self._started
        read = event.fraction - first
        if now - since < SURE_AFTER or read <= 0:
            return None
        return (now - since) * (1 - event.fraction) / read
