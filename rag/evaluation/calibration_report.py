"""What a calibration has found, in words and tables for people and as the head of the file of coefficients."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.confidence import Confidence, Logistic
from rag.evaluation.bootstrap import Figure, statistic
from rag.evaluation.calibration import Observed, Predicted
from rag.evaluation.labels import number
from rag.evaluation.metrics import aurc, auroc, brier, calibration_error, selective_risk
from rag.evaluation.operating import Decisions, decide, point, recommended
from rag.features import FEATURES
from rag.operating_points import OperatingPoints, Point

_POINTS = tuple(n / 100 for n in range(100))
_SHOWN = tuple(n / 20 for n in range(18))
_COVERAGES = tuple(n / 10 for n in range(1, 11))
_PARTS = {
    "answer": "Câu trả lời đúng",
    "no_evidence": "Từ chối đúng khi không câu nào là bằng chứng",
    "not_answered": "Từ chối đúng khi có bằng chứng",
}
_FIGURES = {"AUROC": auroc, "ECE": calibration_error, "Brier": brier, "AURC": aurc}


@dataclass(frozen=True, slots=True)
class Calibration:
    """Everything that was fitted and measured."""

    sets: tuple[str, ...]
    """As they are told: name, number of questions, mode."""
    observed: Observed
    predicted: Predicted
    model: Confidence
    least: float
    """The operating point in use."""

    @property
    def decisions(self) -> Decisions:
        return decide(self.observed, self.predicted, self.least)

    @property
    def recommended(self) -> float:
        """The operating point that the cross-validated figures speak for."""
        return recommended(self.observed, self.predicted, _POINTS)

    @property
    def points(self) -> OperatingPoints:
        """What the operating points give that are shown and kept with the coefficients."""
        shown = tuple(point(self.observed, self.predicted, least) for least in _SHOWN)
        return OperatingPoints(", ".join(self.sets), shown)


def summary(found: Calibration) -> Iterator[str]:
    """Every figure in lines for a terminal; all of them cross-validated over articles."""
    total, articles = len(found.observed.said), len(set(found.observed.groups))
    yield f"{', '.join(found.sets)}: {total} câu về {articles} bài"
    yield f"Kiểm chéo theo bài; ngưỡng trả lời {number(found.least, 2)}"
    yield ""
    yield from _figures(found)
    yield from (
        "",
        "Ngưỡng  trả lời  chứa đáp án  từ chối đúng  từ chối nhầm  (do ngưỡng / mất lời đúng)  sai khi trả lời  F1",
    )
    yield from map(_row, found.points.points)
    yield f"Ngưỡng nên đặt (do ngưỡng không quá 10 %): {number(found.recommended, 2)}"
    yield from ("", "Độ phủ – rủi ro: " + _risks(found.decisions))
    for name, title in _PARTS.items():
        yield from ("", f"{title}: một độ lệch chuẩn thêm thì tỷ lệ đúng/sai nhân với")
        yield from _coefficients(getattr(found.model, name))


def told(found: Calibration) -> Iterator[str]:
    """Comment lines for the file of coefficients."""
    yield "Hệ số của độ tin cậy, do `hoidap calibrate` ghi; xác suất = 1 / (1 + e^-(intercept + tổng)),"
    yield "tổng của weight · (giá trị - mean) / scale; answer: câu trả lời đúng;"
    yield "no_evidence, not_answered: từ chối là đúng khi không câu nào, hay có câu, là bằng chứng."
    yield f"Khớp trên {', '.join(found.sets)}."
    yield f"Kiểm chéo theo bài, ngưỡng trả lời {number(found.least, 2)}:"
    yield from (f"  {line}" for line in _figures(found))


def _figures(found: Calibration) -> Iterator[str]:
    decisions = found.decisions
    for name, function in _FIGURES.items():
        figure = statistic(function, decisions.confidence.tolist(), decisions.right.tolist())
        yield f"{name:6}{_written(figure)}"
    chosen = decisions.answered.astype(bool)
    for name, rows in (("câu trả lời", chosen), ("từ chối", ~chosen)):
        confidence, right = decisions.confidence[rows], decisions.right[rows]
        if len(right):
            parts = (f"AUROC {_plain(auroc(confidence, right))}", f"ECE {_plain(calibration_error(confidence, right))}")
            yield f"  riêng {name} ({len(right)} câu, đúng {number(100 * right.mean(), 1)} %): {', '.join(parts)}"


def _written(figure: Figure) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return "–"
    return f"{number(figure.value, 3)}  ({number(figure.low, 3)} … {number(figure.high, 3)})"


def _plain(value: float | None) -> str:
    return "–" if value is None else number(value, 3)


def _row(at: Point) -> str:
    shares = (at.answered, at.contains, at.refused, at.false_refusals, at.caused, at.lost, at.wrong, at.f1)
    widths = (9, 13, 14, 14, 14, 14, 17, 7)
    cells = (f"{number(100 * share, 1)} %".rjust(width) for share, width in zip(shares, widths, strict=True))
    return number(at.least, 2).ljust(6) + "".join(cells)


def _risks(decisions: Decisions) -> str:
    risk = selective_risk(decisions.confidence, decisions.right)
    at = (max(1, round(share * len(risk))) - 1 for share in _COVERAGES)
    return ", ".join(
        f"{round(100 * share)} % – {number(100 * risk[place], 1)} %"
        for share, place in zip(_COVERAGES, at, strict=True)
    )


def _coefficients(part: Logistic) -> Sequence[str]:
    """Strongest first, without those that never varied."""
    known = {feature.name: feature.meaning for feature in FEATURES}
    order = sorted(part.features, key=lambda name: -abs(part.features[name].weight))
    shown = [name for name in order if part.features[name].weight]
    return [f"  × {number(math.exp(part.features[name].weight), 2)}  {known[name]} ({name})" for name in shown]
