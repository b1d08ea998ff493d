"""Where the article begins on a page: its title among menus, trails and stamps."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.cleaning.furniture import is_date, is_furniture, is_menu
from rag.cleaning.lines import PROSE_WORDS, Line, goes_on
from rag.text import fold

_MENU_RUN = 3
"""So many labels in a row before the first sentence are a menu."""
_LEAD_LINES = 6
"""Lines from the first sentence on whose words a title shares."""
_STRANGE = 0.4
"""What a word costs a title that the article does not say, against one that it does."""
_SHARED = 2
"""Words that a title shares with the article at least."""
_WORD = re.compile(r"\w{2,}")
_AGO = re.compile(r"\d+ (?:phut|gio|ngay|tuan)(?: truoc)?|\d{1,2} thang \d{1,2}.* luc .*")


def first_prose(lines: Sequence[Line], skip: set[int]) -> int:
    """Index of the first sentence that is no caption or furniture; `len(lines)` without one."""
    return next((at for at in range(len(lines)) if at not in skip and _is_sentence(lines, at)), len(lines))


def _is_sentence(lines: Sequence[Line], at: int) -> bool:
    wrapped = at + 1 < len(lines) and lines[at].words >= PROSE_WORDS and goes_on(lines[at], lines[at + 1])
    return lines[at].is_prose or wrapped


def title_on_page(lines: Sequence[Line], prose: int, skip: set[int]) -> int | None:
    """Index of the title of a page whose furniture comes before the article; None where there is no such furniture.

    Menus and site names share few words with what the article says; its title shares most.
    """
    if prose == len(lines) or not _has_furniture(lines[:prose]):
        return None
    said = _words(" ".join(line.text for line in lines[prose : prose + _LEAD_LINES]))
    best, best_score = None, float("-inf")
    for at, line in enumerate(lines[:prose]):
        if at in skip or not line.is_headline or _is_loose(lines, at):
            continue
        words = _words(line.text)
        score = len(words & said) - _STRANGE * len(words - said)
        if len(words & said) >= _SHARED and score >= best_score:
            best, best_score = at, score
    return best


def article_start(lines: Sequence[Line], title: int | None, prose: int, skip: set[int]) -> int:
    """Index of the article's first line: behind the title, or a page's menus, and the labels that follow them."""
    if title is None and (prose == len(lines) or not _has_furniture(lines[:prose])):
        return 0
    at = 0 if title is None else title + 1
    while at < prose and (at in skip or lines[at].is_label or _is_loose(lines, at)):
        at += 1
    return at


def _is_loose(lines: Sequence[Line], at: int) -> bool:
    """Furniture only because it stands above the article."""
    return is_menu(lines[at]) or is_date(lines[at]) or _posted_it(lines, at)


def _has_furniture(head: Sequence[Line]) -> bool:
    run = 0
    for line in head:
        run = run + 1 if line.is_label else 0
        if run >= _MENU_RUN or is_furniture(line) or is_menu(line):
            return True
    return False


def _posted_it(lines: Sequence[Line], at: int) -> bool:
    """The name above "8 giờ trước" is who posted what follows."""
    return at + 1 < len(lines) and bool(_AGO.fullmatch(lines[at + 1].folded))


def _words(text: str) -> set[str]:
    return set(_WORD.findall(fold(text)))
