"""Reading ahead: what the model will probably be shown is read while nobody waits for it.

It blocks, so it belongs in a thread of its own; it gives way to a question at once and stops within 200 ms when
`cancelled` is set. What was read by then is kept, so nothing is lost by starting again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from threading import Event
from typing import TYPE_CHECKING

from rag.answer import for_model, validate
from rag.courtesy import reply as courtesy
from rag.reading import fit
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
