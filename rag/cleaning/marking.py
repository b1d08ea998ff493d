"""The kind of every line: what a line shows alone, then where it stands between title, article and tail.

Inside the article everything is body that does not look like furniture for certain, because a paragraph lost is an
answer lost. After the article nothing is, until the article visibly goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.cleaning.captions import captions, is_credit, is_image, repeating
from rag.cleaning.furniture import is_furniture, is_of_page
from rag.cleaning.headings import heads_comments, is_pointer
from rag.cleaning.heads import article_start, first_prose, title_on_page
from rag.cleaning.letters import furniture_of_mail, furniture_of_paper, is_official, mail_head, title_of_paper
from rag.cleaning.lines import Line
from rag.cleaning.repeated import RepeatedLines, mark_edges
from rag.cleaning.tails import Zone, trimmed, zones
from rag.records import SpanKind

_OF_ZONE = {
    Zone.TAGS: SpanKind.BOILERPLATE,
    Zone.RELATED: SpanKind.RELATED,
    Zone.COMMENTS: SpanKind.BOILERPLATE,
    Zone.IMPRINT: SpanKind.BOILERPLATE,
}
_OF_PAGE = 2
"""Lines of a page's furniture that show what a text was copied off."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is known before the article's lines are read one by one; indexes of lines."""

    alone: set[int]
    """Furniture by itself."""
    captions: set[int]
    titles: list[int]
    start: int
    """Where the article begins; what stands before it and is no title is furniture."""
    zones: list[Zone]
    is_page: bool
    """Copied off a web page with some of its furniture; what has none is read as it stands."""


def kinds_of(lines: Sequence[Line], repeated: RepeatedLines | None = None) -> list[SpanKind]:
    """The kind of each line. A title is marked only where furniture comes before it, or a paper or letter names it."""
    plan = _plan(lines)
    kinds = [_kind(at, line, plan) for at, line in enumerate(lines)]
    body = [at for at, kind in enumerate(kinds) if kind is SpanKind.BODY]
    for at in repeating(lines, body) if plan.is_page else ():
        kinds[at] = SpanKind.CAPTION
    if plan.is_page and repeated is not None:
        mark_edges(lines, kinds, repeated)
    body = [at for at, kind in enumerate(kinds) if kind is SpanKind.BODY]
    for at in trimmed(lines, body, is_page=plan.is_page):
        kinds[at] = SpanKind.BOILERPLATE
    return kinds


def _plan(lines: Sequence[Line]) -> _Plan:
    alone = {at for at, line in enumerate(lines) if is_furniture(line) or is_image(line) or is_credit(line)}
    shown = captions(lines) - alone
    head, article = mail_head(lines), [Zone.ARTICLE] * len(lines)
    if head:
        alone = alone - set(range(head)) | furniture_of_mail(lines, head)
        titles = [at for at in range(head) if at not in alone]
        return _Plan(alone, shown - alone, titles, head, article, is_page=False)
    if is_official(lines):
        alone |= furniture_of_paper(lines)
        return _Plan(alone, shown - alone, title_of_paper(lines), 0, article, is_page=False)
    skip = alone | shown
    prose = first_prose(lines, skip)
    title = title_on_page(lines, prose, skip)
    start = article_start(lines, title, prose, alone)
    is_page = sum(map(is_of_page, lines)) >= _OF_PAGE
    zone_of = zones(lines, start, prose, skip, is_page=is_page)
    return _Plan(alone, shown, [] if title is None else [title], start, zone_of, is_page)


def _kind(at: int, line: Line, plan: _Plan) -> SpanKind:
    if at in plan.titles:
        return SpanKind.TITLE
    if at < plan.start or at in plan.alone or (plan.is_page and heads_comments(line)):
        return SpanKind.BOILERPLATE
    if plan.zones[at] is not Zone.ARTICLE:
        return _OF_ZONE[plan.zones[at]]
    if is_pointer(line):
        return SpanKind.RELATED
    return SpanKind.CAPTION if at in plan.captions else SpanKind.BODY
