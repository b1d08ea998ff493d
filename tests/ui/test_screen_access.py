"""Logging in and out in a real browser: four looks, wrong passwords, the end of a session, keyboard only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import LOOKS, SCREENS, TIMEOUT_MS
from scripted_backend import ScriptedBackend

from ui.access import labels, passwords, sessions
from ui.access.logins import Logins

pytestmark = pytest.mark.browser
PASSWORD = "mật khẩu dài"
REFUSED = "Failed to load resource: the server responded with a status of 4"
"""What Chromium writes for a page or a request that was refused, as it should be."""


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Door:
    address: str
    clock: Clock
    logins: Logins

    def reset(self) -> None:
        """Whoever was locked out before is forgotten."""
        self.clock.now += 5000


@pytest.fixture(scope="module")
def door(backend: ScriptedBackend, serve_in_thread: Callable[..., Any]) -> Iterator[Door]:
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_COST", 16)
        logins = Logins({name: passwords.hashed(PASSWORD) for name in ("Ân", "bình")}, clock)
        with serve_in_thread(backend, logins) as address:
            yield Door(address, clock, logins)


class Guest:
    """A browser that has not logged in; complaints but those about refusals fail the test."""

    def __init__(self, chromium: Any, look: str, address: str) -> None:
        shape = LOOKS[look]
        size = {"width": shape["width"], "height": shape["height"]}
        self.context = chromium.new_context(
            viewport=size, color_scheme=shape["color_scheme"], reduced_motion="reduce", base_url=address
        )
        self.look = look
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        self.page = self.open()

    def open(self) -> Any:
        page = self.context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.hosts.add(request.url.split("/")[2].split(":")[0]))
        return page

    def login(self, name: str, password: str) -> None:
        self.page.fill("input[name=name]", name)
        self.page.fill("input[name=password]", password)
        self.page.press("input[name=password]", "Enter")

    def inside(self) -> None:
        self.page.wait_for_selector("#hd-welcome h2")
        self.page.wait_for_selector("[data-leave]")

    def shot(self, name: str) -> None:
        SCREENS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENS / f"{name}-{self.look}.png")


@pytest.fixture(params=LOOKS)
def guest(request: pytest.FixtureRequest, chromium: Any, door: Door) -> Iterator[Guest]:
    door.reset()
    found = Guest(chromium, request.param, door.address)
    found.page.goto("/")
    yield found
    found.context.close()
    assert found.hosts == {"127.0.0.1"}
    assert [line for line in found.complaints if not line.startswith(REFUSED)] == []


def test_in_ask_and_out_again(guest: Guest, backend: ScriptedBackend) -> None:
    page = guest.page
    assert page.url.endswith("/login") and page.evaluate("document.documentElement.lang") == "vi"
    assert page.evaluate("document.activeElement.name") == "name"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert all(box["height"] >= 44 for box in [field.bounding_box() for field in page.locator("input, button").all()])
    guest.shot("login")
    guest.login("Ân", PASSWORD)
    guest.inside()
    page.fill("#hd-input textarea", "Chào bạn")
    page.press("#hd-input textarea", "Enter")
    page.wait_for_selector("#hd-current [data-phase=answered]")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("document.cookie") == ""
    guest.shot("logged-in")
    page.click("[data-leave]")
    page.wait_for_selector("input[name=password]")
    page.goto("/")
    assert page.url.endswith("/login")


def test_wrong_passwords_say_so_and_then_wait(guest: Guest, door: Door) -> None:
    page = guest.page
    lines = []
    for _ in range(5):
        guest.login("bình", "sai rồi")
        page.wait_for_selector("[role=alert]")
        lines.append(page.inner_text("[role=alert]"))
        assert page.input_value("input[name=name]") == "bình" and page.input_value("input[name=password]") == ""
    assert lines == [labels.WRONG] * 4 + [labels.locked(1)]
    guest.login("bình", PASSWORD)
    page.wait_for_selector("[role=alert]")
    guest.shot("locked-out")
    assert page.inner_text("[role=alert]") == labels.locked(1)
    door.clock.now += 31
    guest.login("bình", PASSWORD)
    guest.inside()


def test_a_session_ends_and_the_login_takes_over(guest: Guest, door: Door) -> None:
    guest.login("Ân", PASSWORD)
    guest.inside()
    door.clock.now += sessions.IDLE + 1
    guest.page.fill("#hd-input textarea", "Chào bạn")
    guest.page.press("#hd-input textarea", "Enter")
    guest.page.wait_for_selector("input[name=password]")


def test_keyboard_alone_and_every_tab_at_once(guest: Guest) -> None:
    page = guest.page
    page.wait_for_function("document.activeElement.name === 'name'")
    page.keyboard.type("Ân")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "submit"
    page.keyboard.press("Enter")
    guest.inside()
    second = guest.open()
    second.goto("/")
    second.wait_for_selector("[data-leave]")
    second.click("[data-leave]")
    second.wait_for_selector("input[name=password]")
    page.reload()
    assert page.url.endswith("/login")


def test_the_login_page_works_without_scripts(chromium: Any, door: Door) -> None:
    door.reset()
    context = chromium.new_context(java_script_enabled=False, base_url=door.address)
    page = context.new_page()
    page.goto("/")
    page.fill("input[name=name]", "Ân")
    page.fill("input[name=password]", PASSWORD)
    page.click("button")
    assert not page.url.endswith("/login")
    context.close()


AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not vendored")
def test_nothing_is_in_the_way_of_anybody(guest: Guest) -> None:
    guest.login("Ân", "sai")
    guest.page.wait_for_selector("[role=alert]")
    guest.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = guest.page.evaluate("axe.run().then((r) => r.violations.map((v) => v.id + ': ' + v.impact))")
    assert found == []
