"""What is handed over as a file: always an attachment, only what is there, errors without a trace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from scripted_backend import SON_LA, ScriptedBackend

from rag.flags.records import Complaint, Wrong
from ui import downloads, labels
from ui.backend import Backend
from ui.quality import exports


def fetched(url: str) -> tuple[int, Any, bytes]:
    try:
        with urlopen(url, timeout=10) as response:
            return response.status, response.headers, response.read()
    except HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def test_an_original_comes_as_an_attachment_byte_by_byte(address: str, backend: ScriptedBackend) -> None:
    document = next(d for d in backend.documents() if d.path == SON_LA)
    status, headers, content = fetched(address + downloads.link("original", document.id, "file"))
    assert status == 200 and headers["Content-Disposition"].startswith("attachment;")
    assert headers["Content-Type"] == "application/octet-stream" and headers["X-Content-Type-Options"] == "nosniff"
    assert content == Path(document.source).read_bytes()


@pytest.mark.parametrize("rest", ["original/unknown/file", "nothing/x/y", "original/..%2f..%2fetc/passwd"])
def test_what_is_not_there_is_a_line_without_a_path(address: str, rest: str) -> None:
    status, _, content = fetched(f"{address}/download/{rest}")
    assert status == 404 and b"/etc" not in content and b"Traceback" not in content


def test_a_bug_says_nothing_internal(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret /home/x")

    monkeypatch.setattr(Backend, "document", broken)
    status, _, content = fetched(address + "/download/original/a/b")
    assert status == 500 and content.decode() == labels.UNEXPECTED


def test_the_pictures_of_a_report_and_nothing_else_of_it(address: str, backend: ScriptedBackend) -> None:
    place = backend.settings.data / "reports" / "20261122-213000"
    place.mkdir(parents=True)
    (place / "risk-coverage.png").write_bytes(b"\x89PNG")
    (place / "report.json").write_text("{}", "utf-8")
    try:
        status, headers, content = fetched(address + downloads.link("plots", place.name, "risk"))
        assert (status, headers["Content-Type"], content) == (200, "image/png", b"\x89PNG")
        for key, form in ((place.name, "report"), (place.name, "types"), ("20200101-000000", "risk")):
            assert fetched(address + downloads.link("plots", key, form))[0] == 404
    finally:
        for file in place.iterdir():
            file.unlink()
        place.rmdir()
        place.parent.rmdir()


def test_flags_are_those_of_the_user_alone(backend: ScriptedBackend) -> None:
    store = backend.flags
    kept = [store.add(user, Complaint(Wrong.OTHER), {"question": user}) for user in ("lan", "minh")]
    try:
        content = exports.flags(backend, "lan", "minh", "jsonl").content
        assert isinstance(content, bytes)
        assert [json.loads(line)["user"] for line in content.splitlines()] == ["lan"]
    finally:
        for flag in kept:
            store.delete(None, flag.id)
