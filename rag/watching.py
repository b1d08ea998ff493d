"""Keeps a folder indexed: what changes there is brought in once it is quiet."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import BadInput, LibraryBusy, StorageError
from rag.file_search import FoundFile, find_files
from rag.ingestion import ingest_files
from rag.known_files import state_of
from rag.readers import SUFFIXES
from rag.records import Document, IngestProgress
from rag.sources import file_of

if TYPE_CHECKING:
    from rag.library import Library

QUIET = 1.0
"""Seconds without an event after which a file counts as written."""
_GONE = 3
"""How many times longer a lost name waits: a rename may show its new place later than the loss of the old one."""
_LOOK = 0.2
_CHANGES = ("created", "modified", "moved", "deleted", "closed")


class _Touched:
    """Paths by the time of their last event; filled by the observer's thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at: dict[Path, float] = {}
        self._size: dict[Path, object] = {}

    def add(self, path: Path) -> None:
        with self._lock:
            self._at[path] = time.monotonic()

    def take_quiet(self) -> list[Path]:
        """The paths that are quiet and whose files have not grown since the last look."""
        now = time.monotonic()
        with self._lock:
            waits = {path: QUIET if path.exists() else _GONE * QUIET for path in self._at}
            due = [path for path, at in self._at.items() if now - at >= waits[path]]
            quiet = [path for path in due if self._size.pop(path, None) == (state_of(path),)]
            self._size.update((path, (state_of(path),)) for path in due if path not in quiet)
            for path in quiet:
                del self._at[path]
            return quiet


def watch(library: Library, folder: Path, *, prune: bool, stop: threading.Event) -> Iterator[IngestProgress]:
    """Index a folder, then follow its changes until `stop` is set; a wrong folder is refused at the call.

    A document whose file is deleted while it is watched is told as `orphaned` and stays; with `prune` it goes and is
    told as `removed`, unless another file holds its text. Nothing is removed when the whole folder is gone.

    Raises:
        BadInput: no such folder.
        StorageError: the data folder cannot be written, or the system cannot watch more folders.
    """
    root = folder.expanduser().resolve()
    if not root.is_dir():
        raise BadInput(f"Không có thư mục “{folder}”.", next_step="Hãy kiểm tra lại đường dẫn.")
    return _watched(library, root, prune=prune, stop=stop)


def _watched(library: Library, root: Path, *, prune: bool, stop: threading.Event) -> Iterator[IngestProgress]:
    touched = _Touched()
    with _observed(root, touched):
        yield from _bring_in(library, root, touched)
        while not stop.wait(_LOOK):
            quiet = touched.take_quiet()
            try:
                yield from _follow(library, root, quiet, prune=prune)
            except LibraryBusy:
                for path in quiet:
                    touched.add(path)


def _bring_in(library: Library, root: Path, touched: _Touched) -> Iterator[IngestProgress]:
    """What is there at the start; what is just being written waits as later files do."""
    files = _files_in(root)
    lately = time.time_ns() - int(QUIET * 1e9)
    fresh = {file.path for file in files if (state := state_of(file.path)) and state.mtime_ns > lately}
    for path in fresh:
        touched.add(path)
    yield from ingest_files(library, [file for file in files if file.path not in fresh])


def _files_in(folder: Path) -> list[FoundFile]:
    try:
        return find_files([folder])
    except BadInput:
        return []


def _follow(library: Library, root: Path, quiet: Sequence[Path], *, prune: bool) -> Iterator[IngestProgress]:
    """New places before lost ones, so that a renamed file takes its document along."""
    gone = [path for path in quiet if not path.exists()]
    there = [path for path in sorted(quiet) if path.suffix.lower() in SUFFIXES and state_of(path) is not None]
    # A folder that has come as a whole may show no event of the files in it.
    folders = [path for path in quiet if path.is_dir() and path != root]
    there += [file.path for folder in folders for file in _files_in(folder)]
    yield from ingest_files(library, [_named(path, root) for path in dict.fromkeys(there)])
    if gone and root.is_dir():
        for document in library.documents():
            home = file_of(document.source)
            if any(home.is_relative_to(path) for path in gone) and state_of(home) is None:
                yield from _without_file(library, root, document, prune=prune)


def _without_file(library: Library, root: Path, document: Document, *, prune: bool) -> Iterator[IngestProgress]:
    elsewhere = [path for path in library.known_files.holders(document.id) if state_of(path) is not None]
    if elsewhere:
        yield from ingest_files(library, [_named(elsewhere[0], root)])
        return
    if prune:
        library.delete([document.id])
    yield IngestProgress(document.path, "removed" if prune else "orphaned", document.id, "", 1, 1)


def _named(path: Path, root: Path) -> FoundFile:
    return FoundFile(path, path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name)


@contextmanager
def _observed(root: Path, touched: _Touched) -> Iterator[None]:
    from watchdog.events import FileSystemEvent, FileSystemEventHandler
    from watchdog.observers import Observer

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            # Reading is an event too, and a folder is modified with every file in it.
            changed = ("created", "moved", "deleted") if event.is_directory else _CHANGES
            if event.event_type in changed:
                touched.add(Path(_text(event.src_path)))
                if event.dest_path:
                    touched.add(Path(_text(event.dest_path)))

    observer = Observer()
    observer.schedule(Handler(), str(root), recursive=True)
    try:
        observer.start()
    except OSError as error:
        raise StorageError(
            "Hệ thống không cho theo dõi thêm thư mục.",
            next_step="Hãy tăng fs.inotify.max_user_watches, hoặc chạy `hoidap ingest` định kỳ.",
            detail=str(error),
        ) from error
    try:
        yield
    finally:
        observer.stop()
        observer.join()


def _text(path: Any) -> str:
    return path if isinstance(path, str) else bytes(path).decode("utf-8", "surrogateescape")
