"""Makes the file of kept rows of a large library in its own thread, while searches go on with the index as it is.

A crash in the middle leaves the old index; half-made files go when it is made the next time. What is stored or
deleted meanwhile stands in the change log, from which whoever takes the new index brings it up to date.
"""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from embeddings.faiss_index import Sketches
from embeddings.index import GrowingIndex
from embeddings.keeping import SAMPLE, Batches, Stopped, write_rows
from embeddings.kept_rows import KeptRows
from rag.errors import HoidapError
from rag.store import Store
from rag.vector_rows import VectorRows

KEPT = "vectors-*.rows"
_HALVES = "vectors-*.rows.half"
_LOG = logging.getLogger(__name__)
_BATCH = 8192
_QUESTIONS = 200
"""Sentences that stand for questions when the number of candidates is chosen."""
_NICENESS = 10

Take = Callable[[GrowingIndex, str | None, int], None]
"""Given the index, the encoder's fingerprint and the position of the change log that it covers."""


class Compacting:
    """At most one thread at a time, and one process of those that share the folder."""

    def __init__(self, folder: Path, store: Store, take: Take) -> None:
        self._folder = folder
        self._store = store
        self._rows = VectorRows(store)
        self._take = take
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, unless it goes on already."""
        if self._thread is None or not self._thread.is_alive():
            self._stopping.clear()
            self._thread = threading.Thread(target=self._run, name="compacting", daemon=True)
            self._thread.start()

    def wait(self) -> None:
        """Until it has ended, if it goes on."""
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def stop(self) -> None:
        """End it within a fraction of a second; nothing of it is kept."""
        self._stopping.set()
        self.wait()

    def _run(self) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        try:
            with (self._folder / "compacting.lock").open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._compact()
        except BlockingIOError:
            _LOG.info("another process makes the file of vectors")
        except Stopped:
            _LOG.info("making the file of vectors was stopped")
        except (HoidapError, OSError, RuntimeError) as error:
            # Searches go on with what they have; the next change of the library tries again.
            _LOG.warning("the file of vectors could not be made: %s", error)

    def _compact(self) -> None:
        for half in self._folder.glob(_HALVES):
            with suppress(FileNotFoundError):
                half.unlink()
        path = self._folder / f"vectors-{secrets.token_hex(4)}.rows"
        try:
            with self._store.database.snapshot():
                seq, encoder = self._store.last_seq(), self._store.encoder_fingerprint()
                self._write(path)
            self._take(GrowingIndex.on(KeptRows(path)), encoder, seq)
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def _write(self, path: Path) -> None:
        sketches = Sketches.trained(self._rows.sample(SAMPLE))
        questions = self._rows.sentences_sample(_QUESTIONS)
        write_rows(path, self._batches(), sketches, questions, stopped=self._stopping.is_set)

    def _batches(self) -> Batches:
        ids, vectors = self._rows.after(0, _BATCH)
        while len(ids):
            yield ids, vectors
            ids, vectors = self._rows.after(int(ids[-1]), _BATCH)
