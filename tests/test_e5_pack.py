"""The pack reader and its conversion, on a tiny pack made by hand and on the real one."""

from __future__ import annotations

import json
import math
import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings.e5_convert import convert, weight_name
from embeddings.e5_pack import Pack, dequantise, read_pack
from rag.settings import Settings

HIDDEN, FEED_FORWARD, POSITIONS = 32, 64, 16
SPECIALS = ["<s>", "<pad>", "</s>", "<unk>"]
PIECES = [*SPECIALS, "▁", "▁xin", "▁chào", "x", "i", "n", "c", "h", "à", "o", "▁xi", "<mask>"]
SCORES = [0.0] * 4 + [-2.0, -3.0, -3.5] + [-5.0] * 7 + [-4.0, 0.0]

SENTENCES = [
    "Chiều 16/4, HĐND tỉnh Nghệ An tổ chức kỳ họp thứ 18, tăng trưởng đạt 7,36%.",
    "Đ/c Nguyễn Đức Trung, TP. Hồ Chí Minh: “25.706 tỷ đồng” ./.",
    "Nghị định số 21/2019/NĐ-CP… ½ kg, m², №5, 日本語 và 😀 lạ",
    "hòa hoà  thuỷ\tthủy\u200bnghỉ\x01ngơi\ufeff cuối",
]


def blocks(count: int, *, scale: float = 0.5, first: int = 0) -> bytes:
    """Q4_0 blocks whose bytes count up from `first`."""
    one = [struct.pack("<e", scale) + bytes((first + at + j) % 256 for j in range(16)) for at in range(count)]
    return b"".join(one)


def tiny_tensors() -> Iterator[tuple[str, int, int, bytes]]:
    """Name, kind, elements and bytes of every tensor, in the order of the format."""

    def floats(name: str, count: int) -> tuple[str, int, int, bytes]:
        return name, 0, count, np.linspace(-1, 1, count, dtype="<f4").tobytes()

    def quantised(name: str, count: int) -> tuple[str, int, int, bytes]:
        return name, 1, count, blocks(count // 32, first=len(name))

    yield quantised("emb.word", len(PIECES) * HIDDEN)
    yield floats("emb.pos", POSITIONS * HIDDEN)
    yield floats("emb.type", 2 * HIDDEN)
    yield from (floats("emb.ln.w", HIDDEN), floats("emb.ln.b", HIDDEN))
    for role in ("q", "k", "v", "ao"):
        yield from (quantised(f"l0.{role}.w", HIDDEN * HIDDEN), floats(f"l0.{role}.b", HIDDEN))
    yield from (floats("l0.aln.w", HIDDEN), floats("l0.aln.b", HIDDEN))
    yield from (quantised("l0.fi.w", FEED_FORWARD * HIDDEN), floats("l0.fi.b", FEED_FORWARD))
    yield from (quantised("l0.fo.w", HIDDEN * FEED_FORWARD), floats("l0.fo.b", HIDDEN))
    yield from (floats("l0.oln.w", HIDDEN), floats("l0.oln.b", HIDDEN))


def tiny_pack() -> bytes:
    """A whole pack: one layer, sixteen pieces, two replacements."""
    header = b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, 1, 2, FEED_FORWARD, len(PIECES), POSITIONS, 2, 1e-12, 32)
    encoded = [piece.encode() for piece in PIECES]
    ends = np.cumsum([0, *map(len, encoded)]).astype("<u4").tobytes()
    pieces = struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(b"".join(encoded)))
    pieces += ends + np.array(SCORES, dtype="<f4").tobytes() + b"".join(encoded)
    entries = struct.pack("<IB", 1, 0) + struct.pack("<IBI", 0x200B, 1, 0x20) + struct.pack("<IBI", 0xFF21, 1, 0x41)
    replacements = struct.pack("<iI", 3, len(entries)) + entries
    tensors = list(tiny_tensors())
    directory_size = 4 + sum(2 + len(name) + 21 for name, *_ in tensors)
    at = -(-(len(header + pieces + replacements) + directory_size) // 64) * 64
    directory, data = struct.pack("<i", len(tensors)), b""
    for name, kind, count, raw in tensors:
        directory += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", kind, count, at, len(raw))
        padded = raw + b"\0" * (-len(raw) % 64)
        at += len(padded)
        data += padded
    head = header + pieces + replacements + directory
    return head + b"\0" * (-len(head) % 64) + data


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.bin"
    path.write_bytes(tiny_pack())
    return path


def test_q4_by_hand() -> None:
    raw = struct.pack("<e", 0.5) + bytes([0x9F, 0x80]) + bytes([0x88] * 14)
    raw += struct.pack("<e", -2.0) + bytes([0x0F] * 16)
    weights = dequantise(raw)
    assert weights.dtype == np.float32
    assert weights[:3].tolist() == [3.5, -4.0, 0.0]
    assert weights[16:19].tolist() == [0.5, 0.0, 0.0]
    assert weights[32:48].tolist() == [-14.0] * 16
    assert weights[48:].tolist() == [16.0] * 16


def test_reads_every_part(tiny: Path) -> None:
    pack = read_pack(tiny)
    assert (pack.header.hidden, pack.header.layers, pack.header.heads) == (HIDDEN, 1, 2)
    assert (pack.header.feed_forward, pack.header.vocabulary) == (FEED_FORWARD, len(PIECES))
    assert pack.header.epsilon == pytest.approx(1e-12)
    assert list(pack.pieces) == PIECES
    assert pack.scores.tolist() == pytest.approx(SCORES)
    assert pack.replacements == {1: "", 0x200B: " ", 0xFF21: "A"}
    assert len(pack.tensors) == 21
    for name, kind, count, raw in tiny_tensors():
        expected = dequantise(raw) if kind else np.frombuffer(raw, dtype="<f4")
        assert pack.tensor(name).shape == (count,)
        assert np.array_equal(pack.tensor(name), expected)


@pytest.mark.parametrize("kept", [0, 3, 40, 60, 200, 900, -64])
def test_a_cut_pack_is_refused(tiny: Path, kept: int) -> None:
    tiny.write_bytes(tiny.read_bytes()[:kept])
    with pytest.raises(ValueError, match="not a whole E5 pack"):
        read_pack(tiny)


def test_another_version_is_refused(tiny: Path) -> None:
    content = bytearray(tiny.read_bytes())
    content[4] = 2
    tiny.write_bytes(content)
    with pytest.raises(ValueError, match="version 2"):
        read_pack(tiny)


def test_the_folder_holds_the_weights_under_their_names(tiny: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    convert(tiny, tmp_path / "out")
    pack, weights = read_pack(tiny), load_file(tmp_path / "out" / "model.safetensors")
    names = {
        "emb.word": ("embeddings.word_embeddings.weight", (len(PIECES), HIDDEN)),
        "emb.ln.b": ("embeddings.LayerNorm.bias", (HIDDEN,)),
        "l0.q.w": ("encoder.layer.0.attention.self.query.weight", (HIDDEN, HIDDEN)),
        "l0.ao.b": ("encoder.layer.0.attention.output.dense.bias", (HIDDEN,)),
        "l0.aln.w": ("encoder.layer.0.attention.output.LayerNorm.weight", (HIDDEN,)),
        "l0.fi.w": ("encoder.layer.0.intermediate.dense.weight", (FEED_FORWARD, HIDDEN)),
        "l0.fo.w": ("encoder.layer.0.output.dense.weight", (HIDDEN, FEED_FORWARD)),
        "l0.oln.b": ("encoder.layer.0.output.LayerNorm.bias", (HIDDEN,)),
    }
    for name, (key, shape) in names.items():
        assert weight_name(name) == key
        assert weights[key].shape == shape
        assert np.array_equal(weights[key].reshape(-1), pack.tensor(name))
    assert len(weights) == 21 + 2


def test_the_folder_is_an_ordinary_sentence_transformer(tiny: Path, tmp_path: Path) -> None:
    convert(tiny, tmp_path / "out")
    read = {path.name: json.loads(path.read_text()) for path in (tmp_path / "out").glob("*.json")}
    assert read["config.json"]["model_type"] == "bert"
    assert [module["type"].rpartition(".")[2] for module in read["modules.json"]] == [
        "Transformer",
        "Pooling",
        "Normalize",
    ]
    assert read["config_sentence_transformers.json"]["prompts"] == {
        "query": "query: ",
        "passage": "passage: ",
    }
    assert json.loads((tmp_path / "out/1_Pooling/config.json").read_text())["pooling_mode_mean_tokens"]


def test_the_tiny_tokenizer(tiny: Path, tmp_path: Path) -> None:
    from tokenizers import Tokenizer

    convert(tiny, tmp_path / "out")
    tokenizer = Tokenizer.from_file(str(tmp_path / "out" / "tokenizer.json"))
    found = tokenizer.encode("xin\u200b \x01chào")
    assert found.tokens == ["<s>", "▁xin", "▁chào", "</s>"]
    assert found.offsets == [(0, 0), (0, 3), (6, 10), (0, 0)]
    assert tokenizer.encode("xi").tokens == ["<s>", "▁xi", "</s>"]
    assert tokenizer.encode("").ids == [0, 2]


def test_twice_the_same_bytes_and_an_old_folder_goes(tiny: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    (old / "leftover").touch()
    convert(tiny, old)
    convert(tiny, tmp_path / "new")
    assert not (old / "leftover").exists()
    for path in (tmp_path / "new").rglob("*.*"):
        if path.is_file():
            assert (old / path.relative_to(tmp_path / "new")).read_bytes() == path.read_bytes()


def test_a_crash_leaves_no_folder(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(pack: Pack) -> dict[str, Any]:
        raise OSError("disk full")

    monkeypatch.setattr("embeddings.e5_convert._settings_files", crash)
    with pytest.raises(OSError, match="disk full"):
        convert(tiny, tmp_path / "out")
    assert not (tmp_path / "out").exists()


# The oracles below share no code with the product: a Viterbi search and a forward pass of their own.

Numbers = np.ndarray[Any, np.dtype[np.float64]]

REMOVED = [*range(0x1, 0x9), 0xB, *range(0xE, 0x20), 0x7F, 0x8F, 0x9F]
SPACES = [0x9, 0xA, 0xC, 0xD, 0x1680, *range(0x200B, 0x2010), 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD]
REPLACED = dict.fromkeys(REMOVED, "") | dict.fromkeys(SPACES, " ")


@dataclass(frozen=True, slots=True)
class Oracle:
    """The numbers of the real folder: pieces with their scores, and weights by their Hugging Face names."""

    folder: Path
    scores: dict[str, float]
    ids: dict[str, int]
    weights: dict[str, Any]

    def tokens(self, text: str) -> list[int]:
        """Best segmentation by unigram score; neighbouring unknown characters become one unknown."""
        unknown = min(self.scores.values()) - 10
        line = "".join("▁" + word for word in unicodedata.normalize("NFKC", text.translate(REPLACED)).split())
        best: list[tuple[float, int, int]] = [(0.0, 0, -1)]
        for end in range(1, len(line) + 1):
            options = [(best[end - 1][0] + unknown, end - 1, 3)]
            for start in range(max(0, end - 48), end):
                piece = line[start:end]
                if self.ids.get(piece, 0) > 3:
                    options.append((best[start][0] + self.scores[piece], start, self.ids[piece]))
            best.append(max(options))
        found: list[int] = []
        end = len(line)
        while end:
            _, end, at = best[end]
            if not (at == 3 and found and found[-1] == 3):
                found.append(at)
        return [0, *reversed(found), 2]

    def vector(self, text: str) -> Numbers:
        """BERT after the paper, float64: post-norm, erf GELU, mean over all tokens, unit length."""
        ids = self.tokens(text)
        words, places, kinds = (
            self.weights[f"embeddings.{name}_embeddings.weight"] for name in ("word", "position", "token_type")
        )
        rows = self.norm(words[ids].astype(np.float64) + places[: len(ids)] + kinds[0], "embeddings.LayerNorm")
        for layer in range(12):
            rows = self.layer(rows, f"encoder.layer.{layer}.")
        mean = rows.mean(0)
        return np.asarray(mean / np.linalg.norm(mean))

    def layer(self, rows: Numbers, name: str) -> Numbers:
        queries, keys, values = (
            self.linear(rows, f"{name}attention.self.{role}").reshape(len(rows), 12, 32).swapaxes(0, 1)
            for role in ("query", "key", "value")
        )
        logits = queries @ keys.swapaxes(1, 2) / math.sqrt(32)
        shares = np.exp(logits - logits.max(-1, keepdims=True))
        shares /= shares.sum(-1, keepdims=True)
        mixed = (shares @ values).swapaxes(0, 1).reshape(len(rows), -1)
        rows = self.norm(
            rows + self.linear(mixed, name + "attention.output.dense"), name + "attention.output.LayerNorm"
        )
        inner = self.linear(rows, name + "intermediate.dense")
        inner *= 0.5 * (1 + np.vectorize(math.erf)(inner / math.sqrt(2)))
        return self.norm(rows + self.linear(inner, name + "output.dense"), name + "output.LayerNorm")

    def linear(self, rows: Numbers, name: str) -> Numbers:
        return np.asarray(rows @ self.weights[name + ".weight"].T.astype(np.float64) + self.weights[name + ".bias"])

    def norm(self, rows: Numbers, name: str) -> Numbers:
        centred = rows - rows.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
        return np.asarray(scaled * self.weights[name + ".weight"] + self.weights[name + ".bias"])


@pytest.fixture(scope="module")
def oracle() -> Oracle:
    from safetensors.numpy import load_file

    folder = Settings().models / "multilingual-e5-small"
    assert folder.is_dir(), "the real encoder is not there: run `hoidap models pull` first"
    pieces = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    ids = {piece: at for at, (piece, _) in enumerate(pieces)}
    return Oracle(folder, dict(pieces), ids, load_file(folder / "model.safetensors"))


@pytest.mark.models
def test_real_pieces(oracle: Oracle) -> None:
    assert len(oracle.scores) == 250_002
    assert [oracle.ids[piece] for piece in ("<s>", "<pad>", "</s>", "<unk>", ",", "▁", "<mask>")] == [
        *range(5),
        6,
        250_001,
    ]
    assert min(oracle.scores.values()) == pytest.approx(-20.364752)
    assert oracle.weights["embeddings.word_embeddings.weight"].shape == (250_037, 384)


@pytest.mark.models
def test_real_tokenizer_equals_the_oracle(oracle: Oracle) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(oracle.folder / "tokenizer.json"))
    seeds = Path(__file__).parent.parent / "seeds"
    articles = [path.read_text(encoding="utf-8") for path in sorted(seeds.glob("*.txt"))]
    for text in [*SENTENCES, *(article[:1500] for article in articles)]:
        composed = unicodedata.normalize("NFC", text)
        assert tokenizer.encode(composed).ids == oracle.tokens(composed)


@pytest.mark.models
def test_real_vectors_equal_the_oracle(oracle: Oracle) -> None:
    from embeddings.encoder import PassageText, SentenceTransformerEncoder

    encoder = SentenceTransformerEncoder(oracle.folder, threads=1)
    passages = [PassageText(sentence, ()) for sentence in SENTENCES[:3]]
    for passage, found in zip(passages, encoder.encode_passages(passages), strict=True):
        assert float(found.passage @ oracle.vector("passage: " + passage.text)) > 0.999999
    question = "Tăng trưởng đạt bao nhiêu phần trăm?"
    assert float(encoder.encode_query(question) @ oracle.vector("query: " + question)) > 0.999999
