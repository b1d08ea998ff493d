"""A conversation as a list of blocks, from which each kind of document is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rag.chats.records import Chat, ChatTurn, Outcome
from rag.records import REASONS, Answer, Citation, Corroboration

_UNREADABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""What no XML may hold, and what would turn the direction of the text around it."""


class Kind(StrEnum):
    TITLE = "title"
    QUESTION = "question"
    ANSWER = "answer"
    NOTE = "note"
    """About a question or an answer: when, how it was understood, why it was refused."""
    HEADING = "heading"
    SOURCE = "source"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Block:
    kind: Kind
    text: str
    """Plain text of any lines; everything in it is data."""


BearsOut = Callable[[Citation], bool]
"""Whether a document still has the text that was cited."""
_CHANGED = "Bài gốc đã thay đổi hoặc không còn trong kho sau câu trả lời này."


def transcript(chat: Chat, turns: Sequence[ChatTurn], bears_out: BearsOut) -> list[Block]:
    """The blocks of a conversation from top to bottom, with nothing in them that cannot be printed."""
    return [Block(block.kind, _UNREADABLE.sub("\ufffd", block.text)) for block in _blocks(chat, turns, bears_out)]


def _blocks(chat: Chat, turns: Sequence[ChatTurn], bears_out: BearsOut) -> Iterator[Block]:
    yield Block(Kind.TITLE, chat.title)
    yield Block(Kind.NOTE, f"{len(turns)} lượt hỏi đáp, từ {_moment(chat.created)} đến {_moment(chat.updated)}.")
    for turn in turns:
        yield Block(Kind.QUESTION, f"{turn.ordinal}. {' '.join(turn.question.split())}")
        yield Block(Kind.NOTE, f"Hỏi lúc {_moment(turn.asked_at)}.")
        if turn.scope:
            yield Block(Kind.NOTE, f"Chỉ hỏi trong: {turn.scope.name}")
        if turn.standalone and turn.standalone != turn.question:
            yield Block(Kind.NOTE, f"Hiểu là: {turn.standalone}")
        yield from _answered(turn.answer, bears_out) if turn.answer else _unanswered(turn, bears_out)


def _answered(answer: Answer, bears_out: BearsOut) -> Iterator[Block]:
    yield Block(Kind.ANSWER, answer.answer)
    if not answer.refused:
        yield from _sources("Nguồn", answer.citations, bears_out)
        return
    if answer.correction:
        yield Block(Kind.NOTE, answer.correction.text)
        yield from _sources("Nguồn", (answer.correction.citation,), bears_out)
    else:
        yield Block(Kind.NOTE, REASONS.get(answer.reason or "", ""))
    if answer.related:
        yield Block(Kind.HEADING, "Có thể liên quan")
        yield from (Block(Kind.SOURCE, related.title or related.document_id) for related in answer.related)


def _unanswered(turn: ChatTurn, bears_out: BearsOut) -> Iterator[Block]:
    yield Block(Kind.NOTE, "Đã dừng, chưa có câu trả lời." if turn.outcome is Outcome.STOPPED else f"Lỗi: {turn.error}")
    yield from _sources("Các câu gần nhất trong tài liệu", turn.evidence, bears_out)


def _sources(heading: str, citations: Sequence[Citation], bears_out: BearsOut) -> Iterator[Block]:
    if citations:
        yield Block(Kind.HEADING, heading)
    for citation in citations:
        yield Block(Kind.SOURCE, f"[{citation.number}] {_place(citation)}")
        yield Block(Kind.QUOTE, citation.quote)
        if not bears_out(citation):
            yield Block(Kind.NOTE, _CHANGED)
        yield from (Block(Kind.NOTE, f"Cùng đưa: {_place(other)}") for other in citation.also)


def _place(source: Citation | Corroboration) -> str:
    """`Tiêu đề, ngày 22/10/2024, trang 3, bai.txt, ký tự 10–52`."""
    page = source.page if isinstance(source, Citation) else None
    parts = (
        source.title,
        f"ngày {'/'.join(reversed(source.published.split('-')))}" if source.published else "không rõ ngày",
        f"trang {page}" if page else "",
        source.path,
        f"ký tự {source.start}–{source.end}",
    )
    return ", ".join(filter(None, parts))


def _moment(iso: str) -> str:
    """`22/10/2024 15:04` in this machine's time; what is no time as it stands."""
    try:
        return f"{datetime.fromisoformat(iso).astimezone():%d/%m/%Y %H:%M}"
    except ValueError:
        return iso
