"""What the confidence of an answer or a refusal is computed from: a few numbers with a name each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from rag import facts
from rag.compose import Composed, quotation
from rag.evidence import Scored, has_value
from rag.lookup import Lookup
from rag.questions import Wanted, content_terms

_TIME = (Wanted.DAY, Wanted.MONTH, Wanted.YEAR)
_QUANTITY = (Wanted.NUMBER, Wanted.PERCENT, Wanted.MONEY)
_OPEN = (Wanted.TEXT, Wanted.REASON, Wanted.YES_NO)
_FAR = 0.3
"""A lead over the second sentence larger than this says no more."""


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
    def lead(self) -> float:
        """Score of the best sentence above the best other one that is eligible."""
        top = self.top
        others = [s.score for s in self.lookup.scored if s.eligible and s is not top]
        return min(_FAR, top.score - max(others, default=0.0)) if top else 0.0

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


def _signal(name: str) -> Callable[[Case], float]:
    return lambda case: getattr(case.top.signals, name) if case.top else 0.0


def _asks(*kinds: Wanted) -> Callable[[Case], float]:
    return lambda case: case.lookup.asked.wanted in kinds


FEATURES = (
    Feature("found", "có câu làm bằng chứng được", lambda c: bool(c.lookup.found)),
    Feature("score", "điểm của câu tốt nhất", lambda c: c.top.score if c.top else 0.0),
    Feature("lead", "hơn câu thứ hai bao nhiêu điểm", lambda c: c.lead),
    Feature("document_lead", "hơn câu tốt nhất của tài liệu khác bao nhiêu điểm", lambda c: c.document_lead),
    Feature("inside", "phần từ của câu hỏi có trong chính câu đó", _signal("inside")),
    Feature("around", "phần từ của câu hỏi chỉ có ở gần đó", _signal("around")),
    Feature("missing", "độ hiếm của từ còn thiếu", _signal("missing")),
    Feature("cosine", "độ gần nghĩa giữa câu hỏi và câu", _signal("cosine")),
    Feature("passage", "điểm của đoạn chứa câu", _signal("passage")),
    Feature("nearest", "câu tốt nhất cũng gần nghĩa nhất", lambda c: _nearest(c)),
    Feature("named", "phần tên riêng của câu hỏi có trong chính câu đó", lambda c: c.named),
    Feature("names", "câu hỏi có tên riêng", lambda c: bool(c.lookup.asked.entities)),
    Feature("value", "câu có giá trị đúng loại được hỏi", lambda c: _value(c)),
    Feature("eligible", "số câu làm bằng chứng được (log)", lambda c: math.log1p(len(c.lookup.found))),
    Feature("length", "số từ của câu (log)", lambda c: _words(c.top.sentence.text) if c.top else 0.0),
    Feature("asked_length", "số từ có nghĩa của câu hỏi (log)", lambda c: _content(c.lookup.asked.own)),
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


def _nearest(case: Case) -> bool:
    top = case.top
    return top is not None and top.signals.cosine >= max(s.signals.cosine for s in case.lookup.scored)


def _value(case: Case) -> bool:
    """Open questions have no kind of value, so none can be found."""
    asked, top = case.lookup.asked, case.top
    return top is not None and asked.wanted not in _OPEN and has_value(asked, top.sentence.text)


def _words(text: str) -> float:
    return math.log1p(len(text.split()))


def _content(text: str) -> float:
    return math.log1p(len(content_terms(text)))
