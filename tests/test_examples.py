"""What a library is asked first: only what it answers."""

from __future__ import annotations

from pathlib import Path

from helpers import bring_in, write

from rag.examples import examples
from rag.library import Library

MEETING = """Hội nghị trồng rừng tỉnh Hà Giang

Sáng 14/3/2025, tại thành phố Hà Giang, ông Trần Quang Minh, Chủ tịch UBND tỉnh chủ trì hội nghị trồng rừng.

Dự hội nghị có bà Lê Thị Hoa, Phó Chủ tịch UBND tỉnh.
"""


def test_a_candidate_without_an_answer_gives_way_to_questions_from_the_records(
    library: Library, tmp_path: Path
) -> None:
    bring_in(library, write(tmp_path / "rung.txt", MEETING))
    found = examples(library, ["Giá vàng hôm nay bao nhiêu?", "Ai chủ trì hội nghị trồng rừng?"])
    assert "Giá vàng hôm nay bao nhiêu?" not in found
    assert "Trần Quang Minh đã dự những cuộc họp nào?" in found and "Tháng 3/2025 có những cuộc họp nào?" in found
    assert len(found) <= 4


def test_the_first_candidates_that_are_answered_come_first(seeded: Library) -> None:
    question = "Tháng 10/2024 có những cuộc họp nào?"
    assert examples(seeded, [question], most=1) == [question]
