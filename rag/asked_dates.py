"""Which dates of a sentence could answer a question: of the asked precision, and of the asked thing."""

from __future__ import annotations

import re

from rag import facts
from rag.dates import DateMention, find_dates
from rag.questions import Question, Wanted
from rag.text import expand_abbreviations, fold

_OF_DOCUMENT = re.compile(r"[A-ZĐ\d/]\s*,?\s*(?:ban hành\s*)?(?:ngày\s*)?$")
_ABOUT_DOCUMENT = re.compile(r"nghị (?:định|quyết)|quyết định|thông tư|chỉ thị|kết luận|kế hoạch|văn bản|luật", re.I)


def asked_dates(question: Question, text: str, wanted: Wanted) -> list[DateMention]:
    """Dates with the asked part that the question does not state, left to right.

    The date of a cited document (`Nghị định số 21/2019/NĐ-CP ngày 22/2/2019`) answers only a question
    about documents: an event's year is never taken from it.
    """
    stated, about = fold(question.text), bool(_ABOUT_DOCUMENT.search(expand_abbreviations(question.own)))
    numbers = facts.document_numbers(text)
    return [
        date
        for date in find_dates(text)
        if _precise(wanted, date)
        and fold(text[date.start : date.end]) not in stated
        and (about or not _dates_document(text[: date.start], numbers))
        and not any(text[date.start : date.end] in number for number in numbers)
    ]


def _precise(wanted: Wanted, date: DateMention) -> bool:
    if wanted is Wanted.YEAR:
        return date.year is not None
    return date.month is not None if wanted is Wanted.MONTH else True


def _dates_document(before: str, numbers: list[str]) -> bool:
    """True when the text before a date ends with a document number, `ngày` between them or not."""
    number = _OF_DOCUMENT.search(before)
    return number is not None and any(before[: number.start() + 1].endswith(known) for known in numbers)
