"""The login page and its two routes: plain HTML that needs no script and no other file."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from ui import labels as words
from ui.access import labels
from ui.access.logins import Logins, Refused
from ui.access.passwords import LONGEST
from ui.render import NOTHING, Html, element, field, page

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

COOKIE = "hoidap-session"
PATH, LEAVE = "/login", "/logout"
LARGEST_FORM = 8192
"""Bytes."""
_STYLES = Path(__file__).parents[1] / "assets" / "styles"
_PALETTE = re.compile(r"^(?::root|\.dark) \{(.*?)\}", re.DOTALL | re.MULTILINE)


@cache
def _style() -> str:
    """The colours of the frame, dark ones where the browser asks for them, and the page's own rules."""
    light, dark = _PALETTE.findall((_STYLES / "frame.css").read_text(encoding="utf-8"))
    own = (_STYLES / "login.css").read_text(encoding="utf-8")
    return f":root {{{light}}}\n@media (prefers-color-scheme: dark) {{ :root {{{dark}}} }}\n{own}"


def login_page(line: str = "", name: str = "") -> str:
    """The form, above it why the last try was refused."""
    notice = NOTHING
    if line:
        notice = element("p", line, class_="notice", role="alert")
    form = element(
        "form",
        _field(labels.NAME, "text", "name", "username", value=name),
        _field(labels.PASSWORD, "password", "password", "current-password"),
        element("button", labels.LOGIN, type="submit"),
        action=PATH,
        method="post",
    )
    body = element("main", element("h1", words.APP), element("p", words.TAGLINE, class_="tagline"), notice, form)
    return page(f"{labels.LOGIN} · {words.APP}", _style(), body)


def _field(label: str, kind: str, name: str, autocomplete: str, value: str | None = None) -> Html:
    entry = field(
        kind,
        name=name,
        autocomplete=autocomplete,
        value=value,
        maxlength=64 if kind == "text" else LONGEST,
        required=True,
        autofocus=(kind == "text") != bool(value),
    )
    return element("label", element("span", label), entry)


def add_routes(app: FastAPI, logins: Logins) -> None:
    """GET and POST of `/login`, POST of `/logout`."""
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import Request
    from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

    async def show(request: Request) -> Response:
        if logins.sessions.user(request.cookies.get(COOKIE, "")):
            return RedirectResponse("/", status_code=303)
        return HTMLResponse(login_page())

    async def enter(request: Request) -> Response:
        sent = await _form(request)
        if sent is None:
            return PlainTextResponse(labels.TOO_LARGE, status_code=413)
        address = request.client.host if request.client else ""
        name = sent.get("name", "")
        result = await run_in_threadpool(logins.login, name, sent.get("password", ""), address)
        if isinstance(result, Refused):
            return _refused(result, name)
        logins.sessions.end(request.cookies.get(COOKIE, ""))
        response = RedirectResponse("/", status_code=303)
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, result, path="/", httponly=True, samesite="strict", secure=secure)
        return response

    async def leave(request: Request) -> Response:
        logins.sessions.end(request.cookies.get(COOKIE, ""))
        response = RedirectResponse(PATH, status_code=303)
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        return response

    for method, path, handler in (("GET", PATH, show), ("POST", PATH, enter), ("POST", LEAVE, leave)):
        handler.__annotations__.update(request=Request, **{"return": Response})
        app.add_api_route(path, handler, methods=[method], response_model=None)


def _refused(result: Refused, name: str) -> Response:
    from starlette.responses import HTMLResponse

    if result.minutes:
        wait = {"Retry-After": str(result.minutes * 60)}
        return HTMLResponse(login_page(labels.locked(result.minutes), name), 429, wait)
    return HTMLResponse(login_page(labels.WRONG, name), 401)


async def _form(request: Request) -> dict[str, str] | None:
    """The first value of each field; None when the body is larger than any login."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            return None
    return {key: values[0] for key, values in parse_qs(body.decode("utf-8", "replace")).items()}
