"""One question, one answer: search, evidence, gate, then refuse or generate, align, verify."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prompts import render
from rag import facts
from rag.align import Aligned, align, claims_of
from rag.conversation import standalone
from rag.errors import BadQuestion
from rag.evidence import FLOOR, Scored, has_value, instructs, select
from rag.llm import Prompt
from rag.questions import Question, analyse
from rag.records import (
    REFUSAL,
    Answer,
    Citation,
    Claim,
    Done,
    Event,
    Evidence,
    ModelNames,
    Passage,
    Related,
    ShortAnswer,
    Status,
    Timings,
    Token,
    Turn,
)
from rag.retrieve import search, titles
from rag.short_answer import short_answer, stands_in
from rag.text import normalise
from rag.verify import Verdict

if TYPE_CHECKING:
    from rag.library import Library

_LOG = logging.getLogger(__name__)
LONGEST_QUESTION = 2000
"""Characters a question may have."""
_PASSAGES = 12
_RELATED = 3
_ITEMS = 4
"""Sentences of an extractive list."""
_READINGS = 3
"""Restorations of a toneless question that are tried."""
_SHOWN = 3
"""Sentences in the evidence event."""
_CLOSE = 0.7
"""For a list, a sentence of another document counts from this share of the best score."""
_NO_ANSWER = re.compile(r"không (?:có|tìm thấy|được nêu|đề cập|nêu)[^.]{0,40}(?:thông tin|câu trả lời|trong (?:các câu|tài liệu|câu trích))", re.I)


def ask(
    library: Library, question: str, history: Sequence[Turn] = (), *, extractive: bool = False
) -> Generator[Event, None, None]:
    """Answer a question: `Status`, `Evidence`, `Token` and at last `Done` events.

    Evidence comes before any token of the model; below the evidence floor no model is called. With
    `extractive` the best verified sentences are the answer and no model is used. Closing the
    generator stops the model within 200 ms.

    Raises:
        BadQuestion: empty, or longer than LONGEST_QUESTION characters.
        HoidapError: whatever keeps the library or a model from working.
    """
    validate(question)
    run = _Run(library, question, extractive)
    yield Status("search", 0.0)
    run.look_up(history)
    if not run.found:
        yield Done(run.refuse("no_evidence"))
        return
    yield Evidence(tuple(_citation(library, n, s) for n, s in enumerate(run.found[:_SHOWN], 1)), run.asked.text)
    run.evidence = _to_read(run.asked, run.found, run.scored, library.settings.evidence_sentences)
    if extractive:
        yield Done(run.extract())
        return
    yield from run.generate()
    yield Done(run.conclude())


def validate(question: str) -> None:
    """Refuse what is no question.

    Raises:
        BadQuestion: empty, or longer than LONGEST_QUESTION characters.
    """
    if not normalise(question) or not any(c.isalnum() for c in question):
        raise BadQuestion()
    if len(question) > LONGEST_QUESTION:
        raise BadQuestion(
            f"Câu hỏi dài {len(question)} ký tự, tối đa {LONGEST_QUESTION}.", next_step="Hãy hỏi ngắn gọn hơn."
        )


def _to_read(question: Question, found: Sequence[Scored], scored: Sequence[Scored], limit: int) -> list[Scored]:
    """What the model reads: the found sentences, then related ones of the same documents."""
    if question.many:
        found = _spread(found)
    chosen = list(found[:limit])
    documents = {s.context.document.id for s in chosen}
    rest = [s for s in scored if s not in chosen and s.context.document.id in documents and s.score >= FLOOR]
    return chosen + rest[: limit - len(chosen)]


def _spread(found: Sequence[Scored]) -> list[Scored]:
    """The best sentence of each document that is nearly as good as the best one, then the others."""
    first: dict[str, Scored] = {}
    for scored in found:
        if scored.score >= _CLOSE * found[0].score:
            first.setdefault(scored.context.document.id, scored)
    return [*first.values(), *(s for s in found if s not in first.values())]


def _citation(library: Library, number: int, scored: Scored) -> Citation:
    document, sentence = scored.context.document, scored.sentence
    return Citation(
        number,
        document.id,
        document.title,
        document.path,
        document.published.value if document.published else None,
        sentence.start,
        sentence.end,
        library.text(document.id)[sentence.start : sentence.end],
        document.sha256,
    )


@dataclass
class _Run:
    """The state of one question on its way to an answer."""

    library: Library
    question: str
    extractive: bool
    started: float = field(default_factory=time.perf_counter)
    searched: float = 0.0
    evidence_at: float | None = None
    first_token_at: float | None = None
    asked: Question = field(init=False)
    scored: list[Scored] = field(default_factory=list)
    found: list[Scored] = field(default_factory=list)
    evidence: list[Scored] = field(default_factory=list)
    related: tuple[Related, ...] = ()
    draft: str = ""

    def elapsed(self) -> float:
        return time.perf_counter() - self.started

    def look_up(self, history: Sequence[Turn]) -> None:
        """Find evidence; a reading of a toneless question that finds none gives way to the next."""
        marks = self.library.tone_marks
        turns = [(marks.restore(normalise(q)), normalise(a)) for q, a in history]
        readings = [
            analyse(standalone(reading, turns))
            for reading in marks.restorations(normalise(self.question), most=_READINGS)
        ]
        self._find(readings[0])
        for reading in readings[1:]:
            if self.found:
                return
            self._find(reading)
        if not self.found:
            self.asked = readings[0]

    def _find(self, asked: Question) -> None:
        passages = search(self.library, asked.text, k=_PASSAGES)
        self.searched = self.searched or self.elapsed()
        self.asked, self.scored = asked, select(self.library, asked, passages)
        self.found = [s for s in self.scored if s.eligible and s.score >= FLOOR]
        self.related = self.related or tuple(Related(*pair) for pair in titles(passages)[:_RELATED])
        self.evidence_at = self.elapsed()

    def generate(self) -> Iterator[Event]:
        """Let the model phrase the answer; its text is kept as a draft."""
        llm = self.library.llm
        yield Status("load", 0.0)
        llm.load()
        prompt = self._prompt()
        with closing(llm.stream(prompt, max_tokens=self.library.settings.answer_tokens)) as events:
            for event in events:
                if isinstance(event, Token):
                    self.first_token_at = self.first_token_at or self.elapsed()
                    self.draft += event.text
                yield event
        yield Status("verify", 0.0)

    def _prompt(self) -> Prompt:
        """As many evidence sentences as the token budget holds, grouped by document."""
        system = render("system")
        while True:
            user = render("answer", evidence=_listed(self.evidence), question=self.asked.text)
            if len(self.evidence) <= 1 or self.library.llm.count_tokens(user) <= self.library.settings.prompt_tokens:
                return Prompt(system, user)
            self.evidence.pop()

    def conclude(self) -> Answer:
        """The verified part of the draft, else the extractive answer, else the refusal."""
        if _NO_ANSWER.search(self.draft):
            return self.refuse("not_answered")
        candidates, texts = self._citable()
        aligned = [align(claim, texts, question=self.asked.text) for claim in claims_of(self.draft)]
        supported = [a for a in aligned if a.verdict.supported and not self._mixes(a, candidates)]
        if not self._answered(supported, candidates):
            _LOG.info("draft rejected: %r, %s", self.draft, [a.verdict.missing for a in aligned])
            return self.extract()
        return self._answer(supported, candidates, extractive=False)

    def _answered(self, supported: Sequence[Aligned], candidates: Sequence[Scored]) -> bool:
        """True when every asked value that the best sentence has, or for a list every document, is there."""
        text, best = " ".join(a.text for a in supported), self.found[0].sentence.text
        asked = [w for w in (self.asked.wanted, *self.asked.also) if has_value(self.asked, best, w)]
        cited = {candidates[i].context.document.id for a in supported for i in a.evidence}
        whole = not self.asked.many or {s.context.document.id for s in self._best_ones()} <= cited
        return bool(text) and whole and all(has_value(self.asked, text, wanted) for wanted in asked)

    def _mixes(self, claim: Aligned, candidates: Sequence[Scored]) -> bool:
        """Values of several documents in one claim could be paired wrongly; only a list of names may."""
        documents = {candidates[i].context.document.id for i in claim.evidence}
        if len(documents) < 2:
            return False
        return not self.asked.many or bool(
            facts.quantities(claim.text) or facts.dates(claim.text) or facts.ordinals(claim.text)
        )

    def _citable(self) -> tuple[list[Scored], list[str]]:
        """What a claim may cite: the evidence, then title and lead of its documents."""
        candidates = list(self.evidence)
        for context in {s.context.document.id: s.context for s in self.evidence}.values():
            leading = [Scored(s, context, 0.0, False) for s in context.sentences[:3] if not instructs(s.text)]
            known = {c.sentence.id for c in candidates}
            candidates += [c for c in leading if c.sentence.id not in known]
        return candidates, [c.sentence.text for c in candidates]

    def extract(self) -> Answer:
        """The best verified sentence, or for a list the best one of each document."""
        chosen = self._best_ones()
        aligned = [Aligned(s.sentence.text, (i,), Verdict(True, "")) for i, s in enumerate(chosen)]
        return self._answer(aligned, chosen, extractive=True)

    def _best_ones(self) -> list[Scored]:
        if not self.asked.many:
            return self.found[:1]
        first = {s.context.document.id: s for s in reversed(self.found) if s.score >= _CLOSE * self.found[0].score}
        return sorted(first.values(), key=self.found.index)[:_ITEMS]

    def _answer(self, aligned: Sequence[Aligned], candidates: Sequence[Scored], *, extractive: bool) -> Answer:
        used = list(dict.fromkeys(i for a in aligned for i in a.evidence))
        citations = tuple(_citation(self.library, n, candidates[i]) for n, i in enumerate(used, 1))
        text, claims = _written(aligned, used)
        return self._finish(
            answer=text,
            claims=claims,
            citations=citations,
            short=self._short(" ".join(a.text for a in aligned), citations),
            confidence=_probability(max(candidates[i].score for i in used)),
            extractive=extractive,
        )

    def _short(self, text: str, citations: Sequence[Citation]) -> ShortAnswer | None:
        spans = [(short_answer(self.asked, c.quote, text), c) for c in citations]
        found = [
            ShortAnswer(c.quote[span[0] : span[1]], c.document_id, c.start + span[0], c.start + span[1])
            for span, c in spans
            if span
        ]
        return next((s for s in found if stands_in(s.text, text)), None)

    def refuse(self, reason: str) -> Answer:
        """The constant refusal with its reason and the nearest documents."""
        best = max((s.score for s in self.found or self.scored), default=0.0)
        return self._finish(
            answer=REFUSAL, reason=reason, related=self.related, confidence=_probability(1 - best)
        )

    def _finish(
        self,
        *,
        answer: str,
        confidence: float,
        claims: tuple[Claim, ...] = (),
        citations: tuple[Citation, ...] = (),
        short: ShortAnswer | None = None,
        reason: str | None = None,
        related: tuple[Related, ...] = (),
        extractive: bool = False,
    ) -> Answer:
        times = (self.searched, self.evidence_at, self.first_token_at, self.elapsed())
        search_s, evidence_s, first_token_s, total_s = (round(t, 3) if t is not None else None for t in times)
        return Answer(
            question=self.question,
            standalone_question=self.asked.text,
            answer=answer,
            short_answer=short,
            refused=reason is not None,
            reason=reason,
            extractive=extractive,
            claims=claims,
            citations=citations,
            related=related,
            confidence=confidence,
            timings=Timings(search_s or 0.0, evidence_s, first_token_s, total_s or 0.0),
            model=ModelNames(None if self.extractive else self.library.settings.llm, self.library.encoder.name),
        )


def _probability(score: float) -> float:
    return round(min(0.99, max(0.01, score)), 2)


def _listed(evidence: Sequence[Scored]) -> str:
    """Sentences under the title of their document, documents in order of their best sentence."""
    by_document: dict[str, list[Scored]] = {}
    for scored in evidence:
        by_document.setdefault(scored.context.document.id, []).append(scored)
    blocks = []
    for group in by_document.values():
        document = group[0].context.document
        date = f" ({document.published.value})" if document.published else ""
        ordered = sorted(group, key=lambda s: s.sentence.ordinal)
        blocks.append("\n".join([f"# {document.title}{date}", *(f"- {s.sentence.text}" for s in ordered)]))
    return "\n".join(blocks)


def _written(aligned: Sequence[Aligned], used: Sequence[int]) -> tuple[str, tuple[Claim, ...]]:
    """The answer with its markers behind each claim, and the claims with their offsets in it."""
    text, claims = "", []
    for item in aligned:
        numbers = tuple(sorted(used.index(i) + 1 for i in item.evidence))
        start = len(text) + (1 if text else 0)
        text = f"{text} {item.text}".strip()
        claims.append(Claim(item.text, start, start + len(item.text), "supported", numbers))
        text += " " + "".join(f"[{n}]" for n in numbers)
    return text, tuple(claims)
