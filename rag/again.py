"""`Còn X thì sao?` asks the question before once more, about X."""

from __future__ import annotations

import re
from collections.abc import Callable

from rag import facts
from rag.dates import find_dates
from rag.people import find_people, find_posts
from rag.phrases import ASKED
from rag.places import PLACE_NAMES
from rag.questions import content_terms

_WHAT_OF = re.compile(r"^(?:(?:thế|vậy)\s+)?còn\s+(.+?)(?:\s+(?:thì sao|thế nào|thì thế nào))?\s*\?*$", re.I)


def asked_again(question: str, before: str) -> str:
    """The question before with X in the place of its last value of that kind; "" where that cannot be.

    Words of X other than the value must have been in the question before: `còn quy hoạch tỉnh Lạng Sơn`
    is about more than another province.
    """
    match = _WHAT_OF.match(question)
    if match is None or ASKED.search(match.group(1)):
        return ""
    about = match.group(1)
    for find in _KINDS:
        new, old = find(about), find(before)
        if len(new) == 1 and old and set(content_terms(about.replace(new[0], " "))) <= set(content_terms(before)):
            return new[0].join(before.rsplit(old[-1], 1))
    return ""


def _places(text: str) -> list[str]:
    found = [(text.rfind(name), name) for name in PLACE_NAMES if name in text]
    return [name for _, name in sorted(found)]


def _people(text: str) -> list[str]:
    return [person.name for person in find_people(text)]


def _dates(text: str) -> list[str]:
    return [text[date.start : date.end] for date in find_dates(text)]


def _offices(text: str) -> list[str]:
    return [text[post.start : post.end] for post in find_posts(text)]


_KINDS: tuple[Callable[[str], list[str]], ...] = (_places, _people, facts.document_numbers, _dates, _offices)
