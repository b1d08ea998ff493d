"""The weakest guard: Python's audit hook in the command and in every Python process that it starts.

Python imports `sitecustomize` at its start: a folder with one is put first in PYTHONPATH, and every process reports to
a FIFO (the reader sandbox may write no file). Calls of native code and of programs that are not Python are not seen.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from pathlib import Path
from typing import Any

FIFO = "OFFLINE_GUARD_FIFO"
_WATCHED = {
    "socket.connect",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.gethostbyaddr",
    "socket.getnameinfo",
}
_INSIDE = {socket.AF_UNIX, socket.AF_NETLINK}
_STARTED, _ENDED = "started", "ended"
_SITE = "from rag.offline.hook import install\ninstall()\n"
_ROOT = str(Path(__file__).resolve().parents[2])


def install() -> None:
    """Report every network call of this process that is not to this machine."""
    pipe = os.open(os.environ[FIFO], os.O_WRONLY)
    os.write(pipe, f"{_STARTED}\n".encode())

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event in _WATCHED and (what := described(event, args)):
            os.write(pipe, f"{what[:500]}\n".encode())

    sys.addaudithook(hook)


def described(event: str, args: tuple[Any, ...]) -> str:
    """The call in words, empty for one that stays on this machine."""
    if args and getattr(args[0], "family", None) in _INSIDE:
        return ""
    address = next((a for a in args if isinstance(a, tuple | str | bytes)), "")
    host = address[0] if isinstance(address, tuple) and address else address
    if isinstance(host, bytes):
        host = host.decode("utf-8", "replace")
    local = isinstance(host, str) and (
        host.startswith(("127.", "/", "\0")) or host in ("localhost", "::1", "0.0.0.0", "")
    )
    return "" if local else f"{event} {address!r}"


class Reports:
    """Our end of the FIFO, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._fifo = folder / "reports"
        os.mkfifo(self._fifo)
        (folder / "sitecustomize.py").write_text(_SITE, encoding="utf-8")
        path = os.pathsep.join(filter(None, (str(folder), _ROOT, os.environ.get("PYTHONPATH"))))
        self.environment = {"PYTHONPATH": path, FIFO: str(self._fifo)}
        self._pipe = os.open(self._fifo, os.O_RDWR)
        self._lines: list[str] = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with os.fdopen(self._pipe, "rb", closefd=False) as pipe:
            for line in pipe:
                text = line.decode("utf-8", "replace").rstrip("\n")
                if text == _ENDED:
                    return
                self._lines.append(text)

    def end(self) -> list[str]:
        """What was reported, each once, in order.

        Raises:
            RuntimeError: the hook was not even installed.
        """
        os.write(self._pipe, f"{_ENDED}\n".encode())
        self._thread.join()
        os.close(self._pipe)
        if _STARTED not in self._lines:
            raise RuntimeError("không cài được phép theo dõi vào tiến trình Python")
        return [line for line in dict.fromkeys(self._lines) if line != _STARTED]
