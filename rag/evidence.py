"""From passages to evidence: which sentences state what is asked, about whom and when it is asked."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag import facts
from rag.asked_dates import asked_dates
from rag.dates import DateMention, find_dates
from rag.people import OFFICE, Person, find_people
from rag.questions import DESIGNATED, Office, Question, Wanted, content_terms
from rag.records import Document, Passage, Sentence, SpanKind
from rag.text import fold, terms

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
_ORDINAL = re.compile(r"thứ mấy|lần mấy|khóa mấy", re.I)
_MONEY = re.compile(
    r"\d[\d.,]*\s*(?:nghìn tỷ|tỷ|tỉ|triệu|nghìn|ngàn)?\s*(?:đồng|tỷ|tỉ|triệu|nghìn|ngàn|usd|đô la|euro|vnd|sgd)", re.I
)
_PLACE = re.compile(
    r"(?<!\w)(?:tại|ở|đến|tới|về|thăm|huyện|tỉnh|xã|thành phố|TP|phường|quận|châu|đường|nước)(?!\w)", re.I
)
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


# A person already introduced: by courtesy and given name, or by courtesy alone.
_COURTESY = re.compile(
    r"(?<!\w)(?i:ông|bà|anh|chị|cô|thầy|em|tiến sĩ|bác sĩ|TS\.?|PGS\.?)"
    r"(?: ((?:[A-ZĐÀ-Ỹ][^\W\d_]* ?)+)| (?:ấy|này|ta)|(?= [a-zà-ỹđ]))"
)


def instructs(text: str) -> bool:
    """True for a sentence that gives orders to an assistant."""
    return bool(_INSTRUCTION.search(text))


@dataclass(frozen=True, slots=True)
class DocumentContext:
    """What a document says of itself: title, lead and date count as context of every sentence."""

    document: Document
    sentences: tuple[Sentence, ...]
    keys: tuple[str, ...]
    """Tone keys of all its evidence sentences."""
    lead: str
    """Title, first sentences and date in words."""
    dates: tuple[DateMention, ...]
    """The dates that place the document in time: its header, else those of its lead."""


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
    with library.store.snapshot():
        documents = library.store.documents_among(p.document.id for p in passages)
        contexts = {key: _context(library, document) for key, document in documents.items()}
        vectors = {key: library.store.sentence_vectors(key) for key in documents}
    scored: dict[int, Scored] = {}
    for passage in (p for p in passages if p.document.id in documents):
        context = contexts[passage.document.id]
        for sentence in context.sentences:
            inside = passage.chunk.start <= sentence.start < passage.chunk.end
            if inside and sentence.id not in scored:
                cosine = float(np.dot(vectors[passage.document.id][sentence.ordinal], vector))
                scored[sentence.id] = _score(question, context, sentence, cosine, weights, passage.score)
    return sorted(scored.values(), key=lambda s: (not s.eligible, -s.score, s.sentence.id))


def _context(library: Library, document: Document) -> DocumentContext:
    sentences = tuple(library.store.sentences(document.id))
    body = [s.text for s in sentences if s.kind is SpanKind.BODY][:2]
    date = document.published.value if document.published else ""
    header = find_dates(date)
    lead_dates = [d for text in body for d in find_dates(text) if d.day is not None][:1]
    keys = tuple(key for s in sentences for key in facts.keys(s.text))
    return DocumentContext(document, sentences, keys, "\n".join((document.title, *body)), (*header, *lead_dates))


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
    eligible = fits and premise_holds(question, context, sentence)
    return Scored(sentence, context, score, eligible, covered, cosine)


def neighbourhood(context: DocumentContext, sentence: Sentence) -> str:
    """The text that says whom and when a sentence is about: title, lead, the two sentences before."""
    before = context.sentences[max(0, sentence.ordinal - 2) : sentence.ordinal]
    return "\n".join((context.lead, *(s.text for s in before)))


def _covered(text: str, near: str, weights: dict[str, float]) -> float:
    """Weighted share of the question's terms in the sentence; those only nearby count half."""
    total = sum(weights.values())
    if not total:
        return 0.0
    own, around = set(terms(text).folded), set(terms(near).folded)
    return sum(w * (1.0 if t in own else 0.5 if t in around else 0.0) for t, w in weights.items()) / total


def premise_holds(question: Question, context: DocumentContext, sentence: Sentence) -> bool:
    """True when nothing the question states is foreign to the sentence and its document."""
    for entity in question.entities:
        if not facts.contains_run(context.keys, entity):
            return False
    near = f"{neighbourhood(context, sentence)}\n{sentence.text}"
    people = [e for e in question.entities if len(e) >= 3]
    if any(not (facts.contains_run(facts.keys(near), e) or _goes_on(sentence.text, e)) for e in people):
        return False
    return (
        _dates_hold(question, context, sentence)
        and all(any(number in s.text for s in context.sentences) for number in question.documents)
        and _quantities_hold(question, context)
    )


def _goes_on(text: str, name: tuple[str, ...]) -> bool:
    """True when a sentence goes on about a person of its document: `ông Thắng`, or only `Ông`."""
    for match in _COURTESY.finditer(text):
        called = facts.keys(match.group(1) or "")
        if not called or called[-1] == name[-1]:
            return True
    return False


def _dates_hold(question: Question, context: DocumentContext, sentence: Sentence) -> bool:
    """An asked day stands in the document; an asked month or year there, or does not contradict its date."""
    own = find_dates(sentence.text)
    for asked in question.dates:
        if any(date.states(asked) for date in (*own, *context.dates)):
            continue
        if asked.day is not None:
            if not any(d.states(asked) for s in context.sentences for d in find_dates(s.text)):
                return False
        elif any(date.contradicts(asked) for date in context.dates):
            return False
    return True


def _quantities_hold(question: Question, context: DocumentContext) -> bool:
    if not question.quantities:
        return True
    held = {q.value for s in context.sentences for q in facts.quantities(s.text)}
    words = {n for s in context.sentences for n in (*facts.word_numbers(s.text, sure=False), *facts.ordinals(s.text))}
    return all(q.value in held or q.value in words for q in question.quantities)


def has_value(question: Question, text: str, wanted: Wanted | None = None) -> bool:
    """True when the text has a value of the asked kind that the question does not state itself.

    Args:
        wanted: another kind than the question's first.
    """
    asked = fold(question.text)
    wanted = wanted or question.wanted
    match wanted:
        case Wanted.DAY | Wanted.MONTH | Wanted.YEAR:
            return bool(asked_dates(question, text, wanted))
        case Wanted.PERCENT:
            return any(q.percent and q not in question.quantities for q in facts.quantities(text))
        case Wanted.MONEY:
            return bool(_MONEY.search(text))
        case Wanted.NUMBER:
            return _has_number(question, text)
        case Wanted.PERSON:
            return any(fold(p.name) not in asked and _holds(p, question.office) for p in find_people(text))
        case Wanted.OFFICE:
            return bool(OFFICE.search(text))
        case Wanted.PLACE:
            return any(" ".join(run) not in asked for run in facts.names(text)) or bool(_PLACE.search(text))
        case _:
            return True


def _has_number(question: Question, text: str) -> bool:
    """A count that is no date, document number or part of a name, and not the question's own."""
    for name in DESIGNATED.finditer(text):
        text = text.replace(name.group(), " ")
    asked = {q.value for q in question.quantities}
    words = facts.ordinals(text) if _ORDINAL.search(question.own) else facts.word_numbers(text, sure=False)
    return any(q.value not in asked for q in facts.quantities(text)) or any(n not in asked for n in words)


def _holds(person: Person, office: Office | None) -> bool:
    """True when one of the person's posts is the asked one, in the asked body where the question names it."""
    if office is None:
        return True
    return any(
        facts.keys(post.office) == facts.keys(office.title) and facts.contains_run(post.body, office.body)
        for post in person.posts
    )
