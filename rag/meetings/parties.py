"""Verbs of asking, what is asked to be done, and the party that is asked."""

from __future__ import annotations

import re

from rag.meetings.article import Article
from rag.meetings.records import Stated
from rag.meetings.titles import BODY

# A noun of the same spelling has its quantity or its owner beside it: `những đề xuất`, `kiến nghị của tỉnh`.
ASKS = re.compile(
    r"(?<!\w)(?<!nêu )(?<!những )(?<!các )(?<!theo )(?<!của )(?<!một số )(?<!giải quyết )(?<!có )(?<!với )"
    r"(?<!nghe )(?<!được )(?<!bị )(?<!nghiên cứu )(?<!tham mưu )"
    r"(?:đề nghị|kiến nghị|đề xuất|yêu cầu|lưu ý|kêu gọi|khuyến nghị|hối thúc|thúc giục|nhắc nhở"
    r"|(?<!ban )(?<!điều hành, )chỉ đạo|giao(?! lưu| thông| dịch| ban| thừa| tiếp| nhiệm)|quán triệt)"
    r"(?! của| từ| nêu| trên| này| và| được| thực tế| chung| cao| phát triển|, (?:kiến nghị|đề xuất|chỉ đạo"
    r"|điều hành|yêu cầu|giải pháp))(?!\w)",
    re.I,
)
MODAL = re.compile(r"(?<!\w)(?<!khi )(?<!nếu )(?:cần phải|cần|phải(?! không)|nên(?= \w+))(?!\w)\s*", re.I)
ACTS = re.compile(
    r"(?:tiếp tục|tăng cường|đẩy mạnh|tập trung|chủ động|thường xuyên|nâng cao|xây dựng|thực hiện|triển khai"
    r"|phối hợp|quan tâm|chú trọng"
    r"|phát huy|hoàn thiện|rà soát|chỉ đạo|tổ chức|khẩn trương|kiên quyết|làm tốt|làm rõ|làm|đảm bảo|bảo đảm"
    r"|huy động|giữ vững|hỗ trợ|xử lý"
    r"|kiểm tra|xác định|đổi mới|quản lý|chuẩn bị|đẩy nhanh|sớm|nghiên cứu|bố trí|tạo điều kiện|tuyên truyền"
    r"|siết chặt|kịp thời|quyết liệt"
    r"|hạn chế|không để|(?<!hàng )không|coi trọng|gắn|duy trì|củng cố|phân công|tham mưu|đề cao|khắc phục|tận dụng"
    r"|mở rộng|thúc đẩy|hợp tác|đánh giá"
    r"|dự phòng|quan tâm|theo dõi|báo cáo|nghiêm túc|tích cực|thành lập|ban hành|lấy|cho|dừng|xem xét|đề ra|cập nhật"
    r"|thần tốc|đưa|bổ sung"
    r"|tham gia|khoanh vùng|cách ly|đầu tư|chăm lo|đặt|tạo|chấp hành|sử dụng|tránh|tuyệt đối|phân tích|đặc biệt"
    r"|sẵn sàng|ưu tiên|cung cấp|vận động"
    r"|ủng hộ|quyết tâm|nắm|tìm|áp dụng|gia|xem|phân cấp|đi đầu|giải quyết|giám sát|trao đổi|khai thác|giúp|mỗi"
    r"|hướng dẫn|chấm dứt|đoàn kết|quán triệt|ngăn chặn|kiện toàn|phòng ngừa|nhanh chóng|hoàn thành|tiến hành"
    r"|vào cuộc|tháo gỡ|cải cách|bám sát|trình|kết nối|phổ biến|xác minh|truy vết|chủ trì|lồng ghép|khuyến khích"
    r"|chấn chỉnh|cải thiện|giảm|rút ngắn|cam kết|tôn trọng|kiềm chế|đàm phán|cung ứng|ký|dành|bảo tồn"
    r"|phát triển|bảo vệ|ứng dụng|nỗ lực|cố gắng|điều chỉnh|thay đổi|lắng nghe|đôn đốc|rút kinh nghiệm"
    r"|đề phòng|nâng cấp|cảnh giác|nhận thức|công bố|công khai|nhân rộng|chuyển|giữ|mạnh dạn|linh hoạt|thu hồi"
    r"|phấn đấu|khơi thông|chia sẻ|lựa chọn|đa dạng|khắc phục|bồi dưỡng|đào tạo|ngăn|tính toán|thống kê"
    r"|tuân thủ)(?!\w)",
    re.I,
)
_PARTY_WORD = frozenset(
    """các cơ quan đơn vị sở ngành bộ phận ban giám hiệu người dân từng địa phương bộ ngành tỉnh thành phố huyện xã
phường quận thị trấn sở ban chính quyền cấp ủy người dân
doanh nghiệp hai bên liên quan trong chức năng viên đảng cán tổ cá nhân chủ lực lượng vũ trang công an quân đội từng
mọi toàn thể
hệ thống trị lãnh đạo đứng đầu của và thủ trưởng bộ chủ tịch giám đốc đồng chí nhà nước thuộc ở tại trung ương phía
đoàn hội
biên phòng y tế giáo dục quản lý hộ gia đình trường cơ sở giáo viên thầy cô học sinh tổ chức xã hội khu vực dân tộc
ủy đại biểu
vụ hành chức với hiệp đại trên địa bàn khối vùng nhất biên giới kể cả đảng chiến sĩ nhân dân thường trực phó bí thư
tập không""".split()
)
_TOKEN = re.compile(r"[^\s,;.:()“”\"?!…]+")


def party_from(article: Article, at: int, end: int) -> tuple[Stated | None, int]:
    """Whom a request is for, from a place on, and where that ends: words of people and bodies, joined by commas."""
    text = article.text
    begin = re.compile(
        r"[\s:,]*(?:đối với |với |cho |tới |đến )?(?:các đồng chí(?= [A-ZĐ])|đồng chí|ông|bà)?\s*"
    ).match(text, at, end)
    start = begin.end() if begin else at
    stop = cursor = start
    while cursor < end:
        token = _TOKEN.match(text, cursor, end)
        if not token or not _is_party(text, token, end) or (cursor == start and _NO_PARTY.match(token.group())):
            break
        if token.group().lower() not in ("và", "của", "các", "trong", "với", "trên", "ở", "tại", "là"):
            stop = token.end()
        gap = re.compile(r",?\s+|\s*[-–]\s*").match(text, token.end(), end)
        if not gap or (gap.group()[0] == "," and not _lists(text, gap.end(), end)):
            break
        cursor = gap.end()
    wider = _WIDER.match(text, stop, end) if stop > start else _UP_TO_ACT.match(text, start, end)
    if wider and not _NO_PARTY.match(wider.group().split(" ")[0]) and not ASKS.search(text, stop, wider.end()):
        stop = wider.end()
    return (article.cut(start, stop), stop) if stop > start + 2 else (None, at)


_ACT = rf"(?:cần|phải|{ACTS.pattern[3:-7]})(?!\w)"
# What stands between a party and what it is asked to do still belongs to it: `các xã có dịch phải …`.
_WIDER = re.compile(rf"(?! (?:cần|phải|{ACTS.pattern[3:-7]})(?!\w))[^,;.:]{{2,60}}?(?=\s+(?:cần|phải)(?!\w))", re.I)
_UP_TO_ACT = re.compile(rf"(?:các|những|toàn|mọi|từng|cả|hai|[A-ZĐ])[^,;.:]{{2,80}}?(?=\s+{_ACT})")
_NO_PARTY = re.compile(
    r"(?:thời|trường|nếu|yêu|để|khi|trong|việc|đối|theo|do|về|tại|ở|trên|của|và|với|có|trước|sau|phải|cần|không"
    r"|nhưng|những)$",
    re.I,
)


def _lists(text: str, at: int, end: int) -> bool:
    token = _TOKEN.match(text, at, end)
    if token is None or ACTS.match(text, at, end) or MODAL.match(text, at, end):
        return False
    return _is_party(text, token, end)


def _is_party(text: str, token: re.Match[str], end: int) -> bool:
    word = token.group()
    if word == "có":
        return text.startswith("có liên quan", token.start())
    if (
        ACTS.match(text, token.start(), end)
        and not word[0].isupper()
        and text[token.start() - 4 : token.start()] != "các "
    ):
        return False
    return word[0].isupper() or word.lower() in _PARTY_WORD or word.lower() in BODY
