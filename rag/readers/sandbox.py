"""Reading in a process of its own: a hostile file can end that process, not ours, and not wait for ever.

Run as `python -m rag.readers.sandbox` it is that process: it takes files on standard input and answers with one line of
JSON each. It may write no file, open no connection and take no more memory than `_MEMORY`.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import os
import select
import struct
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from rag.errors import UnreadableDocument
from rag.records import Extracted, Landmark, Published

_LOG = logging.getLogger(__name__)
_HEAD = struct.Struct("<8sQ")
_MEMORY = 3 * 2**30
_SILENCE_S = 150.0
"""Seconds without any word of progress after which a file counts as hanging; a scanned page may take 120."""
_TOTAL_S = 3600.0
_FORBIDDEN = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "socket.gethostbyname")
_GAVE_UP = UnreadableDocument(
    "Đọc tệp bị treo hoặc làm hỏng bộ đọc.", next_step="Hãy mở và lưu lại tệp, hoặc bỏ qua nó."
)

_idle: list[_Child] = []
_lock = threading.Lock()


class _Child:
    """The process and our ends of its pipes."""

    def __init__(self) -> None:
        root = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(
            [sys.executable, "-B", "-m", "rag.readers.sandbox"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path, "OMP_THREAD_LIMIT": "1"},
            bufsize=0,
            start_new_session=True,  # Ctrl-C is ours: the file is let go, not half read
        )

    def ask(self, kind: str, raw: bytes) -> dict[str, Any]:
        """The last line of its answer.

        Raises:
            EOFError, OSError, TimeoutError: it died or is silent.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(_HEAD.pack(kind.encode(), len(raw)))
        for at in range(0, len(raw), 2**20):
            self._process.stdin.write(raw[at : at + 2**20])
        end = time.monotonic() + _TOTAL_S
        buffer = bytearray()
        while True:
            while b"\n" not in buffer:
                buffer += self._more(min(_SILENCE_S, end - time.monotonic()))
            line, _, rest = buffer.partition(b"\n")
            answer: dict[str, Any] = json.loads(line)
            if "progress" not in answer:
                return answer
            _LOG.info("%s", answer["progress"])
            buffer = rest

    def _more(self, seconds: float) -> bytes:
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], max(0.0, seconds))
        if not ready:
            raise TimeoutError
        piece = os.read(self._process.stdout.fileno(), 2**20)
        if not piece:
            raise EOFError
        return piece

    def end(self) -> None:
        self._process.kill()
        with contextlib.suppress(OSError):
            self._process.communicate()


def extract(kind: str, raw: bytes) -> Extracted:
    """Read a file of a kind in a process that is kept for the next one.

    Raises:
        UnreadableDocument: the reader says so, or it crashed or hung.
    """
    with _lock:
        child = _idle.pop() if _idle else None
    child = child or _Child()
    try:
        answer = child.ask(kind, raw)
    except (OSError, EOFError, ValueError) as error:
        child.end()
        raise UnreadableDocument(_GAVE_UP.problem, next_step=_GAVE_UP.next_step, detail=repr(error)) from error
    except BaseException:
        child.end()
        raise
    with _lock:
        _idle.append(child)
    if "problem" in answer:
        raise UnreadableDocument(answer["problem"], next_step=answer["next_step"], detail=answer["detail"])
    return _record(answer)


@atexit.register
def _end_all() -> None:
    while _idle:
        _idle.pop().end()


def _record(answer: dict[str, Any]) -> Extracted:
    published, title = answer["published"], answer["title"]
    return Extracted(
        answer["text"],
        tuple(Landmark(**mark) for mark in answer["landmarks"]),
        Published(**published) if published else None,
        tuple(title) if title else None,
    )


# The other side


def _serve(requests: BinaryIO, answers: BinaryIO) -> None:
    while head := requests.read(_HEAD.size):
        kind, size = _HEAD.unpack(head)
        _say(answers, _answer(kind.rstrip(b"\0").decode(), requests.read(size)))


def _say(answers: BinaryIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer).encode() + b"\n")
    answers.flush()


def _answer(kind: str, raw: bytes) -> dict[str, Any]:
    from rag.readers.formats import read

    try:
        return asdict(read(kind, raw))
    except UnreadableDocument as error:
        return {"problem": error.problem, "next_step": error.next_step, "detail": error.detail}
    except Exception as error:  # a hostile file: whatever it broke, it is the file that cannot be read
        return {"problem": "Tệp bị hỏng.", "next_step": UnreadableDocument.next_step, "detail": repr(error)}


class _Progress(logging.Handler):
    """Sends what readers log to the other side, which shows that they are alive."""

    def __init__(self, answers: BinaryIO) -> None:
        super().__init__()
        self._answers = answers

    def emit(self, record: logging.LogRecord) -> None:
        _say(self._answers, {"progress": record.getMessage()})


def _confine() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(_refuse)


def _refuse(event: str, args: tuple[Any, ...]) -> None:
    if event in _FORBIDDEN:
        raise PermissionError(f"readers may not use the network: {event}")


def _main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the answers
    readers = logging.getLogger("rag.readers")
    readers.addHandler(_Progress(answers))
    readers.setLevel(logging.INFO)
    readers.propagate = False
    _confine()
    _serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    _main()
