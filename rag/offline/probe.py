"""What is proven: a document read in, a question answered, the page opened; run as a program under a guard.

`python -m rag.offline.probe SETTINGS` takes the models as JSON and says one JSON object a line: progress, at last what
was seen.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rag.offline.browser import PageLoad, find_browser, load
from rag.offline.crawl import Crawl, crawl
from rag.offline.proof import Seen
from rag.offline.screen import screen, switches
from rag.settings import Settings, load_settings

SAMPLE = (
    "Hội nghị sơ kết công tác phòng thủ\n\n"
    "Sáng 30/7, Trung tướng Phạm Hồng Chương chủ trì hội nghị tại điểm cầu Quân khu 2.\n"
)
QUESTION = "Ai chủ trì hội nghị sáng 30/7?"
_TICK = 1.0
"""Seconds between two lines of progress."""


def _run(given: dict[str, Any]) -> Seen:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        sample = Path(folder) / "mau.txt"
        sample.write_text(SAMPLE, "utf-8")
        models = {key: given[key] for key in ("models", "encoder", "llm")}
        settings = load_settings(data=Path(folder) / "data", **models)
        _tell("Nạp một tài liệu mẫu và hỏi một câu (nạp mô hình mất vài giây)")
        answered = _answered(settings, sample)
        _tell("Khởi động giao diện thật trên 127.0.0.1")
        with screen(settings) as address:
            page = _crawled(address)
            load, why_not = _loaded(address, allowed=given["browser"])
        _tell("Kiểm tra các biến tắt mạng của Gradio")
        found = tuple((name, wanted, value) for name, wanted, value in switches())
    return Seen(
        answered, page.files, page.policy, bool(page.config.get("analytics_enabled", True)), found, load, why_not
    )


def _answered(settings: Settings, sample: Path) -> bool:
    from rag.answer import ask
    from rag.ingestion import ingest
    from rag.library import Library
    from rag.records import Done

    with Library.open(settings) as library:
        outcomes = [progress.outcome for progress in ingest(library, [sample])]
        last = list(ask(library, QUESTION))[-1]
    return outcomes == ["added"] and isinstance(last, Done) and not last.answer.refused


def _crawled(address: str) -> Crawl:
    said = time.monotonic()

    def told(count: int) -> None:
        nonlocal said
        if time.monotonic() - said >= _TICK:
            said = time.monotonic()
            _tell(f"Đọc từng tệp trang web gửi ra: {count}")

    _tell("Đọc từng tệp trang web gửi ra")
    return crawl(address, told)


def _loaded(address: str, *, allowed: bool) -> tuple[PageLoad | None, str]:
    """What the browser saw, or why there was none."""
    browser = find_browser()
    if not allowed:
        return None, "cách canh này không chặn được mạng của trình duyệt"
    if browser is None:
        return None, "máy không có Chromium"
    _tell("Mở trang bằng Chromium và xem nhật ký mạng của nó")
    try:
        return load(browser, address), ""
    except RuntimeError as error:
        return None, str(error)


def _tell(stage: str) -> None:
    print(json.dumps({"stage": stage}), flush=True)  # noqa: T201 - this program's answer


if __name__ == "__main__":
    print(json.dumps({"seen": asdict(_run(json.loads(sys.argv[1])))}), flush=True)  # noqa: T201
