"""Several questions in one: each part is looked up, the later ones with what came before as their context."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.asked_values import has_value
from rag.courtesy import reply, unwrapped
from rag.evidence import Scored
from rag.lookup import Lookup, look_up
from rag.questions import Question, Wanted, analyse, content_terms
from rag.records import REFUSAL, Turn

if TYPE_CHECKING:
    from rag.library import Library

_MOST = 4
"""Parts that are answered at most."""
_OWN_SHARE = 0.6
"""Of the own words of a part that leans on another, which its sentence must have."""
_NEAR = 2
_ASKS = (
    r"(?:ai|(?:ở|tại|từ) (?:đâu|(?:\w+ ){1,3}nào)|(?:vào |từ )?(?:ngày|năm|tháng|hôm|lúc|thời gian) nào|khi nào|bao giờ"
    r"|(?:có |là |được )?bao nhiêu|(?:có )?mấy|giữ chức (?:vụ )?gì|lần thứ mấy)(?!\w)"
)
_OWN_WORD = re.compile(rf"(?<!\w){_ASKS}|(?<!\w)(?:nào|gì|đâu|sao)(?!\w)", re.I)
_CLAUSE = re.compile(rf"\s*(?:,|;|,? và| cùng)\s+(?=(?:và |do |cụ thể |hiện |đang |tổng )?{_ASKS})", re.I)
_MISSING = "{refusal} (phần hỏi: “{part}”)"
_NOTE = re.compile(rf" {re.escape(REFUSAL)} \(phần hỏi: “([^“”]*)”\)$")


def look_up_parts(
    library: Library, question: str, history: Sequence[Turn], *, within: Collection[str] | None = None
) -> list[Lookup]:
    """One lookup for a question, more for one in several parts, in their order.

    A sentence with a question mark is a part. A clause with a question word of its own becomes one where the best
    sentence has no value of its kind.

    Args:
        within: ids of the only documents to search.

    Raises:
        EmptyLibrary: nothing is indexed.
    """
    turns = list(history)
    parts: list[Lookup] = []
    for sentence in sentences(question):
        found = look_up(library, sentence, turns, within=within)
        if parts and parts[0].found and found.asked.own != found.asked.text:
            found = _near(found, parts[0])
        turns.append((found.asked.text, found.found[0].sentence.text if found.found else REFUSAL))
        parts += [found, *_further(library, found, turns, within)]
    return parts[:_MOST]


def sentences(question: str) -> list[str]:
    """The question's sentences that end in a question mark, without polite words; the whole when it is one."""
    text = unwrapped(question)
    found = [part for part in re.split(r"(?<=\?)\s+", text) if len(part) > 1 and reply(part) is None]
    return found if sum("?" in part for part in found) > 1 else [text]


def clauses(question: str) -> list[str]:
    """Later clauses with a question word of their own, where the first one has its own too."""
    cuts = [m for m in _CLAUSE.finditer(question) if _OWN_WORD.search(question[: m.start()])]
    starts = [m.end() for m in cuts]
    ends = [*[m.start() for m in cuts][1:], len(question)]
    return [question[start:end].strip("?. ") for start, end in zip(starts, ends, strict=False)]


def _further(library: Library, whole: Lookup, turns: Sequence[Turn], within: Collection[str] | None) -> list[Lookup]:
    """Lookups of the clauses that the best sentence does not answer; none where that is unclear."""
    if not whole.found or whole.asked.many:
        return []
    best = whole.found[0]
    parts = []
    for clause in clauses(whole.asked.own):
        wanted = analyse(clause).wanted
        if wanted is Wanted.TEXT or _states(clause, whole.asked, best):
            continue
        part = _near(look_up(library, f"và {clause}?", turns, within=within), whole)
        if part.found or not has_value(whole.asked, best.sentence.text, wanted):
            parts.append(part)
    return parts


def _states(part: str, asked: Question, scored: Scored) -> bool:
    """True when a sentence has a value for a part, one that the question did not state, and the part's own words."""
    return has_value(asked, scored.sentence.text, analyse(part).wanted) and _own_words(part, scored)


def _own_words(part: str, scored: Scored) -> bool:
    own = set(content_terms(part))
    return len(own & set(content_terms(scored.sentence.text))) >= _OWN_SHARE * len(own)


def _near(part: Lookup, first: Lookup) -> Lookup:
    """A part that leans on another, with evidence from the same document only: what states the part's own words.

    A part without any (`ở đâu`) is answered within `_NEAR` sentences of the other's.
    """
    best = first.found[0]
    if _states(part.asked.own, first.asked, best):
        return replace(part, scored=(best,))
    same = [s for s in part.scored if s.context.document.id == best.context.document.id]
    if content_terms(part.asked.own):
        return replace(part, scored=tuple(s for s in same if _own_words(part.asked.own, s)))
    return replace(part, scored=tuple(s for s in same if abs(s.sentence.ordinal - best.sentence.ordinal) <= _NEAR))


def understood(parts: Sequence[Lookup]) -> str:
    """What was understood, in one text: the first part as it stands alone, then the others as they were asked."""
    text = parts[0].asked.text
    for part in parts[1:]:
        if _asked(part).lower() not in text.lower():
            text = f"{text} {part.asked.own}"
    return text


def _asked(part: Lookup) -> str:
    return re.sub(r"^và |[“”]|[?. ]+$", "", part.asked.own)


def missing(part: Lookup) -> str:
    """What an answer says of a part without evidence."""
    return _MISSING.format(refusal=REFUSAL, part=_asked(part))


def without_notes(answer: str, question: str) -> str:
    """An answer without the notes about parts of this question that have no evidence."""
    while (note := _NOTE.search(answer)) and note.group(1).lower() in question.lower():
        answer = answer[: note.start()]
    return answer
