"""Puts an answer together from verified claims, or from quotations; writes markers and citations."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from rag import facts
from rag.align import Aligned, align, claims_of
from rag.asked_values import has_value
from rag.correction import correct
from rag.evidence import Scored, instructs
from rag.landmarks import place_of
from rag.lookup import Lookup
from rag.parts import missing
from rag.pointer import adds, grounding, pointed
from rag.questions import Question, Wanted
from rag.records import Citation, Claim, Correction, ShortAnswer
from rag.short_answer import short_answer, stands_in
from rag.verify import Verdict

_LOG = logging.getLogger(__name__)
_LEAD = 3
"""First sentences of a document that any claim about it may cite."""
_GROUNDED = 0.8
"""Of the syllables that a rejected draft adds, those a sentence must hold to stand in for it."""
_GROUNDLESS = 0.4
"""Below this share in every sentence the draft is no sign of an answer. On news the eight drafts that were wrong for
want of evidence had at most .5, all but three of 46 right ones over .8 (2026-11-22)."""
_BREAK = "\n"
UNDATED = "\n(Tài liệu không ghi năm: {}.)"
"""Behind a list of meetings of a certain year; it is no claim."""
_DIGITS = re.compile(r"\d[\d.,/-]*")
_NO_ANSWER = re.compile(
    r"không (?:có|tìm thấy|được nêu|đề cập|nêu)[^.]{0,40}"
    r"(?:thông tin|câu trả lời|trong (?:các câu|tài liệu|câu trích))",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Composed:
    """The text of an answer with everything that proves it."""

    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    short: ShortAnswer | None
    extractive: bool


def denies(draft: str) -> bool:
    """True when the model says itself that the sentences hold no answer."""
    return bool(_NO_ANSWER.search(draft))


def from_draft(lookup: Lookup, evidence: Sequence[Scored], draft: str) -> Composed | None:
    """The supported claims of a draft, or None when they do not answer what was asked."""
    candidates = _citable(evidence)
    texts = [c.sentence.text for c in candidates]
    aligned = [align(claim, texts, question=lookup.asked.text) for claim in claims_of(draft)]
    supported = [a for a in aligned if a.verdict.supported and not _mixes(lookup.asked, a, candidates)]
    if not _answers(lookup, supported, candidates):
        _LOG.info("draft rejected: %r, %s", draft, [a.verdict.missing for a in aligned])
        return None
    alone = _alone(lookup.asked, supported, candidates)
    return _compose(lookup.asked, alone or supported, candidates, extractive=bool(alone))


def _alone(asked: Question, claims: Sequence[Aligned], candidates: Sequence[Scored]) -> list[Aligned]:
    """One eligible sentence, word for word, where a claim cites more only to repeat what the question said."""
    if len(claims) != 1 or len(claims[0].evidence) < 2:
        return []
    claim = claims[0]
    whole = [i for i in claim.evidence if grounding(asked.text, claim.text, candidates[i].sentence.text) == 1]
    return [Aligned(candidates[i].sentence.text, (i,), Verdict(True, "")) for i in whole if candidates[i].eligible][:1]


def quotation(lookup: Lookup, draft: str = "", read: Sequence[Scored] = ()) -> Composed:
    """The best sentences word for word; where a rejected draft points at a sentence it read, that one."""
    best = _pointed_at(lookup, draft, read) or lookup.best
    return _compose(lookup.asked, _verbatim(best), best, extractive=True)


def _verbatim(sentences: Sequence[Scored]) -> list[Aligned]:
    return [Aligned(s.sentence.text, (i,), Verdict(True, "")) for i, s in enumerate(sentences)]


def correction(lookup: Lookup) -> Correction | None:
    """What contradicts the question, with its citation."""
    corrected = correct(lookup.asked, lookup.scored)
    return Correction(corrected.text, citation(1, corrected.scored)) if corrected else None


def groundless(lookup: Lookup, draft: str, read: Sequence[Scored]) -> bool:
    """True when the words that a rejected draft adds to the question stand in no sentence it read, or it adds none.

    The model then found nothing there that answers. A wrong digit alone says nothing of the evidence, and a
    yes or no adds nothing by its nature.
    """
    if not draft.strip() or lookup.asked.many or Wanted.YES_NO in (lookup.asked.wanted, *lookup.asked.also):
        return False
    words = _DIGITS.sub(" ", draft)
    if words != draft and not adds(lookup.asked.text, words):
        return False
    shares = [share for said in (draft, words) for share, _ in _grounded(lookup, said, read)]
    return max(shares, default=0.0) < _GROUNDLESS


def _pointed_at(lookup: Lookup, draft: str, read: Sequence[Scored]) -> list[Scored]:
    """The eligible sentence that holds most of what a draft adds to the question, if it holds nearly all."""
    if lookup.asked.many or not draft:
        return []
    eligible = [(share, s.score, s) for share, s in _grounded(lookup, draft, read) if s.eligible]
    share, _, best = max(eligible, key=lambda item: item[:2], default=(0.0, 0.0, None))
    return [best] if best and share >= _GROUNDED else []


def _grounded(lookup: Lookup, draft: str, read: Sequence[Scored]) -> list[tuple[float, Scored]]:
    return [(grounding(lookup.asked.text, draft, s.sentence.text), s) for s in read]


def quotations(parts: Sequence[Lookup]) -> Composed:
    """The best sentences of every part word for word, then what is said of parts without evidence."""
    answered = [part for part in parts if part.found]
    best = list({s.sentence.id: s for part in answered for s in part.best}.values())
    composed = _compose(answered[0].asked, _verbatim(best), best, extractive=True)
    text = " ".join((composed.text, *(missing(part) for part in parts if not part.found)))
    return replace(composed, text=text)


@dataclass(frozen=True, slots=True)
class Said:
    """Words of documents that are shown, and every sentence that proves them."""

    text: str
    proofs: tuple[Scored, ...]


def listed(lines: Sequence[Sequence[Said]], *, undated: int = 0) -> Composed:
    """A list word for word, a line for each member; of the last `undated` ones it is said that no year is known."""
    said = [item for line in lines for item in line]
    candidates = list({proof.sentence.id: proof for item in said for proof in item.proofs}.values())
    ids = [candidate.sentence.id for candidate in candidates]
    aligned = [Aligned(s.text, tuple(ids.index(p.sentence.id) for p in s.proofs), Verdict(True, "")) for s in said]
    citations = tuple(citation(n, candidate) for n, candidate in enumerate(candidates, 1))
    starts = {sum(map(len, lines[:at])) for at in range(1, len(lines))}
    text, claims = _written(aligned, range(len(candidates)), starts)
    if undated:
        firsts = [0, *sorted(starts)][-undated:]
        marks = "".join(f"[{claims[first].citations[0]}]" for first in firsts)
        text += UNDATED.format(marks)
    return Composed(text, claims, citations, None, extractive=True)


def citation(number: int, scored: Scored) -> Citation:
    """A numbered quote of a sentence, as it was read from the stored text together with its document."""
    document, sentence = scored.context.document, scored.sentence
    place = place_of(scored.context.landmarks, sentence.start)
    return Citation(
        number,
        document.id,
        document.title,
        document.path,
        document.published.value if document.published else None,
        sentence.start,
        sentence.end,
        sentence.text,
        document.sha256,
        place.page,
        place.heading,
    )


def _citable(evidence: Sequence[Scored]) -> list[Scored]:
    """What a claim may cite: the evidence, then title and lead of its documents."""
    candidates = list(evidence)
    known = {c.sentence.id for c in candidates}
    for context in {s.context.document.id: s.context for s in evidence}.values():
        leading = [s for s in context.sentences[:_LEAD] if s.id not in known and not instructs(s.text)]
        candidates += [Scored(s, context, 0.0, False) for s in leading]
    return candidates


def _mixes(asked: Question, claim: Aligned, candidates: Sequence[Scored]) -> bool:
    """Values of several documents in one claim could be paired wrongly; only a list of names may."""
    if len({candidates[i].context.document.id for i in claim.evidence}) < 2:
        return False
    return not asked.many or bool(facts.quantities(claim.text) or facts.dates(claim.text) or facts.ordinals(claim.text))


def _answers(lookup: Lookup, supported: Sequence[Aligned], candidates: Sequence[Scored]) -> bool:
    """True when every asked value that the best sentence has is there, and for a list every document."""
    text, asked = " ".join(a.text for a in supported), lookup.asked
    best = lookup.found[0].sentence.text
    kinds = [w for w in (asked.wanted, *asked.also) if has_value(asked, best, w)]
    cited = {candidates[i].context.document.id for a in supported for i in a.evidence}
    whole = not asked.many or {s.context.document.id for s in lookup.best} <= cited
    return bool(text) and whole and all(has_value(asked, text, wanted) for wanted in kinds)


def _compose(
    asked: Question, aligned: Sequence[Aligned], candidates: Sequence[Scored], *, extractive: bool
) -> Composed:
    used = list(dict.fromkeys(i for a in aligned for i in a.evidence))
    citations = tuple(citation(n, candidates[i]) for n, i in enumerate(used, 1))
    text, claims = _written(aligned, used)
    plain = " ".join(a.text for a in aligned)
    short = _short(asked, plain, citations) or (None if extractive else _pointed(asked, aligned, citations))
    return Composed(text, claims, citations, short, extractive)


def _written(
    aligned: Sequence[Aligned], used: Sequence[int], starts: Collection[int] = ()
) -> tuple[str, tuple[Claim, ...]]:
    """The answer with its markers behind each claim, and the claims with their offsets in it.

    Args:
        starts: indexes of the claims that begin a line.
    """
    text, claims = "", []
    for at, item in enumerate(aligned):
        numbers = tuple(sorted(used.index(i) + 1 for i in item.evidence))
        start = len(text) + (1 if text else 0)
        text = f"{text}{_BREAK if at in starts else ' '}{item.text}".lstrip()
        claims.append(Claim(item.text, start, start + len(item.text), "supported", numbers))
        text += " " + "".join(f"[{n}]" for n in numbers)
    return text, tuple(claims)


def _pointed(asked: Question, aligned: Sequence[Aligned], citations: Sequence[Citation]) -> ShortAnswer | None:
    """What the model's one claim adds to the question, as it stands in the one sentence it cites."""
    if asked.many or asked.wanted in (Wanted.YES_NO, Wanted.REASON) or len(aligned) != 1 or len(citations) != 1:
        return None
    cited = citations[0]
    span = pointed(asked.text, aligned[0].text, cited.quote)
    return _cut(cited, span) if span else None


def _short(asked: Question, text: str, citations: Sequence[Citation]) -> ShortAnswer | None:
    """The value that answers, from the first citation whose value the answer gives."""
    for c in citations:
        span = short_answer(asked, c.quote, text)
        if span and stands_in(c.quote[span[0] : span[1]], text):
            return _cut(c, span)
    return None


def _cut(cited: Citation, span: tuple[int, int]) -> ShortAnswer:
    """The part `span` of a quote."""
    start, end = span
    return ShortAnswer(cited.quote[start:end], cited.document_id, cited.start + start, cited.start + end)
