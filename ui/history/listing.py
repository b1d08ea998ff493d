"""The list of kept conversations: by day, newest first, what can be done with each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from rag.chats.records import Chat
from ui.downloads import link
from ui.history import labels
from ui.render import NOTHING, Html, element

PAGE = 30
"""Chats that each click on “Xem thêm” adds."""


def listing(chats: Sequence[Chat], *, shown: int, query: str, current: Chat | None, today: date) -> Html:
    """At most `shown` of the chats under the days of their last turns; one chat more says that there are more.

    The page reads the open chat and its title here.
    """
    nothing = element("p", labels.NO_MATCH if query else labels.NONE, class_="hd-hint")
    more = element("button", labels.MORE, type="button", data_action="more", data_shown=shown, class_="hd-plain")
    return element(
        "div",
        *(_groups(chats[:shown], current.id if current else "", today) if chats else (nothing,)),
        more if len(chats) > shown else NOTHING,
        class_="hd-chats-list",
        data_current=current.id if current else "",
        data_title=current.title if current else "",
    )


def _groups(chats: Iterable[Chat], current: str, today: date) -> Iterator[Html]:
    for day, group in groupby(chats, lambda chat: day_of(chat, today)):
        yield element("section", element("h3", day), element("ul", *(_row(chat, current, today) for chat in group)))


def day_of(chat: Chat, today: date) -> str:
    """Under which heading a chat stands, by the days of this machine."""
    age = today - _moment(chat).date()
    if age < timedelta(days=1):
        return labels.TODAY
    if age < timedelta(days=2):
        return labels.YESTERDAY
    return labels.WEEK if age < timedelta(days=7) else labels.OLDER


def _moment(chat: Chat) -> datetime:
    return datetime.fromisoformat(chat.updated).astimezone()


def _row(chat: Chat, current: str, today: date) -> Html:
    moment = _moment(chat)
    when = f"{moment:%H:%M}" if moment.date() == today else f"{moment:%d/%m/%Y}"
    opening = element(
        "button",
        element("bdi", chat.title, class_="hd-chat-title"),
        element("span", f"{when} · {labels.turns(chat.turns)}", class_="hd-chat-facts"),
        type="button",
        class_="hd-chat-open",
        data_action="open",
        data_chat=chat.id,
        aria_current="true" if chat.id == current else None,
    )
    return element("li", opening, _menu(chat), _confirmation(chat), class_="hd-chat", data_chat=chat.id)


def _menu(chat: Chat) -> Html:
    """Opens below its row, so nothing floats and nothing is cut off."""
    exports = (
        element("a", label, href=link("chat", chat.id, form), download=True) for form, label in labels.EXPORTS.items()
    )
    actions = element(
        "div",
        _button(labels.RENAME, "rename", data_label=labels.NEW_NAME),
        *exports,
        _button(labels.DELETE, "ask"),
        class_="hd-chat-actions",
    )
    dots = element("summary", element("span", class_="hd-dots"), aria_label=labels.options(chat.title))
    return element("details", dots, actions, class_="hd-chat-menu")


def _confirmation(chat: Chat) -> Html:
    """Shown by the page in place of the menu."""
    return element(
        "div",
        element("p", labels.SURE),
        _button(labels.CANCEL, "keep"),
        _button(labels.DELETE, "delete", data_chat=chat.id, class_="hd-danger"),
        class_="hd-chat-confirm",
        hidden=True,
    )


def _button(label: str, action: str, **attributes: str) -> Html:
    return element("button", label, type="button", data_action=action, **attributes)
