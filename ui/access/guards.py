"""Pure ASGI guards: who may call what, and what the browser is told to refuse.

No BaseHTTPMiddleware: it buffers the event stream.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from ui.access import labels
from ui.access.login import COOKIE, PATH
from ui.visitors import HEADER

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ui.access.sessions import Sessions

HEALTH = "/healthz"
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
_UNUSED = (
    "accelerometer camera display-capture geolocation gyroscope magnetometer microphone midi payment usb "
    "publickey-credentials-get screen-wake-lock serial xr-spatial-tracking"
).split()
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _UNUSED),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ASSETS = re.compile(r"/(?:assets|static)/.*")
"""Files of Gradio, the same for everybody and named after their content; the page must not tell them apart."""
SERVED = re.compile(
    r"/|/healthz|/login|/logout|/download/.*|/(?:assets|static)/.*|/theme\.css|/favicon\.ico|/config"
    r"|/gradio_api/(?:info|app_id|startup-events|theme\.css|cancel|reset|upload|upload_progress|run/predict"
    r"|queue/(?:join|data)|heartbeat/[\w-]+)"
)
"""All that the page asks for. Not served: files by path, addresses fetched by the server (`file=http…`,
`proxy=`), monitoring, components' own routes, calls by name."""


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


class ServedPaths:
    """Refuses every path that the page does not need, whatever a new Gradio brings along."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and not SERVED.fullmatch(scope["path"]):
            await PlainTextResponse("Not found", status_code=404)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class KnownVisitor:
    """Says who is asking in `ui.visitors.HEADER`, which nobody else can set.

    With passwords, only who has a session comes in.
    """

    def __init__(self, app: ASGIApp, sessions: Sessions | None) -> None:
        self._app = app
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = [pair for pair in scope["headers"] if pair[0].lower() != HEADER.encode()]
        if self._sessions is not None and scope["path"] not in (HEALTH, PATH):
            user = self._sessions.user(_cookie(scope))
            if user is None:
                await _refusal(scope)(scope, receive, send)
                return
            headers.append((HEADER.encode(), quote(user).encode()))
        await self._app({**scope, "headers": headers}, receive, send)


def _cookie(scope: Scope) -> str:
    """Read as the login page reads it: what other programs on this host set in the browser is passed over."""
    return cookie_parser(Headers(scope=scope).get("cookie", "")).get(COOKIE, "")


def _refusal(scope: Scope) -> Response:
    """The login page for who opens the page, a plain line for a program."""
    headers = Headers(scope=scope)
    mode = headers.get("sec-fetch-mode", "navigate" if "text/html" in headers.get("accept", "") else "")
    if scope.get("method") == "GET" and mode == "navigate":
        return RedirectResponse(PATH, status_code=303)
    return PlainTextResponse(labels.NEED_LOGIN, status_code=401)


class SafeHeaders:
    """Adds the headers to every response; only Gradio's own files may be kept by the browser."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = message["status"] == 200 and ASSETS.fullmatch(scope["path"])
                cache = "public, max-age=86400" if kept else "no-store"
                MutableHeaders(scope=message).update({**HEADERS, "Cache-Control": cache})
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)
