"""Calibrated probabilities: the file of coefficients, the sum by hand, and what the features see."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from rag.compose import Composed, quotation
from rag.confidence import PARTS, SHIPPED, Confidence, Logistic, Term, as_toml, read_confidence
from rag.errors import BadSettings
from rag.features import FEATURES, Case, features_of
from rag.library import Library
from rag.lookup import Lookup, look_up
from rag.records import ShortAnswer

NAMES = [feature.name for feature in FEATURES]
SON_LA = "Đại tướng Phan Văn Giang làm việc với Ban Thường vụ Tỉnh ủy Sơn La vào ngày nào?"


def model(weight: float = 0.0, intercept: float = 0.0, named: str = "score") -> Logistic:
    """A model that looks at one feature only."""
    return Logistic(intercept, {n: Term(0.5, 0.25, weight if n == named else 0.0) for n in NAMES})


def values(**given: float) -> dict[str, float]:
    return {**dict.fromkeys(NAMES, 0.0), **given}


def test_names_are_unique_and_the_shipped_file_has_them_in_order() -> None:
    assert len(set(NAMES)) == len(NAMES)
    shipped = read_confidence()
    assert all(list(getattr(shipped, part).features) == NAMES for part in PARTS)


def test_a_probability_by_hand() -> None:
    # 0.2 + 0.8 · (0.7 - 0.5) / 0.25 = 0.84
    assert model(0.8, 0.2).probability(values(score=0.7)) == round(1 / (1 + math.exp(-0.84)), 2)
    assert model().probability(values()) == 0.5
    assert [model(intercept=z).probability(values()) for z in (-1e9, 1e9)] == [0.01, 0.99]


def test_more_of_what_counts_for_an_answer_never_lowers_it() -> None:
    found = [model(1.5).probability(values(score=n / 20)) for n in range(21)]
    assert found == sorted(found)
    assert found[0] < found[-1]


def test_the_shipped_model_trusts_strong_evidence_more_than_weak() -> None:
    shipped = read_confidence()
    means = {name: term.mean for name, term in shipped.answer.features.items()}
    strong = means | {"score": 1.1, "covered": 0.9, "pairs": 0.7, "cosine": 0.93, "nearest": 1.0, "rivals": 0.0}
    weak = means | {"score": 0.56, "covered": 0.3, "pairs": 0.1, "cosine": 0.8, "nearest": 0.0, "rivals": 3.0}
    assert shipped.answer.probability(strong) > shipped.answer.probability(weak) + 0.2
    for refusal in (shipped.no_evidence, shipped.not_answered):
        assert refusal.probability(strong) < refusal.probability(weak)


def test_a_written_file_reads_back(tmp_path: Path) -> None:
    made = Confidence(model(0.8, 0.25), model(-0.3, -1.0, "cosine"), model(0.1))
    path = tmp_path / "tin-cay.toml"
    path.write_text(as_toml(made, head=["# Khớp trên một bộ.", "#"]), "utf-8")
    assert path.read_text("utf-8").startswith("# Khớp trên một bộ.\n#\n")
    assert read_confidence(path) == made


GOOD = as_toml(Confidence(model(), model(), model()))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "answer = ",
        GOOD.replace("[not_answered", "[unanswered"),
        GOOD.replace("scale = 0.2500", "scale = 0.0", 1),
        GOOD.replace("weight = 0.0000", "weight = 'x'", 1),
        GOOD.replace("weight = 0.0000", "weight = nan", 1),
        GOOD.replace("intercept = 0.0000", "", 1),
        GOOD.replace("score", "scores"),
        "\n".join(line for line in GOOD.splitlines() if not line.startswith("cosine")),
        # The order says which vector they were fitted on.
        "\n".join(reversed(GOOD.splitlines()[2:])),
    ],
)
def test_a_bad_file_says_how_to_make_a_good_one(tmp_path: Path, content: str) -> None:
    path = tmp_path / "tin-cay.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(BadSettings, match=r"tin-cay\.toml.*hoidap calibrate"):
        read_confidence(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"khong-co\.toml"):
        read_confidence(tmp_path / "khong-co.toml")


def test_the_file_tells_what_it_was_fitted_on() -> None:
    head = SHIPPED.read_text("utf-8").split("[answer]")[0]
    for word in ("xquad-vi", "viquad2", "AUROC", "ECE"):
        assert word in head


# Features.


@pytest.fixture
def found(seeded: Library) -> Lookup:
    return look_up(seeded, SON_LA, ())


def test_every_feature_of_every_case_is_a_number(seeded: Library, found: Lookup) -> None:
    for question in (SON_LA, "Dân số tỉnh Điện Biên là bao nhiêu?", "Xin chào!"):
        lookup = look_up(seeded, question, ())
        for case in (Case(lookup, None), Case(lookup, None, denied=True)):
            features = features_of(case)
            assert list(features) == NAMES
            assert all(type(value) is float and math.isfinite(value) for value in features.values())


def test_features_say_what_was_found(found: Lookup) -> None:
    features = features_of(Case(found, quotation(found)))
    assert (features["time"], features["value"], features["short"], features["place"]) == (1, 1, 1, 0)
    assert features["eligible"] > 0.69
    assert (features["generated"], features["rejected"], features["denied"]) == (0, 0, 0)
    assert features["names"] == 1
    assert features["named"] == 1
    assert 0 < features["pairs"] <= 1
    assert 0 < features["covered"] <= 1
    nothing = features_of(Case(replace(found, scored=()), None))
    assert (nothing["eligible"], nothing["score"], nothing["rivals"], nothing["short"]) == (0, 0, 0, 0)


def test_features_compare_the_model_with_the_quotation(found: Lookup) -> None:
    quoted = quotation(found)
    assert quoted.short is not None

    def written(short: ShortAnswer | None) -> Composed:
        return replace(quoted, extractive=False, short=short)

    assert features_of(Case(found, written(quoted.short)))["agrees"] == 1
    assert features_of(Case(found, written(replace(quoted.short, text="23/10"))))["agrees"] == 0
    assert features_of(Case(found, written(None)))["agrees"] == 0
    rejected = features_of(Case(found, quoted, rejected=True))
    assert (rejected["rejected"], rejected["generated"], rejected["agrees"]) == (1, 0, 0)
