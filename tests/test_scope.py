"""A question within some documents: everything of them is searched, nothing else."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest
from helpers import bring_in, write

from rag.answer import ask
from rag.errors import UnknownDocument
from rag.library import Library
from rag.records import Answer, Done, Evidence
from rag.retrieve import search

SON_LA = "Đại tướng Phan Văn Giang làm việc với Ban Thường vụ Tỉnh ủy Sơn La vào ngày nào?"


def answered(library: Library, question: str, within: Collection[str] | None) -> Answer:
    events = list(ask(library, question, extractive=True, within=within))
    shown = {c.document_id for e in events if isinstance(e, Evidence) for c in e.citations}
    assert isinstance(events[-1], Done)
    answer = events[-1].answer
    cited = [*answer.citations, *([answer.correction.citation] if answer.correction else [])]
    named = {c.document_id for c in cited} | {o.document_id for c in cited for o in c.also}
    assert within is None or (shown | named | {r.document_id for r in answer.related}) <= set(within)
    return answer


def named(library: Library, start: str) -> str:
    return next(d.id for d in library.documents() if d.path.startswith(start))


def test_all_passages_of_the_documents_are_ranked_and_no_others(seeded: Library) -> None:
    chosen = {named(seeded, "000"), named(seeded, "004")}
    everything = {c.id for key in chosen for c in seeded.store.chunks_of(key)}
    found = search(seeded, SON_LA, k=100, within=chosen)
    assert {p.chunk.id for p in found} == everything
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)


def test_scores_of_each_search_are_those_of_the_whole_library(seeded: Library) -> None:
    everywhere = {p.chunk.id: (p.dense, p.lexical) for p in search(seeded, SON_LA, k=100)}
    for passage in search(seeded, SON_LA, k=100, within={named(seeded, "003")}):
        assert (passage.dense, passage.lexical) == pytest.approx(everywhere[passage.chunk.id])


def test_the_answer_comes_from_the_scope_or_is_refused(seeded: Library) -> None:
    own, other = named(seeded, "003"), named(seeded, "000")
    assert "22/10" in answered(seeded, SON_LA, {own}).answer
    assert answered(seeded, SON_LA, {other}).refused
    assert answered(seeded, SON_LA, ()).refused


def test_without_a_scope_nothing_changes(seeded: Library) -> None:
    everything = {d.id for d in seeded.documents()}
    whole, listed = answered(seeded, SON_LA, None), answered(seeded, SON_LA, everything)
    assert (whole.answer, whole.citations) == (listed.answer, listed.citations)


def test_records_are_of_the_scope_alone(seeded: Library) -> None:
    own = named(seeded, "003")
    question = "Có những cuộc họp nào?"
    everywhere, within = answered(seeded, question, None), answered(seeded, question, {own})
    assert len({c.document_id for c in everywhere.citations}) > 1
    assert {c.document_id for c in within.citations} == {own}


def test_a_bare_question_is_about_the_one_meeting_of_the_scope(seeded: Library) -> None:
    own = named(seeded, "003")
    assert "Hoàng Quốc Khánh" in answered(seeded, "Ai tham dự?", {own}).answer


def test_a_paper_outside_the_scope_does_not_corroborate(library: Library, tmp_path: Path) -> None:
    text = "Sáng 22/10/2024, Bộ Quốc phòng tổ chức hội nghị tổng kết tại Hà Nội với 120 đại biểu."
    more = " ".join(f"Đơn vị {n} báo cáo kết quả huấn luyện quý {n} và kế hoạch năm sau." for n in range(9))
    bring_in(library, write(tmp_path / "a.txt", f"Hội nghị tổng kết\n\n{text} {more}\n"))
    bring_in(library, write(tmp_path / "b.txt", f"Tổng kết ở Hà Nội\n\n{text} {more}\n"))
    question = "Bộ Quốc phòng tổ chức hội nghị tổng kết tại Hà Nội với bao nhiêu đại biểu?"
    assert [c.sources for c in answered(library, question, None).citations] == [2]
    one = next(d.id for d in library.documents())
    assert [c.sources for c in answered(library, question, {one}).citations] == [1]


def test_a_document_that_is_gone_is_an_error_and_no_refusal(seeded: Library) -> None:
    with pytest.raises(UnknownDocument):
        list(ask(seeded, SON_LA, within={"không có"}))
