"""What the page can hand over as a file: `/download/KIND/KEY/FORM`, one provider a kind.

Always as an attachment: an original may be a web page, which must never run as a page of ours.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from rag.errors import HoidapError
from ui import labels
from ui.backend import Backend
from ui.render import DOWNLOAD
from ui.visitors import visitor

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.responses import Response

log = logging.getLogger(__name__)

UNKNOWN = "application/octet-stream"


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


def add_routes(app: FastAPI, backend: Backend, providers: Mapping[str, Provider]) -> None:
    """One route for all providers, which go by kind; an error is a line of text, never a trace."""
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse, Response

    def download(request: Request, kind: str, key: str, form: str) -> Response:
        provider = providers.get(kind)
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
