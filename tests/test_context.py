"""What counts as said around a sentence: title, lead and date of its document, and the two sentences before."""

from __future__ import annotations

from pathlib import Path

from helpers import read_in, sentence_of

from rag import facts
from rag.context import DocumentContext, neighbourhood
from rag.library import Library


def test_title_lead_and_dates_place_the_document(visited: DocumentContext) -> None:
    assert visited.lead.splitlines()[0].endswith("Đoàn công tác Bộ Quốc phòng làm việc tại Hà Giang")
    assert "Sáng 14/3/2025" in visited.lead and "Sản lượng cam" in visited.lead
    assert "Ông Minh" not in visited.lead
    assert [d.parts for d in visited.dates] == [(None, 3, 2025), (14, 3, 2025)]


def test_keys_cover_every_sentence(visited: DocumentContext) -> None:
    for name in ("Hà Giang", "Zeira", "Lê Thị Hoa"):
        assert facts.contains_run(visited.keys, facts.keys(name))


def test_people_come_in_text_order(visited: DocumentContext) -> None:
    names = [person.name for person in visited.people()]
    assert names[0] == "Trần Quang Minh" and names[-1] == "Lê Thị Hoa"


def test_the_neighbourhood_is_the_lead_and_two_sentences_before(visited: DocumentContext) -> None:
    around = neighbourhood(visited, sentence_of(visited, "Vườn cam"))
    assert around.startswith(visited.lead)
    assert "Zeira" in around and "tặng quà" in around
    assert "Nghị định" not in around
    assert "Vườn cam" not in around and "vắng mặt" not in around


def test_a_day_outside_the_lead_places_nothing(library: Library, tmp_path: Path) -> None:
    context = read_in(library, tmp_path / "a.txt", "Tin vắn\n\nMột câu.\n\nHai câu.\n\nNgày 5/6 có mưa to ở xã.\n")
    assert context.dates == ()
