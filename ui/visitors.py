"""Who is asking: the name that the guard of the page has checked, or the one person at this machine."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

HEADER = "x-hoidap-user"
"""Set by `access.guards` alone, which takes off whatever a browser sent under this name; percent-encoded."""
LOCAL = ""
"""Without passwords whoever sits at this machine is one and the same user."""


def visitor(request: Any) -> str:
    """The name of the user behind a `gr.Request`, `LOCAL` where the page asks for no password."""
    return unquote(str(request.headers.get(HEADER, LOCAL)))


def person(request: Any) -> str:
    """Whom limits and turns count as one: the user, or without passwords each open page."""
    return visitor(request) or f"page {request.session_hash}"
