"""The page: header, the two tabs, the source panel beside them, and how Gradio is mounted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui import labels
from ui.backend import Backend
from ui.chat import page as chat_page
from ui.chat.page import QUICK
from ui.documents import page as documents_page
from ui.downloads import PROVIDERS
from ui.meetings import exports as meetings_exports
from ui.meetings import page as meetings_page
from ui.readiness import Readiness
from ui.render import element
from ui.sources.panel import helpers, panel
from ui.toolkit import gradio

if TYPE_CHECKING:
    from fastapi import FastAPI

ASSETS = Path(__file__).parent / "assets"
ROOMS = ("frame", "sources", "chat", "documents", "meetings")
"""Each has a style and a script of its name; the frame comes first, the others build on it."""
MAX_FILE_SIZE = "20mb"
QUEUE_SIZE = 16
CACHE_SECONDS = 3600
POLL_SECONDS = 1.0


def build(backend: Backend, readiness: Readiness) -> Any:
    """The whole page as Blocks."""
    gr = gradio()
    PROVIDERS.update(meetings_exports.PROVIDERS)
    with gr.Blocks(
        title=labels.APP,
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(CACHE_SECONDS, CACHE_SECONDS),
    ) as page:
        models = _header()
        with gr.Row(elem_id="hd-main", equal_height=False):
            with gr.Column(scale=3, min_width=300, elem_id="hd-left"), gr.Tabs(elem_id="hd-tabs") as tabs:
                with gr.Tab(labels.TAB_CHAT, id="chat"):
                    chat = chat_page.build()
                with gr.Tab(labels.TAB_DOCUMENTS, id="documents", render_children=True) as tab:
                    documents = documents_page.build()
                with gr.Tab(meetings_page.TAB, id="meetings") as meetings_tab:
                    meetings = meetings_page.build()
            with gr.Column(scale=2, min_width=300, elem_id="hd-right"):
                gr.HTML(panel().markup, apply_default_css=False, js_on_load=None)
        gr.HTML(helpers().markup, elem_id="hd-helpers", apply_default_css=False, js_on_load=None)
        chat_page.wire(chat, backend, tabs)
        refresh = documents_page.wire(documents, chat, backend)
        fresh = (refresh, [documents.filter, chat.state], [documents.listing, chat.welcome])
        meetings_page.wire(meetings, tabs, meetings_tab, chat, backend)
        page.load(*fresh, **QUICK)
        tab.select(*fresh, **QUICK)
        _watch_models(page, models, readiness)
    page.queue(max_size=QUEUE_SIZE, api_open=False)
    return page


def _header() -> Any:
    gr = gradio()
    with gr.Row(elem_id="hd-header"):
        title = element("div", element("h1", labels.APP), element("p", labels.TAGLINE), class_="hd-brand")
        gr.HTML(title.markup, apply_default_css=False, js_on_load=None)
        models = gr.HTML("", elem_id="hd-models", apply_default_css=False, js_on_load=None)
        theme = element("button", labels.DARK, type="button", data_theme=True, data_light=labels.LIGHT)
        gr.HTML(theme.markup, apply_default_css=False, js_on_load="window.hoidap.theme(element)")
        return models


def _watch_models(page: Any, models: Any, readiness: Readiness) -> None:
    """Ask for the state of the models every second until it is final, then never again."""
    gr = gradio()
    timer = gr.Timer(POLL_SECONDS)

    def state() -> tuple[str, Any]:
        return readiness.badge().markup, gr.Timer(active=readiness.state == "loading")

    page.load(state, None, [models, timer], **QUICK)
    timer.tick(state, None, [models, timer], **QUICK)


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
        max_file_size=MAX_FILE_SIZE,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        i18n=gr.I18n(**labels.GRADIO),
        theme=_theme(gr),
        css_paths=[ASSETS / "styles" / f"{room}.css" for room in ROOMS],
        head=f"<style>{style}</style>" + "".join(f"<script>{script}</script>" for script in scripts),
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
