"""What can be done before it is asked for: one thread for everybody, in which the newest wish replaces the one before.

A question is never kept waiting by it: the model gives way by itself, and what was read by then is not lost.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from rag.errors import HoidapError

log = logging.getLogger(__name__)

Work = Callable[[threading.Event], None]
"""Ends soon after its event is set."""
_LEAVE_S = 2.0


class Ahead:
    """Runs wishes in turn; a new one ends the one that runs and takes the place of the one that waits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: tuple[Work, threading.Event] | None = None
        self._cancelled = threading.Event()
        self._thread: threading.Thread | None = None
        self._stopped = False

    def wish(self, work: Work) -> None:
        """Do this next; nothing after `stop`."""
        with self._lock:
            if self._stopped:
                return
            self._cancelled.set()
            self._cancelled = threading.Event()
            self._waiting = (work, self._cancelled)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="ahead", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End what runs and wait for it: at the end of a process the model must not be at work."""
        with self._lock:
            self._stopped, self._waiting, thread = True, None, self._thread
            self._cancelled.set()
        if thread is not None:
            thread.join(_LEAVE_S)

    def _run(self) -> None:
        while True:
            with self._lock:
                if self._waiting is None:
                    self._thread = None
                    return
                (work, cancelled), self._waiting = self._waiting, None
            try:
                work(cancelled)
            except HoidapError as error:  # whoever asks is told
                log.debug("nothing done ahead: %s %s", error.line, error.detail)
            except Exception:
                log.exception("something could not be done ahead")
