"""Whether a text has a value of the kind a question asks for: the right sort of number, place, person, date."""

from __future__ import annotations

import re

from rag import facts
from rag.asked_dates import asked_dates
from rag.people import OFFICE, Person, find_people
from rag.places import COUNTRY_NAMES, PROVINCE_NAMES
from rag.questions import DESIGNATED, Office, Question, Wanted
from rag.syllables import is_syllable
from rag.text import fold, tokens, tone_key

_ORDINAL = re.compile(r"thứ mấy|lần mấy|khóa mấy|hạng mấy|hạng bao nhiêu", re.I)
_MONEY = re.compile(
    r"\d[\d.,]*\s*(?:nghìn tỷ|tỷ|tỉ|triệu|nghìn|ngàn)?\s*(?:đồng|tỷ|tỉ|triệu|nghìn|ngàn|usd|đô la|euro|vnd|sgd)", re.I
)
_MEETING = r"buổi|hội nghị|cuộc|phiên|kỳ họp|đây|đó|đâu|lễ|thời điểm|năm|mức"
_WHERE = re.compile(rf"(?<!\w)(?:tại|ở|thuộc|trên|giữa)\s+(?!(?:{_MEETING})(?!\w))\w+", re.I)
_WHICH = re.compile(
    r"(?<!\w)(xã|huyện|tỉnh|thành phố|quận|phường|nước|quốc gia|thị trấn|thị xã|thôn|bản|châu)(?: \w+)? nào(?!\w)", re.I
)
_UNITS = {"thành phố": "thành phố|TP", "nước": "nước", "quốc gia": "nước|quốc gia"}
_SHARE = re.compile(r"(?<!\w)(?:một nửa|quá nửa|phần (?:ba|tư|năm|lớn)|đa số|gấp đôi)(?!\w)", re.I)
_TIMES = ("năm", "tháng", "tuần", "ngày", "giờ", "phút", "tuổi")
_AMOUNT = r"(?:\d[\d.,]*|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|mươi|lăm|mốt)"
_CAUSE = re.compile(
    r"(?<!\w)(?:vì|do|bởi|nhờ|nhằm|để|nguyên nhân|l[ýí] do|nên|dẫn (?:đến|tới)|khiến|xuất phát|giúp|mục (?:đích|tiêu)"
    r"|góp phần|giải thích)(?!\w)",
    re.I,
)
_NAME = rf"(?:[{facts.UPPER}][^\W\d_]*|\d+)"
_COUNTED = re.compile(r"(?<!thứ )(?<!lần )(?<!\w)(?:bao nhiêu|mấy)\s+([^\W\d_]+)", re.I)
# Behind "how many": words that count anything, and those that belong to the question, not to what is counted.
_ANYTHING = frozenset(
    tone_key(word)
    for word in """người nơi chỗ cái thứ đơn lần việc phần loại hình điểm là thì và trong ở tại vào của với so cho được
đã có tiền đồng tỷ tỉ triệu nghìn ngàn nhất hơn từ để lượt cuộc tất cả""".split()
)


def has_value(question: Question, text: str, wanted: Wanted | None = None) -> bool:
    """True when the text has a value of the asked kind that the question does not state itself.

    Args:
        wanted: another kind than the question's first.
    """
    wanted = wanted or question.wanted
    match wanted:
        case Wanted.DAY | Wanted.MONTH | Wanted.YEAR:
            return bool(asked_dates(question, text, wanted))
        case Wanted.PERCENT:
            return any(q.percent and q not in question.quantities for q in facts.quantities(text))
        case Wanted.MONEY:
            return bool(_MONEY.search(text))
        case Wanted.NUMBER:
            return _has_number(question, text) and _counts(question, text)
        case Wanted.PERSON:
            return _has_person(question, text)
        case Wanted.OFFICE:
            return bool(OFFICE.search(text))
        case Wanted.PLACE:
            return _has_place(question, text)
        case Wanted.REASON:
            return bool(_CAUSE.search(text))
        case _:
            return True


def _has_person(question: Question, text: str) -> bool:
    """The holder of the asked office; where none is asked for, anyone, foreign names too."""
    asked = fold(question.text)
    if any(fold(p.name) not in asked and _holds(p, question.office) for p in find_people(text)):
        return True
    held = question.office is None or facts.contains_run(facts.keys(text), facts.keys(question.office.title))
    return held and any(_is_foreign(text[p.start : p.end], asked) for p in facts.name_places(text))


def _is_foreign(name: str, asked: str) -> bool:
    """A name with a word that cannot be Vietnamese nor an abbreviation, and that the question does not have."""
    words = [token.text for token in tokens(name)]
    return any(not is_syllable(w) and not w[1:].isupper() and fold(w) not in asked for w in words if len(w) > 1)


def _has_number(question: Question, text: str) -> bool:
    """A count that is no date, document number or part of a name, and not the question's own."""
    for name in DESIGNATED.finditer(text):
        text = text.replace(name.group(), " ")
    if _SHARE.search(text):
        return True
    asked = {q.value for q in question.quantities}
    words = facts.ordinals(text) if _ORDINAL.search(question.own) else facts.word_numbers(text, sure=False)
    return any(q.value not in asked for q in facts.quantities(text)) or any(n not in asked for n in words)


def _counts(question: Question, text: str) -> bool:
    """What is to be counted is named: `bao nhiêu huyện` is not answered where no district is."""
    counted = _COUNTED.search(question.own)
    if counted and counted.group(1).lower() in _TIMES:
        return bool(re.search(rf"(?<!\w){_AMOUNT} {counted.group(1)}(?!\w)(?! (?:{_AMOUNT}))", text, re.I))
    noun = counted_noun(question)
    return not noun or noun in facts.keys(text)


def counted_noun(question: Question) -> str:
    """The first syllable of what `bao nhiêu …` counts, as a tone key; empty where anything may be counted."""
    counted = _COUNTED.search(question.own)
    noun = facts.keys(counted.group(1))[:1] if counted else ()
    return noun[0] if noun and noun[0] not in _ANYTHING else ""


def _has_place(question: Question, text: str) -> bool:
    """A name or a word of place; for `huyện nào` the name of a district that the question does not state."""
    asked = fold(question.text)
    which = _WHICH.search(question.own)
    if which is None:
        return _names_a_place(text, asked) or any(fold(m.group()) not in asked for m in _WHERE.finditer(text))
    unit = which.group(1).lower()
    known = COUNTRY_NAMES if unit in ("nước", "quốc gia") else PROVINCE_NAMES if unit in ("tỉnh", "thành phố") else ()
    if any(name in text and fold(name) not in asked for name in known):
        return True
    named = rf"(?<!\w)(?i:{_UNITS.get(unit, unit)})[.:]? ?({_NAME}(?: {_NAME})*)"
    return any(fold(match.group(1)) not in asked for match in re.finditer(named, text))


def _names_a_place(text: str, asked: str) -> bool:
    """A name that the question does not have and that is no person or office."""
    people = [(p.start, p.end) for p in find_people(text)] + [m.span() for m in OFFICE.finditer(text)]
    return any(
        fold(text[p.start : p.end]) not in asked and not any(a < p.end and p.start < b for a, b in people)
        for p in facts.name_places(text)
    )


def _holds(person: Person, office: Office | None) -> bool:
    """True when one of the person's posts is the asked one, in the asked body where the question names it."""
    if office is None:
        return True
    return any(
        facts.keys(post.office) == facts.keys(office.title) and facts.contains_run(post.body, office.body)
        for post in person.posts
    )
