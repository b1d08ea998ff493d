"""Events made by hand: no file of this machine, nothing fetched, nobody else's session or upload."""

from __future__ import annotations

import json
import secrets
import socket
import stat
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from scripted_backend import SEEDS, ScriptedBackend
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.testclient import TestClient

from ui.access import events, labels
from ui.access.events import OwnEvents
from ui.rates import Rate
from ui.toolkit import gradio
from ui.visitors import HEADER


def event(data: Any, session: Any = "s1") -> dict[str, Any]:
    return {"data": data, "fn_index": 0, "session_hash": session}


@pytest.fixture
def client() -> TestClient:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/gradio_api/upload":
            await JSONResponse(["/tmp/up/1/a.txt"])(scope, receive, send)
        else:
            body = (await receive())["body"] if scope["method"] == "POST" else b""
            await PlainTextResponse(body or b"in")(scope, receive, send)

    return TestClient(OwnEvents(app))


def test_the_answer_to_an_upload_of_many_is_read_before_it_is_compressed() -> None:
    paths = [f"/tmp/up/1/{number}.txt" for number in range(200)]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        answer = JSONResponse(paths) if scope["path"] == "/gradio_api/upload" else PlainTextResponse("in")
        await answer(scope, receive, send)

    client = TestClient(OwnEvents(GZipMiddleware(app, minimum_size=100)))
    assert client.post("/gradio_api/upload", headers={"Accept-Encoding": "gzip"}).json() == paths
    own = [{"path": path, "meta": {"_type": "gradio.FileData"}} for path in paths]
    assert client.post("/gradio_api/run/predict", json=event([own])).status_code == 200


def test_a_file_must_be_the_senders_own_upload(client: TestClient) -> None:
    own = {"path": "/tmp/up/1/a.txt", "meta": {"_type": "gradio.FileData"}}
    assert client.post("/gradio_api/run/predict", json=event([[own]])).status_code == 403
    client.post("/gradio_api/upload", headers={HEADER: "an"})
    sent = client.post("/gradio_api/run/predict", json=event([[own]], "s2"), headers={HEADER: "an"})
    assert sent.status_code == 200 and json.loads(sent.text) == event([[own]], "s2")
    assert client.post("/gradio_api/queue/join", json=event([own], "s3"), headers={HEADER: "binh"}).status_code == 403
    for bad in (
        {**own, "is_stream": True},
        {**own, "path": "/tmp/up/1/../1/a.txt"},
        {**own, "path": ["/tmp/up/1/a.txt"]},
        {"deep": [{"path": "http://evil.example/x.txt"}]},
        {"path": None},
    ):
        for path in ("run/predict", "queue/join", "cancel", "reset"):
            sent = client.post(f"/gradio_api/{path}", json=event([bad], "s2"), headers={HEADER: "an"})
            assert (sent.status_code, sent.json()["detail"]) == (403, labels.NOT_YOURS)


def test_a_session_belongs_to_who_named_it_first(client: TestClient) -> None:
    def status(user: str, path: str, **options: Any) -> int:
        return client.request(options.pop("method", "GET"), path, headers={HEADER: user}, **options).status_code

    assert status("an", "/gradio_api/heartbeat/abc") == 200
    for user, expected in (("an", 200), ("binh", 403)):
        assert status(user, "/gradio_api/heartbeat/abc") == expected
        assert status(user, "/gradio_api/queue/data?session_hash=abc") == expected
        assert status(user, "/gradio_api/queue/data?session_hash=own-" + user + "&session_hash=abc") == expected
        assert status(user, "/gradio_api/queue/join", method="POST", json=event([], "abc")) == expected
    for bad in ("", "a b", "x" * 65, None, 7, ["abc"]):
        assert status("an", "/gradio_api/queue/join", method="POST", json=event([], bad)) == 403
    assert status("an", "/gradio_api/queue/data") == 403


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b"[" * 100_000, b'{"data":' * 50_000])
def test_what_is_no_event_is_refused(client: TestClient, body: bytes) -> None:
    assert client.post("/gradio_api/run/predict", content=body).status_code in (400, 403)


def test_large_events_and_haste_are_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "LARGEST_EVENT", 1000)
    assert client.post("/gradio_api/run/predict", json=event(["x" * 2000])).status_code == 413
    guard = client.app
    assert isinstance(guard, OwnEvents)
    guard._rates = {"/gradio_api/upload": Rate(burst=1, per_minute=0), "": Rate(burst=2, per_minute=0)}
    uploads = [client.post("/gradio_api/upload") for _ in range(2)]
    assert [reply.status_code for reply in uploads] == [200, 429] and uploads[-1].text == labels.TOO_OFTEN
    hasty = [client.post("/gradio_api/run/predict", json=event([])) for _ in range(3)]
    assert [reply.status_code for reply in hasty] == [200, 200, 429] and hasty[-1].json()["detail"] == labels.TOO_OFTEN
    assert client.post("/gradio_api/upload", headers={HEADER: "binh"}).status_code == 200
    assert client.get("/").status_code == 200


def test_an_upload_too_large_or_of_unknown_size_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bytes] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        read.append((await receive())["body"])
        await JSONResponse([])(scope, receive, send)

    client = TestClient(OwnEvents(app))
    monkeypatch.setattr(events, "LARGEST_UPLOAD", 1000)

    def status(content: Any, **headers: str) -> int:
        return client.post("/gradio_api/upload", content=content, headers=headers).status_code

    assert status(b"x" * 1001) == 413
    assert status(iter([b"x"])) == 411
    for length in ("", "-1", "1e3", "9" * 30):
        assert status(b"x", **{"Content-Length": length}) == 411
    assert status(b"x", **{"Content-Length": "1", "Transfer-Encoding": "chunked"}) == 411
    assert read == [] and status(b"x" * 1000) == 200 and read == [b"x" * 1000]


def test_a_full_queue_is_told_in_words_of_ours() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await JSONResponse({"detail": "Queue is full."}, status_code=503)(scope, receive, send)

    answer = TestClient(OwnEvents(app)).post("/gradio_api/queue/join", json=event([]))
    assert (answer.status_code, answer.json()["detail"]) == (429, labels.BUSY)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "REMEMBERED", 10)
    owners = events.Owners()
    for number in range(50):
        owners.may_use(f"s{number}", "an")
        owners.keep([f"/{number}"], "an")
    assert len(owners._sessions) == len(owners._uploads) == 10


# Against the real page.


def post(address: str, path: str, body: Any) -> tuple[int, str]:
    with closing(HTTPConnection(urlsplit(address).netloc, timeout=10)) as connection:
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read().decode()


@pytest.fixture
def lookups(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every host name that this process looks up."""
    found: list[Any] = []
    real = socket.getaddrinfo

    def spy(*given: Any, **options: Any) -> Any:
        found.append(given[0])
        return real(*given, **options)

    monkeypatch.setattr(socket, "getaddrinfo", spy)
    return found


@pytest.mark.parametrize(
    "path", [str(SEEDS.parent / "README.md"), "README.md", "/etc/passwd", "http://evil.example/x.txt", "file:///x.txt"]
)
@pytest.mark.parametrize("stream", [True, False])
def test_no_event_reads_a_file_of_this_machine_or_fetches_one(
    address: str, backend: ScriptedBackend, lookups: list[Any], path: str, stream: bool
) -> None:
    before = len(backend.documents())
    file = {"path": path, "is_stream": stream, "meta": {"_type": "gradio.FileData"}}
    for number in (0, 3, 10):
        sent = {"data": [[file]] * 2, "fn_index": number, "session_hash": secrets.token_hex(5)}
        for route in ("queue/join", "run/predict"):
            status, text = post(address, f"/gradio_api/{route}", sent)
            assert (status, json.loads(text)["detail"]) == (403, labels.NOT_YOURS)
    assert len(backend.documents()) == before
    assert {host for host in lookups if host not in ("127.0.0.1", "localhost")} == set()


def test_uploads_wait_where_nobody_else_may_look(address: str) -> None:
    folder = Path(gradio().utils.get_upload_folder())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_calls_by_hand_are_harmless(address: str, backend: ScriptedBackend) -> None:
    """Every event with nonsense: an error at most, and it says nothing of the inside."""
    before = len(backend.documents())
    for number in range(30):
        for data in ([], [None] * 9, ["x" * 5000, -1, {"a": [[]]}]):
            sent = {"data": data, "fn_index": number, "session_hash": "hand", "event_data": {"document": ["x"]}}
            status, text = post(address, "/gradio_api/run/predict", sent)
            assert status in (200, 404, 422, 500)
            assert not any(word in text for word in ("Traceback", "/tmp/", "/home/", "/root/", ".py"))
    assert len(backend.documents()) == before
