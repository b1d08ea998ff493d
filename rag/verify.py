"""The fact gate: a claim is supported when its cited spans state every value in it, and the rest.

Never by a ratio alone: one digit, name, office, place or negation that the spans do not hold makes
the claim unsupported, however similar the words are; and so does a value in another's place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag import facts, offices, polarity, values
from rag.binding import dayparts, misplaced
from rag.derivation import underivable
from rag.numbers import find_words
from rag.roles import exchanged, unpaired
from rag.senses import SENSES
from rag.text import tone_key

COVERAGE = 0.85
"""Least share of a claim's content syllables that its spans must hold; measured on tests/data/claims.jsonl."""

WORDS, PAIRS = 600, 600
"""Most words of the spans, and pairs of equal words of claim and spans, that are judged; sentences of the
labelled sets reach 75 and 57. Beyond, a claim is shown by quotation only, since time grows with their square."""

VALUES, VALUE_PAIRS = 100, 1_000
"""The same of numbers and capitals; the labelled sets reach 39 and 546."""

FOREIGN = 1
"""Most content syllables of a claim that no span holds; none of them may come from the question."""

_FUNCTION_WORDS = frozenset(
    """là và của có các những cho với vào tại ở trong từ đến được bị do bởi này đó đây ấy ông bà anh chị đồng chí cũng
như thì mà để về theo ra lên khi đã rồi một cùng còn việc người sự cuộc buổi ngày tháng năm số ai gì nào tên gồm vị họ
diễn ban hành tổ lần lượt thông tin tài liệu bài viết cho biết rằng hoặc hay nó vì nên giữ chức vụ phần trăm""".split()
)
_POWER = re.compile("(?<=m)[²³]")
_VALUE = re.compile(rf"\d+|(?<!\w)[{facts.UPPER}]")
_WORD = re.compile(r"\w+")
# Verbs made of function words only; they are words of their own.
_COMPOUNDS = ("từ chức", "từ nhiệm")
# None of these may be the one foreign syllable: they make a plan of a fact, or all of some.
_SWEEPING = frozenset(map(tone_key, "sẽ sắp mọi mỗi đều chỉ luôn duy vẫn".split()))
_FUNCTION_KEYS = frozenset(tone_key(word) for word in _FUNCTION_WORDS)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim is supported, and if not, the first thing its spans do not hold."""

    supported: bool
    missing: str


def check(claim: str, spans: Sequence[str], *, question: str = "") -> Verdict:
    """Hold a claim against the spans it cites; both are plain text, markers removed.

    A word that only the question has proves nothing: "resigned" asked is not "resigned" stated. A claim
    that is only a name or an office is judged as the answer to that question.
    """
    if not spans:
        return Verdict(False, "no span")
    if any(_squeezed(claim) == _squeezed(span) for span in spans):
        return Verdict(True, "")
    if _too_much(claim, spans):
        return Verdict(False, "too long to judge")
    claim, plain = _plain(claim), [_plain(span) for span in spans]
    for name, missing in _CHECKS:
        found = missing(claim, plain)
        if found:
            return Verdict(False, f"{name}: {found}")
    found = underivable(claim, plain)
    if found:
        return Verdict(False, f"structure: {found}")
    found = misplaced(claim, plain, question)
    if found:
        return Verdict(False, f"place: {found}")
    found = offices.unheld(claim, plain, question) or polarity.unreal(claim, plain, question)
    if found:
        return Verdict(False, f"office or plan: {found}")
    foreign = list(dict.fromkeys(_foreign(claim, plain)))
    share = _share(claim, foreign)
    echoed = set(foreign) & set(facts.keys(question))
    supported = share >= COVERAGE and len(foreign) <= FOREIGN and not echoed and not _SWEEPING & set(foreign)
    return Verdict(supported, "" if supported else f"rest: {share:.2f}, {' '.join(foreign)}")


def _plain(text: str) -> str:
    """Without the negations that deny nothing, and with one spelling of areas: `m²` is `m2`."""
    return _POWER.sub(lambda match: "2" if match.group() == "²" else "3", polarity.plain(text))


def _too_much(claim: str, spans: Sequence[str]) -> bool:
    said, given = len(_VALUE.findall(claim)), sum(len(_VALUE.findall(span)) for span in spans)
    if given > VALUES or said * given > VALUE_PAIRS:
        return True
    held = Counter(word for span in spans for word in _WORD.findall(span.lower()))
    return held.total() > WORDS or sum(held[word] for word in _WORD.findall(claim.lower())) > PAIRS


def missing_values(claim: str, spans: Sequence[str]) -> list[str]:
    """The numbers, dates, document numbers and names of a claim that no span holds; for alignment."""
    checks = (values.documents, values.dates, values.quantities, values.ordinals, values.names)
    return [f"{c.__name__}:{value}" for c in checks if (value := c(claim, spans))]


def coverage(claim: str, spans: Sequence[str]) -> float:
    """Share of the claim's content syllables that stand in the spans, 0 to 1."""
    return _share(claim, _foreign(claim, spans))


def _share(claim: str, foreign: Sequence[str]) -> float:
    content = [k for k in facts.keys(claim) if k not in _FUNCTION_KEYS]
    return 1 - len(foreign) / len(content) if content else 1.0


def _foreign(claim: str, spans: Sequence[str]) -> list[str]:
    """Content syllables of the claim that no span holds, as tone keys."""
    held = {key for span in spans for key in facts.keys(span)}
    unproven = (k for k in facts.keys(_unproven(claim)) if k not in _FUNCTION_KEYS and not k[:1].isdigit())
    said, stated = claim.lower(), " ".join(spans).lower()
    compounds = [verb for verb in _COMPOUNDS if verb in said and verb not in stated]
    return [key for key in unproven if key not in held] + [key for verb in compounds for key in facts.keys(verb)]


def _unproven(claim: str) -> str:
    """The claim without the words that have checks of their own: number words, bounds and directions."""
    spans = [(start, end) for start, end, _ in find_words(claim, sure=False)]
    spans += [(number.start, number.end) for number in facts.numbers(claim)]
    spans += [m.span() for pattern in (*SENSES, values.BOUNDED) for m in pattern.finditer(claim)]
    for start, end in spans:
        claim = claim[:start] + " " * (end - start) + claim[end:]
    return claim


def _squeezed(text: str) -> str:
    return " ".join(text.split())


_CHECKS: tuple[tuple[str, Callable[[str, Sequence[str]], str]], ...] = (
    ("document", values.documents),
    ("date", values.dates),
    ("time of day", dayparts),
    ("quantity", values.quantities),
    ("bound", values.bounds),
    ("ordinal", values.ordinals),
    ("code", values.codes),
    ("digits", values.digits),
    ("name", values.names),
    ("quote", values.quotes),
    ("negation", polarity.denied),
    ("direction", polarity.turned),
    ("role", exchanged),
    ("pair", unpaired),
)
"""In this order; each finds the first thing that is wrong."""
