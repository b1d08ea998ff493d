"""The kept counts are those of the present texts, whatever came, went, was marked anew or is damaged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from helpers import article, bring_in, write
from hypothesis import HealthCheck, given
from hypothesis import settings as checked
from hypothesis import strategies as st
from test_remarking import pages

import rag.mark_cache
from rag.library import Library
from rag.mark_cache import MarkCache
from rag.remarking import remark
from rag.tone_marks import ToneMarks

WORDS = ("cà phê", "thủy lợi", "biên phòng", "Phạm Hồng Chương", "đề án số 7")


@pytest.fixture
def filled(library: Library, tmp_path: Path) -> Iterator[Library]:
    for word in WORDS:
        bring_in(library, write(tmp_path / "in" / f"{word}.txt", article(word)))
    yield library


def cache(library: Library) -> MarkCache:
    """As another process would open it."""
    return MarkCache(library.settings.data / "index", library.store)


def assert_counted(found: ToneMarks, library: Library) -> None:
    """Equal to the counts of all texts, to the last number."""
    for ours, theirs in zip(found.arrays(), ToneMarks.from_texts(library.store.texts()).arrays(), strict=True):
        assert ours.dtype == theirs.dtype
        assert np.array_equal(ours, theirs)


def kept(library: Library) -> Path:
    return library.settings.data / "index" / "tone_marks"


STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 4), st.sampled_from(WORDS)), max_size=6)


@checked(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_counts_follow_every_change(library: Library, tmp_path: Path, steps: list[tuple[bool, int, str]]) -> None:
    for adds, number, word in steps:
        path = tmp_path / "in" / f"{number}.txt"
        if adds:
            bring_in(library, write(path, article(f"{word} {number}")))
        else:
            library.delete([d.id for d in library.documents() if d.path == path.name])
        assert_counted(library.tone_marks, library)
    assert_counted(cache(library).current(), library)


def test_another_process_counts_nothing(filled: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_counted(filled.tone_marks, filled)
    monkeypatch.setattr("rag.mark_cache.LearnedTexts", None)
    monkeypatch.setattr("rag.store.Store.text", None)
    other = cache(filled)
    assert other.current().restore("pham hong chuong") == "Phạm Hồng Chương"
    assert other.current() is other.current()


def test_only_what_is_new_is_read(filled: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_counted(filled.tone_marks, filled)
    bring_in(filled, write(tmp_path / "in" / "new.txt", article("bưu điện")))
    read: list[str] = []
    text = filled.store.text
    monkeypatch.setattr(filled.store, "text", lambda key: read.append(key) or text(key))
    found = cache(filled).current()
    assert len(read) == 1
    assert_counted(found, filled)


def test_marks_put_right_are_counted_anew(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that the pages of a folder share are found to be no evidence; the log of chunks does not move."""
    with monkeypatch.context() as patch:
        patch.setattr("rag.ingestion.remark", lambda *_: 0)
        bring_in(library, pages(tmp_path / "in", 8))
    assert_counted(library.tone_marks, library)
    seq, before = library.store.last_seq(), library.store.remarked()
    assert remark(library.database, [str(tmp_path / "in")]) == 8
    assert (library.store.last_seq(), library.store.remarked()) == (seq, before + 8)
    assert_counted(library.tone_marks, library)
    assert_counted(cache(library).current(), library)


@pytest.mark.parametrize("at", [0, 200, -40, -1])
def test_a_damaged_file_is_made_anew(filled: Library, at: int) -> None:
    assert_counted(filled.tone_marks, filled)
    content = bytearray(kept(filled).read_bytes())
    content[at] ^= 1
    kept(filled).write_bytes(bytes(content))
    assert_counted(cache(filled).current(), filled)
    whole = kept(filled).read_bytes()
    assert_counted(cache(filled).current(), filled)
    assert kept(filled).read_bytes() == whole


@pytest.mark.parametrize("size", [0, 10, 1000])
def test_a_cut_file_is_made_anew(filled: Library, size: int) -> None:
    assert_counted(filled.tone_marks, filled)
    kept(filled).write_bytes(kept(filled).read_bytes()[:size])
    assert_counted(cache(filled).current(), filled)


def test_counts_of_another_database_are_not_believed(filled: Library) -> None:
    assert_counted(filled.tone_marks, filled)
    with filled.database.transaction() as connection:
        connection.execute("UPDATE meta SET value='another' WHERE key='database'")
        connection.execute("UPDATE documents SET text=replace(text, 'cà phê', 'bưu tá') WHERE text LIKE '%cà phê%'")
        connection.execute("UPDATE documents SET sha256=? WHERE text LIKE '%bưu tá%'", (_sha(filled),))
    assert_counted(cache(filled).current(), filled)


def _sha(library: Library) -> str:
    from rag.document_rows import text_sha256

    return text_sha256(article("cà phê").replace("cà phê", "bưu tá"))


def test_of_what_is_deleted_no_word_stays(filled: Library) -> None:
    assert filled.tone_marks.restore("pham hong chuong") == "Phạm Hồng Chương"
    assert "Chương".encode() in kept(filled).read_bytes()
    filled.delete([d.id for d in filled.documents() if "Chương" in d.path])
    assert filled.tone_marks.restore("pham hong chuong") != "Phạm Hồng Chương"
    assert "Chương".encode() not in kept(filled).read_bytes()


def test_who_may_not_write_counts_all_the_same(filled: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.mark_cache.is_writable", lambda _: False)
    assert_counted(cache(filled).current(), filled)
    assert not kept(filled).exists()


def test_a_full_disk_costs_no_answer(filled: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rag.mark_cache.save_checked", full)
    assert_counted(cache(filled).current(), filled)


def test_a_large_library_is_sampled(filled: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The share is halved until it fits, and drawn by the texts themselves: it stays when others come."""
    monkeypatch.setattr(rag.mark_cache, "CHARACTERS", 250)
    for n in range(12):
        bring_in(filled, write(tmp_path / "in" / f"n{n}.txt", article(f"việc số {n}")))
    counted = rag.mark_cache._counted_documents(filled.store)
    assert 0 < sum(d.characters for d in filled.documents() if (d.id, d.sha256) in counted) <= 250
    bound = max(sha256 for _, sha256 in counted)
    assert {d.sha256 for d in filled.documents() if d.sha256 <= bound} == {sha256 for _, sha256 in counted}
    some = {sha256 for _, sha256 in counted}
    texts = [(filled.store.text(d.id), filled.store.spans(d.id)) for d in filled.documents() if d.sha256 in some]
    assert cache(filled).current().arrays()[2].sum() == ToneMarks.from_texts(texts).arrays()[2].sum()


def test_the_state_says_what_was_counted(filled: Library) -> None:
    _ = filled.tone_marks
    with kept(filled).open("rb") as file:
        state = json.loads(np.load(file).tobytes())
    assert state["seq"] == filled.store.last_seq()
    assert state["database"] == filled.store.database_id()
