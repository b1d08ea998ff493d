"""Follow-ups: a question that leans on the turn before becomes one that stands alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.people import find_people
from rag.places import PLACE_NAMES
from rag.questions import Wanted, analyse, content_terms
from rag.records import REFUSAL, Turn
from rag.text import fold, normalise, tokens

_PRONOUN = re.compile(
    r"(?<!\w)(?:(?:ông|bà|anh|chị|cô|thầy|bạn|vị|người|đồng chí|cậu)\s+(?:ấy|ta|này|đó)"
    r"|(?:thầy|cô)(?=\s+(?:đang|là|có|giữ)))(?!\w)",
    re.I,
)
_POINTER = re.compile(
    r"(?<!\w)(?:đó|này|ấy|kia|họ|nói trên|vừa nêu|ở trên)(?!\w)"
    r"|^(?:còn|thế|vậy|và|thế còn|vậy còn|nếu)(?!\w)|thì sao",
    re.I,
)
_COURTESY = re.compile(r"^(?:xin |em |cháu |tôi )?(?:cảm ơn|cám ơn|chào|tạm biệt|vâng|dạ|ok)(?!\w)", re.I)
_WHAT_OF = re.compile(r"^(?:(?:thế|vậy)\s+)?còn\s+(.+?)(?:\s+(?:thì sao|thế nào|thì thế nào))?\s*\?*$", re.I)
_MARKER = re.compile(r"\s*\[\d+\]")
_ASKED = re.compile(
    r"(?:vào\s+)?(?:từ\s+)?(?:ngày|năm|tháng|hôm|thời gian|lúc|buổi)\s+(?:nào|mấy|bao nhiêu)"
    r"|khi nào|bao giờ|ở đâu|tại đâu|vì sao|tại sao"
    r"|là ai|(?<!\w)ai(?!\w)|(?:có\s+)?bao nhiêu|là gì|như thế nào|có phải|phải không"
    r"|(?<=\s)không$|(?<=\s)(?:nào|gì|mấy)(?!\w)",
    re.I,
)
_SHORT = 6
"""A question of at most so many syllables without any name leans on what was said before."""


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question that can be read without the conversation."""

    text: str
    own: str
    """The part that was asked now; the rest is context from the turn before."""


def standalone(question: str, history: Sequence[Turn]) -> Standalone:
    """The question as it reads without the conversation; unchanged when it needs nothing.

    A pronoun is replaced by the person the latest turn is about; any other reference gets the turn before it in
    brackets, without its question words.
    """
    question = normalise(question)
    if not history:
        return Standalone(question, question)
    turns = [(normalise(q), normalise(_MARKER.sub("", a))) for q, a in history]
    person = next(filter(None, (_focus(*turn) for turn in reversed(turns))), "")
    if person and _PRONOUN.search(question):
        named = _PRONOUN.sub(person, question, count=1)
        return Standalone(named, named)
    if not _leans(question):
        return Standalone(question, question)
    again = _asked_again(question, turns[-1][0])
    if again:
        return Standalone(again, again)
    context = _context(*turns[-1])
    return Standalone(f"{question.rstrip('?. ')} ({context})?" if context else question, question)


def _asked_again(question: str, before: str) -> str:
    """`Còn Sơn La thì sao?` asks the question before once more, about another place or person."""
    match = _WHAT_OF.match(question)
    if match is None:
        return ""
    for named in (_places, _people):
        new, old = named(match.group(1)), named(before)
        if new and old:
            return before.replace(old[-1], new[-1])
    return ""


def _places(text: str) -> list[str]:
    return [name for name in PLACE_NAMES if name in text]


def _people(text: str) -> list[str]:
    return [person.name for person in find_people(text)]


def _leans(question: str) -> bool:
    if _COURTESY.match(question):
        return False
    if _POINTER.search(question) or _PRONOUN.search(question):
        return True
    return not analyse(question).entities and len(tokens(question)) <= _SHORT


def _focus(question: str, answer: str) -> str:
    """Whom a turn is about: the person asked for, else the one the question names, else the first told."""
    asked = [person.name for person in find_people(question)]
    told = [person.name for person in find_people(answer) if person.name not in asked]
    if asked and not (told and analyse(question).wanted is Wanted.PERSON):
        return asked[-1]
    return told[0] if told else ""


def _context(question: str, answer: str) -> str:
    """The turn in few words: the question without its question words, then what was answered."""
    said = re.sub(r"\s+(?=[,;])", "", normalise(_ASKED.sub(" ", question.rstrip("?. ")))).strip(",; ")
    if fold(answer).startswith(fold(REFUSAL)[:20]):
        return said
    told = answer.rstrip(". ")
    repeated = set(content_terms(said)) <= set(content_terms(told))
    return told if repeated else "; ".join(part for part in (said, told) if part)
