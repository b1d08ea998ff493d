"""What the confidence of an answer or a refusal is computed from: a few numbers with a name each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from rag import facts
from rag.asked_values import has_value
from rag.compose import Composed, quotation
from rag.context import neighbourhood
from rag.evidence import Scored
from rag.lookup import Lookup
from rag.people import OFFICE
from rag.questions import Wanted, content_terms
from rag.text import fold, tokens

_TIME = (Wanted.DAY, Wanted.MONTH, Wanted.YEAR)
_QUANTITY = (Wanted.NUMBER, Wanted.PERCENT, Wanted.MONEY)
_OPEN = (Wanted.TEXT, Wanted.REASON, Wanted.YES_NO)
_FAR = 0.3
"""A lead larger than this says no more."""
_CLOSE = 0.1
"""A sentence whose score is lower by at most this could as well be the answer."""


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known when an answer or a refusal is about to be given."""

    lookup: Lookup
    composed: Composed | None
    """What would be answered; None where there is nothing to say."""
    rejected: bool = False
    """The model's draft failed the fact gate, and the quotation stands in for it."""
    denied: bool = False
    """The model said that the evidence holds no answer."""

    @property
    def top(self) -> Scored | None:
        """The best evidence, or the best sentence of all where nothing is evidence."""
        return next(iter(self.lookup.best), max(self.lookup.scored, key=lambda s: s.score, default=None))

    @property
    def document_lead(self) -> float:
        """Score of the best sentence above the best one of another document."""
        top = self.top
        others = [s.score for s in self.lookup.scored if top and s.context.document.id != top.context.document.id]
        return min(_FAR, top.score - max(others, default=0.0)) if top else 0.0

    @property
    def named(self) -> float:
        """Share of the question's names and places that stand in the sentence itself; 1 when it has none."""
        entities, top = self.lookup.asked.entities, self.top
        if top is None or not entities:
            return 1.0
        keys = facts.keys(top.sentence.text)
        return sum(facts.contains_run(keys, entity) for entity in entities) / len(entities)

    @property
    def pairs(self) -> float:
        """Share of the question's neighbouring syllables that are neighbours in the sentence too."""
        asked = _pairs(self.lookup.asked.own)
        return len(asked & _pairs(self.top.sentence.text)) / len(asked) if asked and self.top else 0.0

    @property
    def predicate(self) -> float:
        """Share of what the question says of its names, dates and numbers that stands in the sentence; half if near."""
        asked, top = self.lookup.asked, self.top
        named = {fold(key.rstrip("0123456789")) for entity in asked.entities for key in entity}
        said = {t for t in content_terms(OFFICE.sub(" ", asked.own)) if t not in named and not t[0].isdigit()}
        if top is None or not said:
            return 1.0
        own = {fold(t.text) for t in tokens(top.sentence.text)}
        near = {fold(t.text) for t in tokens(neighbourhood(top.context, top.sentence))}
        return sum(1.0 if term in own else 0.5 if term in near else 0.0 for term in said) / len(said)

    @property
    def rivals(self) -> float:
        """Other sentences with about the same score, as a logarithm."""
        top = self.top
        return math.log(sum(s.score >= top.score - _CLOSE for s in self.lookup.scored)) if top else 0.0

    @property
    def nearest(self) -> bool:
        """No sentence is nearer in meaning than the best one."""
        top = self.top
        return top is not None and top.cosine >= max(s.cosine for s in self.lookup.scored)

    @property
    def value(self) -> bool:
        """The best sentence has a value of the asked kind; open questions have no such kind."""
        asked, top = self.lookup.asked, self.top
        return top is not None and asked.wanted not in _OPEN and has_value(asked, top.sentence.text)

    @property
    def agrees(self) -> bool:
        """The model's answer has the short answer that the quotation has."""
        if self.composed is None or self.composed.extractive or self.composed.short is None:
            return False
        quoted = quotation(self.lookup).short
        return quoted is not None and quoted.text == self.composed.short.text


@dataclass(frozen=True, slots=True)
class Feature:
    """One number of a case."""

    name: str
    meaning: str
    """In Vietnamese, for the report of `hoidap calibrate`."""
    of: Callable[[Case], float]


def _asks(*kinds: Wanted) -> Callable[[Case], float]:
    return lambda case: case.lookup.asked.wanted in kinds


def _pairs(text: str) -> set[tuple[str, str]]:
    return set(pairwise(fold(token.text) for token in tokens(text)))


FEATURES = (
    Feature("score", "điểm của câu tốt nhất", lambda c: c.top.score if c.top else 0.0),
    Feature("rivals", "số câu có điểm gần bằng (log)", lambda c: c.rivals),
    Feature("document_lead", "hơn câu tốt nhất của tài liệu khác bao nhiêu điểm", lambda c: c.document_lead),
    Feature("covered", "phần từ của câu hỏi có trong câu hoặc ở gần đó", lambda c: c.top.covered if c.top else 0.0),
    Feature("pairs", "phần cặp chữ liền nhau của câu hỏi có trong câu", lambda c: c.pairs),
    Feature("predicate", "phần từ của câu hỏi, trừ tên, ngày và số, có trong câu hoặc gần đó", lambda c: c.predicate),
    Feature("cosine", "độ gần nghĩa giữa câu hỏi và câu", lambda c: c.top.cosine if c.top else 0.0),
    Feature("nearest", "câu tốt nhất cũng gần nghĩa nhất", lambda c: c.nearest),
    Feature("names", "câu hỏi có tên riêng", lambda c: bool(c.lookup.asked.entities)),
    Feature("named", "phần tên riêng của câu hỏi có trong chính câu đó", lambda c: c.named),
    Feature("value", "câu có giá trị đúng loại được hỏi", lambda c: c.value),
    Feature("eligible", "số câu làm bằng chứng được (log)", lambda c: math.log1p(len(c.lookup.found))),
    Feature("length", "số từ có nghĩa của câu hỏi (log)", lambda c: math.log1p(len(content_terms(c.lookup.asked.own)))),
    Feature("short", "rút ra được câu trả lời ngắn", lambda c: bool(c.composed and c.composed.short)),
    Feature("time", "hỏi ngày, tháng, năm", _asks(*_TIME)),
    Feature("quantity", "hỏi con số", _asks(*_QUANTITY)),
    Feature("person", "hỏi người", _asks(Wanted.PERSON)),
    Feature("place", "hỏi nơi chốn", _asks(Wanted.PLACE)),
    Feature("reason", "hỏi lý do", _asks(Wanted.REASON)),
    Feature("many", "hỏi một danh sách", lambda c: c.lookup.asked.many),
    Feature(
        "generated", "mô hình đặt câu và qua cổng dữ kiện", lambda c: bool(c.composed and not c.composed.extractive)
    ),
    Feature("rejected", "câu của mô hình không qua cổng dữ kiện", lambda c: c.rejected),
    Feature("denied", "mô hình bảo không có lời đáp", lambda c: c.denied),
    Feature("agrees", "mô hình và câu trích cho cùng câu trả lời ngắn", lambda c: c.agrees),
)
"""Every feature, in the order of the file of coefficients; a new one is one more line."""


def features_of(case: Case) -> dict[str, float]:
    """The value of every feature, by name."""
    return {feature.name: round(float(feature.of(case)), 4) for feature in FEATURES}
