"""The marker beside a model: what was fetched, from where, and the hash of every file as it stands.

A model counts as present only when its marker is valid.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from embeddings.export_files import FOLDER as EXPORT
from embeddings.marks import FileMark, mark_file, marks_from
from rag.errors import ModelCorrupted, ModelMissing
from rag.files import write_whole
from rag.models.catalogue import ModelSpec

WEIGHTS = "model.safetensors"


@dataclass(frozen=True, slots=True)
class Marker:
    """What stands on disk; the files are those the product loads, an encoder's pack after conversion.

    Paths are relative to the models folder. An encoder's export is not among them: it is derived and has a manifest
    of its own, so that damage to it costs neither the download nor an answer.
    """

    name: str
    source: str
    pulled_at: str
    """UTC, ISO 8601."""
    files: tuple[FileMark, ...]

    @property
    def sha256(self) -> str:
        """Of the weights as they stand on disk."""
        return next((file.sha256 for file in self.files if file.path.endswith((".gguf", WEIGHTS))), "")


def model_path(spec: ModelSpec, folder: Path) -> Path:
    """Where the model stands once pulled: a `.gguf` file, or the encoder's folder."""
    return folder / (f"{spec.name}.gguf" if spec.kind == "llm" else spec.name)


def marker_path(spec: ModelSpec, folder: Path) -> Path:
    return folder / f"{spec.name}.json"


def read_marker(spec: ModelSpec, folder: Path) -> Marker | None:
    """The marker, or None when there is none or it cannot be read as one."""
    try:
        content: dict[str, Any] = json.loads(marker_path(spec, folder).read_text(encoding="utf-8"))
        files = marks_from(content.pop("files"))
        marker = Marker(**content, files=files)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return marker if files and marker.name == spec.name else None


def write_marker(marker: Marker, spec: ModelSpec, folder: Path) -> None:
    text = json.dumps(asdict(marker), ensure_ascii=False, indent=1)
    write_whole(marker_path(spec, folder), text.encode())


def mark(spec: ModelSpec, folder: Path, *, source: str) -> Marker:
    """Hash every file of a model that was just put in place, and write its marker."""
    path = model_path(spec, folder)
    files = [path] if path.is_file() else sorted(_fetched_files(path))
    marker = Marker(
        name=spec.name,
        source=source,
        pulled_at=datetime.now(UTC).isoformat(timespec="seconds"),
        files=tuple(mark_file(file, folder) for file in files),
    )
    write_marker(marker, spec, folder)
    return marker


def _fetched_files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.relative_to(folder).parts[0].startswith(EXPORT):
            yield path


def check(spec: ModelSpec, folder: Path, *, rehash: bool) -> Marker:
    """The valid marker of a model that is present and unchanged.

    Args:
        rehash: read every file; otherwise only those whose size or time changed.

    Raises:
        ModelMissing: no valid marker, or a file is gone.
        ModelCorrupted: a file's content is not what the marker says.
    """
    marker = read_marker(spec, folder)
    if marker is None or any(not (folder / file.path).is_file() for file in marker.files):
        raise ModelMissing(f"Chưa tải mô hình “{spec.name}”.", next_step=f"Hãy chạy `hoidap models pull {spec.name}`.")
    files = tuple(_check_file(file, spec, folder=folder, rehash=rehash) for file in marker.files)
    if files != marker.files:
        marker = replace(marker, files=files)
        # In a folder that cannot be written the next call hashes again, nothing worse.
        with suppress(OSError):
            write_marker(marker, spec, folder)
    return marker


def _check_file(file: FileMark, spec: ModelSpec, *, folder: Path, rehash: bool) -> FileMark:
    if not rehash and file.untouched(folder):
        return file
    found = mark_file(folder / file.path, folder)
    if found.sha256 != file.sha256:
        raise ModelCorrupted(
            f"Tệp {file.path} của mô hình “{spec.name}” bị hỏng (sai mã kiểm sha256).",
            next_step=f"Hãy chạy `hoidap models pull {spec.name}` để tải lại; tệp hỏng không được dùng.",
            detail=f"sha256 {found.sha256}, expected {file.sha256}",
        )
    return found
