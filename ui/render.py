"""The only module that makes HTML: text becomes markup here, escaped, and nowhere else.

Every other module composes `element`s. A `str` child or attribute is always data; only `Html`, which
only this module makes, passes through. Characters that mean something to Gradio's templates or to a
script (`{`, `}`, `$`, a back quote) are written as entities too, so no template engine sees them.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

TAGS = frozenset(
    {
        "a",
        "article",
        "aside",
        "bdi",
        "blockquote",
        "button",
        "caption",
        "details",
        "dialog",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "li",
        "mark",
        "ol",
        "p",
        "progress",
        "q",
        "section",
        "span",
        "strong",
        "summary",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    }
)
ATTRIBUTES = frozenset(
    {"class", "download", "href", "role", "scope", "tabindex", "title", "type", "hidden", "max", "value"}
)
DOWNLOAD = re.compile(r"/download/[a-z]+/[A-Za-z0-9_-]{1,64}/[a-z]{1,8}")
"""The one kind of link that leads out of the page; see `ui.downloads`."""
_FREE_PREFIXES = ("data-", "aria-")
_TEMPLATE_CHARACTERS = {ord(character): f"&#{ord(character)};" for character in "{}$`"}
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Html:
    """Markup that is safe by construction; made by `element` and `group` only."""

    markup: str


Child = Html | str
NOTHING = Html("")


def escape(text: str) -> str:
    """Any text as character data or attribute value; unprintable characters become U+FFFD."""
    printable = _UNPRINTABLE.sub("\ufffd", text)
    return html.escape(printable, quote=True).translate(_TEMPLATE_CHARACTERS)


def group(*children: Child) -> Html:
    """The children one after another, strings escaped."""
    return Html("".join(c.markup if isinstance(c, Html) else escape(c) for c in children))


def element(tag: str, *children: Child, **attributes: str | int | float | bool | None) -> Html:
    """One element; `class_` stands for `class`, `data_cite` for `data-cite`.

    An attribute that is None or False is left out and True stands alone. A link may only point inside
    the page.

    Raises:
        ValueError: a tag or attribute that is not on the list, or a link out of the page.
    """
    if tag not in TAGS:
        raise ValueError(f"tag {tag!r} is not allowed")
    opening = f"<{tag}{''.join(_attribute(name, value) for name, value in attributes.items())}>"
    return Html(f"{opening}{group(*children).markup}</{tag}>")


def _attribute(key: str, value: str | int | float | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if name not in ATTRIBUTES and not name.startswith(_FREE_PREFIXES):
        raise ValueError(f"attribute {name!r} is not allowed")
    if name == "href" and not (str(value).startswith("#") or DOWNLOAD.fullmatch(str(value))):
        raise ValueError("a link may only point inside the page or to a download of ours")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
