"""The command line: exit codes, one line of Vietnamese for each failure, real models.

A process of its own runs where the process is what is tested; elsewhere `here` saves its start and its imports.
"""

from __future__ import annotations

import gettext
import io
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext, redirect_stderr, redirect_stdout
from pathlib import Path

import click
import pytest

from rag import cli
from rag.cli import _COMMANDS, app
from rag.cli.ask import numbered, read_text
from rag.cli.console import plain
from rag.cli.documents import _write
from rag.courtesy import GREETING
from rag.library import Library
from rag.records import REASONS
from ui import labels

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
SON_LA = "Đại tướng Phan Văn Giang làm việc với Ban Thường vụ Tỉnh ủy Sơn La vào ngày nào, ở đâu?"
SMALL = "qwen2.5-coder-0.5b"


def hoidap(*arguments: str | Path, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rag", "--data", str(data), *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        timeout=300,
    )


def here(*arguments: str | Path, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command line within this process, in the language that `main` sets."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name, value in {"LANGUAGE": "vi", **environment}.items():
            patch.setenv(name, value)
        gettext.bindtextdomain("messages", str(cli._LOCALE))
        code = run_here(patch, "--data", data, *arguments)
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def run_here(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    """The exit code of a command line within this process."""
    monkeypatch.setattr(sys, "argv", ["hoidap", *map(str, arguments)])
    return cli._exit_code()


def failed(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """Exit 2 and one line on standard error that says what and what next; no traceback."""
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("Lỗi: ")
    for word in words:
        assert word in line


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the five articles, indexed by the real encoder through the command line."""
    data = tmp_path_factory.mktemp("cli")
    done = hoidap("ingest", SEEDS, data=data)
    assert (done.returncode, done.stdout) == (0, done.stdout), done.stderr
    assert done.stdout.startswith("đã thêm 5; ") and done.stdout.endswith(" tài liệu/giây.\n")
    return data


@pytest.fixture
def stored(library: Path) -> Iterator[list[tuple[object, ...]]]:
    """Nothing stored may be lost or changed by what a test does."""

    def rows() -> list[tuple[object, ...]]:
        with sqlite3.connect(library / "hoidap.sqlite") as connection:
            return connection.execute("SELECT id, sha256, text FROM documents ORDER BY id").fetchall()

    before = rows()
    yield before
    assert rows() == before


def test_the_list_of_commands_says_what_each_says_of_itself() -> None:
    context = click.Context(app)
    for name, listed in _COMMANDS.items():
        command = app.get_command(context, name)
        assert command is not None
        assert listed.short_help == command.get_short_help_str(200)


@pytest.mark.parametrize("command", [[], *([name] for name in _COMMANDS), ["docs", "list"], ["models", "pull"]])
def test_help_teaches_by_example_in_vietnamese(command: list[str], tmp_path: Path) -> None:
    done = (here if command else hoidap)(*command, "--help", data=tmp_path)
    assert done.returncode == 0
    assert "Cách dùng: hoidap" in done.stdout
    assert "Ví dụ: " in done.stdout or command == ["docs", "list"]
    for english in (
        "Usage",
        "Options",
        "Show this",
        "COMMAND",
        "OPTIONS",
        "DIRECTORY",
        "PATH",
        "INTEGER",
        "RANGE",
        "TEXT",
        "FILE",
    ):
        assert english not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nope"], ["nope"]),
        (["ask", "--nope"], ["--nope", "hoidap ask --help"]),
        (["search", "x", "-k", "0"], ["-k"]),
        (["ask"], ["câu hỏi"]),
        (["ask", "x", "--batch", "y"], ["--batch"]),
        (["ask", ""], ["Câu hỏi trống"]),
        (["ask", "   ?"], ["Câu hỏi trống"]),
        (["ask", "dài " * 25_000], ["100000 ký tự"]),
        (["docs", "show", "khong-co"], ["khong-co"]),
        (["docs", "delete", "khong-co"], ["khong-co"]),
        (["ingest", "khong/co/gi"], ["khong/co/gi"]),
        (["verify", "khong-co.json"], ["khong-co.json"]),
        (["watch", "khong-co"], ["khong-co"]),
        (["meetings", "list", "--from", "2026-06", "--to", "2026-05"], ["--from", "--to"]),
        (["restore", "khong-co.hoidap"], ["khong-co.hoidap"]),
        (["models", "pull", "khong-co"], ["models list"]),
        (["ask", "--batch", "khong-co.jsonl", "--out", "x"], ["khong-co.jsonl"]),
        (["ui", "--host", "192.168.1.5"], ["--auth"]),
    ],
)
def test_bad_input_is_one_line_and_exit_2(arguments: list[str], words: list[str], tmp_path: Path) -> None:
    failed(here(*arguments, data=tmp_path), *words)


DEEP = "[" * 200_000


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("verify", "", "không có câu trả lời nào"),
        ("verify", "\n\n", "không có câu trả lời nào"),
        ("verify", "[]", "không phải câu trả lời"),
        ("verify", DEEP, "Không đọc được"),
        ("batch", DEEP, "Dòng 1"),
        ("batch", '{"question": "Ai chủ trì?"}\n{"question": "?"}', "Dòng 2"),
        ("batch", '{"question": "Ai chủ trì?"}\n{"question": "Ai?", "history": [1]}', "Dòng 2"),
        ("batch", '{"question": "Ai chủ trì?", "id": "\\ud800"}', "Dòng 1"),
        ("history", DEEP, "không phải tệp JSON"),
    ],
)
def test_bad_json_is_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: str,
    words: str,
) -> None:
    path = tmp_path / "in.json"
    path.write_text(content, "utf-8")
    commands: dict[str, list[str | Path]] = {
        "verify": ["verify", path],
        "batch": ["ask", "--batch", path, "--out", tmp_path / "out.jsonl"],
        "history": ["ask", "Ai chủ trì?", "--history", path],
    }
    assert run_here(monkeypatch, "--data", tmp_path / "data", *commands[name]) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert words in line


@pytest.mark.parametrize("link", [False, True])
def test_a_batch_is_refused_when_it_would_overwrite_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], link: bool
) -> None:
    questions = out = tmp_path / "in.jsonl"
    questions.write_text('{"question": "Ai chủ trì?"}', "utf-8")
    if link:
        out = tmp_path / "out.jsonl"
        out.symlink_to(questions)
    assert run_here(monkeypatch, "--data", tmp_path, "ask", "--batch", questions, "--out", out) == 2
    assert "--out trùng" in capsys.readouterr().err
    assert questions.read_text("utf-8") == '{"question": "Ai chủ trì?"}'


def test_bad_empty_path_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_here(monkeypatch, "--data", tmp_path, "ingest", "") == 2
    assert "Đường dẫn trống" in capsys.readouterr().err


def test_bad_surprises_are_one_line_and_their_trace_is_for_the_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    def surprise(**_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cli, "app", surprise)
    with caplog.at_level("DEBUG", "hoidap"):
        assert cli._exit_code() == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert "LOGLEVEL=DEBUG" in line
    assert "Traceback" in caplog.text


def test_bad_characters_do_not_reach_the_terminal() -> None:
    assert (
        plain("Hội\tnghị\n“\x1b[2J\x9b\r\u202e\u2066\u200f”") == "Hội\tnghị\n“\ufffd[2J\ufffd\ufffd\ufffd\ufffd\ufffd”"
    )


def test_bad_characters_of_a_text_are_kept_in_a_pipe(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    _write("Hội\x1b[2J\r\u202e nghị")
    assert capfdbinary.readouterr().out == "Hội\x1b[2J\r\u202e nghị".encode()


def test_bad_line_ends_do_not_split_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes('\ufeff"a\u2028b"\r\n\n"c\x85d"\n'.encode())
    assert list(numbered(read_text(path))) == [(1, '"a\u2028b"'), (3, '"c\x85d"')]


def test_settings_that_do_not_exist_are_refused(tmp_path: Path) -> None:
    failed(here("docs", "list", data=tmp_path, HOIDAP_NOPE="1"), "HOIDAP_NOPE")
    failed(here("docs", "list", data=tmp_path, HOIDAP_THREADS="nhiều"), "threads")


def test_an_empty_library_says_what_to_do(tmp_path: Path) -> None:
    failed(here("ask", "Ai chủ trì?", data=tmp_path), "hoidap ingest")


def test_a_missing_model_says_what_to_do(tmp_path: Path, library: Path) -> None:
    failed(here("ask", "Ai chủ trì?", data=library, HOIDAP_MODELS=str(tmp_path)), "hoidap models pull")


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tep").write_text("x")
    failed(here("docs", "list", data=tmp_path / "tep"), "tep")


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        failed(here("ui", "--port", str(port), data=tmp_path), str(port))


@pytest.mark.models
def test_ingest_twice_changes_nothing(library: Path, stored: list[tuple[object, ...]]) -> None:
    assert hoidap("ingest", SEEDS, data=library).stdout == "không đổi 5.\n"
    assert len(stored) == 5


@pytest.mark.models
def test_bad_files_are_reported_and_the_rest_goes_on(library: Path, tmp_path: Path, stored: object) -> None:
    (tmp_path / "trong.txt").write_text("")
    (tmp_path / "nhi-phan.txt").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "ma-la.txt").write_bytes("Привет, как дела".encode("cp1251"))
    (tmp_path / "mot-dong.txt").write_bytes(b"a" * 50 * 2**20)
    done = here("ingest", tmp_path, SEEDS / "003_be0442578d074c8c.txt", data=library)
    assert done.returncode == 2
    assert done.stdout == "không đổi 1, lỗi 4.\n"
    assert len(done.stderr.strip().splitlines()) == 4


@pytest.mark.models
def test_the_question_of_the_bar_is_answered_with_its_quote(library: Path) -> None:
    done = hoidap("ask", SON_LA, "--json", data=library)
    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert answer["model"] == {"llm": "qwen2.5-coder-1.5b", "encoder": "multilingual-e5-small"}
    assert "22/10" in answer["answer"]
    assert "Mộc Châu" in answer["answer"]
    text = (SEEDS / "003_be0442578d074c8c.txt").read_text("utf-8")
    cited = [c for c in answer["citations"] if c["path"] == "003_be0442578d074c8c.txt"]
    assert cited
    assert all(text[c["start"] : c["end"]] == c["quote"] for c in cited)


@pytest.mark.models
def test_answer_for_a_person_shows_sources_and_a_refusal_shows_none(library: Path) -> None:
    done = here("ask", SON_LA, "--extractive", data=library)
    assert "Nguồn:\n  [1] “Sáng 22/10" in done.stdout
    refused = here("ask", "Dân số tỉnh Điện Biên là bao nhiêu?", "--extractive", data=library)
    assert refused.returncode == 0
    assert refused.stdout.startswith("Không tìm thấy thông tin trong tài liệu.")
    assert "Có thể liên quan:" in refused.stdout
    assert "Nguồn:" not in refused.stdout


def test_a_correction_is_printed_with_its_source_and_kept_in_json(
    seeded: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Library, "open", lambda _: nullcontext(seeded))
    question = SON_LA.replace("vào ngày nào, ở đâu", "chiều 22/10 ở đâu")
    assert run_here(monkeypatch, "ask", question, "--extractive") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Không tìm thấy thông tin trong tài liệu.\n")
    corrected = "Tài liệu gần nhất nói về “Sáng 22/10”, không nêu “chiều 22/10”."
    assert f"\n{corrected}\n  [1] “Sáng 22/10, tại huyện Mộc Châu" in shown
    assert "003_be0442578d074c8c.txt [" in shown
    assert "Nguồn:" not in shown
    assert run_here(monkeypatch, "ask", question, "--extractive", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["correction"]["text"] == corrected
    assert answer["correction"]["citation"]["quote"].startswith("Sáng 22/10")


def test_a_question_without_marks_says_how_it_was_understood(
    seeded: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Library, "open", lambda _: nullcontext(seeded))
    question = "dai tuong phan van giang lam viec voi tinh uy son la ngay nao"
    assert run_here(monkeypatch, "ask", question, "--extractive") == 0
    assert capsys.readouterr().out.startswith("Đang hiểu là: Đại tướng Phan Văn Giang làm việc với Tỉnh ủy Sơn La")
    assert run_here(monkeypatch, "ask", SON_LA, "--extractive") == 0
    assert "Đang hiểu là" not in capsys.readouterr().out


def test_a_question_within_a_document_says_so_where_it_is_refused(
    seeded: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Library, "open", lambda _: nullcontext(seeded))
    ids = {document.path[:3]: document.id for document in seeded.documents()}
    assert run_here(monkeypatch, "ask", SON_LA, "--extractive", "--in", ids["003"], "--in", ids["000"]) == 0
    assert "Nguồn:\n  [1] “Sáng 22/10" in capsys.readouterr().out
    assert run_here(monkeypatch, "ask", SON_LA, "--extractive", "--in", ids["000"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Không tìm thấy thông tin trong tài liệu.\n") and "bỏ --in để hỏi cả kho" in shown
    assert run_here(monkeypatch, "ask", SON_LA, "--in", "khong-co") == 2
    assert "hoidap docs list" in capsys.readouterr().err


def test_a_greeting_is_printed_alone(
    seeded: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Library, "open", lambda _: nullcontext(seeded))
    assert run_here(monkeypatch, "ask", "Chào bạn") == 0
    assert capsys.readouterr().out == f"{GREETING}\n"


def test_every_reason_of_a_refusal_has_its_line() -> None:
    assert set(REASONS) == set(labels.REASONS)


@pytest.mark.models
def test_batch_keeps_ids_and_history_and_verifies(library: Path, tmp_path: Path) -> None:
    rows = [
        {"id": 1, "question": SON_LA},
        {"id": "b", "question": "Cuộc họp đó diễn ra ở đâu?", "history": [[SON_LA, "Sáng 22/10."]]},
        {"id": None, "question": "tong thong my la ai"},
    ]
    questions, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    questions.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    done = here("ask", "--batch", questions, "--out", out, "--extractive", data=library)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [a["id"] for a in answers] == [1, "b", None]
    assert [a["refused"] for a in answers] == [False, False, True]
    assert "Mộc Châu" in answers[1]["answer"]
    assert here("verify", out, data=library).returncode == 0
    forged = {**answers[0], "answer": answers[0]["answer"].replace("22/10", "23/10")}
    out.write_text(json.dumps(forged), "utf-8")
    assert here("verify", out, data=library).returncode == 1


@pytest.mark.models
def test_a_follow_up_says_how_it_was_understood(library: Path, tmp_path: Path) -> None:
    turns = tmp_path / "turns.json"
    turns.write_text(json.dumps([[SON_LA, "Sáng 22/10."]]), "utf-8")
    done = here("ask", "Còn Lạng Sơn?", "--history", turns, "--extractive", data=library)
    assert done.stdout.startswith("Đang hiểu là: Đại tướng Phan Văn Giang làm việc với")
    assert "Lạng Sơn" in done.stdout.splitlines()[0]


def test_a_bad_batch_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    questions, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    questions.write_text('{"id": 1, "question": "Ai chủ trì?"}\n{"id": 2}\n', "utf-8")
    failed(here("ask", "--batch", questions, "--out", out, data=tmp_path), "Dòng 2")
    assert not out.exists()


@pytest.mark.models
def test_search_tells_where_a_score_comes_from(library: Path) -> None:
    rows = json.loads(here("search", "tang truong kinh te son la", "-k", "2", "--json", data=library).stdout)
    assert len(rows) == 2
    assert "7,36%" in rows[0]["chunk"]["text"]
    assert rows[0]["dense"] > 0
    assert rows[0]["lexical"] > 0


def test_documents_can_be_listed_and_shown(library: Path, stored: list[tuple[object, ...]]) -> None:
    listed = here("docs", "list", data=library).stdout
    document_id, _, text = next(row for row in stored if "Mộc Châu" in str(row[2]))
    assert f"{document_id}  2024-10     003_be0442578d074c8c.txt" in listed
    assert hoidap("docs", "show", str(document_id), "--text", data=library).stdout == text
    assert "sha256: " in here("docs", "show", str(document_id), data=library).stdout


@pytest.mark.models
def test_a_corrupted_vector_index_is_rebuilt(library: Path, stored: object) -> None:
    index = library / "index" / "vectors.index"
    whole = index.read_bytes()
    index.write_bytes(whole[: len(whole) // 2] + b"\xff" + whole[len(whole) // 2 + 1 :])
    assert "22/10" in here("ask", SON_LA, "--extractive", data=library).stdout


@pytest.mark.models
def test_a_corrupted_model_is_refused(tmp_path: Path, library: Path) -> None:
    broken = tmp_path / "hong.gguf"
    broken.write_bytes(b"GGUF" + b"\x00" * 5000)
    done = hoidap("--llm", broken, "ask", SON_LA, data=library)
    failed(done, "hong.gguf")


def resident_mb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return next((int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0)


@pytest.mark.models
def test_ctrl_c_while_answering_stops_cleanly(library: Path, stored: object) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "rag", "--data", str(library), "--llm", SMALL, "ask", SON_LA],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while process.poll() is None and resident_mb(process.pid) < 350:  # until the model is in memory
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert errors.strip().splitlines()[-1] == "Đã dừng."
    assert "Traceback" not in errors


@pytest.mark.models
def test_doctor_finds_all_well_and_proves_offline(library: Path) -> None:
    done = hoidap("--llm", SMALL, "doctor", "--offline", "--json", data=library)
    checks = {c["name"]: c for c in json.loads(done.stdout)}
    assert done.returncode == 0, checks
    assert "0 lời gọi ra ngoài" in checks["Ngoại tuyến"]["message"]
    assert "5 tài liệu" in checks["Cơ sở dữ liệu"]["message"]
