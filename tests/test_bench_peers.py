"""The pure parts of the comparison with other systems: protocol, judging, ratios, bars, what is kept."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.peers import comparing
from bench.peers.__main__ import Clock, OutOfTime
from bench.peers.environments import ADAPTERS, PEERS
from bench.peers.judging import judge, says_no
from bench.peers.kept import Kept
from bench.peers.session import Failed, parsed
from bench.peers.task import SEEDS, documents, questions
from rag.evaluation.sets import Item

FAKE = """
import sys
sys.path.insert(0, {adapters!r})
from protocol import Reply, main

class Fake:
    uses = "nothing"

    def __init__(self, models, what):
        print("a library that talks")

    def index(self, documents, store):
        return len(list(documents.glob("*.txt")))

    def open(self, store):
        pass

    def ask(self, question, heard):
        if question == "out":
            import socket
            socket.getaddrinfo("example.org", 80)
        if question == "silent":
            return Reply("ở đó", (), (), True)
        heard(" ")
        heard("ở")
        print("and again")
        return Reply("ở đó", ("một câu",), ("một câu", "hai"))

main(Fake)
"""
ITEM = Item("q", "Ở đâu?", True, "where", (("Côn Minh",),))
NONE = Item("n", "Ở đâu?", False, "absent-topic")


def adapter(tmp_path: Path, what: str, questions: str = "") -> list[dict[str, Any]]:
    script = tmp_path / "fake.py"
    script.write_text(FAKE.format(adapters=str(ADAPTERS)), "utf-8")
    command = [
        sys.executable,
        str(script),
        what,
        "--encoder",
        "e",
        "--llm",
        "l",
        "--store",
        "s",
        "--documents",
        str(SEEDS),
    ]
    done = subprocess.run(command, input=questions, capture_output=True, text=True, timeout=60)
    assert "talks" in done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_an_adapter_indexes(tmp_path: Path) -> None:
    (told,) = adapter(tmp_path, "index")
    assert told["pieces"] == 5 and told["uses"] == "nothing" and told["left"] == [] and told["seconds"] >= 0


def test_an_adapter_answers_line_by_line(tmp_path: Path) -> None:
    asked = "".join(json.dumps({"id": q, "question": q}) + "\n" for q in ("a", "silent", "out"))
    ready, answered, silent, out = adapter(tmp_path, "serve", asked)
    assert ready["ready"] and ready["load_s"] >= 0
    assert (answered["id"], answered["text"], answered["citations"]) == ("a", "ở đó", ["một câu"])
    assert answered["streamed"] and 0 <= answered["first_s"] <= answered["total_s"] and answered["refused"] is None
    assert 0 <= answered["first_cpu_s"] <= answered["total_cpu_s"]
    # What no model wrote is there all at once.
    assert not silent["streamed"] and silent["first_s"] == silent["total_s"] and silent["refused"] is True
    assert "offline" in out["error"] and out["left"] == ["example.org"]


@pytest.mark.parametrize("output", ["", "\n", "no json\n", "[1]\n"])
def test_no_answer_of_an_adapter_is_an_error(output: str) -> None:
    with pytest.raises(Failed):
        parsed(output)


def test_the_last_line_is_the_answer() -> None:
    assert parsed('noise\n{"pieces": 3}\n\n') == {"pieces": 3}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Không tìm thấy thông tin trong tài liệu.",
        "Tài liệu không đề cập đến dân số của Lào Cai.",
        "I don't know.",
        "I'm sorry, but the provided sources do not contain information about this.",
        "None of the sources are helpful.",
    ],
)
def test_ways_of_saying_no(text: str) -> None:
    assert says_no(text)


@pytest.mark.parametrize(
    "text", ["Côn Minh [1].", "Không dưới 30 km.", "The corridor starts in Côn Minh, not in Hà Nội."]
)
def test_ways_of_saying_something(text: str) -> None:
    assert not says_no(text)


def answer(
    text: str, citations: tuple[str, ...] = (), refused: bool | None = None, first: float = 1.0
) -> dict[str, Any]:
    times = {"first_s": first, "first_cpu_s": first, "total_s": 2 * first, "total_cpu_s": 2 * first}
    times |= {"streamed": True, "evidence_s": None, "peak_bytes": 2**30, "load": 1.0}
    return {"text": text, "citations": citations, "sources": citations, "refused": refused, **times}


def test_citations_are_counted_by_what_stands_in_them() -> None:
    found = judge(ITEM, answer("Ở Côn Minh [1].", ("từ Côn Minh đến Hà Nội", "ở Hà Nội", "Côn Minhh")))
    assert (found.contains, found.citations, found.holding, found.refused) == (True, 3, 1, False)
    assert found.sources_hold


def test_citations_of_a_refusal_count_for_nothing() -> None:
    found = judge(ITEM, answer("I don't know.", ("từ Côn Minh",)))
    assert (found.contains, found.citations, found.holding, found.refused) == (False, 0, 0, True)
    # The system's own word stands above what its words sound like.
    assert not judge(ITEM, answer("không tìm thấy", refused=False)).refused
    invented = judge(NONE, answer("Ở Côn Minh", ("Côn Minh",)))
    assert (invented.contains, invented.citations, invented.refused) == (False, 0, False)


def kept(system: str, first: float, citations: tuple[str, ...], index_s: float, peak: int) -> comparing.Measured:
    rows = [{**answer("Côn Minh", citations, first=first), "system": system, "id": "q", "peak_bytes": peak, "left": []}]
    rows.append(
        {**answer("Tôi không biết", first=first), "system": system, "id": "n", "peak_bytes": peak, "left": ["x.org"]}
    )
    rows.append({"system": system, "id": "broken", "error": "E", "left": []})
    rows.append({"system": "another", "id": "q", **answer("Côn Minh")})
    runs = [
        {"system": system, "process_s": index_s, "cpu_s": index_s, "pieces": 7, "peak_bytes": peak, "uses": "u"}
    ] * 2
    items = {"q": ITEM, "n": NONE, "broken": ITEM}
    return comparing.measured(system, runs, rows, items)


def test_a_system_in_one_row() -> None:
    row = comparing.system_row(kept("txtai", 4.0, ("Côn Minh", "Hà Nội"), 9.0, 2**30))
    assert (row["first_p50_s"], row["total_p50_s"], row["index_p50_s"], row["peak_mb"]) == (4.0, 8.0, 9.0, 1024)
    assert (row["contains"], row["citations_holding"], row["questions_with_one"]) == ("1 of 1", "1 of 2", "1 of 1")
    assert (row["refused_unanswerable"], row["refused_answerable"]) == ("1 of 1", "0 of 1")
    assert (row["questions"], row["errors"], row["left_machine"]) == (2, 1, "x.org")


def test_ratios_and_bars() -> None:
    ours = kept("hoidap", 1.0, ("Côn Minh",), 4.0, 2**30)
    quick = comparing.against(ours, kept("quick", 2.0, ("Côn Minh", "a", "b", "c"), 20.0, 2**31))
    small = comparing.against(ours, kept("small", 9.0, ("Côn Minh", "a"), 8.0, 2**30))
    assert (quick["first_x"], quick["total_x"], quick["index_x"], quick["memory_x"], quick["holding_x"]) == (
        2,
        2,
        5,
        0.5,
        4,
    )
    found = {row["measure"]: row for row in comparing.bars([quick, small])}
    first, memory = found["time to first token"], found["peak memory while answering"]
    assert (first["best_peer"], first["ratio"], first["reached"]) == ("quick", 2, "no")
    assert (memory["best_peer"], memory["ratio"], memory["reached"]) == ("small", 1, "no")
    assert [found[name]["reached"] for name in ("index time", "share of citations that hold the answer")] == [
        "yes",
        "yes",
    ]


def test_nothing_measured_is_no_ratio() -> None:
    nobody = comparing.measured("hoidap", [], [], {})
    row = comparing.against(nobody, nobody)
    assert row["first_x"] is None and row["holding_x"] is None and row["memory_x"] is None
    assert comparing.bars([row]) == []
    assert comparing.system_row(nobody)["contains"] == "0 of 0"


def test_what_was_measured_is_kept(tmp_path: Path) -> None:
    one = Kept(tmp_path / "new")
    assert one.answers() == []
    one.add_answer({"system": "a", "id": "1", "text": "đó"})
    one.add_answer({"system": "b", "id": "1"})
    one.add_index({"system": "a", "round": 0})
    with (tmp_path / "new" / "answers.jsonl").open("a") as file:
        file.write('{"system": "a", "id"')
    again = Kept(tmp_path / "new")
    assert again.answers() == [{"system": "a", "id": "1", "text": "đó"}, {"system": "b", "id": "1"}]
    again.forget("a")
    assert again.answers() == [{"system": "b", "id": "1"}] and again.indexed() == []


def test_no_step_begins_that_would_not_end_in_time() -> None:
    assert Clock(0).room(10**9) > 0
    assert Clock(1).room(30) <= 60
    with pytest.raises(OutOfTime):
        Clock(1).room(61)


def test_the_sample_is_fixed_and_without_conversations() -> None:
    found = questions(SEEDS / "questions.jsonl", 10)
    assert found == questions(SEEDS / "questions.jsonl", 10)
    assert len(found) == 10 and len({item.type for item in found}) == 10
    assert not any(item.history for item in questions(SEEDS / "questions.jsonl", 1000))
    assert {item.answerable for item in found} == {True, False}


def test_documents_are_ours_and_the_first_of_a_corpus(tmp_path: Path) -> None:
    rows = [{"id": f"d{n}", "title": "Tin", "text": f"Tin {n}"} for n in range(5)]
    (tmp_path / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert len(documents(None, 3)) == 5
    assert [file.path for file in documents(tmp_path, 3)[5:]] == ["d0.txt", "d1.txt", "d2.txt"]


def test_every_peer_has_an_adapter_and_pinned_requirements() -> None:
    for name in PEERS:
        assert (ADAPTERS / f"{name}_peer.py").is_file()
        pins = (ADAPTERS / f"{name}.txt").read_text("utf-8").split()
        assert pins and all(re.fullmatch(r"[a-z0-9-]+==[0-9.]+", pin) for pin in pins)
