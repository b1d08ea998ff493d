"""Everything in a text that could be exchanged for another of its kind, with its place in characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag import facts
from rag.numbers import find_words, measure
from rag.people import OFFICE, Post, find_people
from rag.senses import PAIRS
from rag.text import tokens, tone_key

_RELATIVE = re.compile(
    r"(?<!\w)(?:cùng ngày|cùng thời gian|hôm sau|hôm trước|ngày hôm sau|hôm nay|trước đó|sau đó|ngày sau)(?!\w)", re.I
)
_DAYPART = re.compile(r"(?<!\w)(sáng|trưa|chiều|tối|đêm)(?:\s+ngày|\s+(?:chủ nhật|thứ \w+),?)?\s+$", re.I)
_QUOTED = re.compile(r"[“\"]([^“”\"]{4,})[”\"]")
_CLASSES = (
    "huyện xã tỉnh phường quận châu thôn bản sông đường hồ cầu đèo cảng trường công bộ sở ban cục vụ viện ủy hội "
    "đảng tòa "
    "thành thị khu nhà trung trạm kè hang đội đoàn dự tập tổng quân tập"
).split()
CLASS_KEYS = frozenset(map(tone_key, _CLASSES))
_COUNTRIES = frozenset(tuple(map(tone_key, (name,))) for name in "mỹ nga pháp đức anh ý lào nhật hàn úc áo bỉ".split())
_CODED = re.compile(rf"(?<!\w)[{facts.UPPER}][^\W\d_]* [A-ZĐ]{{1,3}}\d+(?!\w)")
_YEAR_WORD = re.compile(r"\s*(?:\d|(?:nay|ngoái|trước|sau|học|qua|tới|tài|thứ|cuối|đầu)(?!\w))")
_FIELDS = (
    "Tài chính|Quốc phòng|Công an|Xây dựng|Tư pháp|Nội vụ|Y tế|Công Thương|Ngoại giao|Ngoại vụ"
    "|Nông nghiệp(?: và (?:Phát triển nông thôn|Môi trường))?"
    "|Tài nguyên và Môi trường|Giao thông vận tải|Giáo dục và Đào tạo|Khoa học và Công nghệ|Thông tin và Truyền thông"
    "|Kế hoạch và Đầu tư"
    "|Văn hóa, Thể thao và Du lịch|Văn hóa|Dân tộc|Tổ chức|Tuyên giáo|Dân vận|Nội chính|Kiểm tra|Nông dân|Phụ nữ"
    "|Cựu chiến binh"
    "|Thường vụ|Chấp hành Trung ương|Chấp hành|Chính trị|Chỉ đạo|Quản lý dự án|Dân tộc và Tôn giáo"
    "|Biên phòng|Thống kê|Thuế|Hải quan"
)
_AGENCIES = re.compile(
    rf"(?<!\w)(?:Bộ|Sở|Ban|Cục|Chi cục|Tổng cục|Hội|Thanh tra|Phòng|Ủy ban|Quân ủy) (?:{_FIELDS}|Trung ương)(?!\w)"
)
_THROUGH = re.compile(r"\s*(?:-|–|—|đến|tới)\s*(?:hết\s+)?(?:ngày|tháng|năm)?\s*", re.I)


@dataclass(frozen=True, slots=True)
class Found:
    """A mention while its offsets are still characters."""

    kind: str
    value: tuple[object, ...]
    start: int
    end: int
    label: str = ""
    reach: tuple[int, int] | None = None


def find_values(text: str) -> Iterator[Found]:
    """Everything in a text that could be exchanged for another of its kind."""
    yield from _dates(text)
    ordinals = facts.ordinal_places(text)
    taken = {place.start for place in ordinals}
    for number in facts.numbers(text):
        kind = "percent" if number.percent else "number"
        if number.start not in taken:
            yield Found(kind, number.values, number.start, number.end, number.unit)
    for start, end, value in find_words(text, sure=False):
        if start not in taken and not _doubtful(text, start, end):
            yield Found("number", (value,), start, end, measure(text, end))
    for place in ordinals:
        yield Found("ordinal", place.value, place.start, place.end)
    for place in facts.document_places(text):
        yield Found("document", place.value, place.start, place.end)
    for match in _QUOTED.finditer(text):
        yield Found("quote", facts.keys(match.group(1)), *match.span(1))
    for sense, strict, side, pattern in PAIRS:
        for match in pattern.finditer(text):
            yield Found("sense " + sense, (str(side),), *match.span(), strict)
    yield from _entities(text)


def _doubtful(text: str, start: int, end: int) -> bool:
    """An article, a year, or a syllable of somebody's name rather than a number."""
    word = text[start:end]
    if word.lower() == "một" or word == "năm" or (word == "Năm" and _YEAR_WORD.match(text, end)):
        return True
    return word[0].isupper() and text[:start].rstrip()[-1:] not in ("", ".", ":", "\n", "“")


def _dates(text: str) -> Iterator[Found]:
    documents = [place.end for place in facts.document_places(text)]
    for place in _periods(text):
        part = _DAYPART.search(text[: place.start].removesuffix("ngày "))
        owned = any(
            place.start - end >= 0 and re.fullmatch(r",?\s*(?:ra\s+)?(?:ngày\s*)?", text[end : place.start])
            for end in documents
        )
        value = (*place.value, part.group(1).lower() if part else None)
        yield Found("date", value, place.start, place.end, "document" if owned else "")
    for match in _RELATIVE.finditer(text):
        yield Found("date", (match.group().lower(),), match.start(), match.end())


def _periods(text: str) -> Iterator[facts.Place]:
    """Dates, and both ends of a period as one value."""
    places = facts.date_places(text)
    at = 0
    while at < len(places):
        first, second = places[at], places[at + 1] if at + 1 < len(places) else None
        if second and _THROUGH.fullmatch(text[first.end : second.start]):
            day, month, year = first.value
            value = (day, month or (day and second.value[1]), year or second.value[2], *second.value)
            yield facts.Place(first.start, second.end, value)
            at += 2
        else:
            yield first
            at += 1


def _entities(text: str) -> Iterator[Found]:
    people = find_people(text)
    for person in people:
        edges = [person.start, person.end, *(p.start for p in person.posts)]
        behind = [p for p in person.posts if p.start > person.end]
        reach = (min(edges), _body_end(text, behind[-1]) if behind else person.end)
        yield Found("person", facts.keys(person.name), person.start, person.end, "", reach)
    for match in _CODED.finditer(text):
        yield Found("name", facts.keys(match.group()), *match.span())
    agencies = [match.span() for match in _AGENCIES.finditer(text)]
    for start, end in agencies:
        yield Found("name", facts.keys(text[start:end]), start, end)
    offices = [*agencies, *(match.span() for match in OFFICE.finditer(text))]
    for place in facts.name_places(text):
        if any(d.start <= place.start < d.end for d in facts.document_places(text)):
            continue
        for start, end in _without(place.start, place.end, [(p.start, p.end) for p in people]):
            inside = any(a < end and start < b for a, b in offices)
            before = re.search(r"(?<!\w)([^\W\d_]+) $", text[max(0, start - 9) : start])
            placed = before and tone_key(before.group(1)) in CLASS_KEYS
            placed = placed or facts.keys(text[start:end]) in _COUNTRIES
            if not inside and (placed or " " in text[start:end].strip() or text[start:end].isupper()):
                yield Found("name", facts.keys(text[start:end]), start, end)


def _body_end(text: str, post: Post) -> int:
    """Where the words about an office end, abbreviations counted as written."""
    end, wanted = post.end, len(post.body)
    for token in tokens(text[post.end :]):
        if wanted <= 0:
            break
        wanted -= len(facts.keys(token.text))
        end = post.end + token.end
    return end


def _without(start: int, end: int, taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is left of a run of capitals when the persons in it are taken out."""
    for a, b in taken:
        if a < end and start < b:
            return [(start, a)] if a > start else []
    return [(start, end)]
