"""The real server, started as a person starts it, for the length of a proof."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.settings import Settings

_START_SECONDS = 600
_HEALTH = "/healthz"
_SWITCHES = (
    "import json, os; from ui import toolkit; toolkit.gradio();"
    "print(json.dumps([[k, v, os.environ.get(k, '')] for k, v in toolkit.OFFLINE.items()]))"
)


@contextmanager
def screen(settings: Settings) -> Iterator[str]:
    """The address of `hoidap ui` on a free port, once the page answers and the models are loaded.

    Raises:
        RuntimeError: it ended or stays silent; the text is what it said.
    """
    port = _free_port()
    own = ["--data", str(settings.data), "--llm", settings.llm, "--encoder", settings.encoder]
    command = [sys.executable, "-m", "rag", *own, "ui", "--port", str(port)]
    environment = os.environ | {"HOIDAP_MODELS": str(settings.models)}
    said = Path(settings.data).parent / "ui.log"
    with said.open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        try:
            _wait(port, server, said)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(10)
            server.kill()
            server.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait(port: int, server: subprocess.Popen[bytes], said: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        if _models(port) in ("ready", "failed"):
            return
        time.sleep(0.2)
    raise RuntimeError(f"giao diện không khởi động được: {said.read_text('utf-8', 'replace')[-2000:]}")


def _models(port: int) -> str:
    """The state of the models as the server tells it; empty while it does not answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.closing(connection):
        try:
            connection.request("GET", _HEALTH)
            return str(json.loads(connection.getresponse().read())["models"])
        except (OSError, http.client.HTTPException, ValueError, KeyError):
            return ""


def switches() -> list[list[str]]:
    """Name, wanted and found value of every variable that keeps Gradio from calling out, after Gradio is imported.

    In a process of its own: the screen's room is not imported here.

    Raises:
        RuntimeError: Gradio cannot be imported.
    """
    run = subprocess.run([sys.executable, "-c", _SWITCHES], capture_output=True, text=True)
    if run.returncode != 0:
        raise RuntimeError(run.stderr[-2000:])
    found: list[list[str]] = json.loads(run.stdout.splitlines()[-1])
    return found
