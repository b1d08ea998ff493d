"""The four pictures of a report, drawn without a screen; the one module that imports matplotlib."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import MissingPackage
from rag.evaluation.figures import by_type, is_right
from rag.evaluation.metrics import Array, equal_mass_bins, selective_risk
from rag.evaluation.runner import Measured

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

RISK, RELIABILITY, LATENCY, TYPES = "risk-coverage.png", "reliability.png", "latency.png", "types.png"
_SECONDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
_BLUE, _GREY, _RED = "#1f5fa8", "#b8bec6", "#b3261e"


def draw(rows: Sequence[Measured], folder: Path) -> None:
    """Write the risk-coverage curve, the reliability diagram, the distribution of times and the bars per type.

    Raises:
        MissingPackage: matplotlib is not installed.
    """
    confidence = np.array([row.answer.confidence for row in rows])
    draw_confidence(confidence, np.array([is_right(row) for row in rows], dtype=float), folder)
    with _style():
        _latency(rows, folder / LATENCY)
        _types(rows, folder / TYPES)


def draw_confidence(confidence: Array, right: Array, folder: Path) -> None:
    """Write the risk-coverage curve and the reliability diagram of decisions.

    Raises:
        MissingPackage: matplotlib is not installed.
    """
    with _style():
        _risk(confidence, right, folder / RISK)
        _reliability(confidence, right, folder / RELIABILITY)


@contextmanager
def _style() -> Iterator[None]:
    """DejaVu Sans comes with matplotlib and has every Vietnamese letter; a Figure of its own draws with Agg."""
    try:
        import matplotlib
    except ImportError as error:
        raise MissingPackage("Thiếu thư viện matplotlib.", detail=str(error)) from error
    with matplotlib.rc_context({"font.family": "DejaVu Sans", "axes.spines.top": False, "axes.spines.right": False}):
        yield


def _canvas(height: float, title: str) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, height), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, loc="left", fontsize=11)
    return figure, axes


def _risk(confidence: Array, right: Array, path: Path) -> None:
    figure, axes = _canvas(4.2, "Rủi ro – độ phủ: chỉ giữ những quyết định chắc chắn nhất thì sai bao nhiêu")
    coverage = np.arange(1, len(right) + 1) / len(right)
    axes.plot(100 * coverage, 100 * selective_risk(confidence, right), color=_BLUE, label="xếp theo độ tin cậy")
    axes.axhline(100 * (1 - right.mean()), color=_GREY, linestyle="--", label="không xếp hạng")
    axes.set_xlabel("Độ phủ: phần câu hỏi được giữ (%)")
    axes.set_ylabel("Rủi ro: phần sai trong đó (%)")
    axes.set_xlim(0, 100)
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
    figure.savefig(path)


def _reliability(confidence: Array, right: Array, path: Path) -> None:
    figure, axes = _canvas(5.2, "Độ tin cậy nói ra và phần đúng thật: mười nhóm bằng nhau")
    bins = equal_mass_bins(confidence, right)
    axes.plot([0, 100], [0, 100], color=_GREY, linestyle="--", label="khớp hoàn toàn")
    said, true = [100 * b.confidence for b in bins], [100 * b.right for b in bins]
    axes.plot(said, true, color=_BLUE, marker="o", label="đo được")
    axes.set_xlabel("Độ tin cậy trung bình của nhóm (%)")
    axes.set_ylabel("Phần đúng trong nhóm (%)")
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    axes.legend(frameon=False)
    figure.savefig(path)


def _latency(rows: Sequence[Measured], path: Path) -> None:
    figure, axes = _canvas(4.2, "Thời gian từ lúc hỏi")
    series: dict[str, list[float | None]] = {
        "bằng chứng đầu tiên": [r.answer.timings.evidence_s for r in rows if r.evidence_shown],
        "chữ đầu tiên": [r.answer.timings.first_token_s for r in rows],
        "cả câu trả lời": [r.answer.timings.total_s for r in rows],
    }
    for (name, values), color in zip(series.items(), (_BLUE, _GREY, _RED), strict=True):
        seconds = np.sort(np.array([value for value in values if value is not None], dtype=float))
        if len(seconds):
            share = 100 * np.arange(1, len(seconds) + 1) / len(seconds)
            axes.step(np.maximum(seconds, 1e-3), share, where="post", color=color, label=name)
    axes.axhline(95, color=_GREY, linewidth=0.8, linestyle=":")
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    ticks = [second for second in _SECONDS if low <= second <= high]
    axes.set_xticks(ticks, [f"{second:g}".replace(".", ",") for second in ticks])
    axes.minorticks_off()
    axes.set_xlabel("Giây (thang logarit)")
    axes.set_ylabel("Phần câu hỏi đã xong (%)")
    axes.set_ylim(0, 101)
    axes.legend(frameon=False)
    figure.savefig(path)


def _types(rows: Sequence[Measured], path: Path) -> None:
    kinds = by_type(rows)
    figure, axes = _canvas(1.4 + 0.32 * len(kinds), "Quyết định đúng theo loại câu hỏi, kèm khoảng tin cậy 95 %")
    for at, (kind, group) in enumerate(kinds.items()):
        shown = group["right"]
        value, low, high = (100 * (v or 0.0) for v in (shown.value, shown.low, shown.high))
        refused = any(not row.item.answerable for row in rows if row.item.type == kind)
        axes.barh(at, value, color=_GREY if refused else _BLUE, height=0.66)
        axes.plot([low, high], [at, at], color="black", linewidth=1.2)
        axes.text(101, at, f"{shown.n} câu", va="center", fontsize=8)
    axes.set_yticks(range(len(kinds)), list(kinds))
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel("% đúng (xám: loại câu phải từ chối)")
    figure.savefig(path)
