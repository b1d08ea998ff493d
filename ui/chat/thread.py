"""The finished exchanges above the current one: the page appends what the server sends, once each.

So a question costs the same traffic and work after a hundred turns as after one.
"""

from __future__ import annotations

from collections.abc import Sequence

from ui.chat import labels, messages
from ui.chat.exchange import Exchange
from ui.render import NOTHING, Html, element

SHOWN = 20
"""Exchanges shown of a conversation that is opened; as many more at each click."""


def appended(finished: Exchange) -> Html:
    """One exchange to go below the others."""
    return element("div", messages.exchange(finished), data_thread="append")


def replaced(shown: Sequence[Exchange], first: int) -> Html:
    """The last exchanges of another conversation instead of all that stand there; `first` is its lowest number."""
    return element("div", _more(shown, first), messages.conversation(shown), data_thread="replace", data_first=first)


def prepended(shown: Sequence[Exchange], first: int) -> Html:
    """Earlier exchanges of the same conversation, to go above the others."""
    return element("div", _more(shown, first), messages.conversation(shown), data_thread="prepend")


def page_before(past: Sequence[Exchange], number: int) -> Sequence[Exchange]:
    """The exchanges to show above the one of that number, oldest first."""
    return [e for e in past if e.number < number][-SHOWN:]


def _more(shown: Sequence[Exchange], first: int) -> Html:
    if not shown or shown[0].number <= first:
        return NOTHING
    number = shown[0].number
    button = element(
        "button", labels.EARLIER, type="button", data_action="earlier", data_before=number, class_="hd-plain"
    )
    return element("p", button, class_="hd-earlier")
