"""How long wrong passwords are kept waiting, by name and by address."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass

FREE = 5
"""Wrong passwords for one name before the first wait."""
FREE_OF_ADDRESS = 50
"""The same for one address: a whole office may share one, and its right logins do not lower the count."""
FIRST_WAIT, LONGEST_WAIT = 30.0, 900.0
"""Seconds; each further wrong password doubles the wait."""
FORGOTTEN = 3600.0
"""Seconds after which a row of wrong passwords no longer counts."""
MOST = 10_000
"""Names, or addresses, remembered."""


@dataclass(frozen=True, slots=True)
class _Row:
    wrong: int
    last: float
    until: float


class Lockout:
    """Counts what was given, not what exists: a name nobody has is locked like any other."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, free: int = FREE) -> None:
        self._clock = clock
        self._free = free
        self._rows: dict[str, _Row] = {}

    def wait(self, key: str) -> float:
        """Seconds until the next try, 0 or less when it may be made now."""
        row = self._rows.get(key)
        return row.until - self._clock() if row else 0.0

    def wrong(self, key: str) -> None:
        now = self._clock()
        row = self._rows.pop(key, None)
        count = row.wrong + 1 if row and now - row.last < FORGOTTEN else 1
        past = count - self._free
        pause = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(past, 10)) if past >= 0 else 0.0
        self._rows[key] = _Row(count, now, now + pause)
        while len(self._rows) > MOST:
            del self._rows[next(iter(self._rows))]

    def right(self, key: str) -> None:
        """A row of wrong passwords ends."""
        self._rows.pop(key, None)


def network(address: str) -> str:
    """What counts as one address: in IPv6 the /64 that a machine chooses its addresses from."""
    try:
        given = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{given}/64", strict=False)) if given.version == 6 else str(given)
