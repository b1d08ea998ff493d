"""The last event: an answer, a refusal or a greeting has exactly what belongs to it."""

from __future__ import annotations

from rag.answer import ask
from rag.courtesy import GREETING
from rag.library import Library
from rag.records import REFUSAL, Answer, Done
from rag.reply import Clock


def answer_to(library: Library, question: str) -> Answer:
    *_, last = ask(library, question, extractive=True)
    assert isinstance(last, Done)
    return last.answer


def test_a_greeting_claims_nothing_and_is_sure(library: Library) -> None:
    """An empty library would be an error for a question: a greeting looks nothing up."""
    answer = answer_to(library, "Chào bạn!")
    assert (answer.answer, answer.refused, answer.reason, answer.confidence) == (GREETING, False, None, 1.0)
    assert not any((answer.claims, answer.citations, answer.related, answer.short_answer, answer.correction))
    assert answer.model.llm is None


def test_a_refusal_carries_the_correction_and_no_claim(seeded: Library) -> None:
    answer = answer_to(seeded, "Đại tướng Phan Văn Giang làm việc với Ban Thường vụ Tỉnh ủy Sơn La chiều 22/10 ở đâu?")
    assert (answer.answer, answer.refused, answer.reason) == (REFUSAL, True, "no_evidence")
    assert not any((answer.claims, answer.citations, answer.short_answer))
    assert answer.correction is not None
    assert answer.correction.text == "Tài liệu gần nhất nói về “Sáng 22/10”, không nêu “chiều 22/10”."
    cited = answer.correction.citation
    assert seeded.text(cited.document_id)[cited.start : cited.end] == cited.quote
    assert cited.document_id in {r.document_id for r in answer.related}


def test_an_answer_has_no_correction(seeded: Library) -> None:
    answer = answer_to(seeded, "Đại tướng Phan Văn Giang làm việc với Ban Thường vụ Tỉnh ủy Sơn La sáng 22/10 ở đâu?")
    assert not answer.refused
    assert (answer.correction, answer.related, answer.reason) == (None, (), None)


def test_times_without_an_event_are_none() -> None:
    clock = Clock()
    timings = clock.timings()
    assert (timings.evidence_s, timings.first_token_s, timings.search_s) == (None, None, 0.0)
    clock.evidence = clock.now()
    assert clock.timings().total_s >= clock.timings().search_s == clock.evidence
