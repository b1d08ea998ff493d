"""Turns of every outcome, of ordinary and of any text."""

from __future__ import annotations

from hypothesis import strategies as st
from strategies import any_text

from rag.chats.records import ChatTurn, Outcome, Scope
from rag.records import (
    REFUSAL,
    Answer,
    Citation,
    Claim,
    Correction,
    Corroboration,
    ModelNames,
    Related,
    ShortAnswer,
    Timings,
)

NOW = "2026-11-22T08:30:00.000+00:00"


def cited(
    quote: str = "Sáng 22/10, đoàn làm việc.", title: str = "Đoàn làm việc với Sơn La", page: int = 3
) -> Citation:
    also = (Corroboration("d2", "Bài khác", "b.txt", None, 0, len(quote), quote, "0" * 64),)
    return Citation(1, "d1", title, "a.txt", "2024-10-22", 10, 10 + len(quote), quote, "0" * 64, page, "Mục 1", also)


def answered(question: str = "Đoàn làm việc khi nào?", text: str = "Sáng 22/10 [1].", quote: str = "") -> ChatTurn:
    citation = cited(quote) if quote else cited()
    answer = Answer(
        question=question,
        standalone_question=question,
        answer=text,
        short_answer=ShortAnswer("22/10", "d1", 15, 20),
        refused=False,
        reason=None,
        extractive=False,
        claims=(Claim(text, 0, len(text), "supported", (1,)),),
        citations=(citation,),
        related=(),
        correction=None,
        confidence=0.93,
        timings=Timings(0.05, 0.31, None, 4.8),
        model=ModelNames("qwen2.5-coder-1.5b", "multilingual-e5-small"),
    )
    return ChatTurn(question, NOW, Outcome.ANSWERED, question, answer, features={"margin": 0.25})


def refused(question: str = "Giá vàng?") -> ChatTurn:
    answer = Answer(
        question, question, REFUSAL, None, True, "no_evidence", False, (), (), (Related("d1", "Bài gần nhất"),),
        Correction("Tài liệu nêu “sáng”, không nêu “chiều”.", cited()), 0.2, Timings(0.1, None, None, 0.1),
        ModelNames(None, "e5"),
    )  # fmt: skip
    return ChatTurn(question, NOW, Outcome.ANSWERED, question, answer)


STOPPED = ChatTurn("Câu bị dừng?", NOW, Outcome.STOPPED, "Câu bị dừng?", evidence=(cited(),))
FAILED = ChatTurn(
    "Câu hỏng?",
    NOW,
    Outcome.FAILED,
    error="Mô hình ngôn ngữ gặp lỗi. Hãy thử lại.",
    searched=5,
    scope=Scope("Cuộc họp sáng 22/10", ("d1", "d2")),
)


def any_turn() -> st.SearchStrategy[ChatTurn]:
    """Turns in which every string is any text."""
    turns = st.builds(answered, any_text, any_text, any_text) | st.builds(refused, any_text)
    open_ended = st.builds(
        ChatTurn,
        question=any_text,
        asked_at=st.just(NOW),
        outcome=st.sampled_from([Outcome.STOPPED, Outcome.FAILED]),
        standalone=any_text,
        evidence=st.lists(st.builds(cited, any_text, any_text), max_size=2).map(tuple),
        error=any_text,
    )
    return turns | open_ended
