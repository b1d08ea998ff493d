"""What the events of the documents tab do; the one border where its errors become words."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from rag.errors import HoidapError
from rag.file_search import FoundFile
from rag.records import IngestProgress
from rag.sources import file_of
from ui import labels as common
from ui.backend import Backend
from ui.documents import labels, report, shelf, uploads
from ui.documents.legend import legend
from ui.documents.listing import listing
from ui.documents.shelf import Wanted
from ui.documents.wastebasket import Wastebasket
from ui.sources import articles
from ui.toolkit import gradio

log = logging.getLogger(__name__)

BETWEEN = 0.2
"""Seconds at least between two states of an upload that are shown."""

Step = tuple[Any, ...]
"""Report, stop button and button to read all again."""


class Actions:
    """The verbs of the tab for all sessions, each named by what Gradio calls it."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._wastebasket = Wastebasket(backend)
        self._stops: dict[str, threading.Event] = {}

    # Showing

    def state(self, wanted: Wanted) -> tuple[str, str, int]:
        """The list, the failures, and how many files have changed."""
        try:
            known = shelf.load(self._backend)
            listed = listing(known, shelf.select(known, wanted))
            failed = self._backend.failures()
        except Exception as error:
            return report.problem(line(error)).markup, "", 0
        retriable = frozenset(each.source for each in failed[: report.MOST] if file_of(each.source).is_file())
        changed = {file_of(d.source) for d in known.documents if known.stale.get(d.id) == "changed"}
        return listed.markup, report.failures(failed, retriable).markup, len(changed)

    def view(self, document_id: Any) -> str:
        """The article for the source panel."""
        try:
            article = articles.load(self._backend, str(document_id))
        except Exception as error:
            return articles.unavailable(line(error)).markup
        return articles.bundle(articles.VIEWED, [article], note=legend(article.spans)).markup

    # Ingestion

    def upload(self, session: str, files: list[str], names: str) -> Iterator[Step]:
        """Bring in what was uploaded; `names` is a JSON list of the names that the browser gave."""
        called = _names(names, len(files))
        paths = [Path(file) for file in files]
        yield from self._run(session, len(files), lambda stop: uploads.add(self._backend, paths, called, stop=stop))

    def reread(self, session: str, document_id: Any) -> Iterator[Step]:
        yield from self._read(session, lambda: uploads.files_of([self._backend.document(str(document_id))]))

    def reread_all(self, session: str) -> Iterator[Step]:
        """Read every file again that has changed."""
        yield from self._read(session, self._changed)

    def _changed(self) -> list[FoundFile]:
        stale = self._backend.stale()
        return uploads.files_of(d for d in self._backend.documents() if stale.get(d.id) == "changed")

    def retry(self, session: str, source: Any) -> Iterator[Step]:
        """Read a file again that failed; only what is listed, never a path that the page made up."""
        yield from self._read(session, lambda: self._failed(source))

    def _failed(self, source: Any) -> list[FoundFile]:
        failed = (each for each in self._backend.failures() if each.source == source)
        return [FoundFile(file_of(each.source), str(file_of(each.path))) for each in failed]

    def _read(self, session: str, find: Callable[[], list[FoundFile]]) -> Iterator[Step]:
        try:
            files = find()
        except Exception as error:
            yield self._step(report.problem(line(error)).markup, working=False)
            return
        yield from self._run(session, len(files), lambda stop: uploads.read_again(self._backend, files, stop=stop))

    def _run(
        self, session: str, total: int, start: Callable[[uploads.Stop], Generator[list[IngestProgress]]]
    ) -> Iterator[Step]:
        stop = self._stops[session] = threading.Event()
        outcomes: list[IngestProgress] = []
        shown = 0.0
        try:
            with closing(start(stop.is_set)) as told:
                for outcomes in told:
                    if time.monotonic() - shown >= BETWEEN:
                        shown = time.monotonic()
                        yield self._step(report.progress(outcomes, total).markup, working=True)
            yield self._step(report.finished(outcomes, total).markup, working=False)
        except Exception as error:
            yield self._step(report.problem(line(error)).markup, working=False)
        finally:
            self._stops.pop(session, None)

    def _step(self, markup: str, *, working: bool) -> Step:
        gr = gradio()
        return markup, gr.Button(visible=working, interactive=True), gr.Button(interactive=not working)

    def stop(self, session: str) -> Any:
        """End after the document in flight."""
        if session in self._stops:
            self._stops[session].set()
        return gradio().Button(interactive=False)

    # Changes

    def delete(self, session: str, document_ids: Any) -> str:
        """Delete documents; what is shown then has the button that takes it back."""
        given = {each for each in document_ids if isinstance(each, str)} if isinstance(document_ids, list) else set()
        try:
            # Another window may have deleted some of them already.
            wanted = [document.id for document in self._backend.documents() if document.id in given]
            if wanted:
                self._wastebasket.throw(session, wanted)
        except Exception as error:
            return report.problem(line(error)).markup
        return report.undoable(self._wastebasket.of(session)).markup

    def undo(self, session: str, key: Any) -> str:
        try:
            thrown = self._wastebasket.undo(session, str(key))
        except Exception as error:
            return report.problem(line(error)).markup
        return report.said(labels.restored(thrown.titles)).markup

    def dismiss(self, source: Any) -> str:
        """Forget one failure, or all of them where no source is named."""
        try:
            self._backend.dismiss([source] if isinstance(source, str) else [f.source for f in self._backend.failures()])
        except Exception as error:
            return report.problem(line(error)).markup
        return ""

    def forget(self, session: str) -> None:
        """The page was closed."""
        self._wastebasket.forget(session)


def _names(given: str, count: int) -> list[str]:
    """The names of so many uploads; none when the page sent anything else."""
    try:
        names = json.loads(given or "[]")
    except ValueError:
        return []
    fits = isinstance(names, list) and len(names) == count and all(isinstance(name, str) for name in names)
    return names if fits else []


def line(error: Exception) -> str:
    """A known failure in its own words, a bug in general ones and in the log."""
    if isinstance(error, HoidapError):
        log.warning("documents: %s %s", error.line, error.detail)
        return error.line
    log.error("documents", exc_info=error)
    return common.UNEXPECTED
