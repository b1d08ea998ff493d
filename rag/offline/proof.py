"""What a proof saw, and what of it speaks against the promise."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

from rag.offline.browser import PageLoad
from rag.offline.crawl import Served
from rag.offline.foreign import Foreign
from rag.offline.policy import blocks, holes


@dataclass(frozen=True, slots=True)
class Seen:
    """What the guarded process tells when it ends."""

    answered: bool
    """A document was read in and the question about it answered."""
    files: tuple[Served, ...]
    """Everything that the page can reach."""
    policy: str
    """The page's Content-Security-Policy."""
    analytics: bool
    """What Gradio's configuration says of its own counting."""
    switches: tuple[tuple[str, str, str], ...]
    """Name, wanted and found value."""
    page_load: PageLoad | None
    """None where no browser was run."""
    no_browser: str
    """Why not, in Vietnamese; empty where one was."""

    @staticmethod
    def from_json(data: dict[str, Any]) -> Seen:
        """Undo `dataclasses.asdict` and JSON."""
        files = (Served(**{**file, "foreign": tuple(Foreign(**f) for f in file["foreign"])}) for file in data["files"])
        load: Any = data["page_load"] and {
            k: tuple(v) if isinstance(v, list) else v for k, v in data["page_load"].items()
        }
        return Seen(
            data["answered"],
            tuple(files),
            data["policy"],
            data["analytics"],
            tuple((name, wanted, found) for name, wanted, found in data["switches"]),
            PageLoad(**load) if load else None,
            data["no_browser"],
        )


@dataclass(frozen=True, slots=True)
class Reference:
    """An address elsewhere in a served file."""

    path: str
    url: str
    kind: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A run under a guard."""

    guard: str
    """What the guard is, in Vietnamese."""
    covers: str
    """What it sees and what not, in Vietnamese."""
    attempts: tuple[str, ...]
    """What tried to leave this machine."""
    seen: Seen
    leaks: tuple[Reference, ...]
    """Addresses that the page would fetch by itself, or that nothing keeps it from fetching."""
    dormant: tuple[Reference, ...]
    """In unchanged files of Gradio, for features that are switched off; the content policy blocks each."""
    mentions: tuple[Reference, ...]
    """Only words: namespaces, licences, documentation, links that wait for a click."""

    def problems(self) -> Iterator[str]:
        """Whatever breaks the promise, in Vietnamese; none means that it held."""
        yield from (f"có lời gọi ra ngoài: {attempt}" for attempt in self.attempts)
        if not self.seen.answered:
            yield "không nạp được tài liệu mẫu hoặc không trả lời được câu hỏi thử"
        yield from (f"{leak.path} sẽ tải {leak.url}" for leak in self.leaks)
        if missing := holes(self.seen.policy):
            yield f"Content-Security-Policy không chặn: {', '.join(missing)}"
        if self.seen.analytics:
            yield "Gradio đang bật thống kê sử dụng"
        yield from (
            f"biến {name} là “{found}”, phải là “{want}”" for name, want, found in self.seen.switches if want != found
        )
        if self.seen.page_load is not None:
            yield from _of_load(self.seen.page_load)


def _of_load(load: PageLoad) -> Iterator[str]:
    if not load.loaded:
        yield "trình duyệt không dựng được trang"
    yield from (f"trang yêu cầu {url}" for url in load.foreign)
    yield from (f"trình duyệt phải chặn: {line}" for line in load.refused)


def proof(guard: str, covers: str, attempts: tuple[str, ...], seen: Seen) -> Proof:
    """Sort the addresses of the served files.

    One that a browser would fetch is dormant only in a file that is byte for byte what the gradio package installed,
    and only if the page's policy blocks that kind of load; in what this project serves it is always a leak.
    """
    library = _recorded("gradio")
    leaks, dormant, mentions = list[Reference](), list[Reference](), list[Reference]()
    for file in seen.files:
        for item in file.foreign:
            kept = file.sha256 in library and blocks(seen.policy, item.kind)
            group = mentions if not item.kind else dormant if kept else leaks
            group.append(Reference(file.path, item.url, item.kind))
    return Proof(guard, covers, attempts, seen, tuple(leaks), tuple(dormant), tuple(mentions))


def _recorded(package: str) -> frozenset[str]:
    """The sha256 of every file that was installed with a package, from its RECORD (base64 there, hex here)."""
    try:
        files = distribution(package).files or []
    except PackageNotFoundError:
        return frozenset()
    hashes = (file.hash.value for file in files if file.hash and file.hash.mode == "sha256")
    return frozenset(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).hex() for value in hashes)
