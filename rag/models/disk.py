"""What every source of models needs: hashing, free space, progress, and the faults of a disk."""

from __future__ import annotations

import errno
import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import DiskFull, StorageError

Progress = Callable[[int, int, str], None]
"""Called with bytes done, bytes in all and a Vietnamese label."""

GIB = 2**30
SLACK = 300 * 2**20
"""Bytes beside the model itself: one wheel, its unpacked copy, the encoder's pack."""


DISK_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO})
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class SourceFailed(Exception):
    """One source did not deliver; the next one may. `reason` is Vietnamese, `detail` for the log."""

    def __init__(self, reason: str, *, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail or reason
        super().__init__(reason)


def window(progress: Progress, *, before: int, total: int, label: str) -> Callable[[int], None]:
    """A progress for one stretch of the whole, called with the bytes of that stretch."""

    def report(received: int) -> None:
        progress(min(before + received, total), total, label)

    return report


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def require_space(folder: Path, needed: int) -> None:
    """Refuse to start a download that cannot fit.

    Raises:
        DiskFull: fewer than `needed` bytes and some slack are free.
    """
    free = shutil.disk_usage(folder).free
    if free < needed + SLACK:
        raise DiskFull(
            f"Ổ đĩa không đủ chỗ cho mô hình: cần {(needed + SLACK) / GIB:.1f} GiB, "
            f"còn {free / GIB:.1f} GiB ở {folder}.",
            next_step="Hãy dọn bớt chỗ rồi chạy lại; phần đã tải được giữ lại.",
        )


@contextmanager
def disk_faults(folder: Path) -> Iterator[None]:
    """Translate the disk's errors; everything else passes through."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull(
                f"Ổ đĩa đầy khi ghi mô hình vào {folder}.",
                next_step="Hãy dọn bớt chỗ rồi chạy lại; phần đã tải được giữ lại.",
                detail=str(error),
            ) from error
        if error.errno in DISK_ERRORS:
            raise StorageError(f"Không ghi được vào thư mục mô hình {folder}.", detail=str(error)) from error
        raise
