"""Tokens a second, and the first of them: `python -m bench.tokens [--seconds N] [--out FILE]`.

Asks the questions of seeds/questions.jsonl and the conversations of seeds/conversations.jsonl that reach the model, of
a library with the five articles in seeds/. For each, in alternating order:

- *llama.cpp*: a process of its own that reads the very same prompt from nothing (batches of 512, flash attention, as
  many threads) and writes as many tokens with its own greedy sampler;
- *cold*: our model, which has read nothing of the passages before;
- *known*: our model when the evidence has been read, for an earlier question;
- *typed*: after `rag.anticipation.read_ahead` of the same question, as when somebody stops to think before sending it;
- *follow-up* (conversations): right behind the answer to the question before, which was read cold; and the same typed.

Ratios of times, p50 and p95, with bootstrap intervals over questions.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import zip_longest
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

import numpy as np

from prompts import render
from rag import Library, ingest, load_settings
from rag.answer import for_model
from rag.anticipation import read_ahead
from rag.llm import CONTEXT, LlamaCpp, Prompt
from rag.llm.pieces import split
from rag.models import locate
from rag.parts import look_up_parts
from rag.reading import fit
from rag.records import Token
from rag.speed import cpu_name

SEEDS = Path(__file__).parent.parent / "seeds"
Turns = list[tuple[str, str]]


class Plain:
    """llama.cpp by itself, through llama-cpp-python's `Llama`, in a process of its own.

    Two contexts in one process slow each other down even in turn: with the threads of both alive OpenMP counts more
    threads than cores and lets those that wait for the next node sleep (45 to 50 ms a token instead of 35).
    """

    def __init__(self, path: Path, threads: int) -> None:
        spawn = get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_serve, args=(theirs, path, threads), daemon=True)
        self._process.start()

    def read(self, text: str) -> float:
        """Seconds to read a prompt from nothing and to know the first token."""
        return self._asked("read", text)

    def write(self, count: int) -> float:
        """Seconds a token when so many more are written, of its own choice."""
        return self._asked("write", count)

    def close(self) -> None:
        self._process.terminate()
        self._process.join()

    def _asked(self, name: str, argument: str | int) -> float:
        self._pipe.send((name, argument))
        return float(self._pipe.recv())


class _Alone:
    """What works in that process."""

    def __init__(self, path: Path, threads: int) -> None:
        import llama_cpp

        self.native = llama_cpp
        self.llama = llama_cpp.Llama(
            str(path), n_ctx=CONTEXT, n_threads=threads, n_threads_batch=threads, flash_attn=True, verbose=False
        )
        self.greedy = llama_cpp.llama_sampler_init_greedy()

    def read(self, text: str) -> float:
        tokens = self.llama.tokenize(text.encode(), special=True)
        self.llama.reset()
        started = time.perf_counter()
        self.llama.eval(tokens)
        self.next = self._likeliest()
        return time.perf_counter() - started

    def write(self, count: int) -> float:
        started = time.perf_counter()
        for _ in range(count - 1):
            self.llama.eval([self.next])
            self.next = self._likeliest()
        return (time.perf_counter() - started) / max(1, count - 1)

    def _likeliest(self) -> int:
        return self.native.llama_sampler_sample(self.greedy, self.llama._ctx.ctx, -1)


def _serve(pipe: Connection, path: Path, threads: int) -> None:
    alone = _Alone(path, threads)
    while True:
        name, argument = pipe.recv()
        pipe.send(getattr(alone, name)(argument))


class Bench:
    """Our model and llama.cpp side by side, over one library."""

    def __init__(self, library: Library) -> None:
        settings = library.settings
        path = locate(settings.llm, kind="llm", folder=settings.models)
        threads = settings.threads or len(os.sched_getaffinity(0))
        self.library = library
        library._llm = self.llm = LlamaCpp(path, name=settings.llm, threads=threads)
        self.llm.load()
        self.plain = Plain(path, threads)

    def forget(self) -> None:
        """Everything but the system text, which a program that runs has always read."""
        self.llm.forget()
        self.llm.prefill(Prompt(render("system"), ""), Event())

    def prompt_of(self, question: str, history: Turns) -> Prompt | None:
        """What the model is given, None where it is not asked."""
        parts = look_up_parts(self.library, question, history)
        lookup = for_model(self.library, parts, history, None)
        if lookup is None:
            return None
        settings = self.library.settings
        evidence = lookup.to_read(settings.evidence_sentences)
        return fit(evidence, lookup.asked.text, llm=self.llm, budget=settings.prompt_tokens)[0]

    def ours(self, prompt: Prompt) -> tuple[float, float, str]:
        """Seconds to the first token, seconds from it to the end, the draft."""
        started = time.perf_counter()
        first, text = 0.0, ""
        for event in self.llm.stream(prompt, max_tokens=self.library.settings.answer_tokens):
            if isinstance(event, Token):
                first = first or time.perf_counter()
                text += event.text
        return first - started, time.perf_counter() - first, text

    def question(self, id: str, question: str, at: int) -> dict[str, float | str] | None:
        prompt = self.prompt_of(question, [])
        if prompt is None:
            return None
        row, drafts = self._sized(id, prompt), []

        def cold() -> None:
            self.forget()
            row["cold_first_s"], writing, draft = self.ours(prompt)
            row["written"] = self.llm.count_tokens(draft)
            row["token_s"] = writing / max(1, self.llm.count_tokens(draft))  # the last step finds the end
            drafts.append(draft)

        def ahead() -> None:
            passages = "".join(passage.text for passage in prompt.passages)
            self.llm.prefill(Prompt(prompt.system, passages, prompt.passages), Event())
            row["known_first_s"], _, draft = self.ours(prompt)
            read_ahead(self.library, question, cancelled=Event())
            row["typed_first_s"], _, again = self.ours(prompt)
            drafts.extend((draft, again))

        def plain() -> None:
            row["plain_first_s"] = self.plain.read(text_of(prompt))

        for step in (plain, cold, ahead) if at % 2 else (cold, ahead, plain):
            step()
        row["plain_token_s"] = self.plain.write(int(row["written"]))
        row["same_draft"] = float(len(set(drafts)) == 1)
        return row

    def _sized(self, id: str, prompt: Prompt) -> dict[str, float | str]:
        pieces, rest = split(prompt)
        system, *evidence = (self.llm.count_tokens(piece.text) for piece in pieces)
        return {"id": id, "system": system, "evidence": sum(evidence), "rest": self.llm.count_tokens(rest)}

    def follow_up(self, id: str, question: str, history: Turns) -> dict[str, float | str] | None:
        before, prompt = self.prompt_of(history[-1][0], history[:-1]), self.prompt_of(question, history)
        if before is None or prompt is None:
            return None
        row = self._sized(id, prompt)
        self.forget()
        row["before_first_s"], _, _ = self.ours(before)
        row["follow_first_s"], _, _ = self.ours(prompt)
        self.forget()
        self.ours(before)
        read_ahead(self.library, question, history, cancelled=Event())
        row["follow_typed_first_s"], _, _ = self.ours(prompt)
        return row


def text_of(prompt: Prompt) -> str:
    pieces, rest = split(prompt)
    return "".join(piece.text for piece in pieces) + rest


RATIOS = {
    "first token, cold / llama.cpp cold": ("cold_first_s", "plain_first_s"),
    "first token, evidence known / llama.cpp cold": ("known_first_s", "plain_first_s"),
    "first token, typed / llama.cpp cold": ("typed_first_s", "plain_first_s"),
    "follow-up at once / question before": ("follow_first_s", "before_first_s"),
    "follow-up, typed / question before": ("follow_typed_first_s", "before_first_s"),
    "generation rate / llama.cpp": ("plain_token_s", "token_s"),
}
ABSOLUTE = (
    "plain_first_s",
    "cold_first_s",
    "known_first_s",
    "typed_first_s",
    "before_first_s",
    "follow_first_s",
    "follow_typed_first_s",
)


def summary(rows: Sequence[dict[str, float | str]]) -> list[dict[str, float | str]]:
    """p50 and p95 of every ratio with the 95 % interval of the median, and of the seconds."""
    out: list[dict[str, float | str]] = []
    for name, (above, below) in RATIOS.items():
        values = [float(r[above]) / float(r[below]) for r in rows if r.get(above) and r.get(below)]
        out += [{"measure": name, **quantiles(values)}] if values else []
    for name in ABSOLUTE:
        values = [float(r[name]) for r in rows if name in r]
        out += [{"measure": name, **quantiles(values)}] if values else []
    for name in ("token_s", "plain_token_s"):
        rates = [1 / float(r[name]) for r in rows if r.get(name)]
        out += [{"measure": f"tokens a second, {name}", **quantiles(rates)}] if rates else []
    return out


def quantiles(values: Sequence[float]) -> dict[str, float]:
    chance = np.random.default_rng(20_241_022)
    medians = np.median(chance.choice(values, (2000, len(values))), axis=1)
    low, high = np.percentile(medians, (2.5, 97.5))
    p50, p95 = np.percentile(values, (50, 95))
    return {"p50": p50, "low": float(low), "high": float(high), "p95": p95, "n": len(values)}


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SEEDS / name).read_text("utf-8").splitlines()]


def measured(bench: Bench, known: set[str]) -> Iterator[dict[str, float | str]]:
    """A question and a conversation in turn; those that do not reach the model give nothing."""
    pairs = zip_longest(lines("questions.jsonl"), lines("conversations.jsonl"))
    for at, (alone, follows) in enumerate(pairs):
        if alone and alone["id"] not in known and (row := bench.question(alone["id"], alone["question"], at)):
            yield row
        if follows and follows["id"] not in known:
            history = [(q, a) for q, a in follows["history"]]
            if row := bench.follow_up(follows["id"], follows["question"], history):
                yield row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so many; the next run goes on")
    parser.add_argument("--out", type=Path, default=Path("build/bench/tokens.json"), help="begins anew when removed")
    options = parser.parse_args()
    started = time.monotonic()
    rows = json.loads(options.out.read_text("utf-8"))["questions"] if options.out.exists() else []
    with TemporaryDirectory() as folder, Library(load_settings(data=Path(folder))) as library:
        for _ in ingest(library, [SEEDS]):
            pass
        bench = Bench(library)
        with closing(bench.plain):
            for row in measured(bench, {row["id"] for row in rows}):
                rows.append(row)
                write(options.out, rows)
                print(json.dumps({k: round(v, 3) if isinstance(v, float) else v for k, v in row.items()}), flush=True)
                if time.monotonic() - started > options.seconds:
                    break
    for line in summary(rows):
        print("{measure:58} p50 {p50:7.3f} ({low:.3f} … {high:.3f})  p95 {p95:7.3f}  n {n}".format(**line))


def write(path: Path, rows: Sequence[dict[str, float | str]]) -> None:
    machine = {"cpu": cpu_name(), "threads": len(os.sched_getaffinity(0)), "python": platform.python_version()}
    content = {"section": "tokens", "machine": machine, "rows": summary(rows), "questions": rows}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    main()
