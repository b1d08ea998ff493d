"""Reports of past runs in the data folder: kept whole or not at all, read back as they were."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.evaluation.archive import PLOTS, keep, plot, reports
from rag.evaluation.bootstrap import Figure

REPORT = {
    "set": "bo-do",
    "questions": 2,
    "of": 5,
    "answerable": 1,
    "model": {"llm": None, "encoder": "hash"},
    "answers": {"contains": {"value": 0.5, "low": 0.0, "high": 1.0, "n": 2}, "token_f1": {"value": None, "n": 0}},
    "types": {"when": {"right": {"value": 1.0, "low": None, "high": None, "n": 2}}},
    "index": {"documents": 3},
}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "report.json").write_text(json.dumps(REPORT), "utf-8")
    (folder / "report.md").write_text("# Kết quả", "utf-8")
    (folder / "answers.jsonl").write_text("{}", "utf-8")
    for name in PLOTS.values():
        (folder / name).write_bytes(b"\x89PNG")
    return folder


def test_a_report_is_kept_without_the_answers_and_read_back(out: Path, tmp_path: Path) -> None:
    keep(out, tmp_path / "data")
    keep(out, tmp_path / "data")
    second, first = reports(tmp_path / "data")
    assert second.key > first.key
    assert (first.name, first.questions, first.of, first.documents, first.llm) == ("bo-do", 2, 5, 3, None)
    assert first.figures["answers"] == {"contains": Figure(0.5, 0.0, 1.0, 2), "token_f1": Figure(None)}
    assert first.plots == tuple(PLOTS)
    assert {file.name for file in (tmp_path / "data/reports" / first.key).iterdir()} == {
        "report.json",
        "report.md",
        *PLOTS.values(),
    }


def test_a_run_whose_pictures_are_missing_is_not_half_kept(out: Path, tmp_path: Path) -> None:
    (out / PLOTS["types"]).unlink()
    keep(out, tmp_path / "data")
    assert reports(tmp_path / "data") == []


def test_a_folder_that_cannot_be_written_does_not_stop_the_run(out: Path, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file", "utf-8")
    keep(out, tmp_path / "data")
    assert (tmp_path / "data").read_text("utf-8") == "a file"


@pytest.mark.parametrize("content", ["", "[]", "{", '{"set": 1}', json.dumps({**REPORT, "types": 3})])
def test_a_damaged_report_is_left_out(out: Path, tmp_path: Path, content: str) -> None:
    keep(out, tmp_path)
    place = tmp_path / "reports" / "20200101-000000"
    place.mkdir()
    (place / "report.json").write_text(content, "utf-8")
    assert [report.name for report in reports(tmp_path)] == ["bo-do"]


def test_only_a_picture_of_a_kept_report_is_handed_over(out: Path, tmp_path: Path) -> None:
    keep(out, tmp_path)
    [report] = reports(tmp_path)
    found = plot(tmp_path, report.key, "risk")
    assert found is not None and found.read_bytes() == b"\x89PNG"
    for key, name in (
        (report.key, "report"),
        (report.key, "../risk"),
        ("..", "risk"),
        ("../out", "risk"),
        ("", "risk"),
    ):
        assert plot(tmp_path, key, name) is None
