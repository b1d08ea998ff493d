"""The words of the chat tab."""

from __future__ import annotations

EARLIER = "Xem các câu trước"
EDIT = "Sửa"
EDIT_HINT = "Sửa câu hỏi này rồi hỏi lại"
AGAIN = "Hỏi lại"
COPY_ANSWER = "Chép câu trả lời"
NEAREST = "Tài liệu gần nhất"
HOW_TO_ASK = "Thử hỏi lại"
ADVICE = {
    "no_evidence": "Nêu rõ tên người, cơ quan, nơi họp hoặc ngày; xem lại chính tả; hoặc thêm tài liệu còn thiếu.",
    "not_answered": "Hỏi một điều cụ thể hơn (ai, ngày nào, ở đâu, bao nhiêu), hoặc mở tài liệu gần nhất để xem.",
    "unverified": "Hỏi ngắn hơn, mỗi lần một điều, hoặc mở tài liệu gần nhất để xem nguyên văn.",
}
CHANGED = "Bài gốc đã thay đổi sau câu trả lời này."
GONE = "Bài gốc không còn trong kho."

SCOPE = "Đang hỏi trong:"
LEAVE_SCOPE = "Bỏ, hỏi trong cả kho"
CONFINED = "Chỉ tìm trong tài liệu của cuộc họp này:"
EVERYWHERE = "Hỏi trong cả kho"

_SURE, _FAIRLY_SURE = 0.85, 0.6


def searched(count: int) -> str:
    """How many documents a refused question was looked for in."""
    number = f"{count:,}".replace(",", ".")
    return f"Đã tìm trong {number} tài liệu với câu"


def confidence(probability: float) -> str:
    """A calibrated probability of being right in one word."""
    word = "cao" if probability >= _SURE else "vừa" if probability >= _FAIRLY_SURE else "thấp"
    return f"Độ chắc chắn {word}"


def confidence_meaning(probability: float) -> str:
    """What that word stands for."""
    return f"Ước tính {round(100 * probability)} trong 100 câu trả lời như thế này là đúng."


def time_left(seconds: float) -> str:
    """In steps that do not flicker: to the second below ten, then to five."""
    rounded = max(1, round(seconds)) if seconds < 10 else 5 * round(seconds / 5)
    return f"còn khoảng {rounded} giây" if rounded < 90 else f"còn khoảng {round(rounded / 60)} phút"
