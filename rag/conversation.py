"""Follow-ups: a question that leans on what was said before becomes one that stands alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag import facts
from rag.again import asked_again
from rag.memory import Memory, recent
from rag.phrases import ASKED
from rag.pointers import UNKNOWN_PERSON, Resolved, points, resolved
from rag.questions import analyse, content_terms
from rag.records import Turn
from rag.text import normalise, tokens

_OPENER = re.compile(
    r"^(?:còn|thế|vậy|và)(?!\w)(?!\s+(?:vận hội|giới|hệ|mạnh|trận|kỷ|kỉ|lực|năng|nên|mà))"
    r"|(?<!\w)thì sao",
    re.I,
)
_COURTESY = re.compile(r"^(?:xin |em |cháu |tôi )?(?:cảm ơn|cám ơn|chào|tạm biệt|vâng|dạ|ok)(?!\w)", re.I)
_SHORT = 6
"""A question of at most so many syllables without any name leans on what was said before."""
_WHY = re.compile(r"^(?:(?:thế|vậy|mà)\s+)?((?:vì|tại) sao|sao|do đâu)(?:\s+(?:lại\s+)?(?:vậy|thế))?\W*$", re.I)
_HOW = re.compile(
    r"^(?:(?:thế|vậy|và|còn)\s+)?((?:(?:vào|từ|ở|tại)\s+)?(?:đâu|khi nào|bao giờ|(?:lúc|hôm|ngày|năm|tháng) nào"
    r"|(?:nơi|tỉnh|huyện|xã) nào|mấy giờ)|để làm gì|nhằm mục đích gì|như thế nào)\W*$",
    re.I,
)
_WHETHER = re.compile(r"(?<=\s)có (?=.+\s(?:không|chưa)$)", re.I)
_DANGLING = re.compile(
    r"(?:^|\s+)(?:ở|tại|vào|là|nơi|buổi|lúc|hôm|với|của|do|cho|từ|đến|khu vực|huyện|tỉnh|xã|không|chưa)$", re.I
)
_MOST = 0.6
"""Share of a question's terms in its answer from which it need not be told beside it."""
_SO_WHAT = re.compile(r"thì sao(?=\W*$)", re.I)
_ASKED_OF = re.compile(
    r"bao nhiêu|(?:ngày|năm|tháng|hôm|lúc|khi) nào|bao giờ|ở đâu|vì sao|tại sao|là ai|là gì|(?:như )?thế nào", re.I
)
_LONGEST = 30
"""Syllables of an answer that are told again."""


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question that can be read without the conversation."""

    text: str
    own: str
    """The part that was asked now; the rest is context from the turns before."""
    day: str = ""
    """The day of the meeting that the question points to, which must hold though it was not asked now."""
    clear: bool = True
    """False when it asks about a person whom neither it nor the conversation names."""


def standalone(question: str, history: Sequence[Turn]) -> Standalone:
    """The question as it reads without the conversation; unchanged when it needs nothing.

    A pointer (`ông ấy`, `ở đó`, `hội nghị này`) is replaced by what it points to; `còn X thì sao` asks the
    question before again about X; what else leans on the turn before gets that turn in brackets.
    """
    question = normalise(question)
    turns: list[Turn] = []
    for asked, answered in recent(history):
        # An earlier question may have been a follow-up itself.
        before = _understood(normalise(asked), Memory.of(turns))
        turns.append((before.own, answered))
    return _understood(question, Memory.of(turns))


def _understood(question: str, memory: Memory) -> Standalone:
    if _COURTESY.match(question):
        return Standalone(question, question)
    unknown = UNKNOWN_PERSON.search(question)
    if unknown and not memory.person(unknown.group()) and not analyse(question).entities:
        return Standalone(question, question, clear=False)
    if not memory.turns:
        return Standalone(question, question)
    found, before = resolved(question, memory), memory.turns[0]
    again = asked_again(found.text, before[0])
    if again:
        return Standalone(again, again)
    if _leans(question, found):
        text, own = (_asked_of(form, before[0]) for form in (found.text, found.own))
        return Standalone(_completed(text, *before), own, found.day)
    return Standalone(found.text, found.own, found.day)


def _leans(question: str, found: Resolved) -> bool:
    """True when the question, its pointers replaced, still does not say what it is about."""
    if found.text != question:
        return not found.named
    nameless = not found.named and (len(tokens(question)) <= _SHORT or question.lower().startswith("nếu "))
    return nameless or bool(_OPENER.search(question)) or points(question)


def _asked_of(question: str, before: str) -> str:
    """`Còn tỷ lệ nợ xấu thì sao` asks as the question before did: `thì bao nhiêu`."""
    asked = _ASKED_OF.search(before)
    return _SO_WHAT.sub(f"thì {asked.group()}", question) if asked else question


def _completed(question: str, before: str, told: str) -> str:
    """The question with what the turn before said, as one sentence where only a question word was given."""
    said = _stated(before)
    told = _clipped(told)
    if _repeats(told, said):
        said, told = told, ""
    why, how = _WHY.match(question), _HOW.match(question)
    aside = f" ({told})" if told else ""
    if said and why:
        return f"{why.group(1).capitalize()} {said}{aside}?"
    if said and how:
        return f"{said} {how.group(1).lower()}{aside}?"
    context = "; ".join(part for part in (said, told) if part)
    return f"{question.rstrip('?. ')} ({context})?" if context else question


def _repeats(told: str, said: str) -> bool:
    """True when an answer says most of its question once more, and every name in it."""
    terms, known = content_terms(said), set(content_terms(told))
    names = all(facts.contains_run(facts.keys(told), name) for name in analyse(said).entities)
    return names and sum(term in known for term in terms) >= _MOST * len(terms)


def _stated(question: str) -> str:
    """What a question takes for granted: it without the words that ask."""
    bare = _WHETHER.sub("", question.rstrip("?. "))
    said = re.sub(r"\s+(?=[,;])", "", normalise(ASKED.sub(" ", bare))).strip(",; ")
    while _DANGLING.search(said):
        said = _DANGLING.sub("", said)
    return said


def _clipped(told: str) -> str:
    """An answer cut at the last mark within the limit."""
    told = told.rstrip(". ")
    syllables = tokens(told)
    if len(syllables) <= _LONGEST:
        return told
    cut = told[: syllables[_LONGEST].start].rstrip()
    marks = [m.start() for m in re.finditer(r"[,;.](?=\s)", cut)]
    return cut[: marks[-1]] if marks and marks[-1] > len(cut) // 3 else cut
