"""lxml: bytes and strings to element trees, with nothing fetched and no entity of a file's own resolved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")


def html_tree(text: str) -> Any:
    """The root of a page without comments, None for one without elements."""
    from lxml import etree, html

    # A declaration of an encoding inside a string is an error for lxml, and NUL ends its strings.
    source = _DECLARATION.sub("", text.lstrip("\ufeff").replace("\0", ""))
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def xml_tree(xml: bytes) -> Any:
    """The root of an XML file.

    Raises:
        ValueError: it is not well formed.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error


def walked(tree: Any) -> Iterator[tuple[str, Any]]:
    """`start` and `end` of every element in document order, however deep."""
    from lxml.etree import iterwalk

    yield from iterwalk(tree, events=("start", "end"))
