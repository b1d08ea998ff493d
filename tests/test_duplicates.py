"""Near duplicates: what is grouped, what is not, and what search and answers make of it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from click.testing import CliRunner
from near_cases import COPIES, ROWS, Pair, copies, event, page, story, twins
from test_recheck import answer_to, failures

from embeddings.encoder import HashEncoder
from rag.cli.ask import as_text
from rag.cli.documents import list_documents
from rag.cli.search import search_command
from rag.duplicates import minhash
from rag.duplicates.comparison import contained, same_story
from rag.duplicates.corroboration import same_words
from rag.duplicates.minhash import resemblance, signature
from rag.duplicates.refresh import refresh
from rag.library import Library
from rag.records import Done
from rag.retrieve import search
from rag.settings import Settings
from tests.helpers import bring_in, write

SEEDS = Path(__file__).parent.parent / "seeds"
FAIR = ROWS[0]
QUESTION = "UBND tỉnh Hà Giang tổ chức hội nghị bàn việc thực hiện các dự án trọng điểm ngày nào?"
PRINTED = ("as it is", "other headline", "own paragraph", "spelling", "photo")


@pytest.fixture(autouse=True)
def low_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.lookup.FLOOR", 0.42)


def printed(folder: Path, *names: str) -> list[Path]:
    """The first text as several papers print it, a day apart."""
    told = event(FAIR)
    return [
        write(folder / f"{n}.txt", f" date 2023-01-{5 + n:02} \n" + COPIES[name](told)) for n, name in enumerate(names)
    ]


def ids(library: Library) -> dict[str, str]:
    return {document.path: document.id for document in library.documents()}


def paired(library: Library) -> dict[str, set[str]]:
    """Paths of the near duplicates of every document that has any, by its path."""
    path = {document.id: document.path for document in library.documents()}
    return {path[one]: {path[other] for other in others} for one, others in library.duplicates.of(path).items()}


@pytest.fixture
def five(library: Library, tmp_path: Path) -> Library:
    """One text in five papers, and the other texts once."""
    others = [write(tmp_path / f"{row['id']}.txt", page(event(row))) for row in ROWS[1:]]
    bring_in(library, *printed(tmp_path, *PRINTED), *others)
    return library


# Which texts are the same


@pytest.mark.parametrize("pair", [*copies(), *twins()], ids=lambda pair: pair.name)
def test_a_copy_is_known_and_another_event_in_the_same_prose_is_not(pair: Pair) -> None:
    one, other = story(pair.one), story(pair.other)
    assert same_story(one, other) is pair.same
    assert same_story(other, one) is pair.same


def test_three_meetings_of_the_same_minister_are_three() -> None:
    meetings = [story((SEEDS / name).read_text("utf-8")) for name in sorted(p.name for p in SEEDS.glob("0*.txt"))]
    for at, one in enumerate(meetings):
        for other in meetings[at + 1 :]:
            assert contained(one, other) < 0.5
            assert not same_story(one, other)


def test_a_misprinted_number_in_the_body_leaves_a_copy_one() -> None:
    row = ROWS[4]
    assert same_story(story(page(event(row))), story(page(event(row)).replace("7,8%", "8,7%")))


def test_texts_too_short_to_be_recognised_are_never_the_same() -> None:
    short = "Hội nghị\n\nĐồng chí Hoàng Quốc Khánh, Bí thư Tỉnh ủy phát biểu.\n"
    assert not same_story(story(short), story(short))


@pytest.mark.parametrize("header", ["0000-01", "2024-02-31", "9999-12"])
def test_a_date_that_no_calendar_has_is_compared_too(header: str) -> None:
    text = page(event(FAIR), f" date {header} ")
    assert same_story(story(text), story(text))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ông Hoà, UBND tỉnh.", "Ông Hòa, Ủy ban nhân dân tỉnh", True),
        ("Ông Hoà phát biểu.", "Ông Hoa phát biểu.", False),
        ("Nhiệt độ xuống -5 độ.", "Nhiệt độ xuống 5 độ.", False),
        ("Tăng 7,36 %.", "Tăng 7,36.", False),
        ("Có 12 dự án.", "Có 15 dự án.", False),
    ],
)
def test_the_same_words(one: str, other: str, same: bool) -> None:
    assert same_words(one, other) is same


# Signatures


def test_signatures_stored_by_an_older_library_stay_comparable() -> None:
    """A failure means that `minhash.VERSION` must be raised."""
    first = signature({"mot hai ba", "hai ba bon", "ba bon nam"})
    assert first[:8].tolist() == [147, 11, 218, 102, 143, 127, 82, 158]


@pytest.mark.parametrize("common", [0, 200, 500, 900])
def test_the_estimate_is_near_the_true_similarity(common: int) -> None:
    one = {f"a {n}" for n in range(1000)}
    other = {f"a {n}" for n in range(1000 - common, 2000 - common)}
    estimate = resemblance(np.stack([signature(one)]), signature(other))[0]
    assert estimate == pytest.approx(common / (2000 - common), abs=0.1)


# What is stored


def test_five_papers_are_paired_with_each_other_and_with_nothing_else(five: Library) -> None:
    names = {f"{n}.txt" for n in range(5)}
    assert paired(five) == {name: names - {name} for name in names}


def test_one_at_a_time_or_all_at_once_gives_the_same_pairs(five: Library, tmp_path: Path) -> None:
    with Library(Settings(data=tmp_path / "slow"), encoder=HashEncoder()) as slow:
        for document in reversed(five.documents()):
            bring_in(slow, Path(document.source))
        assert paired(slow) == paired(five)


def test_what_an_older_program_or_a_crash_left_unsigned_is_found_the_next_time(
    five: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = paired(five)
    with five.database.transaction() as connection:
        connection.execute("DELETE FROM signatures WHERE document_id=?", (ids(five)["2.txt"],))
        connection.execute("DELETE FROM duplicates WHERE ? IN (document_id, other_id)", (ids(five)["2.txt"],))
    assert "2.txt" not in paired(five)
    refresh(five)
    assert paired(five) == before
    monkeypatch.setattr("rag.duplicates.store.VERSION", minhash.VERSION + 1)
    assert len(five.duplicates.unsigned()) == len(five.documents())
    refresh(five)
    assert five.duplicates.unsigned() == []
    assert paired(five) == before


def test_a_deleted_document_is_nobodys_duplicate(five: Library) -> None:
    five.delete([ids(five)["0.txt"], ids(five)["3.txt"]])
    assert paired(five) == {"1.txt": {"2.txt", "4.txt"}, "2.txt": {"1.txt", "4.txt"}, "4.txt": {"1.txt", "2.txt"}}


def test_a_document_with_a_new_text_is_compared_again(five: Library, tmp_path: Path) -> None:
    bring_in(five, write(tmp_path / "1.txt", page(event(FAIR, "date", "count"), " date 2023-01-06 \n")))
    assert "1.txt" not in paired(five)
    assert paired(five)["0.txt"] == {"2.txt", "3.txt", "4.txt"}


def test_a_document_whose_sentences_are_marked_anew_is_compared_again(five: Library) -> None:
    one = ids(five)["1.txt"]
    first, *rest = five.store.sentences(one)
    with five.database.transaction() as connection:
        connection.execute("UPDATE sentences SET kind='caption' WHERE id=?", (first.id,))
    assert five.duplicates.unsigned() == [one]
    refresh(five)
    assert len(paired(five)["1.txt"]) == 4
    with five.database.transaction() as connection:
        connection.executemany("DELETE FROM sentences WHERE id=?", [(s.id,) for s in rest])
    refresh(five)
    assert "1.txt" not in paired(five)


# Search


def test_five_copies_do_not_crowd_out_the_other_documents(five: Library) -> None:
    found = search(five, QUESTION, k=16)
    shown = {p.document.path for p in found}
    assert {f"{row['id']}.txt" for row in ROWS[1:]} <= shown
    first = found[0]
    assert len(first.duplicates) == 4
    assert {d.document_id for d in first.duplicates} | {first.document.id} == {ids(five)[f"{n}.txt"] for n in range(5)}
    assert [p.chunk.id for p in search(five, QUESTION, k=16)] == [p.chunk.id for p in found]
    texts = [" ".join(p.chunk.text.split()) for p in found]
    assert len(texts) == len(set(texts))


def test_the_pool_grows_where_copies_fill_it(five: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = search(five, QUESTION, k=8)
    monkeypatch.setattr("rag.retrieve.POOL", 4)
    assert len(search(five, QUESTION, k=8)) == len(whole) == 8


def test_what_one_paper_adds_is_found(five: Library) -> None:
    found = search(five, "Bạn đọc có thể gửi ý kiến về tòa soạn qua hộp thư điện tử", k=3)
    assert found[0].document.path == "2.txt"
    assert "Bạn đọc" in found[0].chunk.text


# Answers


def test_a_sentence_that_five_papers_print_is_one_citation_with_four_corroborations(five: Library) -> None:
    answer = answer_to(five, QUESTION)
    assert len(answer["citations"]) == 1
    cited = answer["citations"][0]
    assert "5/1/2023" in cited["quote"]
    assert len(cited["also"]) == 4
    assert [other["published"] for other in cited["also"]] == sorted(other["published"] for other in cited["also"])
    for other in cited["also"]:
        assert five.text(other["document_id"])[other["start"] : other["end"]] == other["quote"]
    assert failures(five, answer) == []


@pytest.mark.parametrize("change", ["offset", "quote", "twice", "words"])
def test_a_tampered_corroboration_is_seen(five: Library, change: str) -> None:
    answer = answer_to(five, QUESTION)
    cited = answer["citations"][0]
    other = cited["also"][0]
    if change == "offset":
        other["start"] += 1
    elif change == "quote":
        other["quote"] = other["quote"].replace("UBND", "Ủy ban nhân dân")
    elif change == "twice":
        cited["also"].append(copy.deepcopy(other))
    else:
        second = five.store.sentences(other["document_id"])[-1]
        other |= {"start": second.start, "end": second.end, "quote": second.text}
    assert len(failures(five, answer)) == 1


def test_answers_saved_before_there_were_corroborations_still_verify(five: Library) -> None:
    answer = answer_to(five, QUESTION)
    del answer["citations"][0]["also"]
    assert failures(five, answer) == []


def test_papers_that_disagree_are_both_shown_and_neither_corroborates_the_other(
    library: Library, tmp_path: Path
) -> None:
    row = ROWS[4]
    told = page(event(row))
    bring_in(
        library,
        write(tmp_path / "a.txt", " date 2021-12-08 \n" + told),
        write(tmp_path / "b.txt", " date 2021-12-09 \n" + told.replace("7,8%", "8,7%")),
        write(tmp_path / "c.txt", " date 2021-12-10 \n" + told + "\nTheo TTXVN\n"),
    )
    assert paired(library) == {"a.txt": {"b.txt", "c.txt"}, "b.txt": {"a.txt", "c.txt"}, "c.txt": {"a.txt", "b.txt"}}
    answer = answer_to(library, "Tốc độ tăng trưởng của tỉnh Yên Bái trong năm ước đạt bao nhiêu phần trăm?")
    values = {c["path"]: ("8,7%" in c["quote"], [o["path"] for o in c["also"]]) for c in answer["citations"]}
    assert len(values) == 2
    assert values.pop("b.txt") == (True, [])
    (path, (wrong, also)), *_ = values.items()
    assert not wrong and {path, *also} == {"a.txt", "c.txt"}
    assert failures(library, answer) == []


# The command line


def said(command: click.Command, library: Library, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    monkeypatch.setattr(Library, "open", classmethod(lambda cls, settings: library))
    return CliRunner().invoke(command, arguments, obj=library.settings, catch_exceptions=False).output


def test_the_list_names_the_duplicates(five: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = said(list_documents, five, monkeypatch).splitlines()
    assert sum("trùng với" in line for line in lines) == 20


def test_search_names_the_duplicates(five: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    first: dict[str, Any] = json.loads(said(search_command, five, monkeypatch, QUESTION, "--json"))[0]
    assert len(first["duplicates"]) == 4
    assert set(first["duplicates"][0]) == {"document_id", "title"}
    assert said(search_command, five, monkeypatch, QUESTION, "-k", "1").count("trùng với") == 4


def test_an_answer_says_how_many_papers_print_it(five: Library) -> None:
    from rag.answer import ask

    *_, last = ask(five, QUESTION, extractive=True)
    assert isinstance(last, Done)
    text = as_text(last.answer)
    assert "5 nguồn cùng đưa" in text
    assert all(f"{n}.txt [" in text for n in range(5))
