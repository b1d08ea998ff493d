"""One question, one answer: look up, gate, then refuse or generate, align, verify."""

from __future__ import annotations

import re
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.compose import Composed, citation, denies, from_draft, groundless, quotation, quotations
from rag.confidence import read_confidence
from rag.courtesy import reply as courtesy
from rag.duplicates.corroboration import corroborated
from rag.errors import BadQuestion, DocumentChanged
from rag.features import Case
from rag.lookup import Lookup, likeliest
from rag.meetings.answers import Recorded, from_records
from rag.memory import recent
from rag.parts import understood
from rag.reading import fit
from rag.records import Citation, Event, Evidence, ModelNames, Status, Token, Turn
from rag.reply import Clock, Reply
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
    library: Library,
    question: str,
    history: Sequence[Turn] = (),
    *,
    extractive: bool = False,
    within: Collection[str] | None = None,
) -> Generator[Event, None, None]:
    """Answer a question: `Status`, `Evidence`, `Token` and at last `Done` events.

    Evidence comes before any token of the model; below the evidence floor no model is called. With
    `extractive`, given here or set, the best verified sentences are the answer and no model is used; so it is
    for a question in several parts. A greeting is answered in kind, without claims. An answer less probable than the
    setting `least_confidence` is refused. Closing the generator stops the model within 200 ms.

    Args:
        within: ids of the documents to which search, evidence, records and corrections are confined; None
            for the whole library.

    Raises:
        BadQuestion: empty, or longer than LONGEST_QUESTION characters.
        UnknownDocument: one of `within` is not, or no longer, there.
        HoidapError: whatever keeps the library or a model from working.
    """
    validate(question)
    for document_id in within or ():
        library.document(document_id)
    extractive = extractive or library.settings.extractive
    clock = Clock()
    model = read_confidence(library.settings.confidence)
    polite = courtesy(question)
    if polite:
        unread = ModelNames(None, library.settings.encoder)
        yield Reply(question, normalise(question), clock, unread, model).courtesy(polite)
        return
    yield Status("search", 0.0)
    parts = library.foresight.take(library, question, history, within)
    lookup = next((part for part in parts if part.found), parts[0])
    clock.evidence = clock.now()
    names = ModelNames(None if extractive else library.settings.llm, library.encoder.name)
    reply = Reply(question, understood(parts), clock, names, model)
    recorded = _from_records(library, parts, history, within)
    if recorded:
        quoting = replace(reply, meant=parts[0].asked.own, names=replace(names, llm=None))
        yield from _recorded(library, recorded, quoting, Case(parts[0], None), within)
        return
    found = [scored for part in parts for scored in part.found]
    if not found:
        yield reply.refusal(Case(lookup, None), "no_evidence")
        return
    yield Evidence(_shown(found), understood(parts))
    rejected = False
    if len(parts) > 1:
        final = quotations(parts)
    elif extractive or lookup.rivals:
        final = quotation(lookup)
    else:
        read, draft = yield from _generate(library, lookup, clock)
        if denies(draft):
            yield reply.refusal(Case(lookup, None, denied=True), "not_answered")
            return
        composed = from_draft(lookup, read, draft)
        rejected = composed is None
        if rejected and groundless(lookup, draft, read):
            yield reply.refusal(Case(lookup, None, rejected=True), "unverified")
            return
        final = composed or quotation(lookup, draft, read)
    final = _checked(library, final, within)
    case = Case(lookup, final, rejected=rejected)
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


def for_model(
    library: Library, parts: Sequence[Lookup], history: Sequence[Turn], within: Collection[str] | None
) -> Lookup | None:
    """What `ask` lets the model read of what was looked up; None where it answers without the model."""
    if library.settings.extractive:
        return None
    asks_model = len(parts) == 1 and parts[0].found and not parts[0].rivals
    return parts[0] if asks_model and not _from_records(library, parts, history, within) else None


def _from_records(
    library: Library, parts: Sequence[Lookup], history: Sequence[Turn], within: Collection[str] | None
) -> Recorded | None:
    """What the meeting records say; a question in several parts is not theirs."""
    if len(parts) > 1:
        return None
    before = [likeliest(library, question) for question, _ in reversed(recent(history))]
    return from_records(library, parts[0].asked.own, before, within=within)


def _recorded(
    library: Library, recorded: Recorded, reply: Reply, case: Case, within: Collection[str] | None
) -> Iterator[Event]:
    if recorded.answer is None:
        yield reply.refusal(case, "no_evidence")
        return
    yield Evidence(recorded.answer.citations[:_SHOWN], reply.meant)
    yield reply.records(_checked(library, recorded.answer, within))


def _checked(library: Library, composed: Composed, within: Collection[str] | None) -> Composed:
    """With the documents that say the same; never of a text that was replaced or deleted meanwhile."""
    for cited in composed.citations:
        known = library.store.find_by_sha256(cited.document_sha256)
        if known is None or known.id != cited.document_id:
            raise DocumentChanged(detail=cited.path)
    citations = corroborated(library, composed.citations)
    if within is not None:
        citations = tuple(replace(c, also=tuple(o for o in c.also if o.document_id in within)) for c in citations)
    return replace(composed, citations=citations)


def _shown(found: Sequence[Scored]) -> tuple[Citation, ...]:
    near = [s for s in found[:_SHOWN] if s.score >= _NEAR * found[0].score]
    return tuple(citation(number, scored) for number, scored in enumerate(near, 1))


def _generate(library: Library, lookup: Lookup, clock: Clock) -> Generator[Event, None, tuple[list[Scored], str]]:
    """Let the model phrase the answer; gives back what it read and its draft."""
    yield Status("load", 0.0)
    llm = library.llm  # Another one may take its place meanwhile.
    llm.load()
    evidence = lookup.to_read(library.settings.evidence_sentences)
    prompt, read = fit(evidence, lookup.asked.text, llm=llm, budget=library.settings.prompt_tokens)
    draft = ""
    with closing(llm.stream(prompt, max_tokens=library.settings.answer_tokens)) as events:
        for event in events:
            if isinstance(event, Token):
                clock.first_token = clock.first_token or clock.now()
                draft += event.text
            yield event
    yield Status("verify", 0.0)
    return read, draft
