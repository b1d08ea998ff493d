"""Loads the models while the page is already open, and says how far that is."""

from __future__ import annotations

import logging
import threading

from rag.errors import HoidapError
from ui import labels
from ui.backend import Backend
from ui.render import Html, element

log = logging.getLogger(__name__)


class Readiness:
    """`loading`, then `ready` or `failed`; started once, in its own thread."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.state = "loading"
        self._line = labels.MODELS_LOADING
        self._thread = threading.Thread(target=self._load, name="warm-up", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _load(self) -> None:
        try:
            self._backend.warm_up()
        except HoidapError as error:
            log.warning("warm-up failed: %s %s", error.line, error.detail)
            self._settle("failed", error.line)
        except Exception:
            log.exception("warm-up failed")
            self._settle("failed", labels.UNEXPECTED)
        else:
            self._settle("ready", labels.MODELS_READY)

    def _settle(self, state: str, line: str) -> None:
        self._line = line
        self.state = state

    def badge(self) -> Html:
        return element("p", self._line, class_=f"hd-models hd-models-{self.state}", role="status")
