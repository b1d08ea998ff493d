"""The reader: its fake by hand, its file, its spans, and the real weights."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
import pytest

from embeddings.encoder import HashEncoder, SentenceTransformerEncoder
from embeddings.reader import SPAN_TOKENS, WEIGHTS, AnswerSpan, FakeReader, Reading, SpanReader
from embeddings.span_network import SPLIT, header, load, save, tuned_names
from rag.settings import Settings

PASSAGE = (
    "Chiều 16/4, Đại tướng Phan Văn Giang làm việc với Ban Thường vụ Tỉnh ủy Lạng Sơn. Cuộc họp bàn về quốc phòng."
)


def reading(*scores: float) -> Reading:
    """Tokens of four characters and a space between; the same logits for beginning and end."""
    offsets = np.array([(5 * at, 5 * at + 4) for at in range(len(scores))], dtype=np.int64).reshape(-1, 2)
    logits = np.array(scores, dtype=np.float32)
    return Reading(0.0, offsets, logits, logits)


class TestBest:
    def test_within_the_sentence_asked_for(self) -> None:
        read = reading(1, 9, -1, 3, 2)
        assert read.best(0, 25) == AnswerSpan(5, 9, 18.0)
        assert read.best(10, 25) == AnswerSpan(15, 19, 6.0)

    def test_an_answer_never_ends_before_it_begins(self) -> None:
        read = Reading(0.0, reading(0, 0).offsets, np.array([0, 5], np.float32), np.array([4, 0], np.float32))
        assert read.best(0, 9) == AnswerSpan(5, 9, 5.0)

    def test_nor_is_it_longer_than_allowed(self) -> None:
        read = reading(*[5.0] + [0.0] * (SPAN_TOKENS - 1), 5.0)
        found = read.best(0, 10_000)
        assert found is not None
        assert (found.start, found.end) == (0, 4)

    def test_nothing_read_there(self) -> None:
        assert reading(1, 2).best(100, 200) is None
        assert reading().best(0, 10) is None


class TestFake:
    def test_by_hand(self) -> None:
        (read,) = FakeReader().read("Ai họp?", ["Họ họp ở Huế"])
        assert read.answerable == pytest.approx(-0.5)
        assert read.best(0, 12) == AnswerSpan(3, 6, 2.0)

    def test_empty(self) -> None:
        assert FakeReader().read("Ai?", []) == []
        assert FakeReader().read("Ai?", [""])[0].best(0, 1) is None


def test_the_file_gives_back_what_was_learned(tmp_path: Path) -> None:
    import torch

    generator = torch.Generator().manual_seed(0)
    base = {
        f"encoder.layer.{SPLIT}.output.dense.weight": torch.randn(4, 6, generator=generator),
        f"encoder.layer.{SPLIT}.output.dense.bias": torch.randn(4, generator=generator),
        f"encoder.layer.{SPLIT - 1}.output.dense.bias": torch.randn(4, generator=generator),
    }
    names = list(tuned_names(base))
    assert len(names) == 2
    learned = {name: base[name] + torch.randn(base[name].shape, generator=generator) * 0.01 for name in names}
    learned["head.bias"] = torch.tensor([0.5, -2.0, 0.0])
    save(tmp_path / "r.safetensors", learned, base, {"encoder": "x"})
    assert header(tmp_path / "r.safetensors") == {"encoder": "x"}
    restored = load(tmp_path / "r.safetensors", base)
    assert restored.keys() == learned.keys()
    for name, values in learned.items():
        assert torch.allclose(restored[name], values, atol=2e-4)
    assert [path.name for path in tmp_path.iterdir()] == ["r.safetensors"]


def test_no_reader_for_another_encoder() -> None:
    assert SpanReader.of(HashEncoder()) is None


@pytest.mark.models
class TestReal:
    @pytest.fixture(scope="class")
    def real(self) -> SpanReader:
        encoder = SentenceTransformerEncoder(Settings().models / "multilingual-e5-small", threads=1)
        found = SpanReader.of(encoder)
        assert found is not None, "the weights were trained on another encoder"
        return found

    def test_the_answer_and_what_is_none(self, real: SpanReader) -> None:
        question = "Đại tướng Phan Văn Giang làm việc với Ban Thường vụ Tỉnh ủy Lạng Sơn khi nào?"
        read, other = real.read(question, [PASSAGE, "Đội bóng thắng trận ở sân Vinh trước nhiều khán giả."])
        found = read.best(0, len(PASSAGE))
        assert found is not None
        assert "16/4" in PASSAGE[found.start : found.end]
        assert read.answerable > other.answerable

    def test_the_batch_does_not_matter(self, real: SpanReader) -> None:
        passages = [PASSAGE, "Ngắn.", "Một câu dài. " * 200, "</s> <mask>", "", PASSAGE]
        together = real.read("Ai làm việc với Tỉnh ủy Lạng Sơn?", passages)
        assert len(together) == len(passages)
        for passage, read in zip(passages, together, strict=True):
            (alone,) = real.read("Ai làm việc với Tỉnh ủy Lạng Sơn?", [passage])
            assert read.answerable == pytest.approx(alone.answerable, abs=1e-3)
            assert read.starts == pytest.approx(alone.starts, abs=1e-3)
            assert all(0 <= start < end <= len(passage) for start, end in read.offsets)
        assert together[0] == together[-1]

    def test_decomposed_text_keeps_its_offsets(self, real: SpanReader) -> None:
        loose = unicodedata.normalize("NFD", PASSAGE)
        composed, decomposed = real.read("Ai làm việc với Tỉnh ủy?", [PASSAGE, loose])
        one, two = composed.best(0, len(PASSAGE)), decomposed.best(0, len(loose))
        assert one is not None
        assert two is not None
        assert unicodedata.normalize("NFC", loose[two.start : two.end]) == PASSAGE[one.start : one.end]

    def test_the_weights_say_where_they_come_from(self) -> None:
        about = header(WEIGHTS)
        assert about["data_licence"].startswith("MIT")
        assert about["command"].startswith("python -m bench.train_reader")
        assert WEIGHTS.stat().st_size < 12_000_000
