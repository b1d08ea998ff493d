"""What a single line of a page's furniture looks like. Patterns are over folded text and fit the whole line."""

from __future__ import annotations

import re

from rag.cleaning.headings import heads_comments
from rag.cleaning.lines import Line

_NUMBER = r"\d[\d.,]*\s?[km]?"
_DATE = (
    r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?(?:\d{4}|\d{2})|ngay \d{1,2} thang \d{1,2},? nam \d{4}"
    r"|(?:ngay )?\d{1,2} thang \d{1,2}(?:,? \d{4})?"
)
_CLOCK = r"\d{1,2}[:h]\d{2}(?::\d{2})?(?: ?[ap]m)?'?|\d{1,2} gio(?: \d{1,2}(?: phut)?)?"
_WEEKDAY = r"thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|t[2-7]|cn"

# Buttons of sharing, reading and walking about. A bar is nothing but buttons.
_BUTTON = (
    r"(?:fb|yt|zl|tw|x|zalo|facebook|youtube|twitter|tweet|tiktok|messenger|telegram|linkedin|pinterest|instagram|rss"
    r"|e-?mail|print|share(?: this)?|copy link|like(?: this)?|loading|dang tai"
    r"|in|in (?:trang|bai|bai viet)|ban in|ban doc de in|chia se(?: bai viet| qua)?"
    r"|sao chep(?: lien ket)?|luu(?: bai| tin)?(?: viet)?|thich|binh luan|theo doi|bookmark|google news"
    r"|gui(?: bai| email| mail| cho ban be| bai viet)*|quay lai|tro (?:lai|ve)(?: \w+){0,3}|len dau trang|ve dau trang"
    r"|(?:doc|nghe)(?: doc| nghe)?(?: bai)(?: viet)?|nghe (?:audio|tin)|co chu|mau chu|tuong phan|do tuong phan"
    r"|a[-+]?|aa|(?:giong )?(?:nam|nu) mien (?:bac|trung|nam)|toc do(?: \S+)?|1x|1\.0x"
    r"|trang chu|dang nhap|dang ky|tim kiem|menu|english|tieng viet|sitemap|so do (?:cong|trang|web ?site)|lien he"
    r"|gop y|video|audio|podcast|emagazine|e-magazine|infographic|multimedia|xem anh (?:truoc|sau)|phong to|thu gon"
    r"|duoc tai tro|quang cao|mo rong|an bot|tat ca|bo qua noi dung chinh|cong khai)"
)
_BAR = re.compile(rf"{_BUTTON}(?:[\s|,;:/·•–-]+{_BUTTON})*[. …]*")
_SHARE_ON = re.compile(rf"(?:chia se|theo doi|gui)(?: \w+){{0,4}} ?: ?{_BUTTON}(?:[\s|,;:/·•–-]+{_BUTTON})*")
_POSTED = re.compile(r"bai (?:viet|dang) cua .{3,60}")
_FOLLOW = re.compile(
    r"(?:moi )?(?:quy )?(?:(?:ban doc|doc gia|khan gia|thinh gia) )?(?:theo doi|doc|xem|like|dang ky)\b.{0,40}"
    r"\btren (?:google news|google|facebook|zalo|youtube|tiktok).{0,20}"
)

_STATEMENT = re.compile(r"(?<!\.)[.!?]$")
"""What ends in a full stop is said by somebody, however short it is; a button is not."""

# When a page was put up, how often it was looked at.
_WHEN_WORD = (
    rf"(?:{_WEEKDAY}|{_DATE}|{_CLOCK}|gmt ?\+?\d*|cap nhat(?: luc)?|dang(?: boi| ngay| luc)?|ngay(?: dang)?|luc"
    rf"|xuat ban|cong khai)"
)
_WHEN = re.compile(rf"\(?{_WHEN_WORD}(?:[\s|,;:()·•–-]+{_WHEN_WORD})*[\s)|·•.]*")
_PUBLISHED = re.compile(rf"(?:ngay dang|dang boi|dang luc|cap nhat|ngay cap nhat|xuat ban)\b.{{0,40}}(?:{_DATE}).*")
_AGO = re.compile(rf"{_NUMBER} (?:phut|gio|ngay|tuan|thang|nam)(?: truoc)?|vua xong")
_COUNT = re.compile(
    rf"(?:so |tong (?:so )?)?luot (?:xem|doc|truy cap|nghe|tai|thich|chia se)\s*:?\s*{_NUMBER}"
    rf"|{_NUMBER} (?:luot (?:xem|doc|truy cap|chia se|thich)|thich|binh luan|lien quan|nguoi thich|chia se|phan hoi)"
    rf"|(?:dang (?:truy cap|online|xem)|truc tuyen|(?:tong )?luot truy cap|thong ke(?: truy cap)?)\s*:?\s*{_NUMBER}"
    r"|thong ke(?: luot)? truy cap|\d{1,2}[:]\d{2} ?/ ?\d{1,2}[:]\d{2}|trang \d+ ?/ ?\d+"
)
_BY = re.compile(r"(?:nguoi dang|dang boi|tac gia|nguon(?: tin)?|bien tap|chuyen muc|tin|bai|anh)\s*:.{1,40}")
_PART = re.compile(r"\s*[|;•·]\s*|\.\s+")
_RATING = re.compile(
    r"tong so diem cua bai viet.*|(?:click|nhan|bam|hay) .{0,12}danh gia.{0,30}|danh gia bai viet.{0,30}|[1-5] sao"
    r"|(?:khong )?huu ich|xep hang\s*:.{0,30}"
)
_TRAIL = re.compile(r"(?:trang chu|ban dang o|home)\b\s*[:/›»>|].*")
_MENU = re.compile(r"[^|›»>/]{1,40}(?:\s(?:[|›»>/]|>>)\s?[^|›»>/]{1,40}){1,12}")
_TAGS = re.compile(r"(?:tu khoa|tags?|hashtag)\s*:.{0,200}|(?:the|chu de)\s*:(?:[^.;]{1,40}[,;][^.]{0,160})?")
_HASHTAGS = re.compile(r"#\w+(?:[\s,]+#\w+)*")
_ATTACHED = re.compile(r"(?:tep|file|tai lieu|van ban)(?: tin)? (?:dinh|gan) kem\b.{0,120}")

# Who answers for a site. Only a publication says such things of itself, and only at its end.
_RESERVED = re.compile(
    r"(?:toan bo )?ban quyen (?:thuoc|cua)\b.*|copyright\b.*|(?:(?:vui long )?ghi ro nguon|cam sao chep)\b.*"
)
_IMPRINT = re.compile(
    r"(?:so )?giay phep(?: \w+){0,6}(?: so)?\s*:?\s*\d.*|(?:quyen |pho )?tong bien tap(?: \w+){0,3}\s*:.*"
    r"|(?:\w+ ){0,2}co quan chu quan\b.*|(?:nguoi )?chiu trach nhiem (?:chinh|noi dung|xuat ban|quan ly)\b.*"
    r"|truong ban bien tap\b.*|toa soan\s*:.*|issn\b.*|lien he (?:quang cao|toa soan).*"
    r"|(?:thiet ke|phat trien|van hanh) (?:va \w+ \w+ )?boi\b.*|powered by\b.*"
)


def is_bar(line: Line) -> bool:
    """Buttons and nothing else, as a copy of a page leaves them; what ends in a colon heads a list."""
    return bool(_BAR.fullmatch(line.folded)) and not line.text.endswith(":")


def is_stamp(line: Line) -> bool:
    """Nothing but when it was put up: a date with a time of day, how long ago, or words of publishing."""
    folded = line.folded
    if _PUBLISHED.fullmatch(folded):
        return True
    if _AGO.fullmatch(folded):
        # "8 giờ" alone may be a time of day; posts have a dot behind how long ago they are.
        return folded.endswith(("truoc", "xong")) or "·" in line.text
    return bool(is_date(line) and re.search(_DATE, folded) and re.search(_CLOCK, folded))


def is_date(line: Line) -> bool:
    """Nothing but a day or an hour: the page's where it stands above an article, in it a heading of its own."""
    return bool(_WHEN.fullmatch(line.folded)) and any(map(str.isdigit, line.text)) and not line.ends_sentence


def is_tags(line: Line) -> bool:
    return bool(_TAGS.fullmatch(fold_with_colon(line)) or _HASHTAGS.fullmatch(line.text.lower()))


def fold_with_colon(line: Line) -> str:
    """`folded` has lost the colon of a label that stands alone."""
    return line.folded + (":" if line.folded and line.text.rstrip().endswith(":") else "")


def is_furniture(line: Line) -> bool:
    """A line that can only be the page's own, wherever it stands."""
    folded = line.folded
    patterns = (_SHARE_ON, _POSTED, _FOLLOW, _COUNT, _RATING, _TRAIL, _ATTACHED)
    if not line.has_letters:
        return True
    if not folded or _STATEMENT.search(line.text):
        return False
    return (
        any(p.fullmatch(folded) for p in patterns)
        or is_bar(line)
        or is_stamp(line)
        or is_tags(line)
        or _is_record(folded)
    )


def _is_record(folded: str) -> bool:
    """Who put a page up, when, and how often it was looked at, side by side."""
    parts = [part for part in _PART.split(folded) if part]
    counted = [bool(_COUNT.fullmatch(part) or _PUBLISHED.fullmatch(part) or _WHEN.fullmatch(part)) for part in parts]
    named = [bool(_BY.fullmatch(part)) for part in parts]
    return 2 <= len(parts) <= 6 and any(counted) and any(named) and all(map(bool.__or__, counted, named))


def is_menu(line: Line) -> bool:
    """Short parts between separators; in the middle of an article this may be a row of a table."""
    return bool(_MENU.fullmatch(line.folded)) and not line.ends_sentence


def is_imprint(line: Line) -> bool:
    """Who answers for the site; a sentence about a licence or an editor is the article's."""
    if line.text.startswith(("©", "®")) or _RESERVED.fullmatch(line.folded):
        return True
    return bool(_IMPRINT.fullmatch(line.folded)) and not line.ends_sentence


def is_of_page(line: Line) -> bool:
    """Furniture that only a web page has; two such lines show that a text is copied off one."""
    counted = heads_comments(line) and any(map(str.isdigit, line.text))
    return line.has_letters and (counted or is_furniture(line) or is_imprint(line))
