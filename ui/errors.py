"""What an error says on the screen: its own words, but no step that only the command line knows."""

from __future__ import annotations

from rag.errors import EmptyLibrary, GenerationFailed, HoidapError, UnknownDocument

STEPS: dict[type[HoidapError], str] = {
    EmptyLibrary: "Hãy thêm tài liệu ở thẻ Tài liệu.",
    GenerationFailed: "Hãy bấm Hỏi lại.",
    UnknownDocument: "Hãy xem danh sách ở thẻ Tài liệu.",
}


def on_screen(error: HoidapError) -> str:
    """What went wrong and what to do about it on this page, on one line."""
    usual = error.next_step == type(error).next_step
    step = STEPS.get(type(error), error.next_step) if usual else error.next_step
    return " ".join(f"{error.problem} {step}".split())
