"""The page over the real library, with the two fakes that ship in place of the models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scripted_backend import SEEDS, SON_LA_QUESTION

from ui.backend import Backend

PHRASED = "Đại tướng Phan Văn Giang làm việc với Ban Thường vụ Tỉnh ủy Sơn La sáng 22/10 [1]."


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Any]:
    from embeddings.encoder import HashEncoder
    from rag import Library, Settings, ingest
    from rag.llm import ScriptedLLM

    settings = Settings(data=tmp_path / "data")
    with Library(settings, encoder=HashEncoder(), llm=ScriptedLLM([PHRASED])) as library:
        assert all(p.outcome == "added" for p in ingest(library, [SEEDS]))
        yield library


@pytest.mark.browser
def test_ask_check_upload_and_delete_over_the_real_library(
    library: Any, visit: Any, serve_in_thread: Any, tmp_path: Path
) -> None:
    with serve_in_thread(Backend(library)) as url:
        seen = visit(url=url)
        page = seen.page
        seen.answered(SON_LA_QUESTION)
        assert "22/10" in page.inner_text("#hd-current .hd-answer")
        before = len(seen.requests)
        page.click("#hd-current .hd-answer .cite >> nth=0")
        page.wait_for_selector(".hd-panel mark.hd-active")
        quote = page.inner_text("#hd-current .hd-card blockquote >> nth=0")
        assert page.inner_text(".hd-panel mark.hd-active") == quote
        assert seen.requests[before:] == []
        upload_then_delete(seen, library, tmp_path)
        page.context.close()


def upload_then_delete(seen: Any, library: Any, tmp_path: Path) -> None:
    page, minutes = seen.page, tmp_path / "Biên bản.txt"
    minutes.write_text("Biên bản họp tổ dân phố\n\nSáng 5/3/2024, tổ dân phố họp về trồng cây.\n", encoding="utf-8")
    seen.documents_tab()
    page.set_input_files("#hd-drop input[type=file]", str(minutes))
    entry = page.locator(".hd-entry", has_text="Biên bản.txt")
    entry.wait_for()
    assert len(library.documents()) == 6
    entry.locator(".hd-delete").click()
    entry.wait_for(state="detached")
    assert len(library.documents()) == 5
