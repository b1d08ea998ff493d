"""Encoders: text to unit vectors. The real one runs a sentence-transformers folder, the fake one hashes."""

from __future__ import annotations

import hashlib
import os
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.marks import fingerprint, fingerprinted, mark_file, read_object

BATCH = 16
PROMPTS_FILE = "config_sentence_transformers.json"
SYLLABLE = re.compile(r"\w+")

Floats = NDArray[np.float32]
Offsets = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage and the character spans `[start, end)` of its sentences."""

    text: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """`passage`: float32 (dimension,); `spans`: float32 (len(spans), dimension); all of unit length."""

    passage: Floats
    spans: Floats


class Encoder(Protocol):
    """What turns passages and questions into vectors of one space."""

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def fingerprint(self) -> str:
        """Changes whenever the weights or the tokenizer change; vectors of two never mix."""
        ...

    def encode_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        """In the order given; an empty list gives an empty list."""
        ...

    def encode_query(self, question: str) -> Floats:
        """float32 (dimension,), unit length."""
        ...


class SentenceTransformerEncoder:
    """A sentence-transformers folder on the CPU, loaded at the first use, never from the network.

    The vector of a span is the mean of the passage's token states inside it ("late pooling"): one
    forward pass gives the passage and all its sentences, each seen in its context.

    Args:
        folder: a local sentence-transformers folder; prefixes come from its prompts `query` and
            `passage` (or `document`), none where it states none.
        threads: of torch, for the whole process; 0 leaves torch's own choice.
    """

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        self._folder = folder
        self._threads = threads
        self._lock = threading.Lock()
        self._tokenizing = threading.Lock()
        self._loaded: Any = None

    @property
    def name(self) -> str:
        return self._folder.name

    @cached_property
    def dimension(self) -> int:
        return read_dimension(self._folder)

    @cached_property
    def fingerprint(self) -> str:
        """Of every file that has a part in the vectors; reads the weights once, about 0.3 s for 500 MB."""
        return fingerprint(mark_file(path, self._folder) for path in fingerprinted(self._folder))

    def encode_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        """Texts over the model's length are cut; a span beyond the cut gets the passage's vector.

        Raises:
            ImportError: sentence-transformers is not installed.
            ValueError, OSError: the folder is not a usable model.
        """
        prefix = self._prompts.passage
        order = sorted(range(len(passages)), key=lambda at: len(passages[at].text))
        vectors: dict[int, PassageVectors] = {}
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            vectors.update(zip(batch, self._encode([passages[at] for at in batch], prefix), strict=True))
        return [vectors[at] for at in range(len(passages))]

    def encode_query(self, question: str) -> Floats:
        """float32 (dimension,), unit length; errors as for `encode_passages`."""
        return self._encode([PassageText(question, ())], self._prompts.query)[0].passage

    @cached_property
    def _prompts(self) -> Prompts:
        return read_prompts(self._folder)

    @property
    def _model(self) -> Any:
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._folder, threads=self._threads)
            return self._loaded

    @cached_property
    def _special_tokens(self) -> re.Pattern[str]:
        return any_of(self._model.tokenizer.all_special_tokens)

    def _encode(self, passages: Sequence[PassageText], prefix: str) -> list[PassageVectors]:
        """One forward pass over a batch."""
        import torch

        model = self._model
        ready = [prepare(passage, self._special_tokens) for passage in passages]
        features = self._tokenize([prefix + passage.text for passage in ready])
        offsets = features.pop("offset_mapping").numpy() - len(prefix)
        with torch.inference_mode():
            output = model(dict(features))
        states = output["token_embeddings"].float().numpy()
        whole = unit_rows(output["sentence_embedding"].float().numpy())
        if states.shape[-1] != whole.shape[-1]:
            raise ValueError(f"{self._folder} projects its vectors; sentences cannot be pooled from tokens")
        return [
            PassageVectors(vector, pool_spans(vector, state, offsets=offset, spans=passage.spans))
            for vector, state, offset, passage in zip(whole, states, offsets, ready, strict=True)
        ]

    def _tokenize(self, texts: list[str]) -> Any:
        """One thread at a time: the tokenizer keeps its padding settings inside."""
        with self._tokenizing:
            return self._model.tokenizer(
                texts,
                padding=True,
                truncation=True,
                max_length=self._model.max_seq_length,
                return_offsets_mapping=True,
                return_tensors="pt",
            )


@dataclass(frozen=True, slots=True)
class Prompts:
    """What a model was trained to see in front of a text."""

    query: str
    passage: str


def read_prompts(folder: Path) -> Prompts:
    """Of a sentence-transformers folder; empty where it states none."""
    path = folder / PROMPTS_FILE
    stated = read_object(path).get("prompts", {}) if path.exists() else {}
    return Prompts(str(stated.get("query") or ""), str(stated.get("passage") or stated.get("document") or ""))


def read_dimension(folder: Path) -> int:
    """Raises ValueError or OSError when the folder's config does not state it."""
    size = read_object(folder / "config.json").get("hidden_size")
    if not isinstance(size, int):
        raise ValueError(f"{folder / 'config.json'} states no hidden_size")
    return size


def special_tokens(names: Mapping[str, Any]) -> re.Pattern[str]:
    """Of a `special_tokens_map.json`: strings, or objects that hold one as `content`."""
    values = [value["content"] if isinstance(value, dict) else value for value in names.values()]
    return any_of([value for value in values if isinstance(value, str)])


def any_of(tokens: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, tokens)))


def _load(folder: Path, *, threads: int) -> Any:
    if not folder.is_dir():
        raise FileNotFoundError(f"no encoder folder {folder}")
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    try:
        import torch
        import transformers
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise ImportError("the encoder needs: pip install sentence-transformers") from error
    transformers.logging.disable_progress_bar()
    if threads:
        torch.set_num_threads(threads)
    return SentenceTransformer(str(folder), device="cpu", local_files_only=True).eval()


def prepare(passage: PassageText, special_tokens: re.Pattern[str]) -> PassageText:
    """NFC, and strings that the tokenizer takes for its own tokens lose their first character to a space.

    Offsets are kept; where NFC shortens a text, the spans move with it.
    """
    text = passage.text
    if unicodedata.is_normalized("NFC", text):
        spans = passage.spans
    else:
        spans = tuple((_nfc_length(text[:start]), _nfc_length(text[:end])) for start, end in passage.spans)
        text = unicodedata.normalize("NFC", text)
    return PassageText(special_tokens.sub(lambda found: " " + found.group()[1:], text), spans)


def _nfc_length(text: str) -> int:
    return len(unicodedata.normalize("NFC", text))


def pool_spans(
    whole: Floats, states: Floats, *, offsets: NDArray[np.int64], spans: Sequence[tuple[int, int]]
) -> Floats:
    """Mean token state of each span; a token belongs to the span that holds its last character.

    Args:
        whole: float32 (dimension,), stands in for a span without tokens.
        states: float32 (tokens, dimension).
        offsets: int64 (tokens, 2), characters; empty for special tokens.

    Returns:
        float32 (len(spans), dimension), unit rows.
    """
    last = offsets[:, 1] - 1
    real = offsets[:, 1] > offsets[:, 0]
    pooled = np.empty((len(spans), len(whole)), dtype=np.float32)
    for row, (start, end) in enumerate(spans):
        inside = real & (last >= start) & (last < end)
        pooled[row] = states[inside].mean(axis=0) if inside.any() else whole
    return unit_rows(pooled)


def unit_rows(rows: Floats) -> Floats:
    """The rows scaled to length 1; a zero row becomes the first axis."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    fallback = np.zeros(rows.shape, dtype=np.float32)
    fallback[:, :1] = 1
    scaled: Floats = np.where(lengths > 0, rows / np.maximum(lengths, 1e-12), fallback).astype(np.float32)
    return scaled


class HashEncoder:
    """The fake that ships: every syllable, without tone marks, adds +1 or -1 to one place of the vector.

    The first 8 bytes of the syllable's BLAKE2b, little-endian, say where (modulo `dimension`); the
    lowest bit of the ninth byte says the sign (1 is minus). The sum is scaled to length 1.
    """

    def __init__(self, dimension: int = 64) -> None:
        self.dimension = dimension
        self.name = f"hash-{dimension}"
        self.fingerprint = f"hash-{dimension}-v1"

    def encode_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        """As the protocol says; a text without syllables gives the first axis."""
        return [
            PassageVectors(
                self._vector(passage.text),
                np.array(
                    [self._vector(passage.text[start:end]) for start, end in passage.spans], dtype=np.float32
                ).reshape(-1, self.dimension),
            )
            for passage in passages
        ]

    def encode_query(self, question: str) -> Floats:
        return self._vector(question)

    def _vector(self, text: str) -> Floats:
        counts = np.zeros((1, self.dimension), dtype=np.float32)
        for syllable, times in Counter(_folded_syllables(text)).items():
            digest = hashlib.blake2b(syllable.encode()).digest()
            place = int.from_bytes(digest[:8], "little") % self.dimension
            counts[0, place] += -times if digest[8] & 1 else times
        vector: Floats = unit_rows(counts)[0]
        return vector


def _folded_syllables(text: str) -> Iterator[str]:
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return (found.group() for found in SYLLABLE.finditer(bare))
