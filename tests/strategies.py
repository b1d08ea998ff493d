"""Text as it can come out of a file: any character that UTF-8 can carry, and the troublesome ones often."""

from __future__ import annotations

from hypothesis import strategies as st

_CONTROLS = ["\x00", "\x01", "\x0b", "\x0c", "\x1c", "\x85", "\xa0", "\u200b", "\u2028", "\ufeff"]
_NEWLINES = ["\n", "\n\n", "\r\n", "\r"]
_LETTERS = [
    "\u0301",
    "\u0323",
    "a\u0302\u0323",
    "\U0001f600",
    "\U0001f469\u200d\U0001f467",
    "đ",
    "Đ",
    "hoà",
    "hòa",
    "ﬁ",
    "İ",
    "\U0010ffff",
]
_MARKS = [".", "./.", "...", "…", ";", "; ", ". ", "?”", "# ", "  "]
_WORDS = ["Chiều 16/4,", "TP. Hồ Chí Minh.", "7,36%.", "fb yt zl tw", "a.jpg", "Hội nghị", "tăng trưởng"]

any_text = st.text(st.characters(exclude_categories=("Cs",)), max_size=200)
documents = st.lists(
    st.one_of(any_text, st.sampled_from(_CONTROLS + _NEWLINES + _LETTERS + _MARKS + _WORDS)), max_size=30
).map("".join)
"""Whole documents, Vietnamese in places."""
