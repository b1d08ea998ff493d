"""One server and one Chromium for the whole session; a page that may only talk to this machine."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from scripted_backend import ScriptedBackend, scripted

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
TIMEOUT_MS = 15_000
GRADIO_NOISE = "Method not implemented."
"""Gradio's own warning when its upload progress goes away."""
LOOKS = {
    f"{size}-{scheme}": {"width": width, "height": height, "color_scheme": scheme}
    for size, width, height in (("wide", 1280, 860), ("phone", 390, 844))
    for scheme in ("light", "dark")
}
SCREENS = Path(__file__).parents[2] / "build" / "screens"
"""Where the pictures go that somebody should look at."""
STREAMS = ("/heartbeat/", "/queue/data")
"""Addresses that Gradio keeps open."""
FINAL = "#hd-current :is([data-phase=answered], [data-phase=failed], [data-phase=stopped])"


@contextmanager
def running(backend: Any, logins: Any = None) -> Iterator[str]:
    """A server on a free port in a thread; yields its address."""
    import uvicorn

    from ui.readiness import Readiness
    from ui.server import create_app, listen

    listener = listen("127.0.0.1", 0)
    readiness = Readiness(backend)
    readiness.start()
    servers: list[uvicorn.Server] = []

    async def serve() -> None:
        # Inside a running loop, because outside one Gradio makes event loops that it never closes.
        app = create_app(backend, readiness, logins=logins)
        servers.append(uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1)))
        await servers[0].serve(sockets=[listener])

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    while not (servers and servers[0].started):  # building two pages at once would mix them up
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        servers[0].should_exit = True
        thread.join(10)


@pytest.fixture(scope="session")
def serve_in_thread() -> Callable[[Any], Any]:
    return running


@pytest.fixture(scope="session")
def backend(tmp_path_factory: pytest.TempPathFactory) -> ScriptedBackend:
    return scripted(tmp_path_factory.mktemp("ui"))


@pytest.fixture(scope="session")
def address(backend: ScriptedBackend) -> Iterator[str]:
    with running(backend) as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    if not CHROMIUM.exists():
        pytest.skip("no /usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """An open page with everything it asked for and complained about."""

    page: Any
    look: str = ""
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    pending: set[Any] = field(default_factory=set)
    """Requests without an answer yet, but for the streams that stay open."""

    def hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and text != GRADIO_NOISE:
            self.complaints.append(text)

    def ask(self, question: str) -> None:
        count = self.page.locator(".hd-exchange").count()
        self.page.fill("#hd-input textarea", question)
        self.page.press("#hd-input textarea", "Enter")
        self.page.wait_for_function("n => document.querySelectorAll('.hd-exchange').length > n", arg=count)

    def answered(self, question: str) -> None:
        self.ask(question)
        self.page.wait_for_selector(FINAL)
        self.page.wait_for_selector("#hd-send")

    def sent(self, request: Any) -> None:
        self.requests.append(request.url)
        if not any(stream in request.url for stream in STREAMS):
            self.pending.add(request)

    def settle(self) -> None:
        """Wait until nothing has been asked of the server for a moment."""
        quiet = 0
        while quiet < 3:
            self.page.wait_for_timeout(40)
            quiet = 0 if self.pending else quiet + 1

    def tab(self, name: str) -> None:
        menu = self.page.locator("#hd-tabs .overflow-menu > button")
        shown = self.page.get_by_role("tab", name=name)
        shown.or_(menu).locator("visible=true").first.wait_for()
        if shown.count() == 0 and menu.is_visible():  # Gradio puts tabs that do not fit into a menu
            menu.click()
            shown = self.page.locator("#hd-tabs .overflow-dropdown button", has_text=name)
        shown.click()

    @property
    def phone(self) -> bool:
        return bool(self.page.viewport_size["width"] < 900)

    def fits(self) -> bool:
        """Nothing reaches out sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))

    def shot(self, name: str) -> None:
        """A picture of what is on screen, to be looked at."""
        SCREENS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENS / f"{name}-{self.look or 'wide-light'}.png")

    def documents_tab(self) -> None:
        self.tab("Tài liệu")
        self.page.wait_for_selector("#hd-list .hd-count, #hd-list .hd-hint")


Open = Callable[..., Visit]


@pytest.fixture(scope="session")
def shared(chromium: Any) -> Iterator[Any]:
    """One context with its caches for the pages that want nothing special: a page opens in half the time."""
    context = chromium.new_context(reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def visit(chromium: Any, shared: Any, address: str) -> Iterator[Open]:
    """Opens pages; afterwards no request may have left the machine and nothing may have gone wrong.

    A test's first page of the session's server, without options, shares its context with those before it, but for
    what they stored; every other page is a browser of its own.
    """
    visits: list[Visit] = []

    def open_page(
        *,
        url: str = address,
        width: int = 1280,
        height: int = 860,
        look: str = "",
        prepare: str = "",
        color_scheme: str = "light",
        **options: Any,
    ) -> Visit:
        alone = bool(visits or options or url != address)
        page = (chromium.new_context(reduced_motion="reduce", **options) if alone else shared).new_page()
        page.context.new_cdp_session(page).send(
            "Storage.clearDataForOrigin", {"origin": url, "storageTypes": "local_storage,cookies"}
        )
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=color_scheme)
        page.add_init_script(prepare)
        page.set_default_timeout(TIMEOUT_MS)
        seen = Visit(page, look)
        visits.append(seen)
        page.on("request", seen.sent)
        page.on("requestfinished", lambda request: seen.pending.discard(request))
        page.on("requestfailed", lambda request: seen.pending.discard(request))
        page.on("console", lambda message: seen.hear(message.type, message.text))
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.goto(url)
        page.wait_for_selector("#hd-welcome h2")
        page.wait_for_selector(".hd-models-ready")
        return seen

    yield open_page
    for seen in visits:
        (seen.page if seen.page.context is shared else seen.page.context).close()
        assert {urlsplit(url).hostname for url in seen.requests if not url.startswith(("data:", "blob:"))} == {
            "127.0.0.1"
        }
        assert seen.complaints == []


@pytest.fixture
def look(request: pytest.FixtureRequest, visit: Open) -> Open:
    """Opens pages in each look of the run: see `pytest_generate_tests`."""

    def open_page(**options: Any) -> Visit:
        return visit(**{"look": request.param, **LOOKS[request.param], **options})

    return open_page


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-looks", action="store_true", help="every scenario in all four looks, not each in one")


TURN = pytest.StashKey[int]()
ALL_LOOKS = "all_looks"
"""Marks what is asked in every look in every run."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The scenarios take turns with the four looks; with `--all-looks` (`make screens`) each runs in all of them."""
    if "look" not in metafunc.fixturenames:
        return
    stash, looks = metafunc.config.stash, list(LOOKS)
    everywhere = metafunc.definition.get_closest_marker(ALL_LOOKS)
    if not everywhere and not metafunc.config.getoption("--all-looks", default=False):
        stash[TURN] = stash.get(TURN, 0) + 1
        looks = [looks[stash[TURN] % len(looks)]]
    metafunc.parametrize("look", looks, indirect=True)
