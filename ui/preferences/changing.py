"""Changes settings for everyone: at once, or in the background where another model has to be loaded first."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Any

from rag.errors import HoidapError
from ui import labels as shared
from ui.backend import Backend
from ui.preferences import labels

log = logging.getLogger(__name__)


class Changing:
    """One change at a time; `loading` while a model is loaded, `line` says how the last one went."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._turn = threading.Lock()
        self.loading = False
        self.background = False
        """The last change had to load a model, so whoever comes back wants to know how it went."""
        self.failed = False
        self.line = ""

    def start(self, wanted: Mapping[str, Any]) -> None:
        """Apply what differs from the settings in use."""
        with self._turn:
            if self.loading:
                return self._settle(labels.BUSY, failed=True)
            changes = {name: value for name, value in wanted.items() if value != getattr(self._backend.settings, name)}
            if not changes:
                return self._settle(labels.UNCHANGED)
            model = changes.get("llm")
            self.background = model is not None
            if model is None:
                return self._change(changes, labels.SAVED)
            self.loading, self.failed = True, False
            self.line = labels.LOADING.format(model=model)
        threading.Thread(target=self._load, args=(changes,), name="change-model", daemon=True).start()
        return None

    def _load(self, changes: Mapping[str, Any]) -> None:
        try:
            self._change(changes, labels.LOADED.format(model=changes["llm"]))
        finally:
            self.loading = False

    def _change(self, changes: Mapping[str, Any], done: str) -> None:
        try:
            self._backend.change(changes)
        except HoidapError as error:
            log.warning("settings: %s %s", error.line, error.detail)
            self._settle(error.line, failed=True)
        except Exception:
            log.exception("settings")
            self._settle(shared.UNEXPECTED, failed=True)
        else:
            self._settle(done)

    def _settle(self, line: str, *, failed: bool = False) -> None:
        self.line, self.failed = line, failed
