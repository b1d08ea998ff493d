"""What follows an article or interrupts it: tags, other articles, comments, the imprint."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from itertools import pairwise

from rag.cleaning.furniture import is_imprint, is_tags
from rag.cleaning.headings import heads_comments, heads_related
from rag.cleaning.lines import Line
from rag.text import fold


class Zone(Enum):
    ARTICLE = auto()
    TAGS = auto()
    RELATED = auto()
    COMMENTS = auto()
    IMPRINT = auto()


_DATED = re.compile(r"[(|–-]?\s*(?:\d{1,2}:\d{2}\s*)?\d{1,2}[/.-]\d{1,2}[/.-]\d{4}(?:\s*\d{1,2}:\d{2})?\)?$")
_DATED_RUN = 3
"""So many headlines in a row that end in a date are a list of other articles, under any heading."""
_LEAD = 0.6
"""Share of a headline's words that the line under it has when it is its lead."""
_SOURCE = re.compile(
    r"\(?(?:theo|nguồn|ảnh|bài|tin|tác giả|thực hiện|biên tập|nội dung|(?:tin|bài)(?:,| và|-) ảnh|xem link nguồn)"
    r"(?:\s*:\s*|\s)[^.!?;]*(?:\.\w[^.!?;]*)*\)?|[^.!?;]{3,60}\((?:thực hiện|ghi|tổng hợp|t/h|lược ghi|biên dịch)\)",
    re.I,
)
_SOURCE_WORDS = 12
_PAGER = re.compile(r"\d{1,3} ?/ ?\d{1,3}")
_WORD = re.compile(r"\w{2,}")


def zones(lines: Sequence[Line], start: int, prose: int, skip: set[int], *, is_page: bool) -> list[Zone]:
    """The zone of each line; `start` is the article's first line, `prose` its first sentence.

    `skip` has captions and furniture, which are looked past. Only a page has tags, comments and an imprint: elsewhere
    "Nhận xét" is a heading of the text's own.
    """
    opened = dict(_openers(lines, prose, is_page=is_page))
    zone, resumes = Zone.ARTICLE, False
    found = [Zone.ARTICLE] * start
    for at in range(start, len(lines)):
        new = opened.get(at)
        if zone is Zone.IMPRINT or (new in (Zone.COMMENTS, Zone.IMPRINT) and _article_follows(lines, at + 1, skip, 3)):
            new = None
        if new is not None:
            resumes = (zone is Zone.RELATED and resumes) or (zone is Zone.ARTICLE and not _is_signed(lines, at, skip))
            zone = new
        elif _has_ended(zone, lines, at, skip, resumes=resumes):
            zone = Zone.ARTICLE
        found.append(zone)
    return found


def _has_ended(zone: Zone, lines: Sequence[Line], at: int, skip: set[int], *, resumes: bool) -> bool:
    if zone is Zone.TAGS:
        return not lines[at].is_label
    return zone is Zone.RELATED and resumes and _resumes_at(lines, at, skip)


def _openers(lines: Sequence[Line], prose: int, *, is_page: bool) -> Iterator[tuple[int, Zone]]:
    """Indexes at which another zone begins. Before the article's first sentence only related boxes do."""
    doubled = [at for at, (a, b) in enumerate(pairwise(lines)) if at > prose and a.is_headline and a.text == b.text]
    if len(doubled) > 1:
        yield doubled[0], Zone.RELATED
    for at, line in enumerate(lines):
        dated = at + _DATED_RUN <= len(lines) and all(map(_is_dated, lines[at : at + _DATED_RUN]))
        if dated or heads_related(line):
            yield at, Zone.RELATED
        elif is_page and at > prose and (zone := _of_page(line)):
            yield at, zone


def _of_page(line: Line) -> Zone | None:
    if heads_comments(line):
        return Zone.COMMENTS
    if is_imprint(line):
        return Zone.IMPRINT
    return Zone.TAGS if is_tags(line) and line.text.endswith(":") else None


def _is_dated(line: Line) -> bool:
    return line.is_headline and bool(_DATED.search(line.text[-24:]))


def _resumes_at(lines: Sequence[Line], at: int, skip: set[int]) -> bool:
    """True when the article goes on here after a box of other articles: sentences that no headline heads."""
    return lines[at].is_prose and not _is_lead(lines, at) and _article_follows(lines, at, skip, 2)


def _article_follows(lines: Sequence[Line], at: int, skip: set[int], least: int) -> bool:
    """True when from here to the next heading there are `least` sentences, and three more for each headline there.

    Teasers have a headline for every lead or two, comments a name for every remark. One sentence less is enough where
    a short one and then a name follow, as an article ends.
    """
    sentences = short = others = between = 0
    for index in range(at, len(lines)):
        line = lines[index]
        if heads_related(line) or heads_comments(line) or is_imprint(line):
            break
        if index in skip:
            continue
        if line.is_prose:
            sentences, others, between = sentences + 1, others + between, 0
        elif sentences and line.text.endswith("."):
            short += 1
        elif sentences and is_name(line) and short and sentences + 1 == least and not between:
            return True
        elif sentences and (line.is_headline or (least > 2 and line.is_label)):
            between += 1
    return sentences >= (3 * (others + 1) if others else least)


def _is_lead(lines: Sequence[Line], at: int) -> bool:
    """True when a line repeats the words of the headline above it."""
    above = lines[at - 1]
    title = set(_WORD.findall(fold(above.text))) if above.is_headline else set()
    said = set(_WORD.findall(fold(lines[at].text)))
    return bool(title) and len(title & said) >= _LEAD * len(title)


def _is_signed(lines: Sequence[Line], at: int, skip: set[int]) -> bool:
    """True when the last line before `at` is a name: the article has ended there."""
    before = next((lines[i] for i in range(at - 1, -1, -1) if i not in skip), None)
    return before is not None and is_name(before)


def is_name(line: Line) -> bool:
    """One or more names, as a byline has them: every word with a capital, no digit."""
    words = re.findall(r"[^\W\d_]+", line.text)
    capital = all(word[0].isupper() for word in words)
    return line.is_label and bool(words) and capital and not any(map(str.isdigit, line.text)) and ":" not in line.text


def trimmed(lines: Sequence[Line], body: Sequence[int], *, is_page: bool) -> list[int]:
    """Indexes at the end of `body` that are no longer the article: who wrote it, where it comes from, buttons.

    Labels are taken away on a page only, and not where they are the items of a list.
    """
    rest, found = list(body), []
    while rest and (_is_source(lines[rest[-1]]) or (is_page and _is_loose(lines[rest[-1]]))):
        found.append(rest.pop())
    listed = bool(rest) and lines[rest[-1]].text[-1] in ":;"
    return [] if listed else found


def _is_source(line: Line) -> bool:
    return line.words <= _SOURCE_WORDS and bool(_SOURCE.fullmatch(line.text))


def _is_loose(line: Line) -> bool:
    """A label without a value; one that ends in a colon announces nothing where the article ends."""
    if line.text.endswith(":"):
        return line.words <= 3
    has_value = any(map(str.isdigit, line.text)) or ":" in line.text
    return bool(_PAGER.fullmatch(line.text)) or (line.is_label and not has_value and line.text[0] not in "-+•*–✅")
