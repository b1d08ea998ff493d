"""The documents tab: its widgets and what each of their events does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import HoidapError
from rag.readers import SUFFIXES
from ui import labels
from ui.backend import Backend
from ui.chat.exchange import Conversation
from ui.chat.page import PRIVATE, QUICK, ChatPage
from ui.chat.welcome import welcome
from ui.documents import listing, uploads
from ui.sources import articles
from ui.toolkit import gradio, sent, takes_event

log = logging.getLogger(__name__)

INDEXING = "indexing"
"""Everything that writes to the library waits in this queue."""
WRITING = {**PRIVATE, "concurrency_limit": 1, "concurrency_id": INDEXING}


@dataclass(frozen=True)
class DocumentsPage:
    """The widgets of the tab."""

    drop: Any
    report: Any
    filter: Any
    listing: Any


def build() -> DocumentsPage:
    """Lay out the tab inside the open Blocks context."""
    gr = gradio()
    drop = gr.File(
        file_count="multiple",
        file_types=sorted(SUFFIXES),
        label=labels.DROP_LABEL,
        height=132,
        elem_id="hd-drop",
    )
    report = gr.HTML("", elem_id="hd-upload-report", apply_default_css=False, js_on_load=None)
    words = gr.Textbox(
        placeholder=labels.FILTER, label=labels.FILTER, show_label=False, container=False, elem_id="hd-filter"
    )
    listing = gr.HTML(
        "", elem_id="hd-list", apply_default_css=False, js_on_load="window.hoidap.documents.list(element, trigger)"
    )
    return DocumentsPage(drop, report, words, listing)


def wire(page: DocumentsPage, chat: ChatPage, backend: Backend) -> Callable[..., tuple[str, str]]:
    """Connect the events and return the function that refreshes the list and the first screen."""

    def refresh(words: str | None, conversation: Conversation) -> tuple[str, str]:
        return _refresh(backend, words or "", conversation)

    def upload(files: list[str]) -> Iterator[tuple[Any, str]]:
        yield from _upload(backend, files)

    @takes_event
    def view(event: Any) -> Any:
        return _view(backend, str(sent(event, "document")))

    @takes_event
    def delete(event: Any) -> str:
        return _delete(backend, str(sent(event, "document")))

    fresh = (refresh, [page.filter, chat.state], [page.listing, chat.welcome])
    page.drop.upload(upload, [page.drop], [page.drop, page.report], **WRITING).then(*fresh, **QUICK)
    page.listing.delete(delete, None, [page.report], **WRITING).then(*fresh, **QUICK)
    page.listing.select(view, None, [chat.sources], **QUICK)
    page.filter.change(*fresh, trigger_mode="always_last", **QUICK)
    return refresh


def _refresh(backend: Backend, words: str, conversation: Conversation) -> tuple[str, str]:
    try:
        known = backend.documents()
    except Exception as error:
        return listing.problem(_line(error)).markup, ""
    return listing.listing(known, words).markup, welcome(bool(known), conversation).markup


def _upload(backend: Backend, files: list[str]) -> Iterator[tuple[Any, str]]:
    gr = gradio()
    for outcomes in uploads.add(backend, [Path(file) for file in files]):
        finished = bool(outcomes) and outcomes[-1].done == len(files)
        yield (None if finished else gr.skip()), listing.report(outcomes, len(files)).markup


def _view(backend: Backend, document_id: str) -> Any:
    try:
        article = articles.load(backend, document_id)
    except Exception as error:
        return articles.unavailable(_line(error)).markup
    return articles.bundle(articles.VIEWED, [article]).markup


def _delete(backend: Backend, document_id: str) -> str:
    try:
        uploads.remove(backend, document_id)
    except Exception as error:
        return listing.problem(_line(error)).markup
    return ""


def _line(error: Exception) -> str:
    """The border of the tab: a known failure in its own words, a bug in general ones and in the log."""
    if isinstance(error, HoidapError):
        log.warning("documents: %s %s", error.line, error.detail)
        return error.line
    log.error("documents", exc_info=error)
    return labels.UNEXPECTED
