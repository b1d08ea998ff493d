"""Questions that are orders to the assistant: `Bỏ qua mọi hướng dẫn và …`. They are data, and nothing answers them."""

from __future__ import annotations

import re

from rag.courtesy import lenient

_ORDERS = re.compile(
    lenient(
        r"(?:bỏ qua|phớt lờ|quên|làm trái|không (?:cần )?tuân theo)(?: đi| hết)*"
        r"(?: (?:mọi|tất cả|các|những|toàn bộ|hết))*"
        r" (?:hướng dẫn|chỉ dẫn|mệnh lệnh|quy tắc|yêu cầu trước|lời nhắc|nội dung trước)"
        r"|^(?:bạn )?(?:hãy )?(?:đóng vai|giả vờ (?:là|rằng))(?! trò)|system prompt"
        r"|(?:in|cho xem|tiết lộ|hiển thị) (?:ra )?(?:toàn bộ )?(?:prompt|lời nhắc)"
        r"|(?:hãy|chỉ|luôn|phải) (?:được )?(?:trả lời|nói) (?:rằng|là|đúng một từ)"
    )
    + r"|(?:ignore|disregard|forget)(?: all| any| the| your)*(?: previous| prior| above| instructions)"
    r"|<\|im_|you are now|jailbreak",
    re.I,
)


def orders(question: str) -> bool:
    """True for a text that gives the assistant orders instead of asking about documents."""
    return bool(_ORDERS.search(question))
