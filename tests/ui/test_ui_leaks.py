"""Every verb of the backend breaks, with a path, a trace and a prompt in the error: nothing of it gets out."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from scripted_backend import ScriptedBackend

from rag.errors import StorageError

SECRETS = ("/home/ai-do", "bi-mat-trong-prompt", "Traceback", "RuntimeError", "hidden-detail", ".py")
CALM = ("uploads", "warm_up")
"""Verbs without which no page opens at all."""


class Broken(ScriptedBackend):
    """Once `error` is set, each verb raises it."""

    error: Exception | None = None

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        error = super().__getattribute__("__dict__").get("error")
        if error is None or name.startswith("_") or name in CALM or not callable(found):
            return found

        def breaks(*given: Any, **options: Any) -> Any:
            raise error

        return breaks


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory, serve_in_thread: Callable[[Any], Any]) -> Iterator[Any]:
    backend = Broken(tmp_path_factory.mktemp("broken"))
    file = tmp_path_factory.mktemp("files") / "a.txt"
    file.write_text("Sáng 5/3/2024, ông A họp với xã B.\n", encoding="utf-8")
    document = backend.put(file)
    with serve_in_thread(backend) as address:
        yield backend, address, document.id


def fetched(address: str, path: str, body: Any = None) -> tuple[int, str]:
    with closing(HTTPConnection(urlsplit(address).netloc, timeout=20)) as connection:
        sent = None if body is None else json.dumps(body)
        connection.request("GET" if body is None else "POST", path, sent, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read().decode("utf-8", "replace")


def streamed(address: str, event: dict[str, Any]) -> str:
    """All that a queued event says until its end."""
    status, text = fetched(address, "/gradio_api/queue/join", event)
    if status != 200:
        return text
    return text + fetched(address, f"/gradio_api/queue/data?session_hash={event['session_hash']}")[1]


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("hidden-detail /home/ai-do/x.py: bi-mat-trong-prompt"),
        StorageError(detail="hidden-detail /home/ai-do/hoidap.sqlite"),
    ],
    ids=("bug", "known"),
)
def test_no_event_and_no_route_tells_what_broke(
    broken: Any, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    backend, address, document = broken
    dependencies = json.loads(fetched(address, "/config")[1])["dependencies"]
    backend.error = error
    said = []
    try:
        for dependency in dependencies:
            session = secrets.token_hex(5)
            data: list[Any] = [None] * len(dependency["inputs"])
            pressed = {
                "document": document,
                "action": "view",
                "key": document,
                "id": document,
                "conversation": document,
            }
            event = {"data": data, "fn_index": dependency["id"], "session_hash": session, "event_data": pressed}
            quick = not dependency["queue"]
            text = fetched(address, "/gradio_api/run/predict", event)[1] if quick else streamed(address, event)
            said.append((dependency["api_name"], text))
        for kind in ("original", "text", "chat", "report"):
            said.append((kind, fetched(address, f"/download/{kind}/{document}/file")[1]))
        said.append(("page", fetched(address, "/")[1]))
    finally:
        backend.error = None
    assert len(said) > 10
    for name, text in said:
        assert [word for word in SECRETS if word in text and not (name == "page" and word == ".py")] == [], name


def test_a_question_that_breaks_says_only_what_to_do(broken: Any) -> None:
    backend, address, _ = broken
    dependencies = json.loads(fetched(address, "/config")[1])["dependencies"]
    number = {each["api_name"]: each["id"] for each in reversed(dependencies)}
    session = secrets.token_hex(5)
    inputs = len(next(each for each in dependencies if each["api_name"] == "begin")["inputs"])
    question = [None, "Ai họp với xã B?", *[None] * (inputs - 2)]
    status, text = fetched(
        address, "/gradio_api/run/predict", {"data": question, "fn_index": number["begin"], "session_hash": session}
    )
    assert status == 200 and "Ai họp với xã B?" in text
    backend.error = RuntimeError("hidden-detail /home/ai-do/x.py: bi-mat-trong-prompt")
    try:
        said = streamed(address, {"data": [None], "fn_index": number["follow"], "session_hash": session})
    finally:
        backend.error = None
    assert "Có lỗi ngoài dự kiến" in said and not any(word in said for word in SECRETS)


def test_paths_of_this_machine_are_not_in_the_page(broken: Any) -> None:
    _, address, _ = broken
    for path in ("/", "/config", "/gradio_api/info", "/theme.css"):
        text = fetched(address, path)[1]
        assert str(Path.home()) not in text and "/tmp/" not in text, path
