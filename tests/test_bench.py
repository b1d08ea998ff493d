"""The pure parts of `make bench`: statistics, growth, the report, and sections that fail."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import bench.__main__ as frame
from bench.machine import machine
from bench.measure import TreeMemory, figure, growth, ratio_of_medians, run, spread, tree, turns, write_section
from bench.report import draw, markdown, points, read_section, table, tables
from bench.start import Started, rows, watched
from rag.evaluation.bootstrap import Figure


def test_spread_is_median_and_tail() -> None:
    found = spread([0.1, 0.2, 0.3, 0.4, 1.0])
    assert found == {"p50_s": 0.3, "p95_s": pytest.approx(0.88), "min_s": 0.1, "n": 5}
    assert spread([])["p50_s"] is None


def test_a_ratio_is_theirs_over_ours_and_pairs_stay_together() -> None:
    found = ratio_of_medians([1.0, 2.0, 3.0], [3.0, 6.0, 9.0])
    assert found.value == pytest.approx(3.0)
    # Each pair has the same ratio, but medians of other draws pair the same questions: it is 3 in all of them.
    assert (found.low, found.high) == (pytest.approx(3.0), pytest.approx(3.0))
    uneven = ratio_of_medians([1.0, 1.0, 1.0, 1.0], [1.0, 2.0, 3.0, 10.0])
    assert uneven.low is not None and uneven.high is not None and uneven.value is not None
    assert uneven.low < uneven.value < uneven.high
    assert ratio_of_medians([], []).value is None
    two = ratio_of_medians([1.0, 1.0], [2.0, 4.0])
    assert (two.value, two.low) == (3.0, None)


def test_everybody_begins_a_round_once() -> None:
    assert list(turns(["a", "b", "c"], 3)) == ["a", "b", "c", "b", "c", "a", "c", "a", "b"]


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0, 2.0])
def test_growth_finds_the_exponent(exponent: float) -> None:
    sizes = [1e3, 1e4, 1e5, 1e6]
    found = growth(sizes, [0.002 * size**exponent for size in sizes])
    assert found.value == pytest.approx(exponent, abs=1e-9)
    assert found.low == pytest.approx(exponent, abs=1e-6) and found.high == pytest.approx(exponent, abs=1e-6)


def test_the_interval_of_growth_is_students() -> None:
    # Logarithms 0, 1, 2 against 0, 1, 1: slope 1/2, residuals -1/6, 1/3, -1/6;
    # the error is sqrt(1/6 / 1 / 2), t(0.975, 1) = 12.706.
    found = growth([1.0, math.e, math.e**2], [1.0, math.e, math.e])
    assert found.value == pytest.approx(0.5)
    assert found.high is not None and found.high - 0.5 == pytest.approx(12.706 * math.sqrt(1 / 12), rel=1e-3)


@pytest.mark.parametrize("sizes, costs", [([10.0], [1.0]), ([10.0, 10.0], [1.0, 2.0]), ([1.0, 10.0], [0.0, 1.0])])
def test_growth_of_too_little_is_none(sizes: list[float], costs: list[float]) -> None:
    assert growth(sizes, costs).value is None


def test_two_points_have_no_interval() -> None:
    found = growth([10.0, 1000.0], [1.0, 10.0])
    assert (found.value, found.low) == (pytest.approx(0.5), None)


def test_memory_of_children_counts() -> None:
    child = "import time; x = b'x' * (200 << 20); time.sleep(.5)"
    done = run([sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"])
    assert done.code == 0
    assert 200 << 20 < done.private_bytes <= done.peak_bytes < 400 << 20
    assert done.seconds >= 0.5


def test_a_command_that_takes_too_long_is_ended() -> None:
    done = run([sys.executable, "-c", "import time; time.sleep(30)"], timeout=0.3)
    assert done.code != 0 and done.seconds < 5


def test_tree_of_a_process_that_has_ended() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert tree(process.pid) == [process.pid]
    with TreeMemory(process.pid) as memory:
        pass
    assert memory.peak_bytes == 0


def test_the_machine_is_known() -> None:
    found = machine()
    assert found.cores >= 1 and found.memory_mb > 100 and "numpy" in found.versions
    assert found.processor in found.told()


def test_a_section_goes_to_a_report_and_back(tmp_path: Path) -> None:
    out = tmp_path / "new" / "start.json"
    write_section(out, "start", [{"command": "ask", "p50_s": 1.23456}], [{"name": "search", "exponent": 0.25}])
    content = read_section(out, "start")
    assert json.loads(out.read_text("utf-8"))["machine"]["cores"] >= 1
    text = markdown([content], "a machine")
    assert "| ask | 1.23 |" in text and "| search | 0.25 |" in text and "a machine" in text


def test_tables_keep_their_rows_apart_and_their_columns_in_order() -> None:
    rows = [
        {"table": "one", "a": 1, "b": None},
        {"table": "two", "c": True},
        {"table": "one", "a": 12345.6, "d": "x|y\nz"},
        {"error": "not there"},
    ]
    assert table([{"x": 1.234, "x_low": 1.0, "x_high": 2.0, "cpu_low": 3}])[2] == "| 1.23 (1 … 2) | 3 |"
    titles = dict(tables(rows))
    assert list(titles) == ["one", "two", "errors"]
    assert table(titles["one"]) == [
        "| a | b | d |",
        "| --- | --- | --- |",
        "| 1 | – | – |",
        "| 12346 | – | x\\|y z |",
    ]
    assert table(titles["two"])[-1] == "| yes |"


def test_growth_is_drawn_where_its_points_are(tmp_path: Path) -> None:
    own: dict[str, object] = {"name": "p95", "x": [1e3, 1e6], "y": [0.001, 0.01], "exponent": 1 / 3}
    fits = [own, {"what": "nothing", "exponent": 1}, {"what": "dense", "exponent": 0.5, "interval": [0.4, 0.6]}]
    rows = [{"passages": 1000, "dense_p50_ms": 1.0}, {"passages": 100_000, "dense_p50_ms": 10.0}]
    assert points(fits[2], rows) == ([1000, 100_000], [1.0, 10.0])
    drawn = draw([{"section": "search", "rows": rows, "fits": fits}], tmp_path)
    assert [path.name for path in drawn] == ["search-1.png", "search-3.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in drawn)


@pytest.mark.parametrize("content", [None, "[1]", "{", '{"rows": 3}'])
def test_a_section_that_wrote_nothing_to_be_read_is_a_row(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "search.json"
    if content is not None:
        path.write_text(content, "utf-8")
    found = read_section(path, "search")
    assert found["section"] == "search" and list(found["rows"][0]) == ["error"]


def test_a_missing_part_is_a_row_and_no_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(frame.SECTIONS, "nowhere", "not written")
    assert frame.run("nowhere", tmp_path) == 1
    assert "no module" in frame.summary(tmp_path, ["nowhere"])
    assert "no module" in (tmp_path / "report.md").read_text("utf-8")


def test_figures_of_an_earlier_run_do_not_pass_for_this_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_section(tmp_path / "start.json", "start", [{"p50_s": 1.0}])
    monkeypatch.setattr(subprocess, "run", lambda command: subprocess.CompletedProcess(command, 2))
    assert frame.run("start", tmp_path) != 0
    assert read_section(tmp_path / "start.json", "start")["rows"] == [
        {"error": "it ended with code 2 and wrote nothing"}
    ]


def test_the_first_run_of_a_command_is_told_apart() -> None:
    runs = [Started({"printed": 9.0}), Started({"printed": 1.0}), Started({"printed": 3.0}), Started({}, "broke")]
    found = rows({"ask --extractive": runs})
    assert (found[0]["first_s"], found[0]["p50_s"], found[0]["n"]) == (9.0, 2.0, 2)
    assert found[0]["bar"] == "≤ 2 s: yes"
    assert found[1] == {"command": "ask --extractive", "error": "broke"}


def test_what_a_terminal_shows_is_timed_once() -> None:
    ours, theirs = os.openpty()
    os.write(theirs, "Đang tìm…\r\nBằng chứng: “một”\r\nĐang viết…".encode())
    os.write(theirs, "Bằng chứng: “hai”".encode())
    os.close(theirs)
    before = time.perf_counter()
    marks = watched(ours, before)
    os.close(ours)
    assert list(marks) == ["evidence", "first token"]
    assert 0 <= marks["evidence"] <= marks["first token"] <= time.perf_counter() - before


def test_columns_of_a_figure() -> None:
    assert figure("x", Figure(1.23456, 1.0, None, 3)) == {"x": 1.235, "x_low": 1.0, "x_high": None}
