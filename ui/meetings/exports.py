"""The meetings as files: a selection under a key that only its own user has, or one meeting."""

from __future__ import annotations

import json
import secrets
import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime

from rag.errors import UnknownDocument
from rag.meetings.export import as_csv, as_json
from rag.meetings.icalendar import calendar, day_of
from rag.meetings.matching import Event
from ui.backend import Backend
from ui.downloads import Download
from ui.meetings import labels
from ui.meetings.board import Boards
from ui.meetings.filters import Filter, select

_KEPT = 1000
"""Selections; the one not used for longest goes first."""
_MEDIA = {"ics": "text/calendar; charset=utf-8", "csv": "text/csv; charset=utf-8", "json": "application/json"}


class Selections:
    """Filters under keys that cannot be guessed: a link holds no name that somebody looked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: OrderedDict[tuple[str, Filter], str] = OrderedDict()

    def key(self, user: str, chosen: Filter) -> str:
        """The key of a user's selection, always the same while it is kept."""
        with self._lock:
            key = self._keys.setdefault((user, chosen), secrets.token_urlsafe(24))
            self._keys.move_to_end((user, chosen))
            while len(self._keys) > _KEPT:
                self._keys.popitem(last=False)
            return key

    def find(self, user: str, key: str) -> Filter | None:
        """The selection, if this user made it."""
        with self._lock:
            return next((f for (whose, f), known in self._keys.items() if whose == user and known == key), None)


SELECTIONS = Selections()


def selection(backend: Backend, user: str, key: str, form: str) -> Download:
    """The meetings of a filter as they are now.

    Raises:
        UnknownDocument: the user has no such selection, or there is no such form.
    """
    chosen = SELECTIONS.find(user, key)
    if chosen is None:
        raise UnknownDocument(labels.NO_SELECTION, next_step=labels.NO_SELECTION_NEXT)
    return _file(backend, select(Boards(backend).current().events, chosen), form)


def one(backend: Backend, user: str, key: str, form: str) -> Download:
    """The meeting that a document reports.

    Raises:
        UnknownDocument: it reports none, or there is no such form.
    """
    event = Boards(backend).current().event(key)
    if event is None:
        raise UnknownDocument(labels.NO_SELECTION, next_step=labels.NO_SELECTION_NEXT)
    return _file(backend, [event], form)


def _file(backend: Backend, events: Sequence[Event], form: str) -> Download:
    """A calendar has each meeting once, as its fullest dated report tells it; the others have every report."""
    if form not in _MEDIA:
        raise UnknownDocument(labels.NO_SELECTION, next_step=labels.NO_SELECTION_NEXT)
    paths = {document.id: document.path for document in backend.documents()}
    reports = [meeting for event in events for meeting in event if meeting.document_id in paths]
    if form == "ics":
        dated = [next((report for report in event if day_of(report)), event[0]) for event in events]
        text = calendar(dated, made=datetime.now(UTC))
    elif form == "csv":
        text = as_csv(reports, paths)
    else:
        text = json.dumps(as_json(reports, paths), ensure_ascii=False, indent=1)
    return Download(f"{labels.FILE_NAME}.{form}", text.encode("utf-8", "replace"), _MEDIA[form])
