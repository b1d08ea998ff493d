"""Image names, captions and their credits."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.cleaning.lines import PROSE_WORDS, Line, goes_on
from rag.records import Span, SpanKind
from rag.text import fold

LONGEST = 250
"""Characters of a caption at most; a paragraph of the article is often longer."""
_IMAGE = re.compile(r"\.(?:jpe?g|png|gif|webp|bmp|heic|avif|tiff?)\s*$", re.I)
_LABEL = r"(?:Ảnh(?: minh (?:họa|hoạ)| tư liệu| chụp)?|Nguồn ảnh|Photo|Đồ họa|Infographic)"
# In brackets at the end of a line, or after its last full stop; who took it is a name, never a sentence.
_CREDIT = re.compile(
    rf"(?<!\s)\s*\((?:(?:{_LABEL}|Nguồn)\s*:[^()\n]{{0,120}}|Ảnh minh (?:họa|hoạ)|Ảnh tư liệu)\)\.?\s*$"
    rf"|(?<=[.!?…”\"])\s*{_LABEL}\s*:[^()\n:]{{1,60}}$|(?<=[.!?…”\"])\s*Ảnh (?:minh (?:họa|hoạ)|tư liệu)\.?$",
    re.I,
)
_CREDIT_LINE = re.compile(
    rf"\(?{_LABEL}\s*:\s*[^:.!?]{{1,60}}(?:\.\w)*\.?\)?|\(?Ảnh (?:minh họa|minh hoạ|tư liệu)\)?", re.I
)
_SPEAKS_OF_ITSELF = re.compile(
    r"(?:Quang cảnh|Toàn cảnh)\s[^.]{3,90}\.?|(?:Trong ảnh|Ảnh (?:chụp|cắt|trích)[^:]{0,30}):\s.+"
)
_BETWEEN = 80
"""Characters of a caption at most that only its neighbours give away."""
_REPEATS = 120
"""Characters of a line at most that only says something again."""
_SHARE, _SHARE_OF_LABEL = 0.85, 0.75
"""Share of its words that a sentence near it has, when it has a full stop and when it has none. No number is new."""
_AROUND = 200
"""Characters at a line's end in which its credit is looked for, so that a long line takes linear time."""


def is_image(line: Line) -> bool:
    return bool(_IMAGE.search(line.text[-12:]))


def is_credit(line: Line) -> bool:
    """A line that only says who took a picture."""
    return len(line.text) <= 90 and bool(_CREDIT_LINE.fullmatch(line.text))


def credit_at(line: Line) -> int | None:
    """Where the credit at a line's end begins (an index into the line), or None."""
    shift = max(0, len(line.text) - _AROUND)
    found = _CREDIT.search(line.text[shift:])
    return found.start() + shift if found else None


def captions(lines: Sequence[Line]) -> set[int]:
    """Indexes of the lines that say what a picture shows.

    A line with a credit, the line under an image's name or above a credit, one that says itself what it is, and a
    short line between two captions, as in a gallery.
    """
    found = {at for at, line in enumerate(lines) if _has_credit(line) or _speaks_of_itself(line)}
    for at, line in enumerate(lines):
        before = lines[at - 1] if at else None
        if before is None or is_image(line) or len(line.text) > LONGEST:
            continue
        if is_credit(line):
            if at > 1 and before.ends_sentence and len(before.text) <= LONGEST and not is_image(before):
                found.add(at - 1)
        elif before.block == line.block and (is_image(before) or (at - 1 in found and goes_on(before, line))):
            found.add(at)
    between = {at for at in range(1, len(lines) - 1) if {at - 1, at + 1} <= found and _may_lie_between(lines[at])}
    return found | between


def _may_lie_between(line: Line) -> bool:
    return len(line.text) <= _BETWEEN and line.text.endswith(".")


def repeating(lines: Sequence[Line], body: Sequence[int]) -> set[int]:
    """Indexes of short lines of `body` that only say again what a sentence near them says: captions of pictures."""
    found = set()
    for place, at in enumerate(body[1:-1], start=1):
        near = [lines[i] for i in (*body[max(0, place - 2) : place], *body[place + 1 : place + 3])]
        if any(_repeats(lines[at], other) for other in near if other.is_prose):
            found.add(at)
    return found


def _repeats(line: Line, other: Line) -> bool:
    if line.words < PROSE_WORDS or len(line.text) > min(_REPEATS, len(other.text)):
        return False
    words, said = _words(line), _words(other)
    new = words - said
    least = _SHARE if line.ends_sentence else _SHARE_OF_LABEL
    return len(new) <= (1 - least) * len(words) and not any(word.isdigit() for word in new)


def _words(line: Line) -> set[str]:
    return set(re.findall(r"\w+", fold(line.text)))


def _speaks_of_itself(line: Line) -> bool:
    return len(line.text) <= LONGEST and bool(_SPEAKS_OF_ITSELF.fullmatch(line.text))


def with_credit(line: Line) -> list[Span]:
    """The spans of a caption; its credit is boilerplate of its own."""
    credit = credit_at(line)
    if not credit:
        return [Span(line.start, line.end, SpanKind.CAPTION)]
    cut = line.start + credit
    return [Span(line.start, cut, SpanKind.CAPTION), Span(cut, line.end, SpanKind.BOILERPLATE)]


def _has_credit(line: Line) -> bool:
    return len(line.text) <= 2 * LONGEST and credit_at(line) is not None
