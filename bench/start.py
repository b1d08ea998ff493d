"""How long each command takes from its start: `python -m bench.start --out FILE`.

Every command runs in a process of its own, the commands in turn. The page cache is warm: the libraries and models have
been read before, for a cold disk measures the disk. The first run of each command is told apart from the later ones.
The library holds our five articles; a folder given by `--data` is copied, never written to.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bench.measure import OFFLINE, children_cpu_s, run, section_parser, spread, turns, write_section

SEEDS = Path(__file__).parent.parent / "seeds"
QUESTION = "Hành lang kinh tế chạy qua Lào Cai xuống Hải Phòng khởi đầu từ đâu bên Trung Quốc?"
PROGRAM = (sys.executable, "-m", "rag")
PORT = 17_861
QUOTING_BAR_S = 2.0
"""Issue 6: `ask --extractive` from process start to the printed answer."""
_LONGEST_S = 120


@dataclass(frozen=True, slots=True)
class Started:
    """One run: seconds to each mark, by its name."""

    marks: Mapping[str, float]
    error: str = ""
    cpu_s: float = 0.0
    """Of all its threads to its end: what other programs on the machine change least."""


COMMANDS: Mapping[str, tuple[str, ...]] = {
    "help": ("--help",),
    "docs list": ("docs", "list"),
    "models list": ("models", "list"),
    "meetings list": ("meetings", "list"),
    "search": ("search", QUESTION),
    "ask --extractive": ("ask", "--extractive", QUESTION),
    "ask": ("ask", QUESTION),
}
UI = "ui"


def main() -> None:
    parser = section_parser(__doc__)
    parser.add_argument("--data", type=Path, help="a library to copy; the default is our five articles")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--commands", nargs="*", default=[*COMMANDS, UI], choices=[*COMMANDS, UI])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hoidap-start-") as name:
        data = Path(name) / "library"
        prepare(options.data, data)
        found: dict[str, list[Started]] = {command: [] for command in options.commands}
        for command in turns(options.commands, options.repeats):
            before = children_cpu_s()
            one = started(command, data)
            found[command].append(replace(one, cpu_s=children_cpu_s() - before))
            print(command, found[command][-1], flush=True)
            # Each time, so that a run that is stopped has told what it measured.
            write_section(options.out, "start", rows(found))


def prepare(given: Path | None, data: Path) -> None:
    """The library that is opened, brought in by the product itself."""
    if given:
        shutil.copytree(given, data)
        return
    done = run([*PROGRAM, "--data", str(data), "ingest", str(SEEDS)])
    if done.code:
        raise SystemExit(done.stderr)


def started(command: str, data: Path) -> Started:
    if command == UI:
        return page(data)
    if command.startswith("ask"):
        return asked(COMMANDS[command], data)
    done = run([*PROGRAM, "--data", str(data), *COMMANDS[command]])
    return Started({"printed": done.seconds}, done.stderr[-300:] if done.code else "")


def asked(arguments: tuple[str, ...], data: Path) -> Started:
    """Watched on a terminal of its own, where the evidence is shown while the answer is still on its way."""
    ours, theirs = os.openpty()
    before = time.perf_counter()
    command = [*PROGRAM, "--data", str(data), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, **OFFLINE}) as process:
        os.close(theirs)
        marks = watched(ours, before)
        assert process.stdout is not None
        printed = process.stdout.read()
        ended = time.perf_counter() - before
    os.close(ours)
    error = "" if process.returncode == 0 and printed else f"ended with {process.returncode}"
    return Started({**marks, "printed": ended}, error)


def watched(terminal: int, before: float) -> dict[str, float]:
    """Seconds to the first evidence and the first word of the model, as the terminal shows them."""
    seen, marks = "", {}
    while True:
        try:
            piece = os.read(terminal, 65_536)
        except OSError:  # the other end is closed: the command has ended
            return marks
        seen += piece.decode("utf-8", "replace")
        for name, sign in (("evidence", "Bằng chứng:"), ("first token", "Đang viết")):
            if name not in marks and sign in seen:
                marks[name] = time.perf_counter() - before


def page(data: Path) -> Started:
    """To the page that a browser gets, and to models that are ready."""
    before = time.perf_counter()
    command = [*PROGRAM, "--data", str(data), "ui", "--port", str(PORT)]
    quiet = subprocess.DEVNULL
    marks: dict[str, float] = {}
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, env={**os.environ, **OFFLINE}) as process:
        while len(marks) < 2 and process.poll() is None and time.perf_counter() - before < _LONGEST_S:
            if "page" not in marks and "gradio" in fetched("/"):
                marks["page"] = time.perf_counter() - before
            if "page" in marks and re.search(r'"models":\s*"ready"', fetched("/healthz")):
                marks["models ready"] = time.perf_counter() - before
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
    return Started(marks, "" if len(marks) == 2 else "the page did not come")


def fetched(path: str) -> str:
    """What the page answers; nothing while it does not listen."""
    try:
        with urlopen(f"http://127.0.0.1:{PORT}{path}", timeout=_LONGEST_S) as answer:
            content: bytes = answer.read()
            return content.decode("utf-8", "replace")
    except (URLError, OSError):
        return ""


def rows(found: Mapping[str, list[Started]]) -> list[dict[str, object]]:
    """A row for each command and mark; the first run apart, as it may have had to read from the disk."""
    made: list[dict[str, object]] = []
    for command, runs in found.items():
        good = [one for one in runs if not one.error]
        for mark in dict.fromkeys(name for one in good for name in one.marks):
            seconds = [one.marks[mark] for one in good if mark in one.marks]
            row: dict[str, object] = {"command": command, "to": mark, "first_s": round(seconds[0], 3)}
            row |= spread(seconds[1:] or seconds)
            if mark == "printed":
                row["cpu_p50_s"] = spread([one.cpu_s for one in good][1:] or [good[0].cpu_s])["p50_s"]
            if (command, mark) == ("ask --extractive", "printed"):
                row["bar"] = f"≤ {QUOTING_BAR_S:g} s: {'yes' if float(str(row['p50_s'])) <= QUOTING_BAR_S else 'no'}"
            made.append(row)
        for error in {one.error for one in runs if one.error}:
            made.append({"command": command, "error": error})
    return made


if __name__ == "__main__":
    main()
