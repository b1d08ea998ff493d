"""What the documents page does with files: keep copies of uploads, ingest them, read changed files again."""

from __future__ import annotations

import logging
import re
import shutil
import unicodedata
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from filecmp import cmp
from itertools import count, zip_longest
from pathlib import Path

from rag.errors import HoidapError
from rag.file_search import FoundFile
from rag.readers import SUFFIXES
from rag.records import Document, IngestProgress
from rag.sources import file_of
from ui import labels as common
from ui.backend import Backend
from ui.documents import copies, labels, limits

log = logging.getLogger(__name__)

NAME_BYTES = 180
"""UTF-8 bytes of a kept file name without its ending; file systems allow 255."""
DEPTH = 8
"""Folders that are kept above an upload; those further out are left off."""
_UNSAFE = re.compile(r"[^\w .()-]+")

Stop = Callable[[], bool]
"""Asked after each document whether to go on."""


def _never() -> bool:
    return False


def safe_name(name: str) -> str:
    """A file name without folders, leading dots or odd characters; Vietnamese letters stay."""
    base = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    stem, dot, suffix = _UNSAFE.sub("_", base).strip(" ._").rpartition(".")
    stem, suffix = (stem, dot + suffix) if dot else (suffix, "")
    stem = _cut(stem)
    return (stem or "tai-lieu") + suffix.lower()[:8].rstrip(" ._")


def safe_path(name: str) -> Path:
    """The name of an uploaded file with the folders it was in, each made safe; never absolute, never upwards."""
    *folders, file = unicodedata.normalize("NFC", name.replace("\\", "/")).split("/")
    safe = (_cut(_UNSAFE.sub("_", folder).strip(" ._")) for folder in folders)
    return Path(*[folder for folder in safe if folder][-DEPTH:], safe_name(file))


def _cut(name: str) -> str:
    return name.encode()[:NAME_BYTES].decode(errors="ignore").strip(" .")


def keep(upload: Path, folder: Path, name: str = "") -> Path:
    """Copy an upload into the folder.

    A file of the same name and content is used again; another content gets ` (2)` so that nothing a
    citation points to is overwritten.
    """
    wanted = folder / safe_path(name or upload.name)
    wanted.parent.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        target = wanted if number == 1 else wanted.with_stem(f"{wanted.stem} ({number})")
        if not target.exists():
            partial = target.with_suffix(target.suffix + ".part")
            shutil.copyfile(upload, partial)
            partial.replace(target)
            return target
        if target.is_file() and cmp(upload, target, shallow=False):
            return target
    raise AssertionError("count() does not end")


@dataclass(frozen=True, slots=True)
class _Kept:
    """A file to ingest, and its number among those that were given."""

    number: int
    found: FoundFile


def add(
    backend: Backend, uploads: Sequence[Path], names: Sequence[str] = (), *, stop: Stop = _never
) -> Generator[list[IngestProgress]]:
    """Ingest uploads; each yield is all outcomes so far. A bad file never stops the rest.

    An archive or a message has an outcome for each document in it.

    Args:
        names: what the browser calls them, with their folders; by default the names of the uploads.
    """
    total = len(uploads)
    outcomes: list[IngestProgress] = []
    waiting: list[_Kept] = []
    yield []
    try:
        for number, (upload, name) in enumerate(zip_longest(uploads, names[:total]), 1):
            taken = _take(backend, uploads, name or upload.name, number)
            if isinstance(taken, _Kept):
                waiting.append(taken)
            else:
                outcomes.append(taken)
                yield list(outcomes)
        with closing(_ingest(backend, waiting, total, stop)) as told:
            for outcome in told:
                outcomes.append(outcome)
                yield sorted(outcomes, key=lambda each: each.done)
    finally:
        copies.release(backend, [kept.found.path for kept in waiting])


def files_of(documents: Iterable[Document]) -> list[FoundFile]:
    """The files that documents were read from, each once, under the names they have."""
    named = {file_of(document.source): str(file_of(document.path)) for document in documents}
    return [FoundFile(file, name) for file, name in named.items()]


def read_again(backend: Backend, files: Sequence[FoundFile], *, stop: Stop = _never) -> Generator[list[IngestProgress]]:
    """Read files again where they lie; as `add`."""
    waiting = [_Kept(number, file) for number, file in enumerate(files, 1)]
    outcomes: list[IngestProgress] = []
    yield []
    paths = [file.path for file in files]
    copies.hold(paths)
    try:
        with closing(_ingest(backend, waiting, len(files), stop)) as told:
            for outcome in told:
                outcomes.append(outcome)
                yield list(outcomes)
    finally:
        copies.release(backend, paths)


def _take(backend: Backend, uploads: Sequence[Path], name: str, number: int) -> _Kept | IngestProgress:
    """Keep and hold a copy of the upload with this number, or say why not."""
    upload, total = uploads[number - 1], len(uploads)
    if upload.suffix.lower() not in SUFFIXES:
        return _failure(name, labels.WRONG_TYPE, number, total)
    try:
        root = backend.uploads.resolve()
        limits.check(uploads, number, root)
        with copies.lock:
            kept = keep(upload, root, name)
            copies.hold([kept])
    except Exception as error:
        return _failure(name, _line(error), number, total)
    return _Kept(number, FoundFile(kept, kept.relative_to(root).as_posix()))


def _ingest(backend: Backend, waiting: Sequence[_Kept], total: int, stop: Stop) -> Generator[IngestProgress]:
    """Ingest files together; when that breaks, those that are left one by one."""
    left = list(waiting)
    try:
        for each, outcome in _told(backend, waiting, total):
            left = [kept for kept in waiting if kept.number > each.number]
            yield outcome
            if stop():
                return
    except Exception:
        log.exception("ingestion of %d files broke", len(waiting))
        yield from _one_by_one(backend, left, total, stop)


def _one_by_one(backend: Backend, left: Sequence[_Kept], total: int, stop: Stop) -> Iterator[IngestProgress]:
    for each in left:
        try:
            for _, outcome in _told(backend, [each], total):
                yield outcome
        except Exception as error:
            yield _failure(each.found.relative, _line(error), each.number, total)
        if stop():
            return


def _told(backend: Backend, files: Sequence[_Kept], total: int) -> Iterator[tuple[_Kept, IngestProgress]]:
    with closing(backend.ingest_files([kept.found for kept in files])) as told:
        for outcome in told:
            each = files[outcome.done - 1]
            yield each, replace(outcome, done=each.number, total=total)


def _line(error: Exception) -> str:
    """What is said of a file that failed in no expected way."""
    if isinstance(error, HoidapError):
        log.warning("upload failed: %s %s", error.line, error.detail)
        return error.line
    log.error("upload failed", exc_info=error)
    return common.UNEXPECTED


def _failure(name: str, message: str, number: int, total: int) -> IngestProgress:
    return IngestProgress(name, "failed", None, message, number, total)
