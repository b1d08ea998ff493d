"""The text of an article as marked stretches; what is no evidence is set apart lightly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.records import Citation, Span
from ui import labels as shared
from ui.render import NOTHING, Html, element
from ui.sources import labels
from ui.sources.segments import Segment, segments, window


def body(message: int | str, text: str, spans: Sequence[Span], citations: Sequence[Citation]) -> Iterator[Html]:
    start, end = window(len(text), citations)
    clipped = element("p", shared.CLIPPED, class_="hd-clipped")
    yield clipped if start > 0 else NOTHING
    before = None
    for segment in segments(start, end, spans, citations):
        yield _segment(message, text[segment.start : segment.end], segment, begins=segment.kind is not before)
        before = segment.kind
    yield clipped if end < len(text) else NOTHING


def _segment(message: int | str, text: str, segment: Segment, *, begins: bool) -> Html:
    label = labels.KINDS.get(segment.kind) if begins and text.strip() else None
    stretch = element("span", text, class_=f"hd-{segment.kind}", data_kind=label)
    if not segment.cited_by:
        return stretch
    keys = " ".join(f"{message}-{number}" for number in segment.cited_by)
    return element("mark", stretch, data_cite=keys)
