"""The words of the source panel."""

from __future__ import annotations

from rag.records import Citation, SpanKind

ORIGINAL = "Mở tệp gốc"
CHANGED = "Bài gốc đã thay đổi sau câu trả lời này. Câu được trích khi đó:"
GONE = "Bài gốc không còn trong kho. Câu được trích khi đó:"
PRESENT = "Bài hiện nay:"
KINDS = {
    SpanKind.RELATED: "Tin khác in cùng trang, không dùng làm bằng chứng",
    SpanKind.BOILERPLATE: "Phần lề của trang, không dùng làm bằng chứng",
}


def where(citation: Citation, count: int) -> str:
    """Which of the sources this is, and where in its document: `Nguồn 2/3 · trang 4 · Điều 5`."""
    page = (f"trang {citation.page}",) if citation.page else ()
    heading = (citation.heading,) if citation.heading else ()
    return " · ".join((f"Nguồn {citation.number}/{count}", *page, *heading))
