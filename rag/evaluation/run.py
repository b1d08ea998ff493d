"""A whole run: read the set, index, ask, add up, write the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_cache_path

from rag.confidence import read_confidence
from rag.database import storage_errors
from rag.evaluation import sources
from rag.evaluation.archive import keep
from rag.evaluation.corpus import CorpusFile, corpus_of_set, read_corpus
from rag.evaluation.drafts import CachedLLM, identity_of
from rag.evaluation.indexing import Indexed, indexed_library
from rag.evaluation.judging import Judge
from rag.evaluation.plots import draw
from rag.evaluation.report import Report, make_report, write_report
from rag.evaluation.runner import Measured, answer_all
from rag.evaluation.sets import Item, read_items, sample
from rag.library import Library
from rag.models import locate

if TYPE_CHECKING:
    from embeddings.encoder import Encoder
    from rag.llm import LLM
    from rag.settings import Settings

Watch = Callable[[str, int, int], None]
"""Told (stage in Vietnamese, done, total) after each step."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is measured, and where the results go."""

    name: str
    items: tuple[Item, ...]
    of: int
    """Questions of the whole set."""
    corpora: tuple[tuple[CorpusFile, ...], ...]
    """The set's own, then distractors."""
    extractive: bool
    out: Path
    cache: Path = field(default_factory=lambda: user_cache_path("hoidap") / "eval")
    """Indexes and drafts that later runs find again; may be deleted at any time."""

    @classmethod
    def read(
        cls, folder: Path, *, corpus: Path | None, mix: Sequence[Path], limit: int | None, extractive: bool, out: Path
    ) -> Job:
        """Read and check a whole set before anything is done.

        Raises:
            BadInput: a file or a line that cannot be used.
        """
        items = read_items(folder)
        corpora = (corpus_of_set(folder, corpus), *map(read_corpus, mix))
        chosen = sample(items, limit) if limit else items
        return cls(folder.resolve().name, chosen, len(items), corpora, extractive, out)


def evaluate(
    job: Job, settings: Settings, *, watch: Watch, encoder: Encoder | None = None, llm: LLM | None = None
) -> Report:
    """Measure and write `report.json`, `report.md`, `answers.jsonl` and the plots into `job.out`.

    The report is kept in the data folder too.

    Args:
        encoder, llm: stand-ins for tests; by default what the settings name.

    Raises:
        HoidapError: whatever keeps a model or a folder from working.
    """
    rows, indexed = answered(job, settings, watch=watch, encoder=encoder, llm=llm)
    report = make_report(job.name, rows, indexed, of=job.of)
    write_report(report, rows, job.out)
    draw(rows, job.out)
    keep(job.out, settings.data)
    return report


def answered(
    job: Job, settings: Settings, *, watch: Watch, encoder: Encoder | None = None, llm: LLM | None = None
) -> tuple[list[Measured], Indexed]:
    """Every question answered and judged, in order, and what they were asked of; goes on where it was stopped."""
    with storage_errors():
        job.out.mkdir(parents=True, exist_ok=True)
    encoder = encoder or Library(settings).encoder
    with _drafts(job, settings, llm) as drafts:
        opened = indexed_library(
            job.corpora, settings, cache=job.cache, encoder=encoder, llm=drafts, progress=partial(watch, "Nạp kho")
        )
        with opened as (library, indexed):
            rows = answer_all(
                library,
                job.items,
                Judge(library, indexed.documents),
                out=job.out,
                key=_key(settings, indexed.key, drafts),
                extractive=job.extractive,
                llm=drafts,
                progress=partial(watch, "Trả lời"),
            )
    return rows, indexed


@contextmanager
def _drafts(job: Job, settings: Settings, given: LLM | None) -> Iterator[CachedLLM | None]:
    """The model behind its kept drafts, or None when no model is used."""
    if job.extractive:
        yield None
        return
    file = None if given else locate(settings.llm, kind="llm", folder=settings.models)
    model = given or Library(settings).llm
    with closing(CachedLLM(model, job.cache / "drafts.sqlite", identity=identity_of(model, file))) as cached:
        yield cached


def _key(settings: Settings, index: str, drafts: CachedLLM | None) -> str:
    """Changes whenever an answer or its judgement might: corpus, encoder, model, settings, code."""
    chosen = (
        settings.llm,
        settings.evidence_sentences,
        settings.prompt_tokens,
        settings.answer_tokens,
        settings.least_confidence,
        read_confidence(settings.confidence),
    )
    parts = (index, drafts.identity if drafts else "", *map(str, chosen), sources.of_answering())
    return sha256("\0".join(parts).encode()).hexdigest()
