"""hoidap beside four other systems: same documents, questions, encoder and GGUF: `python -m bench.peers --out FILE`.

Each system indexes in turn; then each question goes to all of them, each time beginning with another one; then come
the other rounds of indexing. Every figure is kept in WORK as soon as it is there: with `--minutes` the run stops before
that time is over and ends with code 3 when something is left; the same command goes on. Environments: `python -m
bench.peers.environments`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.measure import section_parser, turns, write_section
from bench.peers import comparing
from bench.peers.environments import OURS, PEERS, is_ready
from bench.peers.kept import Kept, Row
from bench.peers.session import Failed, Session, Setting, index
from bench.peers.task import QUESTIONS, SEEDS, prepared, questions
from rag.evaluation.sets import Item

MORE = 3
"""Exit code: not everything is measured yet."""
_GUESS_S = 60.0
"""A step takes so long until one was measured."""


class OutOfTime(Exception):
    """The next step would not end in time."""


class Clock:
    """Says whether a step may still begin; 0 minutes is no limit."""

    def __init__(self, minutes: float) -> None:
        self._end = time.monotonic() + 60 * minutes if minutes else float("inf")

    def room(self, seconds: float) -> float:
        """Seconds that are left.

        Raises:
            OutOfTime: less than a step of that length needs.
        """
        left = self._end - time.monotonic()
        if left < seconds:
            raise OutOfTime
        return left


def main() -> int:
    options = _options()
    setting = prepared(options)
    kept = Kept(setting.folder)
    for system in options.again:
        kept.forget(system)
    systems = [OURS, *(name for name in options.peers if is_ready(name))]
    missing = [name for name in options.peers if not is_ready(name)]
    items = {item.id: item for item in questions(options.questions, options.limit)}
    clock, code = Clock(options.minutes), 0
    try:
        # One index is enough to ask; the other rounds are for their interval.
        index_all(setting, kept, systems, 1, clock)
        ask_all(setting, kept, systems, list(items.values()), clock)
        index_all(setting, kept, systems, options.rounds, clock)
    except OutOfTime:
        code = MORE
    rows = report(kept, systems, items)
    rows += [{"table": "errors", "system": name, "error": "no environment: make peers"} for name in missing]
    if code:
        rows.append({"table": "errors", "system": "all", "error": "not finished: the same command goes on"})
    write_section(options.out, "peers", rows)
    return code


def index_all(setting: Setting, kept: Kept, systems: Sequence[str], rounds: int, clock: Clock) -> None:
    """Each system once a round, into an empty folder; the last index is the one that is asked."""
    known = {(row["system"], row["round"]): row for row in kept.indexed()}
    for step, system in enumerate(turns(systems, rounds)):
        turn = step // len(systems)
        if (system, turn) in known:
            continue
        longest = max(
            (row.get("process_s", 0.0) for (name, _), row in known.items() if name == system), default=_GUESS_S
        )
        left = clock.room(1.2 * longest)
        store = setting.store(system)
        shutil.rmtree(store, ignore_errors=True)
        try:
            found: Row = index(setting, system, store, timeout=min(left, 3600.0))
        except Failed as error:
            found = {"error": str(error)}
        row = {"system": system, "round": turn, "load": os.getloadavg()[0], **found}
        kept.add_index(row)
        known[system, turn] = row
        print(f"{system} indexed: {found.get('process_s', found)}", flush=True)


def ask_all(setting: Setting, kept: Kept, systems: Sequence[str], items: Sequence[Item], clock: Clock) -> None:
    """Each question to every system; a system is started when its first question comes."""
    answers = kept.answers()
    done = {(row["system"], row["id"]) for row in answers}
    sessions: dict[str, Session] = {}
    try:
        for step, system in enumerate(turns(systems, len(items))):
            item = items[step // len(systems)]
            if (system, item.id) in done:
                continue
            took = [row.get("total_s", 0.0) for row in answers if row["system"] == system]
            clock.room(1.3 * max(took, default=_GUESS_S) + (0 if system in sessions else 15))
            try:
                if system not in sessions:
                    sessions[system] = Session(setting, system)
                answer: Mapping[str, object] = sessions[system].ask(item.id, item.question)
            except Failed as error:
                if system in sessions:
                    sessions.pop(system).close()
                answer = {"error": str(error)}
            row = {**answer, "system": system, "id": item.id, "load": os.getloadavg()[0]}
            kept.add_answer(row)
            answers.append(row)
            print(f"{item.id} {system}: {row.get('first_s', 0):.1f} {row.get('total_s', row.get('error'))}", flush=True)
    finally:
        for session in sessions.values():
            session.close()


def report(kept: Kept, systems: Sequence[str], items: Mapping[str, Item]) -> list[Row]:
    """The rows of all tables."""
    indexed, answers = kept.indexed(), kept.answers()
    found = [comparing.measured(system, indexed, answers, items) for system in systems]
    ours, *theirs = found
    ratios = [comparing.against(ours, other) for other in theirs if other.answers or other.index]
    uses = {row["system"]: row["uses"] for row in indexed if "uses" in row}
    told = [{"table": "what each uses", "system": name, "uses": uses.get(name, "")} for name in systems]
    return [*comparing.bars(ratios), *map(comparing.system_row, found), *ratios, *told]


def _options() -> argparse.Namespace:
    parser = section_parser(__doc__)
    parser.add_argument("--work", type=Path, default=Path("build/bench/peers"), help="where everything is kept")
    parser.add_argument("--corpus", type=Path, help="a folder with corpus.jsonl, or of text files, beside our articles")
    parser.add_argument("--documents", type=int, default=200, help="how many of that corpus")
    parser.add_argument("--questions", type=Path, default=SEEDS / "questions.jsonl")
    parser.add_argument("--limit", type=int, default=QUESTIONS, help="questions of the sample")
    parser.add_argument("--rounds", type=int, default=3, help="how often each system indexes")
    parser.add_argument("--llm", help="name or GGUF file; the default is hoidap's")
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=PEERS)
    parser.add_argument("--again", nargs="*", default=[], choices=[OURS, *PEERS], help="forget what these gave")
    parser.add_argument("--fresh", action="store_true", help="forget everything")
    parser.add_argument("--minutes", type=float, default=0, help="stop before; 0 is no limit")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
