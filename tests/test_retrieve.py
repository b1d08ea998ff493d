"""Search: fusion against a naive version, and what the best passages are on the articles."""

from __future__ import annotations

import unicodedata

import pytest
from helpers import OtherEncoder
from hypothesis import given
from hypothesis import strategies as st

from embeddings.encoder import HashEncoder
from rag.errors import EmptyLibrary, WrongEncoder
from rag.library import Library
from rag.records import SpanKind
from rag.retrieve import fuse, search, titles

scores = st.dictionaries(st.integers(0, 12), st.floats(-1, 40, allow_nan=False).map(lambda x: round(x, 3)), max_size=8)


def naive(dense: dict[int, float], lexical: dict[int, float]) -> dict[int, float]:
    """Half of each score's place between the worst and the best of its list; 1 when they are all the same."""
    fused = {}
    for key in set(dense) | set(lexical):
        total = 0.0
        for found in (dense, lexical):
            if key in found:
                best, worst = max(found.values()), min(found.values())
                total += 0.5 if best == worst else 0.5 * (found[key] - worst) / (best - worst)
        fused[key] = total
    return fused


@given(scores, scores)
def test_fusion_is_the_naive_one(dense: dict[int, float], lexical: dict[int, float]) -> None:
    assert fuse(dense, lexical) == pytest.approx(naive(dense, lexical))
    assert all(0 <= score <= 1 for score in fuse(dense, lexical).values())


def test_best_in_both_lists_is_best() -> None:
    fused = fuse({1: 0.9, 2: 0.8, 3: 0.1}, {1: 12.0, 3: 7.0, 4: 3.0})
    assert max(fused, key=fused.__getitem__) == 1
    assert fused[1] == 1.0
    assert fused[4] == 0.0


@pytest.mark.parametrize(
    ("question", "article", "words"),
    [
        ("Kinh tế tỉnh Sơn La 9 tháng năm 2024 tăng bao nhiêu phần trăm", "003", "7,36%"),
        ("Ai chủ trì hội nghị sơ kết 5 năm thực hiện Nghị định 21/2019/NĐ-CP", "001", "Phạm Hồng Chương"),
        ("đường sắt Lào Cai Hà Nội Hải Phòng khổ đường", "000", "1.435 mm"),
        ("lanh dao chau Van Son", "004", "Văn Sơn"),
        ("mục tiêu tăng trưởng năm 2025 của Lạng Sơn 8,75%", "002", "8,75%"),
    ],
)
def test_the_right_passage_is_among_the_first(seeded: Library, question: str, article: str, words: str) -> None:
    first = search(seeded, question, k=3)
    assert any(p.document.path.startswith(article) and words in p.chunk.text for p in first)


def test_passages_are_sorted_whole_and_of_evidence_only(seeded: Library) -> None:
    passages = search(seeded, "Đại tướng Phan Văn Giang làm việc", k=20)
    assert len(passages) == 20
    assert [p.score for p in passages] == sorted((p.score for p in passages), reverse=True)
    for p in passages:
        text = seeded.text(p.document.id)
        assert p.chunk.text == text[p.chunk.start : p.chunk.end]
        junk = [s for s in seeded.spans(p.document.id) if s.kind in (SpanKind.RELATED, SpanKind.BOILERPLATE)]
        assert not [s for s in junk if s.start < p.chunk.end and p.chunk.start < s.end]


def test_the_scores_say_where_they_come_from(seeded: Library) -> None:
    passages = search(seeded, "Sơn La tăng trưởng", k=30)
    assert all(-1.001 <= p.dense <= 1.001 and p.lexical >= 0 for p in passages)
    assert any(p.lexical > 0 for p in passages)


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC"])
def test_the_unicode_form_of_a_question_does_not_matter(seeded: Library, form: str) -> None:
    question = "Đồng chí Hoàng Quốc Khánh phát biểu ở hội nghị nào"
    assert search(seeded, unicodedata.normalize(form, question)) == search(seeded, question)


def test_words_that_stand_nowhere_still_give_the_nearest(seeded: Library) -> None:
    passages = search(seeded, "xyzzy", k=4)
    assert len(passages) == 4
    assert all(p.lexical == 0 for p in passages)


def test_an_empty_library_says_so(library: Library) -> None:
    with pytest.raises(EmptyLibrary):
        search(library, "Hội nghị")


@pytest.mark.parametrize("encoder", [OtherEncoder(), HashEncoder(dimension=32)], ids=["same size", "other size"])
def test_vectors_of_two_encoders_are_never_compared(seeded: Library, encoder: HashEncoder) -> None:
    with Library(seeded.settings, encoder=encoder) as other, pytest.raises(WrongEncoder):
        search(other, "Hội nghị")


def test_titles_name_each_document_once_best_first(seeded: Library) -> None:
    passages = search(seeded, "Phan Văn Giang", k=20)
    named = titles(passages)
    assert named[0] == (passages[0].document.id, passages[0].document.title)
    assert {key for key, _ in named} == {p.document.id for p in passages}
    assert len(named) == len(set(named))
