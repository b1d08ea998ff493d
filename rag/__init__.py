"""hoidap: Vietnamese questions answered from documents, every sentence tied to a checked span.

The public names load on first use, so `import rag` is cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.answer import ask
    from rag.ingestion import ingest
    from rag.library import Library
    from rag.settings import Settings, load_settings

_HOMES = {
    "ask": "rag.answer",
    "ingest": "rag.ingestion",
    "Library": "rag.library",
    "Settings": "rag.settings",
    "load_settings": "rag.settings",
}

__all__ = ["Library", "Settings", "ask", "ingest", "load_settings"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
