"""`make bundle`: wheels, models, source and installer in one folder; what was done is kept when it is interrupted.

The folder is made under another name and gets its manifest and its name last, so that half a bundle is never taken for
a whole one.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bundle import parts
from bundle.install import FACTS, MANIFEST, files, sha256_of

Part = Callable[[Path], None]
"""Brings its files into the unfinished bundle; cheap when they are there."""
PARTS: tuple[tuple[str, Part], ...] = (
    ("Biên dịch llama.cpp cho mọi bộ xử lý cùng loại", parts.engine),
    ("Tải các gói Python", parts.wheels),
    ("Đóng gói mã nguồn", parts.source),
    ("Chép mô hình", parts.models),
    ("Ghi giấy phép và hướng dẫn", parts.papers),
)


def build(target: Path, todo: Sequence[tuple[str, Part]] = PARTS) -> Path:
    """Make or renew the bundle at `target`; returns it.

    Raises:
        FileExistsError: another folder is there; it is left alone.
    """
    partial = target.with_name(f"{target.name}.partial")
    if target.exists() and not (target / FACTS).exists():
        raise FileExistsError(f"{target} đã có và không phải một gói hoidap; hãy chọn tên khác.")
    if target.exists():  # an older bundle: its parts are used again, but it is no whole one from now on
        (target / MANIFEST).unlink(missing_ok=True)
        if partial.exists():
            shutil.rmtree(partial)
        target.rename(partial)
    partial.mkdir(parents=True, exist_ok=True)
    (partial / MANIFEST).unlink(missing_ok=True)
    for title, part in todo:
        _say(f"… {title}")
        part(partial)
    _say("… Tính sha256 của mọi tệp")
    lines = [f"{sha256_of(partial / name)}  {name}\n" for name in files(partial)]
    waiting = partial / f"{MANIFEST}.new"
    waiting.write_text("".join(lines), encoding="utf-8")
    waiting.replace(partial / MANIFEST)
    partial.rename(target)
    return target


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a program's answer


def main(target: Path) -> None:
    started = time.monotonic()
    bundle = build(target)
    size = sum((bundle / name).stat().st_size for name in files(bundle))
    facts = json.loads((bundle / FACTS).read_text("utf-8"))
    minutes = (time.monotonic() - started) / 60
    _say(f"Gói {bundle}: {size / 2**30:.2f} GB, {facts['wheels']} gói Python, làm trong {minutes:.1f} phút.")
    _say(f"sha256 của {MANIFEST} (ghi lại để đối chiếu ở máy kia): {sha256_of(bundle / MANIFEST)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
