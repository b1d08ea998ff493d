"""The settings tab: its widgets and what each of their events does."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from rag.errors import HoidapError
from rag.licences import packages
from rag.models import statuses
from rag.operating_points import read_points
from rag.preferences import CHANGEABLE, overridden
from rag.speed import cpu_name
from ui import labels as shared
from ui.backend import Backend
from ui.chat.page import ANSWERING, QUICK
from ui.documents.report import problem
from ui.preferences import labels
from ui.preferences.about import about, speed
from ui.preferences.changing import Changing
from ui.preferences.form import Shown, form
from ui.render import element
from ui.toolkit import gradio, sent, takes_event, takes_request

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0


@dataclass(frozen=True)
class PreferencesPage:
    """The widgets of the tab."""

    form: Any
    outcome: Any
    timer: Any
    speed: Any
    about: Any


def build() -> PreferencesPage:
    """Lay out the tab inside the open Blocks context; it is empty until it is opened."""
    gr = gradio()
    form_ = _html(gr, "hd-preferences", "window.hoidap.preferences.form(element, trigger)")
    outcome = _html(gr, "hd-preferences-outcome", None)
    speed_ = _html(gr, "hd-speed", "window.hoidap.preferences.speed(element, trigger)")
    return PreferencesPage(form_, outcome, gr.Timer(POLL_SECONDS, active=False), speed_, _html(gr, "hd-about", None))


def _html(gr: Any, name: str, script: str | None) -> Any:
    return gr.HTML("", elem_id=name, apply_default_css=False, js_on_load=script)


def wire(page: PreferencesPage, tab: Any, backend: Backend) -> None:
    """Connect the events."""
    gr = gradio()
    changing = Changing(backend)

    @takes_request
    def opened(request: Any) -> tuple[str, str, str, Any]:
        mine = may_change(request)
        return _form(backend, mine), _speed(backend, may_start=mine), _about(backend), gr.Timer(active=changing.loading)

    @takes_request
    @takes_event
    def save(event: Any, request: Any) -> tuple[Any, str, Any]:
        if may_change(request):
            changing.start(_wanted(event))
        return _state(backend, changing, may_change(request))

    @takes_request
    def poll(request: Any) -> tuple[Any, str, Any]:
        return _state(backend, changing, may_change(request))

    @takes_request
    def measure(request: Any) -> Iterator[str]:
        yield from _measure(backend) if may_change(request) else ()

    tab.select(opened, None, [page.form, page.speed, page.about, page.timer], **QUICK)
    page.form.select(save, None, [page.form, page.outcome, page.timer], **QUICK)
    page.timer.tick(poll, None, [page.form, page.outcome, page.timer], **QUICK)
    measuring = page.speed.select(measure, None, [page.speed], **ANSWERING)
    page.speed.click(lambda: _speed(backend, line=labels.STOPPED), None, [page.speed], cancels=[measuring], **QUICK)


def may_change(request: Any) -> bool:
    """Whether the browser runs on this machine: the settings are the machine's, not one user's.

    A page that listens on an address of the network sees a browser of its own machine come from that address.
    """
    host, served = request.client.host, request.scope.get("server") or ("",)
    try:
        return ipaddress.ip_address(host).is_loopback or host == served[0]
    except ValueError:
        return False


def _wanted(event: Any) -> dict[str, Any]:
    """What the form sent, as far as it was sent; `Settings` checks it."""
    given = {name: sent(event, name) for name in CHANGEABLE}
    wanted = {name: value for name, value in given.items() if value is not None}
    if "extractive" in wanted:
        wanted["extractive"] = bool(wanted["extractive"])
    for name, kind in (("evidence_sentences", int), ("least_confidence", float)):
        try:
            wanted[name] = kind(wanted[name])
        except (KeyError, TypeError, ValueError):
            continue  # What is no number is left to `Settings`, which says what is wrong.
    return wanted


def _state(backend: Backend, changing: Changing, mine: bool) -> tuple[Any, str, Any]:
    """How the change goes; the form is drawn anew once it is done."""
    gr = gradio()
    kind = "hd-done hd-failed" if changing.failed else "hd-done"
    told = (
        element("p", changing.line, class_=kind, role="alert" if changing.failed else "status")
        if changing.line
        else None
    )
    drawn = gr.skip() if changing.loading or changing.failed else _form(backend, mine)
    return drawn, told.markup if told else "", gr.Timer(active=changing.loading)


def _form(backend: Backend, mine: bool) -> str:
    return _guarded(lambda: form(_shown(backend, mine)).markup)


def _shown(backend: Backend, mine: bool) -> Shown:
    settings = backend.settings
    named = ((name, overridden(settings, name)) for name in CHANGEABLE)
    return Shown(
        settings=settings,
        models=statuses(settings.models),
        speeds=backend.speeds(),
        points=read_points(settings.confidence),
        above={name: above for name, above in named if above},
        may_change=mine,
        cpu=cpu_name(),
    )


def _speed(backend: Backend, **shown: Any) -> str:
    return _guarded(lambda: speed(backend.speeds(), cpu_name(), **shown).markup)


def _about(backend: Backend) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        own = version("hoidap")
    except PackageNotFoundError:
        own = ""
    settings = backend.settings
    return _guarded(lambda: about(own, settings.data, backend.config, statuses(settings.models), packages()).markup)


def _measure(backend: Backend) -> Iterator[str]:
    try:
        with closing(backend.measure()) as events:
            for event in events:
                yield _speed(backend, running=event)
    except HoidapError as error:
        log.warning("speed: %s %s", error.line, error.detail)
        yield _speed(backend, line=error.line)
    except Exception:
        log.exception("speed")
        yield _speed(backend, line=shared.UNEXPECTED)
    else:
        yield _speed(backend)


def _guarded(make: Any) -> str:
    try:
        return str(make())
    except HoidapError as error:
        log.warning("settings: %s %s", error.line, error.detail)
        return problem(error.line).markup
    except Exception:
        log.exception("settings")
        return problem(shared.UNEXPECTED).markup
