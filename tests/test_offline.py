"""The proof catches what leaves: planted leaks under every guard, planted addresses in every kind of file."""

from __future__ import annotations

import struct
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from rag.cli.doctor import doctor_command
from rag.doctor import judge
from rag.offline.browser import PageLoad, _asked, load
from rag.offline.crawl import Served, crawl
from rag.offline.foreign import Foreign, foreign
from rag.offline.guards import GUARDS, Guard, Watched, choose
from rag.offline.hook import described as called
from rag.offline.packets import described
from rag.offline.policy import REQUIRED, blocks, holes
from rag.offline.proof import Proof, Seen, proof
from rag.offline.proving import ProofFailed, prove
from rag.offline.report import write
from rag.settings import Settings

STRICT = "default-src 'self'; img-src 'self' data:; base-uri 'self'"
SEEN = Seen(True, (), STRICT, False, (("GRADIO_SHARE", "False", "False"),), None, "máy không có Chromium")
ASK = "import socket; socket.getaddrinfo('leak.example.com', 443)"
LEAKS = """
import contextlib, socket
with contextlib.suppress(OSError): socket.getaddrinfo('leak.example.com', 443)
with contextlib.suppress(OSError): socket.create_connection(('192.0.2.7', 443), 1)
with contextlib.suppress(OSError): socket.create_connection(('2001:db8::1', 443), 1)
with contextlib.suppress(OSError): socket.socket(2, 2).sendto(b'x', ('192.0.2.9', 5000))
"""
NATIVE = """
import ctypes, struct
libc = ctypes.CDLL(None)
libc.connect(libc.socket(2, 1, 0), struct.pack('!HH4B8x', 0x0200, 443, 192, 0, 2, 7), 16)
"""
STAY = """
import socket
server = socket.create_server(('127.0.0.1', 0))
socket.create_connection(server.getsockname()).sendall(b'hello')
assert server.accept()[0].recv(5) == b'hello'
socket.getaddrinfo('127.0.0.1', 80)
server = socket.create_server(('::1', 0), family=socket.AF_INET6)
socket.create_connection(server.getsockname()[:2])
"""
GUARDED = pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.key)


def under(guard: Guard, code: str, tmp_path: Path) -> Watched:
    """Run code in a child of a child; what only watches does it in a namespace, so that the test itself stays here."""
    if not guard.works():
        pytest.skip(f"no {guard.key} on this system")
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {code!r}], check=True)"
    closed = [sys.executable, "-m", "rag.offline.namespace", str(tmp_path / "seen")] if guard.key != "namespace" else []
    if closed and not GUARDS[0].works():
        pytest.skip("a leak is only planted where it cannot get out")
    return guard.run([*closed, sys.executable, "-c", child], lambda line: None)


@GUARDED
def test_leaks_of_a_child_process_fail_the_proof(guard: Guard, tmp_path: Path) -> None:
    watched = under(guard, LEAKS, tmp_path)
    asked = "cổng 53" if guard.key == "strace" else "leak.example.com"  # the name is in the packet, which strace leaves
    told = judge(proof(guard.title, guard.covers, watched.attempts, SEEN))
    assert not told.ok
    for trace in (asked, "192.0.2.7", "2001:db8::1", "192.0.2.9"):
        assert any(trace in attempt for attempt in watched.attempts), watched


@pytest.mark.parametrize("guard", GUARDS[:2], ids=lambda guard: guard.key)
def test_a_call_from_native_code_is_seen(guard: Guard, tmp_path: Path) -> None:
    assert any("192.0.2.7" in attempt for attempt in under(guard, NATIVE, tmp_path).attempts)


@GUARDED
def test_what_stays_on_this_machine_is_no_leak(guard: Guard, tmp_path: Path) -> None:
    watched = under(guard, STAY, tmp_path)
    assert (watched.code, watched.attempts) == (0, ()), watched
    assert judge(proof(guard.title, guard.covers, watched.attempts, SEEN)).ok


def test_the_hook_reaches_a_process_that_may_write_no_file(tmp_path: Path) -> None:
    code = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); {ASK}"
    assert any("leak.example.com" in attempt for attempt in under(GUARDS[2], code, tmp_path).attempts)


def test_the_strongest_guard_that_works_is_chosen() -> None:
    assert choose() == next(guard for guard in GUARDS if guard.works())


def test_a_probe_that_breaks_is_no_proof(settings: Settings) -> None:
    broken = Guard("hook", "", "", lambda command, tell: Watched(1, "Traceback\nRuntimeError: no model", ()))
    with pytest.raises(ProofFailed, match="no model"):
        prove(settings, guard=broken)
    silent = Guard("hook", "", "", lambda command, tell: Watched(0, "", ()))
    with pytest.raises(ProofFailed):
        prove(settings, guard=silent)


def packet(protocol: int, target: bytes, body: bytes) -> bytes:
    return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 0, 0, 64, protocol, 0, b"\x7f\0\0\1", target) + body


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (packet(6, b"\xc0\0\2\1", struct.pack("!HHIIBB", 9, 443, 0, 0, 0x50, 0x02)), "TCP 192.0.2.1:443"),
        (packet(6, b"\xc0\0\2\1", struct.pack("!HHIIBB", 443, 9, 0, 0, 0x50, 0x14)), ""),
        (packet(1, b"\xc0\0\2\1", b"\x03\x03"), ""),
        (packet(1, b"\xc0\0\2\1", b"\x08\x00"), "ICMP 192.0.2.1"),
        (packet(132, b"\xc0\0\2\1", b""), "giao thức 132 192.0.2.1"),
        (packet(17, b"\x7f\0\0\x35", struct.pack("!HHHH", 9, 53, 0, 0) + bytes(12) + b"\x01a\x02vn\0"), "a.vn"),
        (packet(6, b"\xc0\0\2\1", b""), "gói tin không đọc được"),
        (b"", "gói tin không đọc được"),
    ],
)
def test_packets_are_told(raw: bytes, expected: str) -> None:
    assert expected in described(raw) if expected else described(raw) == ""


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "0.0.0.0", ""])
def test_calls_to_this_machine_are_none(host: str) -> None:
    assert called("socket.connect", (object(), (host, 80))) == ""


# Addresses in served files

FETCHED = [
    ("<link href=https://fonts.example.com/a.css rel=stylesheet>", "style"),
    ('<link rel="stylesheet"\n  href="https://fonts.example.com/a.css">', "style"),
    ("<LINK REL=PRECONNECT HREF='HTTPS://fonts.example.com'>", "hint"),
    ('<link rel="dns-prefetch" href="//fonts.example.com">', "hint"),
    ('<link rel="manifest" href="https://example.com/m.json">', "manifest"),
    ('<script async src="https://cdn.example.com/a.js"></script>', "script"),
    ("<img alt='a b' src=//example.com/a.png>", "img"),
    ('<img srcset="a.png 1x, https://example.com/b.png 2x">', "img"),
    ('<iframe src="https://example.com"></iframe>', "frame"),
    ('<base href="https://example.com/">', "base"),
    ('<meta http-equiv="refresh" content="0;url=https://example.com">', "navigate"),
    ('<img src="&#104;ttps://example.com/a.png">', "img"),
    ('<svg><use xlink:href="https://example.com/a.svg#b"/></svg>', "img"),
    ("@import 'https://fonts.example.com/a.css';", "style"),
    ("@import url(https://fonts.example.com/a.css);", "style"),
    ("@font-face { font-family: A; src: url('https://example.com/a.woff2') }", "font"),
    (".a { background: url(//example.com/a.png) }", "img"),
    ('fetch("https://example.com/count")', "connect"),
    ("await fetch (`https://example.com/${id}`, {})", "connect"),
    ('new WebSocket("wss://example.com/live")', "connect"),
    ('new EventSource("https://example.com")', "connect"),
    ('request.open("POST", "https://example.com")', "connect"),
    ('navigator.sendBeacon("https://example.com", x)', "connect"),
    ('import("https://cdn.example.com/a.js")', "script"),
    ('import a from"https://cdn.example.com/a.js"', "script"),
    ('importScripts("https://cdn.example.com/a.js")', "script"),
    ('new Worker("https://cdn.example.com/a.js")', "worker"),
    ('let s=document.createElement("script");s.async=1;s.src="https://cdn.example.com/a.js"', "script"),
    ('e.innerHTML="<link rel=\\"stylesheet\\" href=\\"https:\\/\\/fonts.example.com\\/a.css\\">"', "style"),
    ("//# sourceMappingURL=https://example.com/a.map", "script"),
]
WORDS = [
    '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
    "@namespace svg url(http://www.w3.org/2000/svg);",
    '<a href="https://example.com">Xem</a>',
    '<link rel="canonical" href="https://example.com">',
    '<link rel="license" href="https://example.com">',
    '<meta property="og:image" content="https://example.com/a.png">',
    "/*! MIT, see https://example.com/license */",
    "// see https://example.com",
    'throw Error("more at https://example.com/e/1")',
    'document.createElementNS("http://www.w3.org/2000/svg", "g")',
    'let a=document.createElement("a");a.href="https://example.com"',
    "background: url(\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E\")",
    '{"docs": "https://example.com"}',
]
LOCAL = ['fetch("http://127.0.0.1:7860/config")', "<img src=/a.png>", 'x = "a//b"', '<script src="http://localhost/a">']


@pytest.mark.parametrize(("text", "kind"), FETCHED)
def test_what_a_browser_would_fetch_is_found(text: str, kind: str) -> None:
    assert [item.kind for item in foreign(text, markup=text.startswith("<"))] == [kind]


@pytest.mark.parametrize("text", WORDS)
def test_words_raise_no_alarm(text: str) -> None:
    found = list(foreign(text, markup=text.startswith("<")))
    assert [item.kind for item in found] == [""]


@pytest.mark.parametrize("text", LOCAL)
def test_this_machine_is_not_foreign(text: str) -> None:
    assert list(foreign(text)) == []


@pytest.mark.parametrize("text", ["fetch('https://[bad')", "http://", "https://\udcff", "<link href=" * 200])
def test_odd_addresses_break_nothing(text: str) -> None:
    assert len(list(foreign(text))) <= 1


# Policies


def test_a_policy_is_read_with_its_fallbacks() -> None:
    assert holes(STRICT) == []
    assert holes("") == list(REQUIRED)
    assert holes(f"connect-src *; {STRICT}") == ["connect"]
    assert holes(f"{STRICT}; script-src 'self' https://cdn.example.com") == ["script", "worker"]
    assert not blocks(STRICT, "hint")
    assert not blocks(STRICT, "navigate")
    assert not blocks("default-src https:", "img")


# A whole page


class Site(BaseHTTPRequestHandler):
    files: dict[str, tuple[str, str]]
    headers_out: dict[str, str]

    def do_GET(self) -> None:
        kind, text = self.files.get(self.path, ("", ""))
        self.send_response(200 if kind else 404)
        self.send_header("Content-Type", kind or "text/plain")
        for name, value in self.headers_out.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[tuple[str, dict[str, tuple[str, str]], dict[str, str]]]:
    files = {
        "/": ("text/html", '<link rel=stylesheet href="./a.css"><script type=module src="/assets/a.js"></script>'),
        "/a.css": ("text/css", "@import 'deep/b.css'; a { color: red }"),
        "/deep/b.css": ("text/css", "a { background: url(c.png) }"),
        "/deep/c.png": ("image/png", "https://not.read.example.com"),
        "/assets/a.js": ("text/javascript", 'const deps=["./b.js","assets/none.js"];fetch(`${root}/static/c.json`)'),
        "/assets/b.js": ("text/javascript", "export default 1"),
        "/static/c.json": ("application/json", '{"a": "https://example.com"}'),
    }
    handler = type("Handler", (Site,), {"files": files, "headers_out": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", files, handler.headers_out
    server.shutdown()
    server.server_close()


def test_everything_that_a_page_reaches_is_read(site) -> None:
    address, files, headers = site
    headers["Content-Security-Policy"] = STRICT
    page = crawl(address)
    assert {file.path for file in page.files} == set(files)
    assert page.policy == STRICT
    assert [(f.path, f.foreign) for f in page.files if f.foreign] == [
        ("/static/c.json", (Foreign("https://example.com", ""),))
    ]
    assert proof("", "", (), replace(SEEN, files=page.files)).leaks == ()


PLANTED = [
    ("/deep/b.css", "@import 'https://fonts.example.com/a.css';"),
    ("/assets/b.js", 'fetch("https://example.com/count")'),
    ("/assets/b.js", 'new WebSocket("wss://example.com")'),
    ("/", '<script src="/assets/a.js"></script><link rel=stylesheet href=https://fonts.example.com/a.css>'),
    ("/", '<script>window.gradio_config = {"css": "@import \\u0027https://fonts.example.com\\u0027"};</script>'),
    ("/static/c.json", '{"value": "\\u003cimg src=https://example.com/a.png\\u003e"}'),
]


@pytest.mark.parametrize(("path", "text"), PLANTED)
def test_a_planted_address_fails_the_proof(site, path: str, text: str) -> None:
    address, files, _ = site
    files[path] = (files[path][0], text if path.endswith(".json") else f"{files[path][1]}\n{text}")
    proven = proof("", "", (), replace(SEEN, files=crawl(address).files))
    assert [leak.path for leak in proven.leaks] == [path]
    assert not judge(proven).ok


def test_a_header_that_makes_the_browser_call_fails_the_proof(site) -> None:
    address, _, headers = site
    headers["Link"] = "<https://fonts.example.com>; rel=preconnect"
    assert {leak.url for leak in proof("", "", (), replace(SEEN, files=crawl(address).files)).leaks} == {
        "https://fonts.example.com"
    }


def test_json_that_is_none_is_read_as_text(site) -> None:
    address, files, _ = site
    files["/static/c.json"] = ("application/json", 'fetch("https://example.com")')
    assert [file.path for file in crawl(address).files if file.foreign] == ["/static/c.json"]


def test_a_page_that_is_not_there_is_an_error(site) -> None:
    address, files, _ = site
    del files["/"]
    with pytest.raises(ValueError, match="404"):
        crawl(address)


# The verdict

PAGE = PageLoad("Chromium 156", True, ("/",), (), ())
BROKEN = [
    replace(SEEN, answered=False),
    replace(SEEN, policy=""),
    replace(SEEN, analytics=True),
    replace(SEEN, switches=(("GRADIO_SHARE", "False", ""),)),
    replace(SEEN, page_load=replace(PAGE, loaded=False)),
    replace(SEEN, page_load=replace(PAGE, foreign=("https://example.com",))),
    replace(SEEN, page_load=replace(PAGE, refused=("Refused to connect",))),
]


@pytest.mark.parametrize("seen", BROKEN)
def test_each_fault_alone_fails_the_proof(seen: Seen) -> None:
    assert len(list(proof("", "", (), seen).problems())) == 1


def test_a_proof_without_a_browser_says_so(settings: Settings, tmp_path: Path) -> None:
    without = proof("", "", (), SEEN)
    assert "máy không có Chromium" in judge(without).message
    write(tmp_path / "a.md", without, [judge(without)], settings)
    assert "Không mở bằng Chromium: máy không có Chromium." in (tmp_path / "a.md").read_text("utf-8")


@pytest.mark.parametrize("browser", ["/bin/false", "/bin/true", "/no/such/browser"])
def test_a_browser_that_does_not_run_is_no_page_load(browser: str) -> None:
    with pytest.raises(RuntimeError, match="trình duyệt"):
        load(browser, "http://127.0.0.1:1")


def test_the_browser_is_not_blamed_for_its_own_calls() -> None:
    def event(url: str, initiator: str) -> dict:
        return {"type": 2, "params": {"url": url, "initiator": initiator}}

    log = {
        "constants": {"logEventTypes": {"URL_REQUEST_START_JOB": 2}},
        "events": [
            event("http://127.0.0.1:1/", "not an origin"),
            event("https://update.example.com", "not an origin"),
            event("https://fonts.example.com", "http://127.0.0.1:1"),
            event("data:,a", "http://127.0.0.1:1"),
            {"type": 2},
        ],
    }
    assert _asked(log, "http://127.0.0.1:1") == ["http://127.0.0.1:1/", "https://fonts.example.com"]


# The report


def proven(*attempts: str) -> Proof:
    hostile = Foreign("https://example.com/<script>alert(1)</script>|`", "connect")
    files = (Served("/a.js", 3, "ab" * 32, "text/javascript", (hostile,)),)
    return proof("tên cách canh", "thấy gì", attempts, replace(SEEN, files=files if attempts else (), page_load=PAGE))


@pytest.mark.parametrize("suffix", [".md", ".html"])
def test_the_report_says_what_was_seen(suffix: str, settings: Settings, tmp_path: Path) -> None:
    good, bad = tmp_path / f"good{suffix}", tmp_path / f"bad{suffix}"
    write(good, proven(), [judge(proven())], settings)
    leaked = proven("UDP 192.0.2.53:53 (hỏi tên leak.example.com)")
    write(bad, leaked, [judge(leaked)], settings)
    assert "ĐẠT, không có gì rời khỏi máy" in good.read_text("utf-8")
    text = bad.read_text("utf-8")
    for part in ("KHÔNG ĐẠT", "tên cách canh", "leak.example.com", "/a.js", "ab" * 32, "Chromium 156"):
        assert part in text, part
    assert "<script" not in text


def test_the_report_has_a_name_that_says_its_form(settings: Settings, tmp_path: Path) -> None:
    from click.testing import CliRunner

    from rag.errors import BadInput

    done = CliRunner().invoke(doctor_command, ["--report", str(tmp_path / "a.pdf")], obj=settings)
    assert isinstance(done.exception, BadInput)
