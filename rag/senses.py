"""Pairs of words with opposite senses: a claim that takes the other one says the contrary."""

from __future__ import annotations

import re

# Words of opposite sense; in `strict` pairs a word is wrong as soon as the spans do not have its side.
PAIRS = [
    (kind, strict, side, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.I))
    for kind, strict, *sides in (
        (
            "direction",
            "strict",
            r"tăng(?! cường| tốc| ca)|dâng(?! hương| hoa)|tăng lên",
            r"giảm(?! nghèo| tải| nhẹ thiên tai)|hạ(?! tầng| viện| long| sĩ| lưu)|sụt",
        ),
        ("bound", "strict", r"tối thiểu|ít nhất|không dưới", r"tối đa|nhiều nhất|không quá"),
        ("comparison", "strict", r"cao hơn|lớn hơn|nhiều hơn|vượt", r"thấp hơn|nhỏ hơn|ít hơn|kém"),
        ("extreme", "strict", r"cao nhất|lớn nhất", r"thấp nhất|nhỏ nhất"),
        ("session", "", r"khai mạc", r"bế mạc"),
        ("works", "", r"khởi công", r"khánh thành"),
        (
            "trade",
            "",
            r"(?<!sáp )(?<!thu )(?<!hội )(?<!gia )nhập(?! học| viện| ngũ)",
            r"(?<!đề )(?<!sản )xuất(?! sắc| hiện| phát| bản| trình| viện| ngũ)",
        ),
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
SENSES = tuple(pattern for _, strict, _, pattern in PAIRS if strict)
"""Words whose sense is checked apart from their spelling."""
