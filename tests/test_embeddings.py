"""Encoders and vector indexes: one contract for the fake and the real, and oracles for both."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.encoder import (
    Encoder,
    HashEncoder,
    PassageText,
    SentenceTransformerEncoder,
    pool_spans,
    prepare,
    unit_rows,
)
from embeddings.index import CorruptedIndex, ExactIndex, FaissIndex, GrowingIndex, VectorIndex
from embeddings.onnx_encoder import OnnxEncoder
from rag.settings import Settings

SPECIAL = re.compile(r"<s>|</s>|<mask>|<pad>|<unk>")
TEXTS = [
    "Chiều 16/4, HĐND tỉnh Nghệ An tổ chức kỳ họp. Tăng trưởng đạt 7,36%.",
    "",
    "Đ/c Nguyễn Đức Trung dự. <mask> </s> Hết.",
    "Một câu ngắn. " * 300,
    "😀 日本語. x",
]


def passage(text: str) -> PassageText:
    return PassageText(text, tuple((found.start(), found.end()) for found in re.finditer(r"[^.]+\.?", text)))


@pytest.fixture(scope="module")
def real() -> SentenceTransformerEncoder:
    folder = Settings().models / "multilingual-e5-small"
    assert folder.is_dir(), "the real encoder is not there: run `hoidap models pull` first"
    return SentenceTransformerEncoder(folder, threads=1)


@pytest.fixture(scope="module")
def quick() -> OnnxEncoder:
    return OnnxEncoder(Settings().models / "multilingual-e5-small", threads=2)


@pytest.fixture(params=["hash", *(pytest.param(name, marks=pytest.mark.models) for name in ("real", "quick"))])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return HashEncoder() if request.param == "hash" else request.getfixturevalue(request.param)


class TestEveryEncoder:
    def test_shapes_and_lengths(self, encoder: Encoder) -> None:
        passages = [passage(text) for text in TEXTS]
        found = encoder.encode_passages(passages)
        assert len(found) == len(passages)
        for given_passage, vectors in zip(passages, found, strict=True):
            assert vectors.passage.shape == (encoder.dimension,)
            assert vectors.spans.shape == (len(given_passage.spans), encoder.dimension)
            assert vectors.passage.dtype == vectors.spans.dtype == np.float32
            lengths = np.linalg.norm([vectors.passage, *vectors.spans], axis=1)
            assert lengths == pytest.approx(np.ones(len(lengths)), abs=1e-5)

    def test_query_is_one_unit_vector(self, encoder: Encoder) -> None:
        vector = encoder.encode_query("Ai chủ trì cuộc họp?")
        assert vector.shape == (encoder.dimension,)
        assert vector.dtype == np.float32
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)

    def test_nothing_gives_nothing(self, encoder: Encoder) -> None:
        assert encoder.encode_passages([]) == []

    def test_the_batch_does_not_matter(self, encoder: Encoder) -> None:
        together = encoder.encode_passages([passage(text) for text in TEXTS[:3]])
        for text, vectors in zip(TEXTS[:3], together, strict=True):
            (alone,) = encoder.encode_passages([passage(text)])
            assert vectors.passage == pytest.approx(alone.passage, abs=1e-5)
            assert vectors.spans == pytest.approx(alone.spans, abs=1e-5)

    def test_the_fitting_passage_is_nearest(self, encoder: Encoder) -> None:
        texts = [
            "Tăng trưởng kinh tế đạt 7,36%.",
            "Đội bóng thắng trận ở sân Vinh.",
            "Trời mưa to ở miền núi.",
        ]
        vectors = encoder.encode_passages([passage(text) for text in texts])
        query = encoder.encode_query("kinh tế tăng trưởng bao nhiêu?")
        assert np.argmax([query @ each.passage for each in vectors]) == 0
        assert np.argmax([query @ each.spans[0] for each in vectors]) == 0

    def test_has_a_fingerprint_and_a_name(self, encoder: Encoder) -> None:
        assert encoder.fingerprint
        assert encoder.name


class TestHashEncoder:
    def test_by_hand(self) -> None:
        places = np.zeros(64, dtype=np.float32)
        for syllable in ("hop", "hdnd", "hop"):
            digest = hashlib.blake2b(syllable.encode()).digest()
            places[int.from_bytes(digest[:8], "little") % 64] += -1 if digest[8] & 1 else 1
        expected = places / np.linalg.norm(places)
        assert HashEncoder().encode_query("Họp HĐND, hợp!") == pytest.approx(expected)

    def test_tone_marks_and_composition_do_not_matter(self) -> None:
        encoder = HashEncoder()
        expected = encoder.encode_query("dai hoi dang")
        for text in ("Đại hội Đảng", unicodedata.normalize("NFD", "đại hội đảng")):
            assert np.array_equal(encoder.encode_query(text), expected)

    def test_a_span_is_its_own_text(self) -> None:
        text = "Một hai. Ba bốn."
        (vectors,) = HashEncoder(16).encode_passages([PassageText(text, ((0, 8), (9, 16)))])
        assert np.array_equal(vectors.spans[1], HashEncoder(16).encode_query("Ba bốn"))


class TestSpans:
    def test_pooling_by_hand(self) -> None:
        states = np.array([[9, 9], [1, 0], [0, 1], [0, 3], [9, 9]], dtype=np.float32)
        offsets = np.array([[0, 0], [0, 3], [3, 5], [5, 8], [0, 0]])
        whole = np.array([0.6, 0.8], dtype=np.float32)
        found = pool_spans(whole, states, offsets=offsets, spans=((0, 5), (5, 8), (20, 30)))
        half = np.sqrt(0.5)
        assert found == pytest.approx(np.array([[half, half], [0, 1], [0.6, 0.8]]))

    def test_a_zero_row_becomes_the_first_axis(self) -> None:
        assert unit_rows(np.zeros((1, 3), dtype=np.float32)).tolist() == [[1, 0, 0]]

    @given(st.text(), st.sampled_from(["<s>", "</s>", "<mask>", "<pad>", "<unk>"]), st.text())
    def test_own_tokens_lose_their_meaning_and_nothing_moves(self, head: str, token: str, tail: str) -> None:
        text = unicodedata.normalize("NFC", head + token + tail)
        ready = prepare(PassageText(text, ((0, len(text)),)), SPECIAL)
        assert len(ready.text) == len(text)
        assert SPECIAL.search(ready.text) is None
        assert ready.spans == ((0, len(text)),)

    def test_spans_move_with_nfc(self) -> None:
        text = unicodedata.normalize("NFD", "Họp đại hội. Đã bế mạc.")
        cut = text.index(".") + 1
        ready = prepare(PassageText(text, ((0, cut), (cut + 1, len(text)))), SPECIAL)
        pieces = [ready.text[start:end] for start, end in ready.spans]
        assert pieces == ["Họp đại hội.", "Đã bế mạc."]


@pytest.mark.models
class TestRealEncoder:
    def test_equals_sentence_transformers(self, real: SentenceTransformerEncoder) -> None:
        from sentence_transformers import SentenceTransformer

        folder = Settings().models / "multilingual-e5-small"
        plain = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        texts = [TEXTS[0], TEXTS[3], "Một câu."]
        expected = plain.encode(texts, prompt_name="passage")
        found = real.encode_passages([passage(text) for text in texts])
        assert np.array([each.passage for each in found]) == pytest.approx(expected, abs=1e-5)
        question = "Ai chủ trì?"
        assert real.encode_query(question) == pytest.approx(plain.encode(question, prompt_name="query"), abs=1e-5)

    def test_sentences_are_the_mean_of_their_tokens(self, real: SentenceTransformerEncoder) -> None:
        from sentence_transformers import SentenceTransformer

        text = "Kỳ họp khai mạc. Tăng trưởng đạt 7,36%."
        (found,) = real.encode_passages([PassageText(text, ((0, 16), (17, len(text))))])
        plain = SentenceTransformer(str(Settings().models / "multilingual-e5-small"), device="cpu")
        states = np.asarray(plain.encode("passage: " + text, output_value="token_embeddings"))
        first = len(plain.tokenizer("passage: Kỳ họp khai mạc.", add_special_tokens=False)["input_ids"])
        prefix = len(plain.tokenizer("passage:", add_special_tokens=False)["input_ids"])
        expected = unit_rows(np.array([states[1 + prefix : 1 + first].mean(0), states[1 + first : -1].mean(0)]))
        assert found.spans == pytest.approx(expected, abs=1e-5)

    def test_beyond_the_cut_the_passage_stands_in(self, real: SentenceTransformerEncoder) -> None:
        (found,) = real.encode_passages([passage(TEXTS[3])])
        assert np.allclose(found.spans[-1], found.passage, atol=1e-5)
        assert not np.allclose(found.spans[0], found.passage, atol=1e-3)

    def test_threads_may_share_it(self, real: SentenceTransformerEncoder) -> None:
        questions = [f"Câu hỏi {'dài ' * at}?" for at in range(8)]
        expected = [real.encode_query(question) for question in questions]
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(real.encode_query, questions))
        assert np.array(found) == pytest.approx(np.array(expected), abs=1e-5)


class TestFolder:
    def test_nothing_is_loaded_at_construction(self) -> None:
        code = (
            "import sys; from pathlib import Path; from embeddings.encoder import SentenceTransformerEncoder;"
            "SentenceTransformerEncoder(Path('none')); import embeddings.index;"
            "sys.exit(any(name in sys.modules for name in ('torch', 'sentence_transformers', 'faiss')))"
        )
        root = Path(__file__).parent.parent
        assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0

    def test_a_missing_folder_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError, match="no encoder folder"):
            SentenceTransformerEncoder(tmp_path / "none").encode_query("x")

    def test_a_config_without_size_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "config.json").write_text("{}")
        with pytest.raises(ValueError, match="hidden_size"):
            _ = SentenceTransformerEncoder(tmp_path).dimension

    def test_the_fingerprint_follows_the_weights(self, tmp_path: Path) -> None:
        weights = tmp_path / "model.safetensors"
        weights.write_bytes(b"one")
        first = SentenceTransformerEncoder(tmp_path).fingerprint
        assert SentenceTransformerEncoder(tmp_path).fingerprint == first
        weights.write_bytes(b"two")
        assert SentenceTransformerEncoder(tmp_path).fingerprint != first


def rows(count: int, *, dimension: int = 8, seed: int = 0) -> np.ndarray[Any, np.dtype[np.float32]]:
    return unit_rows(np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32))


def numbers(*ids: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.array(ids, dtype=np.int64)


@pytest.mark.parametrize("kind", [ExactIndex, FaissIndex, GrowingIndex])
class TestEveryIndex:
    def test_starts_empty(self, kind: type[ExactIndex]) -> None:
        index = kind(8)
        assert (index.count, index.dimension) == (0, 8)
        assert index.search(rows(1)[0], 5) == []

    def test_finds_best_first(self, kind: type[ExactIndex]) -> None:
        index, vectors = kind(8), rows(50)
        index.add(np.arange(100, 150, dtype=np.int64), vectors)
        found = index.search(vectors[7], 50)
        assert found[0].id == 107
        assert found[0].score == pytest.approx(1, abs=1e-3)
        assert all(one.score >= two.score for one, two in pairwise(found))
        assert len({each.id for each in found}) == 50

    def test_equals_brute_force(self, kind: type[ExactIndex]) -> None:
        index, vectors = kind(32), rows(400, dimension=32)
        ids = np.random.default_rng(1).permutation(10_000)[:400].astype(np.int64)
        index.add(ids, vectors)
        for query in rows(20, dimension=32, seed=2):
            scores = vectors @ query
            expected = dict(zip(ids.tolist(), scores.tolist(), strict=True))
            found = index.search(query, 10)
            assert [each.score for each in found] == pytest.approx(sorted(scores, reverse=True)[:10], abs=1e-3)
            assert all(each.score == pytest.approx(expected[each.id], abs=1e-3) for each in found)

    def test_among_some_rows_equals_brute_force_over_them(self, kind: type[ExactIndex]) -> None:
        index, vectors = kind(32), rows(400, dimension=32)
        ids = np.random.default_rng(1).permutation(10_000)[:400].astype(np.int64)
        index.add(ids, vectors)
        chosen = np.sort(ids[::7])
        for query in rows(20, dimension=32, seed=2):
            expected = {int(i): float(s) for i, s in zip(ids, vectors @ query, strict=True) if i in chosen}
            found = index.search(query, 100, chosen)
            assert {n.id: n.score for n in found} == pytest.approx(expected, abs=1e-3)
            best = sorted(expected.values(), reverse=True)[:5]
            assert [n.score for n in index.search(query, 5, chosen)] == pytest.approx(best, abs=1e-3)
        assert index.search(vectors[0], 5, numbers()) == index.search(vectors[0], 5, numbers(10_001)) == []

    def test_a_known_id_is_replaced(self, kind: type[ExactIndex]) -> None:
        index, vectors = kind(8), rows(3)
        index.add(numbers(1, 2), vectors[:2])
        index.add(numbers(2, 3), vectors[[2, 0]])
        assert index.count == 3
        assert index.search(vectors[2], 1)[0].id == 2
        assert {each.id for each in index.search(vectors[0], 2)} == {1, 3}

    def test_unknown_ids_are_no_harm(self, kind: type[ExactIndex]) -> None:
        index = kind(8)
        index.remove(numbers(5))
        index.add(numbers(1), rows(1))
        index.remove(numbers(5, 6))
        index.remove(numbers())
        assert index.count == 1

    def test_more_than_there_is(self, kind: type[ExactIndex]) -> None:
        index = kind(8)
        index.add(numbers(4), rows(1))
        assert [each.id for each in index.search(rows(1)[0], 100)] == [4]
        assert index.search(rows(1)[0], 0) == []

    @pytest.mark.parametrize(
        ("ids", "vectors"),
        [
            (numbers(1), rows(2)),
            (numbers(1), rows(1, dimension=9)),
            (numbers(1, 1), rows(2)),
            (np.array([1.0]), rows(1)),
            (numbers(1), rows(1).astype(np.float64)),
        ],
    )
    def test_wrong_shapes_are_refused(self, kind: type[ExactIndex], ids: Any, vectors: Any) -> None:
        with pytest.raises(ValueError, match=r"must be|twice"):
            kind(8).add(ids, vectors)

    def test_a_wrong_query_is_refused(self, kind: type[ExactIndex]) -> None:
        with pytest.raises(ValueError, match="must be"):
            kind(8).search(np.zeros(9, dtype=np.float32), 1)

    def test_survives_the_disk(self, kind: type[ExactIndex], tmp_path: Path) -> None:
        index, vectors = kind(8), rows(20)
        index.add(np.arange(20, dtype=np.int64), vectors)
        index.save(tmp_path / "chỉ mục")
        index.remove(numbers(3))
        index.save(tmp_path / "chỉ mục")
        loaded = kind.load(tmp_path / "chỉ mục")
        assert (loaded.count, loaded.dimension) == (19, 8)
        assert loaded.search(vectors[5], 4) == index.search(vectors[5], 4)
        loaded.remove(numbers(5))
        loaded.add(numbers(77), vectors[[5]])
        assert loaded.search(vectors[5], 1)[0].id == 77
        assert [path.name for path in tmp_path.iterdir()] == ["chỉ mục"]

    def test_an_empty_index_survives_too(self, kind: type[ExactIndex], tmp_path: Path) -> None:
        kind(8).save(tmp_path / "index")
        assert kind.load(tmp_path / "index").count == 0

    def test_every_flipped_byte_is_found(self, kind: type[ExactIndex], tmp_path: Path) -> None:
        path = tmp_path / "index"
        index = kind(8)
        index.add(numbers(1, 2), rows(2))
        index.save(path)
        whole = path.read_bytes()
        for at in range(len(whole)):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
            with pytest.raises(CorruptedIndex):
                kind.load(path)
        for kept in (0, 1, 31, 32, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:kept])
            with pytest.raises(CorruptedIndex):
                kind.load(path)

    def test_a_missing_file_is_an_os_error(self, kind: type[ExactIndex], tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            kind.load(tmp_path / "none")

    def test_a_failed_write_keeps_the_old_file(
        self, kind: type[ExactIndex], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        index = kind(8)
        index.add(numbers(1), rows(1))
        index.save(tmp_path / "index")
        index.add(numbers(2), rows(1))

        def full(descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("embeddings.checksum.os.fsync", full)
        with pytest.raises(OSError, match="No space left"):
            index.save(tmp_path / "index")
        assert kind.load(tmp_path / "index").count == 1


STEPS = st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 12), min_size=1, max_size=5)), max_size=12)


@settings(deadline=None)
@given(STEPS)
def test_faiss_follows_the_exact_index(steps: list[tuple[bool, set[int]]]) -> None:
    indexes: list[VectorIndex] = [ExactIndex(8), FaissIndex(8)]
    vectors = rows(13, seed=3)
    for adds, chosen in steps:
        ids = numbers(*sorted(chosen))
        for index in indexes:
            if adds:
                index.add(ids, vectors[ids])
            else:
                index.remove(ids)
        exact, faiss = (index.search(vectors[0], 20) for index in indexes)
        assert {each.id for each in exact} == {each.id for each in faiss}
        assert [each.score for each in exact] == pytest.approx([each.score for each in faiss], abs=1e-3)
