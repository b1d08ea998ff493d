"""Lines that the documents of a folder share are found out late, and taken back without encoding."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import SilentEncoder, assert_whole, bring_in, write

from rag.library import Library
from rag.remarking import remark

MENU = "Đất và người Lâm Giang qua các thời kỳ lịch sử"
END = "Trang tin của Văn phòng tỉnh, phục vụ nhân dân"
SUBJECTS = ["đầu tư công", "trường học", "đường biển", "cấp nước", "na dai", "cháy rừng", "hang động", "cờ vua"]


def page(subject: str) -> str:
    lead = f"Sáng 4/7, UBND tỉnh Lâm Giang họp phiên thường kỳ, cho ý kiến vào báo cáo về {subject}."
    more = f"Ông Đỗ Quang Hưng đề nghị các sở hoàn thành việc {subject} trước ngày 15/7 và gửi về văn phòng."
    top = [MENU, "Trang chủ » Tin tức", f"UBND tỉnh Lâm Giang họp phiên thường kỳ về {subject}", "04/07/2025 10:20"]
    return "\n\n".join([*top, lead, more, "Chia sẻ", "Lượt xem: 12", END])


def pages(folder: Path, count: int) -> Path:
    for at, subject in enumerate(SUBJECTS[:count]):
        write(folder / f"{at}.txt", page(subject))
    return folder


def evidence(library: Library) -> set[str]:
    return {s.text for d in library.documents() for s in library.store.sentences(d.id)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "in"


def test_the_first_documents_follow_when_there_are_enough(library: Library, folder: Path) -> None:
    bring_in(library, pages(folder, 4))
    assert END in evidence(library)
    bring_in(library, pages(folder, 8))
    assert not {END, MENU} & evidence(library)
    assert len(evidence(library)) == 3 * 8, "title, lead and request of every page"
    assert_whole(library)
    for document in library.documents():
        sentences = library.store.sentences(document.id)
        assert [s.ordinal for s in sentences] == list(range(len(sentences)))
        assert len(library.store.sentence_vectors(document.id)) == len(sentences)


def test_nothing_is_encoded_or_written_twice(library: Library, folder: Path) -> None:
    bring_in(library, pages(folder, 8))
    library._encoder = SilentEncoder()
    before = evidence(library)
    assert remark(library.store.database, [str(folder)]) == 0
    assert evidence(library) == before


def test_other_folders_are_other_sources(library: Library, folder: Path) -> None:
    bring_in(library, write(folder.parent / "other" / "a.txt", page("hội xuân")))
    bring_in(library, write(folder / "below" / "b.txt", page("mùa hè")))
    bring_in(library, pages(folder, 8))
    assert sum(END in s.text for d in library.documents() for s in library.store.sentences(d.id)) == 1 + 1


def test_copies_of_one_article_prove_nothing(library: Library, folder: Path) -> None:
    for at in range(8):
        write(folder / f"{at}.txt", page("đầu tư công") + f"\n\nBản {at}")
    bring_in(library, folder)
    assert END in evidence(library)
