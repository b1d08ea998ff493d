"""Named persons with the rank and the office phrases that stand at their names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag import facts
from rag.meetings.titles import OFFICE, OFFICE_NAMES, RANK, RANKS, lower_office, phrase_end
from rag.people import SURNAME, UPPER, name_spans
from rag.places import COUNTRY_NAMES, PLACES
from rag.text import is_syllable

_COURTESY = re.compile(r"(?<!\w)(?:các đồng chí|đồng chí|đ/c|ông|bà|ngài|anh|chị|cô|cụ)(?!\w)\.?\s*", re.I)
_COUNTRY = "|".join(
    map(
        re.escape,
        sorted(
            (
                *COUNTRY_NAMES,
                *"""Mỹ|Nga|Anh|Pháp|Đức|Ý|Lào|Úc|Bỉ|Áo|Hà Lan|Thụy Sĩ|Thụy Điển|Na Uy|Đan Mạch|Phần Lan|Ba Lan|Séc
Hungary|EU
Liên Hợp Quốc|Liên hợp quốc|LHQ|ASEAN|NATO|WHO|UAE|Belarus|Qatar|Saudi Arabia|Palestine|Afghanistan|Pakistan
Bangladesh
Sri Lanka|Brunei|New Zealand|Mexico|Argentina|Chile|Peru|Venezuela|Nam Phi|Nigeria|Ethiopia|Syria|Jordan|Lebanon
Azerbaijan
Armenia|Kazakhstan|Uzbekistan|Mông Cổ|Hy Lạp|Bồ Đào Nha|Romania|Bulgaria|Croatia|Serbia|Slovakia|Slovenia|Ireland
Iceland
Latvia|Litva|Estonia|CHDCND Lào|Việt Nam|Đông Timor|Nepal|Mozambique|Angola""".replace("\n", "|").split("|"),
            ),
            key=len,
            reverse=True,
        ),
    )
)
_FOREIGN = re.compile(
    rf"(?P<lead>(?<!\w)(?:{_COUNTRY}|ông|bà|ngài|{RANKS}|{'|'.join(map(re.escape, OFFICE_NAMES))}))[,:]? "
    rf"(?P<name>[{UPPER}][\w’'.-]*(?: (?:bin |al-|de |van |von |der |da )*[{UPPER}][\w’'.-]*){{1,4}})",
)
_AGENCIES = frozenset("Bộ Sở Ban Hội Viện Trường Tập Công Ngân Đại Trung Tổng Cục Vụ Viettel Quỹ Liên Ủy".split())
_DEAD = frozenset(
    {"Hồ Chí Minh", "Võ Nguyên Giáp", "Tôn Đức Thắng", "Lý Thường Kiệt", "Trần Hưng Đạo", "Kim Nhật Thành"}
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A person named at `[start, end)`; the other spans are None where nothing stands."""

    name: str
    start: int
    end: int
    rank: tuple[int, int] | None
    before: tuple[int, int] | None
    """The office phrase in front of the name."""
    after: tuple[int, int] | None
    """The office phrase behind it, up to the last word that belongs to an office."""

    @property
    def left(self) -> int:
        """Where the person's own words begin."""
        return min(span[0] for span in (self.rank, self.before, (self.start, 0)) if span)

    @property
    def right(self) -> int:
        return self.after[1] if self.after else self.end


def mentions(text: str, start: int, end: int) -> list[Mention]:
    """The persons named in `text[start:end)`, left to right, with offsets into the text."""
    sentence = text[start:end]
    names = _names(sentence)
    found: list[Mention] = []
    for at, (begin, stop) in enumerate(names):
        previous = found[-1].right - start if found else 0
        left = max(names[at - 1][1], previous) if at else 0
        right = names[at + 1][0] if at + 1 < len(names) else len(sentence)
        rank, before = _in_front(sentence, left, begin)
        after = _behind(sentence, stop, right, names)
        name = sentence[begin:stop]
        if name not in _DEAD:
            spans = (_shift(span, start) for span in (rank, before, after))
            found.append(Mention(name, begin + start, stop + start, *spans))
    return found


def _shift(span: tuple[int, int] | None, by: int) -> tuple[int, int] | None:
    return (span[0] + by, span[1] + by) if span else None


def _names(sentence: str) -> list[tuple[int, int]]:
    own = [_bare(sentence, span) for span in name_spans(sentence)]
    foreign = []
    for match in _FOREIGN.finditer(sentence):
        span = _foreign(sentence, *match.span("name"))
        if span and not any(span[0] < stop and begin < span[1] for begin, stop in own):
            foreign.append(span)
    return sorted(span for span in (*own, *foreign) if _is_name(sentence, *span))


def _is_name(sentence: str, start: int, end: int) -> bool:
    """No place, nothing named after somebody, nor a company with its province: `Viettel Hậu Giang`."""
    words = sentence[start:end].split(" ")
    place = facts.keys(" ".join(words)) in PLACES or _ABROAD.fullmatch(sentence, start, end)
    home = facts.keys(" ".join(words[1:])) in PLACES and not SURNAME.match(words[0])
    return not place and not home and not _NO_NAME.search(sentence[max(0, start - 12) : start])


_ABROAD = re.compile(_COUNTRY)
_HOME = re.compile(rf"(?:{_COUNTRY}) (?=[{UPPER}]\w* [{UPPER}])")


def _bare(sentence: str, span: tuple[int, int]) -> tuple[int, int]:
    """A name without the country or the rank before it, and without an office that follows at once."""
    start, end = span
    for before in (_HOME, RANK):
        found = before.match(sentence, start, end)
        if found and " " in sentence[found.end() : end].strip():
            start = found.end() + (sentence[found.end()] == " ")
    last = sentence.rfind(" ", start, end) + 1
    office = OFFICE.match(sentence, last)
    return (start, last - 1) if office and office.end() > end and " " in sentence[start : last - 1] else (start, end)


_NO_NAME = re.compile(
    r"(?<!\w)(?:huyện|xã|tỉnh|thành phố|quận|phường|thôn|đường|trường|học|THCS|THPT|ĐH|chùa|đền|TP\.?"
    r"|thị xã|thị trấn|núi|sông|phố|giải|quỹ|Viettel|bản|đảo"
    r"|hồ|cầu|chợ|làng|khu|ga|dự án|công ty|tập đoàn|ngân hàng) $",
    re.I,
)


def _foreign(sentence: str, start: int, end: int) -> tuple[int, int] | None:
    """The part of a run of capitals that is a foreign name: no country, no agency, a word no syllable is spelt like."""
    run = sentence[start:end].rstrip(".'’")
    country = re.match(rf"(?:{_COUNTRY})(?: |$)", run)
    if country:
        start, run = start + country.end(), run[country.end() :]
    words = run.split(" ")
    strange = [word for word in words if not is_syllable(word.rstrip("."))]
    if len(words) < 2 or not strange or any(w.isupper() and len(w) > 1 for w in words) or words[0] in _AGENCIES:
        return None
    return start, start + len(run)


def _in_front(sentence: str, left: int, start: int) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """Rank and office phrase whose words run up to a name."""
    at = _back(sentence, start, _COURTESY)
    rank = _touching(RANK, sentence, left, at)
    if rank:
        at = _back(sentence, rank[0], _COURTESY)
    for office in OFFICE.finditer(sentence, left, at):
        stop = phrase_end(sentence, office.start(), at)
        gap = sentence[stop:at]
        if not gap.strip(" ,-–") and stop > office.start():
            begin = office.start()
            if _ADDRESSED.match(sentence, begin, stop):
                continue
            own = _touching(RANK, sentence, left, begin) if rank is None else None
            return rank or own, (begin, stop)
    return rank, None


# Nobody is both: `báo cáo với Thủ tướng, Bộ trưởng Y tế …` names two people.
_ADDRESSED = re.compile(r"(?:Phó )?Thủ tướng(?: Chính phủ)?, (?:Phó |Thứ |Bộ )")


def _back(sentence: str, at: int, pattern: re.Pattern[str]) -> int:
    """Where words of courtesy that end at a place begin, or the place itself."""
    low = max(0, at - 16)
    for match in pattern.finditer(sentence, low, at):
        if match.end() == at:
            return match.start()
    return at


def _touching(pattern: re.Pattern[str], sentence: str, left: int, at: int) -> tuple[int, int] | None:
    """The match with nothing but blanks and a comma between it and a place."""
    for match in pattern.finditer(sentence, max(left, at - 60), at):
        if not sentence[match.end() : at].strip(" ,.-–"):
            return match.span()
    return None


def _behind(sentence: str, end: int, right: int, names: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """The offices in apposition to a name: `X, Ủy viên …, Thứ trưởng …`; also in brackets or after a dash."""
    opening = re.compile(r"\s*(?:,|\(|[-–]|là)\s*").match(sentence, end, right)
    if not opening:
        return None
    office = OFFICE.match(sentence, opening.end(), right) or lower_office(sentence, opening.end(), right)
    if not office:
        return None
    stop = phrase_end(sentence, office.start(), right)
    if right < len(sentence) and stop >= right - 1 and "," in sentence[office.start() : stop]:
        # The last phrase belongs to the next name: `A, Bí thư Tỉnh ủy, Chủ tịch UBND tỉnh B`.
        stop = office.start() + sentence[office.start() : stop].rindex(",")
    return (office.start(), stop) if stop > office.start() else None
