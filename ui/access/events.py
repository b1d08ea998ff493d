"""What a page may send as an event: its own session, its own uploads, not too much and not too often.

Gradio takes a file in an event's data at its word: any path of this machine, or an address that the
server would then fetch. And whoever names a session is in it. Both are decided here, before Gradio.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, Response

from ui.access import labels
from ui.documents.limits import LARGEST_BATCH
from ui.rates import Rate
from ui.visitors import HEADER

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_EVENT = 2 * 2**20
"""Bytes of an event; what a page sends is a thousandth of it."""
LARGEST_UPLOAD = LARGEST_BATCH + 4 * 2**20
"""Bytes of a request; what is not file is names and boundaries of up to 1000 parts."""
REMEMBERED = 20_000
"""Sessions and uploads; the oldest are forgotten."""
_EVENTS = re.compile(r"/gradio_api/(?:run/predict|queue/join|cancel|reset)")
_STREAMS = re.compile(r"/gradio_api/(?:queue/data|heartbeat/(?P<session>.+))")
_UPLOAD = "/gradio_api/upload"
_SESSION = re.compile(r"[\w-]{1,64}")


class Owners:
    """Who has what: the first one to name a session has it, an upload belongs to all who sent that file."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: dict[str, str] = {}
        self._uploads: dict[tuple[str, str], None] = {}

    def may_use(self, session: str, user: str) -> bool:
        with self._lock:
            owner = self._sessions.pop(session, user)
            self._sessions[session] = owner
            _forget(self._sessions)
        return owner == user

    def keep(self, uploads: list[str], user: str) -> None:
        with self._lock:
            self._uploads.update(dict.fromkeys((path, user) for path in uploads))
            _forget(self._uploads)

    def has(self, path: object, user: str) -> bool:
        return isinstance(path, str) and (path, user) in self._uploads


def _forget(known: dict[Any, Any]) -> None:
    while len(known) > REMEMBERED:
        del known[next(iter(known))]


class OwnEvents:
    """Refuses events about what is not the visitor's own; stands behind the guard that knows the visitor."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._owners = Owners()
        self._rates = {
            _UPLOAD: Rate(burst=200, per_minute=120),
            "/download": Rate(burst=60, per_minute=120),
            "": Rate(burst=400, per_minute=1200),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        user = Headers(scope=scope).get(HEADER, "")
        path = scope["path"]
        refusal: Response | None = None
        body: bytes | None = None
        if self._too_often(scope, user):
            plain = PlainTextResponse(labels.TOO_OFTEN, status_code=429)
            refusal = _no(429, labels.TOO_OFTEN) if _EVENTS.fullmatch(path) else plain
        elif path == _UPLOAD:
            refusal = _judge_size(Headers(scope=scope))
        elif _EVENTS.fullmatch(path) and scope["method"] == "POST":
            body = await _read(receive)
            refusal = self._judge(body, user)
        elif (stream := _STREAMS.fullmatch(path)) and not self._own_stream(scope, stream["session"], user):
            refusal = _no(403, labels.NOT_YOURS)
        if refusal:
            await refusal(scope, receive, send)
        elif path == _UPLOAD:
            await self._app(_plain(scope), receive, self._noting_uploads(user, send))
        else:
            await self._app(scope, receive, send) if body is None else await self._event(scope, body, receive, send)

    async def _event(self, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
        """Gradio's page has English words of its own for 503, its full queue; for 429 it shows the answer's."""
        full = False

        async def translating(message: Message) -> None:
            nonlocal full
            full = full or (message["type"] == "http.response.start" and message["status"] == 503)
            if not full:
                await send(message)

        await self._app(scope, _replay(body, receive), translating)
        if full:
            await _no(429, labels.BUSY)(scope, receive, send)

    def _too_often(self, scope: Scope, user: str) -> bool:
        path = scope["path"]
        counted = scope["method"] == "POST" or path.startswith("/download/")
        kind = next(prefix for prefix in self._rates if path.startswith(prefix))
        who = user or (scope["client"] or ("",))[0]
        return counted and not self._rates[kind].allows(who)

    def _judge(self, body: bytes | None, user: str) -> Response | None:
        if body is None:
            return _no(413, labels.TOO_LARGE)
        try:
            event = json.loads(body)
            session = event.get("session_hash")
            files = list(_files(event.get("data")))
        except (ValueError, AttributeError, RecursionError):
            return _no(400, labels.NOT_AN_EVENT)
        own = isinstance(session, str) and _SESSION.fullmatch(session) and self._owners.may_use(session, user)
        if not own or not all(self._owners.has(f["path"], user) and not f.get("is_stream") for f in files):
            return _no(403, labels.NOT_YOURS)
        return None

    def _own_stream(self, scope: Scope, session: str | None, user: str) -> bool:
        named = session or parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])[-1]
        return bool(_SESSION.fullmatch(named)) and self._owners.may_use(named, user)

    def _noting_uploads(self, user: str, send: Send) -> Send:
        """Gradio answers an upload with a list of the paths it gave."""
        answer = b""

        async def noting(message: Message) -> None:
            nonlocal answer
            if message["type"] == "http.response.body":
                answer += message.get("body", b"")
                if not message.get("more_body"):
                    self._owners.keep(_paths(answer), user)
            await send(message)

        return noting


def _judge_size(headers: Headers) -> Response | None:
    """An upload is refused before it is on the disk; the server holds a request to the length it announced."""
    length = headers.get("content-length", "")
    if "transfer-encoding" in headers or not re.fullmatch(r"[0-9]{1,18}", length):
        return PlainTextResponse(labels.NO_SIZE, status_code=411)
    if int(length) > LARGEST_UPLOAD:
        return PlainTextResponse(labels.too_large(LARGEST_BATCH // 2**20), status_code=413)
    return None


def _no(status: int, line: str) -> Response:
    """A refusal in the form that Gradio's page shows; anything but JSON it calls unreadable, in English."""
    return JSONResponse({"detail": line, "error": line}, status_code=status)


def _plain(scope: Scope) -> Scope:
    """The request asking for an answer that is not compressed, because it is read here."""
    kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    return {**scope, "headers": kept}


def _paths(answer: bytes) -> list[str]:
    try:
        given = json.loads(answer)
    except ValueError:
        return []
    return [path for path in given if isinstance(path, str)] if isinstance(given, list) else []


def _files(data: object) -> Iterator[dict[str, Any]]:
    """Whatever Gradio could take for a file, however deep."""
    if isinstance(data, dict):
        if "path" in data:
            yield data
        yield from (found for value in data.values() for found in _files(value))
    elif isinstance(data, list):
        yield from (found for value in data for found in _files(value))


async def _read(receive: Receive) -> bytes | None:
    """The whole body; None when it is too large."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += bytes(message.get("body", b""))
        if len(body) > LARGEST_EVENT:
            return None
        if not message.get("more_body"):
            return body


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body that was read, then whatever else comes, the end of the connection for one."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again
