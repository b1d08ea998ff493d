"""Which files below the given paths can be read."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import BadInput
from rag.readers import SUFFIXES

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file and its name relative to what was given."""

    path: Path
    relative: str


def find_files(paths: Sequence[Path]) -> list[FoundFile]:
    """Files with absolute paths, in name order within each given folder.

    Raises:
        BadInput: a path does not exist, or nothing that can be read is there.
    """
    found: dict[Path, str] = {}
    for given in paths:
        root = _resolved(given)
        if root.is_dir():
            inside = sorted(p for p in _inside(root) if p.suffix.lower() in SUFFIXES and _may_be_file(p))
            found.update((p, p.relative_to(root).as_posix()) for p in inside)
        elif root.is_file():
            found[root] = root.name
        else:
            raise _not_found(given)
    if not found:
        known = ", ".join(sorted(SUFFIXES))
        raise BadInput("Không có tệp nào đọc được ở đó.", next_step=f"Các loại tệp đọc được: {known}.")
    return [FoundFile(path, relative) for path, relative in found.items()]


def _inside(root: Path) -> Iterator[Path]:
    """Every name below a folder; a folder that does not open is logged and the others go on."""
    for folder, _, names in os.walk(root, onerror=lambda error: _LOG.error("bỏ qua thư mục không mở được: %s", error)):
        yield from (Path(folder, name) for name in names)


def _may_be_file(path: Path) -> bool:
    """False for pipes and dead links; what may not be looked at counts, so that its failure is reported."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except PermissionError:
        return True
    except OSError:
        return False


def _resolved(given: Path) -> Path:
    try:
        path = given.expanduser().resolve()
        path.stat()
    except (OSError, RuntimeError, ValueError) as error:
        raise _not_found(given) from error
    return path


def _not_found(given: Path) -> BadInput:
    return BadInput(f"Không tìm thấy “{given}”.", next_step="Hãy kiểm tra lại đường dẫn.")
