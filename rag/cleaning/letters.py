"""Official papers and e-mails: their heads, signatures and lists of recipients."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.cleaning.lines import Line

_MOTTO = re.compile(r"cong hoa xa hoi chu nghia viet nam|doc lap\W+tu do\W+hanh phuc|dang cong san viet nam")
_HEAD_LINES = 15
_SIGNED = re.compile(r"\((?:da )?ky(?:,? (?:ten|ghi ro ho ten|dong dau|va ghi ro ho ten))*\)|\d{1,3}")
_RECIPIENTS = re.compile(r"noi nhan")
_TYPE = re.compile(
    r"(?:BIÊN BẢN|THÔNG BÁO|KẾT LUẬN|NGHỊ QUYẾT|QUYẾT ĐỊNH|KẾ HOẠCH|BÁO CÁO|TỜ TRÌNH|CHỈ THỊ|CÔNG ĐIỆN|GIẤY MỜI"
    r"|CHƯƠNG TRÌNH|HƯỚNG DẪN|ĐỀ ÁN|PHƯƠNG ÁN|QUY CHẾ|QUY ĐỊNH|HỢP ĐỒNG|ĐƠN)\b"
)

_FIELD = re.compile(r"(?:từ|from|ngày|date|gửi|sent|tới|đến|to|b?cc|người (?:gửi|nhận)|reply-to)\s*:", re.I)
_SUBJECT = re.compile(r"(?:chủ đề|tiêu đề|subject)\s*:\s*(?=\S)", re.I)
_FORWARDED = re.compile(r"-{3,}.{5,40}-{3,}")
_QUOTED = re.compile(r">|.{0,120}(?:đã viết|wrote):$")
_CLOSING = re.compile(r"(?:xin )?(?:tran trong|than men|than ai|kinh thu|best regards|regards)(?: \w+){0,3},?")
_NOTICE = re.compile(
    r"(?:luu y\W+)?(?:thu|email|thu dien tu|this e-?mail)\b.{0,12}\b(?:nay|message).{0,40}\b(?:mat|confidential)"
)


def is_official(lines: Sequence[Line]) -> bool:
    """True of a paper under the state's motto: minutes, notices, decisions."""
    return sum(bool(_MOTTO.fullmatch(line.folded)) for line in lines[:_HEAD_LINES]) >= 2


def furniture_of_paper(lines: Sequence[Line]) -> set[int]:
    """Motto, signing notes, page numbers and the list of recipients; who signs and the paper's number are kept."""
    found, listing = set(), False
    for at, line in enumerate(lines):
        listing = bool(_RECIPIENTS.fullmatch(line.folded)) or (listing and line.text[0] in "-+•–")
        if listing or _MOTTO.fullmatch(line.folded) or _SIGNED.fullmatch(line.folded.strip()):
            found.add(at)
    return found


def title_of_paper(lines: Sequence[Line]) -> list[int]:
    """Indexes of the title's lines: the kind of paper in capitals, then what it is about if it stands apart."""
    for at, line in enumerate(lines[: 2 * _HEAD_LINES]):
        if _TYPE.match(line.text):
            about = lines[at + 1] if at + 1 < len(lines) else None
            apart = about is not None and about.is_headline and ":" not in about.text and line.words <= 4
            return [at, at + 1] if apart else [at]
    return []


def mail_head(lines: Sequence[Line]) -> int:
    """How many lines the head of an e-mail takes; 0 for other texts."""
    count = 0
    for line in lines:
        if not (_FIELD.match(line.text) or _SUBJECT.match(line.text) or _FORWARDED.fullmatch(line.text)):
            break
        count += 1
    return count if count >= 3 else 0


def subject_at(line: Line) -> int | None:
    """Where the subject begins in its line of an e-mail's head (an index into the line)."""
    match = _SUBJECT.match(line.text)
    return match.end() if match else None


def furniture_of_mail(lines: Sequence[Line], head: int) -> set[int]:
    """Head, quoted letters, signature and notice of secrecy of an e-mail whose head takes `head` lines."""
    found = {at for at in range(head) if subject_at(lines[at]) is None}
    for at in range(head, len(lines)):
        line = lines[at]
        if line.text == "--" or _NOTICE.match(line.folded):
            return found | set(range(at, len(lines)))
        if _QUOTED.match(line.text) or (_CLOSING.fullmatch(line.folded.rstrip(",")) or _signs(lines, at, found)):
            found.add(at)
    return found


def _signs(lines: Sequence[Line], at: int, found: set[int]) -> bool:
    """True below a closing, in its block: name, office, telephone."""
    return at - 1 in found and lines[at].block == lines[at - 1].block and not lines[at].is_prose
