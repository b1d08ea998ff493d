"""What an upload may be before anything reads it; what is inside is judged by `rag.readers`, by content."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path

from rag.errors import BadInput, DiskFull

MOST_FILES = 1000
"""Of one batch."""
LARGEST_FILE = 20 * 2**20
"""Bytes."""
LARGEST_BATCH = 500 * 2**20
"""Bytes; no file above this is sent at all: the page tells it to Gradio."""
KEPT_FREE = 200 * 2**20
"""Bytes that stay free on the disk: the database and its indexes grow with what is read."""


def check(batch: Sequence[Path], number: int, into: Path) -> None:
    """Refuse the file with this number (from 1) of a batch that is to be kept in the folder `into`.

    Raises:
        BadInput: not a plain file, too large, or one too many.
        DiskFull: the disk would have too little room left.
    """
    facts = _facts(batch[number - 1])
    if number > MOST_FILES or sum(_size(path) for path in batch[:number]) > LARGEST_BATCH:
        problem = f"Mỗi lần chỉ thêm được {MOST_FILES} tệp, tổng cộng {LARGEST_BATCH // 2**20} MB."
        raise BadInput(problem, next_step="Hãy thêm các tệp còn lại ở lần sau.")
    if facts.st_size > LARGEST_FILE:
        problem = f"Tệp lớn hơn {LARGEST_FILE // 2**20} MB."
        raise BadInput(problem, next_step="Hãy chia nhỏ tệp, hoặc nạp bằng `hoidap ingest`.")
    if shutil.disk_usage(_existing(into)).free < KEPT_FREE + facts.st_size:
        raise DiskFull()


def _facts(path: Path) -> os.stat_result:
    try:
        facts = path.lstat()
    except (OSError, ValueError) as error:
        raise BadInput("Tệp tải lên không còn.", next_step="Hãy chọn lại tệp.", detail=str(error)) from error
    if not stat.S_ISREG(facts.st_mode):
        raise BadInput("Chỉ nhận tệp thường.", next_step="Hãy chọn tệp gốc thay cho liên kết hoặc thư mục.")
    return facts


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except (OSError, ValueError):
        return 0


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())
