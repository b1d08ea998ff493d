"""The last event of a question: an answer, a refusal or a greeting, with its confidence and its times."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from rag.compose import Composed, correction
from rag.confidence import Confidence
from rag.features import Case, features_of
from rag.meetings.answers import CONFIDENCE
from rag.records import REFUSAL, Answer, Done, ModelNames, Timings


@dataclass
class Clock:
    """Seconds from the question to each event."""

    started: float = field(default_factory=time.perf_counter)
    evidence: float | None = None
    first_token: float | None = None

    def now(self) -> float:
        return round(time.perf_counter() - self.started, 3)

    def timings(self) -> Timings:
        return Timings(self.evidence or 0.0, self.evidence, self.first_token, self.now())


@dataclass(frozen=True, slots=True)
class Reply:
    """Makes the last event from what every answer and refusal to a question has."""

    question: str
    meant: str
    """The question as it stands alone."""
    clock: Clock
    names: ModelNames
    model: Confidence

    def answer(self, case: Case, composed: Composed) -> Done:
        """What was composed."""
        features = features_of(case)
        answer = self._said(
            composed.text,
            short_answer=composed.short,
            extractive=composed.extractive,
            claims=composed.claims,
            citations=composed.citations,
            confidence=self.model.answer.probability(features),
        )
        return Done(answer, features)

    def records(self, composed: Composed) -> Done:
        """A list from the meeting records."""
        answer = self._said(
            composed.text,
            extractive=True,
            claims=composed.claims,
            citations=composed.citations,
            confidence=CONFIDENCE,
        )
        return Done(answer)

    def refusal(self, case: Case, reason: str) -> Done:
        """The constant refusal with its reason, the nearest documents and what contradicts the question."""
        features = features_of(case)
        model = self.model.no_evidence if reason == "no_evidence" else self.model.not_answered
        answer = self._said(
            REFUSAL,
            refused=True,
            reason=reason,
            related=case.lookup.related,
            correction=correction(case.lookup),
            confidence=model.probability(features),
        )
        return Done(answer, features)

    def courtesy(self, polite: str) -> Done:
        """A greeting for a greeting: no claim, no citation, no refusal, no model."""
        return Done(self._said(polite, confidence=1.0))

    def _said(self, text: str, **said: Any) -> Answer:
        nothing = {"short_answer": None, "refused": False, "reason": None, "extractive": False}
        none_of = {"claims": (), "citations": (), "related": (), "correction": None}
        return Answer(
            question=self.question,
            standalone_question=self.meant,
            answer=text,
            **{**nothing, **none_of, **said},
            timings=self.clock.timings(),
            model=self.names,
        )
