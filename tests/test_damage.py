"""Flipped bytes in the database file: said as such by every command, and the rest can be saved."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import SilentEncoder, article, assert_whole, bring_in, found, write

from embeddings.encoder import HashEncoder
from rag import Library, ask
from rag.doctor import Check, examine
from rag.errors import BadInput, HoidapError, LibraryDamaged
from rag.ingestion import ingest
from rag.library import Library as LibraryType
from rag.llm import ScriptedLLM
from rag.records import Done
from rag.salvage import salvage
from rag.settings import Settings

PAGE = 4096
DOCUMENTS = 40


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of forty articles, some of several pages, closed."""
    folder = tmp_path_factory.mktemp("whole")
    for n in range(DOCUMENTS):
        write(folder / "in" / f"{n:02}.txt", article(f"đề án số {n}") + "\nĐại biểu bàn về công tác.\n" * (n % 7 * 40))
    with Library(Settings(data=folder / "data"), encoder=HashEncoder()) as library:
        assert set(bring_in(library, folder / "in").values()) == {"added"}
        library.indexes.refresh()
    return folder / "data"


@pytest.fixture
def damaged(whole: Path, tmp_path: Path) -> Settings:
    shutil.copytree(whole, tmp_path / "data")
    return Settings(data=tmp_path / "data", least_confidence=0)


def flip(settings: Settings, page: int, chance: random.Random, count: int = 40) -> None:
    """Other bytes in one page, its header too."""
    path = settings.data / "hoidap.sqlite"
    content = bytearray(path.read_bytes())
    start = page * PAGE
    for at in [start, start + 3, *(start + chance.randrange(PAGE) for _ in range(count))]:
        content[at] ^= chance.randrange(1, 256)
    path.write_bytes(content)


def pages(settings: Settings) -> int:
    return (settings.data / "hoidap.sqlite").stat().st_size // PAGE


@pytest.fixture(autouse=True)
def hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a document is encoded again, it is by the encoder that the library was made with."""
    monkeypatch.setattr(LibraryType, "encoder", HashEncoder())
    monkeypatch.setattr("rag.doctor._model", lambda title, *_: Check(title, True, "not looked at here"))


def opened(settings: Settings) -> LibraryType:
    return Library(settings, llm=ScriptedLLM(["không có"]))


def every_command(settings: Settings, file: Path) -> Iterator[str]:
    """What each way into the library says: its result, or the problem; anything but our errors comes out."""
    with opened(settings) as library:
        steps = {
            "list": lambda: str(len(library.documents())),
            "show": lambda: [(library.text(d.id), library.spans(d.id)) for d in library.documents()] and "shown",
            "ask": lambda: str(asked(library).refused),
            "ingest": lambda: str([p.outcome for p in ingest(library, [file])]),
        }
        for name, step in steps.items():
            try:
                yield f"{name}: {step()}"
            except HoidapError as error:
                yield f"{name}: {error.problem}"


def asked(library: LibraryType):
    *_, last = ask(library, "Đại biểu bàn về đề án số 7 vào ngày nào?", extractive=True)
    assert isinstance(last, Done)
    return last.answer


@pytest.mark.parametrize("seed", range(12))
def test_is_told_and_the_rest_is_saved(damaged: Settings, tmp_path: Path, whole: Path, seed: int) -> None:
    chance = random.Random(seed)
    flip(damaged, chance.randrange(1, pages(damaged)), chance)
    same = write(tmp_path / "x.txt", article("không có trong kho"))
    said = list(every_command(damaged, same))
    assert not [line for line in said if line.startswith("ask") and "True" in line], "damage looked like a refusal"
    report = {check.name: check for check in examine(damaged)}
    assert not report["Cơ sở dữ liệu"].ok
    assert "--salvage" in report["Cơ sở dữ liệu"].message
    before = (damaged.data / "hoidap.sqlite").read_bytes()
    saved = salvage(damaged, tmp_path / "new")
    assert (damaged.data / "hoidap.sqlite").read_bytes() == before
    with Library(Settings(data=tmp_path / "new"), encoder=SilentEncoder()) as library:
        assert_whole(library)
        assert len(library.documents()) == saved.whole + saved.encoded >= DOCUMENTS - 25
        originals = {path.read_text("utf-8") for path in (same, *(whole.parent / "in").iterdir())}
        assert {library.text(d.id) for d in library.documents()} <= originals
    assert len(saved.lost) + saved.whole + saved.encoded >= DOCUMENTS


def test_a_text_with_another_letter_is_no_text_of_ours(damaged: Settings) -> None:
    path = damaged.data / "hoidap.sqlite"
    content = path.read_bytes()
    path.write_bytes(content.replace("đề án số 7 tại".encode(), "đề án số 8 tại".encode()))
    with opened(damaged) as library, pytest.raises(LibraryDamaged):
        asked(library)


def test_without_its_first_page_nothing_can_be_saved(damaged: Settings, tmp_path: Path) -> None:
    flip(damaged, 0, random.Random(1))
    assert set(every_command(damaged, write(tmp_path / "x.txt", article("x")))) == {
        f"{name}: Cơ sở dữ liệu bị hỏng." for name in ("list", "show", "ask", "ingest")
    }
    with pytest.raises(LibraryDamaged, match="hoidap restore"):
        salvage(damaged, tmp_path / "new")


def test_a_library_is_never_salvaged_into_another(damaged: Settings, whole: Path) -> None:
    with pytest.raises(BadInput, match="đã có một kho"):
        salvage(damaged, whole)


def test_only_documents_with_damaged_rows_are_encoded_again(damaged: Settings, tmp_path: Path) -> None:
    with sqlite3.connect(damaged.data / "hoidap.sqlite") as connection:
        connection.execute("UPDATE chunks SET vector=x'00' WHERE id=(SELECT min(id) FROM chunks)")
        connection.execute("DELETE FROM sentences WHERE id=(SELECT max(id) FROM sentences)")
    saved = salvage(damaged, tmp_path / "new")
    assert (saved.whole, saved.encoded, saved.lost) == (DOCUMENTS - 2, 2, ())
    with Library(Settings(data=tmp_path / "new"), encoder=SilentEncoder()) as library:
        assert_whole(library)
        assert len(found(library, "đề án số 3")) > 0
