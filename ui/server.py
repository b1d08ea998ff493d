"""Starts the page: the port first, then the models in the background while Gradio is imported."""

from __future__ import annotations

import errno
import logging
import socket
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rag.errors import BadInput, PortTaken
from ui.access.hosts import LOOPBACK_NAMES, check_host
from ui.access.logins import Logins, from_file
from ui.backend import Backend
from ui.chat.queueing import Desk
from ui.readiness import Readiness

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

    from rag import Library

SHUTDOWN_SECONDS = 2
BACKLOG = 128
LARGE = 2000
"""Bytes from which an answer of the server is worth compressing."""


def serve(
    library: Library,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    auth: str | None = None,
    name: str | None = None,
    ready: Callable[[str], None] = lambda url: None,
    say: Callable[[str], None] = lambda line: None,
) -> None:
    """Serve the page until Ctrl-C (raised again as KeyboardInterrupt) or SIGTERM.

    `auth` is `USER:FILE`, `name` what browsers call a proxy before the page; `ready` gets the address once
    the page answers, `say` what was done about the passwords.

    Raises:
        BadInput: a host that is not this machine without `auth`, or a bad `auth` or `name`.
        PortTaken: another program listens there; nothing was loaded.
    """
    run(Backend(library), host=host, port=port, auth=auth, name=name, ready=ready, say=say)


def run(
    backend: Backend,
    *,
    host: str,
    port: int,
    auth: str | None = None,
    name: str | None = None,
    ready: Callable[[str], None],
    say: Callable[[str], None] = lambda line: None,
) -> None:
    """`serve` for anything that has the verbs of a backend."""
    check_host(host, auth, name)
    logins = from_file(auth, say) if auth else None
    with listen(host, port) as listener:
        readiness = Readiness(backend)
        readiness.start()
        desk = Desk()
        app = create_app(backend, readiness, hosts=trusted_hosts(host, name), logins=logins, desk=desk)
        url = f"http://{_in_url(host)}:{listener.getsockname()[1]}"
        try:
            _server(app, lambda: ready(url)).run(sockets=[listener])
        finally:
            desk.ahead.stop()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, taken before anything heavy is loaded; a browser that is early just waits.

    Raises:
        PortTaken: another program has the port.
        BadInput: the host or the port cannot be used.
    """
    bare = host.strip("[]")
    family = socket.AF_INET6 if ":" in bare else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((bare, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise PortTaken(f"Cổng {port} đã có chương trình khác dùng.", detail=str(error)) from error
        problem = f"Không mở được địa chỉ {host}, cổng {port}."
        raise BadInput(problem, next_step="Hãy xem lại --host và --port.", detail=str(error)) from error
    return listener


def create_app(
    backend: Backend,
    readiness: Readiness,
    *,
    hosts: Sequence[str] = LOOPBACK_NAMES,
    logins: Logins | None = None,
    desk: Desk | None = None,
) -> FastAPI:
    """Health and login first, then the page, behind the guards; `hosts` are the Host headers to accept."""
    from fastapi import FastAPI
    from starlette.middleware.gzip import GZipMiddleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from ui.access import login
    from ui.access.events import OwnEvents
    from ui.access.guards import HEALTH, KnownVisitor, SafeHeaders, SameOrigin, ServedPaths
    from ui.app import DOWNLOADS, build, mount
    from ui.downloads import add_routes

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get(HEALTH)
    def healthz() -> dict[str, str]:
        return {"status": "ok", "models": readiness.state}

    if logins is not None:
        login.add_routes(app, logins)
    add_routes(app, backend, DOWNLOADS)
    mount(app, build(backend, readiness, desk or Desk()))
    # The last one added is the first to see a request. Event streams are left as they are.
    app.add_middleware(GZipMiddleware, minimum_size=LARGE, compresslevel=4)
    app.add_middleware(OwnEvents)
    app.add_middleware(KnownVisitor, sessions=logins.sessions if logins else None)
    app.add_middleware(ServedPaths)
    app.add_middleware(SameOrigin)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    app.add_middleware(SafeHeaders)
    return app


def trusted_hosts(host: str, name: str | None = None) -> list[str]:
    """The Host headers to accept."""
    return sorted({*LOOPBACK_NAMES, _in_url(host)} | ({name} if name else set()))


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _server(app: FastAPI, started: Callable[[], None]) -> uvicorn.Server:
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                started()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            # Open pages hold event streams; each one cancelled now would be logged as an error.
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            await super().shutdown(sockets)

    config = uvicorn.Config(
        app,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        log_config=None,
        access_log=False,
        server_header=False,
    )
    return Server(config)
