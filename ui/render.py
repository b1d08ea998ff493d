"""The only module that makes HTML: text becomes markup here, escaped, and nowhere else.

Every other module composes `element`s. A `str` child or attribute is always data; only `Html`, which
only this module makes, passes through. Characters that mean something to Gradio's templates or to a
script (`{`, `}`, `$`, a back quote) are written as entities too, so no template engine sees them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
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
        "code",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "form",
        "h1",
        "h2",
        "h3",
        "label",
        "legend",
        "li",
        "main",
        "mark",
        "ol",
        "p",
        "pre",
        "progress",
        "q",
        "section",
        "span",
        "strong",
        "summary",
        "table",
        "tbody",
        "td",
        "textarea",
        "th",
        "thead",
        "tr",
        "ul",
    }
)
_FIXED = {
    "action": frozenset({"/login"}),
    "autocomplete": frozenset({"username", "current-password"}),
    "autofocus": frozenset({"True"}),
    "method": frozenset({"post"}),
    "required": frozenset({"True"}),
}
"""Of the login form, the only form: attributes that are harmless with these values alone."""
ATTRIBUTES = frozenset(
    {"class", "download", "href", "role", "tabindex", "title", "type", "hidden", "max", "value"}
    | {"checked", "disabled", "maxlength", "min", "name", "open", "rows", "scope", "step"}
    | {"cx", "cy", "d", "r", "x", "x1", "x2", "y", "y1", "y2"}
)
SHAPES = frozenset({"circle", "g", "line", "path", "text"})
"""Inside a `drawing` only."""
FIELDS = frozenset({"checkbox", "password", "radio", "range", "text"})
"""Kinds of input."""
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
Value = str | int | float | bool | None
NOTHING = Html("")


def escape(text: str) -> str:
    """Any text as character data or attribute value; unprintable characters become U+FFFD."""
    printable = _UNPRINTABLE.sub("\ufffd", text)
    return html.escape(printable, quote=True).translate(_TEMPLATE_CHARACTERS)


def group(*children: Child) -> Html:
    """The children one after another, strings escaped."""
    return Html("".join(c.markup if isinstance(c, Html) else escape(c) for c in children))


def element(tag: str, *children: Child, **attributes: Value) -> Html:
    """One element; `class_` stands for `class`, `data_cite` for `data-cite`.

    An attribute that is None or False is left out and True stands alone. A link may only point inside
    the page.

    Raises:
        ValueError: a tag or attribute that is not on the list or a link out of the page.
    """
    if tag not in TAGS and tag not in SHAPES:
        raise ValueError(f"tag {tag!r} is not allowed")
    return Html(f"{_opening(tag, attributes)}{group(*children).markup}</{tag}>")


def field(kind: str, **attributes: Value) -> Html:
    """One input.

    Raises:
        ValueError: a kind or an attribute that is not on the list.
    """
    if kind not in FIELDS:
        raise ValueError(f"input {kind!r} is not allowed")
    return Html(_opening("input", {"type": kind, **attributes}))


def picture(address: str, description: str) -> Html:
    """An image of ours, from where `ui.downloads` serves it.

    Raises:
        ValueError: another address.
    """
    if not DOWNLOAD.fullmatch(address):
        raise ValueError("a picture may only come from a download of ours")
    return Html(f'<img src="{address}" alt="{escape(description)}" loading="lazy">')


def drawing(width: int, height: int, *shapes: Html, description: str) -> Html:
    """Shapes on a canvas of this many units, as wide as there is room; one picture for a screen reader."""
    opening = f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(description)}">'
    return Html(f"{opening}{group(*shapes).markup}</svg>")


def _opening(tag: str, attributes: Mapping[str, Value]) -> str:
    return f"<{tag}{''.join(_attribute(name, value) for name, value in attributes.items())}>"


def _attribute(key: str, value: Value) -> str:
    name = key.rstrip("_").replace("_", "-")
    absent = value is None or value is False
    fixed = name in _FIXED and (absent or str(value) in _FIXED[name])
    if name not in ATTRIBUTES and not name.startswith(_FREE_PREFIXES) and not fixed:
        raise ValueError(f"attribute {name!r} is not allowed")
    if name == "href" and not (str(value).startswith("#") or DOWNLOAD.fullmatch(str(value))):
        raise ValueError("a link may only point inside the page or to a download of ours")
    if absent:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'


def head(style: str, scripts: Iterable[str]) -> str:
    """What goes into the head of Gradio's page: a style sheet and scripts of ours."""
    return f"<style>{style}</style>" + "".join(f"<script>{script}</script>" for script in scripts)


def page(title: str, style: str, *children: Child) -> str:
    """A whole page that stands alone, without scripts; `style` is a style sheet of ours.

    Raises:
        ValueError: the style would end its own element.
    """
    if "<" in style:
        raise ValueError("a style sheet has no markup")
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style}</style>"
    )
    return f'<!doctype html><html lang="vi"><head>{head}</head><body>{group(*children).markup}</body></html>'
