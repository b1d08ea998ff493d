"""The page: header, the two tabs, the source panel beside them, and how Gradio is mounted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui import labels
from ui.access import leaving
from ui.backend import Backend
from ui.chat import page as chat_page
from ui.chat.exchange import Conversation
from ui.chat.page import QUICK, ChatPage
from ui.chat.queueing import Desk
from ui.chat.welcome import welcome
from ui.documents import page as documents_page
from ui.documents.limits import LARGEST_BATCH
from ui.downloads import Provider
from ui.history import exports as history_exports
from ui.history import page as history_page
from ui.history.keeping import keep
from ui.meetings import exports as meetings_exports
from ui.meetings import page as meetings_page
from ui.preferences import labels as preferences_labels
from ui.preferences import page as preferences_page
from ui.quality import exports as quality_exports
from ui.quality import labels as quality_labels
from ui.quality import page as quality_page
from ui.readiness import Readiness
from ui.render import element, head
from ui.sources.originals import original
from ui.sources.panel import helpers, panel
from ui.toolkit import gradio, takes_request
from ui.visitors import visitor

if TYPE_CHECKING:
    from fastapi import FastAPI

ASSETS = Path(__file__).parent / "assets"
ROOMS = ("frame", "access", "sources", "chat", "history", "documents", "meetings", "quality", "preferences")
"""Each has a style and a script of its name; the frame comes first, the others build on it."""
DOWNLOADS: Mapping[str, Provider] = {
    "original": original,
    "chat": history_exports.chat,
    "meetings": meetings_exports.selection,
    "meeting": meetings_exports.one,
    "plots": quality_exports.plot,
    "flags": quality_exports.flags,
}
QUEUE_SIZE = 64
"""Events that may wait for a handler; more are refused."""
CACHE_SECONDS = 3600
POLL_SECONDS = 1.0


def build(backend: Backend, readiness: Readiness, desk: Desk) -> Any:
    """The whole page as Blocks."""
    gr = gradio()
    with gr.Blocks(
        title=labels.APP,
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(CACHE_SECONDS, CACHE_SECONDS),
    ) as page:
        models, leave = _header()
        with gr.Row(elem_id="hd-main", equal_height=False):
            with gr.Column(scale=3, min_width=300, elem_id="hd-left"), gr.Tabs(elem_id="hd-tabs") as tabs:
                with gr.Tab(labels.TAB_CHAT, id="chat"):
                    history_page.print_title()
                    chat = chat_page.build()
                with gr.Tab(labels.TAB_DOCUMENTS, id="documents", render_children=True) as tab:
                    documents = documents_page.build()
                with gr.Tab(meetings_page.TAB, id="meetings", render_children=True) as held:
                    meetings = meetings_page.build()
                with gr.Tab(quality_labels.TAB, id="quality", elem_id="hd-tab-quality", render_children=True) as judged:
                    quality = quality_page.build()
                with gr.Tab(
                    preferences_labels.TAB, id="preferences", elem_id="hd-tab-preferences", render_children=True
                ) as set_up:
                    preferences = preferences_page.build()
            with gr.Column(scale=2, min_width=300, elem_id="hd-right"):
                gr.HTML(panel().markup, apply_default_css=False, js_on_load=None)
        gr.HTML(helpers().markup, elem_id="hd-helpers", apply_default_css=False, js_on_load=None)
        history = history_page.build(chat)
        answered = chat_page.wire(chat, backend, tabs, desk=desk, keep=partial(keep, backend))
        fresh = documents_page.wire(documents, chat, backend, page)
        ready = page.load(*fresh, **QUICK)
        history_page.wire(history, chat, backend, ready=ready, answered=answered)
        flag_dialog = quality_page.build_dialog()
        quality_page.wire(quality, flag_dialog, judged, chat, backend)
        preferences_page.wire(preferences, set_up, backend, desk)
        meetings_page.wire(meetings, tabs, held, chat, backend)
        tab.select(*fresh, **QUICK)
        _watch_models(page, models, chat, backend, readiness)
        page.load(takes_request(_leave_button), None, [leave], **QUICK)
    page.queue(max_size=QUEUE_SIZE, api_open=False)
    return page


def _header() -> tuple[Any, Any]:
    """The state of the models, and the place of the button that logs out."""
    gr = gradio()
    with gr.Row(elem_id="hd-header"):
        title = element("div", element("h1", labels.APP), element("p", labels.TAGLINE), class_="hd-brand")
        gr.HTML(title.markup, apply_default_css=False, js_on_load=None)
        models = gr.HTML("", elem_id="hd-models", apply_default_css=False, js_on_load=None)
        theme = element("button", labels.DARK, type="button", data_theme=True, data_light=labels.LIGHT)
        gr.HTML(theme.markup, apply_default_css=False, js_on_load="window.hoidap.theme(element)")
        leave = gr.HTML("", elem_id="hd-leave", apply_default_css=False, js_on_load=None)
    return models, leave


def _leave_button(request: Any) -> str:
    return leaving.button(visitor(request)).markup


def _watch_models(page: Any, models: Any, chat: ChatPage, backend: Backend, readiness: Readiness) -> None:
    """Ask for the state of the models every second until it is final; then the first screen has its examples."""
    gr = gradio()
    timer = gr.Timer(POLL_SECONDS)

    def state(conversation: Conversation) -> tuple[str, Any, Any]:
        loading = readiness.state == "loading"
        first = gr.skip() if loading else welcome(backend, conversation).markup
        return readiness.badge().markup, gr.Timer(active=loading), first

    for event in (page.load, timer.tick):
        event(state, [chat.state], [models, timer, chat.welcome], **QUICK)


def mount(app: FastAPI, page: Any) -> None:
    """Put the page at `/` of the app; nothing of it points outside this machine."""
    gr = gradio()
    style = (ASSETS / "styles" / "document.css").read_text(encoding="utf-8")
    words = f"window.hoidapWords = {json.dumps(labels.GRADIO_ATTRIBUTES)};"
    scripts = [words, *((ASSETS / "scripts" / f"{room}.js").read_text(encoding="utf-8") for room in ROOMS)]
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        footer_links=[],
        run_history=False,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        show_error=False,
        # Gradio refuses all of a drop, in English, for one file above this; `limits.check` refuses that file alone.
        max_file_size=LARGEST_BATCH,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        i18n=gr.I18n(**labels.GRADIO),
        theme=_theme(gr),
        css_paths=[ASSETS / "styles" / f"{room}.css" for room in ROOMS],
        head=head(style, scripts),
    )


def _theme(gr: Any) -> Any:
    """Bundled fonts in the weights that have every Vietnamese letter: 400 and 700, not 600."""
    sans = gr.themes.LocalFont("IBM Plex Sans", weights=(400, 700))
    return gr.themes.Base(
        primary_hue="teal",
        neutral_hue="slate",
        font=[sans, "system-ui", "sans-serif"],
        font_mono=["monospace"],
    )
