"""The quick engine of the default encoder: int8 layers in onnxruntime, one text at a time on every core.

torch is not imported: a question has its vector 0.2 s after the process began, not 10 s.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.encoder import (
    Floats,
    PassageText,
    PassageVectors,
    Prompts,
    pool_spans,
    prepare,
    read_dimension,
    read_prompts,
    special_tokens,
    unit_rows,
)
from embeddings.export_files import FOLDER, INPUT, LAYERS, PIECES, exported
from embeddings.inputs import Inputs
from embeddings.marks import read_object
from embeddings.pieces import Pieces, Tokens
from embeddings.runtime import session_of
from embeddings.weights import WEIGHTS, open_weights


class OnnxEncoder:
    """The export of a sentence-transformers folder, on the CPU; safe to share between threads.

    Each text runs alone on one core and as many at once as there are threads: no padding is computed, and a vector
    never depends on the texts beside it.

    Args:
        folder: a sentence-transformers folder with an export.
        threads: texts encoded at once; 0 is one for each core.

    Raises:
        NotUsable: the export is missing, damaged or foreign.
        ImportError: onnxruntime or tokenizers is not installed.
        ValueError, OSError: a file is not what it should be.
    """

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        manifest = exported(folder)
        self.name = folder.name
        self.fingerprint = manifest.fingerprint
        self.dimension = read_dimension(folder)
        self._folder = folder
        self._threads = threads or len(os.sched_getaffinity(0))
        self._prompts: Prompts = read_prompts(folder)
        self._special = special_tokens(read_object(folder / "special_tokens_map.json"))
        self._session = session_of(folder / FOLDER / LAYERS)
        self._pieces = Pieces.load(folder / FOLDER / PIECES)
        self._inputs = Inputs(open_weights(folder / WEIGHTS))
        self._most = min(_longest(folder), self._inputs.longest)
        self._loading = threading.Lock()
        self._loaded: Any = None

    def encode_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        """Texts over the model's length are cut; a span beyond the cut gets the passage's vector."""
        if not passages:
            return []
        if self._threads == 1 or len(passages) == 1:
            return [self._encode(passage) for passage in passages]
        # The longest first, so that no core waits long for another's last text.
        order = sorted(range(len(passages)), key=lambda at: -len(passages[at].text))
        with ThreadPoolExecutor(min(self._threads, len(passages)), thread_name_prefix="encode") as pool:
            found = dict(zip(order, pool.map(self._encode, (passages[at] for at in order)), strict=True))
        return [found[at] for at in range(len(passages))]

    def encode_query(self, question: str) -> Floats:
        """float32 (dimension,), unit length."""
        ready = prepare(PassageText(question, ()), self._special)
        return _mean(self._states(self._tokens(self._prompts.query + ready.text).ids))

    def _encode(self, passage: PassageText) -> PassageVectors:
        ready = prepare(passage, self._special)
        prefix = self._prompts.passage
        tokens = self._tokens(prefix + ready.text)
        states = self._states(tokens.ids)
        ends = np.array(tokens.ends, dtype=np.int64)
        # Where a token begins does not matter, but that it is one: those around the text have no length.
        offsets = np.stack([ends - (ends > 0), ends], axis=1) - len(prefix)
        whole = _mean(states)
        return PassageVectors(whole, pool_spans(whole, states, offsets=offsets, spans=ready.spans))

    def _tokens(self, text: str) -> Tokens:
        found = self._pieces.tokens(text, most=self._most)
        if found is None:
            exact = self._tokenizer.encode(text)
            found = Tokens(exact.ids, [end for _, end in exact.offsets])
        return found

    def _states(self, ids: Sequence[int]) -> Floats:
        """float32 (tokens, dimension) of the last layer."""
        states: Floats = self._session.run(None, {INPUT: self._inputs.of(ids)})[0][0]
        return states

    @property
    def _tokenizer(self) -> Any:
        """Loaded for the first text that `Pieces` leaves to it, which is rare: it takes a second and 280 MB."""
        with self._loading:
            if self._loaded is None:
                self._loaded = _tokenizer(self._folder, most=self._most)
            return self._loaded


def _mean(states: Floats) -> Floats:
    vector: Floats = unit_rows(states.mean(axis=0, keepdims=True))[0]
    return vector


def _longest(folder: Path) -> int:
    """Tokens of a text at most, as sentence-transformers has it."""
    length = read_object(folder / "sentence_bert_config.json").get("max_seq_length")
    return length if isinstance(length, int) else read_object(folder / "config.json")["max_position_embeddings"]


def _tokenizer(folder: Path, *, most: int) -> Any:
    """What it does with long texts is set once, so that threads may share it."""
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise ImportError("the encoder needs: pip install tokenizers") from error
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(most)
    return tokenizer
