"""The fact gate: a claim is supported when its cited spans state every value in it, and the rest.

Never by a ratio alone: one digit, name, office, place or negation that the spans do not hold makes
the claim unsupported, however similar the words are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag import facts
from rag.people import OFFICE, Person, find_people
from rag.text import fold, tokens, tone_key

COVERAGE = 0.85
"""Least share of a claim's content syllables that its spans, or the question, must hold; measured on
tests/data/claims.jsonl."""

_FUNCTION_WORDS = frozenset(
    """là và của có các những cho với vào tại ở trong từ đến được bị do bởi này đó đây ấy ông bà anh chị đồng chí cũng
như thì mà để về theo ra lên khi đã rồi một cùng còn việc người sự cuộc buổi ngày tháng năm số ai gì nào tên gồm vị họ
diễn thông tin tài liệu bài viết cho biết rằng hoặc hay nó vì nên giữ chức vụ phần trăm""".split()
)
_NEGATION = re.compile(r"(?<!\w)(không|chưa|chẳng|chớ|đừng)(?:\s+(?:phải|hề|thể|còn|có|được|bị))*\s+([^\W\d_]+)", re.I)
# Words that turn a statement round or bind it; the claim may not bring its own.
_OPERATORS = frozenset(
    """tăng giảm trên dưới hơn kém trước sau vượt cao thấp lớn nhỏ nhiều ít đầu cuối duy nhất chỉ tất cả mọi nếu trừ
khoảng gần ít tối đa thiểu mở đóng bác bỏ hoãn hủy dừng thôi từ chối đồng ý phản đối thường""".split()
)
_CONDITIONS = ("nếu", "trừ", "dự kiến", "đề nghị", "đề xuất", "kiến nghị", "phấn đấu", "dự tính", "có thể", "sẽ")
_QUOTED = re.compile(r"[“\"]([^”\"]{4,})[”\"]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim is supported, and if not, the first thing its spans do not hold."""

    supported: bool
    missing: str


def check(claim: str, spans: Sequence[str], *, question: str = "") -> Verdict:
    """Hold a claim against the spans it cites; both are plain text, markers removed.

    Ordinary words may also come from the question that the claim answers; values may not.
    """
    if not spans:
        return Verdict(False, "no span")
    for missing in _CHECKS:
        found = missing(claim, spans)
        if found:
            return Verdict(False, f"{missing.__name__.strip('_')}: {found}")
    share = coverage(claim, (*spans, question))
    return Verdict(share >= COVERAGE, "" if share >= COVERAGE else f"rest: {share:.2f}")


def missing_values(claim: str, spans: Sequence[str]) -> list[str]:
    """The numbers, dates, document numbers and names of a claim that no span holds; for alignment."""
    checks = (_documents, _dates, _quantities, _ordinals, _names)
    return [f"{c.__name__}:{value}" for c in checks if (value := c(claim, spans))]


def _documents(claim: str, spans: Sequence[str]) -> str:
    held = [n for span in spans for n in facts.document_numbers(span)]
    for number in facts.document_numbers(claim):
        if not any(h == number or h.startswith((number + "/", number + "-")) for h in held):
            return number
    return ""


def _dates(claim: str, spans: Sequence[str]) -> str:
    held = [d for span in spans for d in facts.dates(span)]
    for wanted in facts.dates(claim):
        if not any(all(w is None or w == h for w, h in zip(wanted, parts, strict=True)) for parts in held):
            return str(wanted)
    return ""


def _quantities(claim: str, spans: Sequence[str]) -> str:
    held = [q for span in spans for q in facts.quantities(span)]
    words = {n for span in spans for n in (*facts.word_numbers(span, sure=False), *facts.ordinals(span))}
    for wanted in facts.quantities(claim):
        if wanted not in held and (wanted.percent or int(wanted.value) != wanted.value or int(wanted.value) not in words):
            return str(wanted.value)
    digits = {int(q.value) for q in held if q.value == int(q.value)}
    for number in facts.word_numbers(claim, sure=True):
        if number not in words and number not in digits:
            return str(number)
    return ""


def _ordinals(claim: str, spans: Sequence[str]) -> str:
    held = {n for span in spans for n in facts.ordinals(span)}
    return next((str(n) for n in facts.ordinals(claim) if n not in held), "")


def _names(claim: str, spans: Sequence[str]) -> str:
    held = [facts.keys(span) for span in spans]
    for run in facts.names(claim):
        if not any(facts.contains_run(keys, run) for keys in held):
            return " ".join(run)
    return ""


def _offices(claim: str, spans: Sequence[str]) -> str:
    """Every office must stand in the spans; one beside a name must be that person's."""
    held = {_office(m.group()) for span in spans for m in OFFICE.finditer(span)}
    for match in OFFICE.finditer(claim):
        if _office(match.group()) not in held:
            return match.group()
    people = [person for span in spans for person in find_people(span)]
    return next((wrong for person in find_people(claim) if (wrong := _wrong_office(person, people, spans))), "")


def _wrong_office(person: Person, people: Sequence[Person], spans: Sequence[str]) -> str:
    own = {_office(o) for p in people if _same_name(p.name, person.name) for o in p.offices}
    others = {_office(o) for p in people if not _same_name(p.name, person.name) for o in p.offices}
    for office in map(_office, person.offices):
        if office not in own and (own or office in others):
            return f"{person.name}: {office}"
    return ""


def _office(text: str) -> str:
    return " ".join(facts.keys(text))


def _same_name(a: str, b: str) -> bool:
    return fold(a) == fold(b) and facts.keys(a) == facts.keys(b)


def _negations(claim: str, spans: Sequence[str]) -> str:
    """A negation must be negated in a span too, and one in a span must not be lost."""
    claimed = {tone_key(m.group(2)) for m in _NEGATION.finditer(claim)}
    held = {tone_key(m.group(2)) for span in spans for m in _NEGATION.finditer(span)}
    stated = {tone_key(t.text) for span in spans for t in tokens(_NEGATION.sub(" ", span))}
    said = {tone_key(t.text) for t in tokens(_NEGATION.sub(" ", claim))}
    added = next((word for word in claimed if word not in held), "")
    lost = next((word for word in held if word in said and word not in stated and word not in claimed), "")
    return added or lost


def _operators(claim: str, spans: Sequence[str]) -> str:
    held = {t.text.lower() for span in spans for t in tokens(span)}
    return next((t.text for t in tokens(claim) if t.text.lower() in _OPERATORS and t.text.lower() not in held), "")


def _conditions(claim: str, spans: Sequence[str]) -> str:
    """A single cited span that only plans or proposes may not be told as done."""
    if len(spans) != 1 or not re.search(r"(?<!\w)đã(?!\w)", claim, re.I) or re.search(r"(?<!\w)đã(?!\w)", spans[0], re.I):
        return ""
    lowered, said = spans[0].lower(), claim.lower()
    return next((c for c in _CONDITIONS if re.search(rf"(?<!\w){c}(?!\w)", lowered) and c not in said), "")


def _quotes(claim: str, spans: Sequence[str]) -> str:
    held = [" ".join(facts.keys(span)) for span in spans]
    for match in _QUOTED.finditer(claim):
        if not any(" ".join(facts.keys(match.group(1))) in text for text in held):
            return match.group(1)
    return ""


def coverage(claim: str, spans: Sequence[str]) -> float:
    """Share of the claim's content syllables that stand in the spans, 0 to 1."""
    held = {key for span in spans for key in facts.keys(span)}
    content = [k for k in facts.keys(claim) if k not in _FUNCTION_KEYS]
    return sum(k in held or k[:1].isdigit() for k in content) / len(content) if content else 1.0


_FUNCTION_KEYS = frozenset(tone_key(word) for word in _FUNCTION_WORDS)


_CHECKS: tuple[Callable[[str, Sequence[str]], str], ...] = (
    _documents,
    _dates,
    _quantities,
    _ordinals,
    _names,
    _offices,
    _negations,
    _operators,
    _conditions,
    _quotes,
)
