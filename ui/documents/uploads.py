"""What the documents page does: keep uploads, ingest them one by one, delete."""

from __future__ import annotations

import logging
import re
import shutil
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from filecmp import cmp
from itertools import count
from pathlib import Path

from rag.errors import HoidapError
from rag.readers import SUFFIXES
from rag.records import IngestProgress
from rag.sources import file_of
from ui import labels
from ui.backend import Backend
from ui.documents import limits

log = logging.getLogger(__name__)

NAME_BYTES = 180
"""UTF-8 bytes of a kept file name without its ending; file systems allow 255."""
_UNSAFE = re.compile(r"[^\w .()-]+")


def safe_name(name: str) -> str:
    """A file name without folders, leading dots or odd characters; Vietnamese letters stay."""
    base = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    stem, dot, suffix = _UNSAFE.sub("_", base).strip(" ._").rpartition(".")
    stem, suffix = (stem, dot + suffix) if dot else (suffix, "")
    stem = stem.encode()[:NAME_BYTES].decode(errors="ignore").strip(" .")
    return (stem or "tai-lieu") + suffix.lower()[:8].rstrip(" ._")


def keep(upload: Path, folder: Path) -> tuple[Path, bool]:
    """Copy an upload into the folder and say whether the copy is new.

    A file of the same name and content is used again; another content gets ` (2)` so that nothing a
    citation points to is overwritten.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = folder / safe_name(upload.name)
    for number in count(1):
        target = wanted if number == 1 else wanted.with_stem(f"{wanted.stem} ({number})")
        if not target.exists():
            partial = target.with_suffix(target.suffix + ".part")
            shutil.copyfile(upload, partial)
            partial.replace(target)
            return target, True
        if cmp(upload, target, shallow=False):
            return target, False
    raise AssertionError("count() does not end")


def add(backend: Backend, uploads: Sequence[Path]) -> Iterator[list[IngestProgress]]:
    """Ingest uploads one by one; each yield is all outcomes so far. A bad file never stops the rest.

    An archive or a message has an outcome for each document in it.
    """
    outcomes: list[IngestProgress] = []
    yield []
    for number in range(1, len(uploads) + 1):
        outcomes += _add_one(backend, uploads, number)
        yield list(outcomes)


def _add_one(backend: Backend, uploads: Sequence[Path], number: int) -> list[IngestProgress]:
    upload, total = uploads[number - 1], len(uploads)
    if upload.suffix.lower() not in SUFFIXES:
        return [_failure(upload, labels.UPLOAD_WRONG_TYPE, number, total)]
    try:
        limits.check(uploads, number, backend.uploads)
        kept, new = keep(upload, backend.uploads)
        outcomes = _ingest(backend, kept, new)
    except HoidapError as error:
        log.warning("upload failed: %s %s", error.line, error.detail)
        return [_failure(upload, error.line, number, total)]
    except Exception:
        log.exception("upload failed")
        return [_failure(upload, labels.UNEXPECTED, number, total)]
    return [replace(outcome, done=number, total=total) for outcome in outcomes]


def _ingest(backend: Backend, kept: Path, new: bool) -> list[IngestProgress]:
    """Ingest a kept copy; a new copy that no document points to does not stay."""
    used = False
    try:
        outcomes = list(backend.ingest([kept]))
        used = any(outcome.outcome in ("added", "replaced", "moved") for outcome in outcomes)
        return outcomes
    finally:
        if new and not used:
            kept.unlink(missing_ok=True)


def _failure(upload: Path, message: str, number: int, total: int) -> IngestProgress:
    return IngestProgress(upload.name, "failed", None, message, number, total)


def remove(backend: Backend, document_id: str) -> None:
    """Delete a document, and its file too when it is a copy we keep and no other document is from it.

    Raises:
        HoidapError: it is unknown, or the library cannot be written.
    """
    file = file_of(backend.document(document_id).source)
    backend.delete([document_id])
    kept = file.parent == backend.uploads.resolve()
    if kept and not any(file_of(document.source) == file for document in backend.documents()):
        file.unlink(missing_ok=True)
