"""Who is asking: the name that the guard of the page has checked, or the one person at this machine."""

from __future__ import annotations

from typing import Any

HEADER = "x-hoidap-user"
"""Set by `access.guards` alone, which takes off whatever a browser sent under this name."""
LOCAL = ""
"""Without passwords whoever sits at this machine is one and the same user."""


def visitor(request: Any) -> str:
    """The name of the user behind a `gr.Request`, `LOCAL` where the page asks for no password."""
    return str(request.headers.get(HEADER, LOCAL))
