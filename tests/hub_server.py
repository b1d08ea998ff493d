"""A small hub on the loopback that speaks what huggingface_hub asks for, and misbehaves on demand.

Runs as its own process, so that the tests' own process opens no socket. Files lie under
`ROOT/owner/repository/...`; large ones (`.gguf`, `.safetensors`) are redirected to `/cdn/...` with
their sha256 as linked ETag and to another host, as the real hub does; small ones carry git's blob hash.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

COMMIT = "0123456789abcdef0123456789abcdef01234567"
RESOLVE = re.compile(r"/(?P<repository>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<name>.+)")
LARGE = (".gguf", ".safetensors")


@dataclass
class Behaviour:
    """What the server does wrong: cut the first `cuts` bodies after `cut_after` bytes, state false hashes."""

    root: Path
    log: Path
    cuts: int
    cut_after: int
    false_bytes: bool


class Handler(BaseHTTPRequestHandler):
    behaviour: Behaviour
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _answer(self, *, body: bool) -> None:
        entry = {"method": self.command, "path": self.path, "range": self.headers.get("Range")}
        with self.behaviour.log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(entry) + "\n")
        if self.path.startswith("/cdn/"):
            self._send(self.behaviour.root / self.path.removeprefix("/cdn/"), body=body)
            return
        found = RESOLVE.fullmatch(self.path)
        file = self.behaviour.root / found["repository"] / found["name"] if found else Path("/none")
        if not found or not file.is_file() or found["revision"] not in ("main", COMMIT):
            self._head(404, {"Content-Length": "0", "X-Error-Code": "EntryNotFound"})
        elif file.suffix in LARGE:
            content = file.read_bytes()
            self._head(
                302,
                {
                    "Location": f"http://localhost:{self.server.server_address[1]}/cdn/{found['repository']}/{found['name']}",
                    "X-Repo-Commit": COMMIT,
                    "X-Linked-Etag": f'"{hashlib.sha256(content).hexdigest()}"',
                    "X-Linked-Size": str(len(content)),
                    "Content-Length": "0",
                },
            )
        else:
            self._send(file, body=body)

    def _send(self, file: Path, *, body: bool) -> None:
        content = file.read_bytes()
        blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        if self.behaviour.false_bytes and body:
            content = bytes([content[0] ^ 1]) + content[1:]
        start = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").rstrip("-"))
        headers = {"X-Repo-Commit": COMMIT, "ETag": f'"{blob}"', "Content-Length": str(len(content) - start)}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        self._head(206 if start else 200, headers)
        if not body:
            return
        if self.behaviour.cuts and len(content) - start > self.behaviour.cut_after:
            self.behaviour.cuts -= 1
            self.wfile.write(content[start : start + self.behaviour.cut_after])
            self.close_connection = True
            return
        self.wfile.write(content[start:])

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


@dataclass(frozen=True, slots=True)
class Hub:
    """A running server."""

    endpoint: str
    log: Path

    @property
    def requests(self) -> list[dict[str, Any]]:
        """Every request so far: `method`, `path`, `range`."""
        if not self.log.exists():
            return []
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


@contextmanager
def running(root: Path, *, cuts: int = 0, cut_after: int = 0, false_bytes: bool = False) -> Iterator[Hub]:
    """Serve `root` on a free port of the loopback until the block ends."""
    log = root / "requests.log"
    command = [
        sys.executable,
        __file__,
        str(root),
        str(log),
        str(cuts),
        str(cut_after),
        str(int(false_bytes)),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield Hub(f"http://127.0.0.1:{int(process.stdout.readline())}", log)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path)
    parser.add_argument("log", type=Path)
    parser.add_argument("cuts", type=int)
    parser.add_argument("cut_after", type=int)
    parser.add_argument("false_bytes", type=int)
    given = parser.parse_args()
    Handler.behaviour = Behaviour(given.root, given.log, given.cuts, given.cut_after, bool(given.false_bytes))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
