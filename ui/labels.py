"""Every word the screen shows, in Vietnamese, and how dates are written."""

from __future__ import annotations

from rag.records import Citation

APP = "Hỏi đáp tài liệu"
TAGLINE = "Chạy hoàn toàn trên máy này; mỗi câu trả lời dẫn đến đúng câu trong bài gốc."
DARK = "Nền tối"
LIGHT = "Nền sáng"
TAB_CHAT = "Trò chuyện"
TAB_DOCUMENTS = "Tài liệu"

MODELS_LOADING = "Đang nạp mô hình…"
MODELS_READY = "Sẵn sàng"

QUESTION = "Câu hỏi"
PLACEHOLDER = "Hỏi về tài liệu của bạn…"
SEND = "Gửi"
STOP = "Dừng"
COMPOSER_HINT = "Chỉ trả lời từ tài liệu trong kho. Bấm vào số để kiểm tra trong bài gốc."
NEW_CHAT = "Cuộc trò chuyện mới"

WELCOME = "Bạn muốn biết điều gì?"
WELCOME_HINT = "Câu trả lời chỉ lấy từ tài liệu trong kho."
WELCOME_TRY = "Thử một câu:"
WELCOME_EMPTY = "Kho chưa có tài liệu nào."
WELCOME_EMPTY_HINT = "Hãy thêm tệp Word, PDF, trang web, thư hoặc văn bản, rồi quay lại đây để hỏi."
ADD_DOCUMENTS = "Thêm tài liệu"
EXAMPLES = (
    "Đại tướng Phan Văn Giang làm việc với Tỉnh ủy Sơn La khi nào?",
    "Kinh tế Sơn La 9 tháng năm 2024 tăng bao nhiêu phần trăm?",
    "Ai chủ trì hội nghị sơ kết 5 năm thực hiện Nghị định 21/2019/NĐ-CP?",
    "Đoàn công tác tỉnh Lào Cai đã gặp ai ở châu Văn Sơn?",
)

WAITING = "Đang chờ lượt…"
STAGES = {
    "search": "Đang tìm…",
    "load": "Đang nạp mô hình…",
    "read": "Đang đọc các câu trích…",
    "write": "Đang viết…",
    "verify": "Đang kiểm chứng từng câu…",
}
UNDERSTOOD = "Đang hiểu là:"
DRAFT = "Đang viết, chưa kiểm chứng"
EVIDENCE = "Các câu gần nhất trong tài liệu"
SOURCES = "Nguồn"
EXTRACTIVE = "Trích nguyên văn"
ERROR = "Có lỗi"
STOPPED = "Đã dừng."
STOPPED_KEPT = "Phần đang viết chưa được kiểm chứng nên không giữ lại. Các câu trích dưới đây là nguyên văn."
STOPPED_NOTHING = "Chưa có câu trả lời nào."
ANSWERED = "Đã trả lời."
UNEXPECTED = "Có lỗi ngoài dự kiến. Hãy thử lại; chi tiết đã được ghi vào nhật ký của chương trình."
NO_DOWNLOAD = "Không có tệp này. Hãy mở lại trang rồi thử lại."
NAMELESS = "hoi-dap"
NO_ORIGINAL = "Tệp gốc không còn ở chỗ cũ; văn bản đã nạp vẫn xem được trong trang."
REASONS = {
    "no_evidence": "Không có đoạn nào trong kho nói về điều này.",
    "not_answered": "Có đoạn gần chủ đề, nhưng không đoạn nào trả lời câu hỏi này.",
    "unverified": "Câu mô hình viết ra không khớp với nguyên văn tài liệu nên không được hiển thị.",
}

SOURCE_PANEL = "Bài gốc"
SOURCE_EMPTY = "Bấm vào số [1] hoặc vào một câu trích để xem câu đó trong toàn bài."
PREVIOUS = "Câu trước"
NEXT = "Câu sau"
COPY = "Chép trích dẫn"
COPIED = "Đã chép"
CLOSE = "Đóng"
CLIPPED = "… (phần này được lược bớt vì bài rất dài) …"
NO_DATE = "không rõ ngày"

DELETE = "Xóa"
CANCEL = "Hủy"
CONFIRM_DELETE = "Xóa khỏi kho?"
CONFIRM_DELETE_HINT = "Có thể hoàn tác trong 5 phút, chừng nào trang này còn mở."

_GRADIO = {
    "upload_text.drop_file": "Thả tệp hoặc thư mục vào đây",
    "upload_text.click_to_upload": "bấm để chọn tệp",
    "upload_text.paste_clipboard": "Dán",
    "common.or": "hoặc",
    "common.clear": "Xóa",
    "common.error": "Lỗi",
    "common.loading": "Đang tải",
    "common.remove": "Bỏ",
    "common.submit": "Gửi",
    "common.empty": "Trống",
    "file.uploading": "Đang tải lên…",
    "status.queue_position": "Đang chờ: thứ {position} trong {size}",
    "blocks.lost_connection": "Mất kết nối vì rời trang. Đang xếp hàng lại…",
    "blocks.waiting_for_inputs": "Đang tải tệp lên, hãy đợi một chút.",
    "blocks.long_requests_queue": "Có nhiều câu hỏi đang chờ.",
    "blocks.connection_can_break": "Kết nối có thể mất khi màn hình tắt.",
    "errors.runtime_error": "có lỗi khi chạy",
}
GRADIO_ATTRIBUTES = {
    "Click to upload or drop files": "",
    "File upload": "Chọn tệp",
    "More tabs": "Các thẻ khác",
}
"""Words that Gradio writes into `aria-label` and `title` by itself; empty where the content says it already."""
GRADIO = {"en": _GRADIO, "vi": _GRADIO}
"""Gradio's own words by locale; it has no Vietnamese, so ours stand in for the fallback too."""


def date(published: str | None) -> str:
    """`2024-10-22` as `22/10/2024`, `2024-10` as `10/2024`; an unknown date says so."""
    return "/".join(reversed(published.split("-"))) if published else NO_DATE


def place_and_date(citation: Citation) -> str:
    """`trang 3 · 22/10/2024`; a file without pages has only the date."""
    page = (f"trang {citation.page}",) if citation.page else ()
    return " · ".join((*page, date(citation.published)))


def took(seconds: float, model: str | None) -> str:
    """How long an answer took and which model phrased it."""
    spent = f"{seconds:.1f}".replace(".", ",")
    return f"{spent} giây · {model}" if model else f"{spent} giây"


def characters(count: int) -> str:
    """A size in characters with the Vietnamese thousands mark."""
    return f"{count:,}\u00a0ký\u00a0tự".replace(",", ".")


def more_quotes(count: int) -> str:
    return f"Thêm {count} câu"


def sources(count: int) -> str:
    """Of a sentence that several papers print."""
    return f"{count} nguồn cùng đưa"


def source_of(number: int, title: str) -> str:
    """What a screen reader says for a chip."""
    return f"Nguồn {number}: {title}"


def waiting(ahead: int) -> str:
    """The place in the line before the model."""
    return f"Đang chờ: còn {ahead} câu phía trước"
