"""`hoidap eval`: every metric against a value worked out by hand, and whole runs with fakes."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from pydantic import TypeAdapter

from embeddings.encoder import HashEncoder
from rag.cli.eval import eval_command
from rag.errors import BadInput
from rag.evaluation import metrics, runner
from rag.evaluation.bootstrap import Figure, mean, percentile, ratio, statistic
from rag.evaluation.corpus import corpus_of_set, read_corpus
from rag.evaluation.drafts import CachedLLM, identity_of
from rag.evaluation.figures import all_figures, by_type
from rag.evaluation.indexing import Indexed
from rag.evaluation.judging import Judged, Retrieved, locate
from rag.evaluation.labels import FIGURES, GROUPS, TYPE_FIGURES
from rag.evaluation.report import Report
from rag.evaluation.run import Job, evaluate
from rag.evaluation.runner import Measured
from rag.evaluation.sets import Item, read_items, sample
from rag.evaluation.sources import modules_behind, of_answering, of_indexing
from rag.evaluation.thresholds import failures, read_thresholds
from rag.llm import Prompt, ScriptedLLM
from rag.records import REFUSAL, Answer, ModelNames, ShortAnswer, Status, Timings, Token
from rag.settings import Settings

SEEDS = Path(__file__).parent.parent / "seeds"
DRAFT = "Buổi họp về rừng diễn ra ngày 12/3 tại Yên Bái."
ROWS = [
    {
        "id": "rung",
        "title": "Hội nghị bảo vệ rừng",
        "text": "Ngày 12/3, tại Yên Bái, ông Lê Văn Bình chủ trì buổi họp về rừng.\nCó 45 đại biểu dự.",
        "date": "2024-03-12",
    },
    {
        "id": "bien",
        "title": "Hội nghị bảo vệ biển",
        "text": "Hội nghị bảo vệ biển\n\nNgày 5/6, tại Cát Bà, cuộc họp bàn về biển.",
    },
]
QUESTIONS = [
    {
        "id": "q1",
        "question": "Buổi họp về rừng diễn ra ngày nào?",
        "answerable": True,
        "type": "when",
        "answers": [["12/3"], ["12", "tháng 3"]],
        "evidence": [{"document": "rung", "quote": "Ngày  12/3, tại\nYên Bái"}],
    },
    {
        "id": "q2",
        "question": "Cuộc họp về biển ở đâu?",
        "answerable": True,
        "type": "where",
        "answers": [["Cát Bà"]],
        "evidence": [{"document": "bien", "quote": "tại Cát Bà"}, {"document": "bien", "quote": "tại Đồ Sơn"}],
        "history": None,
    },
    {
        "id": "q3",
        "question": "Ai sáng lập Thiên văn học viện Paris?",
        "answerable": False,
        "type": "off-topic",
        "answers": [],
    },
]


def write_rows(path: Path, rows: Sequence[object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n", "utf-8")
    return path


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A set of two documents and three questions."""
    write_rows(tmp_path / "tiny" / "corpus.jsonl", ROWS)
    write_rows(tmp_path / "tiny" / "questions.jsonl", QUESTIONS)
    return tmp_path / "tiny"


def job_of(folder: Path, out: Path, *, extractive: bool = False, mix: Sequence[Path] = ()) -> Job:
    job = Job.read(folder, corpus=None, mix=mix, limit=None, extractive=extractive, out=out)
    return replace(job, cache=folder.parent / "cache")


def measured(job: Job, settings: Settings, llm: ScriptedLLM | None = None) -> Report:
    return evaluate(job, settings, watch=lambda *_: None, encoder=HashEncoder(), llm=llm or ScriptedLLM([DRAFT]))


def lines_of(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / "answers.jsonl").read_text("utf-8").splitlines()]


# Metrics.


def test_words_keep_values_and_lose_punctuation_at_the_ends() -> None:
    assert metrics.words("  “Ngày 22/10, TP.HCM” (7,36%)… -") == ["ngày", "22/10", "tp.hcm", "7,36"]
    assert metrics.words("Ho\u0300a") == ["hòa"]


@pytest.mark.parametrize(
    ("text", "alternative", "expected"),
    [
        ("diễn ra ngày 22/10/2024.", ["22/10"], True),
        ("diễn ra ngày 122/10", ["22/10"], False),
        ("đạt 18,5%", ["18"], False),
        ("dài 100km, rộng 2 m", ["100"], True),
        ("năm 2018", ["18"], False),
        ("ông Anh Tuấn", ["an"], False),
        ("tại Mộc Châu, Sơn La", ["mộc châu", "SƠN LA"], True),
        ("tại Mộc Châu", ["Mộc Châu", "Sơn La"], False),
    ],
)
def test_contains_wants_all_strings_as_whole_values(text: str, alternative: list[str], expected: bool) -> None:
    assert metrics.contains(text, [["không có"], alternative]) is expected


def test_an_answers_markers_say_nothing() -> None:
    assert metrics.without_markers("Có một [1][2]. Có hai [3].") == "Có một. Có hai."


def test_token_f1_by_hand() -> None:
    # Two of three given words, two of four wanted ones: P = 2/3, R = 1/2, F1 = 4/7.
    assert metrics.token_f1("huyện Mộc Châu", ["Mộc", "Châu, Sơn La"]) == pytest.approx(4 / 7)
    assert metrics.token_f1("x x", ["x"]) == pytest.approx(2 / 3)
    assert metrics.token_f1("", ["x"]) == 0
    assert metrics.best_f1("b", [["a"], ["b"]]) == 1
    assert metrics.best_f1("b", []) == 0


def test_ranking_by_hand() -> None:
    found = [False, True, False, True]
    assert [metrics.hit_at(found, k) for k in (1, 2)] == [0, 1]
    assert metrics.reciprocal_rank(found) == 1 / 2
    assert metrics.reciprocal_rank(found, k=1) == 0
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert metrics.ndcg(found, 3) == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal)
    assert metrics.ndcg([True], 0) == 0


def test_risk_coverage_by_hand() -> None:
    confidence, right = np.array([0.9, 0.8, 0.7]), np.array([1.0, 0.0, 1.0])
    assert metrics.selective_risk(confidence, right).tolist() == pytest.approx([0, 1 / 2, 1 / 3])
    assert metrics.aurc(confidence, right) == pytest.approx(5 / 18)
    # Equal confidence: each of the two counts as half wrong, whatever their order.
    tied = np.array([0.2, 0.9, 0.9])
    assert metrics.selective_risk(tied, np.array([0.0, 1.0, 0.0])).tolist() == pytest.approx([1 / 2, 1 / 2, 2 / 3])


def test_auroc_by_hand_and_against_all_pairs() -> None:
    assert metrics.auroc(np.array([0.9, 0.5, 0.5, 0.1]), np.array([1.0, 1.0, 0.0, 0.0])) == 3.5 / 4
    assert metrics.auroc(np.array([0.9]), np.array([1.0])) is None
    draw = np.random.default_rng(1)
    confidence, right = draw.integers(0, 9, 60) / 10, (draw.random(60) < 0.6).astype(float)
    pairs = [(a > b) + (a == b) / 2 for a in confidence[right == 1] for b in confidence[right == 0]]
    assert metrics.auroc(confidence, right) == pytest.approx(np.mean(pairs))


def test_bins_of_equal_mass_by_hand() -> None:
    confidence, right = np.array([0.9, 0.1, 0.5, 0.5, 0.2]), np.array([1.0, 0.0, 1.0, 0.0, 1.0])
    # In order 0.1, 0.2, 0.5, 0.5, 0.9; the two that tie count as half right each, in whichever bin they fall.
    low, high = metrics.equal_mass_bins(confidence, right, 2)
    assert (low.count, low.confidence, low.right) == (3, pytest.approx(0.8 / 3), pytest.approx(1.5 / 3))
    assert (high.count, high.confidence, high.right) == (2, pytest.approx(0.7), pytest.approx(0.75))
    assert len(metrics.equal_mass_bins(confidence, right)) == 5


def test_calibration_error_by_hand() -> None:
    # Ten bins of one or two: here twenty decisions, each bin holds two of the same confidence.
    confidence = np.repeat([0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95], 2)
    right = np.tile([1.0, 0.0], 10)
    assert metrics.calibration_error(confidence, right) == pytest.approx((0.45 + 0.35 + 0.25 + 0.15 + 0.05) * 2 / 10)
    assert metrics.calibration_error(np.array([0.0, 1.0]), np.array([0.0, 1.0])) == 0


def test_brier_by_hand() -> None:
    assert metrics.brier(np.array([0.8, 0.4]), np.array([1.0, 0.0])) == pytest.approx((0.04 + 0.16) / 2)


# Intervals.


def test_intervals_are_seeded_and_hold_the_value() -> None:
    values = [1.0] * 30 + [0.0] * 10
    figure = mean(values)
    assert (figure, figure.value, figure.n) == (mean(values), 0.75, 40)
    # The normal approximation, 0.75 ± 1.96 · sqrt(0.75 · 0.25 / 40).
    assert (figure.low, figure.high) == (pytest.approx(0.616, abs=0.03), pytest.approx(0.884, abs=0.03))
    assert mean([1, 1]) == Figure(1.0, 1.0, 1.0, 2)
    assert statistic(lambda a, _: float(a.mean()), values, values) == figure


def test_figures_over_nothing_are_none() -> None:
    for nothing in (mean([]), ratio([0], [0]), percentile([], 50), statistic(metrics.aurc, [], [])):
        assert nothing == Figure(None)
    assert statistic(metrics.auroc, [0.5, 0.6], [1, 1]) == Figure(None, n=2)


def test_ratio_and_percentile_by_hand() -> None:
    assert (ratio([1, 3], [2, 4]).value, ratio([1, 3], [2, 4]).n) == (4 / 6, 6)
    assert percentile([1, 2, 3, 4], 50).value == 2.5
    assert percentile([1, 2, 3, 4, 5], 95).value == pytest.approx(4.8)


# Reading a set.


def test_items_are_read_with_their_history(tiny: Path) -> None:
    rows = [{**QUESTIONS[0], "history": [["Hỏi gì?", "Đáp."]]}, *QUESTIONS[1:]]
    write_rows(tiny / "questions.jsonl", rows)
    items = read_items(tiny)
    assert [i.id for i in items] == ["q1", "q2", "q3"]
    assert items[0].history == (("Hỏi gì?", "Đáp."),)
    assert items[0].answers == (("12/3",), ("12", "tháng 3"))
    assert items[1].history == ()


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("{", "JSON"),
        ("[]", "JSON"),
        ({"question": "Ai?"}, "id"),
        ({**QUESTIONS[0], "answers": ["12/3"]}, "answers.0"),
        ({**QUESTIONS[0], "id": "new", "answers": []}, "answers"),
        ({**QUESTIONS[0], "id": "new", "answers": [[" "]]}, "answers"),
        ({**QUESTIONS[0], "id": "new", "question": " ? "}, "Câu hỏi trống"),
        ({**QUESTIONS[0], "id": "new", "evidence": [{"document": "rung", "quote": ""}]}, "quote"),
        (QUESTIONS[0], "dòng 1"),
    ],
)
def test_a_bad_line_is_named(tiny: Path, row: object, word: str) -> None:
    text = row if isinstance(row, str) else json.dumps(row)
    (tiny / "questions.jsonl").write_text(json.dumps(QUESTIONS[0]) + "\n\n" + text, "utf-8")
    with pytest.raises(BadInput) as raised:
        read_items(tiny)
    assert "Dòng 3 của “questions.jsonl”" in raised.value.line
    assert word in raised.value.line


def test_rows_become_files_under_title_and_date(tiny: Path) -> None:
    rung, bien = read_corpus(tiny)
    assert (rung.name, rung.path) == ("rung", "rung.txt")
    assert rung.content.decode().startswith(" date 2024-03-12 Hội nghị bảo vệ rừng\n\nNgày 12/3")
    assert bien.content.decode() == ROWS[1]["text"]


@pytest.mark.parametrize("wrong", [{"id": "a/b"}, {"id": ".."}, {"id": "rung"}, {"date": "12/3/2024"}, {"text": 5}])
def test_a_bad_document_is_named(tiny: Path, wrong: dict[str, object]) -> None:
    write_rows(tiny / "corpus.jsonl", [ROWS[0], {**ROWS[1], **wrong}])
    with pytest.raises(BadInput, match=r"Dòng 2 của “corpus\.jsonl”"):
        read_corpus(tiny)


def test_a_set_has_exactly_one_corpus(tiny: Path, tmp_path: Path) -> None:
    only_questions = tmp_path / "only"
    write_rows(only_questions / "questions.jsonl", QUESTIONS)
    assert len(corpus_of_set(only_questions, SEEDS)) == 5
    for folder, elsewhere in ((only_questions, None), (tiny, SEEDS)):
        with pytest.raises(BadInput, match="--corpus"):
            corpus_of_set(folder, elsewhere)
    (only_questions / "corpus").mkdir()
    (only_questions / "corpus" / "x.txt").write_text("Một câu.")
    assert [f.name for f in corpus_of_set(only_questions, None)] == ["x.txt"]


def test_a_sample_is_fixed_and_has_every_type() -> None:
    items = [Item(f"q{n}", "Ai?", n < 90, "rare" if n < 5 else "often", (("x",),)) for n in range(100)]
    chosen = sample(items, 20)
    assert chosen == sample(list(items), 20)
    assert [i.type for i in chosen].count("rare") == 1
    assert len(chosen) == 20
    assert list(chosen) == sorted(chosen, key=lambda i: int(i.id[1:]))
    assert set(chosen) <= set(sample(items, 60))
    assert sample(items, 200) == tuple(items)
    assert [i.type for i in sample(items, 1)] == ["often"]


# Judging and adding up.


def test_quotes_are_located_whatever_their_white_space() -> None:
    text = "Sáng 22/10,\n tại Mộc Châu. Sáng 22/10, tại nhà."
    assert [text[a:b] for a, b in locate(text, "Sáng 22/10, ta\u0323i")] == ["Sáng 22/10,\n tại", "Sáng 22/10, tại"]
    assert locate(text, "Sáng 23/10") == []


def row(name: str, *, refused: bool, answerable: bool, contains: bool = False, **changes: object) -> Measured:
    """A judged answer; whatever is not given is of no importance."""
    judged = {
        "f1": 0.0,
        "valid": (),
        "relevant": (),
        "supported": (),
        "retrieved": None,
        "missing": (),
    }
    confidence = float(changes.pop("confidence", 0.5))  # type: ignore[arg-type]
    answer = Answer(
        question="Ai?",
        standalone_question="Ai?",
        answer=REFUSAL if refused else "Bình.",
        short_answer=None if refused else ShortAnswer("Bình", "d", 0, 4),
        refused=refused,
        reason="no_evidence" if refused else None,
        extractive=True,
        claims=(),
        citations=(),
        related=(),
        correction=None,
        confidence=confidence,
        timings=Timings(0.1, 0.2, None, 0.3),
        model=ModelNames(None, "hash-64"),
    )
    item = Item(name, "Ai?", answerable, "who" if answerable else "near-miss", (("Bình",),) if answerable else ())
    found = Judged(contains=contains, **{**judged, **changes})  # type: ignore[arg-type]
    return Measured(item, answer, found, not refused, False, 2**20, {"score": 0.5})


def test_figures_by_hand() -> None:
    retrieved = Retrieved((False, True), 1, (True,), 0.25)
    rows = [
        row(
            "right",
            refused=False,
            answerable=True,
            contains=True,
            f1=1.0,
            valid=(True, True),
            relevant=(True, False),
            supported=(True,),
            confidence=0.9,
            retrieved=Retrieved((True,), 1, (False,), 0.0),
        ),
        row(
            "wrong", refused=False, answerable=True, f1=0.5, valid=(False,), relevant=(False,), supported=(False, True)
        ),
        row("missed", refused=True, answerable=True, retrieved=retrieved),
        row("known", refused=True, answerable=False),
        row("fooled", refused=False, answerable=False, valid=(True,), relevant=(False,), supported=(True,)),
    ]
    found = all_figures(rows, Indexed("key", {}, (), 3000, 2, 4.0, 2))
    values = {f"{group}.{name}": figure.value for group, figures in found.items() for name, figure in figures.items()}
    expected = {
        "retrieval.sentence_hit_1": 1 / 2,
        "retrieval.chunk_hit_1": 1 / 2,
        "retrieval.chunk_hit_5": 1,
        "retrieval.chunk_mrr_10": 3 / 4,
        "retrieval.chunk_ndcg_10": (1 + 1 / math.log2(3)) / 2,
        "answers.contains": 1 / 3,
        "answers.token_f1": 1.5 / 3,
        "answers.squad2_f1": 2.5 / 5,
        "answers.squad2_f1_always_refuse": 2 / 5,
        "answers.squad2_f1_never_refuse": 1.75 / 5,
        "citations.validity": 3 / 4,
        "citations.precision": 1 / 3,
        "citations.recall": 1 / 3,
        "citations.unsupported_shown": 1 / 4,
        "refusal.recall": 1 / 2,
        "refusal.false_refusals": 1 / 3,
        "refusal.wrong_and_confident": 2 / 5,
        "refusal.wrong_of_answered": 2 / 3,
        "confidence.right": 2 / 5,
        # The first of five is right; of the four tied ones one in four is right.
        "confidence.aurc": (0 + 0.75 / 2 + 1.5 / 3 + 2.25 / 4 + 3 / 5) / 5,
        "confidence.auroc": (3 + 3 / 2) / 6,
        # A bin for each: the first 0.9 and right, four of 0.5 that are right in one of four cases.
        "confidence.ece": (0.1 + 4 * 0.25) / 5,
        "confidence.brier": (0.01 + 4 * 0.25) / 5,
        "time.evidence_p50": 0.2,
        "time.first_token_p50": None,
        "machine.peak_memory_mib": 1,
        "machine.index_documents_per_s": 0.5,
        "machine.index_kchars_per_s": 0.75,
    }
    assert {path: values[path] for path in expected} == pytest.approx(expected)
    assert values.keys() == FIGURES.keys()
    assert found.keys() == GROUPS.keys()
    types = by_type(rows)
    assert list(types) == ["who", "near-miss"]
    assert types["near-miss"].keys() == TYPE_FIGURES.keys()
    assert (types["near-miss"]["refused"].value, types["near-miss"]["contains"].value) == (1 / 2, None)


# Kept drafts.


def events_of(llm: CachedLLM, text: str) -> list[Status | Token]:
    return list(llm.stream(Prompt("hệ thống", text), max_tokens=20))


@pytest.fixture
def cached(tmp_path: Path) -> Iterator[CachedLLM]:
    made = CachedLLM(ScriptedLLM(["một hai ba", "bốn"]), tmp_path / "drafts.sqlite", identity="v1")
    yield made
    made.close()


def test_a_kept_draft_looks_the_same(cached: CachedLLM) -> None:
    first = events_of(cached, "a")
    assert (cached.written, cached.replayed) == (1, None)
    assert events_of(cached, "a") == first
    assert cached.written == 1
    assert cached.replayed is not None
    assert events_of(cached, "b") != first


def test_a_draft_belongs_to_its_model_prompt_and_length(cached: CachedLLM, tmp_path: Path) -> None:
    events_of(cached, "a")
    list(cached.stream(Prompt("khác", "a"), max_tokens=20))
    list(cached.stream(Prompt("hệ thống", "a"), max_tokens=21))
    assert cached.written == 3
    other = CachedLLM(ScriptedLLM(["khác"]), tmp_path / "drafts.sqlite", identity="v2")
    assert events_of(other, "a")[1:] == [Token("khác")]
    other.close()


def test_a_stopped_draft_is_not_kept(tmp_path: Path) -> None:
    inner = ScriptedLLM(["một hai ba"])
    llm = CachedLLM(inner, tmp_path / "drafts.sqlite", identity=identity_of(inner))
    stream = llm.stream(Prompt("x", "y"), max_tokens=20)
    assert [next(stream), next(stream)] == [Status("read", 1.0), Token("một")]
    stream.close()
    assert (inner.closed, llm.written) == (1, 0)
    list(llm.stream(Prompt("x", "y"), max_tokens=20))
    assert len(inner.prompts) == 2
    llm.close()


def test_a_models_identity_follows_its_file(tmp_path: Path) -> None:
    model = ScriptedLLM(["x"])
    file = tmp_path / "m.gguf"
    file.write_bytes(b"GGUF")
    before = identity_of(model, file)
    file.write_bytes(b"GGUF2")
    assert identity_of(model, file) != before != identity_of(model)


# Whole runs.


def test_a_tiny_set_from_end_to_end(tiny: Path, tmp_path: Path, settings: Settings) -> None:
    out = tmp_path / "out"
    report = measured(job_of(tiny, out), settings)
    assert (report.questions, report.answerable, report.indexed.total) == (3, 2, 2)
    paths = report.paths
    assert paths["citations.validity"].value == 1
    assert paths["citations.unsupported_shown"].value == 0
    assert paths["retrieval.chunk_hit_10"].value == 1
    assert paths["types.when.contains"].value == 1
    assert paths["refusal.recall"].value == 1
    assert [(name, quote.quote) for name, quote in report.missing] == [("q2", "tại Đồ Sơn")]
    assert [line["id"] for line in lines_of(out)] == ["q1", "q2", "q3"]
    assert lines_of(out)[0]["model"] == {"llm": settings.llm, "encoder": "hash-64"}
    content = json.loads((out / "report.json").read_text("utf-8"))
    assert content["types"]["when"]["contains"]["value"] == 1
    text = (out / "report.md").read_text("utf-8")
    assert "| Chứa đáp án (câu trả lời được) |" in text
    assert "tại Đồ Sơn" in text
    for picture in ("risk-coverage.png", "reliability.png", "latency.png", "types.png"):
        assert picture in text
        drawn = (out / picture).read_bytes()
        assert drawn.startswith(b"\x89PNG")
        assert len(drawn) > 5000


def test_distractors_are_indexed_but_are_no_evidence(tiny: Path, tmp_path: Path, settings: Settings) -> None:
    report = measured(job_of(tiny, tmp_path / "out", mix=[SEEDS, tiny], extractive=True), settings)
    assert report.indexed.total == 7
    assert report.indexed.documents.keys() == {"rung", "bien"}
    assert report.model.llm is None


def without_times(out: Path) -> dict[str, object]:
    content = json.loads((out / "report.json").read_text("utf-8"))
    return {name: value for name, value in content.items() if name not in ("time", "machine", "kept_drafts")}


def test_a_second_run_asks_the_model_nothing_and_reports_the_same(
    tiny: Path, tmp_path: Path, settings: Settings
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    asked, silent = ScriptedLLM([DRAFT]), ScriptedLLM(["không được hỏi"])
    measured(job_of(tiny, first), settings, asked)
    report = measured(job_of(tiny, second), settings, silent)
    assert len(asked.prompts) > 0
    assert silent.prompts == []
    assert report.replayed == len(asked.prompts)
    assert without_times(first) == without_times(second)


def test_a_run_without_a_change_takes_over_everything(tiny: Path, tmp_path: Path, settings: Settings) -> None:
    out = tmp_path / "out"
    measured(job_of(tiny, out), settings)
    files = ("report.json", "report.md", "answers.jsonl", "types.png")
    before = [(out / name).read_bytes() for name in files]
    measured(job_of(tiny, out), settings, ScriptedLLM(["không được hỏi"]))
    assert [(out / name).read_bytes() for name in files] == before


def test_an_interrupted_run_goes_on_where_it_stopped(
    tiny: Path, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    asked: list[str] = []
    ask = runner.ask

    def stopped(library, question, *rest, **options):  # type: ignore[no-untyped-def]
        asked.append(question)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return ask(library, question, *rest, **options)

    monkeypatch.setattr(runner, "ask", stopped)
    with pytest.raises(KeyboardInterrupt):
        measured(job_of(tiny, out), settings)
    assert [line["id"] for line in lines_of(out)] == ["q1"]
    with (out / "answers.jsonl").open("a") as file:
        file.write('{"id": "q2", "ans')
    measured(job_of(tiny, out), settings)
    assert asked == [QUESTIONS[i]["question"] for i in (0, 1, 1, 2)]
    assert [line["id"] for line in lines_of(out)] == ["q1", "q2", "q3"]


def test_other_settings_or_another_question_are_measured_anew(tiny: Path, tmp_path: Path, settings: Settings) -> None:
    out = tmp_path / "out"
    measured(job_of(tiny, out, extractive=True), settings)
    before = lines_of(out)
    write_rows(tiny / "questions.jsonl", [QUESTIONS[0], {**QUESTIONS[1], "question": "Họp về biển tại đâu?"}])
    measured(job_of(tiny, out, extractive=True), settings)
    keys = [[line["evaluation"]["key"] for line in lines] for lines in (before, lines_of(out))]  # type: ignore[index]
    assert keys[0][0] == keys[1][0]
    assert keys[0][1] != keys[1][1]
    measured(job_of(tiny, out), settings)
    assert lines_of(out)[0]["evaluation"]["key"] != keys[0][0]  # type: ignore[index]


def test_what_results_depend_on_is_hashed() -> None:
    names = {path.stem for path in modules_behind(["rag.ingestion", "rag.indexes"])}
    assert {"ingestion", "indexes", "chunking", "sentences", "marking", "lexical", "plain", "encoder"} <= names
    assert not {"answer", "verify", "library"} & names
    assert len({of_answering(), of_indexing()}) == 2


# Thresholds and the command.


def test_thresholds_that_are_missed_are_named(tmp_path: Path) -> None:
    file = tmp_path / "nguong.toml"
    file.write_text("answers.contains = { min = 0.5 }\n[types.near-miss]\nrefused = { min = 0.1, max = 0.3 }\n")
    bounds = read_thresholds(file)
    figures = {"answers.contains": Figure(0.4), "types.near-miss.refused": Figure(0.35)}
    assert failures(bounds, figures) == [
        "answers.contains: 0.4 thấp hơn mức tối thiểu 0.5",
        "types.near-miss.refused: 0.35 cao hơn mức tối đa 0.3",
    ]
    assert failures(bounds, {path: Figure(None) for path in figures})[0].endswith("không có số liệu")
    assert failures(bounds, {"answers.contains": Figure(0.5), "types.near-miss.refused": Figure(0.3)}) == []
    with pytest.raises(BadInput, match=r"answers\.contains"):
        failures(bounds, {})


@pytest.mark.parametrize("text", ["", "answers = 1", "answers.contains = { min = 'x' }", "x = { min = true }", "= ="])
def test_thresholds_that_are_none_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "nguong.toml").write_text(text)
    with pytest.raises(BadInput):
        read_thresholds(tmp_path / "nguong.toml")


@pytest.mark.parametrize(("least", "code"), [(0.9, 1), (0.0, 0)])
def test_the_exit_code_follows_the_thresholds(
    tiny: Path, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, least: float, code: int
) -> None:
    def with_fakes(job: Job, given: Settings, *, watch: object) -> Report:
        return measured(replace(job, cache=tmp_path / "cache"), given)

    monkeypatch.setattr("rag.evaluation.run.evaluate", with_fakes)
    file = tmp_path / "nguong.json"
    file.write_text(json.dumps({"confidence": {"ece": {"min": least}}}))
    arguments = [str(tiny), "--out", str(tmp_path / "out"), "--thresholds", str(file)]
    result = CliRunner().invoke(eval_command, arguments, obj=settings, standalone_mode=False)
    assert result.return_value == code, result.output
    assert ("KHÔNG ĐẠT  confidence.ece" in result.stderr) == bool(code)
    assert str(tmp_path / "out" / "report.md") in result.stdout


def test_kept_answers_read_back_as_they_were() -> None:
    made = row("x", refused=False, answerable=True)
    line = json.loads(runner._as_line(made, "key"))
    assert TypeAdapter(Answer).validate_python(line) == made.answer
