"""`hoidap calibrate`: folds, fits and operating points by hand, and a whole run with fakes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from embeddings.encoder import HashEncoder
from rag.cli.calibrate import calibrate_command
from rag.confidence import read_confidence
from rag.errors import BadInput
from rag.evaluation import calibrate as whole
from rag.evaluation.calibrate import calibrate
from rag.evaluation.calibration import NAMES, Observed, Predicted, cross_validated, fit
from rag.evaluation.calibration_report import Calibration, summary
from rag.evaluation.logistic import fit_logistic, folds
from rag.evaluation.operating import decide, point, recommended
from rag.evaluation.run import Job
from rag.llm import ScriptedLLM
from rag.settings import Settings

WORDS = ("rừng", "biển", "cầu", "đường", "trường", "chợ")


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Six articles, a question on each that it answers and one that it does not."""
    corpus = [
        {"id": f"d{n}", "title": f"Hội nghị về {w}", "text": f"Ngày {n + 1}/3, tại Yên Bái, cuộc họp bàn về {w}."}
        for n, w in enumerate(WORDS)
    ]
    questions: list[dict[str, object]] = []
    for n, word in enumerate(WORDS):
        asked = f"Cuộc họp bàn về {word} diễn ra ngày nào?"
        evidence = [{"document": f"d{n}", "quote": f"bàn về {word}"}]
        row = {"id": f"a{n}", "question": asked, "answerable": True, "type": "when", "answers": [[f"{n + 1}/3"]]}
        questions.append({**row, "evidence": evidence})
        asked = f"Cuộc họp bàn về {word} tốn bao nhiêu tiền?"
        questions.append({"id": f"u{n}", "question": asked, "answerable": False, "type": "near-miss"})
    folder = tmp_path / "tiny"
    folder.mkdir()
    for name, rows in (("corpus.jsonl", corpus), ("questions.jsonl", questions)):
        (folder / name).write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return folder


def jobs_of(tiny: Path, *, extractive: bool = True) -> list[Job]:
    jobs = whole.jobs_of([tiny], mix=[], limit=None, extractive=extractive)
    cache = tiny.parent / "cache"
    return [replace(job, cache=cache, out=cache / "out") for job in jobs]


def calibrated(tiny: Path, settings: Settings, llm: ScriptedLLM | None = None) -> Calibration:
    jobs = jobs_of(tiny, extractive=llm is None)
    return calibrate(jobs, settings, watch=lambda *_: None, encoder=HashEncoder(), llm=llm)


# Folds and fits.


def test_a_group_is_never_on_both_sides() -> None:
    groups = [f"g{n % 7}" for n in range(50)]
    seen: list[int] = []
    for fold in folds(groups, 5):
        assert not {groups[i] for i in fold.fitted} & {groups[i] for i in fold.held_out}
        seen += fold.held_out.tolist()
    assert sorted(seen) == list(range(50))
    assert len(list(folds(["a", "b", "b"], 10))) == 2


def test_a_fit_finds_the_direction_and_the_base_rate() -> None:
    draw = np.random.default_rng(3)
    values = draw.normal(size=(400, 3)) * [1, 5, 0] + [0, 2, 7]
    labels = (draw.random(400) < 1 / (1 + np.exp(-2 * values[:, 0]))).astype(float)
    model = fit_logistic(("cause", "noise", "constant"), values, labels)
    weights = [term.weight for term in model.features.values()]
    assert weights[0] > 1
    assert abs(weights[1]) < 0.3
    assert weights[2] == 0
    rows = [dict(zip(model.features, row, strict=True)) for row in values.tolist()]
    # The mean of the fitted probabilities is the share of ones: the score equation of the intercept.
    assert np.mean([model.probability(row) for row in rows]) == pytest.approx(labels.mean(), abs=0.01)


def test_one_outcome_only_is_laplaces_rule() -> None:
    model = fit_logistic(("x",), np.ones((8, 1)), np.ones(8))
    assert model.probability({"x": 1.0}) == 0.9
    assert fit_logistic(("x",), np.zeros((0, 1)), np.zeros(0)).probability({"x": 0.0}) == 0.5


# Operating points.


def observed(said: Sequence[int], right: Sequence[int], answerable: Sequence[int], groups: Sequence[str]) -> Observed:
    columns = (np.array(column, dtype=float) for column in (said, right, answerable, right))
    return Observed(np.zeros((len(said), len(NAMES))), *columns, tuple(groups))


def five() -> tuple[Observed, Predicted]:
    """Right, wrong, fooled, missed, known to be absent."""
    seen = observed([1, 1, 1, 0, 0], [1, 0, 0, 0, 0], [1, 1, 0, 1, 0], "aabbc")
    return seen, Predicted(np.array([0.8, 0.4, 0.3, 0.9, 0.1]), np.array([0.1, 0.2, 0.6, 0.3, 0.7]))


def test_decisions_by_hand() -> None:
    decisions = decide(*five(), 0.35)
    assert decisions.answered.tolist() == [1, 1, 0, 0, 0]
    assert decisions.confidence.tolist() == [0.8, 0.4, 0.6, 0.3, 0.7]
    assert decisions.right.tolist() == [1, 0, 1, 0, 1]


def test_an_operating_point_by_hand() -> None:
    at = point(*five(), 0.5)
    assert (at.answered, at.contains, at.false_refusals, at.caused) == pytest.approx((1 / 5, 1 / 3, 2 / 3, 1 / 3))
    assert (at.lost, at.refused, at.wrong, at.f1) == pytest.approx((0, 1, 0, 3 / 5))
    nobody = point(*five(), 1.0)
    assert (nobody.answered, nobody.contains, nobody.wrong, nobody.lost) == pytest.approx((0, 0, 0, 1 / 3))


def test_the_recommended_point_keeps_to_its_share() -> None:
    # At 0.35 only the unanswerable one goes; above 0.4 one answerable question of three does.
    assert recommended(*five(), (0.0, 0.35, 0.4, 0.41, 0.9)) == 0.4


def test_cross_validation_needs_two_articles() -> None:
    with pytest.raises(BadInput, match="hai bài"):
        cross_validated(observed([1, 1], [1, 0], [1, 1], "aa"))


def test_an_article_is_predicted_by_the_others_only() -> None:
    """Two articles with opposite outcomes: each gets what the other taught."""
    seen = observed([1] * 8, [1] * 4 + [0] * 4, [1] * 8, "aaaabbbb")
    assert cross_validated(seen).answer.tolist() == pytest.approx([0.17] * 4 + [0.83] * 4)
    assert fit(seen).answer.probability(dict.fromkeys(NAMES, 0.0)) == 0.5


# Whole runs.


def test_a_tiny_calibration_from_end_to_end(tiny: Path, tmp_path: Path, settings: Settings) -> None:
    found = calibrated(tiny, settings)
    assert found.observed.said.sum() >= 6
    assert found.observed.right.sum() == 6
    assert len(set(found.observed.groups)) == 6
    out, plots = tmp_path / "tin-cay.toml", tmp_path / "plots"
    plots.mkdir()
    whole.save(found, out=out, plots=plots)
    assert list(read_confidence(out).answer.features) == list(NAMES)
    assert "tiny (12 câu, trích nguyên văn)" in out.read_text("utf-8")
    for name in ("risk-coverage.png", "reliability.png"):
        assert (plots / name).read_bytes().startswith(b"\x89PNG")
    text = "\n".join(summary(found))
    for word in ("AUROC", "ECE", "Brier", "Ngưỡng nên đặt", "Độ phủ – rủi ro"):
        assert word in text
    again = calibrated(tiny, settings)
    assert list(summary(again)) == list(summary(found))


def test_observing_ignores_the_operating_point_and_the_coefficients_in_use(
    tiny: Path, tmp_path: Path, settings: Settings
) -> None:
    broken = tmp_path / "hong.toml"
    broken.write_text("")
    other = settings.model_copy(update={"least_confidence": 1.0, "confidence": broken})
    assert calibrated(tiny, other).observed.said.tolist() == calibrated(tiny, settings).observed.said.tolist()


def test_what_the_model_did_becomes_features(tiny: Path, settings: Settings) -> None:
    found = calibrated(tiny, settings, ScriptedLLM(["Không có thông tin trong các câu trích."]))
    denied = found.observed.features[:, NAMES.index("denied")]
    assert denied.sum() >= 6
    assert found.observed.said.sum() == 0
    found = calibrated(tiny, settings, ScriptedLLM(["Tốt đẹp."]))
    assert found.observed.features[:, NAMES.index("rejected")].tolist() == found.observed.said.tolist()


def test_the_command_prints_and_writes(
    tiny: Path, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole, "calibrate", lambda jobs, given, watch: calibrated(tiny, given))
    out = tmp_path / "moi" / "tin-cay.toml"
    arguments = [str(tiny), "--extractive", "--limit", "10", "--out", str(out)]
    result = CliRunner().invoke(calibrate_command, arguments, obj=settings, standalone_mode=False)
    assert result.exception is None, result.output
    assert "AUROC" in result.output
    assert read_confidence(out)
