"""Which foreign addresses in a served file a browser would fetch by itself, and which are only words.

What stands before an address tells: a tag that loads (`<link rel=stylesheet href=`), a rule of a style (`@import`,
`url(`), a call of a script (`fetch(`, `new WebSocket(`, `import(`). What a script puts together at run time cannot be
read off its text; for that there are the content policy and the real page load.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
_ADDRESS = re.compile(
    r"""(?:(?:https?|wss?|ftp)://|(?<=["'`(=])//(?=[\w\[-]+[.:\[]))[^\s"'`<>()\\{}|^,;]*""", re.IGNORECASE
)
_REACH = 400
"""Characters before an address in which its tag or call stands."""
_OPENING = r"""\s*(?:\\?["'`]|&quot;)?\s*$"""
_TAG = re.compile(
    r"<(?P<tag>link|script|img|image|use|iframe|frame|source|video|audio|track|embed|object|input|base|body|meta|style)\b"
    r"(?P<rest>[^<>]*?)[\s\"'`](?:xlink:)?(?P<attribute>href|src|srcset|imagesrcset|data|poster|background|content)"
    r"""\s*=\s*(?:\\?["'`])?(?P<before>[^"'`<>]*)$""",
    re.IGNORECASE,
)
_REL = re.compile(r"""\brel\s*=\s*\\?["'`]?([\w\s-]+)""", re.IGNORECASE)
_LOADING_RELS = {
    "stylesheet": "style",
    "icon": "img",
    "apple-touch-icon": "img",
    "mask-icon": "img",
    "manifest": "manifest",
    "modulepreload": "script",
    "preload": "default",
    "prefetch": "hint",
    "prerender": "hint",
    "preconnect": "hint",
    "dns-prefetch": "hint",
}
_TAG_KINDS = {
    "script": "script",
    "img": "img",
    "image": "img",
    "use": "img",
    "input": "img",
    "body": "img",
    "iframe": "frame",
    "frame": "frame",
    "embed": "object",
    "object": "object",
    "video": "media",
    "audio": "media",
    "source": "media",
    "track": "media",
    "base": "base",
}
_BEFORE = tuple(
    (kind, re.compile(pattern + _OPENING, re.IGNORECASE))
    for kind, pattern in (
        ("style", r"@import\s+(?:url\()?"),
        ("font", r"@font-face\s*\{[^}]*url\("),
        ("img", r"^(?!.*@namespace[^;]*$).*\burl\("),
        ("connect", r"\b(?:fetch|WebSocket|EventSource|sendBeacon|Request|axios(?:\.\w+)?)\s*\("),
        ("connect", r"""\.open\s*\(\s*["'`]\w+["'`]\s*,"""),
        ("script", r"\b(?:import|importScripts|addModule)\s*\("),
        ("script", r"\b(?:import|from)\b"),
        ("worker", r"\b(?:Worker|SharedWorker|serviceWorker\.register)\s*\("),
        ("script", r"""createElement\(\s*["'`]script["'`].{0,300}\.src\s*="""),
        ("style", r"""createElement\(\s*["'`]link["'`].{0,300}\.href\s*="""),
        ("frame", r"""createElement\(\s*["'`]iframe["'`].{0,300}\.src\s*="""),
        ("img", r"\.(?:src|srcset|poster)\s*="),
        ("img", r"""setAttribute\(\s*["'`](?:src|srcset|poster|data)["'`]\s*,"""),
        ("script", r"[#@]\s*sourceMappingURL="),
    )
)


@dataclass(frozen=True, slots=True)
class Foreign:
    """An absolute address of another machine in a file."""

    url: str
    kind: str
    """What would load it, in the words of a content policy (`style`, `connect`, …; `hint` is a preconnection);
    empty when it is only words or waits for a click."""


def foreign(text: str, *, markup: bool = False) -> Iterator[Foreign]:
    """Every foreign address of a script, style or page (`markup`), in order."""
    text = (html.unescape(text) if markup else text).replace("\\/", "/")
    for found in _ADDRESS.finditer(text):
        if host(found[0]) not in LOCAL:
            yield Foreign(found[0], _kind(text, found.start()))


def host(url: str) -> str:
    """The machine that an address names, empty when it names none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _kind(text: str, start: int) -> str:
    before = text[max(0, start - _REACH) : start]
    line = before.replace("\n", " ")
    if tag := _TAG.search(line):
        return _tag_kind(tag, line[tag.start() :] + text[start : start + _REACH].partition(">")[0])
    return next((kind for kind, pattern in _BEFORE if pattern.search(line)), "")


def _tag_kind(tag: re.Match[str], whole: str) -> str:
    name, attribute = tag["tag"].lower(), tag["attribute"].lower()
    if name == "meta":
        refresh = "http-equiv" in whole.lower() and "refresh" in whole.lower()
        return "navigate" if refresh else ""
    if attribute == "content" or (tag["before"].strip() and "srcset" not in attribute):
        return ""
    if name != "link":
        return _TAG_KINDS.get(name, "")
    rel = _REL.search(whole)
    if rel is None:
        return "default"
    words = rel[1].lower().split()
    return next((_LOADING_RELS[word] for word in words if word in _LOADING_RELS), "")
