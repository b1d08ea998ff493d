"""What the shades of an article mean that is opened from the list of documents."""

from __future__ import annotations

from collections.abc import Iterable

from rag.records import Span, SpanKind
from ui.documents import labels
from ui.render import NOTHING, Html, element
from ui.sources.labels import KINDS

WORDS = {SpanKind.CAPTION: labels.CAPTION, **KINDS}


def legend(spans: Iterable[Span]) -> Html:
    """The kinds that occur besides title and body, each in its own shade."""
    there = {span.kind for span in spans}
    kinds = [element("li", word, class_=f"hd-{kind}") for kind, word in WORDS.items() if kind in there]
    return element("ul", *kinds, class_="hd-legend", aria_label=labels.LEGEND) if kinds else NOTHING
