"""Ways to run a command so that no attempt to leave this machine goes unseen, the strongest first.

Each covers the whole process tree. The second and third watch, they do not prevent; the report says which was used.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import BadInput
from rag.offline import trace
from rag.offline.hook import Reports

_TRUE = (sys.executable, "-c", "")
_ROOT = str(Path(__file__).resolve().parents[2])


@dataclass(frozen=True, slots=True)
class Watched:
    """A command that has ended."""

    code: int
    errors: str
    """Its standard error."""
    attempts: tuple[str, ...]
    """What tried to leave this machine, each once."""


@dataclass(frozen=True, slots=True)
class Guard:
    """One way; `title` and `covers` are Vietnamese, for the report."""

    key: str
    title: str
    covers: str
    run: Callable[[Sequence[str], Callable[[str], None]], Watched]
    """Runs a command and tells every line of its standard output at once."""

    def works(self) -> bool:
        """Tried with a program that does nothing."""
        try:
            return self.run(_TRUE, lambda line: None).code == 0
        except (OSError, RuntimeError):
            return False


def choose(key: str | None = None) -> Guard:
    """The strongest guard that works here, or the one of that key.

    Raises:
        BadInput: the guard asked for does not work on this system.
    """
    for guard in GUARDS:
        if key in (None, guard.key) and guard.works():
            return guard
    raise BadInput(f"Máy này không dùng được cách canh “{key}”.", next_step="Hãy bỏ --guard để chọn cách tốt nhất.")


def _in_namespace(command: Sequence[str], tell: Callable[[str], None]) -> Watched:
    with tempfile.TemporaryDirectory() as folder:
        seen = Path(folder) / "seen.json"
        code, errors = _run([sys.executable, "-m", "rag.offline.namespace", str(seen), *command], tell, {})
        if not seen.exists():
            raise RuntimeError(errors[-2000:])
        return Watched(code, errors, tuple(json.loads(seen.read_text("utf-8"))))


def _traced(command: Sequence[str], tell: Callable[[str], None]) -> Watched:
    if not shutil.which("strace"):
        raise RuntimeError("không có strace")
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "calls"
        code, errors = _run([*trace.command(log), *command], tell, {})
        if not log.exists():
            raise RuntimeError(errors[-2000:])
        return Watched(code, errors, tuple(trace.attempts(log)))


def _hooked(command: Sequence[str], tell: Callable[[str], None]) -> Watched:
    with tempfile.TemporaryDirectory() as folder:
        reports = Reports(Path(folder))
        code, errors = _run(command, tell, reports.environment)
        return Watched(code, errors, tuple(reports.end()))


def _run(command: Sequence[str], tell: Callable[[str], None], environment: dict[str, str]) -> tuple[int, str]:
    """Exit code and standard error; our own code is found in the child whatever folder we are in."""
    path = os.pathsep.join(filter(None, (_ROOT, os.environ.get("PYTHONPATH"))))
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, "PYTHONPATH": path, **environment},
        )
        with process:
            assert process.stdout is not None
            try:
                for line in process.stdout:
                    tell(line.rstrip("\n"))
            except BaseException:
                process.terminate()
                raise
        errors.seek(0)
        return process.returncode, errors.read()


GUARDS = (
    Guard(
        "namespace",
        "không gian mạng riêng chỉ có loopback, nghe mọi gói tin",
        "Chặn và thấy mọi tiến trình, kể cả chương trình không phải Python.",
        _in_namespace,
    ),
    Guard(
        "strace",
        "strace trên mọi tiến trình",
        "Thấy mọi tiến trình, kể cả chương trình không phải Python; chỉ thấy, không chặn.",
        _traced,
    ),
    Guard(
        "hook",
        "móc kiểm tra (audit hook) trong mọi tiến trình Python",
        "Yếu nhất: thấy mọi tiến trình Python; không thấy lời gọi của mã máy và chương trình khác; không chặn.",
        _hooked,
    ),
)
