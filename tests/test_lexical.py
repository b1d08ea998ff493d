"""One contract for the real lexical index and the one that can be computed by hand."""

from __future__ import annotations

import random
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


class TestLarge:
    """Above some size only chunks that have a rarer term are scored."""

    @pytest.fixture(scope="class")
    def texts(self) -> list[str]:
        """Words by Zipf's law: the commonest in half of all texts."""
        chance = random.Random(3)
        syllables = [f"{a}{b}{c}" for a in "bcdghklmnt" for b in ("a", "ô", "ư", "iê") for c in ("", "n", "ng")]
        weights = [1 / (n + 1) for n in range(len(syllables))]
        return [" ".join(chance.choices(syllables, weights, k=40)) for _ in range(1500)]

    @pytest.fixture
    def filled(self, texts: list[str]) -> TantivyIndex:
        index = TantivyIndex(None)
        index.update([], ((key, terms(text)) for key, text in enumerate(texts)))
        return index

    def test_the_best_are_those_of_scoring_all(
        self, filled: TantivyIndex, texts: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        chance = random.Random(4)
        questions = [terms(" ".join(chance.choice(texts).split()[at : at + 8])) for at in range(30)]
        exact = [filled.search(question, 10) for question in questions]
        monkeypatch.setattr(TantivyIndex, "large", 100)
        monkeypatch.setattr("rag.lexical._CANDIDATES", 10)
        same = 0
        for question, best in zip(questions, exact, strict=True):
            found = filled.search(question, 10)
            scores = {hit.chunk_id: hit.score for hit in best}
            same += len({hit.chunk_id for hit in found} & set(scores))
            assert [h.score for h in found if h.chunk_id in scores] == pytest.approx(
                [scores[h.chunk_id] for h in found if h.chunk_id in scores]
            )
        assert same >= 0.99 * 10 * len(questions)

    def test_common_words_alone_are_looked_for_everywhere(
        self, filled: TantivyIndex, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        exact = filled.search(terms("ba"), 20)
        assert len(exact) == 20
        monkeypatch.setattr(TantivyIndex, "large", 100)
        assert filled.search(terms("ba"), 20) == exact
        assert filled.search(terms("zzz"), 20) == []

    def test_among_some_chunks_all_terms_count(self, filled: TantivyIndex, monkeypatch: pytest.MonkeyPatch) -> None:
        exact = filled.search(terms("ba bô bư"), 20, among=range(0, 1500, 3))
        monkeypatch.setattr(TantivyIndex, "large", 100)
        assert filled.search(terms("ba bô bư"), 20, among=range(0, 1500, 3)) == exact
