"""Headings of what is not the article: other articles, readers' comments; and one-line pointers to other articles."""

from __future__ import annotations

import re

from rag.cleaning.lines import Line

_ITEM = r"(?:tin bai|tin tuc|tin|bai viet|bai bao|bai|anh|video)"
_WHICH = (
    r"(?:lien quan|khac|moi(?: nhat| hon| dang| cap nhat)?|cu hon|noi bat(?: nhat| trong \w+)?|nong(?: nhat)?|hot|"
    r"cung (?:chuyen muc|chu de|su kien|tac gia|loai|the loai)|(?:doc|xem|quan tam) nhieu(?: nhat)?|da (?:dua|dang)|"
    r"tieu diem|hay nhat|de xuat|goi y|tham khao)"
)
_RELATED = re.compile(
    rf"(?:(?:cac|nhung|mot so) )?{_ITEM} {_WHICH}(?: \w+)?|cung (?:chuyen muc|chu de|su kien)|(?:doc|xem) (?:them|tiep)"
    r"|(?:(?:tin|bai) )?(?:doc|xem|quan tam|binh luan|chia se) nhieu(?: nhat| trong \w+| \d+ gio qua)?|moi nhat"
    r"|tieu diem|noi bat(?: nhat| trong \w+)?|tham khao them|dang duoc quan tam|dung bo (?:lo|qua)"
    r"|co the ban (?:quan tam|thich|muon (?:xem|doc)|chua (?:xem|doc|biet))"
    r"|(?:goi y|danh|de xuat) cho ban|nhieu nguoi (?:doc|xem)|cac bai khac|trong (?:chuyen )?muc nay|xem tat ca"
)
_REMARKS = r"(?:binh luan|y kien|phan hoi|nhan xet)"
_COMMENTS = re.compile(
    rf"(?:(?:cac|tat ca) )?{_REMARKS}(?: ban doc| cua ban(?: doc)?)?\s*\(\s*\d+\s*\)?"
    rf"|(?:binh luan|phan hoi|nhan xet|y kien ban doc|{_REMARKS} cua ban(?: doc)?)|tat ca cam xuc"
    rf"|(?:gui|viet|de lai|them|xem them)(?: mot| y kien)? {_REMARKS}(?: cua ban)?"
    rf"|(?:ban|moi|hay)\b.{{0,30}}\b(?:gui|de lai|viet) {_REMARKS}.{{0,30}}|hay la nguoi dau tien binh luan.*"
)
_POINTER = re.compile(
    r"(?:>>+|»+|=>|▶|►|👉)\s*\S|(?:xem|doc) (?:them|tiep|ngay)\s*:\s*\S"
    r"|(?:tin|bai)(?: viet)? (?:lien quan|cung chu de)\s*:\s*\S"
    r"|(?:previous|next|bai truoc|bai tiep theo|bai sau)\s*:\s*\S"
)


def heads_related(line: Line) -> bool:
    return bool(_RELATED.fullmatch(line.folded))


def heads_comments(line: Line) -> bool:
    return bool(_COMMENTS.fullmatch(line.folded))


def is_pointer(line: Line) -> bool:
    """`>> Title` and `Xem thêm: Title`: one line, no section; a sentence that begins so is the article's own."""
    if not _POINTER.match(line.folded):
        return False
    return line.text.startswith((">>", "»")) or line.text[-1] not in ".;:"
