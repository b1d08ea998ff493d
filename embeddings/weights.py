"""Reads a safetensors file: whole tensors, or some rows of a table without holding the table in memory."""

from __future__ import annotations

import json
import os
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WEIGHTS = "model.safetensors"
"""The file of a Hugging Face folder."""

Floats = NDArray[np.float32]
_LENGTH = 8
"""Bytes of the header's length, little-endian."""
_FLOAT = 4


@dataclass(frozen=True, slots=True)
class Weights:
    """The float32 tensors of one file, by name."""

    path: Path
    shapes: dict[str, tuple[int, ...]]
    starts: dict[str, int]
    """Where each tensor begins, in bytes."""

    def tensor(self, name: str) -> Floats:
        """float32 of its own shape.

        Raises:
            ValueError: no such tensor, or the file is cut.
        """
        if name not in self.shapes:
            raise ValueError(f"{self.path} has no float32 tensor {name}")
        shape = self.shapes[name]
        values = np.fromfile(self.path, dtype="<f4", count=int(np.prod(shape)), offset=self.starts[name])
        return values.reshape(shape)


def open_weights(path: Path) -> Weights:
    """Read the header; tensors of another type than float32 are left out.

    Raises:
        ValueError, OSError: no safetensors file.
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(_LENGTH), "little")
        if length > path.stat().st_size:
            raise ValueError(f"{path} is no safetensors file")
        header = json.loads(file.read(length))
    tensors = {name: entry for name, entry in header.items() if entry.get("dtype") == "F32"}
    begin = _LENGTH + length
    shapes = {name: tuple(entry["shape"]) for name, entry in tensors.items()}
    starts = {name: begin + entry["data_offsets"][0] for name, entry in tensors.items()}
    return Weights(path, shapes, starts)


class Rows:
    """Rows of a float32 table on the disk, read one by one.

    The table of word vectors is most of a small encoder (384 MB of 470), and a text needs a few hundred of its
    250,000 rows. Mapped into memory, the kernel would bring in its neighbours too; what is read costs 1 µs a row.
    """

    def __init__(self, weights: Weights, name: str) -> None:
        if name not in weights.shapes:
            raise ValueError(f"{weights.path} has no float32 tensor {name}")
        self.count, self.width = weights.shapes[name]
        self._start = weights.starts[name]
        self._path = weights.path
        self._file = os.open(weights.path, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._file)

    def take(self, ids: Sequence[int]) -> Floats:
        """float32 (len(ids), width); threads may call it at once.

        Raises:
            ValueError: an id beyond the table, or the file is cut.
        """
        size = self.width * _FLOAT
        if ids and not 0 <= min(ids) <= max(ids) < self.count:
            raise ValueError(f"the table has {self.count} rows")
        read = b"".join(os.pread(self._file, size, self._start + at * size) for at in ids)
        if len(read) != len(ids) * size:
            raise ValueError(f"{self._path} is cut")
        return np.frombuffer(read, dtype="<f4").reshape(-1, self.width)
