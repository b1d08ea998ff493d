"""The settings tab: its widgets and what each of their events does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any

from rag.errors import HoidapError
from rag.licences import own_version, packages
from rag.models import statuses
from rag.operating_points import read_points
from rag.preferences import CHANGEABLE, overridden
from rag.records import Event, Status
from rag.speed import cpu_name
from ui import labels as shared
from ui.access.hosts import is_local
from ui.backend import Backend
from ui.chat.page import ANSWERING, QUICK
from ui.chat.queueing import Desk, Place, in_turn
from ui.documents.report import problem
from ui.preferences import labels
from ui.preferences.about import about, speed
from ui.preferences.changing import Changing
from ui.preferences.form import Shown, form
from ui.render import element
from ui.toolkit import gradio, sent, takes_event, takes_request
from ui.visitors import person

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0


@dataclass(frozen=True)
class PreferencesPage:
    """The widgets of the tab."""

    form: Any
    outcome: Any
    timer: Any
    speed: Any
    stop: Any
    """Stands beside `speed`, which is drawn anew at every step: a button must not go while it is pressed."""
    about: Any


def build() -> PreferencesPage:
    """Lay out the tab inside the open Blocks context; it is empty until it is opened."""
    gr = gradio()
    form_ = _html(gr, "hd-preferences", "window.hoidap.preferences.form(element, trigger, watch)")
    outcome = _html(gr, "hd-preferences-outcome", None)
    speed_ = _html(gr, "hd-speed", "window.hoidap.preferences.speed(element, trigger)")
    stop = gr.Button(labels.STOP, size="sm", visible=False, elem_id="hd-speed-stop")
    timer = gr.Timer(POLL_SECONDS, active=False)
    return PreferencesPage(form_, outcome, timer, speed_, stop, _html(gr, "hd-about", None))


def _html(gr: Any, name: str, script: str | None) -> Any:
    return gr.HTML("", elem_id=name, apply_default_css=False, js_on_load=script)


def wire(page: PreferencesPage, tab: Any, backend: Backend, desk: Desk) -> None:
    """Connect the events; a measurement waits in the line of the questions."""
    gr = gradio()
    changing = Changing(backend)
    stopped: set[str] = set()
    """Open pages whose measurement is to end; Gradio's own way to cancel is closed by the guards."""

    @takes_request
    def opened(request: Any) -> tuple[str, str, str, str, Any]:
        mine = may_change(request)
        told = _told(changing) if changing.background else ""
        timer = gr.Timer(active=changing.loading)
        return _form(backend, mine), told, _speed(backend, may_start=mine), _about(backend), timer

    @takes_request
    @takes_event
    def save(event: Any, request: Any) -> tuple[Any, str, Any]:
        if may_change(request):
            changing.start(wanted(event))
        return _state(backend, changing, may_change(request))

    @takes_request
    def poll(request: Any) -> tuple[Any, str, Any]:
        return _state(backend, changing, may_change(request))

    @takes_request
    def measure(request: Any) -> Iterator[tuple[str, Any]]:
        if may_change(request):
            stopped.discard(request.session_hash)
            enter, stopping = partial(desk.turns.enter, person(request)), partial(_in, stopped, request.session_hash)
            yield from _measure(backend, in_turn(backend.measure(), enter, stopping), stopping)

    @takes_request
    def stop(request: Any) -> Any:
        stopped.add(request.session_hash)
        return gr.Button(interactive=False)

    tab.select(opened, None, [page.form, page.outcome, page.speed, page.about, page.timer], **QUICK)
    page.form.select(save, None, [page.form, page.outcome, page.timer], **QUICK)
    page.timer.tick(poll, None, [page.form, page.outcome, page.timer], **QUICK)
    section = [page.speed, page.stop]
    page.speed.select(measure, None, section, **ANSWERING)
    page.stop.click(stop, None, [page.stop], **QUICK)


def may_change(request: Any) -> bool:
    """Whether the browser runs on this machine: the settings are the machine's, not one user's."""
    return is_local(request.request)


def wanted(event: Any) -> dict[str, Any]:
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
    """How the change goes; once it is over the form shows what is in force, after a failure too."""
    gr = gradio()
    drawn = gr.skip() if changing.loading else _form(backend, mine)
    return drawn, _told(changing), gr.Timer(active=changing.loading)


def _told(changing: Changing) -> str:
    kind, role = ("hd-done hd-failed", "alert") if changing.failed else ("hd-done", "status")
    return element("p", changing.line, class_=kind, role=role).markup if changing.line else ""


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
    settings = backend.settings
    return _guarded(
        lambda: about(own_version(), settings.data, backend.config, statuses(settings.models), packages()).markup
    )


def _in(pages: set[str], page: str) -> bool:
    return page in pages


def _measure(
    backend: Backend, steps: Generator[Event | Place], stopping: Callable[[], bool]
) -> Iterator[tuple[str, Any]]:
    """The section at every step; a place in the line looks like the beginning."""
    gr = gradio()
    try:
        with closing(steps):
            for step in steps:
                if stopping():
                    break
                status = step if isinstance(step, Status) else Status("wait", 0.0)
                yield _speed(backend, running=status), gr.Button(visible=True)
    except HoidapError as error:
        log.warning("speed: %s %s", error.line, error.detail)
        yield _measured(backend, error.line)
    except Exception:
        log.exception("speed")
        yield _measured(backend, shared.UNEXPECTED)
    else:
        yield _measured(backend, labels.STOPPED if stopping() else "")


def _measured(backend: Backend, line: str = "") -> tuple[str, Any]:
    """The section once nothing is measured any more."""
    return _speed(backend, line=line), gradio().Button(visible=False, interactive=True)


def _guarded(make: Any) -> str:
    try:
        return str(make())
    except HoidapError as error:
        log.warning("settings: %s %s", error.line, error.detail)
        return problem(error.line).markup
    except Exception:
        log.exception("settings")
        return problem(shared.UNEXPECTED).markup
