"""Kept conversations as files."""

from __future__ import annotations

import re

from rag.chats.export import FORMS, exported
from rag.errors import UnknownChat
from ui import labels
from ui.backend import Backend
from ui.downloads import Download

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|]+')
"""What no system takes, or Windows does not."""


def chat(backend: Backend, user: str, key: str, form: str) -> Download:
    """A kept conversation of this user as a file in one of `rag.chats.export.FORMS`.

    Raises:
        UnknownChat: there is none of that id and form, or it is another user's.
    """
    if form not in FORMS:
        raise UnknownChat()
    found = backend.chats.chat(user, key)
    name = f"{_NOT_IN_NAMES.sub(' ', found.title).strip(' .') or labels.NAMELESS}.{form}"
    return Download(name, exported(found, backend.chats.turns(user, key), form, backend.bears_out))
