"""What the shades of an article mean that is opened from the list of documents."""

from __future__ import annotations

from collections.abc import Iterable

from rag.records import Span
from ui.documents import labels
from ui.render import NOTHING, Html, element


def legend(spans: Iterable[Span]) -> Html:
    """The kinds that occur besides title and body, each in its own shade."""
    there = {span.kind for span in spans}
    kinds = [element("li", word, class_=f"hd-{kind}") for kind, word in labels.KIND_OF_TEXT.items() if kind in there]
    return element("ul", *kinds, class_="hd-legend", aria_label=labels.LEGEND) if kinds else NOTHING
