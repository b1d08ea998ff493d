"""Who is logged in: random tokens in the browsers' cookies, kept here as hashes and in memory only."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

IDLE = 2 * 3600.0
"""Seconds without a request after which a session ends."""
LONGEST = 12 * 3600.0
"""Seconds after which it ends in any case."""
MOST = 1000
"""Sessions at once; the one that was used least recently makes room."""


@dataclass(frozen=True, slots=True)
class _Session:
    user: str
    began: float
    used: float


class Sessions:
    """Safe to share between threads; a restart logs everybody out."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._open: dict[str, _Session] = {}
        """By the token's hash, the least recently used first."""

    def begin(self, user: str) -> str:
        """The token of a new session."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._open[_key(token)] = _Session(user, now, now)
            while len(self._open) > MOST:
                del self._open[next(iter(self._open))]
        return token

    def user(self, token: str) -> str | None:
        """Whose session it is, which counts as using it; None when there is none, or it has expired."""
        now = self._clock()
        with self._lock:
            session = self._open.pop(_key(token), None)
            if session is None or now - session.used > IDLE or now - session.began > LONGEST:
                return None
            self._open[_key(token)] = replace(session, used=now)
            return session.user

    def end(self, token: str) -> None:
        with self._lock:
            self._open.pop(_key(token), None)


def _key(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
