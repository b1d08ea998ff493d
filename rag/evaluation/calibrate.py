"""A whole calibration: ask every set, cross-validate, fit, write the file and the pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from rag.confidence import as_toml
from rag.database import storage_errors
from rag.evaluation.calibration import cross_validated, fit, observe
from rag.evaluation.calibration_report import Calibration, told
from rag.evaluation.plots import draw_confidence
from rag.evaluation.run import Job, Watch
from rag.files import write_whole
from rag.operating_points import as_toml_lines

if TYPE_CHECKING:
    from embeddings.encoder import Encoder
    from rag.llm import LLM
    from rag.settings import Settings


def jobs_of(folders: Sequence[Path], *, mix: Sequence[Path], limit: int | None, extractive: bool) -> list[Job]:
    """One job a set, whose answers are kept in the cache.

    Raises:
        BadInput: a set that cannot be used.
    """
    jobs = []
    for folder in folders:
        job = Job.read(folder, corpus=None, mix=mix, limit=limit, extractive=extractive, out=Path())
        place = sha256(f"{folder.resolve()}\0{extractive}".encode()).hexdigest()[:16]
        jobs.append(replace(job, out=job.cache / "calibrate" / place))
    return jobs


def calibrate(
    jobs: Sequence[Job], settings: Settings, *, watch: Watch, encoder: Encoder | None = None, llm: LLM | None = None
) -> Calibration:
    """Observe, cross-validate and fit.

    Args:
        encoder, llm: stand-ins for tests; by default what the settings name.

    Raises:
        HoidapError: whatever keeps a model or a folder from working.
        BadInput: all questions are about one article.
    """
    observed = observe(jobs, settings, watch=watch, encoder=encoder, llm=llm)
    mode = "trích nguyên văn" if jobs[0].extractive else Path(settings.llm).name
    sets = tuple(f"{job.name} ({len(job.items)} câu, {mode})" for job in jobs)
    return Calibration(sets, observed, cross_validated(observed), fit(observed), settings.least_confidence)


def save(found: Calibration, *, out: Path | None, plots: Path | None) -> None:
    """Write the file of coefficients and the pictures where they are wanted."""
    with storage_errors():
        if out:
            out.absolute().parent.mkdir(parents=True, exist_ok=True)
            head = [*(f"# {line}".rstrip() for line in told(found)), "", *as_toml_lines(found.points)]
            write_whole(out, as_toml(found.model, head=head).encode())
        if plots:
            draw_confidence(found.decisions.confidence, found.decisions.right, plots)
