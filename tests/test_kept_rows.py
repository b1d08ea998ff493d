"""Many rows in a file, and the index that grows into it, against the exact one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.encoder import unit_rows
from embeddings.faiss_index import Sketches
from embeddings.index import CorruptedIndex, ExactIndex, FaissIndex, GrowingIndex
from embeddings.keeping import Batches, Stopped, write_rows
from embeddings.kept_rows import KeptRows
from embeddings.vectors import Floats, Ids

NOTHING = np.empty(0, dtype=np.int64)


def clustered(count: int, *, clusters: int = 40, dimension: int = 24, seed: int = 0) -> Floats:
    """Rows about some middles, as halves keep them."""
    chance = np.random.default_rng(seed)
    middles = np.random.default_rng(99).normal(size=(clusters, dimension))
    rows = middles[chance.integers(0, clusters, count)] + 0.5 * chance.normal(size=(count, dimension))
    return unit_rows(unit_rows(rows.astype(np.float32)).astype(np.float16).astype(np.float32))


def in_batches(ids: Ids, rows: Floats, size: int = 500) -> Batches:
    return ((ids[at : at + size], rows[at : at + size]) for at in range(0, len(ids), size))


def written(path: Path, ids: Ids, rows: Floats) -> KeptRows:
    questions = clustered(100, dimension=rows.shape[1], seed=5)
    write_rows(path, in_batches(ids, rows), Sketches.trained(rows), questions, stopped=lambda: False)
    return KeptRows(path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[KeptRows, ExactIndex]:
    """6,000 rows, and the same in the exact index."""
    ids = np.random.default_rng(1).permutation(50_000)[:6000].astype(np.int64)
    ids.sort()
    rows = clustered(len(ids))
    exact = ExactIndex(rows.shape[1])
    exact.add(ids, rows)
    return written(tmp_path_factory.mktemp("lists") / "a.rows", ids, rows), exact


def test_the_recall_floor_holds(made: tuple[KeptRows, ExactIndex]) -> None:
    kept, exact = made
    assert kept.candidates < kept.count / 4, "only some rows are scored"
    questions = clustered(200, seed=7)
    hits = [
        len({n.id for n in kept.search(q, 10, without=NOTHING)} & {n.id for n in exact.search(q, 10)})
        for q in questions
    ]
    assert sum(hits) / (10 * len(questions)) >= 0.99


def test_found_rows_have_the_exact_scores(made: tuple[KeptRows, ExactIndex]) -> None:
    kept, exact = made
    everything = {n.id: n.score for n in exact.search(clustered(1, seed=8)[0], exact.count)}
    for found in kept.search(clustered(1, seed=8)[0], 50, without=NOTHING):
        assert found.score == pytest.approx(everything[found.id], abs=1e-3)


def test_all_are_found_when_all_are_wanted(made: tuple[KeptRows, ExactIndex]) -> None:
    kept, exact = made
    gone = exact.ids[::3]
    found = kept.search(clustered(1, seed=9)[0], kept.count, without=gone)
    assert {n.id for n in found} == set(exact.ids.tolist()) - set(gone.tolist())
    assert [n.score for n in found] == sorted((n.score for n in found), reverse=True)


@given(chosen=st.sets(st.integers(0, 60_000), max_size=40), seed=st.integers(0, 50))
@settings(deadline=None)
def test_among_some_rows_it_is_exact(made: tuple[KeptRows, ExactIndex], chosen: set[int], seed: int) -> None:
    kept, exact = made
    known = exact.ids[np.random.default_rng(seed).integers(0, exact.count, 20)]
    among = np.union1d(known, np.array(sorted(chosen), dtype=np.int64))
    question = clustered(1, seed=seed)[0]
    ours, theirs = kept.among(question, 10, among), exact.search(question, 10, among)
    assert [n.score for n in ours] == pytest.approx([n.score for n in theirs], abs=1e-3)
    assert {n.id for n in ours} <= set(among.tolist())


def test_having_some(made: tuple[KeptRows, ExactIndex]) -> None:
    kept, exact = made
    wanted = np.array([10**9, int(exact.ids[5]), int(exact.ids[2]), int(exact.ids[2]), -4], dtype=np.int64)
    assert kept.having(wanted).tolist() == [int(exact.ids[2]), int(exact.ids[5])]


class TestFile:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        rows = clustered(60, dimension=8)
        written(tmp_path / "a.rows", np.arange(60, dtype=np.int64), rows)
        return tmp_path / "a.rows"

    def searched(self, path: Path) -> int:
        return len(KeptRows(path).search(clustered(1, dimension=8)[0], 60, without=NOTHING))

    def test_every_flipped_byte_is_found(self, path: Path) -> None:
        whole = path.read_bytes()
        assert self.searched(path) == 60
        for at in range(0, len(whole), 3):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
            with pytest.raises(CorruptedIndex):
                self.searched(path)

    @pytest.mark.parametrize("kept", [0, 1, 39, 40, 200, 2000, -1])
    def test_a_cut_file_is_found(self, path: Path, kept: int) -> None:
        path.write_bytes(path.read_bytes()[:kept])
        with pytest.raises(CorruptedIndex):
            self.searched(path)

    def test_bytes_before_it_are_no_such_file(self, path: Path) -> None:
        path.write_bytes(b"12345678" + path.read_bytes())
        with pytest.raises(CorruptedIndex):
            self.searched(path)

    def test_opening_reads_no_list(self, path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[3] ^= 1
        path.write_bytes(bytes(content))
        assert KeptRows(path).count == 60

    def test_what_is_stopped_leaves_nothing(self, tmp_path: Path) -> None:
        rows, ids = clustered(3000), np.arange(3000, dtype=np.int64)
        for steps in range(6):
            left = iter(range(steps))
            with pytest.raises(Stopped):
                write_rows(
                    tmp_path / "x.rows",
                    in_batches(ids, rows),
                    Sketches.trained(rows),
                    rows[:20],
                    stopped=lambda left=left: next(left, None) is None,
                )
            assert list(tmp_path.iterdir()) == []

    def test_a_full_disk_leaves_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        rows = clustered(300)
        with monkeypatch.context() as patch:
            patch.setattr("embeddings.keeping.os.fsync", full)
            with pytest.raises(OSError, match="No space"):
                written(tmp_path / "x.rows", np.arange(300, dtype=np.int64), rows)
        assert list(tmp_path.iterdir()) == []


STEPS = st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 30), min_size=1, max_size=6)), max_size=10)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("small") / "s.rows"
    written(path, np.arange(20, dtype=np.int64), clustered(20, dimension=8))
    yield path


@settings(deadline=None)
@given(steps=STEPS)
def test_lists_with_changes_follow_the_exact_index(small: Path, steps: list[tuple[bool, set[int]]]) -> None:
    """20 rows in lists, ids up to 30 that come and go; then saved and loaded."""
    rows = clustered(31, dimension=8, seed=3)
    first = clustered(20, dimension=8)
    exact, growing = ExactIndex(8), GrowingIndex.on(KeptRows(small))
    exact.add(np.arange(20, dtype=np.int64), first)
    for adds, chosen in steps:
        ids = np.array(sorted(chosen), dtype=np.int64)
        for index in (exact, growing):
            if adds:
                index.add(ids, rows[ids])
            else:
                index.remove(ids)
    path = small.with_name("growing.index")
    growing.save(path)
    for index in (growing, GrowingIndex.load(path)):
        assert index.count == exact.count
        assert index.ids.tolist() == exact.ids.tolist()
        for among in (None, np.arange(5, 27, dtype=np.int64)):
            ours, theirs = index.search(rows[0], 40, among), exact.search(rows[0], 40, among)
            assert {n.id for n in ours} == {n.id for n in theirs}
            assert [n.score for n in ours] == pytest.approx([n.score for n in theirs], abs=1e-3)


def test_when_lists_are_due(small: Path) -> None:
    class Small(GrowingIndex):
        exact = 10

    rows = clustered(30, dimension=8)
    alone = Small(8)
    alone.add(np.arange(10, dtype=np.int64), rows[:10])
    assert not alone.outgrown
    alone.add(np.arange(10, 11, dtype=np.int64), rows[:1])
    assert alone.outgrown
    kept = Small.on(KeptRows(small))
    assert not kept.outgrown
    kept.remove(np.arange(4, dtype=np.int64))
    assert not kept.outgrown
    kept.remove(np.arange(5, dtype=np.int64))
    assert kept.outgrown
    grown = Small.on(KeptRows(small))
    grown.add(np.arange(100, 111, dtype=np.int64), rows[:11])
    assert grown.outgrown


@pytest.mark.parametrize("count", [0, 3, 200])
def test_a_file_of_exact_rows_alone_is_no_such_file(tmp_path: Path, count: int) -> None:
    plain = FaissIndex(24)
    plain.add(np.arange(count, dtype=np.int64), clustered(count))
    plain.save(tmp_path / "vectors.index")
    with pytest.raises(CorruptedIndex):
        GrowingIndex.load(tmp_path / "vectors.index")


def test_without_its_lists_the_index_is_no_index(tmp_path: Path) -> None:
    kept = written(tmp_path / "a.rows", np.arange(60, dtype=np.int64), clustered(60))
    GrowingIndex.on(kept).save(tmp_path / "vectors.index")
    (tmp_path / "a.rows").unlink()
    with pytest.raises(FileNotFoundError):
        GrowingIndex.load(tmp_path / "vectors.index")
    written(tmp_path / "a.rows", np.arange(60, dtype=np.int64), clustered(60, dimension=8))
    with pytest.raises(CorruptedIndex, match="dimension"):
        GrowingIndex.load(tmp_path / "vectors.index")
