"""Pages, headings, title and date of a file on their way into the library, the answer and its check."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from files import column, pdf, saved
from helpers import assert_whole, bring_in
from test_remarking import END, SUBJECTS, page

from rag.answer import ask
from rag.answer_json import to_json
from rag.cli.ask import as_text
from rag.database import Database
from rag.landmarks import Place, as_read, place_of
from rag.library import Library
from rag.migrations import STEPS
from rag.readers import read_again
from rag.recheck import recheck
from rag.records import Answer, Done, Landmark, Published, SpanKind
from rag.store import Store
from ui.labels import place_and_date

MARKS = (Landmark(0, "page", "1"), Landmark(5, "heading", "A"), Landmark(9, "page", "2"), Landmark(9, "heading", "B"))


@pytest.mark.parametrize(
    ("start", "place"),
    [(0, Place(1, None)), (4, Place(1, None)), (5, Place(1, "A")), (8, Place(1, "A")), (9, Place(2, "B"))],
)
def test_the_last_page_and_heading_that_began(start: int, place: Place) -> None:
    assert place_of(MARKS, start) == place


def test_a_text_without_landmarks_has_no_place() -> None:
    assert place_of((), 7) == Place(None, None)


@pytest.fixture
def answer(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Answer:
    monkeypatch.setattr("rag.lookup.FLOOR", 0.42)
    pages = [
        column("Hội nghị sơ kết của chợ Đồng Tâm", "", "Sáng 12/3/2024, bà Thủy mở đầu hội nghị."),
        column("Chiều 12/3/2024, ông Lượng nêu sản lượng cam là 45 tấn."),
    ]
    (tmp_path / "so-ket.pdf").write_bytes(pdf(pages))
    assert bring_in(library, tmp_path / "so-ket.pdf") == {"so-ket.pdf": "added"}
    *_, last = ask(library, "Sản lượng cam là bao nhiêu tấn?", extractive=True)
    assert isinstance(last, Done)
    return last.answer


class TestAnAnswerFromAPdf:
    def test_cites_the_page(self, answer: Answer) -> None:
        [citation] = answer.citations
        assert "45 tấn" in citation.quote
        assert (citation.page, citation.heading) == (2, None)
        assert json.loads(to_json(answer))["citations"][0]["page"] == 2
        assert "Hội nghị sơ kết của chợ Đồng Tâm, trang 2 — so-ket.pdf" in as_text(answer)
        assert place_and_date(citation).startswith("trang 2 · ")

    def test_is_checked_with_it(self, library: Library, answer: Answer) -> None:
        told: dict[str, Any] = json.loads(to_json(answer))
        assert all(finding.ok for finding in recheck(library, told))
        for change in ({"page": 1}, {"page": None}, {"heading": "Mục 1"}):
            tampered = {**told, "citations": [{**told["citations"][0], **change}]}
            assert "số trang" in " ".join(f.message for f in recheck(library, tampered) if not f.ok)


def test_title_headings_and_date_come_from_the_file(library: Library, tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    document.add_paragraph("Thông báo kết luận", style="Title")
    document.add_heading("Kinh phí", 1)
    document.add_paragraph("Quỹ chợ còn 45 triệu đồng.")
    (tmp_path / "a.docx").write_bytes(saved(document))
    page = '<meta property="article:published_time" content="2024-10-22"><h1>Họp chợ</h1><p>Chợ họp sáng nay.</p>'
    (tmp_path / "b.html").write_text(page, "utf-8")
    bring_in(library, tmp_path)
    stored = {d.path: d for d in library.documents()}
    assert {path: d.title for path, d in stored.items()} == {"a.docx": "Thông báo kết luận", "b.html": "Họp chợ"}
    assert stored["b.html"].published == Published("2024-10-22", "day", "file")
    kinds = [(library.text(stored["a.docx"].id)[s.start : s.end], s.kind) for s in library.spans(stored["a.docx"].id)]
    assert kinds[:2] == [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", SpanKind.BODY),
        ("Thông báo kết luận", SpanKind.TITLE),
    ]
    headings = [m.label for m in library.landmarks(stored["a.docx"].id) if m.kind == "heading"]
    assert headings == ["Thông báo kết luận", "Kinh phí"]
    library.delete([d.id for d in stored.values()])
    with sqlite3.connect(library.database.path) as connection:
        assert connection.execute("SELECT count(*) FROM landmarks").fetchone() == (0,)


def test_a_header_in_the_text_wins_over_the_date_of_the_file(library: Library, tmp_path: Path) -> None:
    page = '<meta name="date" content="2020-01-01"><p>date 2024-10</p><p>Chợ họp sáng nay.</p>'
    (tmp_path / "b.html").write_text(page, "utf-8")
    bring_in(library, tmp_path)
    assert library.documents()[0].published == Published("2024-10", "month", "header")


def test_a_database_from_before_landmarks_is_brought_up(tmp_path: Path) -> None:
    path = tmp_path / "hoidap.sqlite"
    with sqlite3.connect(path) as connection:
        connection.executescript(STEPS[0])
        connection.execute("PRAGMA user_version=1")
    store = Store(Database(path))
    assert store.landmarks("x") == []
    store.database.close()


def test_a_title_of_the_file_outlives_a_new_cleaning(library: Library, tmp_path: Path) -> None:
    """Lines that documents of a folder share are found when there are enough; the marks of the first then change."""
    for number, subject in enumerate(SUBJECTS):
        document = Document()
        for line in page(subject).split("\n\n"):
            if line == "Chia sẻ":
                document.add_paragraph(f"Tên thật: {subject}", style="Title")
            document.add_paragraph(line)
        (tmp_path / f"{number}.docx").write_bytes(saved(document))
        bring_in(library, tmp_path / f"{number}.docx")
    assert {d.title for d in library.documents()} == {f"Tên thật: {subject}" for subject in SUBJECTS}
    first = next(d for d in library.documents() if d.path == "0.docx")
    kinds = {library.text(first.id)[s.start : s.end]: s.kind for s in library.spans(first.id)}
    assert kinds[END] is SpanKind.BOILERPLATE, "the marks did change"
    assert kinds[first.title] is SpanKind.TITLE
    assert_whole(library)


def test_what_is_stored_gives_back_what_was_read(library: Library, tmp_path: Path) -> None:
    page = '<meta name="date" content="2024-10-22"><h1>Họp chợ</h1><h2>Quỹ</h2><p>Chợ họp sáng nay.</p>'
    (tmp_path / "b.html").write_text(page, "utf-8")
    bring_in(library, tmp_path)
    [document] = library.documents()
    stored = library.landmarks(document.id)
    assert as_read(document, library.text(document.id), stored) == read_again(document.source)
    broken = [*stored, Landmark(10_000, "page", "9")]
    assert as_read(document, library.text(document.id), broken) == read_again(document.source)
