"""The text of an article as marked stretches; what is no evidence is set apart lightly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.records import Citation, Span
from ui import labels as shared
from ui.render import NOTHING, Html, element
from ui.sources import labels
from ui.sources.segments import Segment, segments, window

NAMED = 60
"""Characters from which a stretch that is no evidence says what it is; a date or a photo credit is only paler."""


def body(message: int | str, text: str, spans: Sequence[Span], citations: Sequence[Citation]) -> Iterator[Html]:
    start, end = window(len(text), citations)
    clipped = element("p", shared.CLIPPED, class_="hd-clipped")
    yield clipped if start > 0 else NOTHING
    for segment in segments(start, end, spans, citations):
        yield _segment(message, text[segment.start : segment.end], segment)
    yield clipped if end < len(text) else NOTHING


def _segment(message: int | str, text: str, segment: Segment) -> Html:
    label = labels.KINDS.get(segment.kind) if len(text.strip()) >= NAMED else None
    stretch = element("span", text, class_=f"hd-{segment.kind}", data_kind=label)
    if not segment.cited_by:
        return stretch
    keys = " ".join(f"{message}-{number}" for number in segment.cited_by)
    return element("mark", stretch, data_cite=keys)
