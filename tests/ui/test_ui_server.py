"""The server: its guards, its port, its loading state, its start and its end."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from scripted_backend import ScriptedBackend

from rag.errors import BadInput, ModelMissing, PortTaken
from ui.access.guards import HEADERS
from ui.access.hosts import check_host, is_loopback
from ui.readiness import Readiness
from ui.server import listen, trusted_hosts

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Message
    body: bytes


def call(address: str, method: str = "GET", path: str = "/healthz", **headers: str) -> Reply:
    with closing(HTTPConnection(urlsplit(address).netloc, timeout=10)) as connection:
        connection.request(method, path, headers={name.replace("_", "-"): v for name, v in headers.items()})
        response = connection.getresponse()
        return Reply(response.status, response.headers, response.read())


def test_health_and_headers(address: str) -> None:
    for path in ("/healthz", "/", "/gradio_api/nothing"):
        response = call(address, path=path)
        assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert json.loads(call(address).body)["status"] == "ok"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", ""])
def test_foreign_hosts_are_refused(address: str, host: str) -> None:
    assert call(address, Host=host).status == 400


@pytest.mark.parametrize("host", ["localhost:7860", "127.0.0.1", "[::1]:7860"])
def test_own_hosts_are_served(address: str, host: str) -> None:
    assert call(address, Host=host).status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"}, 403),
        ({"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "cors"}, 403),
        ({"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}, 200),
        ({"Sec_Fetch_Site": "same-origin", "Sec_Fetch_Mode": "cors"}, 200),
        ({}, 200),
    ],
)
def test_other_sites_cannot_call(address: str, headers: dict[str, str], status: int) -> None:
    assert call(address, **headers).status == status


def test_cross_site_upload_and_call_are_refused(address: str) -> None:
    for path in ("/gradio_api/upload", "/gradio_api/queue/join", "/gradio_api/run/predict"):
        assert call(address, "POST", path, Origin="http://evil.example").status == 403
        assert call(address, "POST", path, Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate").status == 403


def test_no_event_is_public_and_no_api_page_exists(address: str) -> None:
    info = json.loads(call(address, path="/gradio_api/info").body)
    assert info["named_endpoints"] == {} and info["unnamed_endpoints"] == {}
    for path in ("/docs", "/redoc", "/openapi.json", "/gradio_api/mcp/"):
        assert call(address, path=path).status == 404


def test_library_files_are_not_served(address: str, backend: ScriptedBackend) -> None:
    source = backend.documents()[0].source
    assert call(address, path=f"/gradio_api/file={source}").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=http://evil.example/x",
        "/file=/etc/passwd",
        "/gradio_api/file/etc/passwd",
        "/gradio_api/proxy=http://evil.example/x",
        "/proxy=http://evil.example/x",
        "/monitoring",
        "/monitoring/summary",
        "/gradio_api/openapi.json",
        "/gradio_api/call/follow",
        "/gradio_api/api/predict",
        "/gradio_api/component_server",
        "/gradio_api/stream/x",
        "/gradio_api/token",
        "/gradio_api/process_recording",
        "/gradio_api/vibe-code",
        "/gradio_api/deep_link",
        "/custom_component/x",
        "/pwa_icon",
        "//gradio_api/file=/etc/passwd",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_routes_the_page_does_not_need_are_not_there(address: str, path: str, method: str) -> None:
    assert call(address, method, path).status == 404


def test_only_gradios_own_files_may_be_kept(address: str) -> None:
    page = call(address, path="/")
    asset = re.search(rb"/assets/[^\"']+\.js", page.body)
    assert asset is not None and page.headers["Cache-Control"] == "no-store"
    assert call(address, path=asset[0].decode()).headers["Cache-Control"] == "public, max-age=86400"
    for path in ("/config", "/assets/none.js", "/download/original/x/file", "/healthz"):
        assert call(address, path=path).headers["Cache-Control"] == "no-store"


def test_a_taken_port_is_named_before_anything_is_loaded() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)):
            listen("127.0.0.1", port)
    with pytest.raises(BadInput):
        listen("127.0.0.1", 70_000)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.0.0.2"])
def test_this_machine_needs_no_password(host: str) -> None:
    assert is_loopback(host)
    check_host(host, None)


@pytest.mark.parametrize("host", ["192.168.1.5", "may-chu.local"])
def test_other_hosts_need_a_password(host: str) -> None:
    with pytest.raises(BadInput, match="--auth"):
        check_host(host, None)
    check_host(host, "an:tep")
    assert host in trusted_hosts(host)


def test_a_name_before_the_page_needs_a_password_and_is_one() -> None:
    with pytest.raises(BadInput, match="--auth"):
        check_host("127.0.0.1", None, "hoidap.coquan.vn")
    for name in ("*", "http://a", "a b", "*.vn", ""):
        with pytest.raises(BadInput, match="tên miền"):
            check_host("127.0.0.1", "an:tep", name)
    check_host("127.0.0.1", "an:tep", "hoidap.coquan.vn")
    assert "hoidap.coquan.vn" in trusted_hosts("127.0.0.1", "hoidap.coquan.vn")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])
def test_every_address_at_once_is_refused(host: str) -> None:
    with pytest.raises(BadInput):
        check_host(host, "an:tep")


class Warming(ScriptedBackend):
    """A backend whose models load until told, or fail."""

    def __init__(self, folder: Path, error: Exception | None) -> None:
        super().__init__(folder)
        self.release, self.error = threading.Event(), error

    def warm_up(self) -> None:
        self.release.wait(5)
        if self.error is not None:
            raise self.error


@pytest.mark.parametrize(
    ("error", "state", "words"),
    [
        (None, "ready", "Sẵn sàng"),
        (ModelMissing(), "failed", "hoidap models pull"),
        (RuntimeError("secret"), "failed", "Có lỗi ngoài dự kiến"),
    ],
)
def test_loading_state_is_honest(tmp_path: Path, error: Exception | None, state: str, words: str) -> None:
    warming = Warming(tmp_path, error)
    readiness = Readiness(warming)
    readiness.start()
    assert readiness.state == "loading" and "Đang nạp mô hình" in readiness.badge().markup
    warming.release.set()
    readiness._thread.join(5)
    assert readiness.state == state and words in readiness.badge().markup and "secret" not in readiness.badge().markup


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def program(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """The server as its own process: the process, its address, and the lines it printed before."""
    command = [sys.executable, str(HERE / "serve_scripted.py"), str(folder), str(free_port())]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1])}
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment, cwd=folder)
    lines: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("ready "):
                yield process, line.split()[1], lines
                return
            lines.append(line)
        raise AssertionError(process.stderr.read() if process.stderr else "")
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_a_signal_ends_it_soon_and_quietly_and_nothing_was_called(tmp_path: Path, number: int, code: int) -> None:
    with program(tmp_path) as (process, address, before):
        assert call(address, path="/").status == 200
        with closing(HTTPConnection(urlsplit(address).netloc, timeout=10)) as stream:
            stream.request("GET", "/gradio_api/heartbeat/abc")
            stream.getresponse()
            process.send_signal(number)
            out, err = process.communicate(timeout=15)
    assert process.returncode == code
    assert err == ""
    calls = [line for line in [*before, *out.splitlines()] if not line.rstrip().endswith(("127.0.0.1", "localhost"))]
    assert calls == []
