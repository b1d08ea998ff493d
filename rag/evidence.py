"""From passages to evidence: which sentences state what is asked, about whom and when it is asked."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag import premises
from rag.asked_values import has_value
from rag.context import DocumentContext, neighbourhood, read_context
from rag.duplicates.passages import said_once
from rag.questions import Question, content_terms
from rag.records import Passage, Sentence, SpanKind
from rag.text import terms

if TYPE_CHECKING:
    from embeddings.encoder import Floats
    from rag.library import Library

FLOOR = 0.55
"""Score below which a sentence is no evidence: the least of 101 right quotations on news, meetings and our own
questions had .60, six of 48 wrong ones less than .55 (2026-11-22)."""
_LEAST_TERMS = 2
"""A question with fewer terms of its own (a greeting, say) asks for nothing that could be looked up."""
_CONTEXT_WEIGHT = 0.4
"""Of a term that only the turn before has."""
_COSINE_LOW, _COSINE_RANGE = 0.78, 0.14
# Text that talks to an assistant instead of reporting: it is indexed and shown, but proves nothing.
_INSTRUCTION = re.compile(
    r"(?:bỏ qua|phớt lờ|quên|làm trái)\s+(?:đi\s+)?(?:mọi|tất cả|các|những|toàn bộ)?\s*(?:các\s+)?"
    r"(?:hướng dẫn|chỉ dẫn|mệnh lệnh|chỉ thị|quy tắc)(?:\s+(?:trước|trên|ở trên|đó|và|hãy)|\s*[,.;!])"
    r"|(?:ignore|disregard|forget)\s+(?:all\s+|any\s+)?(?:the\s+)?(?:previous|prior|above|your)"
    r"|(?:khi|nếu) (?:được |có ai |ai )hỏi\b[^.;]{0,40}trả lời"
    r"|(?:luôn|hãy|phải|chỉ được) (?:luôn )?(?:trả lời|nói) (?:rằng|là)\b"
    r"|system prompt|<\|im_|bạn là (?:một )?(?:trợ lý|chatbot|mô hình ngôn ngữ|AI\b)",
    re.I,
)


def instructs(text: str) -> bool:
    """True for a sentence that gives orders to an assistant."""
    return bool(_INSTRUCTION.search(text))


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence with its context and how well it serves as evidence."""

    sentence: Sentence
    context: DocumentContext
    score: float
    """0 to about 1.2."""
    eligible: bool
    """The premises of the question hold here and the sentence has a value of the asked kind."""
    covered: float = 0.0
    """Weighted share of the question's terms, 0 to 1; those only nearby count half."""
    cosine: float = 0.0
    """Of sentence and question."""


def select(library: Library, question: Question, passages: Sequence[Passage], vector: Floats) -> list[Scored]:
    """Evidence sentences of the passages: eligible ones first, best first within each group.

    Args:
        vector: of the question, float32 (dim,), unit length.
    """
    weights = _weights(library, question)
    if len(weights) < _LEAST_TERMS:
        return []
    with library.database.snapshot():
        documents = library.store.documents_among(p.document.id for p in passages)
        contexts = {key: read_context(library, document) for key, document in documents.items()}
        vectors = {key: library.store.sentence_vectors(key) for key in documents}
    scored: dict[int, Scored] = {}
    for passage in (p for p in passages if p.document.id in documents):
        context = contexts[passage.document.id]
        for sentence in context.sentences:
            inside = passage.chunk.start <= sentence.start < passage.chunk.end
            if inside and sentence.id not in scored:
                cosine = float(np.dot(vectors[passage.document.id][sentence.ordinal], vector))
                scored[sentence.id] = _score(question, context, sentence, cosine, weights, passage.score)
    return said_once(library, sorted(scored.values(), key=lambda s: (not s.eligible, -s.score, s.sentence.id)))


def _weights(library: Library, question: Question) -> dict[str, float]:
    """Inverse document frequency of the question's content syllables and bigrams; context counts less."""
    own = set(_content(question.own))
    return {t: _rarity(library, t) * (1.0 if t in own else _CONTEXT_WEIGHT) for t in _content(question.text)}


def _content(text: str) -> list[str]:
    content = set(content_terms(text))
    return [t for t in terms(text).folded if all(part in content for part in t.split("_"))]


def _rarity(library: Library, term: str) -> float:
    count, frequency = library.indexes.lexical.count, library.indexes.lexical.document_frequency(term)
    return math.log(1 + (count - frequency + 0.5) / (frequency + 0.5))


def _score(
    question: Question,
    context: DocumentContext,
    sentence: Sentence,
    cosine: float,
    weights: dict[str, float],
    passage_score: float,
) -> Scored:
    near = neighbourhood(context, sentence)
    covered = _covered(sentence.text, near, weights)
    closeness = min(1.0, max(0.0, (cosine - _COSINE_LOW) / _COSINE_RANGE))
    fits = has_value(question, sentence.text)
    score = 0.5 * covered + 0.3 * closeness + 0.2 * passage_score + (0.1 if fits else 0.0)
    if sentence.kind is SpanKind.CAPTION:
        score -= 0.05
    if instructs(sentence.text):
        return Scored(sentence, context, 0.0, False)
    eligible = fits and premises.holds(question, context, sentence) and premises.takes_up(question, sentence.text, near)
    return Scored(sentence, context, score, eligible, covered, cosine)


def _covered(text: str, near: str, weights: dict[str, float]) -> float:
    """Weighted share of the question's terms in the sentence; those only nearby count half."""
    total = sum(weights.values())
    if not total:
        return 0.0
    own, around = set(terms(text).folded), set(terms(near).folded)
    return sum(w * (1.0 if t in own else 0.5 if t in around else 0.0) for t, w in weights.items()) / total
