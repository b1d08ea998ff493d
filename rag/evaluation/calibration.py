"""Fits the confidence: features and outcomes of whole runs, cross-validated over articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.confidence import Confidence, Logistic, as_toml
from rag.database import storage_errors
from rag.errors import BadInput
from rag.evaluation.figures import f1_of
from rag.evaluation.indexing import Indexed
from rag.evaluation.logistic import fit_logistic, folds
from rag.evaluation.metrics import Array
from rag.evaluation.run import Job, Watch, answered
from rag.evaluation.runner import Measured
from rag.features import FEATURES
from rag.files import write_whole
from rag.library import Library

if TYPE_CHECKING:
    from embeddings.encoder import Encoder
    from rag.llm import LLM
    from rag.settings import Settings

NAMES = tuple(feature.name for feature in FEATURES)
_FOLDS = 10


@dataclass(frozen=True, slots=True)
class Observed:
    """What a run without an operating point has shown; a row a question."""

    features: Array
    """float64 (n, len(NAMES))."""
    said: Array
    """1 where something would be answered."""
    right: Array
    """1 where that answer is right."""
    answerable: Array
    f1: Array
    """Of what would be answered against the best alternative, 0 for nothing."""
    groups: tuple[str, ...]
    """The article each question is about."""

    @property
    def found(self) -> Array:
        """1 where some sentence was evidence."""
        return (self.features[:, NAMES.index("eligible")] > 0).astype(float)

    def only(self, rows: Array) -> Observed:
        """The rows where the mask is not 0."""
        kept = np.flatnonzero(rows)
        columns = (self.said[kept], self.right[kept], self.answerable[kept], self.f1[kept])
        return Observed(self.features[kept], *columns, tuple(self.groups[i] for i in kept))


@dataclass(frozen=True, slots=True)
class Predicted:
    """Probabilities by models that have not seen the article."""

    answer: Array
    """That the answer is right."""
    refusal: Array
    """That a refusal is right."""


def observe(
    jobs: Sequence[Job], settings: Settings, *, watch: Watch, encoder: Encoder | None = None, llm: LLM | None = None
) -> Observed:
    """Ask every question of every set with nothing refused for its confidence.

    Answers are kept in the cache and taken over while code, corpus and settings stay the same.
    """
    encoder = encoder or Library(settings).encoder
    asked = settings.model_copy(update={"least_confidence": 0.0, "confidence": _neutral(jobs[0].cache)})
    found: list[Observed] = []
    for job in jobs:
        told = partial(_told, watch, job.name)
        rows, indexed = answered(job, asked, watch=told, encoder=encoder, llm=llm)
        found.append(_observed(job.name, rows, indexed))
    return _joined(found)


def _told(watch: Watch, name: str, stage: str, done: int, total: int) -> None:
    watch(f"{name}: {stage}", done, total)


def _neutral(folder: Path) -> Path:
    """A file of coefficients that are all 0: observing must not depend on those that are to be replaced."""
    part = fit_logistic(NAMES, np.zeros((0, len(NAMES))), np.zeros(0))
    path = folder / "neutral.toml"
    with storage_errors():
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, as_toml(Confidence(part, part, part)).encode())
    return path


def _observed(name: str, rows: Sequence[Measured], indexed: Indexed) -> Observed:
    said = [not row.answer.refused for row in rows]
    return Observed(
        np.array([[row.features[feature] for feature in NAMES] for row in rows], dtype=float),
        np.array(said, dtype=float),
        np.array([row.judged.contains and row.item.answerable for row in rows], dtype=float),
        np.array([row.item.answerable for row in rows], dtype=float),
        np.array([f1_of(row) if row.item.answerable else 0.0 for row in rows], dtype=float),
        tuple(f"{name}/{_article(row, indexed)}" for row in rows),
    )


def _article(row: Measured, indexed: Indexed) -> str:
    """The document of the evidence, else the one that was cited or came nearest."""
    if row.item.evidence:
        document = row.item.evidence[0].document
        return indexed.documents.get(document, document)
    nearest = [*(c.document_id for c in row.answer.citations), *(r.document_id for r in row.answer.related)]
    return nearest[0] if nearest else row.item.id


def _joined(parts: Sequence[Observed]) -> Observed:
    return Observed(
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.said for part in parts]),
        np.concatenate([part.right for part in parts]),
        np.concatenate([part.answerable for part in parts]),
        np.concatenate([part.f1 for part in parts]),
        tuple(group for part in parts for group in part.groups),
    )


def fit(observed: Observed) -> Confidence:
    """One model over what was answered, and one each over what had no evidence and what had some."""
    said, without, found = (observed.only(rows) for rows in (observed.said, 1 - observed.found, observed.found))
    return Confidence(
        fit_logistic(NAMES, said.features, said.right),
        fit_logistic(NAMES, without.features, 1 - without.answerable),
        fit_logistic(NAMES, found.features, 1 - found.answerable),
    )


def cross_validated(observed: Observed) -> Predicted:
    """Each article's probabilities by models fitted on the other articles.

    Raises:
        BadInput: all questions are about one article.
    """
    if len(set(observed.groups)) < 2:
        raise BadInput("Cần câu hỏi về ít nhất hai bài.", next_step="Hãy thêm bộ đo hoặc bỏ --limit.")
    answer, refusal = np.zeros(len(observed.said)), np.zeros(len(observed.said))
    for fold in folds(observed.groups, _FOLDS):
        mask = np.zeros(len(observed.said))
        mask[fold.fitted] = 1
        model = fit(observed.only(mask))
        held_out = observed.features[fold.held_out]
        answer[fold.held_out] = _probabilities(model.answer, held_out)
        found = observed.found[fold.held_out].astype(bool)
        either = (_probabilities(model.not_answered, held_out), _probabilities(model.no_evidence, held_out))
        refusal[fold.held_out] = np.where(found, *either)
    return Predicted(answer, refusal)


def _probabilities(model: Logistic, features: Array) -> Array:
    """By the very code that runs later, so that what is measured is what is used."""
    return np.array([model.probability(dict(zip(NAMES, row, strict=True))) for row in features.tolist()])
