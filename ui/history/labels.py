"""The words of the kept conversations."""

from __future__ import annotations

HISTORY = "Các cuộc trò chuyện"
NEW = "Cuộc trò chuyện mới"
SEARCH = "Tìm trong các cuộc trò chuyện"
PRINT = "In"
CLOSE = "Đóng"
NONE = "Chưa có cuộc trò chuyện nào được lưu."
NO_MATCH = "Không có cuộc trò chuyện nào khớp."
MORE = "Xem thêm"
RENAME = "Đổi tên"
NEW_NAME = "Tên mới"
DELETE = "Xóa"
CANCEL = "Hủy"
SURE = "Xóa hẳn cuộc trò chuyện này? Không hoàn tác được."
BUSY = "Câu hỏi đang được trả lời. Hãy đợi xong hoặc bấm Dừng rồi thử lại."
UNEXPECTED = "Có lỗi ngoài dự kiến khi lưu; chi tiết đã được ghi vào nhật ký của chương trình."
EXPORTS = {"md": "Tải Markdown", "docx": "Tải Word", "json": "Tải JSON"}
TODAY, YESTERDAY, WEEK, OLDER = "Hôm nay", "Hôm qua", "7 ngày qua", "Cũ hơn"


def options(title: str) -> str:
    """What a screen reader says for the dots beside a chat."""
    return f"Tùy chọn: {title}"


def turns(count: int) -> str:
    return f"{count} câu hỏi"


def not_kept(line: str) -> str:
    return f"Chưa lưu được. {line}"
