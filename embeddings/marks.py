"""Files as they were when they were hashed: unchanged size and time stand for an unchanged content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FINGERPRINTED = ("*.json", "*.safetensors", "*.bin", "*.model", "*/*.json", "*/*.safetensors")


@dataclass(frozen=True, slots=True)
class FileMark:
    """One file as it was when it was hashed; `path` is relative to the folder that is meant."""

    path: str
    size: int
    mtime_ns: int
    sha256: str

    def untouched(self, folder: Path) -> bool:
        """Same size and modification time; the content is not read."""
        try:
            found = (folder / self.path).stat()
        except FileNotFoundError:
            return False
        return (found.st_size, found.st_mtime_ns) == (self.size, self.mtime_ns)

    def renewed(self, folder: Path) -> FileMark:
        """This mark of an untouched file; another one is read and hashed."""
        return self if self.untouched(folder) else mark_file(folder / self.path, folder)


def mark_file(file: Path, folder: Path) -> FileMark:
    """Read and hash a file of `folder`."""
    found = file.stat()
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return FileMark(file.relative_to(folder).as_posix(), found.st_size, found.st_mtime_ns, digest)


def fingerprinted(folder: Path) -> list[Path]:
    """Every file of an encoder's folder that has a part in the vectors, in the order that is hashed."""
    return sorted({path for pattern in FINGERPRINTED for path in folder.glob(pattern)})


def fingerprint(marks: Iterable[FileMark]) -> str:
    """SHA-256 over the names and hashes of the files of an encoder."""
    digest = hashlib.sha256()
    for mark in marks:
        digest.update(mark.path.encode() + b"\0" + bytes.fromhex(mark.sha256))
    return digest.hexdigest()


def read_object(path: Path) -> dict[str, Any]:
    """A JSON object.

    Raises:
        ValueError: it is something else.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError(f"{path} is not a JSON object")
    return content


def marks_from(rows: Iterable[Mapping[str, Any]]) -> tuple[FileMark, ...]:
    return tuple(FileMark(**row) for row in rows)
