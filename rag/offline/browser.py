"""A real page load in Chromium, when it is installed, judged by the browser's own network log."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rag.offline.foreign import LOCAL

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--enable-logging=stderr",
    "--virtual-time-budget=10000",
    "--dump-dom",
)
_SECONDS = 180
_REFUSED = re.compile(r'"[^"\n]*(?:Content Security Policy|Refused to (?:load|connect))[^\n]*')
_READY = 'id="hd-'
"""Part of what the page builds from its configuration, so that an empty shell does not count as loaded."""


@dataclass(frozen=True, slots=True)
class PageLoad:
    """What the page asked for; the browser's own background calls are not the page's and not in here."""

    version: str
    loaded: bool
    requests: tuple[str, ...]
    """Paths on this machine, each once, in order."""
    foreign: tuple[str, ...]
    """Addresses elsewhere."""
    refused: tuple[str, ...]
    """What the content policy stopped, in the browser's words."""


def find_browser() -> str | None:
    return next(filter(None, map(shutil.which, _NAMES)), None)


def load(browser: str, address: str) -> PageLoad:
    """Open the page at `http://HOST:PORT/` once.

    Raises:
        RuntimeError: the browser does not start or does not end.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        log = Path(folder) / "net.json"
        command = [browser, *_FLAGS, f"--user-data-dir={folder}/profile", f"--log-net-log={log}", f"{address}/"]
        try:
            run = subprocess.run(command, capture_output=True, timeout=_SECONDS)
            run.check_returncode()
            events = json.loads(log.read_text("utf-8"))
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            raise RuntimeError(f"trình duyệt không mở được trang: {type(error).__name__}") from error
    version = subprocess.run([browser, "--version"], capture_output=True, text=True).stdout.strip()
    page, said = run.stdout.decode("utf-8", "replace"), run.stderr.decode("utf-8", "replace")
    urls = _asked(events, address)
    here = [urlsplit(url).path for url in urls if urlsplit(url).hostname in LOCAL]
    away = [url for url in urls if urlsplit(url).hostname not in LOCAL]
    return PageLoad(version, _READY in page, tuple(dict.fromkeys(here)), tuple(away), tuple(_REFUSED.findall(said)))


def _asked(log: dict[str, Any], address: str) -> list[str]:
    """Addresses that the page, not the browser, asked for; each once. A page's requests name its origin."""
    start = log["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
    told = [event.get("params", {}) for event in log["events"] if event["type"] == start]
    urls = [p["url"] for p in told if "url" in p and _of_page(p, address)]
    return [url for url in dict.fromkeys(urls) if not url.startswith(("data:", "blob:"))]


def _of_page(params: dict[str, Any], address: str) -> bool:
    return str(params.get("initiator")) not in ("not an origin", "None") or str(params["url"]).startswith(address)
