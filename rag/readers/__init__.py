"""Readers turn a file into documents: one of its own, or one for each member of an archive or a message."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rag.errors import UnreadableDocument
from rag.readers import archive, kinds, mail, plain, sandbox
from rag.readers.zipped import BOMB
from rag.records import Extracted
from rag.sources import CONTAINERS, WITHIN, file_of

SUFFIXES = frozenset(kinds.OF_SUFFIX)
_TEXT_BYTES = 20 * 2**20
_FILE_BYTES = 200 * 2**20
_UNPACKED_BYTES = 500 * 2**20
"""Of everything in one file together."""
_DEPTH = 2
"""An archive may hold archives, and those no further ones."""

Load = Callable[[], bytes]


class _Budget:
    """What a file may still unpack to: many small bombs are one large one."""

    def __init__(self) -> None:
        self._left = _UNPACKED_BYTES

    def spend(self, load: Load) -> bytes:
        if self._left <= 0:
            raise BOMB
        raw = load()
        self._left -= len(raw)
        return raw


@dataclass(frozen=True, slots=True)
class Part:
    """A document to be: a file, a message, or something inside one; nothing but its name is read yet."""

    source: str
    """The absolute path, inside a container with the member's name."""
    path: str
    """The same relative to what was given."""
    read: Callable[[], Extracted]
    """Raises `UnreadableDocument`."""


def parts(path: Path, shown: str) -> Iterator[Part]:
    """The documents of a file, in its order; what cannot be opened is a part whose `read` says why.

    Args:
        path: absolute.
        shown: the path as the user reads it.
    """
    yield from _parts(str(path), shown, path.name, lambda: _bytes(path), 0, _Budget())


def read_again(source: str) -> Extracted:
    """Read what a stored document was read from.

    Raises:
        UnreadableDocument: the file or the member is gone or cannot be read.
    """
    path = file_of(source)
    for part in parts(path, path.name):
        if part.source == source:
            return part.read()
    raise UnreadableDocument(f"Không còn “{source}”.", next_step="Hãy nạp lại tệp chứa nó.")


def _parts(source: str, shown: str, name: str, load: Load, depth: int, budget: _Budget) -> Iterator[Part]:
    try:
        suffix = PurePosixPath(name).suffix.lower()
        if suffix not in SUFFIXES:
            known = ", ".join(sorted(SUFFIXES))
            raise UnreadableDocument(f"Chưa đọc được loại tệp “{suffix or name}”.", next_step=f"Dùng {known}.")
        if suffix not in CONTAINERS:
            yield Part(source, shown, lambda: _read(suffix, budget.spend(load)))
            return
        raw = budget.spend(load)
        kind = kinds.kind_of(suffix, raw)
        if kind != "zip":
            yield Part(source, shown, lambda: _extracted(kind, raw))
        yield from _inside(source, shown, kind, raw, depth, budget)
    except UnreadableDocument as error:
        yield _failed(source, shown, error)


def _inside(source: str, shown: str, kind: str, raw: bytes, depth: int, budget: _Budget) -> Iterator[Part]:
    """The readable members of an archive, or attachments of a message."""
    if kind not in ("zip", "mail"):
        return
    if depth == _DEPTH:
        raise UnreadableDocument("Tệp nén lồng nhau quá nhiều lớp.", next_step="Hãy giải nén rồi nạp từng tệp.")
    found = archive.members(raw) if kind == "zip" else _attachments(raw)
    names: dict[str, int] = {}
    for name, load in found:
        if PurePosixPath(name).suffix.lower() not in SUFFIXES or PurePosixPath(name).name.startswith("."):
            continue
        names[name] = names.get(name, 0) + 1
        own = name if names[name] == 1 else f"{name}#{names[name]}"
        yield from _parts(f"{source}{WITHIN}{own}", f"{shown}{WITHIN}{own}", name, load, depth + 1, budget)
    if kind == "zip" and not names:
        raise UnreadableDocument("Tệp nén không có tệp nào đọc được.", next_step="Tệp này được bỏ qua.")


def _attachments(raw: bytes) -> Iterator[tuple[str, Load]]:
    for name, content in mail.attachments(raw):
        yield name, lambda content=content: content  # type: ignore[misc]


def _failed(source: str, shown: str, error: UnreadableDocument) -> Part:
    def read() -> Extracted:
        raise error

    return Part(source, shown, read)


def _read(suffix: str, raw: bytes) -> Extracted:
    return _extracted(kinds.kind_of(suffix, raw), raw)


def _extracted(kind: str, raw: bytes) -> Extracted:
    if kind == "zip":
        raise UnreadableDocument("Đây là tệp nén có đuôi tệp khác.", next_step="Hãy đổi đuôi tệp thành .zip.")
    if kind == "plain" and len(raw) > _TEXT_BYTES:
        raise _too_large(_TEXT_BYTES)
    return plain.read(raw) if kind == "plain" else sandbox.extract(kind, raw)


def _bytes(path: Path) -> bytes:
    limit = _TEXT_BYTES if kinds.OF_SUFFIX[path.suffix.lower()] == "plain" else _FILE_BYTES
    try:
        if path.stat().st_size > limit:
            raise _too_large(limit)
        return path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(f"Không mở được tệp “{path.name}”.", detail=str(error)) from error


def _too_large(limit: int) -> UnreadableDocument:
    return UnreadableDocument(f"Tệp lớn hơn {limit // 2**20} MB.", next_step="Hãy chia nhỏ tệp.")
