"""How quick the page is on a real library, in Chromium: loading, first evidence, opening a source.

    python -m bench.screen DATA [--questions 30]     DATA: a data folder; it is copied, never written to

The real encoder runs; the language model does not, because evidence comes before it: a question is stopped
as soon as its first card is painted. Questions are made of the titles of the library's own documents.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag import Library
from rag.settings import Settings

EVERY_MS = 3100
"""Between two questions: one person may ask twenty in a minute."""
FLAGS = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
PAINTED = """selector => new Promise(resolve => {
  const start = performance.now();
  document.querySelector('#hd-send').click();
  const look = () => document.querySelector(selector)
    ? requestAnimationFrame(() => resolve(performance.now() - start)) : requestAnimationFrame(look);
  requestAnimationFrame(look);
})"""
OPENED = """chip => new Promise(resolve => {
  const start = performance.now();
  chip.click();
  const look = () => {
    const box = document.querySelector('.hd-panel-body').getBoundingClientRect();
    const mark = document.querySelector('.hd-panel mark.hd-active')?.getBoundingClientRect();
    if (mark && mark.height && mark.top >= box.top && mark.top < box.bottom) resolve(performance.now() - start);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--questions", type=int, default=30)
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        Library.open(copied(arguments.data, Path(folder))) as library,
        served(library) as url,
        browser() as context,
    ):
        loads(context, url)
        titles = [document.title[:150] for document in library.documents() if document.title]
        step = max(1, len(titles) // arguments.questions)
        asks(context, url, [f"{title} khi nào, ở đâu?" for title in titles[::step][: arguments.questions]])


def copied(data: Path, folder: Path) -> Settings:
    shutil.copytree(data, folder / "library")
    return Settings(data=folder / "library")


@contextmanager
def served(library: Library) -> Iterator[str]:
    """The page with warm models."""
    import uvicorn

    from ui.backend import Backend
    from ui.readiness import Readiness
    from ui.server import create_app, listen

    backend = Backend(library)
    listener = listen("127.0.0.1", 0)
    readiness = Readiness(backend)
    library.encoder.encode_query("làm nóng")
    library.meetings()
    readiness.state = "ready"
    servers: list[uvicorn.Server] = []

    async def serve() -> None:
        app = create_app(backend, readiness)
        servers.append(uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1)))
        await servers[0].serve(sockets=[listener])

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    while not (servers and servers[0].started):
        if not thread.is_alive():
            raise SystemExit("the server did not start")
        time.sleep(0.05)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    servers[0].should_exit = True
    thread.join(10)


@contextmanager
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield chromium.new_context(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
        chromium.close()


def loads(context: Any, url: str) -> None:
    """The page once cold and five times warm: seconds until it can be asked, bytes over the wire."""
    for visit in ("cold", *["warm"] * 5):
        page = context.new_page()
        sizes: list[int] = []
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda event, sizes=sizes: sizes.append(event["encodedDataLength"]))
        started = time.perf_counter()
        page.goto(url)
        page.wait_for_selector("#hd-welcome h2")
        took = time.perf_counter() - started
        page.wait_for_timeout(1000)
        print(f"load {visit}: {took:.2f} s, {sum(sizes) / 1000:.0f} KB in {len(sizes)} responses")
        page.close()


def asks(context: Any, url: str, questions: Sequence[str]) -> None:
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("#hd-welcome h2")
    painted, opened, asked = [], [], []
    page.on("request", lambda request: asked.append(request.url))
    for question in questions:
        page.fill("#hd-input textarea", question)
        page.wait_for_selector("#hd-send")
        before = page.query_selector("#hd-current [data-message]")
        number = before.get_attribute("data-message") if before else ""
        first = f"#hd-current [data-message]:not([data-message='{number}']) :is(.hd-card, .hd-notice)"
        seconds = page.evaluate(PAINTED, first)
        if page.locator("#hd-stop").count():
            page.click("#hd-stop")
        page.wait_for_selector("#hd-send")
        page.wait_for_timeout(EVERY_MS)
        chip = page.query_selector("#hd-current .hd-card .cite >> nth=-1")
        if chip is None or question == questions[0]:  # the first one warms what only a question loads
            continue
        painted.append(seconds)
        requests = len(asked)
        opened.append(page.evaluate(OPENED, chip))
        print(f"  first card {painted[-1]:.0f} ms, chip {opened[-1]:.0f} ms", flush=True)
        assert asked[requests:] == [], "a click on a chip asked the server"
    report("question sent to first card painted", painted)
    report("click on a chip to its sentence in view, 0 requests", opened)


def report(what: str, values: Sequence[float]) -> None:
    ordered = sorted(values)
    p95 = ordered[max(0, round(0.95 * len(ordered)) - 1)]
    print(f"{what}: p50 {statistics.median(ordered):.0f} ms, p95 {p95:.0f} ms, n={len(ordered)}")


if __name__ == "__main__":
    main()
