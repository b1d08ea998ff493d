"""Answers called wrong: what is kept, whose it is, and the set of questions that `hoidap eval` runs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner
from helpers import bring_in, write

from embeddings.encoder import HashEncoder
from rag.answer import ask
from rag.cli.flags import flags as flags_command
from rag.errors import BadInput, UnknownDocument, UnknownFlag
from rag.evaluation.corpus import corpus_of_set
from rag.evaluation.run import Job, evaluate
from rag.evaluation.sets import read_items
from rag.flags.candidates import cited, key_of, place_of, search
from rag.flags.questions import Place, add_question, remove_question
from rag.flags.records import Complaint, Flag, Wrong, as_row
from rag.flags.seen import seen
from rag.flags.store import LONGEST, MOST, FlagStore
from rag.library import Library
from rag.records import Done, Evidence

FOREST = "Hội nghị về rừng\n\nNgày 12/3, tại Yên Bái, ông Lê Văn Bình chủ trì buổi họp về rừng. Có 45 đại biểu dự.\n"
SEA = "Hội nghị về biển\n\nNgày 5/6, tại Cát Bà, cuộc họp bàn về biển.\n"
QUESTION = "Buổi họp về rừng diễn ra ngày nào?"
SENTENCE = "Ngày 12/3, tại Yên Bái, ông Lê Văn Bình chủ trì buổi họp về rừng."


@pytest.fixture
def filled(library: Library, tmp_path: Path) -> Library:
    bring_in(library, write(tmp_path / "rung.txt", FOREST), write(tmp_path / "bien.txt", SEA))
    return library


def flagged(library: Library, question: str = QUESTION, user: str = "lan", complaint: Complaint | None = None) -> Flag:
    """Ask by quotation and call the answer wrong."""
    events = list(ask(library, question, extractive=True))
    done = next(event for event in events if isinstance(event, Done))
    shown = next((event.citations for event in events if isinstance(event, Evidence)), ())
    kept = seen(library, done.answer, history=[("Trước đó?", "Không.")], evidence=shown, features=done.features)
    return FlagStore(library.database).add(user, complaint or Complaint(Wrong.ANSWER, "12/3"), kept)


def place_in(library: Library, path: str, words: str) -> Place:
    document = next(d for d in library.documents() if d.path == path)
    start = library.text(document.id).index(words)
    return Place(document.id, start, start + len(words))


def questions(library: Library) -> Path:
    return library.settings.data / "questions"


def test_a_flag_keeps_all_that_the_answer_saw(filled: Library) -> None:
    flag = FlagStore(filled.database).one("lan", flagged(filled).id)
    kept = flag.seen
    assert kept["history"] == [["Trước đó?", "Không."]]
    assert kept["answer"]["citations"][0]["quote"] == SENTENCE
    assert kept["evidence"] and kept["features"]["eligible"] > 0
    assert kept["models"]["encoder"]["fingerprint"] == filled.store.encoder_fingerprint()
    assert kept["settings"]["evidence_sentences"] == 3
    assert set(kept["versions"]) >= {"python", "tantivy"}
    [document] = [d for d in kept["documents"] if d["path"] == "rung.txt"]
    assert document["sha256"] == filled.document(document["id"]).sha256
    assert SENTENCE in document["contexts"][0]["text"]
    assert str(filled.settings.data) not in json.dumps(as_row(flag), ensure_ascii=False)


def test_every_user_sees_and_removes_their_own(filled: Library) -> None:
    flag, store = flagged(filled), FlagStore(filled.database)
    assert [f.id for f in store.all("lan")] == [f.id for f in store.all(None)] == [flag.id]
    assert store.all("minh") == []
    with pytest.raises(UnknownFlag):
        store.delete("minh", flag.id)
    store.delete("lan", flag.id)
    assert store.all(None) == []


def test_flags_have_bounds(filled: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match=str(LONGEST)):
        flagged(filled, complaint=Complaint(Wrong.OTHER, note="a" * (LONGEST + 1)))
    monkeypatch.setattr("rag.flags.store.MOST", 1)
    assert MOST > 1
    flagged(filled)
    with pytest.raises(BadInput):
        flagged(filled)
    flagged(filled, user="minh")


def test_flags_outlive_their_documents(filled: Library) -> None:
    flag = flagged(filled)
    filled.delete([d.id for d in filled.documents()])
    assert FlagStore(filled.database).all("lan")[0].seen["documents"]
    assert cited(filled, flag) == []


def test_candidates_are_what_was_cited_and_what_is_found(filled: Library) -> None:
    flag = flagged(filled)
    assert [c.quote for c in cited(filled, flag)] == [SENTENCE]
    found = search(filled, "đại biểu dự hội nghị về rừng")
    assert "Có 45 đại biểu dự." in [c.quote for c in found]
    assert all(filled.text(c.place.document_id)[c.place.start : c.place.end] == c.quote for c in found)


@pytest.mark.parametrize(
    "key", ["", "abc", "abc:1", "abc:-1:5", "abc:1:2:3", ":1:2", "abc:" + "9" * 40 + ":1", "a:²:3"]
)
def test_a_place_that_was_made_up_is_refused(key: str) -> None:
    with pytest.raises(BadInput):
        place_of(key)
    assert place_of(key_of(Place("abc", 1, 5))) == Place("abc", 1, 5)


def test_a_question_can_be_measured(filled: Library, tmp_path: Path) -> None:
    add_question(filled, flagged(filled), "12/3\n12 + tháng 3", [place_in(filled, "rung.txt", SENTENCE)])
    refused = flagged(filled, "Buổi họp về gỗ lim diễn ra ngày nào?", complaint=Complaint(Wrong.UNFOUNDED))
    add_question(filled, refused, "", [])
    items = read_items(questions(filled))
    assert [item.answers for item in items] == [(("12/3",), ("12", "tháng 3")), ()]
    assert [item.answerable for item in items] == [True, False]
    assert items[0].evidence[0].quote == SENTENCE
    assert items[0].type == "trả lời sai"
    out = tmp_path / "out"
    job = Job.read(questions(filled), corpus=None, mix=[], limit=None, extractive=True, out=out)
    job = Job(job.name, job.items, job.of, job.corpora, True, out, tmp_path / "cache")
    report = evaluate(job, filled.settings, watch=lambda *_: None, encoder=HashEncoder())
    figures = report.paths
    assert report.missing == ()
    assert figures["answers.contains"].value == figures["citations.recall"].value == 1.0
    assert figures["refusal.recall"].n == 1


def test_the_set_keeps_the_text_it_was_made_of(filled: Library, tmp_path: Path) -> None:
    add_question(filled, flagged(filled), "12/3", [place_in(filled, "rung.txt", SENTENCE)])
    assert bring_in(filled, write(tmp_path / "rung.txt", FOREST.replace("12/3", "13/3")))["rung.txt"] == "replaced"
    [item] = read_items(questions(filled))
    texts = {file.name: file.content.decode() for file in corpus_of_set(questions(filled), None)}
    assert item.evidence[0].quote in texts[item.evidence[0].document]


def test_a_question_that_is_taken_out_takes_its_texts_along(filled: Library) -> None:
    first, second = flagged(filled), flagged(filled, user="minh")
    evidence = [place_in(filled, "rung.txt", SENTENCE)]
    add_question(filled, first, "12/3", evidence)
    add_question(filled, second, "ngày 12/3", evidence)
    remove_question(filled, first)
    assert [item.id for item in read_items(questions(filled))] == [second.id]
    remove_question(filled, FlagStore(filled.database).one(None, second.id))
    assert list((questions(filled) / "corpus").iterdir()) == []
    assert [flag.question for flag in FlagStore(filled.database).all(None)] == [None, None]


def test_a_text_stays_while_another_question_is_taken_out(filled: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = flagged(filled), flagged(filled, user="minh")
    other = Thread(target=remove_question, args=(filled, second))
    stored = FlagStore.set_question

    def slowly(store: FlagStore, *given: Any) -> Flag:
        if other.ident is None:  # Between the texts and the row, another user takes a question out.
            other.start()
            other.join(0.3)
        return stored(store, *given)

    monkeypatch.setattr(FlagStore, "set_question", slowly)
    add_question(filled, first, "12/3", [place_in(filled, "rung.txt", SENTENCE)])
    other.join()
    kept = FlagStore(filled.database).one(None, first.id).question
    assert kept and kept["corpus"] == sorted(path.name for path in (questions(filled) / "corpus").iterdir())


def test_a_flag_keeps_the_scope_of_its_question(filled: Library) -> None:
    ids = tuple(document.id for document in filled.documents())
    done = next(event for event in ask(filled, QUESTION, extractive=True) if isinstance(event, Done))
    for within, kept in ((ids, sorted(ids)), (None, None)):
        assert seen(filled, done.answer, history=[], evidence=[], features={}, within=within)["scope"] == kept


def empty(_: Library) -> Sequence[Place]:
    return []


def beyond(library: Library) -> Sequence[Place]:
    return [Place(library.documents()[0].id, 10_000, 10_010)]


def blank(library: Library) -> Sequence[Place]:
    return [place_in(library, "rung.txt", "\n\n")]


@pytest.mark.parametrize(("answers", "evidence"), [("12/3", empty), ("12/3", beyond), ("12/3", blank), ("?!", beyond)])
def test_a_question_without_an_answer_in_a_document_is_refused(filled: Library, answers: str, evidence: object) -> None:
    flag = flagged(filled)
    with pytest.raises(BadInput):
        add_question(filled, flag, answers, evidence(filled))  # type: ignore[operator]
    assert FlagStore(filled.database).one(None, flag.id).question is None
    with pytest.raises(UnknownDocument):
        add_question(filled, flag, "12/3", [Place("nowhere", 0, 5)])


def test_the_command_line_lists_and_exports(filled: Library) -> None:
    flag = flagged(filled, complaint=Complaint(Wrong.CITATION, "12/3", "xem\u202elại"))
    run = CliRunner().invoke(flags_command, ["list"], obj=filled.settings)
    assert (run.exit_code, flag.id in run.output, "trích dẫn sai" in run.output) == (0, True, True)
    run = CliRunner().invoke(flags_command, ["export"], obj=filled.settings)
    row = json.loads(run.output)
    assert (row["id"], row["note"], row["seen"]["question"]) == (flag.id, "xem\u202elại", QUESTION)
