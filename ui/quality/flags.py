"""How the flagged answers look: what was asked and said, what is wrong, what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from rag.flags.records import Flag
from ui.downloads import link
from ui.quality import labels
from ui.render import NOTHING, Html, element

EXPORT_KEY = "all"


def listing(flags: Sequence[Flag], folder: str) -> Html:
    """All flags of a user, newest first, then how to measure their own set."""
    head = element("h2", labels.FLAGS)
    if not flags:
        return element("section", head, element("p", labels.NO_FLAGS, class_="hd-hint"))
    export = element("a", labels.EXPORT, href=link("flags", EXPORT_KEY, "jsonl"), download=True, class_="hd-export")
    top = element("div", head, export, class_="hd-flags-head")
    items = element("ul", *map(_flag, flags), class_="hd-flags")
    return element("section", top, items, _own_set(flags, folder), _confirmation())


def _flag(flag: Flag) -> Html:
    complaint = flag.complaint
    facts = (
        (labels.ANSWERED, flag.answered),
        (labels.RIGHT, complaint.expected),
        (labels.NOTED, complaint.note),
    )
    details = (element("div", element("dt", name), element("dd", element("bdi", text))) for name, text in facts if text)
    return element(
        "li",
        element(
            "p",
            element("span", labels.meaning(complaint.wrong), class_="hd-flag-wrong"),
            element("span", labels.MADE if flag.question else labels.NEW, class_="hd-flag-state"),
            element("span", labels.local(flag.made_at), class_="hd-facts"),
        ),
        element("bdi", flag.asked, class_="hd-entry-title"),
        element("dl", *details),
        element("div", *_actions(flag), class_="hd-entry-actions"),
        class_="hd-flag-entry",
    )


def _actions(flag: Flag) -> tuple[Html, ...]:
    made = flag.question is not None
    return (
        _action("question", labels.MAKE_QUESTION, flag) if not made else NOTHING,
        _action("unquestion", labels.REMOVE_QUESTION, flag) if made else NOTHING,
        _action("delete", labels.DELETE, flag, class_="hd-delete", data_title=flag.asked),
    )


def _action(name: str, label: str, flag: Flag, **attributes: str) -> Html:
    spoken = f"{label}: {flag.asked}"
    return element("button", label, type="button", data_action=name, data_key=flag.id, aria_label=spoken, **attributes)


def _own_set(flags: Sequence[Flag], folder: str) -> Html:
    count = sum(flag.question is not None for flag in flags)
    command = element("pre", element("code", f"hoidap eval {folder}")) if count else NOTHING
    hint = element("p", f"{labels.set_size(count)} {labels.OWN_SET_HINT}", class_="hd-hint")
    return element("div", element("h3", labels.OWN_SET), hint, command, class_="hd-own-set")


def _confirmation() -> Html:
    return element(
        "dialog",
        element("h2", labels.CONFIRM_DELETE),
        element("p", class_="hd-dialog-title"),
        element("p", labels.CONFIRM_DELETE_HINT),
        element(
            "div",
            element("button", labels.CANCEL, type="button", data_close="no"),
            element("button", labels.DELETE, type="button", data_close="yes", class_="hd-danger"),
            class_="hd-dialog-buttons",
        ),
        class_="hd-dialog hd-flag-delete",
        aria_label=labels.CONFIRM_DELETE,
    )
