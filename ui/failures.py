"""The border of the screen: a known failure in its own words, a bug in general ones and in the log."""

from __future__ import annotations

import logging

from rag.errors import HoidapError
from ui import labels

log = logging.getLogger(__name__)


def line(error: Exception, where: str) -> str:
    """What the screen says of a failure; never a trace or a path."""
    if isinstance(error, HoidapError):
        log.warning("%s: %s %s", where, error.line, error.detail)
        return error.line
    log.error("%s", where, exc_info=error)
    return labels.UNEXPECTED
