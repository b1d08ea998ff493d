"""Looks over the whole installation: packages, models, database, indexes, disk and memory."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

from rag.errors import HoidapError, LibraryDamaged
from rag.invariants import database_violations, index_violations
from rag.library import Library
from rag.offline.proof import Proof
from rag.settings import Settings

_PACKAGES = ("torch", "sentence-transformers", "onnxruntime", "faiss-cpu", "llama-cpp-python", "tantivy", "gradio")
_ROOMS = ("rag", "embeddings", "prompts", "ui")
_MOST = 5
"""Broken promises that are told of a library."""
_WAY_OUT = (
    "Hãy phục hồi bằng `hoidap restore TỆP --force` nếu có bản sao lưu, hoặc cứu những gì còn đọc được bằng"
    " `hoidap doctor --salvage THƯ_MỤC_MỚI`."
)
_LEAST_DISK = 500 * 2**20
_LEAST_MEMORY = 3 * 2**30


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report; `name` and `message` are Vietnamese."""

    name: str
    ok: bool
    message: str


def examine(settings: Settings, tell: Callable[[str], None] = lambda stage: None) -> Iterator[Check]:
    """All checks in turn; a failing one does not stop the next. `tell` is told of what takes over a second."""
    checks = (_packages, _rooms, _encoder, _llm, _database, _indexes, _meetings, _disk, _memory)
    for check in checks:
        title = _TITLES[check.__name__]
        if check in (_encoder, _llm, _database):
            tell(f"Kiểm tra {title[0].lower()}{title[1:]}")
        try:
            yield check(settings)
        except LibraryDamaged as error:
            yield Check(title, False, f"{error.problem} {_WAY_OUT}")
        except HoidapError as error:
            yield Check(title, False, error.line)


def judge(proof: Proof) -> Check:
    """The line for a run under a guard."""
    problems = list(proof.problems())
    if problems:
        more = f"; còn {len(problems) - _MOST} lỗi khác" if len(problems) > _MOST else ""
        return Check("Ngoại tuyến", False, "; ".join(problems[:_MOST]) + more)
    size = sum(file.size for file in proof.seen.files) / 2**20
    page = f"giao diện gửi ra {len(proof.seen.files)} tệp ({size:.1f} MB), không tệp nào gọi ra ngoài"
    load = proof.seen.page_load
    browser = (
        f"{load.version.split(' built')[0]} đã mở trang" if load else f"không mở bằng Chromium: {proof.seen.no_browser}"
    )
    done = f"đã nạp một tài liệu và trả lời; 0 lời gọi ra ngoài; {page}; {browser}"
    return Check("Ngoại tuyến", True, f"{done} (canh bằng: {proof.guard})")


def _packages(_: Settings) -> Check:
    found, missing = [f"Python {sys.version.split()[0]}"], []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return Check("Thư viện", False, f"thiếu {', '.join(missing)}; hãy chạy `make setup`")
    return Check("Thư viện", True, ", ".join(found))


def _rooms(_: Settings) -> Check:
    """The four import names are generic; all must come from this project."""
    specs = {name: find_spec(name) for name in _ROOMS}
    parents = {Path(spec.origin).parent.parent for spec in specs.values() if spec and spec.origin}
    ok = len(parents) == 1 and all(specs.values())
    where = ", ".join(sorted(map(str, parents)))
    return Check("Mã nguồn", ok, where if ok else f"các gói nằm ở nhiều nơi ({where}); hãy chạy `make setup`")


def _encoder(settings: Settings) -> Check:
    return _model("Bộ mã hóa", settings.encoder, settings)


def _llm(settings: Settings) -> Check:
    return _model("Mô hình ngôn ngữ", settings.llm, settings)


def _model(title: str, name: str, settings: Settings) -> Check:
    from rag.models import locate, verify

    if Path(name).exists():
        locate(name, kind="encoder" if title == "Bộ mã hóa" else "llm", folder=settings.models)
        return Check(title, True, f"{name} (tệp riêng, không có mã kiểm)")
    return Check(title, True, f"{name}, sha256 {verify(name, settings.models).sha256}")


def _database(settings: Settings) -> Check:
    with Library.open(settings) as library:
        broken = list(islice(database_violations(library), _MOST))
        count = library.store.count()
    if broken:
        return Check("Cơ sở dữ liệu", False, f"hỏng: {'; '.join(broken)}. {_WAY_OUT}")
    return Check("Cơ sở dữ liệu", True, f"{count} tài liệu trong {settings.data}")


def _indexes(settings: Settings) -> Check:
    with Library.open(settings) as library:
        broken = list(index_violations(library))
        stored = library.indexes.vectors.count
    return Check("Chỉ mục", not broken, "; ".join(broken) or f"{stored} đoạn trong cả hai chỉ mục")


def _meetings(settings: Settings) -> Check:
    with Library.open(settings) as library:
        wrong = library.meeting_store.wrong()
        library.meeting_store.forget(wrong)
        count = len(library.meetings())
    if wrong:
        return Check("Cuộc họp", False, f"bản ghi sai của tài liệu {', '.join(wrong)} đã được đọc lại")
    return Check("Cuộc họp", True, f"{count} bản ghi, mọi trường đúng nguyên văn tài liệu")


def _disk(settings: Settings) -> Check:
    folder = settings.data
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    return Check("Ổ đĩa", free >= _LEAST_DISK, f"còn trống {free / 2**30:.1f} GB")


def _memory(_: Settings) -> Check:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Check("Bộ nhớ", total >= _LEAST_MEMORY, f"{total / 2**30:.1f} GB, {len(os.sched_getaffinity(0))} lõi")


_TITLES = {
    "_packages": "Thư viện",
    "_rooms": "Mã nguồn",
    "_encoder": "Bộ mã hóa",
    "_llm": "Mô hình ngôn ngữ",
    "_database": "Cơ sở dữ liệu",
    "_indexes": "Chỉ mục",
    "_meetings": "Cuộc họp",
    "_disk": "Ổ đĩa",
    "_memory": "Bộ nhớ",
}
