"""The export of an encoder: the same ids, nearly the same vectors, and nothing that is damaged or foreign is used."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_e5_pack import tiny_pack

from embeddings.e5_convert import convert
from embeddings.encoder import PassageText, SentenceTransformerEncoder, prepare, special_tokens
from embeddings.engines import open_encoder
from embeddings.export_files import FOLDER, LAYERS, MANIFEST, PIECES, NotUsable, exported
from embeddings.inputs import Inputs
from embeddings.marks import read_object
from embeddings.onnx_encoder import OnnxEncoder
from embeddings.onnx_export import export
from embeddings.onnx_graph import LARGEST, quantise, shape_of
from embeddings.piece_source import pieces_of
from embeddings.pieces import Pieces
from embeddings.smoothing import _factors, factors_of
from embeddings.weights import Rows, open_weights
from rag.errors import ModelCorrupted
from rag.models import find, locate, pull, statuses, verify
from rag.models import quick as quick_form
from rag.models.marks import mark
from rag.sentences import split_sentences
from rag.settings import Settings

ROOT = Path(__file__).parent.parent
ODD = ["", " ", "…½ﬁ²\u3000x", "a▁b", "▁▁x", "\x1fa b", "😀😀 日本語 x", "tiếng\xa0Việt", "ữ" * 60, "\u200b", "A\u0301"]


def real_folder() -> Path:
    return locate("multilingual-e5-small", kind="encoder", folder=Settings().models)


@pytest.fixture(scope="module")
def quick() -> OnnxEncoder:
    return OnnxEncoder(real_folder(), threads=2)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A whole encoder of one layer, 32 wide, with its export."""
    pack = tmp_path / "tiny.bin"
    pack.write_bytes(tiny_pack())
    convert(pack, tmp_path / "tiny")
    export(tmp_path / "tiny")
    return tmp_path / "tiny"


def articles() -> list[str]:
    return [unicodedata.normalize("NFC", path.read_text("utf-8")) for path in sorted((ROOT / "seeds").glob("*.txt"))]


class TestQuantising:
    @given(st.lists(st.lists(st.floats(-10, 10, width=32), min_size=3, max_size=3), min_size=1, max_size=5))
    def test_is_off_by_half_a_step_at_most(self, rows: list[list[float]]) -> None:
        weights = np.array(rows, dtype=np.float32)
        quantised, scales = quantise(weights)
        assert np.abs(quantised).max() <= LARGEST
        assert np.all(np.abs(quantised * scales[:, None] - weights) <= scales[:, None] * 0.51)

    def test_the_largest_sum_of_a_pair_fits_sixteen_bits(self) -> None:
        assert 2 * 255 * LARGEST < 2**15


class TestWeights:
    def test_rows_are_those_of_the_table(self, tiny: Path) -> None:
        weights = open_weights(tiny / "model.safetensors")
        table = weights.tensor("embeddings.word_embeddings.weight")
        rows = Rows(weights, "embeddings.word_embeddings.weight")
        ids = [5, 0, len(table) - 1, 5]
        assert np.array_equal(rows.take(ids), table[ids])
        assert rows.take([]).shape == (0, table.shape[1])
        for beyond in ([-1], [len(table)]):
            with pytest.raises(ValueError, match="rows"):
                rows.take(beyond)

    def test_no_safetensors_file_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "x").write_bytes(b"\xff" * 100)
        with pytest.raises(ValueError, match="no safetensors"):
            open_weights(tmp_path / "x")


class TestPieces:
    @given(st.text(alphabet="xinchào ▁ABＡ\u200b\x01 xinchào\t…", max_size=30))
    def test_tiny_ids_equal_the_tokenizer(self, text: str) -> None:
        from tokenizers import Tokenizer

        content = tiny_tokenizer()
        text = unicodedata.normalize("NFC", text)
        expected = Tokenizer.from_str(json.dumps(content)).encode(text)
        found = pieces_of(content).tokens(text, most=1000)
        if "▁" in text:
            assert found is None
        else:
            assert found == (expected.ids, [end for _, end in expected.offsets])

    def test_a_long_text_is_cut_between_its_ends(self, tiny: Path) -> None:
        pieces = Pieces.load(tiny / FOLDER / PIECES)
        whole, cut = (pieces.tokens("xin chào " * 5, most=most) for most in (1000, 6))
        assert whole is not None
        assert cut == ([*whole.ids[:5], whole.ids[-1]], [*whole.ends[:5], 0])

    @pytest.mark.parametrize("text", ["a▁b", "x" * 4000, "ᄒ\u1161\uffa1ᅡ ﾊﾞ"])
    def test_what_only_the_tokenizer_can_tell(self, tiny: Path, text: str) -> None:
        assert Pieces.load(tiny / FOLDER / PIECES).tokens(text, most=100) is None
        (found,) = OnnxEncoder(tiny).encode_passages([PassageText(text, ((0, 1),))])
        assert found.spans.shape == (1, 32)

    @pytest.mark.parametrize("part", ["normalizer", "pre_tokenizer", "post_processor", "model"])
    def test_an_unknown_step_is_refused(self, part: str) -> None:
        content = tiny_tokenizer() | {part: {"type": "Other"}}
        with pytest.raises(ValueError, match="no "):
            pieces_of(content)

    @pytest.mark.models
    def test_real_ids_equal_the_tokenizer(self, quick: OnnxEncoder) -> None:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(real_folder() / "tokenizer.json"))
        pieces = Pieces.load(real_folder() / FOLDER / PIECES)
        special = special_tokens(read_object(real_folder() / "special_tokens_map.json"))
        lines = [line for text in articles() for line in text.splitlines()]
        left = 0
        for text in [*ODD, *articles(), *(line.lower() for line in lines), *(line.upper() for line in lines)]:
            ready = "query: " + prepare(PassageText(text, ()), special).text
            expected, found = tokenizer.encode(ready), pieces.tokens(ready, most=100_000)
            left += found is None
            assert found is None or found == (expected.ids, [end for _, end in expected.offsets]), text
        assert left == 0


def tiny_tokenizer() -> dict[str, object]:
    import tempfile

    from embeddings.e5_convert import tokenizer_config
    from embeddings.e5_pack import read_pack

    with tempfile.NamedTemporaryFile() as file:
        file.write(tiny_pack())
        file.flush()
        return tokenizer_config(read_pack(Path(file.name)))


class TestExport:
    def test_carries_the_fingerprint_of_the_folder_and_does_not_change_it(self, tiny: Path) -> None:
        assert exported(tiny).fingerprint == SentenceTransformerEncoder(tiny).fingerprint
        assert OnnxEncoder(tiny).fingerprint == SentenceTransformerEncoder(tiny).fingerprint

    def test_no_unchanged_file_is_read_for_it(self, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("embeddings.marks.mark_file", lambda *_: pytest.fail("read"))
        assert exported(tiny).fingerprint

    @pytest.mark.parametrize("name", [LAYERS, PIECES])
    def test_a_damaged_file_is_not_used(self, tiny: Path, name: str) -> None:
        path = tiny / FOLDER / name
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        with pytest.raises(NotUsable, match=name):
            exported(tiny)
        assert isinstance(open_encoder(tiny), SentenceTransformerEncoder)

    @pytest.mark.parametrize("name", [LAYERS, PIECES, MANIFEST])
    def test_a_missing_file_is_not_used(self, tiny: Path, name: str) -> None:
        (tiny / FOLDER / name).unlink()
        assert isinstance(open_encoder(tiny), SentenceTransformerEncoder)

    @pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 0}', '{"format": 1, "sources": 3}'])
    def test_a_manifest_that_is_none_is_not_used(self, tiny: Path, text: str) -> None:
        (tiny / FOLDER / MANIFEST).write_text(text)
        with pytest.raises(NotUsable):
            exported(tiny)

    def test_of_other_weights_is_not_used(self, tiny: Path) -> None:
        weights = tiny / "model.safetensors"
        content = bytearray(weights.read_bytes())
        content[-5] ^= 1
        weights.write_bytes(content)
        with pytest.raises(NotUsable, match=r"model\.safetensors"):
            exported(tiny)

    def test_a_file_that_came_to_the_folder_makes_it_another(self, tiny: Path) -> None:
        (tiny / "added.json").write_text("{}")
        with pytest.raises(NotUsable, match="other files"):
            exported(tiny)

    def test_a_copy_with_other_times_is_as_good(self, tiny: Path) -> None:
        for path in tiny.rglob("*"):
            os.utime(path, ns=(1, 1))
        assert isinstance(open_encoder(tiny), OnnxEncoder)

    def test_another_build_of_encoder_has_none(self, tiny: Path) -> None:
        config = json.loads((tiny / "config.json").read_text())
        (tiny / "config.json").write_text(json.dumps(config | {"hidden_act": "relu"}))
        with pytest.raises(ValueError, match="gelu"):
            export(tiny)
        (tiny / "config.json").write_text(json.dumps(config))
        (tiny / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}')
        with pytest.raises(ValueError, match="mean"):
            export(tiny)

    def test_a_layer_that_cannot_be_run_leaves_the_export_aside(self, tiny: Path) -> None:
        from embeddings.marks import mark_file

        (tiny / FOLDER / LAYERS).write_bytes(b"no model")
        manifest = json.loads((tiny / FOLDER / MANIFEST).read_text())
        mark = mark_file(tiny / FOLDER / LAYERS, tiny)
        manifest["files"][0] |= {"size": mark.size, "mtime_ns": mark.mtime_ns, "sha256": mark.sha256}
        (tiny / FOLDER / MANIFEST).write_text(json.dumps(manifest))
        assert isinstance(open_encoder(tiny), SentenceTransformerEncoder)


class TestEvening:
    @pytest.mark.models
    def test_every_layer_has_factors_around_one(self) -> None:
        weights = open_weights(real_folder() / "model.safetensors")
        shape = shape_of(read_object(real_folder() / "config.json"))
        factors = factors_of(weights, shape, [Inputs(weights).of([0, 6, 2, 77_777, 1_000, 2])])
        assert len(factors) == 4 * shape.layers
        for layer, values in factors.items():
            assert np.all(values > 0) and np.isclose(np.log(values).mean(), 0, atol=1e-4), layer

    def test_a_large_channel_gives_way_and_a_small_one_is_left(self) -> None:
        largest = np.array([0.001, 1, 1, 1, 100], dtype=np.float32)
        found = _factors(largest, np.ones(5, dtype=np.float32))
        assert found[4] > 5 * found[1]
        assert found[0] == found[1], "what is small here may be large elsewhere"


class TestTiny:
    def test_without_known_words_nothing_is_evened_out(self, tiny: Path) -> None:
        weights = open_weights(tiny / "model.safetensors")
        factors = factors_of(weights, shape_of(read_object(tiny / "config.json")), [])
        assert all(np.all(values == 1) for values in factors.values()) and factors

    def test_vectors_are_near_those_of_torch(self, tiny: Path) -> None:
        passages = [PassageText("xin chào xin", ((0, 3), (4, 12))), PassageText("chào", ((0, 4),)), PassageText("", ())]
        for one, other in zip(
            OnnxEncoder(tiny).encode_passages(passages),
            SentenceTransformerEncoder(tiny, threads=1).encode_passages(passages),
            strict=True,
        ):
            assert one.passage @ other.passage > 0.99
            assert np.all((one.spans * other.spans).sum(axis=1) > 0.99)

    def test_a_text_is_cut_where_torch_cuts_it(self, tiny: Path) -> None:
        (found,) = OnnxEncoder(tiny).encode_passages([PassageText("xin chào " * 20, ((0, 3), (170, 173)))])
        assert np.allclose(found.spans[1], found.passage, atol=1e-5)
        assert not np.allclose(found.spans[0], found.passage, atol=1e-3)


@pytest.mark.models
class TestAgreement:
    def test_with_sentence_transformers(self, quick: OnnxEncoder) -> None:
        exact = SentenceTransformerEncoder(real_folder(), threads=2)
        assert quick.fingerprint == exact.fingerprint
        passages = [
            PassageText(part, tuple(split_sentences(part, 0, len(part))))
            for text in articles()
            for part in [text[start : start + 900] for start in range(0, min(len(text), 3600), 900)]
        ]
        found, expected = quick.encode_passages(passages), exact.encode_passages(passages)
        assert min(float(a.passage @ b.passage) for a, b in zip(found, expected, strict=True)) > 0.997
        spans = [
            float(x @ y) for a, b in zip(found, expected, strict=True) for x, y in zip(a.spans, b.spans, strict=True)
        ]
        assert np.mean(spans) > 0.997
        assert min(spans) > 0.99
        for question in ("Ai chủ trì hội nghị ngày 30/7?", "tang truong bao nhieu phan tram", "Họp ở đâu?"):
            assert float(quick.encode_query(question) @ exact.encode_query(question)) > 0.997

    def test_the_order_given_is_kept_and_neighbours_do_not_matter(self, quick: OnnxEncoder) -> None:
        passages = [PassageText(text[:length], ((0, 40),)) for text in articles() for length in (60, 700, 200)]
        for passage, vectors in zip(passages, quick.encode_passages(passages), strict=True):
            (alone,) = quick.encode_passages([passage])
            assert np.array_equal(vectors.passage, alone.passage)
            assert np.array_equal(vectors.spans, alone.spans)


HEAVY = (
    "torch",
    "transformers",
    "sentence_transformers",
    "gradio",
    "tokenizers",
    "sklearn",
    "scipy",
    "matplotlib",
    "rich",
)
CPU_SECONDS = 2.5
"""Of a whole process on a busy machine; on a quiet one it takes less than half."""


@pytest.mark.models
def test_a_cold_question_imports_nothing_heavy_and_is_answered_soon(tmp_path: Path) -> None:
    from rag.ingestion import ingest
    from rag.library import Library

    with Library.open(Settings(data=tmp_path / "data")) as library:
        assert [step.outcome for step in ingest(library, [ROOT / "seeds"])] == ["added"] * 5
        library.indexes.refresh()
    code = (
        "import atexit, os, sys\n"
        "from rag.cli import main\n"
        f"heavy = {HEAVY!r}\n"
        "atexit.register(lambda: print(*sorted(set(sys.modules) & set(heavy)), sum(os.times()[:2]), file=sys.stderr))\n"
        f"sys.argv[1:] = ['--data', {str(tmp_path / 'data')!r}, 'ask', '--extractive', 'Ai chủ trì hội nghị 30/7?']\n"
        "main()\n"
    )
    runs = []
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        assert "chủ trì" in done.stdout
        *imported, seconds = done.stderr.split()
        assert imported == []
        runs.append(float(seconds))
    assert min(runs) < CPU_SECONDS


class TestModels:
    """The export as a part of a model of the catalogue."""

    @pytest.fixture
    def models(self, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A models folder with the encoder `tiny`, pulled by an older version: without an export."""
        from rag.models import CATALOGUE, ModelSpec

        spec = ModelSpec("tiny", "encoder", (), licence="", size=9, pinned="", note="")
        monkeypatch.setitem(CATALOGUE, "tiny", spec)
        monkeypatch.setattr("rag.models.store.MODELS", (spec,))
        shutil.rmtree(tiny / FOLDER)
        mark(spec, tiny.parent, source="here")
        return tiny.parent

    def test_pulling_again_makes_it_once(self, models: Path) -> None:
        labels: list[str] = []
        before = SentenceTransformerEncoder(models / "tiny").fingerprint
        assert statuses(models)[0].quick == "missing"
        for _ in range(2):
            assert pull("tiny", models, progress=lambda *step: labels.append(step[2])) == models / "tiny"
        assert labels == ["Chuẩn bị bản chạy nhanh của bộ mã hóa"]
        assert statuses(models)[0].quick == "present"
        assert statuses(models)[0].state == "present"
        assert isinstance(open_encoder(models / "tiny"), OnnxEncoder)
        assert open_encoder(models / "tiny").fingerprint == before
        assert all(FOLDER not in file.path for file in verify("tiny", models).files)

    def test_a_damaged_one_is_told_kept_out_of_use_and_made_again(self, models: Path) -> None:
        pull("tiny", models, progress=lambda *_: None)
        (models / "tiny" / FOLDER / LAYERS).write_bytes(b"damaged")
        assert statuses(models)[0].quick == "changed"
        assert locate("tiny", kind="encoder", folder=models) == models / "tiny"
        assert isinstance(open_encoder(models / "tiny"), SentenceTransformerEncoder)
        with pytest.raises(ModelCorrupted, match=LAYERS):
            verify("tiny", models)
        pull("tiny", models, progress=lambda *_: None)
        verify("tiny", models)
        assert isinstance(open_encoder(models / "tiny"), OnnxEncoder)

    def test_an_encoder_of_another_build_is_pulled_without(self, models: Path) -> None:
        config = json.loads((models / "tiny" / "config.json").read_text())
        (models / "tiny" / "config.json").write_text(json.dumps(config | {"model_type": "roberta"}))
        mark(find("tiny"), models, source="here")
        assert pull("tiny", models, progress=lambda *_: None) == models / "tiny"
        assert statuses(models)[0].quick == "missing"

    def test_its_files_travel_with_the_model(self, models: Path) -> None:
        assert quick_form.files(find("tiny"), models) == ()
        pull("tiny", models, progress=lambda *_: None)
        names = quick_form.files(find("tiny"), models)
        assert [Path(name).name for name in names] == [LAYERS, PIECES, MANIFEST]
        assert all((models / name).is_file() for name in names)

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_a_folder_that_cannot_be_written_is_used_as_it_is(self, models: Path) -> None:
        (models / "tiny").chmod(0o555)
        assert pull("tiny", models, progress=lambda *_: pytest.fail("written")) == models / "tiny"
        (models / "tiny").chmod(0o755)


def test_the_engine_has_no_telemetry_inside() -> None:
    """Where the variable CI is set such builds are silent, so the offline proof would not notice there."""
    import onnxruntime

    libraries = [path for path in Path(onnxruntime.__file__).parent.rglob("*.so*") if path.is_file()]
    assert libraries
    assert not [path.name for path in libraries if b"events.data.microsoft.com" in path.read_bytes()]
