"""The documents tab: its widgets and which event of theirs does what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rag.readers import SUFFIXES
from ui.backend import Backend
from ui.chat.page import PRIVATE, QUICK, ChatPage
from ui.chat.welcome import welcome
from ui.documents import labels, report
from ui.documents.actions import Actions
from ui.documents.listing import action
from ui.documents.shelf import PAGE, Wanted
from ui.render import element
from ui.toolkit import gradio, sent, takes_event, takes_request

INGESTING = {**PRIVATE, "concurrency_limit": 1, "concurrency_id": "indexing"}
"""Whatever needs the encoder waits in this queue, which may take as long as an upload of many files."""
CHANGING = {**PRIVATE, "concurrency_limit": 1, "concurrency_id": "changing"}
"""Deleting and undoing take turns among themselves, and wait for nobody's upload."""
NAMES = "(files) => [files, JSON.stringify((files ?? []).map((file) => file.orig_name))]"
"""Gradio gives the handler an upload's bare name; the page knows the folders it was in."""


@dataclass(frozen=True)
class DocumentsPage:
    """The widgets of the tab."""

    drop: Any
    names: Any
    reread: Any
    stop: Any
    report: Any
    failed: Any
    filters: list[Any]
    """In the order of `Wanted`."""
    limit: Any
    listing: Any
    notice: Any


def build() -> DocumentsPage:
    """Lay out the tab inside the open Blocks context."""
    gr = gradio()
    drop = gr.File(file_count="multiple", label=labels.DROP, show_label=False, height=136, elem_id="hd-drop")
    names = gr.Textbox(visible="hidden")
    with gr.Row(elem_id="hd-add"):
        _html(_folder_button().markup, "hd-folder", "window.hoidap.documents.folder(element)")
        reread = gr.Button(labels.REREAD_ALL, size="sm", scale=0, visible=False, elem_id="hd-reread")
        stop = gr.Button(labels.STOP, size="sm", scale=0, visible=False, elem_id="hd-stop-upload")
    told = _html("", "hd-upload-report", None)
    failed = _html("", "hd-failed", "window.hoidap.documents.failed(element, trigger)")
    filters = _filters(gr)
    _html(_filters_button().markup, "hd-all-filters", "window.hoidap.documents.filters(element)")
    listing = _html("", "hd-list", "window.hoidap.documents.list(element, trigger, watch)")
    with gr.Column(elem_id="hd-dock"):
        _html(_selection().markup, "hd-selection", "window.hoidap.documents.selection(element)")
        notice = _html("", "hd-notice-undo", "window.hoidap.documents.notice(element, trigger, watch)")
    return DocumentsPage(drop, names, reread, stop, told, failed, filters, gr.State(PAGE), listing, notice)


def _html(markup: str, elem_id: str, on_load: str | None) -> Any:
    return gradio().HTML(markup, elem_id=elem_id, apply_default_css=False, js_on_load=on_load)


def _folder_button() -> Any:
    choose = element("button", labels.CHOOSE_FOLDER, type="button", class_="hd-button")
    readable = element("p", labels.READABLE, class_="hd-hint")
    return element("div", choose, readable, data_suffixes=" ".join(sorted(SUFFIXES)), class_="hd-folder")


def _filters_button() -> Any:
    """Shows, on a narrow screen, the filters that are folded away there."""
    return element("button", labels.MORE_FILTERS, type="button", class_="hd-button", aria_expanded="false")


def _selection() -> Any:
    return element(
        "div",
        element("strong", class_="hd-selected", role="status"),
        action("select-none", labels.SELECT_NONE),
        action("delete-selected", labels.DELETE_SELECTED),
        class_="hd-hanging hd-selection",
        hidden=True,
    )


def _filters(gr: Any) -> list[Any]:
    with gr.Row(elem_id="hd-filters"):
        words = gr.Textbox(label=labels.WORDS, elem_id="hd-filter", scale=2, min_width=200)
        kind = _choice(gr, labels.KIND, {"": labels.ALL, **labels.KINDS}, "hd-kind")
        status = _choice(gr, labels.STATUS, {"": labels.ALL, **labels.STATUSES}, "hd-status")
        since = gr.Textbox(label=labels.SINCE, placeholder=labels.DATE_HINT, elem_id="hd-since", min_width=120)
        until = gr.Textbox(label=labels.UNTIL, placeholder=labels.DATE_HINT, elem_id="hd-until", min_width=120)
        order = _choice(gr, labels.ORDER, labels.ORDERS, "hd-order")
    return [words, kind, status, since, until, order]


def _choice(gr: Any, label: str, words: Mapping[str, str], elem_id: str) -> Any:
    choices = [(word, key) for key, word in words.items()]
    return gr.Dropdown(choices, value=choices[0][1], label=label, filterable=False, min_width=140, elem_id=elem_id)


def wire(page: DocumentsPage, chat: ChatPage, backend: Backend, blocks: Any) -> tuple[Any, list[Any], list[Any]]:
    """Connect the events; the event that shows the present state: its function, inputs and outputs."""
    gr = gradio()
    actions = Actions(backend)

    def refresh(*given: Any) -> tuple[Any, ...]:
        *filters, limit, conversation = given
        words, kind, status, since, until, order = (str(each or "") for each in filters)
        found = _refresh(actions, Wanted(words, kind, status, since, until, order, int(limit)))
        return (*found, welcome(backend, conversation).markup)

    fresh = (refresh, [*page.filters, page.limit, chat.state], [page.listing, page.failed, page.reread, chat.welcome])
    _wire_ingestion(page, actions, fresh)
    _wire_changes(page, actions, fresh)

    @takes_event
    def view(event: Any) -> str:
        return actions.view(sent(event, "document"))

    page.listing.select(view, None, [chat.sources], **QUICK)
    page.listing.expand(lambda limit: limit + PAGE, [page.limit], [page.limit], **QUICK).then(*fresh, **QUICK)
    gr.on([each.change for each in page.filters], *fresh, trigger_mode="always_last", **QUICK)
    blocks.unload(takes_request(lambda request: actions.forget(request.session_hash)))
    return fresh


def _wire_ingestion(page: DocumentsPage, actions: Actions, fresh: tuple[Any, ...]) -> None:
    shown = [page.report, page.stop, page.reread]

    @takes_request
    def upload(files: list[str] | None, names: str, request: Any) -> Iterator[tuple[Any, ...]]:
        for step in actions.upload(request.session_hash, files or [], names):
            yield None, *step

    @takes_request
    def reread_all(request: Any) -> Iterator[tuple[Any, ...]]:
        yield from actions.reread_all(request.session_hash)

    @takes_event
    @takes_request
    def reread(event: Any, request: Any) -> Iterator[tuple[Any, ...]]:
        yield from actions.reread(request.session_hash, sent(event, "document"))

    @takes_event
    @takes_request
    def retry(event: Any, request: Any) -> Iterator[tuple[Any, ...]]:
        yield from actions.retry(request.session_hash, sent(event, "source"))

    @takes_request
    def stop(request: Any) -> Any:
        return actions.stop(request.session_hash)

    asked = page.drop.upload(lambda: report.waiting().markup, None, [page.report], **QUICK)
    started = [
        asked.then(upload, [page.drop, page.names], [page.drop, *shown], js=NAMES, **INGESTING),
        page.reread.click(reread_all, None, shown, **INGESTING),
        page.listing.retry(reread, None, shown, **INGESTING),
        page.failed.retry(retry, None, shown, **INGESTING),
    ]
    for each in started:
        each.then(*fresh, **QUICK)
    page.stop.click(stop, None, [page.stop], **QUICK)


def _wire_changes(page: DocumentsPage, actions: Actions, fresh: tuple[Any, ...]) -> None:
    @takes_event
    @takes_request
    def delete(event: Any, request: Any) -> str:
        return actions.delete(request.session_hash, sent(event, "documents"))

    @takes_event
    @takes_request
    def undo(event: Any, request: Any) -> str:
        return actions.undo(request.session_hash, sent(event, "key"))

    @takes_event
    def dismiss(event: Any) -> str:
        return actions.dismiss(sent(event, "source"))

    page.listing.delete(delete, None, [page.notice], **CHANGING).then(*fresh, **QUICK)
    page.notice.undo(undo, None, [page.notice], **CHANGING).then(*fresh, **QUICK)
    page.failed.clear(dismiss, None, [page.notice], **QUICK).then(*fresh, **QUICK)


def _refresh(actions: Actions, wanted: Wanted) -> tuple[Any, ...]:
    gr = gradio()
    listed, failed, changed = actions.state(wanted)
    button = gr.Button(f"{labels.REREAD_ALL} ({labels.number(changed)})", visible=changed > 0)
    return listed, failed, button
