"""The one place that imports Gradio, after closing every way out of the machine.

Gradio and its client look up hosts when they are imported and when a page starts, unless these
variables are set before.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from importlib import import_module
from itertools import count
from typing import Any, TypeVar

_serial = count(1)

Handler = TypeVar("Handler", bound=Callable[..., Any])

OFFLINE = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_RUN_HISTORY": "False",
    "GRADIO_SHARE": "False",
    "GRADIO_MCP_SERVER": "False",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}


@cache
def gradio() -> Any:
    """The gradio module, which is untyped for us."""
    os.environ.update(OFFLINE)
    os.environ["GRADIO_TEMP_DIR"] = _private_folder()
    return import_module("gradio")


def _private_folder() -> str:
    """Where Gradio puts uploads until they are read: nobody else on this machine may look, and it goes with us."""
    folder = tempfile.mkdtemp(prefix="hoidap-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def takes_event(handler: Handler) -> Handler:
    """Make Gradio pass what the page sent as the handler's parameter `event`.

    Gradio finds that parameter by its annotation, which cannot be written where gradio is not imported.
    """
    handler.__annotations__["event"] = gradio().EventData
    return handler


def takes_request(handler: Handler) -> Handler:
    """Make Gradio pass the request as the handler's parameter `request`; see `visitors.visitor`."""
    handler.__annotations__["request"] = gradio().Request
    return handler


def sent(event: Any, key: str) -> Any:
    """One value of what the page sent with an event, not to be trusted; None when it is missing."""
    return event._data.get(key) if isinstance(event._data, dict) else None


def serial_number() -> int:
    """Another number each time, to stand in markup that may be the same as before.

    The page hears nothing of a value that is equal to the last one it was sent.
    """
    return next(_serial)
