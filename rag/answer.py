"""One question, one answer: look up, gate, then refuse or generate, align, verify."""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.compose import Composed, citation, denies, from_draft, quotation
from rag.confidence import Confidence, read_confidence
from rag.errors import BadQuestion, DocumentChanged
from rag.features import Case, features_of
from rag.lookup import Lookup, look_up
from rag.reading import fit
from rag.records import REFUSAL, Answer, Citation, Done, Event, Evidence, ModelNames, Status, Timings, Token, Turn
from rag.text import normalise

if TYPE_CHECKING:
    from rag.evidence import Scored
    from rag.library import Library

LONGEST_QUESTION = 2000
"""Characters a question may have."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHOWN = 3
"""Sentences in the evidence event at most."""
_NEAR = 0.75
"""Share of the best score from which a further sentence is shown."""


def ask(
    library: Library, question: str, history: Sequence[Turn] = (), *, extractive: bool = False
) -> Generator[Event, None, None]:
    """Answer a question: `Status`, `Evidence`, `Token` and at last `Done` events.

    Evidence comes before any token of the model; below the evidence floor no model is called. With
    `extractive` the best verified sentences are the answer and no model is used. An answer less
    probable than the setting `least_confidence` is refused. Closing the generator stops the model
    within 200 ms.

    Raises:
        BadQuestion: empty, or longer than LONGEST_QUESTION characters.
        HoidapError: whatever keeps the library or a model from working.
    """
    validate(question)
    clock = _Clock()
    yield Status("search", 0.0)
    lookup = look_up(library, question, history)
    clock.evidence = clock.now()
    names = ModelNames(None if extractive else library.settings.llm, library.encoder.name)
    reply = _Reply(question, lookup, clock, names, read_confidence(library.settings.confidence))
    if not lookup.found:
        yield reply.refusal(Case(lookup, None), "no_evidence")
        return
    yield Evidence(_shown(lookup.found), lookup.asked.text)
    composed: Composed | None = None
    if not extractive:
        evidence, draft = yield from _generate(library, lookup, clock)
        if denies(draft):
            yield reply.refusal(Case(lookup, None, denied=True), "not_answered")
            return
        composed = from_draft(lookup, evidence, draft)
    final = composed or quotation(lookup)
    _still_there(library, final.citations)
    case = Case(lookup, final, rejected=not (extractive or composed))
    done = reply.answer(case, final)
    if done.answer.confidence < library.settings.least_confidence:
        done = reply.refusal(case, "unverified" if case.rejected else "not_answered")
    yield done


def validate(question: str) -> None:
    """Refuse what is no question.

    Raises:
        BadQuestion: empty, or longer than LONGEST_QUESTION characters.
    """
    if not normalise(question) or not any(c.isalnum() for c in question) or _SURROGATE.search(question):
        raise BadQuestion()
    if len(question) > LONGEST_QUESTION:
        raise BadQuestion(
            f"Câu hỏi dài {len(question)} ký tự, tối đa {LONGEST_QUESTION}.", next_step="Hãy hỏi ngắn gọn hơn."
        )


@dataclass
class _Clock:
    """Seconds from the question to each event."""

    started: float = field(default_factory=time.perf_counter)
    evidence: float = 0.0
    first_token: float | None = None

    def now(self) -> float:
        return round(time.perf_counter() - self.started, 3)

    def timings(self) -> Timings:
        return Timings(self.evidence, self.evidence, self.first_token, self.now())


def _still_there(library: Library, citations: Sequence[Citation]) -> None:
    """Refuse to cite a text that was replaced or deleted while the answer was written."""
    for cited in citations:
        known = library.store.find_by_sha256(cited.document_sha256)
        if known is None or known.id != cited.document_id:
            raise DocumentChanged(detail=cited.path)


def _shown(found: Sequence[Scored]) -> tuple[Citation, ...]:
    near = [s for s in found[:_SHOWN] if s.score >= _NEAR * found[0].score]
    return tuple(citation(number, scored) for number, scored in enumerate(near, 1))


def _generate(library: Library, lookup: Lookup, clock: _Clock) -> Generator[Event, None, tuple[list[Scored], str]]:
    """Let the model phrase the answer; gives back what it read and its draft."""
    yield Status("load", 0.0)
    library.llm.load()
    evidence = lookup.to_read(library.settings.evidence_sentences)
    prompt, read = fit(evidence, lookup.asked.text, llm=library.llm, budget=library.settings.prompt_tokens)
    draft = ""
    with closing(library.llm.stream(prompt, max_tokens=library.settings.answer_tokens)) as events:
        for event in events:
            if isinstance(event, Token):
                clock.first_token = clock.first_token or clock.now()
                draft += event.text
            yield event
    yield Status("verify", 0.0)
    return read, draft


@dataclass(frozen=True, slots=True)
class _Reply:
    """Makes the last event from what every answer and refusal to a question has."""

    question: str
    lookup: Lookup
    clock: _Clock
    names: ModelNames
    model: Confidence

    def answer(self, case: Case, composed: Composed) -> Done:
        features = features_of(case)
        answer = Answer(
            question=self.question,
            standalone_question=self.lookup.asked.text,
            answer=composed.text,
            short_answer=composed.short,
            refused=False,
            reason=None,
            extractive=composed.extractive,
            claims=composed.claims,
            citations=composed.citations,
            related=(),
            confidence=self.model.answer.probability(features),
            timings=self.clock.timings(),
            model=self.names,
        )
        return Done(answer, features)

    def refusal(self, case: Case, reason: str) -> Done:
        """The constant refusal with its reason and the nearest documents."""
        features = features_of(case)
        model = self.model.no_evidence if reason == "no_evidence" else self.model.not_answered
        answer = Answer(
            question=self.question,
            standalone_question=self.lookup.asked.text,
            answer=REFUSAL,
            short_answer=None,
            refused=True,
            reason=reason,
            extractive=False,
            claims=(),
            citations=(),
            related=self.lookup.related,
            confidence=model.probability(features),
            timings=self.clock.timings(),
            model=self.names,
        )
        return Done(answer, features)
