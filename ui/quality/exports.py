"""The plots of reports and the flags as files."""

from __future__ import annotations

import json

from rag.errors import BadInput
from rag.flags.records import as_row
from ui import labels
from ui.backend import Backend
from ui.downloads import Download


def plot(backend: Backend, user: str, key: str, form: str) -> Download:
    """A picture of a kept report.

    Raises:
        BadInput: there is none.
    """
    path = backend.plot(key, form)
    if path is None:
        raise BadInput(labels.NO_DOWNLOAD)
    return Download(f"{key}-{path.name}", path, "image/png")


def flags(backend: Backend, user: str, key: str, form: str) -> Download:
    """This user's flags as JSONL, whatever the key."""
    lines = (json.dumps(as_row(flag), ensure_ascii=False) + "\n" for flag in backend.flags.all(user))
    return Download("bao-sai.jsonl", "".join(lines).encode("utf-8", "replace"), "application/x-ndjson")
