"""Passwords, lockout, sessions and the guard that knows the visitor."""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.testclient import TestClient

from rag.cli import app as command_line
from rag.errors import BadInput
from ui.access import labels, lockout, login, passwords, sessions
from ui.access.guards import KnownVisitor
from ui.access.lockout import Lockout, network
from ui.access.logins import Logins, Refused, from_file
from ui.access.sessions import Sessions
from ui.visitors import HEADER, LOCAL, visitor

GOOD = "mật khẩu dài"


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_COST", 16)
    monkeypatch.setattr(passwords, "_PARALLEL", 1)


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@settings(max_examples=50)
@given(st.text(max_size=40), st.text(max_size=40))
def test_a_hash_matches_its_password_only(one: str, other: str) -> None:
    stored = passwords.hashed(one)
    assert passwords.matches(one, stored)
    same = passwords.plain(one).encode(errors="replace") == passwords.plain(other).encode(errors="replace")
    assert passwords.matches(other, stored) == same


def test_hashes_are_salted_and_carry_their_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = passwords.hashed(GOOD), passwords.hashed(GOOD)
    assert first != second and first.startswith("scrypt$16$8$1$") and GOOD not in first
    monkeypatch.setattr(passwords, "_COST", 32)
    assert passwords.matches(GOOD, first)


def test_letters_typed_in_other_code_points_are_the_same() -> None:
    assert passwords.matches("mật khẩu", passwords.hashed("mật khẩu"))


def test_a_plain_password_is_replaced_by_its_hash(tmp_path: Path) -> None:
    file, told = tmp_path / "mk.txt", []
    file.write_text(f"{GOOD}\n", encoding="utf-8")
    file.chmod(0o644)
    link = tmp_path / "link"
    link.symlink_to(file)
    logins = from_file(f"ân:{link}", told.append)
    text = file.read_text("utf-8")
    assert text.startswith("ân:scrypt$") and GOOD not in text and len(told) == 1 and GOOD not in told[0]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and link.is_symlink()
    assert isinstance(logins.login("ân", GOOD, "1.1.1.1"), str)
    from_file(f"ân:{file}", told.append)
    assert len(told) == 1 and file.read_text("utf-8") == text


def test_a_plain_password_that_cannot_be_replaced_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mk.txt"
    file.write_text(GOOD, encoding="utf-8")

    def readonly(*_: object, **__: object) -> None:
        raise OSError("read-only")

    monkeypatch.setattr(passwords, "write_whole", readonly)
    with pytest.raises(BadInput, match="hoidap password an TỆP"):
        from_file(f"an:{file}", print)
    with pytest.raises(BadInput, match="Không ghi được"):
        passwords.change("an", GOOD, tmp_path / "new")
    assert file.read_text("utf-8") == GOOD


@pytest.mark.parametrize("spec", ["an", ":x", "an:", "an:/nowhere/at/all", "a:b:c", "\x00:x"])
def test_a_bad_spec_is_refused(spec: str) -> None:
    with pytest.raises(BadInput):
        from_file(spec, print)


@pytest.mark.parametrize("content", ["ngắn", "", "dòng một\ndòng hai dài", "a" * 300, "an:scrypt$16$8$1$AAAA$AAAA"])
def test_a_bad_file_is_refused_and_left_alone(tmp_path: Path, content: str) -> None:
    file = tmp_path / "mk.txt"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(BadInput):
        from_file(f"an:{file}", print)
    assert file.read_text("utf-8") == content


def test_lines_that_would_cost_too_much_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "mk.txt"
    good = passwords.hashed(GOOD)
    salt_and_key = good.split("$", 4)[4]
    for parameters in ("4194304$8$1", "15$8$1", "16$0$1", "1$8$1", "16$8$0"):
        file.write_text(f"an:{good}\nbình:scrypt${parameters}${salt_and_key}\n", encoding="utf-8")
        with pytest.raises(BadInput, match="Dòng 2"):
            from_file(f"an:{file}", print)


def test_the_command_adds_and_changes_users(tmp_path: Path) -> None:
    file = tmp_path / "users"
    run = CliRunner().invoke
    for name, password in (("an", GOOD), ("bình", "một mật khẩu"), ("an", "mật khẩu khác")):
        done = run(command_line, ["password", name, str(file)], input=f"{password}\n")
        assert done.exit_code == 0 and password not in done.output
    logins = from_file(f"an:{file}", print)
    assert isinstance(logins.login("bình", "một mật khẩu", ""), str)
    assert isinstance(logins.login("an", "mật khẩu khác", ""), str)
    assert logins.login("an", GOOD, "") == Refused()
    with pytest.raises(BadInput, match="hoidap password chi"):
        from_file(f"chi:{file}", print)
    for name, password in (("an", "ngắn"), ("a:b", GOOD), ("", GOOD), (" an", GOOD), ("a\n", GOOD)):
        assert isinstance(run(command_line, ["password", name, str(file)], input=f"{password}\n").exception, BadInput)


def test_the_wait_grows_and_is_forgotten() -> None:
    clock = Clock()
    lock = Lockout(clock)
    waits = []
    for _ in range(12):
        lock.wrong("an")
        waits.append(lock.wait("an"))
        clock.now += waits[-1]
    assert waits == [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]
    assert lock.wait("bình") == 0
    clock.now += lockout.FORGOTTEN
    lock.wrong("an")
    assert lock.wait("an") == 0


def test_the_memory_of_wrong_passwords_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lockout, "MOST", 10)
    lock = Lockout(Clock())
    for number in range(100):
        lock.wrong(f"name {number}")
    assert len(lock._rows) == 10


def test_addresses_of_one_machine_count_as_one() -> None:
    assert network("2001:db8::1") == network("2001:db8::ffff:1") != network("2001:db8:0:1::1")
    assert network("10.0.0.1") == "10.0.0.1" and network("testclient") == "testclient"


def test_nothing_tells_whether_a_name_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same answers in the same order, and the same work, for a name that exists and one that does not."""
    work: list[str] = []
    derived = passwords._derived

    def counted(*given: Any) -> bytes:
        work.append("scrypt")
        return derived(*given)

    monkeypatch.setattr(passwords, "_derived", counted)

    def tries(name: str) -> list[object]:
        logins = Logins({"an": passwords.hashed(GOOD)}, Clock())
        work.clear()
        return [(logins.login(name, "sai", f"10.0.0.{n}"), len(work)) for n in range(8)]

    assert tries("an") == tries("không có ai")


def test_an_address_is_locked_over_many_names_and_a_right_one_does_not_open_it() -> None:
    logins = Logins({"an": passwords.hashed(GOOD)}, Clock())
    for number in range(49):
        assert logins.login(f"tên {number}", "sai", "10.0.0.1") == Refused()
    assert isinstance(logins.login("an", GOOD, "10.0.0.1"), str)
    assert logins.login("tên 50", "sai", "10.0.0.1") == Refused(1)
    assert logins.login("an", GOOD, "10.0.0.1") == Refused(1)
    assert isinstance(logins.login("an", GOOD, "10.0.0.2"), str)


def test_sessions_expire_idle_and_in_the_end() -> None:
    clock = Clock()
    kept = Sessions(clock)
    token = kept.begin("an")
    for _ in range(int(sessions.LONGEST // sessions.IDLE)):
        clock.now += sessions.IDLE - 1
        assert kept.user(token) == "an"
    clock.now += sessions.IDLE - 1
    assert kept.user(token) is None
    token = kept.begin("an")
    clock.now += sessions.IDLE + 1
    assert kept.user(token) is None
    token = kept.begin("an")
    kept.end(token)
    assert kept.user(token) is None and kept.user("") is None and kept.user("\ud800") is None


def test_sessions_are_bounded_and_their_tokens_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MOST", 3)
    kept = Sessions(Clock())
    tokens = [kept.begin(name) for name in "abc"]
    kept.user(tokens[0])
    kept.begin("d")
    assert [kept.user(token) for token in tokens] == ["a", None, "c"]
    assert not any(token in repr(kept.__dict__) for token in tokens)


@pytest.fixture
def guarded() -> Callable[..., TestClient]:
    """A program behind the guard that says who is asking."""

    def client(logins: Logins | None, base: str = "http://testserver") -> TestClient:
        app = FastAPI()

        async def who(request: Request) -> str:
            return visitor(request)

        if logins is not None:
            login.add_routes(app, logins)
        who.__annotations__["request"] = Request
        app.get("/{path:path}")(who)
        app.add_middleware(KnownVisitor, sessions=logins.sessions if logins else None)
        return TestClient(app, base_url=base, follow_redirects=False)

    return client


def test_nobody_can_say_who_they_are(guarded: Callable[..., TestClient]) -> None:
    for name in (HEADER, HEADER.upper(), HEADER.title()):
        assert guarded(None).get("/", headers=[(name, "an"), (name, "chi")]).json() == LOCAL
    logins = Logins({"Ân": passwords.hashed(GOOD)})
    client = guarded(logins)
    client.cookies.set(login.COOKIE, logins.sessions.begin("Ân"))
    assert client.get("/", headers={HEADER: "chi"}).json() == "Ân"


def test_who_opens_the_page_comes_to_the_login_and_a_program_gets_a_line(guarded: Callable[..., TestClient]) -> None:
    client = guarded(Logins({"an": passwords.hashed(GOOD)}))
    for headers in ({"Sec-Fetch-Mode": "navigate"}, {"Accept": "text/html,*/*"}):
        opened = client.get("/", headers=headers)
        assert (opened.status_code, opened.headers["location"]) == (303, "/login")
    for method, headers in (("GET", {}), ("POST", {"Sec-Fetch-Mode": "navigate"}), ("GET", {"Sec-Fetch-Mode": "cors"})):
        answered = client.request(method, "/x", headers=headers)
        assert (answered.status_code, answered.text) == (401, labels.NEED_LOGIN)
    for cookie in ("", "x" * 5000, "=;;=", '"\\', "é"):
        sent = {"Cookie": f"{login.COOKIE}={cookie}".encode()}
        assert client.get("/", headers=sent).status_code == 401  # type: ignore[arg-type]
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("other", ['portal={"a":1}', "a b=c", "=x", "é=1"])
def test_a_cookie_of_another_program_hides_no_session(guarded: Callable[..., TestClient], other: str) -> None:
    logins = Logins({"an": passwords.hashed(GOOD)})
    sent = {"Cookie": f"{other}; {login.COOKIE}={logins.sessions.begin('an')}".encode()}
    assert guarded(logins).get("/", headers=sent).json() == "an"


@pytest.mark.parametrize(("base", "secure"), [("http://testserver", False), ("https://testserver", True)])
def test_in_and_out_again(guarded: Callable[..., TestClient], base: str, secure: bool) -> None:
    client = guarded(Logins({"an": passwords.hashed(GOOD)}), base)
    page = client.get("/login")
    assert page.status_code == 200 and "<script" not in page.text and 'lang="vi"' in page.text
    wrong = client.post("/login", data={"name": "<b>an", "password": "sai"})
    assert wrong.status_code == 401 and labels.WRONG in wrong.text and "<b>" not in wrong.text
    right = client.post("/login", data={"name": "an", "password": GOOD})
    assert (right.status_code, right.headers["location"]) == (303, "/")
    cookie = right.headers["set-cookie"].lower()
    assert all(flag in cookie for flag in ("httponly", "samesite=strict", "path=/")) and ("secure" in cookie) == secure
    assert client.get("/").json() == "an" and client.get("/login").status_code == 303
    token = client.cookies[login.COOKIE]
    assert client.post("/logout").headers["location"] == "/login"
    client.cookies.set(login.COOKIE, token)
    assert client.get("/").status_code == 401
    assert client.post("/logout").status_code == 401


def test_a_locked_login_says_for_how_long_and_large_forms_are_refused(guarded: Callable[..., TestClient]) -> None:
    client = guarded(Logins({"an": passwords.hashed(GOOD)}))
    for data in (
        {},
        {"name": ["a", "b"]},
        {"name": "an"},
        {"password": GOOD},
        *[{"name": "an", "password": "\x00"}] * 4,
    ):
        assert client.post("/login", data=data).status_code in (401, 429)
    locked = client.post("/login", data={"name": "an", "password": GOOD})
    assert locked.status_code == 429 and "sau 1 phút" in locked.text and locked.headers["retry-after"] == "60"
    assert client.post("/login", content=b"x" * 9000).status_code == 413
