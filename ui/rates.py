"""How often one person may do something: token buckets, generous, so that only programs meet them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from rag.errors import HoidapError

MOST = 10_000
"""Persons remembered; the one not seen for longest starts anew."""


class TooOften(HoidapError):
    problem = "Bạn làm việc này quá nhanh."
    next_step = "Hãy đợi một chút rồi thử lại."


@dataclass(frozen=True, slots=True)
class _Bucket:
    tokens: float
    seen: float


class Rate:
    """`burst` at once, then `per_minute`; safe to share between threads."""

    def __init__(self, *, burst: int, per_minute: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = float(burst)
        self._per_second = per_minute / 60
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[str, _Bucket] = {}

    def allows(self, person: str) -> bool:
        """Take a token; False, and nothing is taken, when there is none."""
        now = self._clock()
        with self._lock:
            bucket = self._buckets.pop(person, _Bucket(self._burst, now))
            tokens = min(self._burst, bucket.tokens + (now - bucket.seen) * self._per_second)
            allowed = tokens >= 1
            self._buckets[person] = _Bucket(tokens - allowed, now)
            if len(self._buckets) > MOST:
                del self._buckets[next(iter(self._buckets))]
        return allowed
