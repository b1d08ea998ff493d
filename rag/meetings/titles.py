"""Ranks and office phrases as they stand beside a name."""

from __future__ import annotations

import re

from rag.people import OFFICES

RANKS = (
    "Đại tướng|Thượng tướng|Trung tướng|Thiếu tướng|Đại tá|Thượng tá|Trung tá|Thiếu tá|Đại úy|Thượng úy|Trung úy"
    "|Thiếu úy|Chuẩn tướng|Chuẩn Đô đốc|Phó Đô đốc|Đô đốc|Giáo sư|Phó Giáo sư|Tiến sĩ|Thạc sĩ"
    r"|(?:P?GS|TS|ThS|BS|KTS)(?:\.?\s?(?:TS|BS|KH|VS))*\.?|Bác sĩ"
)
RANK = re.compile(rf"(?<!\w)(?:{RANKS})(?:[\s,-]+(?:{RANKS}))*(?!\w)")
_MORE = """Ngoại trưởng|Quốc vương|Nữ hoàng|Nhà vua|Thượng nghị sĩ|Nghị sĩ|Hạ nghị sĩ|Đặc phái viên|Cao ủy|Thống đốc
Thị trưởng|Phó Thị trưởng|Tỉnh trưởng|Tổng Tham mưu trưởng|Phó Ngoại trưởng|Trợ lý Ngoại trưởng|Cố vấn|Hoàng tử
Phó Đại sứ|Tham tán|Đại biện|Công sứ|Phó phát ngôn viên|Phát ngôn viên|Phó Trưởng Ban|Trưởng đại diện
Phó Trưởng Đoàn|Trưởng Đoàn|Tổng Kiểm toán Nhà nước|Phó Tổng Kiểm toán Nhà nước|Viện trưởng|Phó Viện trưởng
Phó Chủ tịch Thường trực|Phó Cục trưởng|Phó Vụ trưởng|Tổng cục trưởng|Phó Tổng cục trưởng|Thường trực Ban Bí thư
Chủ tịch Quốc hội|Phó Chủ tịch Quốc hội|Phó Trưởng Công an|Trưởng Công an|Đại biểu|Hiệu trưởng|Phó Hiệu trưởng
Phó Chủ nhiệm Thường trực|Phó Tổng Thư ký|Quyền Bộ trưởng|Quyền Chủ tịch|Tổng Thanh tra|Phó Tổng Thanh tra
Thẩm phán|Kiểm sát viên|Phó Trưởng phòng|Chủ nhiệm|Phó Tổng Tư lệnh|Tổng Tư lệnh|Bí thư thứ nhất|Phu nhân
Phó Chủ tịch HĐQT|Chủ tịch HĐQT|Trợ lý|Phó Chánh Thanh tra|Tổng Biên tập|Quyền Vụ trưởng|Phó Bí thư|Điều phối viên
Đồng Chủ tịch|Ủy viên|Chánh Thư ký|Chủ tọa|Viện phó|Thành viên|Phó ban|Thành viên|Phó đoàn|Phó trưởng ban
Phó trưởng đoàn""".replace("\n", "|")
OFFICE_NAMES = sorted({*OFFICES, *_MORE.split("|")}, key=len, reverse=True)
OFFICE = re.compile(
    rf"(?<!\w)(?:(?:nguyên|cựu|quyền|tân) )?(?!(?:{RANKS})(?!\w))(?:{'|'.join(map(re.escape, OFFICE_NAMES))})(?!\w)",
    re.I,
)
# Lower-case words that go on with an office: what it is in, where, and how it is held.
BODY = frozenset(
    """tỉnh huyện thành phố thị xã quận phường trấn thôn bản khu vực nước châu vùng liên bang cộng hòa nhân dân dân
tộc
quốc phòng an ninh kinh tế hội đại biểu chuyên trách thường trực phụ kiêm trung ương địa phương nông thôn nghiệp môi
trường
đào tạo công nghệ truyền thông du lịch thể thao thương mại tài chính vận tải binh vũ trang đội quân đoàn sư lữ cơ
quan bộ sở
ban ngành ủy viện cục vụ tổng phòng công ty tập trách nhiệm bệnh trường học cổ phần ngân hàng hiệp thanh niên phụ nữ
cựu chiến
liên quốc thứ nhất đặc mệnh toàn quyền tại lâm thời khóa kỳ đảng trưởng phó thuộc đương kim ngoại giao chính phủ khoa
giáo
dục y nội tư pháp tuyên vận biên giới trị dự khuyết đối khối doanh người cao tuổi trẻ em sức khỏe quản lực lượng sự
pháp luật
hành chức đạo đồng lý thi kiểm định chất lượng kiểm soát hoạch đua khen thưởng thanh tra kế gia yếu lưu trữ danh dự
bảo hiểm tôn đô đất đai lao động thuế hải kho bạc giao thủy lợi lâm sản văn hóa mặt trận tổ dân""".split()
)
# Such words are verbs unless the name of a body leads to them: `Ban chỉ đạo`, but `Bộ trưởng chỉ đạo …`.
_VERBAL = re.compile(
    r"(?:tổ chức|kiểm tra|chỉ đạo|điều hành|bảo vệ|xây dựng|thông tin|giám sát|phát triển|hợp tác|đầu tư|kiểm sát"
    r"|phụ trách"
    r"|phòng,? chống|tuyên truyền|giao (?:cho|nhiệm vụ))(?!\w)"
)
_LEADS = re.compile(
    r"(?<!\w)(?:giám đốc|ban|chỉ đạo|ủy ban|và|cục|sở|vụ|phòng|bộ|viện|ngân hàng|hội|thanh tra)\s$", re.I
)
_OTHERS = re.compile(
    r"(?:đồng chí|đồng thời|đồng chủ trì|đồng ý|kiểm soát|đại diện|lãnh đạo|các đồng chí|một số|đông đảo"
    r"|các đại biểu|đại biểu(?! Quốc| HĐND| Hội))(?!\w)"
)
# Small words of a name in between: `Hội Lạnh và Điều hòa không khí Việt Nam`; none may begin a new clause.
_CLAUSE_WORD = re.compile(
    r"(?:với|tại|đã|đang|sẽ|cùng|đến|tới|thăm|dự|gặp|có|là|về|do|cho|trong|từ|theo|vừa|được|bị|để|nhân|trả|ký|ra|lên"
    r"|sang|vào|trước|sau"
    r"|khi|rằng|này|đó|cũng|làm|nói|phát|chủ|hứa|nêu|báo|đề|yêu|kiến|khẳng|nhấn|trao|tặng|tiếp|đón|kiểm|khảo|bày|cảm"
    r"|chia|ghi|mong|cam"
    r"|lưu|giao|kết|trình|thông|đánh|đồng|ông|bà|anh|chị|gửi|công|thay|dẫn|tổ|triển|xem|như|mà|nhưng|còn|vẫn|người)$"
)
_JOINS = frozenset({"và", "của", "các", "về", "-", "–", "cho"})
_TOKEN = re.compile(r"[^\s,;.:()“”\"?!…–]+|–")


_ROLE = re.compile(
    r"(?:đại diện|giám đốc|phó giám đốc|trưởng|phó|chuyên gia|luật sư|nhà|chủ|người|thành viên|cán bộ|bác sĩ)(?= )"
)


def lower_office(sentence: str, start: int, right: int) -> re.Match[str] | None:
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
