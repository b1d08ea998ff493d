"""Noun phrases of questions and answers that a later question may point back to."""

from __future__ import annotations

import re

from rag.people import OFFICE
from rag.text import tokens

ASKED = re.compile(
    r"(?:vào\s+)?(?:từ\s+)?(?:ngày|năm|tháng|hôm|thời gian|lúc|buổi|khi)\s+(?:nào|mấy|bao nhiêu)"
    r"|bao giờ|(?:ở|tại)\s+đâu|vì sao|tại sao|(?:ở|tại)\s+(?:nơi|chỗ|huyện|tỉnh|xã|khu vực)\s+nào"
    r"|là ai|(?<!\w)ai(?!\w)|(?:có\s+)?bao nhiêu|là gì|(?:như )?thế nào|có phải|phải không"
    r"|(?<=\s)không$|(?<=\s)(?:nào|gì|mấy|đâu)(?!\w)",
    re.I,
)
"""The words by which a question asks."""
_STOP = re.compile(
    r"[,;.:?!()\[\]“”\"]|(?<!\w)(?:đã|đang|sẽ|được|bị|do|vào|lúc|khi|để|nhằm|có|là|thì|mà|gồm|diễn ra|kéo dài|đạt"
    r"|ban hành|quy định"
    r"|(?:vào\s+)?(?:ngày|sáng|chiều|trưa|tối|đêm|hôm)(?=\s+\d)"
    r"|ngày nào|hôm nào|(?P<asked>ai|gì|nào|đâu|mấy|bao nhiêu)|vì sao|tại sao|thế nào|này|đó|ấy|kia)(?!\w)",
    re.I,
)
_ASIDE = re.compile(r"\s*\([^()]*\)")
_LONGEST = 20
"""Syllables of a phrase at most."""
_LARGER = r"(?<!trưởng )(?<!tập )(?<!quân )(?<!sư )(?<!phó )(?<!\w)"
"""Before a head: what would make it the end of another word (`tập đoàn`, `trưởng đoàn`)."""

_MEETINGS = (
    ("buổi làm việc", r"làm việc", ""),
    ("cuộc gặp", r"gặp(?: mặt| gỡ)?(?: xã giao)?", "với "),
    ("chuyến thăm", r"thăm", "tới "),
    ("cuộc hội đàm", r"hội đàm", ""),
    ("cuộc họp", r"họp", ""),
    ("buổi tiếp", r"tiếp", "với "),
)
EVENT_HEADS = (
    "hội nghị|hội thảo|tọa đàm|diễn đàn|đại hội|hội đàm|kỳ họp|phiên họp|cuộc họp|buổi họp|buổi làm việc|cuộc làm việc"
    "|cuộc gặp mặt|cuộc gặp gỡ|cuộc gặp|buổi gặp|cuộc tiếp|buổi tiếp|chuyến thăm|chuyến công tác|chuyến đi|buổi lễ"
    "|lễ [^\\W\\d_]+|cuộc thi|sự kiện|cuộc hội đàm"
)
"""What an event is called, as alternatives of a pattern."""
_EVENT = re.compile(rf"(?<!\w)(?:{EVENT_HEADS})(?!\w)", re.I)
_MODAL = re.compile(r"(?:^|\s+)(?:đã|đang|sẽ|có|lên|về|sang|đến|tới|ra|vào|và|cùng|thăm|đi|buổi)$", re.I)


def phrase(head: str, text: str) -> str:
    """The first noun phrase of a text that begins with `head` and says which one; "" without any."""
    text = _ASIDE.sub("", text)
    for match in re.finditer(rf"{_LARGER}{re.escape(head)}(?!\w)", text, re.I):
        found = _up_to_stop(text, match.start(), match.end())
        if len(found) > len(head):
            return found
    return ""


def event(text: str) -> str:
    """The event a text is about: as it is called there, else named after its verb; "" without any.

    `Bộ trưởng X làm việc với tỉnh Y ngày nào` is about `buổi làm việc của Bộ trưởng X với tỉnh Y`.
    """
    for match in _EVENT.finditer(text):
        called = phrase(match.group(), text[match.start() :])
        if called:
            return called
    return next(filter(None, (_named_after(text, *meeting) for meeting in _MEETINGS)), "")


def _named_after(text: str, noun: str, verb: str, link: str) -> str:
    text = _ASIDE.sub("", text)
    match = re.search(rf"(?<!\w)(?<!buổi ){verb}(?!\w)", text, re.I)
    if match is None:
        return ""
    who = _actor(text[: match.start()])
    found = _up_to_stop(text, match.end(), match.end())
    if not who or not found:
        return ""
    linked = re.match(r"(?:với|ở|tại|trong|về)\s", found, re.I)
    return f"{noun} của {who} {'' if linked else link}{found}"


def _actor(before: str) -> str:
    """Who does it: the last part before the verb, without auxiliaries; "" where a question asks for it."""
    who = re.split(r"[,;.:?!]", before)[-1].strip()
    while _MODAL.search(who):
        who = _MODAL.sub("", who)
    who = re.sub(r"^(?:sáng|chiều|tối|trưa|ngày|hôm)\s+\S*\d\S*\s+", "", who, flags=re.I)
    if ASKED.search(who) or len(tokens(who)) > _LONGEST:
        return ""
    return who[:1].lower() + who[1:] if re.match(r"\w+ [^\W\d_A-ZĐ]", who) and not OFFICE.match(who) else who


def _up_to_stop(text: str, start: int, head_end: int) -> str:
    """What stands before the next mark, verb or date; "" when a question asks for the end of it."""
    stop = _STOP.search(text, head_end)
    if stop and stop["asked"]:
        return ""
    return " ".join(text[start : stop.start() if stop else len(text)].split()[:_LONGEST])
