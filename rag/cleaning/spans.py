"""From kinds of lines to spans of the text, and the title's place in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.cleaning.captions import with_credit
from rag.cleaning.letters import subject_at
from rag.cleaning.lines import Line, goes_on, lines_of
from rag.cleaning.marking import kinds_of
from rag.cleaning.repeated import RepeatedLines
from rag.dates import header_end
from rag.records import Span, SpanKind
from rag.sentences import split_sentences

_LEAD = re.compile(r"^(?:(?:Sáng|Trưa|Chiều|Tối|Đêm|Ngày|Hôm)\b[^,\n]{0,40},\s*)", re.I)
_LONGEST_TITLE = 250


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Spans in text order and the title's place in the text."""

    spans: tuple[Span, ...]
    title_start: int
    title_end: int


def clean(text: str, repeated: RepeatedLines | None = None) -> Cleaned:
    """Mark every non-blank line of a document as title, body, caption, related or boilerplate.

    Lines that a fixed width has broken are one span. `repeated` knows the lines of other documents of its source.
    """
    header = header_end(text)
    lines = lines_of(text, header)
    kinds = kinds_of(lines, repeated)
    spans = [Span(0, header, SpanKind.BOILERPLATE)] if text[:header].strip("\ufeff \n") else []
    for at, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        if at > 1 and kind == kinds[at - 1] == SpanKind.BODY and goes_on(lines[at - 1], line):
            spans[-1] = Span(spans[-1].start, line.end, kind)
        else:
            spans.extend(_spans(line, kind))
    return _titled(text, spans, header)


def titled(cleaned: Cleaned, title: tuple[int, int] | None) -> Cleaned:
    """The same with the title that the file itself names, where it names one; the one that was guessed is body."""
    if title is None:
        return cleaned
    spans = tuple(
        Span(s.start, s.end, SpanKind.TITLE if s.start == title[0] else SpanKind.BODY)
        if s.start == title[0] or s.kind is SpanKind.TITLE
        else s
        for s in cleaned.spans
    )
    return Cleaned(spans, *title)


def _spans(line: Line, kind: SpanKind) -> list[Span]:
    if kind is SpanKind.CAPTION:
        return with_credit(line)
    cut = subject_at(line) if kind is SpanKind.TITLE else None
    if cut is None:
        return [Span(line.start, line.end, kind)]
    return [Span(line.start, line.start + cut, SpanKind.BOILERPLATE), Span(line.start + cut, line.end, kind)]


def _titled(text: str, spans: Sequence[Span], header: int) -> Cleaned:
    """The last line marked as title; else the first evidence line in words, or of a lead its first sentence.

    Below a page's furniture, where nothing was found to be a title, the first line is no title either.
    """
    titles = [span for span in spans if span.kind is SpanKind.TITLE]
    if titles:
        return Cleaned(tuple(spans), titles[-1].start, titles[-1].end)
    for at, span in enumerate(spans):
        line = text[span.start : span.end]
        if span.kind not in (SpanKind.BODY, SpanKind.CAPTION) or not any(map(str.isalnum, line)):
            continue
        below = any(map(str.isalnum, text[header : spans[at - 1].end])) if at else False
        lead = _LEAD.match(line)
        if not lead and len(line) <= _LONGEST_TITLE and not line.endswith("./.") and not below:
            start = span.start + len(line) - len(line.lstrip("# "))
            titled = (*spans[:at], Span(start, span.end, SpanKind.TITLE), *spans[at + 1 :])
            return Cleaned(titled, start, span.end)
        start = span.start + (lead.end() if lead and lead.end() < len(line) else 0)
        first = split_sentences(text, start, span.end)[0]
        return Cleaned(tuple(spans), first[0], min(first[1], first[0] + _LONGEST_TITLE))
    return Cleaned(tuple(spans), 0, 0)
