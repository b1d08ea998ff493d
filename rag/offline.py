"""Proof that nothing leaves the machine: index and answer while every network call is watched.

Run as `python -m rag.offline`; where the system allows, in a network namespace without any network.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rag.settings import Settings, load_settings

_WATCHED = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"}
_SAMPLE = (
    "Hội nghị sơ kết công tác phòng thủ\n\n"
    "Sáng 30/7, Trung tướng Phạm Hồng Chương chủ trì hội nghị tại điểm cầu Quân khu 2.\n"
)
_QUESTION = "Ai chủ trì hội nghị sáng 30/7?"


@dataclass(frozen=True, slots=True)
class OfflineProof:
    """What was seen while a document was indexed and a question answered."""

    answered: bool
    isolated: bool
    """True when the process had no network at all."""
    attempts: tuple[str, ...]
    """Network calls that were tried, loopback excepted."""


def prove(settings: Settings) -> OfflineProof:
    """Run the probe in a process of its own with the given models.

    Raises:
        RuntimeError: the probe itself failed; the text is its standard error.
    """
    command = [sys.executable, "-m", "rag.offline", str(settings.models), settings.encoder, settings.llm]
    unshare = shutil.which("unshare")
    isolation = [unshare, "--net", "--map-root-user"] if unshare else []
    isolated = bool(isolation) and subprocess.run([*isolation, "true"], capture_output=True).returncode == 0
    run = subprocess.run([*(isolation if isolated else []), *command], capture_output=True, text=True)
    if run.returncode != 0:
        raise RuntimeError(run.stderr[-2000:])
    seen = json.loads(run.stdout.splitlines()[-1])
    return OfflineProof(seen["answered"], isolated, tuple(seen["attempts"]))


def _probe(models: Path, encoder: str, llm: str) -> OfflineProof:
    attempts: list[str] = []
    sys.addaudithook(lambda event, args: attempts.append(_described(event, args)) if event in _WATCHED else None)
    from rag.answer import ask
    from rag.ingestion import ingest
    from rag.library import Library
    from rag.records import Done

    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder) / "mau.txt"
        sample.write_text(_SAMPLE, "utf-8")
        settings = load_settings(data=Path(folder) / "data", models=models, encoder=encoder, llm=llm)
        with Library.open(settings) as library:
            outcomes = [p.outcome for p in ingest(library, [sample])]
            events = list(ask(library, _QUESTION))
    last = events[-1]
    answered = outcomes == ["added"] and isinstance(last, Done) and not last.answer.refused
    return OfflineProof(answered, False, tuple(a for a in attempts if a))


def _described(event: str, args: tuple[Any, ...]) -> str:
    """The call in words, empty for one that stays on this machine."""
    address = next((a for a in args if isinstance(a, tuple | str | bytes)), "")
    host = address[0] if isinstance(address, tuple) else address
    local = isinstance(host, str) and (host.startswith(("127.", "/")) or host in ("localhost", "::1", ""))
    return "" if local else f"{event} {address!r}"


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(_probe(Path(sys.argv[1]), *sys.argv[2:4]))) + "\n")
