"""What the model is given to read: evidence under its documents' titles, within a token budget."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from prompts import render
from rag.evidence import Scored
from rag.llm import Passage, Prompt
from rag.records import Document, Sentence

if TYPE_CHECKING:
    from rag.llm import LLM


def fit(evidence: Sequence[Scored], question: str, *, llm: LLM, budget: int) -> tuple[Prompt, list[Scored]]:
    """The prompt with as many of the sentences, best first, as `budget` tokens hold (at least one)."""
    kept = list(evidence)
    while True:
        passages = _passages(kept)
        user = render("answer", evidence="".join(p.text for p in passages), question=question)
        if len(kept) == 1 or llm.count_tokens(user) <= budget:
            return Prompt(render("system"), user, passages), kept
        kept.pop()


def _passages(evidence: Sequence[Scored]) -> tuple[Passage, ...]:
    """Sentences under the title of their document, documents in order of their best sentence."""
    by_document: dict[str, list[Scored]] = {}
    for scored in evidence:
        by_document.setdefault(scored.context.document.id, []).append(scored)
    return tuple(
        _passage(group[0].context.document, sorted((s.sentence for s in group), key=lambda s: s.ordinal))
        for group in by_document.values()
    )


def _passage(document: Document, sentences: Iterable[Sentence]) -> Passage:
    """Under their heading; the title is not said twice."""
    date = f" ({document.published.value})" if document.published else ""
    lines = (f"# {document.title}{date}", *(f"- {s.text}" for s in sentences if s.text != document.title))
    return Passage("".join(f"{line}\n" for line in lines), document.sha256)
