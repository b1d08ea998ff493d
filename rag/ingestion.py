"""From a file to a stored document: read, clean, cut, encode, then one transaction."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embeddings.encoder import PassageText
from rag.chunking import ChunkSpan, SentenceSpan, chunks_of, sentences_of
from rag.cleaning import clean
from rag.dates import published
from rag.errors import BadInput, UnreadableDocument
from rag.readers import SUFFIXES, reader_for
from rag.records import Document, IngestProgress, Span
from rag.store import NewDocument, text_sha256

if TYPE_CHECKING:
    from rag.library import Library

_LOG = logging.getLogger(__name__)


def ingest(library: Library, paths: Sequence[Path]) -> Iterator[IngestProgress]:
    """Bring files and folders (recursively) into the library; one progress record a file.

    A bad file is reported as `failed` and the rest goes on. Unchanged text is not encoded again.

    Raises:
        BadInput: a path does not exist, or nothing that can be read is there.
        StorageError: the data folder cannot be written; documents stored so far stay.
    """
    files = find_files(paths)
    try:
        for at, (path, relative) in enumerate(files, start=1):
            outcome, document_id, message = _ingest_one(library, path, relative)
            yield IngestProgress(relative, outcome, document_id, message, at, len(files))
    finally:
        library.indexes.refresh()


def find_files(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """Absolute paths with their names relative to what was given, in name order."""
    found: dict[Path, str] = {}
    for given in paths:
        root = _resolved(given)
        if root.is_dir():
            inside = sorted(p for p in _inside(root) if p.suffix.lower() in SUFFIXES and _may_be_file(p))
            found.update((p, p.relative_to(root).as_posix()) for p in inside)
        elif root.is_file():
            found[root] = root.name
        else:
            raise _not_found(given)
    if not found:
        known = ", ".join(sorted(SUFFIXES))
        raise BadInput("Không có tệp nào đọc được ở đó.", next_step=f"Các loại tệp đọc được: {known}.")
    return list(found.items())


def _inside(root: Path) -> Iterator[Path]:
    """Every name below a folder; a folder that does not open is logged and the others go on."""
    for folder, _, names in os.walk(root, onerror=lambda error: _LOG.error("bỏ qua thư mục không mở được: %s", error)):
        yield from (Path(folder, name) for name in names)


def _may_be_file(path: Path) -> bool:
    """False for pipes and dead links; what may not be looked at counts, so that its failure is reported."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except PermissionError:
        return True
    except OSError:
        return False


def _resolved(given: Path) -> Path:
    try:
        path = given.expanduser().resolve()
        path.stat()
    except (OSError, RuntimeError, ValueError) as error:
        raise _not_found(given) from error
    return path


def _not_found(given: Path) -> BadInput:
    return BadInput(f"Không tìm thấy “{given}”.", next_step="Hãy kiểm tra lại đường dẫn.")


def _ingest_one(library: Library, path: Path, relative: str) -> tuple[str, str | None, str]:
    try:
        text = _read(path)
        own = library.store.find_by_source(str(path))
        same = library.store.find_by_sha256(text_sha256(text))
        if same is not None and not _has_changed(same):
            if own is None or own.id == same.id:
                return "unchanged", same.id, ""
            library.store.delete([own.id])
            return "replaced", same.id, ""
        library.store.check_encoder(library.encoder.fingerprint)
        document = _prepare(library, path, relative, text)
    except UnreadableDocument as error:
        return "failed", None, error.line
    library.store.replace(document, encoder=library.encoder.fingerprint)
    return ("replaced" if own else "added"), document.id, ""


def _read(path: Path) -> str:
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        raise UnreadableDocument("Tên tệp không ở bảng mã UTF-8.", next_step="Hãy đổi tên tệp.") from error
    return reader_for(path).read(path)


def _has_changed(document: Document) -> bool:
    """True when the file of a stored document now holds another text; it gets its own turn."""
    source = Path(document.source)
    try:
        return source.is_file() and text_sha256(_read(source)) != document.sha256
    except UnreadableDocument:
        return False


def _prepare(library: Library, path: Path, relative: str, text: str) -> NewDocument:
    cleaned = clean(text)
    sentences = sentences_of(text, cleaned.spans)
    if not sentences:
        raise UnreadableDocument("Tệp không có câu nào dùng được.", next_step="Tệp này được bỏ qua.")
    chunks = chunks_of(sentences)
    title = text[cleaned.title_start : cleaned.title_end]
    date = published(text)
    passages = [_passage(text, title, date.value if date else "", sentences, chunk) for chunk in chunks]
    vectors = library.encoder.encode_passages(passages)
    return NewDocument(
        source=str(path),
        path=relative,
        text=text,
        title_start=cleaned.title_start,
        title_end=cleaned.title_end,
        published=date,
        spans=cleaned.spans,
        sentences=tuple(Span(s.start, s.end, s.kind) for s in sentences),
        sentence_vectors=np.concatenate([v.spans for v in vectors]),
        chunks=tuple((chunk.start, chunk.end) for chunk in chunks),
        chunk_vectors=np.stack([v.passage for v in vectors]),
    )


def _passage(text: str, title: str, date: str, sentences: Sequence[SentenceSpan], chunk: ChunkSpan) -> PassageText:
    """What the encoder reads of a chunk: title and date, then the text with its sentence spans."""
    own = text[chunk.start : chunk.end]
    context = "" if own == title else f"{title} {date}".strip() + "\n"
    shift = len(context) - chunk.start
    inside = sentences[chunk.first : chunk.last + 1]
    return PassageText(context + own, tuple((s.start + shift, s.end + shift) for s in inside))
