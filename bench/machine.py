"""What a figure was measured on: `python -m bench.machine` prints it."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rag.speed import cpu_name

PACKAGES = (
    "hoidap torch sentence-transformers transformers onnxruntime tokenizers faiss-cpu llama-cpp-python tantivy numpy "
    "gradio"
).split()


@dataclass(frozen=True, slots=True)
class Machine:
    """The conditions of a measurement."""

    measured_at: str
    """UTC, ISO 8601."""
    processor: str
    cores: int
    """That this process may use."""
    memory_mb: int
    available_mb: int
    load: tuple[float, float, float]
    """Mean number of running processes over the last 1, 5 and 15 minutes, this one included."""
    kernel: str
    python: str
    versions: Mapping[str, str]

    def told(self) -> str:
        """One line for a report."""
        return (
            f"{self.processor}, {self.cores} cores, {self.memory_mb / 1024:.0f} GB memory "
            f"({self.available_mb / 1024:.0f} free), load {self.load[0]:.1f}, {self.measured_at}"
        )


def machine() -> Machine:
    """As it is now."""
    memory = _memory()
    return Machine(
        measured_at=datetime.now(UTC).isoformat(timespec="seconds"),
        processor=cpu_name(),
        cores=len(os.sched_getaffinity(0)),
        memory_mb=memory.get("MemTotal", 0) // 1024,
        available_mb=memory.get("MemAvailable", 0) // 1024,
        load=os.getloadavg(),
        kernel=platform.release(),
        python=platform.python_version(),
        versions={name: found for name in PACKAGES if (found := _version(name))},
    )


def _memory() -> dict[str, int]:
    """KiB by the kernel's names; empty where there is no /proc."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return {}
    return {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


if __name__ == "__main__":
    print(machine().told())
