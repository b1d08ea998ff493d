"""Fetches a page and everything that it can reach on its own server, and reads every byte for foreign addresses."""

from __future__ import annotations

import contextlib
import hashlib
import html
import http.client
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from rag.offline.foreign import LOCAL, Foreign, foreign

_SEEDS = ("/", "/config", "/theme.css", "/manifest.json", "/favicon.ico")
"""The last four are asked for by Gradio's script or by the browser itself."""
_ATTRIBUTE = re.compile(r"""\b(?:href|src)\s*=\s*["']([^"'#]+)["']""", re.IGNORECASE)
_IN_STYLE = re.compile(r"""url\(\s*["']?([^"')#]+)["']?\s*\)|@import\s+["']([^"']+)["']""")
_IN_SCRIPT = re.compile(
    r"""["'`](?:\$\{\w+\})?((?:\.{1,2}/|/|assets/|static/)[\w./@+-]+\.(?:m?js|css|json|wasm|woff2?|ttf|png|svg))["'`]"""
)
"""A name in quotes, maybe behind the root of the server in a template."""
_CONFIG = re.compile(r"window\.gradio_config = (\{.*?\});</script>", re.DOTALL)
_TEXT = ("text/", "application/json", "application/javascript", "application/manifest", "image/svg")
_HEADERS = ("link", "refresh", "location", "sourcemap", "report-to", "reporting-endpoints", "content-security-policy")
_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Served:
    """One answer of the server with what it holds of other machines."""

    path: str
    size: int
    """Bytes."""
    sha256: str
    type: str
    foreign: tuple[Foreign, ...]


@dataclass(frozen=True, slots=True)
class Crawl:
    """All that a page can reach; the policy is that of the page itself."""

    files: tuple[Served, ...]
    policy: str
    config: dict[str, Any]
    """Gradio's configuration inside the page; empty when there is none."""


def crawl(address: str, told: Callable[[int], None] = lambda count: None) -> Crawl:
    """Follow the page at `http://HOST:PORT`, breadth first.

    Args:
        told: called with the number of files fetched so far.

    Raises:
        OSError, http.client.HTTPException: the server does not answer.
        ValueError: the page itself is not there.
    """
    waiting, known = list(_SEEDS), set(_SEEDS)
    files: list[Served] = []
    policy, config = "", dict[str, Any]()
    for path in waiting:
        status, headers, body = _get(address, path)
        if path == "/":
            if status != http.HTTPStatus.OK:
                raise ValueError(f"trang chủ trả lời {status}")
            policy, config = headers.get("Content-Security-Policy", ""), _config(body)
        if status >= http.HTTPStatus.BAD_REQUEST:  # a script names files of its own build too
            continue
        kind = headers.get_content_type()
        files.append(_read(path, kind, body, headers))
        fresh = [name for name in dict.fromkeys(_reached(path, kind, body)) if name not in known]
        waiting += fresh
        known.update(fresh)
        told(len(files))
    return Crawl(tuple(files), policy, config)


def _get(address: str, path: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Status, headers, body; a connection each, as one that is kept waits 40 ms for a delayed acknowledgement."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=_SECONDS)
    with contextlib.closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def _config(page: bytes) -> dict[str, Any]:
    found = _CONFIG.search(page.decode("utf-8", "replace"))
    config: dict[str, Any] = json.loads(found[1]) if found else {}
    return config


def _read(path: str, kind: str, body: bytes, headers: http.client.HTTPMessage) -> Served:
    found: dict[Foreign, None] = {}
    for name in _HEADERS:
        found.update((Foreign(item.url, "hint"), None) for item in foreign(headers.get(name, "")))
    if kind.startswith(_TEXT):
        found.update((item, None) for text, markup in _texts(kind, body) for item in foreign(text, markup=markup))
    return Served(path, len(body), hashlib.sha256(body).hexdigest(), kind, tuple(found))


def _texts(kind: str, body: bytes) -> Iterator[tuple[str, bool]]:
    """The text of a file, and each string of a configuration with its escapes undone: it may be a page itself."""
    text = body.decode("utf-8", "replace")
    yield text, kind == "text/html"
    embedded = _CONFIG.search(text) if kind == "text/html" else None
    source = embedded[1] if embedded else text if kind == "application/json" else ""
    with contextlib.suppress(ValueError):
        yield from ((string, True) for string in _strings(json.loads(source)))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)


def _reached(path: str, kind: str, body: bytes) -> Iterator[str]:
    """Paths on the same server that the file names."""
    if not kind.startswith(_TEXT):
        return
    text = body.decode("utf-8", "replace")
    names = [name for match in _IN_STYLE.findall(text) for name in match if name]
    if kind == "text/html":
        names += map(html.unescape, _ATTRIBUTE.findall(text))
    if "script" in kind or kind == "text/html":
        names += _IN_SCRIPT.findall(text)
    for name in names:
        try:
            parts = urlsplit(urljoin(f"http://127.0.0.1{path}", name))
        except ValueError:
            continue
        if parts.hostname in LOCAL and parts.scheme == "http" and parts.path.isascii() and " " not in parts.path:
            yield parts.path + (f"?{parts.query}" if parts.query and parts.query.isascii() else "")
