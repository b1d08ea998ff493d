"""The button that ends a session, for those who have one."""

from __future__ import annotations

from ui.access import labels
from ui.render import NOTHING, Html, element


def button(user: str) -> Html:
    """Nothing without passwords, where there is no session to end."""
    if not user:
        return NOTHING
    about = labels.who(user)
    return element("button", labels.LOG_OUT, type="button", class_="hd-leave", data_leave=True, aria_label=about)
