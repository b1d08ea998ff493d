"""Run as a program: serve the scripted backend and print every host this process looks up or calls."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from scripted_backend import scripted

from ui.server import run


def spy(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo":
        print("lookup", arguments[0], flush=True)
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        print("connect", arguments[1][0], flush=True)


if __name__ == "__main__":
    sys.addaudithook(spy)
    port = int(sys.argv[2])
    try:
        run(
            scripted(Path(sys.argv[1])),
            host="127.0.0.1",
            port=port,
            ready=lambda url: print("ready", url, flush=True),
        )
    except KeyboardInterrupt:
        sys.exit(130)
