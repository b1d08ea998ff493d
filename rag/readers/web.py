"""Saved web pages: the main text as trafilatura finds it, the page's own title and date."""

from __future__ import annotations

import re
from typing import Any

from rag.encodings import decoded
from rag.readers.blocks import EMPTY, Blocks
from rag.readers.markup import add_blocks
from rag.readers.trees import html_tree
from rag.records import Extracted, Published

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.I)
_DATE = re.compile(r"\s*(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?!\d)")
_LINKED_DATE = re.compile(r"\"datePublished\"\s*:\s*\"([^\"]{8,40})\"")
_DATE_NAMES = frozenset(
    "article:published_time datepublished pubdate publishdate publish-date date dc.date dc.date.issued"
    " dcterms.issued dcterms.created article.published".split()
)
_NO_TEXT = "script style noscript iframe template object embed svg button select textarea nav footer aside head".split()
_LEAST_CHARACTERS = 200
"""A main text that is shorter was probably not found; then the page's whole text is taken."""


def read(raw: bytes, *, charset: str | None = None, whole: bool = False) -> Extracted:
    """The main text of a page with its headings, title and date.

    Args:
        charset: what the message around the page says its encoding is.
        whole: all visible text instead of the main one, as for a letter in HTML.

    Raises:
        UnreadableDocument: no text, or in no certain encoding.
    """
    page = html_tree(decoded(raw, charset or _charset(raw)))
    if page is None:
        raise EMPTY
    title = _title(page)
    published = _published(page)
    main = None if whole else _main(page, title)
    return (main or _whole(page, title)).extracted(published)


def _charset(raw: bytes) -> str | None:
    named = _CHARSET.search(raw[:4096])
    return named[1].decode("ascii") if named else None


def _title(page: Any) -> str:
    heads = [" ".join(h.text_content().split()) for h in page.iter("h1")]
    heads = [h for h in heads if h]
    if len(heads) == 1:
        return heads[0]
    named = page.xpath("//meta[@property='og:title']/@content") + page.xpath("//head/title/text()")
    return next((" ".join(n.split()) for n in named if n.strip()), "")


def _published(page: Any) -> Published | None:
    """The day that the page says it appeared; nothing is taken from its text."""
    candidates = [
        element.get("content") or element.get("datetime") or ""
        for element in page.iter("meta", "time")
        if (element.get("property") or element.get("name") or element.get("itemprop") or "").lower() in _DATE_NAMES
        or element.get("pubdate") is not None
    ]
    for script in page.xpath("//script[@type='application/ld+json']/text()"):
        candidates += _LINKED_DATE.findall(script)
    days = (_DATE.match(candidate) for candidate in candidates)
    return next((Published("-".join(day.groups()), "day", "file") for day in days if day), None)


def _main(page: Any, title: str) -> Blocks | None:
    from copy import deepcopy

    from trafilatura import bare_extraction

    found: Any = bare_extraction(deepcopy(page), include_comments=False, with_metadata=False, favor_recall=True)
    if found is None or len(found.text or "") < _LEAST_CHARACTERS:
        return None
    return _blocks(found.body, title)


def _whole(page: Any, title: str) -> Blocks:
    for element in list(page.iter(*_NO_TEXT)):
        element.drop_tree()
    return _blocks(page, title)


def _blocks(tree: Any, title: str) -> Blocks:
    """The blocks of a tree, the title before them where it does not stand among them."""
    blocks = Blocks()
    headed = any(" ".join("".join(e.itertext()).split()) == title for e in tree.iter("head", "h1", "h2", "p"))
    if title and not headed:
        blocks.add(title, title=True)
    add_blocks(tree, blocks, title=title)
    return blocks
