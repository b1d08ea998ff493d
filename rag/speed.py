"""How quickly the language model reads and writes on this machine: a short measurement, kept in the data folder."""

from __future__ import annotations

import json
import os
import platform
import resource
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from rag.database import storage_errors
from rag.errors import GenerationFailed
from rag.files import exclusive, write_whole
from rag.llm import Prompt
from rag.records import Event, Status, Token

if TYPE_CHECKING:
    from rag.library import Library
    from rag.llm import LLM

_FILE = "speed.json"
_SYSTEM = "Bạn là người đếm số. Lần đo {nonce}."
_SENTENCE = "Hội nghị bàn về kế hoạch phát triển kinh tế, văn hóa và xã hội của tỉnh trong năm tới. "
_REPEATS = 16
_TASK = "Hãy đếm từ 1 đến 200, cách nhau bằng dấu phẩy."
_WRITTEN = 48
"""Tokens the model writes at most: about as many as an answer has."""
_KIB = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Speed:
    """What was measured of a model on a machine."""

    cpu: str
    threads: int
    sha256: str | None
    """Of the model file; None for a file of one's own."""
    measured_at: str
    """UTC, ISO 8601."""
    read_tokens_s: float
    """Prompt tokens a second."""
    written_tokens_s: float
    """Generated tokens a second; 0 when the model wrote a single token."""
    peak_bytes: int
    """Peak resident memory of the whole process so far, encoder and libraries too."""


def measure(library: Library) -> Generator[Event]:
    """Let the language model read some 400 tokens and write 48; the speed is kept, see `speeds`.

    Closing the generator stops the model within 200 ms; then nothing is kept.

    Raises:
        ModelError: the model is missing, damaged or wrote nothing.
    """
    yield Status("load", 0.0)
    settings, llm = library.settings, library.llm
    llm.load()
    # A text the model has not just read: what it remembers of a prompt it does not read again.
    prompt = Prompt(_SYSTEM.format(nonce=time.time_ns()), f"{_SENTENCE * _REPEATS}\n{_TASK}")
    started = time.perf_counter()
    first = last = 0.0
    pieces: list[str] = []
    with closing(llm.stream(prompt, max_tokens=_WRITTEN)) as events:
        for event in events:
            if isinstance(event, Token):
                last = time.perf_counter()
                first = first or last
                pieces.append(event.text)
                yield Status("write", min(1.0, len(pieces) / _WRITTEN))
            elif event.stage != "write":
                yield event
    if not pieces:
        raise GenerationFailed(detail="no token was written")
    speed = _speed(llm, prompt, pieces, first - started, last - first, settings.threads, _sha256(library))
    _keep(settings.data / _FILE, settings.llm, speed)


def _speed(
    llm: LLM, prompt: Prompt, pieces: list[str], reading: float, writing: float, threads: int, sha256: str | None
) -> Speed:
    read = llm.count_tokens(prompt.system + prompt.user)
    written = llm.count_tokens("".join(pieces)) - 1
    return Speed(
        cpu=cpu_name(),
        threads=threads or len(os.sched_getaffinity(0)),
        sha256=sha256,
        measured_at=datetime.now(UTC).isoformat(timespec="seconds"),
        read_tokens_s=round(read / max(reading, 1e-6), 1),
        written_tokens_s=round(max(0, written) / max(writing, 1e-6), 1),
        peak_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB,
    )


def _sha256(library: Library) -> str | None:
    from rag.models import statuses

    found = (status for status in statuses(library.settings.models) if status.spec.name == library.settings.llm)
    return next((status.marker.sha256 for status in found if status.marker), None)


def speeds(data: Path) -> dict[str, Speed]:
    """What was measured, by the name of the model; nothing where the file is not there or is damaged."""
    try:
        return TypeAdapter(dict[str, Speed]).validate_json((data / _FILE).read_bytes())
    except (OSError, ValidationError):
        return {}


def _keep(path: Path, model: str, speed: Speed) -> None:
    with storage_errors():
        path.parent.mkdir(parents=True, exist_ok=True)
    with storage_errors(), exclusive(path.with_suffix(".lock")):
        kept: Mapping[str, Speed] = {**speeds(path.parent), model: speed}
        content = {name: asdict(value) for name, value in kept.items()}
        write_whole(path, json.dumps(content, ensure_ascii=False, indent=1).encode())


def cpu_name() -> str:
    """What the system calls the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())
