"""What an answer is worth, counted for every system in the same way, as `hoidap eval` counts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.evaluation.metrics import contains, without_markers, words
from rag.evaluation.sets import Item

_NO = re.compile(
    r"không (?:tìm thấy|có thông tin|có dữ liệu|được (?:đề cập|nhắc|nêu|cung cấp)|đề cập|nêu rõ|cung cấp|biết|rõ"
    r"|thể (?:trả lời|xác định))"
    r"|(?:do not|don't|does not|doesn't|cannot|can't|could not|not) (?:know|find|found|mentioned|provided?|contain"
    r"|answer|determine|have)"
    r"|no (?:information|mention)|none of the sources|empty response"
)
_OPENING = 30
"""Words within which an answer says that it is none; further on it is a remark about something else."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One answer to one question."""

    answerable: bool
    refused: bool
    contains: bool
    """Of an answerable question: an alternative stands in the answer."""
    citations: int
    holding: int
    """Of them, those in whose text an alternative stands."""
    sources_hold: bool
    """An alternative stands in some passage that was retrieved."""


def judge(item: Item, answer: Mapping[str, Any]) -> Judged:
    """Citations of a refusal, or of an answer to what cannot be answered, are not counted."""
    text = without_markers(answer["text"])
    refused = says_no(text) if answer["refused"] is None else bool(answer["refused"])
    cited: Sequence[str] = answer["citations"] if item.answerable and not refused else ()
    return Judged(
        answerable=item.answerable,
        refused=refused,
        contains=item.answerable and not refused and contains(text, item.answers),
        citations=len(cited),
        holding=sum(contains(part, item.answers) for part in cited),
        sources_hold=item.answerable and any(contains(part, item.answers) for part in answer["sources"]),
    )


def says_no(text: str) -> bool:
    """A model's own way of saying that nothing was found, in either language; an empty answer is one."""
    opening = " ".join(words(text)[:_OPENING])
    return not opening or bool(_NO.search(opening))
