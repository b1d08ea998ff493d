"""One contract for the real lexical index and the one that can be computed by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import documents

from rag.lexical import ExactLexicalIndex, LexicalIndex, TantivyIndex
from rag.text import terms

TEXTS = {
    1: "Đại tướng Phan Văn Giang thăm tỉnh Sơn La",
    2: "Hội nghị sơ kết tại tỉnh Lào Cai",
    3: "Tăng trưởng kinh tế của tỉnh Sơn La đạt 7,36%",
    10**12: "Hoà Bình thăm Văn Sơn",
}
Make = Callable[[], LexicalIndex]


@pytest.fixture(params=["tantivy", "exact"])
def make(request: pytest.FixtureRequest) -> Make:
    return ExactLexicalIndex if request.param == "exact" else lambda: TantivyIndex(None)


@pytest.fixture
def index(make: Make) -> LexicalIndex:
    index = make()
    index.update([], [(key, terms(text)) for key, text in TEXTS.items()])
    return index


def ids(index: LexicalIndex, question: str, k: int = 10) -> list[int]:
    return [hit.chunk_id for hit in index.search(terms(question), k)]


def test_a_new_index_is_empty_and_can_be_searched(make: Make) -> None:
    assert make().count == 0
    assert make().search(terms("Sơn La"), 5) == []
    assert make().document_frequency("son_la") == 0


def test_the_best_comes_first_and_only_matches_come(index: LexicalIndex) -> None:
    assert ids(index, "tăng trưởng kinh tế Sơn La")[0] == 3
    assert set(ids(index, "Sơn La")) == {1, 3, 10**12}, "a single syllable matches too"
    assert ids(index, "Lào Cai") == [2]
    assert ids(index, "không liên quan") == []
    assert ids(index, "?!") == []


def test_among_some_chunks_the_scores_stay(index: LexicalIndex) -> None:
    everywhere = {hit.chunk_id: hit.score for hit in index.search(terms("kinh tế Sơn La"), 10)}
    some = index.search(terms("kinh tế Sơn La"), 10, among=[1, 2, 10**12, 99])
    assert [hit.chunk_id for hit in some] == [key for key in everywhere if key in (1, 2, 10**12)]
    assert {hit.chunk_id: hit.score for hit in some} == pytest.approx(
        {h.chunk_id: everywhere[h.chunk_id] for h in some}
    )
    assert index.search(terms("Sơn La"), 10, among=[]) == []


def test_scores_fall(index: LexicalIndex) -> None:
    scores = [hit.score for hit in index.search(terms("Đại tướng Phan Văn Giang thăm Sơn La"), 10)]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 0


def test_k_limits(index: LexicalIndex) -> None:
    assert len(ids(index, "tỉnh Sơn La", k=2)) == 2


def test_marks_and_their_place_do_not_keep_a_question_from_its_text(index: LexicalIndex) -> None:
    assert ids(index, "Hòa Bình") == ids(index, "hoa binh") == [10**12]


def test_an_accented_match_outranks_a_folded_one(make: Make) -> None:
    index = make()
    index.update([], [(1, terms("mã số")), (2, terms("má số")), (3, terms("ma số"))])
    assert [ids(index, word + " số")[0] for word in ("mã", "má", "ma")] == [1, 2, 3]


def test_document_frequency_counts_chunks(index: LexicalIndex) -> None:
    assert [index.document_frequency(t) for t in ("son_la", "tinh", "lao_cai", "khong")] == [2, 3, 1, 0]


def test_removed_is_not_found_and_replaced_is_found_once(index: LexicalIndex) -> None:
    index.update([2, 3], [(3, terms("Một nội dung khác ở Mộc Châu"))])
    assert index.count == 3
    assert ids(index, "Lào Cai") == []
    assert ids(index, "kinh tế") == []
    assert ids(index, "Mộc Châu") == [3]
    assert index.document_frequency("lao_cai") == 0


def test_unknown_ids_are_ignored(index: LexicalIndex) -> None:
    index.update([99], [])
    assert index.count == len(TEXTS)


def test_everything_can_be_removed(index: LexicalIndex) -> None:
    index.update(list(TEXTS), [])
    assert index.count == 0
    assert ids(index, "Sơn La") == []


def test_a_folder_keeps_what_was_committed(tmp_path: Path) -> None:
    TantivyIndex(tmp_path / "lexical").update([], [(7, terms("Sơn La"))])
    assert ids(TantivyIndex(tmp_path / "lexical"), "son la") == [7]


@pytest.mark.parametrize("make_index", [ExactLexicalIndex, lambda: TantivyIndex(None)], ids=["exact", "tantivy"])
def test_any_text_is_found_by_itself_until_removed(make_index: Make) -> None:
    index = make_index()

    @given(st.lists(documents, min_size=1, max_size=8))
    def check(texts: list[str]) -> None:
        index.update([], [(key, terms(text)) for key, text in enumerate(texts)])
        for key, text in enumerate(texts):
            assert (key in ids(index, text, k=len(texts))) == bool(terms(text).folded)
        index.update(range(len(texts)), [])
        assert index.count == 0

    check()
