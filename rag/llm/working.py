"""The model's work in a thread of its own, so that whoever waits for it hears of it and can stop it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator

from rag.errors import GenerationFailed
from rag.llm.engine import Engine, Stopped

_TICK = 0.1
"""Seconds between two looks at the work; bounds how long a stop takes."""
Work = Callable[[Callable[[str], None]], None]
"""Tells text as it comes."""
_Told = str | BaseException | None
"""Text, what went wrong, or that it is done."""


def followed(engine: Engine, work: Work) -> Generator[str | None, None, None]:
    """What the work tells, and None whenever it has told nothing for a while; closing this stops the engine.

    Raises:
        GenerationFailed: the work failed.
    """
    told: queue.Queue[_Told] = queue.Queue()
    worker = threading.Thread(target=_run, args=(work, told), daemon=True)
    worker.start()
    try:
        while True:
            try:
                item = told.get(timeout=_TICK)
            except queue.Empty:
                yield None
                continue
            if item is None:
                return
            if isinstance(item, BaseException):
                raise GenerationFailed(detail=repr(item)) from item
            yield item
    finally:
        engine.stop(True)
        worker.join()


def _run(work: Work, told: queue.Queue[_Told]) -> None:
    try:
        work(told.put)
        told.put(None)
    except Stopped:
        told.put(None)
    except BaseException as error:
        told.put(error)
