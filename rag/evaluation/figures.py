"""From judged answers to figures: which question counts where, and over what."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.evaluation.bootstrap import Figure, mean, percentile, ratio, statistic
from rag.evaluation.indexing import Indexed
from rag.evaluation.judging import CHUNKS, Retrieved
from rag.evaluation.metrics import aurc, auroc, brier, calibration_error, hit_at, ndcg, reciprocal_rank
from rag.evaluation.runner import Measured
from rag.records import Timings

Group = dict[str, Figure]
Rows = Sequence[Measured]


def all_figures(rows: Rows, indexed: Indexed) -> dict[str, Group]:
    """Every figure of a run by group and name."""
    return {
        "retrieval": retrieval(rows),
        "answers": answers(rows),
        "citations": citations(rows),
        "refusal": refusal(rows),
        "confidence": confidence(rows),
        "time": times(rows),
        "machine": machine(rows, indexed),
    }


def by_type(rows: Rows) -> dict[str, Group]:
    """For each type, in order of first appearance, what matters there."""
    kinds = dict.fromkeys(row.item.type for row in rows)
    return {kind: _of_type([row for row in rows if row.item.type == kind]) for kind in kinds}


def is_right(row: Measured) -> bool:
    """An answer that contains an alternative, or a refusal of what cannot be answered."""
    return row.answer.refused != row.item.answerable and (row.answer.refused or row.judged.contains)


def f1_of(row: Measured) -> float:
    """SQuAD 2: a refusal scores 1 on an unanswerable question; an answer to one scores 0."""
    return row.judged.f1 if row.item.answerable else float(row.answer.refused)


def retrieval(rows: Rows) -> Group:
    """Over the answerable questions of which a quote was located."""
    found = [row.judged.retrieved for row in rows if row.judged.retrieved]

    def over(value: Callable[[Retrieved], float]) -> Figure:
        return mean([value(r) for r in found])

    return {
        "sentence_hit_1": over(lambda r: hit_at(r.sentences, 1)),
        "sentence_hit_5": over(lambda r: hit_at(r.sentences, 5)),
        "chunk_hit_1": over(lambda r: hit_at(r.chunks, 1)),
        "chunk_hit_5": over(lambda r: hit_at(r.chunks, 5)),
        "chunk_hit_10": over(lambda r: hit_at(r.chunks, CHUNKS)),
        "chunk_mrr_10": over(lambda r: reciprocal_rank(r.chunks, CHUNKS)),
        "chunk_ndcg_10": over(lambda r: ndcg(r.chunks, r.relevant_chunks, CHUNKS)),
    }


def answers(rows: Rows) -> Group:
    """`contains` and `token_f1` over answerable questions, the SQuAD 2 ones over all."""
    answerable = _answerable(rows)
    return {
        "contains": mean([row.judged.contains for row in answerable]),
        "token_f1": mean([row.judged.f1 for row in answerable]),
        "squad2_f1": mean([f1_of(row) for row in rows]),
        "squad2_f1_always_refuse": mean([not row.item.answerable for row in rows]),
        "squad2_f1_never_refuse": mean([_f1_without_refusal(row) for row in rows]),
    }


def citations(rows: Rows) -> Group:
    """Validity and unsupported claims over all answers; precision and recall over answerable questions."""
    answerable = _answerable(rows)
    shown = [row.judged for row in rows]
    relevant = [row.judged.relevant for row in answerable]
    return {
        "validity": ratio([sum(j.valid) for j in shown], [len(j.valid) for j in shown]),
        "precision": ratio([sum(r) for r in relevant], [len(r) for r in relevant]),
        "recall": mean([any(r) for r in relevant]),
        "unsupported_shown": ratio([j.supported.count(False) for j in shown], [len(j.supported) for j in shown]),
    }


def refusal(rows: Rows) -> Group:
    """Of unanswerable questions how many are refused, of answerable ones how many are; and plain wrong answers."""
    wrong = [not row.answer.refused and not is_right(row) for row in rows]
    return {
        "recall": mean([row.answer.refused for row in rows if not row.item.answerable]),
        "false_refusals": mean([row.answer.refused for row in _answerable(rows)]),
        "wrong_and_confident": mean(wrong),
        "wrong_of_answered": ratio(wrong, [not row.answer.refused for row in rows]),
    }


def confidence(rows: Rows) -> Group:
    """How well `confidence` tells right decisions from wrong ones; a refusal is a decision too."""
    values, right = [row.answer.confidence for row in rows], [is_right(row) for row in rows]
    return {
        "right": mean(right),
        "aurc": statistic(aurc, values, right),
        "auroc": statistic(auroc, values, right),
        "ece": statistic(calibration_error, values, right),
        "brier": statistic(brier, values, right),
    }


def times(rows: Rows) -> Group:
    """Seconds from the question, over the questions where the event happened."""
    shown = [row for row in rows if row.evidence_shown]
    taken: dict[str, list[float]] = {
        "search": _seconds(rows, lambda t: t.search_s),
        "evidence": _seconds(shown, lambda t: t.evidence_s),
        "first_token": _seconds(rows, lambda t: t.first_token_s),
        "total": _seconds(rows, lambda t: t.total_s),
    }
    return {f"{name}_p{share}": percentile(taken[name], share) for name in taken for share in (50, 95)}


def machine(rows: Rows, indexed: Indexed) -> Group:
    """Peak resident memory in MiB; documents and thousand characters indexed a second."""
    seconds, encoded = indexed.seconds, indexed.encoded
    return {
        "peak_memory_mib": Figure(max(row.peak_bytes for row in rows) / 2**20, n=1),
        "index_documents_per_s": Figure(encoded / seconds if seconds else None, n=encoded),
        "index_kchars_per_s": Figure(indexed.characters / 1000 / seconds if seconds else None, n=encoded),
    }


def _of_type(rows: Rows) -> Group:
    return {
        "right": mean([is_right(row) for row in rows]),
        "refused": mean([row.answer.refused for row in rows]),
        "contains": mean([row.judged.contains for row in _answerable(rows)]),
        "f1": mean([f1_of(row) for row in rows]),
        "citation_precision": citations(rows)["precision"],
        "citation_recall": citations(rows)["recall"],
    }


def _answerable(rows: Rows) -> list[Measured]:
    return [row for row in rows if row.item.answerable]


def _f1_without_refusal(row: Measured) -> float:
    """The F1 if nothing were refused: the best sentence stands where the answer was refused."""
    if not row.item.answerable:
        return 0.0
    if row.answer.refused:
        return row.judged.retrieved.fallback_f1 if row.judged.retrieved else 0.0
    return row.judged.f1


def _seconds(rows: Rows, pick: Callable[[Timings], float | None]) -> list[float]:
    found = (pick(row.answer.timings) for row in rows)
    return [seconds for seconds in found if seconds is not None]
