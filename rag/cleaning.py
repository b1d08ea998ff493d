"""Which stretches of an article are evidence: the text is never changed, only marked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.dates import header_end
from rag.records import Span, SpanKind
from rag.sentences import split_sentences
from rag.text import fold

_IMAGE = re.compile(r"\.(?:jpe?g|png|gif|webp|bmp|heic|tiff?)\s*$", re.I)
_CREDIT = re.compile(r"(?<!\s)\s*\((?:Ảnh|Nguồn ảnh|Nguồn)\s*:[^()\n]{0,120}\)\.?\s*$", re.I)
_SHARE_WORD = "(?:fb|yt|zl|tw|zalo|facebook|youtube|twitter|tiktok|email|print|in|chia sẻ|share)"
_SHARE = re.compile(rf"^{_SHARE_WORD}(?:[\s|,]+{_SHARE_WORD})*$", re.I)
_RELATED = frozenset(
    {
        "co the ban quan tam",
        "tin cung chuyen muc",
        "bai cung chuyen muc",
        "cung chuyen muc",
        "tin lien quan",
        "bai lien quan",
        "bai viet lien quan",
        "tin bai lien quan",
        "cac tin khac",
        "tin khac",
        "tin moi",
        "tin moi hon",
        "tin cu hon",
        "doc them",
        "xem them",
        "doc nhieu",
        "doc nhieu nhat",
    }
)
_LEAD = re.compile(r"^(?:(?:Sáng|Trưa|Chiều|Tối|Đêm|Ngày|Hôm)\b[^,\n]{0,40},\s*)", re.I)
_LONGEST_TITLE = 250
_INVISIBLE = "\ufeff\u200b\x00" + "".join(c for c in map(chr, range(0x3001)) if c.isspace())


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Spans in text order and the title's place in the text."""

    spans: tuple[Span, ...]
    title_start: int
    title_end: int


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str
    block: int


def clean(text: str) -> Cleaned:
    """Mark every non-blank line of a document as title, body, caption, related or boilerplate.

    Lines that a fixed width has broken are one span.
    """
    header = header_end(text)
    lines = _lines(text, header)
    kinds = _kinds(lines)
    spans = [Span(0, header, SpanKind.BOILERPLATE)] if text[:header].strip("\ufeff \n") else []
    for at, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        if at > 1 and kind == kinds[at - 1] == SpanKind.BODY and _goes_on(lines[at - 1], line):
            spans[-1] = Span(spans[-1].start, line.end, kind)
        else:
            spans.extend(_with_credit(line, kind))
    return _titled(text, spans)


def _goes_on(before: _Line, line: _Line) -> bool:
    """True when a line is the rest of the one before: not a title's, nor after an end of sentence."""
    return before.block == line.block and line.text[0].islower() and before.text[-1] not in ".!?…:;"


def _lines(text: str, start: int) -> list[_Line]:
    found, block, at = [], 0, start
    for raw in text[start:].split("\n"):
        stripped = raw.strip(_INVISIBLE)
        if stripped:
            begin = at + raw.index(stripped)
            found.append(_Line(begin, begin + len(stripped), stripped, block))
        else:
            block += 1
        at += len(raw) + 1
    return found


def _kinds(lines: list[_Line]) -> list[SpanKind]:
    kinds: list[SpanKind] = []
    related = False
    image_block = -1
    for line in lines:
        related = related or fold(line.text).strip(" :.#*") in _RELATED
        if _SHARE.match(line.text):
            kinds.append(SpanKind.BOILERPLATE)
        elif related:
            kinds.append(SpanKind.RELATED)
        elif _IMAGE.search(line.text):
            image_block = line.block
            kinds.append(SpanKind.BOILERPLATE)
        elif line.block == image_block or _CREDIT.search(line.text):
            kinds.append(SpanKind.CAPTION)
        else:
            kinds.append(SpanKind.BODY)
    return kinds


def _with_credit(line: _Line, kind: SpanKind) -> list[Span]:
    """A caption's photo credit is boilerplate of its own."""
    credit = _CREDIT.search(line.text) if kind is SpanKind.CAPTION else None
    if not credit or credit.start() == 0:
        return [Span(line.start, line.end, kind)]
    cut = line.start + credit.start()
    return [Span(line.start, cut, kind), Span(cut, line.end, SpanKind.BOILERPLATE)]


def _titled(text: str, spans: list[Span]) -> Cleaned:
    """The first evidence line in words is the title, unless it is a lead; then its first sentence serves."""
    for at, span in enumerate(spans):
        line = text[span.start : span.end]
        if span.kind not in (SpanKind.BODY, SpanKind.CAPTION) or not any(map(str.isalnum, line)):
            continue
        lead = _LEAD.match(line)
        if not lead and len(line) <= _LONGEST_TITLE and not line.endswith("./."):
            start = span.start + len(line) - len(line.lstrip("# "))
            titled = (*spans[:at], Span(start, span.end, SpanKind.TITLE), *spans[at + 1 :])
            return Cleaned(titled, start, span.end)
        start = span.start + (lead.end() if lead and lead.end() < len(line) else 0)
        first = split_sentences(text, start, span.end)[0]
        return Cleaned(tuple(spans), first[0], min(first[1], first[0] + _LONGEST_TITLE))
    return Cleaned(tuple(spans), 0, 0)
