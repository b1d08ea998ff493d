"""Runs the probe under a guard and makes the proof of what both saw."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from rag.errors import HoidapError
from rag.offline.guards import Guard, choose
from rag.offline.proof import Proof, Seen, proof
from rag.settings import Settings


class ProofFailed(HoidapError):
    problem = "Phép thử ngoại tuyến không chạy được."
    next_step = "Hãy chạy `hoidap doctor` để xem phần nào hỏng."


def prove(settings: Settings, tell: Callable[[str], None] = lambda stage: None, guard: Guard | None = None) -> Proof:
    """Run the probe with the models of the settings, over an empty library, under the strongest guard that works.

    A browser is only started where it cannot reach anything: in the namespace.

    Raises:
        ProofFailed: the probe broke before it saw everything.
    """
    guard = guard or choose()
    tell(f"Canh mạng: {guard.title}")
    given = {"models": str(settings.models), "encoder": settings.encoder, "llm": settings.llm}
    command = [sys.executable, "-m", "rag.offline.probe", json.dumps({**given, "browser": guard.key == "namespace"})]
    told: list[dict[str, Any]] = []

    def listen(line: str) -> None:
        told.append(json.loads(line))
        if "stage" in told[-1]:
            tell(told[-1]["stage"])

    try:
        watched = guard.run(command, listen)
    except (OSError, RuntimeError, ValueError) as error:
        raise ProofFailed(detail=str(error)) from error
    if watched.code != 0 or not told or "seen" not in told[-1]:
        last = (watched.errors.strip().splitlines() or [f"mã thoát {watched.code}"])[-1]
        raise ProofFailed(f"Phép thử ngoại tuyến dừng giữa chừng: {last}.", detail=watched.errors)
    return proof(guard.title, guard.covers, watched.attempts, Seen.from_json(told[-1]["seen"]))
