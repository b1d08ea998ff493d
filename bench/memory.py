"""Peak resident memory of the product at work: `python -m bench.memory --out FILE`.

Each command in a process of its own, with all the processes below it; looked at every 50 ms. A mapped model file counts
as far as it has been read, for that memory is only free again when something else needs it. `private` is what is left
without the pages of files.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.measure import OFFLINE, TreeMemory, megabytes, run, section_parser, write_section
from bench.start import PORT, PROGRAM, QUESTION, SEEDS, fetched, prepare
from bench.users import Client, Outcome, answered

_IDLE_S = 5.0
_LONGEST_S = 120


def main() -> None:
    parser = section_parser(__doc__)
    parser.add_argument("--data", type=Path, help="a library to copy; the default is our five articles")
    parser.add_argument("--folder", type=Path, default=SEEDS, help="what `ingest` is given")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hoidap-memory-") as name:
        data, empty = Path(name) / "library", Path(name) / "empty"
        prepare(options.data, data)
        rows = [
            command(empty, "ingest", str(options.folder)),
            command(data, "search", QUESTION),
            command(data, "ask", "--extractive", QUESTION),
            command(data, "ask", QUESTION),
            *page(data),
        ]
    write_section(options.out, "memory", rows)


def command(data: Path, *arguments: str) -> dict[str, object]:
    """A command to its end."""
    done = run([*PROGRAM, "--data", str(data), *arguments])
    what = " ".join(part for part in arguments[:2] if part.startswith("--") or part == arguments[0])
    row = {"what": what, "peak_mb": megabytes(done.peak_bytes), "private_mb": megabytes(done.private_bytes)}
    return row if done.code == 0 else {**row, "error": done.stderr[-300:]}


def page(data: Path) -> list[dict[str, object]]:
    """The page with its models in memory and nobody there, then answering one question after another."""
    with served(data) as process:
        rows = []
        with TreeMemory(process.pid) as memory:
            time.sleep(_IDLE_S)
        rows.append(_row("ui idle, models loaded", memory))
        with TreeMemory(process.pid) as memory:
            asyncio.run(ask_page())
        rows.append(_row("ui answering", memory))
    return rows


def _row(what: str, memory: TreeMemory) -> dict[str, object]:
    return {"what": what, "peak_mb": megabytes(memory.peak_bytes), "private_mb": megabytes(memory.private_bytes)}


async def ask_page() -> None:
    """Three times the same question, as a page asks it."""
    client, outcome = Client(f"http://127.0.0.1:{PORT}"), Outcome([0])
    await client.open()
    try:
        for _ in range(3):
            await answered(client, secrets.token_hex(5), QUESTION, outcome)
    finally:
        await client.close()
    if outcome.errors:
        raise SystemExit(str(outcome.errors))


@contextmanager
def served(data: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`hoidap ui` with its models loaded."""
    before, quiet = time.perf_counter(), subprocess.DEVNULL
    command = [*PROGRAM, "--data", str(data), "ui", "--port", str(PORT)]
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, env={**os.environ, **OFFLINE}) as process:
        while '"ready"' not in fetched("/healthz"):
            if process.poll() is not None or time.perf_counter() - before > _LONGEST_S:
                process.kill()
                raise SystemExit("the page did not come")
            time.sleep(0.1)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)


if __name__ == "__main__":
    main()
