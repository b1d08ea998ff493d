"""The quality tab and the dialog "Báo sai": their widgets and what each of their events does."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from rag.errors import HoidapError
from rag.flags.records import Complaint, Wrong
from ui import labels as shared
from ui.backend import Backend
from ui.chat.exchange import Conversation, Exchange, turns
from ui.chat.page import QUICK, ChatPage
from ui.documents.report import problem
from ui.quality import flags, labels, report
from ui.quality.complaint import dialog, outcome
from ui.quality.drafting import Drafting
from ui.toolkit import gradio, sent, takes_event, takes_request
from ui.visitors import visitor

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class QualityPage:
    """The widgets of the tab."""

    report: Any
    form: Any
    flags: Any


@dataclass(frozen=True)
class FlagDialog:
    """The dialog and what it hears from the server."""

    dialog: Any
    outcome: Any


def build() -> QualityPage:
    """Lay out the tab inside the open Blocks context; it is empty until it is opened."""
    return QualityPage(
        _html("hd-report-page", "window.hoidap.form(element, trigger)"),
        _html("hd-question", "window.hoidap.quality.question(element, trigger, watch)"),
        _html("hd-flags", "window.hoidap.quality.flags(element, trigger)"),
    )


def build_dialog() -> FlagDialog:
    """The dialog, outside every tab: a tab that is not shown would hide it."""
    asked = _html("hd-flag-dialog", "window.hoidap.quality.dialog(element, trigger)", dialog().markup)
    return FlagDialog(asked, _html("hd-flag-outcome", "window.hoidap.quality.outcome(element, watch)", hidden=True))


def _html(name: str, script: str, value: str = "", *, hidden: bool = False) -> Any:
    shown = "hidden" if hidden else True
    return gradio().HTML(value, elem_id=name, visible=shown, apply_default_css=False, js_on_load=script)


def wire(page: QualityPage, asked: FlagDialog, tab: Any, chat: ChatPage, backend: Backend) -> None:
    """Connect the events."""
    drafting = Drafting(backend)

    @takes_request
    def opened(request: Any) -> tuple[str, str]:
        return _report(backend, None), _flags(backend, visitor(request))

    @takes_event
    def older(event: Any) -> str:
        return _report(backend, str(sent(event, "key")))

    @takes_request
    @takes_event
    def act(event: Any, request: Any) -> tuple[str, str]:
        user = visitor(request)
        form = _guarded(lambda: drafting.act(user, event))
        return form, _flags(backend, user)

    @takes_request
    @takes_event
    def flag(conversation: Conversation, event: Any, request: Any) -> str:
        return _flag(backend, visitor(request), conversation, event)

    tab.select(opened, None, [page.report, page.flags], **QUICK)
    page.report.select(older, None, [page.report], **QUICK)
    page.flags.select(act, None, [page.form, page.flags], **QUICK)
    page.form.select(act, None, [page.form, page.flags], **QUICK)
    asked.dialog.select(flag, [chat.state], [asked.outcome], **QUICK)


def _report(backend: Backend, key: str | None) -> str:
    return _guarded(lambda: report.page(backend.reports(), key).markup)


def _flags(backend: Backend, user: str) -> str:
    folder = str(backend.questions)
    return _guarded(lambda: flags.listing(backend.flags.all(user), folder).markup)


def _flag(backend: Backend, user: str, conversation: Conversation, event: Any) -> str:
    """Keep a complaint about an answer of this session; what the dialog is told."""
    exchanges = [*conversation.past, *([conversation.current] if conversation.current else [])]
    message = str(sent(event, "message"))
    at = next((i for i, e in enumerate(exchanges) if str(e.number) == message and e.answer), None)
    wrong = next((w for w in Wrong if w.value == sent(event, "wrong")), None)
    if at is None or wrong is None:
        return outcome(labels.GONE if at is None else labels.CHOOSE, message, done=False).markup
    complaint = Complaint(wrong, str(sent(event, "expected") or "").strip(), str(sent(event, "note") or "").strip())
    try:
        _keep(backend, user, complaint, exchanges[: at + 1])
    except Exception as error:
        return outcome(_line(error), message, done=False).markup
    return outcome(labels.FLAGGED_MORE, message, done=True).markup


def _keep(backend: Backend, user: str, complaint: Complaint, exchanges: list[Exchange]) -> None:
    *before, about = exchanges
    if about.answer is None:
        raise AssertionError("only answers can be flagged")
    backend.flag(
        user,
        complaint,
        about.answer,
        history=turns(before, about.scope),
        evidence=about.evidence,
        features=about.features,
        within=about.scope.document_ids if about.scope else None,
    )


def _guarded(make: Any) -> str:
    try:
        return str(make())
    except Exception as error:
        return problem(_line(error)).markup


def _line(error: Exception) -> str:
    """The border of the tab: a known failure in its own words, a bug in general ones and in the log."""
    if isinstance(error, HoidapError):
        log.warning("quality: %s %s", error.line, error.detail)
        return error.line
    log.error("quality", exc_info=error)
    return shared.UNEXPECTED
