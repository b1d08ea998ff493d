"""Deletion with undo: gone at once, and back with the same rows without the encoder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from files import zipped
from near_cases import COPIES, ROWS, event

from embeddings.index import GrowingIndex
from rag.errors import CannotPutBack, UnknownDocument
from rag.library import Library
from rag.settings import Settings
from tests.helpers import SilentEncoder, article, assert_whole, bring_in, found, write

TABLES = ("documents", "spans", "landmarks", "sentences", "chunks", "files", "file_documents", "meta")


def rows(library: Library) -> dict[str, Any]:
    """Everything that is stored of the documents, in a fixed order."""
    columns = {"documents": "rowid, *"}
    return {t: sorted(library.database.rows(f"SELECT {columns.get(t, '*')} FROM {t}")) for t in TABLES}


def ids(library: Library) -> dict[str, str]:
    return {document.path: document.id for document in library.documents()}


@pytest.fixture
def full(library: Library, tmp_path: Path) -> Library:
    write(tmp_path / "a.txt", article("cà phê"))
    write(tmp_path / "b.txt", article("thủy lợi"))
    (tmp_path / "c.zip").write_bytes(zipped({n: article(w).encode() for n, w in (("x.txt", "chè"), ("y.txt", "cam"))}))
    bring_in(library, tmp_path / "a.txt", tmp_path / "b.txt", tmp_path / "c.zip")
    return library


def test_what_is_put_back_is_what_was_removed_row_by_row(full: Library, settings: Settings) -> None:
    before = rows(full)
    wanted = [ids(full)[path] for path in ("a.txt", "c.zip!/x.txt")]
    removed = full.remove(wanted)
    assert {document.id for document in removed.documents} == set(wanted)
    assert found(full, "cà phê") == set() and len(full.documents()) == 2
    assert_whole(full)
    with Library(settings, encoder=SilentEncoder(), vector_type=GrowingIndex) as other:
        other.put_back(removed)
        assert rows(other) == before
        assert found(other, "cà phê") == {"a.txt"}
        assert_whole(other)
    assert found(full, "chè") == {"c.zip!/x.txt"}


def test_the_last_documents_come_back_to_an_empty_library(full: Library) -> None:
    before = rows(full)
    removed = full.remove(list(ids(full).values()))
    assert full.documents() == [] and full.store.encoder_fingerprint() is None
    full.put_back(removed)
    assert rows(full) == before
    assert_whole(full)


def test_pairs_and_meetings_are_found_again(library: Library, tmp_path: Path) -> None:
    for name, printed in (("1.txt", "as it is"), ("2.txt", "other headline")):
        write(tmp_path / name, " date 2023-01-05 \n" + COPIES[printed](event(ROWS[0])))
    bring_in(library, tmp_path)
    meetings = library.meetings()
    one, other = ids(library)["1.txt"], ids(library)["2.txt"]
    assert library.duplicates.of([one]) == {one: {other}}
    removed = library.remove([one])
    assert library.duplicates.of([other]) == {}
    library.put_back(removed)
    assert library.duplicates.of([one, other]) == {one: {other}, other: {one}}
    assert library.meetings() == meetings


@pytest.mark.parametrize("name", ["a.txt", "another name.txt"])
def test_what_has_come_in_again_is_left_alone(full: Library, tmp_path: Path, name: str) -> None:
    removed = full.remove([ids(full)["a.txt"], ids(full)["b.txt"]])
    if name != "a.txt":
        (tmp_path / "a.txt").rename(tmp_path / name)
    bring_in(full, tmp_path / name)
    before = rows(full)
    with pytest.raises(CannotPutBack, match=r"cà phê.*đã được nạp lại"):
        full.put_back(removed)
    assert rows(full) == before


def test_another_text_from_the_same_file_is_left_alone(full: Library, tmp_path: Path) -> None:
    removed = full.remove([ids(full)["a.txt"]])
    bring_in(full, write(tmp_path / "a.txt", article("hồ tiêu")))
    with pytest.raises(CannotPutBack):
        full.put_back(removed)
    assert found(full, "hồ tiêu") == {"a.txt"}


def test_a_library_filled_by_another_encoder_is_left_alone(full: Library, tmp_path: Path) -> None:
    removed = full.remove(list(ids(full).values()))
    bring_in(full, write(tmp_path / "new.txt", article("quế")))
    with full.database.transaction() as connection:
        connection.execute("UPDATE meta SET value='another' WHERE key='encoder'")
    with pytest.raises(CannotPutBack, match="bộ mã hóa khác"):
        full.put_back(removed)


def test_an_unknown_id_removes_nothing(full: Library) -> None:
    before = rows(full)
    with pytest.raises(UnknownDocument):
        full.remove([ids(full)["a.txt"], "0" * 12])
    assert rows(full) == before


def test_a_place_in_the_order_that_was_taken_is_not_taken_back(full: Library, tmp_path: Path) -> None:
    removed = full.remove([full.documents()[0].id])
    bring_in(full, write(tmp_path / "new.txt", article("quế")))
    full.put_back(removed)
    assert len(full.documents()) == 5
    assert_whole(full)


def test_half_an_undo_is_none(full: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    removed = full.remove(list(ids(full).values()))
    before = rows(full)

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("rag.removal._remember", broken)
    with pytest.raises(KeyboardInterrupt):
        full.put_back(removed)
    assert rows(full) == before
