"""The documents tab in a real browser, in all four looks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scripted_backend import ScriptedBackend, scripted

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, serve_in_thread: Any) -> Iterator[tuple[ScriptedBackend, str]]:
    """A library of this module's own, and its address: what is listed here is what these tests brought in."""
    backend = scripted(tmp_path_factory.mktemp("documents"))
    with serve_in_thread(backend) as url:
        yield backend, url


@pytest.fixture
def opened(look: Any, own: tuple[ScriptedBackend, str]) -> Any:
    seen = look(url=own[1])
    seen.documents_tab()
    return seen


def minutes(folder: Path, name: str, about: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"Biên bản họp về {about}\n\nSáng 5/3/2024, tổ dân phố họp bàn về {about}.\n", encoding="utf-8")
    return path


def test_first(opened: Any, tmp_path: Path) -> None:
    page = opened.page
    opened.shot("documents-list")
    good, empty = minutes(tmp_path, "Biên bản 1.txt", "trồng cây"), tmp_path / "trống.md"
    empty.write_text("", encoding="utf-8")
    page.set_input_files("#hd-drop input[type=file]", [str(good), str(empty)])
    page.wait_for_selector(".hd-failures li")
    opened.shot("documents-uploaded")
    assert opened.fits()
