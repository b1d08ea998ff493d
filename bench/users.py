"""Several people asking a running page at once: `python -m bench.users http://127.0.0.1:7860 --questions FILE`.

Speaks Gradio's own protocol (a POST for what the send button does, a queued event whose states come as server-sent
events) instead of driving browsers: eight Chromiums would take the cores whose behaviour is measured, and every
state that a page would show is seen here. Each question is asked alone first; whatever differs from that answer
later was mixed up. Exit code 1 on a broken promise. FILE has one question a line; `--pid` is the server's process.
"""

from __future__ import annotations

import argparse
import asyncio
import html
import json
import re
import secrets
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np

FREED_S = 0.2
"""Within which a closed page frees the model."""
FLAT_MB_PER_MINUTE = 2.0
SAMPLE_S = 1.0
_PHASE = re.compile(r'data-phase="(\w+)"')
_QUESTION = re.compile(r'class="hd-question"><bdi>(.*?)</bdi>', re.DOTALL)
_ANSWER = re.compile(r'class="hd-(?:answer|notice hd-refusal|notice hd-error)">(.*?)</div>', re.DOTALL)
_PLACE = re.compile(r"còn (\d+) câu phía trước")
_EVIDENCE = "hd-cards"


@dataclass(frozen=True, slots=True)
class State:
    """What a page shows of one question at one moment."""

    phase: str
    question: str
    answer: str
    ahead: int | None
    evidence: bool


@dataclass
class Outcome:
    """What was seen of everybody's questions."""

    answers: list[int]
    """By user."""
    errors: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    pushed_back: int = 0
    """Times a waiting question's place got worse."""
    first_evidence_s: list[float] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    """Seconds and MB of the server."""
    freed_s: list[float] = field(default_factory=list)
    """From closing the page that has the model to the next one's turn."""

    @property
    def slope(self) -> float:
        """MB a minute over the second half, after caches and threads have come to their size."""
        later = self.memory[len(self.memory) // 2 :]
        if len(later) < 3:
            return 0.0
        seconds, sizes = np.asarray(later).T
        return float(np.polyfit(seconds / 60, sizes, 1)[0])

    def problems(self) -> list[str]:
        found = [*self.errors, *self.mixed]
        found += [f"{self.pushed_back} waiting questions were pushed back"] * bool(self.pushed_back)
        found += [f"unfair: {self.answers}"] * (max(self.answers) - min(self.answers) > 2)
        found += [f"the model was freed after {s:.3f} s" for s in self.freed_s if s > FREED_S]
        found += [f"memory grows by {self.slope:.1f} MB a minute"] * (self.slope > FLAT_MB_PER_MINUTE)
        return found


class Client:
    """Pages of one server; every page is a session of its own."""

    def __init__(self, url: str) -> None:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=50)
        self._http = httpx.AsyncClient(base_url=url, timeout=120, limits=limits, trust_env=False)
        self._begin = self._follow = self._clear = -1

    async def open(self) -> None:
        events = (await self._http.get("/config")).raise_for_status().json()["dependencies"]
        number = {event["api_name"]: event["id"] for event in reversed(events)}
        self._begin, self._follow, self._clear = number["begin"], number["follow"], number["clear"]

    async def close(self) -> None:
        await self._http.aclose()

    async def _quick(self, session: str, event: int, *data: Any) -> list[Any]:
        body = {"data": [None, *data], "fn_index": event, "session_hash": session}
        reply = (await self._http.post("/gradio_api/run/predict", json=body)).raise_for_status()
        return list(reply.json()["data"])

    async def ask(self, session: str, question: str) -> AsyncIterator[State]:
        """Every state of the answer; closing the iterator closes the page."""
        await self._quick(session, self._begin, question)
        body = {"data": [None], "fn_index": self._follow, "session_hash": session}
        (await self._http.post("/gradio_api/queue/join", json=body)).raise_for_status()
        async with self._http.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
            async for line in stream.aiter_lines():
                if not line.startswith("data:"):
                    continue
                message = json.loads(line[5:])
                if message["msg"] == "unexpected_error" or message.get("success") is False:
                    raise RuntimeError(f"the event failed: {message}")
                markup = _markup(message)
                if markup:
                    yield _state(markup)

    async def clear(self, session: str) -> None:
        await self._quick(session, self._clear)


def _markup(message: dict[str, Any]) -> str:
    """The value of the current exchange that a message brings, whole or as the one replacement of a diff."""
    value = (message.get("output") or {}).get("data", [""])[:1]
    value = value[0] if value else ""
    if isinstance(value, list) and value:
        value = value[0][2]
    return value if isinstance(value, str) else ""


def _state(markup: str) -> State:
    def words(pattern: re.Pattern[str]) -> str:
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", m[1])) for m in pattern.finditer(markup)).strip()

    place = _PLACE.search(markup)
    phase = _PHASE.search(markup)
    return State(
        phase[1] if phase else "",
        words(_QUESTION),
        words(_ANSWER),
        int(place[1]) if place else None,
        _EVIDENCE in markup,
    )


async def answered(client: Client, session: str, question: str, outcome: Outcome) -> str:
    """Ask, watch until the end, start a new conversation; the answer's words."""
    started, ahead, last = time.perf_counter(), 10**6, State("", "", "", None, False)
    evidence = False
    async for state in client.ask(session, question):
        last = state
        if state.evidence and not evidence:
            evidence = True
            outcome.first_evidence_s.append(time.perf_counter() - started)
        if state.question != question:
            outcome.mixed.append(f"asked {question!r}, shown {state.question!r}")
        if state.ahead is not None:
            outcome.pushed_back += state.ahead > ahead
            ahead = state.ahead
    if last.phase != "answered":
        outcome.errors.append(f"{question!r} ended {last.phase or 'without an end'}: {last.answer}")
    await client.clear(session)
    return last.answer


async def user(
    client: Client, number: int, questions: Sequence[str], alone: dict[str, str], until: float, outcome: Outcome
) -> None:
    """One person who asks one question after another, in another order than the rest."""
    session, turn = secrets.token_hex(5), number
    while time.perf_counter() < until:
        question = questions[(turn * (2 * number + 1)) % len(questions)]
        turn += 1
        try:
            answer = await answered(client, session, question, outcome)
        except (httpx.HTTPError, RuntimeError, KeyError) as error:
            outcome.errors.append(f"{question!r}: {error!r}")
            await asyncio.sleep(0.5)
            continue
        if answer != alone[question]:
            outcome.mixed.append(f"{question!r} was answered {answer!r}, alone {alone[question]!r}")
        outcome.answers[number] += 1


async def close_while_writing(client: Client, slow: str, outcome: Outcome) -> None:
    """The page that has the model is closed while another waits: how soon has that one its turn?"""
    async with aclosing(client.ask(secrets.token_hex(5), slow)) as first:
        async for state in first:
            if state.evidence:
                break
        async with aclosing(client.ask(secrets.token_hex(5), slow)) as second:
            async for state in second:
                if state.ahead == 1:
                    break
            started = time.perf_counter()
            closing = asyncio.ensure_future(first.aclose())
            async for state in second:
                if state.ahead is None:
                    break
            outcome.freed_s.append(time.perf_counter() - started)
            await closing


async def watch_memory(pid: int, outcome: Outcome) -> None:
    while True:
        status = Path(f"/proc/{pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        if found:
            outcome.memory.append((time.perf_counter(), int(found[1]) / 1024))
        await asyncio.sleep(SAMPLE_S)


async def measure(url: str, questions: Sequence[str], *, users: int, seconds: float, pid: int | None) -> Outcome:
    client, outcome = Client(url), Outcome([0] * users)
    await client.open()
    alone = {question: await answered(client, secrets.token_hex(5), question, outcome) for question in questions}
    outcome.first_evidence_s.clear()
    watching = asyncio.ensure_future(watch_memory(pid, outcome)) if pid else None
    until = time.perf_counter() + seconds
    await asyncio.gather(*(user(client, n, questions, alone, until, outcome) for n in range(users)))
    if watching:
        watching.cancel()
    for _ in range(3):
        await close_while_writing(client, questions[0], outcome)
    await client.close()
    return outcome


def report(outcome: Outcome) -> str:
    evidence = sorted(outcome.first_evidence_s) or [0.0]
    sizes = [size for _, size in outcome.memory] or [0.0]
    return (
        f"{sum(outcome.answers)} answers, by user {outcome.answers}; {len(outcome.errors)} errors, "
        f"{len(outcome.mixed)} mixed, {outcome.pushed_back} pushed back; first evidence median "
        f"{evidence[len(evidence) // 2]:.2f} s, p95 {evidence[int(len(evidence) * 0.95)]:.2f} s; memory "
        f"{sizes[0]:.0f} to {sizes[-1]:.0f} MB, slope {outcome.slope:+.2f} MB a minute; model freed after "
        f"{', '.join(f'{s * 1000:.0f}' for s in outcome.freed_s)} ms"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--questions", type=Path, required=True, help="one a line; the first one calls the model")
    parser.add_argument("--users", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--pid", type=int, help="of the server, for its memory")
    given = parser.parse_args()
    questions = given.questions.read_text(encoding="utf-8").split("\n")
    asked = [question.strip() for question in questions if question.strip()]
    outcome = asyncio.run(measure(given.url, asked, users=given.users, seconds=given.seconds, pid=given.pid))
    print(report(outcome))
    for problem in outcome.problems():
        print("BROKEN:", problem)
    return bool(outcome.problems())


if __name__ == "__main__":
    sys.exit(main())
