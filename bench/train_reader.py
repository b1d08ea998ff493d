"""Trains the reader: `python -m bench.train_reader QUESTIONS.jsonl` writes `embeddings/reader.safetensors`.

Ctrl-C leaves the weights of the best epoch so far, or what stood there before.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from bench.reading_examples import Example, build, load, split
from embeddings import reader, span_network
from embeddings.encoder import SentenceTransformerEncoder
from embeddings.span_network import LowerLayers, SeenText

BATCH = 8
DROPOUT = 0.1
RATES = (1.2e-4, 1e-3)
"""Learning rates of the tuned layers, and of flags and head, which begin at nothing."""


class Seen:
    """Every text through the lower layers once, kept in float16."""

    def __init__(self, lower: LowerLayers) -> None:
        self.lower = lower
        self.kept: dict[tuple[str, str], SeenText] = {}

    def add(self, texts: Sequence[str], role: str, tokens: int, report: Callable[[int, int], None]) -> None:
        missing = sorted({text for text in texts if (role, text) not in self.kept}, key=len)
        for first in range(0, len(missing), 32):
            batch = missing[first : first + 32]
            for text, seen in zip(batch, self.lower.texts(batch, role, tokens), strict=True):
                # A copy of its own: the rows of a batch would keep the whole batch in memory.
                states = seen.states.half().clone()
                self.kept[role, text] = SeenText(seen.words, states, seen.offsets, seen.token_words)
            report(first + len(batch), len(missing))

    def restore(self, path: Path | None) -> None:
        """Take over what an earlier run kept at `path`."""
        if path and path.exists():
            kept = torch.load(path, weights_only=False)
            self.kept = {key: SeenText(*parts) for key, parts in kept.items()}

    def keep(self, path: Path | None) -> None:
        if path:
            parts = {key: (s.words, s.states, s.offsets, s.token_words) for key, s in self.kept.items()}
            torch.save(parts, path)

    def pair(self, example: Example) -> tuple[SeenText, SeenText]:
        return self.kept["query", example.question], self.kept["passage", example.passage]


def progress(what: str) -> Callable[[int, int], None]:
    """Prints count and time left, at most every ten seconds."""
    started = last = time.monotonic()

    def report(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last > 10 or done == total:
            last = now
            left = (now - started) / done * (total - done)
            print(f"{what}: {done} of {total}, {left / 60:.1f} min left", flush=True)

    return report


def targets(example: Example, asked: SeenText, text: SeenText) -> tuple[int, int]:
    """First and last token of the answer in the packed pair; 0, 0 when there is none or it was cut off."""
    inside = [
        at
        for at, (start, end) in enumerate(text.offsets)
        if end > start and start < example.end and end > example.start
    ]
    if not example.answerable or not inside:
        return 0, 0
    return len(asked.offsets) + inside[0], len(asked.offsets) + inside[-1]


def loss_of(weights: dict[str, Tensor], examples: Sequence[Example], seen: Seen, dropout: float) -> Tensor:
    """Mean of the span's cross-entropy, "no answer" being the first token, and the answerable logit's."""
    pairs = [seen.pair(example) for example in examples]
    states, flags, mask = span_network.pack(pairs)
    logits = span_network.joint(weights, states, flags, mask, dropout)
    allowed = mask & (flags >= 2)
    allowed[:, 0] = True
    wanted = torch.tensor([targets(e, *pair) for e, pair in zip(examples, pairs, strict=True)])
    span = sum(
        functional.cross_entropy(logits[..., side].masked_fill(~allowed, -1e4), wanted[:, side]) for side in (0, 1)
    )
    answerable = (wanted[:, 0] > 0).float()
    return span / 2 + functional.binary_cross_entropy_with_logits(logits[:, 0, 2], answerable)


def batches(examples: Sequence[Example], seen: Seen, rng: random.Random) -> Iterator[list[Example]]:
    """Of like length, in random order."""
    mixed = list(examples)
    rng.shuffle(mixed)
    sized = sorted(mixed, key=lambda e: sum(len(text.offsets) for text in seen.pair(e)) // 16)
    groups = [sized[at : at + BATCH] for at in range(0, len(sized), BATCH)]
    rng.shuffle(groups)
    yield from groups


def fresh(base: dict[str, Tensor]) -> dict[str, Tensor]:
    """Trainable copies of the upper layers, empty flags and head."""
    size = base["embeddings.word_embeddings.weight"].shape[1]
    weights = {name: base[name].clone().float() for name in span_network.tuned_names(base)}
    weights |= {"flags": torch.zeros(4, size), "head.weight": torch.randn(3, size) * 0.02, "head.bias": torch.zeros(3)}
    return {name: values.requires_grad_() for name, values in weights.items()}


def optimiser(weights: dict[str, Tensor]) -> torch.optim.Optimizer:
    new = [values for name, values in weights.items() if name.startswith(("flags", "head"))]
    tuned = [values for name, values in weights.items() if not name.startswith(("flags", "head"))]
    groups = [{"params": tuned, "lr": RATES[0]}, {"params": new, "lr": RATES[1]}]
    return torch.optim.AdamW(groups, weight_decay=0.01)


def area(yes: Sequence[float], no: Sequence[float]) -> float:
    """Area under the ROC curve: how often a yes is above a no."""
    above = sum((y > n) + 0.5 * (y == n) for y in yes for n in no)
    return above / max(1, len(yes) * len(no))


def overlap(found: str, gold: str) -> float:
    """F1 of the words."""
    ours, theirs = (Counter(re.findall(r"\w+", text.lower())) for text in (found, gold))
    common = sum((ours & theirs).values())
    return 2 * common / max(1, sum(ours.values()) + sum(theirs.values()))


def judge(weights: dict[str, Tensor], examples: Sequence[Example], seen: Seen) -> dict[str, float]:
    """Span F1 of the answerable examples, and areas of both logits over all."""
    f1, logit, margin = [], [], []
    for first in range(0, len(examples), BATCH):
        batch = examples[first : first + BATCH]
        pairs = [seen.pair(example) for example in batch]
        rows = span_network.pair_logits(weights, pairs)
        for example, (asked, text), row in zip(batch, pairs, rows, strict=True):
            read = reader.reading(row, len(asked.offsets), text)
            span = read.best(0, len(example.passage))
            logit.append(read.answerable)
            margin.append(span.score if span else -99.0)
            if example.answerable and span:
                gold = example.passage[example.start : example.end]
                f1.append(overlap(example.passage[span.start : span.end], gold))

    def areas(scores: Sequence[float]) -> float:
        marked = list(zip(scores, examples, strict=True))
        return area([s for s, e in marked if e.answerable], [s for s, e in marked if not e.answerable])

    return {"f1": sum(f1) / max(1, len(f1)), "area_answerable": areas(logit), "area_margin": areas(margin)}


def train(arguments: argparse.Namespace) -> None:
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    rng = random.Random(arguments.seed)
    learned, held = split(load(arguments.questions), held_out=arguments.held_out, seed=arguments.seed)
    examples = build(learned, clozes=arguments.clozes, seed=arguments.seed)
    judged = build(held, clozes=0, seed=arguments.seed)[:400] if held else []
    print(len(examples), "examples", dict(Counter(e.kind for e in examples)), len(judged), "held out")
    encoder = SentenceTransformerEncoder(arguments.encoder, threads=arguments.threads)
    seen = Seen(LowerLayers(encoder))
    seen.restore(arguments.cache)
    both = [*examples, *judged]
    seen.add([e.question for e in both], "query", reader.QUESTION_TOKENS, progress("questions"))
    seen.keep(arguments.cache)
    seen.add([e.passage for e in both], "passage", reader.PASSAGE_TOKENS, progress("passages"))
    seen.keep(arguments.cache)
    base = seen.lower.weights
    weights = fresh(base)
    adam = optimiser(weights)
    steps = arguments.epochs * -(-len(examples) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(adam, lambda at: min((at + 1) / (0.08 * steps), 1 - at / (steps + 1)))
    report, step, total = progress("steps"), 0, 0.0
    for epoch in range(arguments.epochs):
        for batch in batches(examples, seen, rng):
            loss = loss_of(weights, batch, seen, DROPOUT)
            adam.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights.values(), 1.0)
            adam.step()
            schedule.step()
            step, total = step + 1, total + loss.item()
            if step % 50 == 0:
                print(f"step {step}: loss {total / 50:.3f}", flush=True)
                total = 0.0
            report(step, steps)
        figures = judge(weights, judged, seen) if judged else {}
        print(f"epoch {epoch + 1}:", {name: round(value, 3) for name, value in figures.items()}, flush=True)
        span_network.save(arguments.out, weights, base, about(arguments, encoder, figures, epoch + 1))


def about(
    arguments: argparse.Namespace, encoder: SentenceTransformerEncoder, figures: dict[str, float], epoch: int
) -> dict[str, str]:
    """The header of the weights file."""
    commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    return {
        "encoder": encoder.fingerprint,
        "encoder_name": encoder.name,
        "data": "nanibot.jsonl: namnv1113/Nanibot_ZaloAIChallenge2019_VietnameseWikiQA; near misses and clozes by rule",
        "data_licence": "MIT, Copyright (c) 2019 Nguyễn Việt Nam",
        "commit": commit,
        "command": f"python -m bench.train_reader {arguments.questions.name} --epochs {arguments.epochs} "
        f"--clozes {arguments.clozes} --held-out {arguments.held_out} --seed {arguments.seed}",
        "epoch": str(epoch),
        **{name: f"{value:.3f}" for name, value in figures.items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--encoder", type=Path, required=True, help="sentence-transformers folder")
    parser.add_argument("--out", type=Path, default=reader.WEIGHTS)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--clozes", type=int, default=800, help="cloze questions")
    parser.add_argument("--held-out", type=float, default=0.2, help="share of the passages")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cache", type=Path, help="file that keeps the lower layers' states between runs; trusted")
    parser.add_argument("--threads", type=int, default=2)
    try:
        train(parser.parse_args())
    except KeyboardInterrupt:
        print("stopped")


if __name__ == "__main__":
    main()
