"""Which stretches of a text are evidence: the text is never changed, only marked."""

from __future__ import annotations

from rag.cleaning.repeated import RepeatedLines
from rag.cleaning.spans import Cleaned, clean, titled

__all__ = ["Cleaned", "RepeatedLines", "clean", "titled"]
