"""Claims and their citations: the fewest sentences that state the values, and never an invented one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import documents

from rag.align import MOST, align, claims_of

EVIDENCE = [
    "Sáng 22/10, tại huyện Mộc Châu, Đại tướng Phan Văn Giang đã làm việc với Ban Thường vụ Tỉnh ủy Sơn La.",
    "Kinh tế của tỉnh tăng trưởng khá, 9 tháng năm 2024 ước đạt 25.706 tỷ đồng, tăng 7,36% so với cùng kỳ năm trước.",
    "Trung tướng Phạm Hồng Chương, Tư lệnh Quân khu chủ trì hội nghị.",
]


@pytest.mark.parametrize(
    ("answer", "claims"),
    [
        ("Một câu.", ["Một câu."]),
        ("Câu một [1]. Câu hai [2, 3].", ["Câu một.", "Câu hai."]),
        ("- Mục một\n* Mục **hai** [1]\n3. Mục ba", ["Mục một", "Mục hai", "Mục ba"]),
        ("", []),
        (" \n\n", []),
    ],
)
def test_claims_are_sentences_and_items_without_markers(answer: str, claims: list[str]) -> None:
    assert claims_of(answer) == claims


@given(documents)
def test_claims_of_any_text_are_trimmed_lines(text: str) -> None:
    claims = claims_of(text)
    assert all(claim == claim.strip() and claim and "\n" not in claim for claim in claims)


@pytest.mark.parametrize(
    ("claim", "cited"),
    [
        ("Phan Văn Giang làm việc với Ban Thường vụ Tỉnh ủy Sơn La sáng 22/10.", (0,)),
        ("Kinh tế tăng 7,36 phần trăm.", (1,)),
        ("Trung tướng Phạm Hồng Chương chủ trì hội nghị.", (2,)),
    ],
)
def test_a_true_claim_cites_the_one_sentence_that_states_it(claim: str, cited: tuple[int, ...]) -> None:
    aligned = align(claim, EVIDENCE)
    assert aligned.verdict.supported, aligned.verdict.missing
    assert aligned.evidence == cited
    assert aligned.text == claim


@pytest.mark.parametrize(
    "claim",
    [
        "Kinh tế tăng 7,63%.",
        "Kinh tế đạt 25.706 triệu đồng.",
        "Phan Văn Giang làm việc với Ban Thường vụ Tỉnh ủy Lai Châu sáng 22/10.",
        "Trung tướng Phạm Hồng Chương chủ trì hội nghị ngày 23/10.",
        "Kinh tế của tỉnh không tăng trưởng.",
    ],
)
def test_a_false_claim_is_not_supported_by_anything(claim: str) -> None:
    assert not align(claim, EVIDENCE).verdict.supported


def test_without_evidence_nothing_is_supported() -> None:
    aligned = align("Hội nghị họp.", [])
    assert not aligned.verdict.supported
    assert aligned.evidence == ()


@given(st.sampled_from(EVIDENCE), st.lists(st.sampled_from(EVIDENCE), max_size=8))
def test_citations_are_indexes_each_once_and_few(claim: str, evidence: list[str]) -> None:
    aligned = align(claim, evidence)
    assert len(set(aligned.evidence)) == len(aligned.evidence) <= MOST
    assert all(0 <= at < len(evidence) for at in aligned.evidence)
    assert aligned.verdict.supported == (claim in evidence)
