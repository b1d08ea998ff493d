"""A text as a row of syllables with the values that stand among them, measured for nearness.

Two things belong together in a sentence when few words and no clause boundary stand between them. Each
syllable has a place on a line on which a comma takes as much room as several words and a semicolon as
many; the nearness of two syllables falls with their distance there.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from rag import facts
from rag.numbers import find_words, measure
from rag.people import OFFICE, Post, find_people
from rag.text import expansion, tokens, tone_key

_HALF = 6.0
"""Distance in syllables at which nearness is one half."""
_FRONTED = 5.0
_TOPIC = 6.0
_STRONG = re.compile(r"[;:!?]|\.(?=\s|$)|(?<!\w)(?:trong khi|đồng thời|còn|nhưng|riêng|sau đó|trước đó|lần lượt)(?!\w)", re.I)
_WEAK = re.compile(r"[,–—()]|(?<=\s)-(?=\s)|(?<!\w)(?:và|cùng với|trong đó)(?!\w)", re.I)
_NEUTRAL = frozenset(
    """là và của có các những cho với vào tại ở từ đến được bị do bởi này đó đây ấy ông bà anh chị đồng chí cũng như thì
mà để về trong theo ra lên khi đã rồi một cùng còn ngày tháng năm số gồm vị cả đều""".split()
)
_NEUTRAL_KEYS = frozenset(map(tone_key, _NEUTRAL))
_RELATIVE = re.compile(r"(?<!\w)(?:cùng ngày|cùng thời gian|hôm sau|hôm trước|ngày hôm sau|hôm nay|trước đó|sau đó|ngày sau)(?!\w)", re.I)
_DAYPART = re.compile(r"(?<!\w)(sáng|trưa|chiều|tối|đêm)(?:\s+ngày|\s+(?:chủ nhật|thứ \w+),?)?\s+$", re.I)
_QUOTED = re.compile(r"[“\"]([^“”\"]{4,})[”\"]")
# Words of opposite sense; in `strict` pairs a word is wrong as soon as the spans do not have its side.
_SENSES = [
    (kind, strict, side, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.I))
    for kind, strict, *sides in (
        ("direction", "strict", r"tăng(?! cường| tốc| ca)|dâng(?! hương| hoa)|tăng lên", r"giảm(?! nghèo| tải| nhẹ thiên tai)|hạ(?! tầng| viện| long| sĩ| lưu)|sụt"),
        ("bound", "strict", r"tối thiểu|ít nhất|không dưới", r"tối đa|nhiều nhất|không quá"),
        ("comparison", "strict", r"cao hơn|lớn hơn|nhiều hơn|vượt", r"thấp hơn|nhỏ hơn|ít hơn|kém"),
        ("extreme", "strict", r"cao nhất|lớn nhất", r"thấp nhất|nhỏ nhất"),
        ("session", "", r"khai mạc", r"bế mạc"),
        ("works", "", r"khởi công", r"khánh thành"),
        ("trade", "", r"(?<!sáp )(?<!thu )(?<!hội )(?<!gia )nhập(?! học| viện| ngũ)", r"(?<!đề )(?<!sản )xuất(?! sắc| hiện| phát| bản| trình| viện| ngũ)"),
        ("appointment", "", r"bổ nhiệm", r"miễn nhiệm|cách chức"),
        ("foundation", "", r"thành lập", r"giải thể"),
        ("hours", "", r"trong giờ", r"ngoài giờ"),
        ("consent", "", r"đồng ý|tán thành|ủng hộ|chấp thuận|phê duyệt", r"phản đối|từ chối|bác bỏ"),
        ("permission", "", r"cho phép", r"cấm|không cho phép"),
        ("side", "", r"phía bắc|phía trên", r"phía nam|phía dưới"),
        ("side across", "", r"phía đông", r"phía tây"),
        ("continuation", "", r"tiếp tục|liên tục", r"dừng|tạm dừng|ngừng|chấm dứt|đình chỉ"),
        ("whole", "", r"tất cả|toàn bộ|mọi", r"một số|một phần|vài"),
        ("pace", "", r"nhanh", r"chậm(?! nhất)"),
        ("sex", "", r"nam giới|đàn ông", r"phụ nữ|nữ giới|đàn bà"),
    )
    for side, pattern in enumerate(sides)
]
SENSES = tuple(pattern for _, strict, _, pattern in _SENSES if strict)
"""Words whose sense is checked apart from their spelling."""
_CLASSES = (
    "huyện xã tỉnh phường quận châu thôn bản sông đường hồ cầu đèo cảng trường công bộ sở ban cục vụ viện ủy hội đảng tòa "
    "thành thị khu nhà trung trạm kè hang đội đoàn dự tập tổng quân tập"
).split()
_CODED = re.compile(rf"(?<!\w)[{facts.UPPER}][^\W\d_]* [A-ZĐ]{{1,3}}\d+(?!\w)")
_YEAR_WORD = re.compile(r"\s*(?:\d|(?:nay|ngoái|trước|sau|học|qua|tới|tài|thứ|cuối|đầu)(?!\w))")
_FIELDS = (
    "Tài chính|Quốc phòng|Công an|Xây dựng|Tư pháp|Nội vụ|Y tế|Công Thương|Ngoại giao|Ngoại vụ|Nông nghiệp(?: và (?:Phát triển nông thôn|Môi trường))?"
    "|Tài nguyên và Môi trường|Giao thông vận tải|Giáo dục và Đào tạo|Khoa học và Công nghệ|Thông tin và Truyền thông|Kế hoạch và Đầu tư"
    "|Văn hóa, Thể thao và Du lịch|Văn hóa|Dân tộc|Tổ chức|Tuyên giáo|Dân vận|Nội chính|Kiểm tra|Nông dân|Phụ nữ|Cựu chiến binh"
    "|Thường vụ|Chấp hành Trung ương|Chấp hành|Chính trị|Chỉ đạo|Quản lý dự án|Dân tộc và Tôn giáo|Biên phòng|Thống kê|Thuế|Hải quan"
)
_AGENCIES = re.compile(rf"(?<!\w)(?:Bộ|Sở|Ban|Cục|Chi cục|Tổng cục|Hội|Thanh tra|Phòng|Ủy ban|Quân ủy) (?:{_FIELDS}|Trung ương)(?!\w)")
_THROUGH = re.compile(r"\s*(?:-|–|—|đến|tới)\s*(?:hết\s+)?(?:ngày|tháng|năm)?\s*", re.I)
_COUNTRIES = frozenset(tuple(map(tone_key, (name,))) for name in "mỹ nga pháp đức anh ý lào nhật hàn úc áo bỉ".split())
_PLACE_KEYS = frozenset(map(tone_key, "huyện xã tỉnh phường quận châu thôn bản sông đường hồ cầu đèo".split()))
_CLASS_KEYS = frozenset(map(tone_key, _CLASSES))


@dataclass(frozen=True, slots=True)
class Mention:
    """A value over the items `[first, last)`; `label` is its unit or kind of place, or empty.

    `reach` is the wider run of items that says no more than who or what this is: a person's offices.
    """

    kind: str
    value: tuple[object, ...]
    first: int
    last: int
    label: str
    reach: tuple[int, int]


@dataclass(frozen=True)
class Reading:
    """A text read: keys of its syllables, their places on the line, which carry content, and its values."""

    text: str
    keys: tuple[str, ...]
    places: tuple[float, ...]
    content: tuple[bool, ...]
    capital: tuple[bool, ...]
    mentions: tuple[Mention, ...]
    _near: dict[int, dict[str, float]] = field(default_factory=dict, compare=False)

    @property
    def capitals(self) -> frozenset[str]:
        """Keys of syllables written with a capital, the first of the text left out."""
        return frozenset(k for k, upper in zip(self.keys[1:], self.capital[1:], strict=True) if upper)

    def of(self, *kinds: str) -> list[Mention]:
        return [m for m in self.mentions if m.kind in kinds]

    def head(self, mention: Mention) -> int:
        """Where the list begins that the mention is an item of: what stands before it is shared."""
        same = self.of(mention.kind)
        at = same.index(mention)
        while at and _listed(self, same[at - 1], same[at], mention.kind):
            at -= 1
        return same[at].first

    def near(self, mention: Mention) -> dict[str, float]:
        """Nearness, 0 to 1, of every content key outside the mention; items of a list share their context."""
        at = self.mentions.index(mention)
        if at not in self._near:
            self._near[at] = _nearness(self, mention)
        return self._near[at]


@lru_cache(maxsize=8192)
def content_keys(text: str) -> tuple[str, ...]:
    """The tone keys of a text that are no function words."""
    return tuple(key for key in facts.keys(text) if key not in _NEUTRAL_KEYS)


@dataclass(frozen=True, slots=True)
class Found:
    """A mention while its offsets are still characters."""

    kind: str
    value: tuple[object, ...]
    start: int
    end: int
    label: str = ""
    reach: tuple[int, int] | None = None


@lru_cache(maxsize=2048)
def read(text: str) -> Reading:
    """Read a text; a date, number, name or quotation becomes a mention."""
    starts: list[int] = []
    keys: list[str] = []
    capital: list[bool] = []
    documents = facts.document_places(text)
    for token in tokens(text):
        inside = next((d for d in documents if d.start <= token.start < d.end), None)
        if inside and token.start > inside.start:
            continue
        for at, part in [(0, str(inside.value[0]).lower())] if inside else _parts(token.text):
            keys.append(_number_key(part) if part[0].isdigit() else tone_key(part))
            starts.append(token.start + at)
            capital.append(token.text[0].isupper())
    content = tuple(key not in _NEUTRAL_KEYS for key in keys)
    mentions = sorted((_mention(starts, keys, found) for found in _values(text)), key=lambda m: (m.first, m.last))
    return Reading(text, tuple(keys), tuple(_line(text, starts)), content, tuple(capital), tuple(m for m in mentions if m.last > m.first))


def _parts(token: str) -> list[tuple[int, str]]:
    """Syllables of a written-out abbreviation, the two ends of `2021-2030`, or the token itself."""
    full = expansion(token)
    if full:
        return [(0, part.text) for part in tokens(full)]
    return [(m.start(), m.group()) for m in re.finditer(r"[^-:]+", token)]


def _number_key(text: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", text.rstrip("%"))


def _line(text: str, starts: list[int]) -> list[float]:
    """Places of the syllables: one step each, more over a boundary."""
    steps = [0.0] * (len(starts) + 1)
    for pattern, room in ((_STRONG, 10.0), (_WEAK, 4.0)):
        for match in pattern.finditer(text):
            steps[bisect_left(starts, match.start())] += room
    places, here = [], 0.0
    for step in steps[:-1]:
        here += 1 + step
        places.append(here)
    return places


def _values(text: str) -> Iterator[Found]:
    """Everything in a text that could be exchanged for another of its kind."""
    yield from _dates(text)
    ordinals = facts.ordinal_places(text)
    taken = {place.start for place in ordinals}
    for number in facts.numbers(text):
        kind = "percent" if number.percent else "number"
        if number.start not in taken:
            yield Found(kind, number.values, number.start, number.end, number.unit)
    for start, end, value in find_words(text, sure=False):
        unsure = text[start:end].lower() == "một" or text[start:end] == "năm" or text[start:end] == "Năm" and _YEAR_WORD.match(text, end)
        if start not in taken and not unsure:
            yield Found("number", (value,), start, end, measure(text, end))
    for place in ordinals:
        yield Found("ordinal", place.value, place.start, place.end)
    for place in facts.document_places(text):
        yield Found("document", place.value, place.start, place.end)
    for match in _QUOTED.finditer(text):
        yield Found("quote", facts.keys(match.group(1)), *match.span(1))
    for sense, strict, side, pattern in _SENSES:
        for match in pattern.finditer(text):
            yield Found("sense " + sense, (str(side),), *match.span(), strict)
    yield from _entities(text)


def _dates(text: str) -> Iterator[Found]:
    documents = [place.end for place in facts.document_places(text)]
    for place in _periods(text):
        part = _DAYPART.search(text[: place.start].removesuffix("ngày "))
        owned = any(0 <= place.start - end and re.fullmatch(r",?\s*(?:ra\s+)?(?:ngày\s*)?", text[end : place.start]) for end in documents)
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
            value = (day, month or day and second.value[1], year or second.value[2], *second.value)
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
            placed = before and tone_key(before.group(1)) in _CLASS_KEYS
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


def _mention(starts: list[int], keys: list[str], found: Found) -> Mention:
    first, last = bisect_left(starts, found.start), bisect_left(starts, found.end)
    label = found.label
    if found.kind == "name" and first < len(keys):
        before = keys[first - 1] if first else ""
        label = keys[first] if keys[first] in _CLASS_KEYS else before if before in _CLASS_KEYS else ""
    a, b = found.reach or (found.start, found.end)
    return Mention(found.kind, found.value, first, last, label, (bisect_left(starts, a), bisect_left(starts, b)))


def _nearness(reading: Reading, mention: Mention) -> dict[str, float]:
    same = reading.of(mention.kind)
    at = same.index(mention)
    left = right = at
    while left and _listed(reading, same[left - 1], same[left], mention.kind):
        left -= 1
    while right + 1 < len(same) and _adjoining(reading, same[right], same[right + 1]):
        right += 1
    found: dict[str, float] = {}
    for index, key in enumerate(reading.keys):
        if mention.first <= index < mention.last or not reading.content[index]:
            continue
        distance = _distance(reading, mention, same[left], same[right], index)
        found[key] = max(found.get(key, 0.0), 0.5 ** (distance / _HALF))
    for other in reading.mentions:
        if other is mention or other.first < mention.last and mention.first < other.last or other.kind.startswith("sense"):
            continue
        whole = whole_key(other)
        nearest = min(_distance(reading, mention, same[left], same[right], i) for i in (other.first, other.last - 1))
        found[whole] = max(found.get(whole, 0.0), 0.5 ** (nearest / _HALF))
    return found


def _distance(reading: Reading, mention: Mention, head: Mention, tail: Mention, index: int) -> float:
    here, places = reading.places[index], reading.places
    if mention.reach[0] <= index < mention.reach[1]:
        return 1.0
    if index < head.reach[0]:
        return _topical(reading, head, index, places[head.reach[0]] - here)
    if index >= tail.reach[1]:
        # What follows a boundary belongs to the next clause rather than to this one.
        beyond = sum(b - a - 1 for a, b in pairwise(places[tail.reach[1] - 1 : index + 1]))
        return min(here - places[tail.reach[1] - 1] + beyond, _FRONTED if _fronted(reading, mention, index) else 1e9)
    if index < mention.reach[0]:
        return _topical(reading, mention, index, places[mention.reach[0]] - here)
    return abs(here - places[mention.reach[1] - 1])


def _topical(reading: Reading, mention: Mention, index: int, distance: float) -> float:
    """What stands before in the same clause is its topic and loses little by distance."""
    if distance <= _TOPIC or any(b - a >= 10 for a, b in pairwise(reading.places[index : mention.reach[0] + 1])):
        return distance
    return _TOPIC + (distance - _TOPIC) / 4


def _fronted(reading: Reading, mention: Mention, index: int) -> bool:
    """A date before the sentence (`Sáng 4/12, …`) goes with all of its first clause."""
    if mention.kind != "date" or mention.first > 3 or index < mention.last:
        return False
    places = reading.places
    steps = [places[i + 1] - places[i] for i in range(mention.last - 1, index)]
    others = any(m is not mention and mention.last <= m.first <= index for m in reading.of("date"))
    return steps[0] > 1 and max(steps) < 10 and not others


def whole_key(mention: Mention) -> str:
    """A mention as one word of context; `xã Tân An` and `Tân An` are one."""
    value = mention.value[1:] if mention.kind == "name" and len(mention.value) > 2 and mention.value[0] in _PLACE_KEYS else mention.value
    return "=" + " ".join(map(str, value))


def _adjoining(reading: Reading, first: Mention, second: Mention) -> bool:
    """Nothing of content between two values of a kind: `A, B và C dự họp`."""
    return not any(reading.content[first.reach[1] : second.reach[0]])


def _listed(reading: Reading, before: Mention, mention: Mention, kind: str) -> bool:
    """A value that opens its part of a list, and so shares what stands before the list."""
    if kind not in ("person", "number", "percent", "name"):
        return _adjoining(reading, before, mention)
    items = range(before.last, mention.first)
    opening = next((i for i in reversed(items) if reading.places[i + 1] - reading.places[i] > 1), before.last - 1) + 1
    if opening <= before.last and not any(reading.content[before.last : mention.first]):
        return True
    room = reading.places[opening] - reading.places[opening - 1]
    parted = 1 < room < 10 or room >= 10 and kind != "name"
    return parted and not any(reading.content[i] and reading.keys[i] not in _CLASS_KEYS for i in range(opening, mention.first))
