"""An answer that is checked again: a true one passes, and no tampering goes unseen."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers import bring_in, write

from embeddings.encoder import HashEncoder
from rag.answer import ask
from rag.answer_json import to_json
from rag.library import Library
from rag.recheck import recheck
from rag.records import Done
from rag.settings import Settings

SEEDS = Path(__file__).parent.parent / "seeds"
QUESTION = "Kinh tế tỉnh Sơn La 9 tháng năm 2024 tăng bao nhiêu phần trăm?"
Json = dict[str, Any]


@pytest.fixture(autouse=True)
def low_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    """The evidence floor is measured for the real encoder; with the hash encoder it would refuse too much."""
    monkeypatch.setattr("rag.lookup.FLOOR", 0.42)


def answer_to(library: Library, question: str) -> Json:
    *_, last = ask(library, question, extractive=True)
    assert isinstance(last, Done)
    return json.loads(to_json(last.answer))


def failures(library: Library, answer: Json) -> list[str]:
    return [finding.message for finding in recheck(library, answer) if not finding.ok]


def test_a_short_answer_from_outside_the_citations_is_seen(seeded: Library, answer: Json) -> None:
    document_id = answer["citations"][0]["document_id"]
    text = seeded.text(document_id)
    assert answer["citations"][0]["start"] > 0 or answer["citations"][0]["end"] < len(text)
    start = 0 if answer["citations"][0]["start"] > 0 else len(text) - 5
    answer["short_answer"] = {
        "text": text[start : start + 5],
        "document_id": document_id,
        "start": start,
        "end": start + 5,
    }
    assert "không nằm trong phần văn bản được trích dẫn" in failures(seeded, answer)


@pytest.fixture
def answer(seeded: Library) -> Json:
    return answer_to(seeded, QUESTION)


def test_a_true_answer_passes(seeded: Library, answer: Json) -> None:
    assert "7,36%" in answer["answer"]
    findings = recheck(seeded, answer)
    assert [f.subject for f in findings] == ["[1]", answer["claims"][0]["text"]]
    assert failures(seeded, answer) == []


def test_every_extractive_answer_to_our_questions_passes(seeded: Library) -> None:
    lines = (SEEDS / "questions.jsonl").read_text("utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    assert len(questions) >= 60
    for question in questions[::3]:
        assert failures(seeded, answer_to(seeded, question)) == [], question


def change(path: str, value: object) -> Callable[[Json], None]:
    """Put another value at a dotted path."""

    def apply(answer: Json) -> None:
        *outer, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        target: Any = answer
        for part in outer:
            target = target[part]
        target[last] = value(target[last]) if callable(value) else value

    return apply


def misquote(answer: Json) -> None:
    """The same wrong figure everywhere, so that only the document can tell."""
    text = json.dumps(answer, ensure_ascii=False).replace("7,36%", "9,36%")
    answer.update(json.loads(text))


@pytest.mark.parametrize(
    "tamper",
    [
        change("citations.0.start", lambda n: n + 1),
        change("citations.0.end", lambda n: n - 1),
        change("citations.0.quote", lambda q: q.replace("tăng", "giảm")),
        change("citations.0.document_id", "000000000000"),
        change("citations.0.document_sha256", "0" * 64),
        change("citations.0.number", 7),
        change("claims.0.text", lambda t: t.replace("tăng", "giảm")),
        change("claims.0.start", 3),
        change("claims.0.citations", []),
        change("claims.0.citations", [2]),
        change("claims", []),
        change("citations", []),
        change("answer", lambda a: a.replace("7,36%", "8,36%")),
        change("answer", lambda a: a + " Tỉnh đứng đầu cả nước."),
        change("answer", lambda a: "Bịa đặt. " + a),
        misquote,
        change("answer", lambda a: a.replace("[1]", "[7][8]")),
        change("answer", lambda a: a.replace(" [1]", "")),
        change("claims", lambda c: [*c, dict(c[0])]),
        change("claims.0.status", "unsupported"),
        change("claims.0.citations", [1, 1]),
        change("citations", lambda c: [*c, {**c[0], "number": 2}]),
        change("citations", lambda c: [*c, {**c[0]}]),
        change("citations.0.title", "Bài khác"),
        change("citations.0.path", "khac.txt"),
        change("citations.0.published", "1999-01"),
        change("short_answer.text", "8,36%"),
        change("short_answer.start", 0),
        change("short_answer.document_id", "000000000000"),
        lambda answer: answer.update(claims=[], citations=[], answer="", short_answer=None),
        lambda answer: answer.update(claims=[], citations=[], answer=" [1] [2]", short_answer=None),
    ],
)
def test_tampering_is_seen(seeded: Library, answer: Json, tamper: Callable[[Json], None]) -> None:
    tampered = copy.deepcopy(answer)
    tamper(tampered)
    assert tampered != answer
    assert failures(seeded, tampered)


class TestRefusals:
    @pytest.fixture
    def refusal(self, seeded: Library) -> Json:
        refused = answer_to(seeded, "Giá vé máy bay đi Tokyo là bao nhiêu tiền?")
        assert refused["refused"]
        return refused

    def test_pass(self, seeded: Library, refusal: Json) -> None:
        assert failures(seeded, refusal) == []

    @pytest.mark.parametrize(
        "tamper",
        [change("answer", "Năm triệu đồng."), change("refused", False), change("short_answer", {"text": "24"})],
    )
    def test_that_say_something_do_not(self, seeded: Library, refusal: Json, tamper: Callable[[Json], None]) -> None:
        tamper(refusal)
        assert failures(seeded, refusal)


class TestCorrections:
    TEXT = "Tài liệu gần nhất nói về “Sáng 22/10”, không nêu “chiều 22/10”."

    @pytest.fixture
    def refusal(self, seeded: Library) -> Json:
        question = "Đại tướng Phan Văn Giang làm việc với Ban Thường vụ Tỉnh ủy Sơn La chiều 22/10 ở đâu?"
        refused = answer_to(seeded, question)
        assert refused["correction"]["text"] == self.TEXT
        return refused

    def test_a_true_one_passes(self, seeded: Library, refusal: Json) -> None:
        assert [f.subject for f in recheck(seeded, refusal)] == ["Từ chối", "[1]"]
        assert failures(seeded, refusal) == []

    @pytest.mark.parametrize(
        ("tamper", "message"),
        [
            (change("correction.citation.quote", lambda q: q.replace("Sáng", "Tối")), "không khớp văn bản"),
            (change("correction.citation.start", lambda n: n + 1), "không khớp văn bản"),
            (change("correction.citation.document_sha256", "0" * 64), "đã đổi"),
            (change("correction.citation.title", "Bài khác"), "tiêu đề"),
            (change("correction.text", TEXT.replace("Sáng", "Tối")), "không nằm trong trích dẫn"),
            (change("correction.text", TEXT.replace("chiều", "Sáng")), "tài liệu có nêu"),
            (change("correction.text", "Tài liệu gần nhất không nêu “Mộc Châu”."), "tài liệu có nêu"),
            (change("correction.text", "Hội nghị đã bị hủy."), "không phải câu đính chính"),
            (change("correction.text", TEXT + " Hội nghị đã bị hủy."), "không phải câu đính chính"),
        ],
    )
    def test_tampering_is_seen(
        self, seeded: Library, refusal: Json, tamper: Callable[[Json], None], message: str
    ) -> None:
        tamper(refusal)
        assert message in " ".join(failures(seeded, refusal))

    def test_one_that_was_put_into_an_answer_is_seen(self, seeded: Library, refusal: Json, answer: Json) -> None:
        answer["correction"] = refusal["correction"]
        assert failures(seeded, answer)

    def test_one_that_was_put_into_a_greeting_is_seen(self, seeded: Library, refusal: Json) -> None:
        greeting = answer_to(seeded, "Chào bạn")
        assert failures(seeded, greeting) == []
        greeting["correction"] = refusal["correction"]
        assert failures(seeded, greeting)

    def test_a_number_may_be_part_of_another(self, seeded: Library, refusal: Json) -> None:
        refusal["correction"]["text"] = "Tài liệu gần nhất không nêu “9”."
        assert failures(seeded, refusal) == []


class TestDocuments:
    @pytest.fixture
    def source(self, library: Library, tmp_path: Path) -> Path:
        path = write(tmp_path / "in" / "a.txt", (SEEDS / "003_be0442578d074c8c.txt").read_text("utf-8"))
        bring_in(library, path)
        return path

    def test_that_changed_on_disk_fail(self, library: Library, source: Path) -> None:
        answer = answer_to(library, QUESTION)
        write(source, "Dòng mới. " + source.read_text("utf-8"))
        assert "đã đổi" in " ".join(failures(library, answer))

    def test_whose_file_is_gone_still_stand(self, library: Library, source: Path) -> None:
        answer = answer_to(library, QUESTION)
        source.unlink()
        assert failures(library, answer) == []

    def test_whose_file_no_longer_reads_fail(self, library: Library, source: Path) -> None:
        answer = answer_to(library, QUESTION)
        source.write_bytes(b"\xff\xff")
        assert "không đọc lại được" in " ".join(failures(library, answer))

    def test_that_were_replaced_or_deleted_fail(self, library: Library, source: Path) -> None:
        answer = answer_to(library, QUESTION)
        write(source, "Một tin khác\n\nNội dung khác.")
        bring_in(library, source)
        assert "đã đổi từ khi trả lời" in " ".join(failures(library, answer))
        library.delete([d.id for d in library.documents()])
        assert "không còn trong kho" in " ".join(failures(library, answer))


@pytest.mark.parametrize(
    "broken",
    [{}, {"refused": "no"}, {"refused": False}, {"refused": False, "citations": [{}], "claims": [], "answer": ""}],
)
def test_what_is_no_answer_is_not_taken_for_one(settings: Settings, broken: Json) -> None:
    with Library(settings, encoder=HashEncoder()) as library, pytest.raises((KeyError, TypeError)):
        recheck(library, broken)
