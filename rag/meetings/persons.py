"""Named persons with the rank and the office phrases that stand at their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag import facts
from rag.people import OFFICES, SURNAME, UPPER, name_spans
from rag.places import COUNTRY_NAMES, PLACES
from rag.text import is_syllable

_RANKS = (
    "Đại tướng|Thượng tướng|Trung tướng|Thiếu tướng|Đại tá|Thượng tá|Trung tá|Thiếu tá|Đại úy|Thượng úy|Trung úy"
    "|Thiếu úy|Chuẩn tướng|Chuẩn Đô đốc|Phó Đô đốc|Đô đốc|Giáo sư|Phó Giáo sư|Tiến sĩ|Thạc sĩ"
    r"|(?:P?GS|TS|ThS|BS|KTS)(?:\.?\s?(?:TS|BS|KH|VS))*\.?|Bác sĩ"
)
RANK = re.compile(rf"(?<!\w)(?:{_RANKS})(?:[\s,-]+(?:{_RANKS}))*(?!\w)")
_MORE = """Ngoại trưởng|Quốc vương|Nữ hoàng|Nhà vua|Thượng nghị sĩ|Nghị sĩ|Hạ nghị sĩ|Đặc phái viên|Cao ủy|Thống đốc
Thị trưởng|Phó Thị trưởng|Tỉnh trưởng|Tổng Tham mưu trưởng|Phó Ngoại trưởng|Trợ lý Ngoại trưởng|Cố vấn|Hoàng tử
Phó Đại sứ|Tham tán|Đại biện|Công sứ|Phó phát ngôn viên|Phát ngôn viên|Phó Trưởng Ban|Trưởng đại diện
Phó Trưởng Đoàn|Trưởng Đoàn|Tổng Kiểm toán Nhà nước|Phó Tổng Kiểm toán Nhà nước|Viện trưởng|Phó Viện trưởng
Phó Chủ tịch Thường trực|Phó Cục trưởng|Phó Vụ trưởng|Tổng cục trưởng|Phó Tổng cục trưởng|Thường trực Ban Bí thư
Chủ tịch Quốc hội|Phó Chủ tịch Quốc hội|Phó Trưởng Công an|Trưởng Công an|Đại biểu|Hiệu trưởng|Phó Hiệu trưởng
Phó Chủ nhiệm Thường trực|Phó Tổng Thư ký|Quyền Bộ trưởng|Quyền Chủ tịch|Tổng Thanh tra|Phó Tổng Thanh tra
Thẩm phán|Kiểm sát viên|Phó Trưởng phòng|Chủ nhiệm|Phó Tổng Tư lệnh|Tổng Tư lệnh|Bí thư thứ nhất|Phu nhân
Phó Chủ tịch HĐQT|Chủ tịch HĐQT|Trợ lý|Phó Chánh Thanh tra|Tổng Biên tập|Quyền Vụ trưởng|Phó Bí thư|Điều phối viên
Đồng Chủ tịch|Ủy viên|Chánh Thư ký|Chủ tọa|Viện phó|Thành viên|Phó ban|Thành viên|Phó đoàn|Phó trưởng ban|Phó trưởng đoàn""".replace(
    "\n", "|"
)
_ALL = sorted({*OFFICES, *_MORE.split("|")}, key=len, reverse=True)
OFFICE = re.compile(
    rf"(?<!\w)(?:(?:nguyên|cựu|quyền|tân) )?(?!(?:{_RANKS})(?!\w))(?:{'|'.join(map(re.escape, _ALL))})(?!\w)", re.I
)
# Lower-case words that go on with an office: what it is in, where, and how it is held.
BODY = frozenset(
    """tỉnh huyện thành phố thị xã quận phường trấn thôn bản khu vực nước châu vùng liên bang cộng hòa nhân dân dân tộc
quốc phòng an ninh kinh tế hội đại biểu chuyên trách thường trực phụ kiêm trung ương địa phương nông thôn nghiệp môi trường
đào tạo công nghệ truyền thông du lịch thể thao thương mại tài chính vận tải binh vũ trang đội quân đoàn sư lữ cơ quan bộ sở
ban ngành ủy viện cục vụ tổng phòng công ty tập trách nhiệm bệnh trường học cổ phần ngân hàng hiệp thanh niên phụ nữ cựu chiến
liên quốc thứ nhất đặc mệnh toàn quyền tại lâm thời khóa kỳ đảng trưởng phó thuộc đương kim ngoại giao chính phủ khoa giáo
dục y nội tư pháp tuyên vận biên giới trị dự khuyết đối khối doanh người cao tuổi trẻ em sức khỏe quản lực lượng sự pháp luật
hành chức đạo đồng lý thi kiểm định chất lượng kiểm soát hoạch đua khen thưởng thanh tra kế gia yếu lưu trữ danh dự bảo hiểm tôn đô đất đai lao động thuế hải kho bạc giao thủy lợi lâm sản văn hóa mặt trận tổ dân""".split()
)
# Such words are verbs unless the name of a body leads to them: `Ban chỉ đạo`, but `Bộ trưởng chỉ đạo …`.
_VERBAL = re.compile(
    r"(?:tổ chức|kiểm tra|chỉ đạo|điều hành|bảo vệ|xây dựng|thông tin|giám sát|phát triển|hợp tác|đầu tư|kiểm sát|phụ trách"
    r"|phòng,? chống|tuyên truyền)(?!\w)"
)
_LEADS = re.compile(r"(?<!\w)(?:giám đốc|ban|chỉ đạo|ủy ban|và|cục|sở|vụ|phòng|bộ|viện|ngân hàng|hội|thanh tra)\s$", re.I)
_OTHERS = re.compile(r"(?:đồng chí|đồng thời|đồng chủ trì|đồng ý|kiểm soát|đại diện|lãnh đạo|các đồng chí|một số|đông đảo|các đại biểu|đại biểu(?! Quốc| HĐND| Hội))(?!\w)")
# Small words of a name in between: `Hội Lạnh và Điều hòa không khí Việt Nam`; none may begin a new clause.
_CLAUSE_WORD = re.compile(
    r"(?:với|tại|đã|đang|sẽ|cùng|đến|tới|thăm|dự|gặp|có|là|về|do|cho|trong|từ|theo|vừa|được|bị|để|nhân|trả|ký|ra|lên|sang|vào|trước|sau"
    r"|khi|rằng|này|đó|cũng|làm|nói|phát|chủ|hứa|nêu|báo|đề|yêu|kiến|khẳng|nhấn|trao|tặng|tiếp|đón|kiểm|khảo|bày|cảm|chia|ghi|mong|cam"
    r"|lưu|giao|kết|trình|thông|đánh|đồng|ông|bà|anh|chị|gửi|công|thay|dẫn|tổ|triển|xem|như|mà|nhưng|còn|vẫn|người)$"
)
_JOINS = frozenset({"và", "của", "các", "về", "-", "–", "cho"})
_TOKEN = re.compile(r"[^\s,;.:()“”\"?!…–]+|–")
_COURTESY = re.compile(r"(?<!\w)(?:các đồng chí|đồng chí|đ/c|ông|bà|ngài|anh|chị|cô|cụ)(?!\w)\.?\s*", re.I)
_COUNTRY = "|".join(
    map(
        re.escape,
        sorted(
            (
                *COUNTRY_NAMES,
                *"""Mỹ|Nga|Anh|Pháp|Đức|Ý|Lào|Úc|Bỉ|Áo|Hà Lan|Thụy Sĩ|Thụy Điển|Na Uy|Đan Mạch|Phần Lan|Ba Lan|Séc|Hungary|EU
Liên Hợp Quốc|Liên hợp quốc|LHQ|ASEAN|NATO|WHO|UAE|Belarus|Qatar|Saudi Arabia|Palestine|Afghanistan|Pakistan|Bangladesh
Sri Lanka|Brunei|New Zealand|Mexico|Argentina|Chile|Peru|Venezuela|Nam Phi|Nigeria|Ethiopia|Syria|Jordan|Lebanon|Azerbaijan
Armenia|Kazakhstan|Uzbekistan|Mông Cổ|Hy Lạp|Bồ Đào Nha|Romania|Bulgaria|Croatia|Serbia|Slovakia|Slovenia|Ireland|Iceland
Latvia|Litva|Estonia|CHDCND Lào|Việt Nam|Đông Timor|Nepal|Mozambique|Angola""".replace("\n", "|").split("|"),
            ),
            key=len,
            reverse=True,
        ),
    )
)
_FOREIGN = re.compile(
    rf"(?P<lead>(?<!\w)(?:{_COUNTRY}|ông|bà|ngài|{_RANKS}|{'|'.join(map(re.escape, _ALL))}))[,:]? "
    rf"(?P<name>[{UPPER}][\w’'.-]*(?: (?:bin |al-|de |van |von |der |da )*[{UPPER}][\w’'.-]*){{1,4}})",
)
_AGENCIES = frozenset("Bộ Sở Ban Hội Viện Trường Tập Công Ngân Đại Trung Tổng Cục Vụ Viettel Quỹ Liên Ủy".split())
_DEAD = frozenset({"Hồ Chí Minh", "Võ Nguyên Giáp", "Tôn Đức Thắng", "Lý Thường Kiệt", "Trần Hưng Đạo", "Kim Nhật Thành"})


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
    found = []
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
    """No street, school or company named after somebody, nor a company with its province: `Viettel Hậu Giang`."""
    words = sentence[start:end].split(" ")
    home = facts.keys(" ".join(words[1:])) in PLACES and not SURNAME.match(words[0])
    return not home and not _NO_NAME.search(sentence[max(0, start - 12) : start])


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
    r"(?<!\w)(?:huyện|xã|tỉnh|thành phố|quận|phường|thôn|đường|trường|chùa|đền|TP\.?|thị xã|thị trấn|núi|sông|phố|giải|quỹ|Viettel|bản|đảo"
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
    office = OFFICE.match(sentence, opening.end(), right) or _lower_office(sentence, opening.end(), right)
    if not office:
        return None
    stop = phrase_end(sentence, office.start(), right)
    if right < len(sentence) and stop >= right - 1 and "," in sentence[office.start() : stop]:
        # The last phrase belongs to the next name: `A, Bí thư Tỉnh ủy, Chủ tịch UBND tỉnh B`.
        stop = office.start() + sentence[office.start() : stop].rindex(",")
    return (office.start(), stop) if stop > office.start() else None


_ROLE = re.compile(
    r"(?:đại diện|giám đốc|phó giám đốc|trưởng|phó|chuyên gia|luật sư|nhà|chủ|người|thành viên|cán bộ|bác sĩ)(?= )"
)


def _lower_office(sentence: str, start: int, right: int) -> re.Match[str] | None:
    return _ROLE.match(sentence, start, right)


def phrase_end(sentence: str, start: int, limit: int) -> int:
    """Where the office phrase that begins at a place ends: offices, their bodies, commas between offices."""
    end = at = start
    while at < limit:
        office = OFFICE.match(sentence, at, limit)
        if office or at == start:
            role = office or _ROLE.match(sentence, at, limit)
            if not role:
                return end
            end = at = role.end()
            continue
        comma = re.compile(r",\s+|\s+(?:kiêm|và)\s+").match(sentence, at, limit)
        if comma and OFFICE.match(sentence, comma.end(), limit):
            at = comma.end()
            continue
        blank = re.compile(r"\s+(?![-–])|[-–]|\s[-–]\s(?=[A-ZĐ]{2})").match(sentence, at, limit)
        token = _TOKEN.match(sentence, blank.end(), limit) if blank else None
        if not blank or not token or _OTHERS.match(sentence, token.start(), limit):
            return end
        verbal = _VERBAL.match(sentence, token.start(), limit)
        if verbal and _LEADS.search(sentence, max(start, token.start() - 12), token.start()):
            end = at = verbal.end()
            continue
        if verbal or not (_belongs(sentence, token, limit) or _between(sentence, token.start(), limit)):
            return end
        at = token.end()
        if token.group() not in _JOINS:
            end = at
    return end


def _between(sentence: str, at: int, limit: int) -> bool:
    """Up to three small words that lead on to a capital, in one name."""
    for _ in range(4):
        token = _TOKEN.match(sentence, at, limit)
        if not token or _CLAUSE_WORD.match(token.group().lower()):
            return False
        if token.group()[0].isupper():
            return True
        if sentence[token.end() : token.end() + 1] != " ":
            return False
        at = token.end() + 1
    return False


def _belongs(sentence: str, token: re.Match[str], limit: int) -> bool:
    word = token.group()
    if word in _JOINS:
        following = _TOKEN.match(sentence, token.end() + 1, limit)
        if _OTHERS.match(sentence, token.end() + 1, limit):
            return False
        return bool(following) and (following.group()[0].isupper() or following.group() in BODY)  # type: ignore[union-attr]
    return word[0].isupper() or word[0].isdigit() or word.lower() in BODY


def named(found: Sequence[Mention]) -> Iterator[str]:
    return (mention.name for mention in found)
