"""Reading ahead: what the model will probably be shown is read while nobody waits for it.

Both functions block, so they belong in a thread of their own; both give way to a question at once and stop within
200 ms when `cancelled` is set. What was read by then is kept, so nothing is lost by starting again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from threading import Event
from typing import TYPE_CHECKING

from prompts import render
from rag.answer import for_model, validate
from rag.context import read_context
from rag.courtesy import reply as courtesy
from rag.evidence import instructs
from rag.llm import Prompt
from rag.reading import fit, passage
from rag.records import Turn

if TYPE_CHECKING:
    from rag.library import Library


def read_ahead(
    library: Library,
    question: str,
    history: Sequence[Turn] = (),
    *,
    within: Collection[str] | None = None,
    cancelled: Event,
) -> bool:
    """Find the evidence of a question that may still be being typed, and let the model read it.

    `ask` with the same arguments then has both at once.

    Returns:
        Whether all of it has been read; False too where the model will have nothing to read.

    Raises:
        BadQuestion, UnknownDocument, HoidapError: as `rag.answer.ask`.
    """
    validate(question)
    if courtesy(question):
        return False
    parts = library.foresight.look_up(library, question, history, within)
    lookup = for_model(library, parts, history, within)
    if lookup is None or cancelled.is_set():
        return False
    settings = library.settings
    evidence = lookup.to_read(settings.evidence_sentences)
    prompt, _ = fit(evidence, lookup.asked.text, llm=library.llm, budget=settings.prompt_tokens)
    return library.llm.prefill(prompt, cancelled)


def read_on(library: Library, document_ids: Iterable[str], *, cancelled: Event) -> bool:
    """Let the model read whole documents, in the given order: those just cited, for what is asked next.

    A document that is gone meanwhile is passed over. Some 40 tokens a second, 60 tokens a sentence.

    Returns:
        Whether all of them have been read.
    """
    wanted = list(document_ids)
    there = library.store.documents_among(wanted)
    for document in (there[key] for key in wanted if key in there):
        context = read_context(library, document)
        sentences = [s for s in context.sentences if not instructs(s.text)]
        shown = passage(document, sentences)
        prompt = Prompt(render("system"), shown.text, (shown,))
        if cancelled.is_set() or not library.llm.prefill(prompt, cancelled):
            return False
    return True
