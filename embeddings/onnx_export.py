"""Makes the small, quick form of an encoder's folder: int8 layers for onnxruntime and pieces for questions.

Made once from the folder's own files and kept inside it. The word vectors stay where they are, in the folder's
`model.safetensors`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from embeddings.disk import sync
from embeddings.encoder import Prompts, read_prompts
from embeddings.export_files import FOLDER, FORMAT, LAYERS, MANIFEST, PIECES, Manifest
from embeddings.inputs import Inputs
from embeddings.marks import FileMark, fingerprinted, mark_file, read_object
from embeddings.onnx_file import model_bytes
from embeddings.onnx_graph import encoder_graph, shape_of
from embeddings.piece_source import pieces_of
from embeddings.pieces import Pieces
from embeddings.smoothing import PASSAGE, QUESTION, factors_of
from embeddings.weights import WEIGHTS, Floats, Weights, open_weights

_MADE_WITH = ("numpy", "onnxruntime", "tokenizers")


def export(folder: Path) -> Manifest:
    """Make the export of an encoder's folder, whole or not at all; one that is there is replaced.

    Raises:
        ValueError, LookupError, TypeError, AttributeError, FileNotFoundError: an encoder of another build.
        OSError: the folder is not writable or the disk is full.
    """
    require_mean_of_tokens(folder)
    config = read_object(folder / "config.json")
    pieces = pieces_of(read_object(folder / "tokenizer.json"))
    weights, shape = open_weights(folder / WEIGHTS), shape_of(config)
    factors = factors_of(weights, shape, _samples(weights, pieces, read_prompts(folder)))
    layers = model_bytes(encoder_graph(weights, shape, factors))
    half = folder / f"{FOLDER}.half"
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    (half / LAYERS).write_bytes(layers)
    pieces.save(half / PIECES)
    sources = tuple(mark_file(path, folder) for path in fingerprinted(folder))
    files = tuple(_placed(mark_file(half / name, half)) for name in (LAYERS, PIECES))
    manifest = Manifest(FORMAT, _versions(), sources, files)
    (half / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
    for path in (*half.iterdir(), half):
        sync(path)
    shutil.rmtree(folder / FOLDER, ignore_errors=True)
    half.replace(folder / FOLDER)
    sync(folder)
    return manifest


def _samples(weights: Weights, pieces: Pieces, prompts: Prompts) -> list[Floats]:
    """Our own texts as inputs of the layers, where the encoder knows all their words."""
    inputs = Inputs(weights)
    found = [pieces.tokens(text, most=inputs.longest) for text in (prompts.passage + PASSAGE, prompts.query + QUESTION)]
    return [inputs.of(tokens.ids) for tokens in found if tokens is not None and pieces.unknown not in tokens.ids]


def require_mean_of_tokens(folder: Path) -> None:
    """Raises ValueError where the vector of a text is not the mean of its last states."""
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    kinds = [str(module["type"]).rpartition(".")[2] for module in modules]
    pooling = read_object(folder / "1_Pooling" / "config.json")
    modes = [key for key, chosen in pooling.items() if key.startswith("pooling_mode_") and chosen]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]) or _other(pooling, modes):
        raise ValueError("only encoders that take the mean of their tokens are exported")


def _other(pooling: Mapping[str, Any], modes: Sequence[str]) -> bool:
    return modes != ["pooling_mode_mean_tokens"] or pooling.get("include_prompt") is False


def _placed(mark: FileMark) -> FileMark:
    return FileMark(f"{FOLDER}/{mark.path}", mark.size, mark.mtime_ns, mark.sha256)


def _versions() -> dict[str, str]:
    found = {}
    for name in _MADE_WITH:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found
