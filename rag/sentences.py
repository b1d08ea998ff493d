"""Vietnamese sentence boundaries; long enumerations are cut at their semicolons."""

from __future__ import annotations

import re

LONG = 320
"""Characters above which a sentence is cut at `;`."""
LONGEST = 1200
"""Characters above which text without any boundary is cut at a space."""

# Words before a full stop that does not end a sentence. Single capitals are handled by rule.
_SHORT = frozenset(
    "tp tx tt q p h đ đc đ/c ts ths th.s pgs gs bs ks ls cn nsnd nsưt st tr vd v.v vv mr mrs dr kts cty".split()
)
_END = re.compile(r"(?<![.!?…])[.!?…]+(?:/\.)?[\"”’»)\]]*(?=\s|$)|;(?=\s)|\n+")
_LAST_WORD = re.compile(r"[^\s(“\"]+$")
_OPENERS = '"“‘«([-–—•*+'
_AROUND = 80
"""Characters looked at on either side of a possible end, so that a long text takes linear time."""


def split_sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans `(start, end)` of the sentences of `text[start:end]`, trimmed, left to right.

    A line ends a sentence unless the next one goes on in lower case. Nothing but white space (and a
    semicolon at a cut) lies between two spans.
    """
    spans: list[tuple[int, int]] = []
    for first, last in full_sentences(text, start, end):
        pieces = _at_semicolons(text, first, last) if last - first > LONG else [(first, last)]
        for piece in pieces:
            spans.extend(_capped(text, *piece))
    return spans


def full_sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of whole sentences, however long, with the semicolons inside them."""
    spans = []
    begin = start
    for match in _END.finditer(text, start, end):
        if match.group() == ";" or not _ends_sentence(text, begin, match, end):
            continue
        spans.append((begin, match.end()))
        begin = match.end()
    spans.append((begin, end))
    return [span for raw in spans if (span := _trim(text, *raw))]


def _ends_sentence(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    following = text[match.end() : min(end, match.end() + _AROUND)].lstrip()
    before = text[max(begin, match.start() - _AROUND) : match.start()]
    if not following:
        return True
    if match.group().startswith("\n"):
        wrapped = following[0].islower() and before.rstrip()[-1:] not in ".!?…:;"
        return not wrapped
    if not (following[0].isupper() or following[0].isdigit() or following[0] in _OPENERS):
        return False
    return not (match.group() == "." and _is_short(before))


def _is_short(before: str) -> bool:
    word = _LAST_WORD.search(before)
    if word is None:
        return False
    return word.group().lower() in _SHORT or (len(word.group()) == 1 and word.group().isupper())


def _at_semicolons(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans = []
    begin = start
    for match in re.finditer(r";(?=\s)", text[start:end]):
        at = start + match.start()
        if at - begin >= 20:
            spans.append((begin, at))
            begin = at + 1
    spans.append((begin, end))
    return [span for raw in spans if (span := _trim(text, *raw))]


def _capped(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans = []
    while end - start > LONGEST:
        cut = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        cut = cut if cut > 0 else start + LONGEST
        spans.append((start, cut))
        start = cut
    spans.append((start, end))
    return [span for raw in spans if (span := _trim(text, *raw))]


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
