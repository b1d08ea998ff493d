"""Fetches a model from a Hugging Face hub, resuming where a cut connection stopped.

`hf_hub_download` drops what it has when it fails (since huggingface_hub 1.x), so the bytes are read
here with the hub's own session: same endpoint, token and proxy settings, plus a Range request.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from embeddings.disk import sync
from rag.errors import HoidapError
from rag.models.catalogue import HubSource
from rag.models.disk import DISK_ERRORS, Progress, SourceFailed, require_space, sha256_of, window

REVISION = "main"
ATTEMPTS = 3
PAUSE_SECONDS = 1.0
TIMEOUT_SECONDS = 60.0
OK, PARTIAL_CONTENT = 200, 206
SHA256 = re.compile(r"[0-9a-f]{64}")
GIT_SHA1 = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Remote:
    """A file of the repository at one commit, as the hub describes it."""

    name: str
    url: str
    etag: str
    """The file's sha256 for large files, git's blob hash for small ones."""
    size: int


def fetch(source: HubSource, folder: Path, *, sha256: str | None, progress: Progress) -> Path:
    """Download the files of `source`; return the folder under `folder` that holds them.

    Args:
        sha256: what the first file must hash to; None trusts the hub's own metadata.

    Raises:
        SourceFailed: unreachable, refused, cut, or a wrong hash (the wrong file is not kept).
        DiskFull: not enough room.
    """
    # The library would tell its server about this machine; it reads the wish when it is imported.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    with _hub_faults():
        remotes = [_describe(source.repository, name) for name in source.files]
        if sha256 and SHA256.fullmatch(remotes[0].etag) and remotes[0].etag != sha256:
            raise SourceFailed(f"sai mã kiểm: máy chủ giữ tệp {remotes[0].etag}, cần {sha256}")
        room = folder / "hub-parts"
        room.mkdir(parents=True, exist_ok=True)
        parts = [room / f"{remote.etag[:16]}-{remote.name.replace('/', '-')}" for remote in remotes]
        total = sum(remote.size for remote in remotes)
        require_space(room, total - sum(part.stat().st_size for part in parts if part.exists()))
        before = 0
        for remote, part in zip(remotes, parts, strict=True):
            report = window(progress, before=before, total=total, label=f"Tải {remote.name}")
            _complete(remote, part, report=report)
            _check(part, remote, sha256=sha256 if remote is remotes[0] else None)
            before += remote.size
        return _lay_out(remotes, parts, folder / "hub")


def _lay_out(remotes: list[Remote], parts: list[Path], ready: Path) -> Path:
    """Give the checked files their names in the repository."""
    for remote, part in zip(remotes, parts, strict=True):
        target = ready / remote.name
        target.parent.mkdir(parents=True, exist_ok=True)
        part.replace(target)
    return ready


@contextmanager
def _hub_faults() -> Iterator[None]:
    """Everything but a fault of the disk is a failure of this source."""
    try:
        yield
    except (SourceFailed, HoidapError):
        raise
    except OSError as error:
        if error.errno in DISK_ERRORS:
            raise
        raise SourceFailed(_brief(error)) from error
    except Exception as error:
        # The hub's HTTP client is httpx or httpx2 by its version: its errors have no name to catch.
        raise SourceFailed(_brief(error)) from error


def _brief(error: Exception) -> str:
    first = str(error).strip().split("\n")[0]
    return f"{type(error).__name__}: {first[:300]}"


def _describe(repository: str, name: str) -> Remote:
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    url = hf_hub_url(repository, name, revision=REVISION)
    found = get_hf_file_metadata(url)
    if not found.etag or not found.commit_hash or found.size is None:
        raise SourceFailed(f"máy chủ không cho biết mã kiểm và cỡ của {name}")
    pinned = hf_hub_url(repository, name, revision=found.commit_hash)
    return Remote(name, pinned, found.etag, found.size)


def _complete(remote: Remote, part: Path, *, report: Callable[[int], None]) -> None:
    """Fetch what `part` lacks; a cut connection is taken up again a few times."""
    for left in reversed(range(ATTEMPTS)):
        try:
            _stream(remote, part, report=report)
            break
        except (OSError, SourceFailed):
            raise
        except Exception:
            if not left:
                raise
        time.sleep(PAUSE_SECONDS)


def _stream(remote: Remote, part: Path, *, report: Callable[[int], None]) -> None:
    from huggingface_hub import get_session, get_token

    with part.open("ab") as out:
        start = out.tell()
        if start >= remote.size:
            return
        headers = {"Accept-Encoding": "identity", "Range": f"bytes={start}-"}
        if token := get_token():
            headers["Authorization"] = f"Bearer {token}"
        request = get_session().stream(
            "GET", remote.url, headers=headers, timeout=TIMEOUT_SECONDS, follow_redirects=True
        )
        with request as response:
            if response.status_code not in (OK, PARTIAL_CONTENT):
                raise SourceFailed(f"máy chủ trả lời mã {response.status_code} cho {remote.name}")
            if response.status_code == OK:
                out.truncate(0)
            # As they come: a block size would drop what is buffered when the connection is cut.
            for block in response.iter_bytes():
                out.write(block)
                report(out.tell())


def _check(part: Path, remote: Remote, *, sha256: str | None) -> None:
    """Compare with the pinned hash, or else with the one the hub states; drop a file that differs."""
    found = _git_blob_sha1(part) if GIT_SHA1.fullmatch(remote.etag) and not sha256 else sha256_of(part)
    expected = sha256 or remote.etag
    if found != expected:
        part.unlink()
        raise SourceFailed(f"sai mã kiểm của {remote.name} (nhận {found}, cần {expected})")
    sync(part)


def _git_blob_sha1(path: Path) -> str:
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
