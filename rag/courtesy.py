"""Greetings, thanks and farewells, and the polite words around a question."""

from __future__ import annotations

import re

from rag.text import fold, normalise

GREETING = (
    "Chào bạn! Hãy hỏi tôi về các cuộc họp trong tài liệu, ví dụ: “Hội nghị diễn ra ở đâu?” hoặc "
    "“Ai chủ trì cuộc họp?”."
)
THANKS = "Rất vui được giúp bạn. Bạn cứ hỏi tiếp về các tài liệu trong kho nhé."
FAREWELL = "Tạm biệt bạn! Hẹn gặp lại."
REPLIES = (GREETING, THANKS, FAREWELL)
"""All there are: an answer that is one of these states nothing about any document."""


def lenient(pattern: str) -> str:
    """A pattern in which each marked letter may also stand without its marks; an escape stands for itself alone."""
    return re.sub(r"[^\x00-\x7f]", lambda m: f"[{m.group()}{fold(m.group())}]", pattern)


_WHOM = r"(?:các |quý )?(?:bạn|anh chị|anh|chị|em|cô|chú|bác|thầy|ad|admin|mọi người|trợ lý|bot|hoidap|nhé|\u1ea1)"
_I = r"(?:mình|tôi|em|tớ|cháu|con|chúng tôi|chúng mình|anh|chị)"
_END = r"[\s,.!?:;~)]*"
_HELLO = (
    rf"(?:(?:em |cháu |tôi |mình )?(?:xin )?(?:kính )?chào(?! mừng)(?: buổi (?:sáng|trưa|chiều|tối))?"
    rf"|hello|hi|hey|alo|a lô)(?: {_WHOM})*"
)
_MUCH = rf"(?: (?:{_WHOM}|nhiều|rất|lắm|trước|vì đã giúp|so much))*"
_THANK = rf"(?:(?:xin |{_I} )*(?:cảm ơn|cám ơn)|thanks|thank you|tks){_MUCH}"
_BYE = rf"(?:(?:xin |chào )?tạm biệt|bye bye|bye|goodbye|hẹn gặp lại)(?: {_WHOM})*"
_OPENING = (
    rf"(?:{_HELLO}|(?:d\u1ea1|vâng|thưa)(?:,|(?: {_WHOM})+|(?= cho {_I}))|{_WHOM} ơi)(?![^\W\d_])[\s,.!:;]+"
    rf"|(?:{_WHOM} )*(?:vui lòng |làm ơn |xin |hãy |giúp |có thể )*(?:nói |chỉ )?cho {_I}(?: xin)?(?: được)?"
    rf" (?:hỏi|biết)(?: là| rằng| xem| với| chút| một chút| tí)*(?![^\W\d_])[\s,:]*"
    rf"|{_I} (?:muốn|cần|xin)(?: được)? (?:hỏi|biết)(?: là| rằng)?(?![^\W\d_])[\s,:]*"
)
_CLOSING = (
    rf"\s*[,.!?;\u1ea1]\s*{_THANK}|[\s,.!?]+(?:với )?(?:\u1ea1|nhé|nha|nhá|please)"
    rf"|[\s,.!?]+(?:giúp|hộ|giùm) {_I}(?: với)?|[\s,.!?]+voi a"
)
_GREETING = re.compile(lenient(rf"(?:{_END}{_HELLO}{_END})+"), re.I)
_THANKS = re.compile(
    lenient(rf"(?:(?:ok|oke|vâng|dạ|tốt|hay|tuyệt|rồi)[\s,.!]+)*{_THANK}{_END}(?:{_BYE}{_END})?"), re.I
)
_FAREWELL = re.compile(lenient(rf"(?:{_THANK}{_END})?{_BYE}{_END}"), re.I)
_OPENINGS = re.compile(lenient(rf"^(?:{_OPENING})+"), re.I)
_CLOSINGS = re.compile(lenient(rf"(?:{_CLOSING})+{_END}$"), re.I)
_ASKED = re.compile(lenient(r"(?:hỏi|biết)[^?]*$"), re.I)
_COULD = re.compile(lenient(r"có thể"), re.I)
_TAIL = re.compile(lenient(r"\s+(?:với|không)(?=\W*$)"), re.I)


def reply(question: str) -> str | None:
    """The polite answer to what is nothing but a greeting, thanks or a farewell."""
    text = normalise(question)
    for pattern, answer in ((_GREETING, GREETING), (_THANKS, THANKS), (_FAREWELL, FAREWELL)):
        if pattern.fullmatch(text):
            return answer
    return None


def unwrapped(question: str) -> str:
    """The question, in normal form, without the polite words around it; as it is when nothing would be left."""
    text = normalise(question)
    opening = _OPENINGS.search(text)
    inner = text[opening.end() :] if opening else text
    closed = _CLOSINGS.sub("", inner)
    tail = _TAIL.search(closed)
    if opening and tail and (_COULD if fold(tail.group()) == " khong" else _ASKED).search(opening.group()):
        closed = closed[: tail.start()]
    if not any(c.isalnum() for c in closed):
        return text
    return f"{closed}?" if "?" in inner[len(closed) :] else closed
