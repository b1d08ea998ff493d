"""What the model is given to read: evidence under its documents' titles, within a token budget."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from prompts import render
from rag.evidence import Scored
from rag.llm import Prompt

if TYPE_CHECKING:
    from rag.llm import LLM


def fit(evidence: Sequence[Scored], question: str, *, llm: LLM, budget: int) -> tuple[Prompt, list[Scored]]:
    """The prompt with as many of the sentences, best first, as `budget` tokens hold (at least one)."""
    kept = list(evidence)
    while True:
        user = render("answer", evidence=_listed(kept), question=question)
        if len(kept) == 1 or llm.count_tokens(user) <= budget:
            return Prompt(render("system"), user), kept
        kept.pop()


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
