"""The parts of the page that only the browser changes: the empty source panel, announcer and dialog."""

from __future__ import annotations

from ui import labels
from ui.render import Html, element, group


def panel() -> Html:
    """The empty panel."""
    buttons = element(
        "div",
        _button("prev", labels.PREVIOUS),
        _button("next", labels.NEXT),
        _button("copy", labels.COPY, data_done=labels.COPIED),
        class_="hd-panel-buttons",
        hidden=True,
    )
    close = element("button", "×", type="button", data_panel="close", aria_label=labels.CLOSE, class_="hd-close")
    where = element("p", class_="hd-where", hidden=True)
    head = element("div", element("h2", labels.SOURCE_PANEL), where, close, class_="hd-panel-head")
    body = element("div", element("p", labels.SOURCE_EMPTY, class_="hd-hint"), class_="hd-panel-body", tabindex="0")
    return element("aside", head, body, buttons, class_="hd-panel", aria_label=labels.SOURCE_PANEL)


def helpers() -> Html:
    """What screen readers hear, and the question before a deletion; outside anything that may be hidden."""
    return group(element("div", class_="hd-announcer", role="status", aria_live="polite"), _confirmation())


def _button(action: str, label: str, data_done: str | None = None) -> Html:
    return element("button", label, type="button", data_panel=action, data_done=data_done)


def _confirmation() -> Html:
    return element(
        "dialog",
        element("h2", labels.CONFIRM_DELETE),
        element("p", class_="hd-confirm-title"),
        element("p", labels.CONFIRM_DELETE_HINT),
        element(
            "div",
            element("button", labels.CANCEL, type="button", data_confirm="no"),
            element("button", labels.DELETE, type="button", data_confirm="yes", class_="hd-danger"),
            class_="hd-confirm-buttons",
        ),
        class_="hd-confirm",
        aria_label=labels.CONFIRM_DELETE,
    )
