"""Pure ASGI guards: who may call, and what the browser is told to refuse.

No BaseHTTPMiddleware: it buffers the event stream.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEALTH = "/healthz"
WRONG_PASSWORD_SECONDS = 1.0
"""How long a wrong password waits for its answer."""
CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""Gradio compiles its templates in the page, hence the two unsafe words; nothing may leave the host."""
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}


class SameOrigin:
    """Refuses what another site makes the browser send; opening the page from a link stays possible."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and _foreign(scope):
            await PlainTextResponse("Cross-site request refused", status_code=403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _foreign(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if origin is not None and origin.partition("://")[2] != headers.get("host"):
        return True
    site = headers.get("sec-fetch-site", "none")
    opened = scope.get("method") == "GET" and headers.get("sec-fetch-mode") == "navigate"
    return site not in ("none", "same-origin") and not opened


class Password:
    """Asks for a name and a password on every route but the health check (HTTP Basic).

    The browser shows its own dialog, and unlike Gradio's login nothing mounted beside it is forgotten.
    """

    def __init__(self, app: ASGIApp, check: Callable[[str, str], bool]) -> None:
        self._app = app
        self._check = check

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or scope["path"] == HEALTH or self._known(scope):
            await self._app(scope, receive, send)
            return
        if "authorization" in Headers(scope=scope):
            await asyncio.sleep(WRONG_PASSWORD_SECONDS)
        headers = {"WWW-Authenticate": 'Basic realm="hoidap", charset="UTF-8"'}
        await PlainTextResponse("Password required", status_code=401, headers=headers)(scope, receive, send)

    def _known(self, scope: Scope) -> bool:
        scheme, _, encoded = Headers(scope=scope).get("authorization", "").partition(" ")
        try:
            user, colon, password = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
        except ValueError:
            return False
        return scheme.lower() == "basic" and bool(colon) and self._check(user, password)


class SafeHeaders:
    """Adds the headers to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)
