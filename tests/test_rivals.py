"""Two documents that say otherwise are both shown, the newest first."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings.encoder import HashEncoder
from rag.answer import ask
from rag.library import Library
from rag.records import Answer, Done
from rag.settings import load_settings
from tests.helpers import bring_in, write

JULY = "date 2024-07\nHội nghị Quân khu\n\nĐồng chí Hoàng Quốc Khánh, Phó Chủ tịch Thường trực UBND tỉnh phát biểu.\n"
OCTOBER = "date 2024-10\nBuổi làm việc\n\nĐồng chí Hoàng Quốc Khánh, Bí thư Tỉnh ủy phát biểu.\n"
AGAIN = "date 2024-09\nKỳ họp\n\nĐồng chí Hoàng Quốc Khánh, Bí thư Tỉnh ủy phát biểu.\n"
QUESTION = "Đồng chí Hoàng Quốc Khánh giữ chức vụ gì?"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setattr("rag.lookup.FLOOR", 0.42)
    return Library(load_settings(data=tmp_path / "data"), encoder=HashEncoder())


def answered(library: Library, question: str) -> Answer:
    *_, last = ask(library, question, extractive=True)
    assert isinstance(last, Done)
    return last.answer


def test_both_are_shown_newest_first(library: Library, tmp_path: Path) -> None:
    bring_in(library, write(tmp_path / "7.txt", JULY), write(tmp_path / "10.txt", OCTOBER))
    answer = answered(library, QUESTION)
    assert [c.published for c in answer.citations] == ["2024-10", "2024-07"]
    assert [claim.citations for claim in answer.claims] == [(1,), (2,)]


def test_a_stated_month_chooses(library: Library, tmp_path: Path) -> None:
    bring_in(library, write(tmp_path / "7.txt", JULY), write(tmp_path / "10.txt", OCTOBER))
    answer = answered(library, "Tháng 7/2024 đồng chí Hoàng Quốc Khánh giữ chức vụ gì?")
    assert [c.published for c in answer.citations] == ["2024-07"]


def test_agreeing_documents_are_not_repeated(library: Library, tmp_path: Path) -> None:
    bring_in(library, write(tmp_path / "9.txt", AGAIN), write(tmp_path / "10.txt", OCTOBER))
    assert len(answered(library, QUESTION).citations) == 1
