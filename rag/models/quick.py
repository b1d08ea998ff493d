"""The quick form of an encoder beside it: made when the model is there, looked at, checked again.

It is derived, so losing it costs nothing but time: the program then runs the encoder through sentence-transformers.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Literal

from embeddings.export_files import NotUsable, exported, read_manifest
from embeddings.marks import mark_file
from rag.errors import ModelCorrupted
from rag.models.catalogue import ModelSpec
from rag.models.marks import model_path

QuickState = Literal["present", "changed", "missing"]
_LOG = logging.getLogger(__name__)


def is_ready(spec: ModelSpec, folder: Path) -> bool:
    """Whether nothing is left to do: the export stands for the model, or there can be none."""
    if spec.kind != "encoder":
        return True
    try:
        exported(model_path(spec, folder))
    except NotUsable:
        return False
    return True


def make(spec: ModelSpec, folder: Path) -> None:
    """Make the export of a model; one that cannot have it goes on without.

    Raises:
        OSError: the disk is full.
    """
    from embeddings.onnx_export import export

    try:
        export(model_path(spec, folder))
    except (ValueError, LookupError, TypeError, AttributeError, FileNotFoundError) as error:
        _LOG.warning("no quick form of %s: %s", spec.name, error)


def state(spec: ModelSpec, folder: Path) -> QuickState | None:
    """What stands beside the model, without reading it; None for a model that has no such form."""
    path = model_path(spec, folder)
    if spec.kind != "encoder":
        return None
    try:
        manifest = read_manifest(path)
    except NotUsable:
        return "missing"
    return "present" if all(m.untouched(path) for m in (*manifest.sources, *manifest.files)) else "changed"


def files(spec: ModelSpec, folder: Path) -> tuple[str, ...]:
    """The files of the export, its manifest last, relative to the models folder; none where there is no export.

    Raises:
        ModelCorrupted: a file is not what the manifest says; every one is read.
    """
    if spec.kind != "encoder":
        return ()
    path = model_path(spec, folder)
    try:
        manifest = read_manifest(path)
    except NotUsable:
        return ()
    for mark in manifest.files:
        file = path / mark.path
        if not file.is_file() or mark_file(file, path).sha256 != mark.sha256:
            raise ModelCorrupted(
                f"Tệp {path.name}/{mark.path} (bản chạy nhanh của bộ mã hóa) bị hỏng.",
                next_step=f"Hãy chạy `hoidap models pull {spec.name}` để làm lại; tệp hỏng không được dùng.",
                detail=f"expected sha256 {mark.sha256}",
            )
    return tuple((path / name).relative_to(folder).as_posix() for name in manifest.names)
