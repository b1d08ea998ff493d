"""Runs the adapters: one that indexes and ends, and one that stays and answers."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.measure import OFFLINE, TreeMemory, run
from bench.peers.environments import ADAPTERS, python_of


@dataclass(frozen=True, slots=True)
class Setting:
    """What all systems are given."""

    encoder: Path
    llm: Path
    documents: Path
    folder: Path
    """For indexes and logs."""

    def store(self, system: str) -> Path:
        return self.folder / "stores" / system

    def command(self, system: str, what: str, store: Path) -> list[str]:
        paths = {"encoder": self.encoder, "llm": self.llm, "documents": self.documents, "store": store}
        adapter = str(ADAPTERS / f"{system}_peer.py")
        flags = [part for name, path in paths.items() for part in (f"--{name}", str(path.absolute()))]
        return [str(python_of(system)), adapter, what, *flags]


class Failed(Exception):
    """An adapter that has ended without an answer; with the last it said."""


def index(setting: Setting, system: str, store: Path, *, timeout: float) -> dict[str, Any]:
    """Index the documents in a process of its own: what it tells, and seconds and peak memory of the process.

    Raises:
        Failed: it did not end well.
    """
    ended = run(setting.command(system, "index", store), timeout=timeout)
    if ended.code:
        raise Failed(ended.stderr[-800:])
    told = {"process_s": ended.seconds, "cpu_s": ended.cpu_s, "peak_bytes": ended.peak_bytes}
    return {**parsed(ended.stdout), **told}


def parsed(output: str) -> dict[str, Any]:
    """The last line of an adapter.

    Raises:
        Failed: it is no JSON object.
    """
    lines = [line for line in output.splitlines() if line.strip()]
    try:
        found = json.loads(lines[-1])
    except (IndexError, ValueError) as error:
        raise Failed(f"no answer: {output[-200:]!r}") from error
    if not isinstance(found, dict):
        raise Failed(f"no answer: {output[-200:]!r}")
    return found


class Session:
    """A system with its index open and its models in memory."""

    def __init__(self, setting: Setting, system: str) -> None:
        log = setting.folder / f"{system}.log"
        started = time.perf_counter()
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                setting.command(system, "serve", setting.store(system)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env={**os.environ, **OFFLINE},
            )
        self._memory = TreeMemory(self._process.pid).__enter__()
        self._log = log
        try:
            self.ready = self._heard()
        except Failed:
            self.close()
            raise
        self.ready_s = time.perf_counter() - started

    def _heard(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise Failed(self._log.read_text("utf-8", "replace")[-800:])
        return parsed(line)

    def ask(self, key: str, question: str) -> Mapping[str, Any]:
        """The adapter's answer with the peak memory of its process tree so far.

        Raises:
            Failed: it has ended.
        """
        assert self._process.stdin is not None
        with suppress(OSError):  # nobody reads any more: then no answer comes
            self._process.stdin.write(json.dumps({"id": key, "question": question}) + "\n")
            self._process.stdin.flush()
        return {**self._heard(), "peak_bytes": self._memory.peak_bytes}

    def close(self) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._memory.__exit__()
