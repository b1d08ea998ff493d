"""Looking a question up while it is still being typed, so that the evidence is there when it is sent."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING

from rag.lookup import Lookup
from rag.parts import look_up_parts
from rag.records import Turn

if TYPE_CHECKING:
    from rag.library import Library

_KEPT = 8
"""Questions that wait to be sent; each page has one, and each lookup a few documents."""
_Key = tuple[str, tuple[Turn, ...], frozenset[str] | None, int]


class Foresight:
    """What was found for questions that were not asked yet; each is handed out once, of the library as it is then."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[_Key, Future[list[Lookup]]] = {}

    def look_up(
        self, library: Library, question: str, history: Sequence[Turn], within: Collection[str] | None
    ) -> list[Lookup]:
        """As `look_up_parts`, and kept for the one who asks; a second call for the same question waits for the first.

        Raises:
            HoidapError: as `look_up_parts`; then nothing is kept.
        """
        key = _key(library, question, history, within)
        mine: Future[list[Lookup]] = Future()
        with self._lock:
            future = self._known.setdefault(key, mine)
            while len(self._known) > _KEPT:
                self._known.pop(next(iter(self._known)))
        if future is mine:
            try:
                mine.set_result(look_up_parts(library, question, history, within=within))
            except BaseException as error:
                with self._lock:
                    self._known.pop(key, None)
                mine.set_exception(error)
        return future.result()

    def take(
        self, library: Library, question: str, history: Sequence[Turn], within: Collection[str] | None
    ) -> list[Lookup]:
        """What was looked up before, waited for while it still is; looked up now otherwise."""
        with self._lock:
            future = self._known.pop(_key(library, question, history, within), None)
        return future.result() if future else look_up_parts(library, question, history, within=within)


def _key(library: Library, question: str, history: Sequence[Turn], within: Collection[str] | None) -> _Key:
    scope = None if within is None else frozenset(within)
    return question, tuple((asked, told) for asked, told in history), scope, library.store.last_seq()
