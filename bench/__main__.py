"""Every figure of docs/performance.md: `python -m bench [SECTION …]`, what `make bench` calls.

Each section runs in a process of its own, one after another, and writes OUT/SECTION.json; then all that is there
becomes OUT/report.md, printed too, and a picture for each growth curve. A section that fails is a row that says so.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.machine import machine
from bench.measure import write_section
from bench.peers.__main__ import MORE
from bench.report import Content, draw, failed, markdown, read_section
from rag.files import write_whole

SECTIONS = {
    "start": "cold and warm start of every command",
    "ingest": "bringing documents in, against the raw encoder",
    "search": "search at 1 k to 1 M passages",
    "tokens": "first evidence, first token and tokens a second, against llama.cpp itself",
    "memory": "peak memory of each command",
    "peers": "the same questions to four other systems",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--out", type=Path, default=Path("build/bench"))
    parser.add_argument("--report", action="store_true", help="run nothing: tables of what earlier runs wrote")
    options = parser.parse_args()
    unknown = set(options.sections) - set(SECTIONS)
    if unknown:
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    options.out.mkdir(parents=True, exist_ok=True)
    chosen = options.sections or list(SECTIONS)
    codes = [] if options.report else [run(name, options.out) for name in chosen]
    print(summary(options.out, [name for name in SECTIONS if (options.out / f"{name}.json").is_file()]))
    return int(any(codes))


def run(name: str, out: Path) -> int:
    """One section to its end; what it leaves is a JSON, whatever happens."""
    target = out / f"{name}.json"
    print(f"== {name}: {SECTIONS[name]}", flush=True)
    if importlib.util.find_spec(f"bench.{name}") is None:
        return spoilt(target, name, "this part is not there: no module of that name")
    before = target.stat().st_mtime_ns if target.is_file() else 0
    code = subprocess.run([sys.executable, "-m", f"bench.{name}", "--out", str(target)]).returncode
    wrote = target.is_file() and target.stat().st_mtime_ns != before
    if wrote and code in (0, MORE):
        return code
    return spoilt(target, name, f"it ended with code {code}" + ("" if wrote else " and wrote nothing")) or 1


def spoilt(target: Path, name: str, problem: str) -> int:
    """Put the error where the figures would be: figures of an earlier run must not pass for this one's."""
    write_section(target, name, failed(name, problem)["rows"])
    return 1


def summary(out: Path, names: Sequence[str]) -> str:
    """Write the report and the pictures; the report's text."""
    sections: list[Content] = [read_section(out / f"{name}.json", name) for name in names]
    text = markdown(sections, machine().told())
    pictures = draw(sections, out)
    if pictures:
        text += "\n" + "\n".join(f"![{path.stem}]({path.name})" for path in pictures) + "\n"
    write_whole(out / "report.md", text.encode())
    return text


if __name__ == "__main__":
    sys.exit(main())
