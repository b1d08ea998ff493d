"""How far an answer is, before it is there: the stage, a bar, the time left, and the draft."""

from __future__ import annotations

from ui import labels as shared
from ui.chat import labels
from ui.chat.exchange import Exchange
from ui.render import NOTHING, Html, element


def progress(e: Exchange) -> Html:
    if e.draft:
        tag = element("p", shared.DRAFT, class_="hd-draft-tag")
        text = element("div", element("p", e.draft), class_="hd-draft-text")
        return element("div", tag, text, class_="hd-draft")
    fraction = e.status.fraction if e.status else 0.0
    label = stage(e)
    bar = element("progress", max="1", value=f"{fraction:.2f}", aria_label=label) if fraction > 0 else NOTHING
    done = f" {round(fraction * 100)} %" if fraction > 0 else ""
    left = f", {labels.time_left(e.seconds_left)}" if e.seconds_left is not None else ""
    return element("div", element("p", label + done + left), bar, class_="hd-progress")


def stage(e: Exchange) -> str:
    if e.ahead:
        return shared.waiting(e.ahead)
    if e.status is None:
        return shared.WAITING
    return shared.STAGES.get(e.status.stage, shared.STAGES["search"])
