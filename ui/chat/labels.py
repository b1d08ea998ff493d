"""The words of the chat tab."""

from __future__ import annotations

EARLIER = "Xem các câu trước"
