"""What the page can hand over as a file: `/download/KIND/KEY/FORM`, one provider a kind.

Always as an attachment: an original may be a web page, which must never run as a page of ours.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from rag.errors import BadInput, HoidapError, UnknownChat, UnknownDocument
from rag.flags.records import as_row
from rag.sources import file_of
from ui import labels
from ui.backend import Backend
from ui.render import DOWNLOAD
from ui.visitors import visitor

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.responses import Response

log = logging.getLogger(__name__)

UNKNOWN = "application/octet-stream"
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|]+')
"""What no system takes, or Windows does not."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file for the browser: its bytes, or where they lie."""

    name: str
    content: bytes | Path
    media_type: str = UNKNOWN


Provider = Callable[[Backend, str, str, str], Download]
"""Of backend, user, key and form; raises `HoidapError` for what is not there or not theirs."""


def link(kind: str, key: str, form: str) -> str:
    return f"/download/{kind}/{key}/{form}"


def original(backend: Backend, user: str, key: str, form: str) -> Download:
    """The file that a document was read from, as it lies on the disk.

    Raises:
        UnknownDocument: the document or its file is gone.
    """
    file = file_of(backend.document(key).source)
    if not file.is_file():
        raise UnknownDocument(labels.NO_ORIGINAL)
    return Download(file.name, file)


def chat(backend: Backend, user: str, key: str, form: str) -> Download:
    """A kept conversation of this user as a file in one of `rag.chats.export.FORMS`.

    Raises:
        UnknownChat: there is none of that id and form, or it is another user's.
    """
    from rag.chats.export import FORMS, exported

    if form not in FORMS:
        raise UnknownChat()
    found = backend.chats.chat(user, key)
    name = f"{_NOT_IN_NAMES.sub(' ', found.title).strip(' .') or labels.NAMELESS}.{form}"
    return Download(name, exported(found, backend.chats.turns(user, key), form))


def plot(backend: Backend, user: str, key: str, form: str) -> Download:
    """A picture of a kept report.

    Raises:
        BadInput: there is none.
    """
    path = backend.plot(key, form)
    if path is None:
        raise BadInput(labels.NO_DOWNLOAD)
    return Download(f"{key}-{path.name}", path, "image/png")


def flags(backend: Backend, user: str, key: str, form: str) -> Download:
    """This user's flags as JSONL, whatever the key."""
    lines = (json.dumps(as_row(flag), ensure_ascii=False) + "\n" for flag in backend.flags.all(user))
    return Download("bao-sai.jsonl", "".join(lines).encode("utf-8", "replace"), "application/x-ndjson")


PROVIDERS: dict[str, Provider] = {"original": original, "chat": chat, "plots": plot, "flags": flags}
"""By kind; `ui.app` adds those of the meetings."""


def add_routes(app: FastAPI, backend: Backend) -> None:
    """One route for every kind; an error is a line of text, never a trace."""
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse, Response

    def download(request: Request, kind: str, key: str, form: str) -> Response:
        provider = PROVIDERS.get(kind)
        if provider is None or not DOWNLOAD.fullmatch(request.url.path):
            return PlainTextResponse(labels.NO_DOWNLOAD, status_code=404)
        try:
            return _response(provider(backend, visitor(request), key, form))
        except HoidapError as error:
            log.warning("download failed: %s %s", error.line, error.detail)
            return PlainTextResponse(error.line, status_code=404)
        except Exception:
            log.exception("download failed")
            return PlainTextResponse(labels.UNEXPECTED, status_code=500)

    download.__annotations__.update(request=Request, **{"return": Response})
    app.get("/download/{kind}/{key}/{form}", response_model=None)(download)


def _response(found: Download) -> Response:
    from starlette.responses import FileResponse, Response

    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"}
    if isinstance(found.content, Path):
        return FileResponse(found.content, media_type=found.media_type, headers=headers)
    return Response(found.content, media_type=found.media_type, headers=headers)
