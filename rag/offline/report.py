"""The report that is handed to whoever has to believe it: Markdown, or one HTML page of the same content."""

from __future__ import annotations

import html
import platform
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import StorageError
from rag.files import write_whole
from rag.models import statuses
from rag.offline.foreign import host
from rag.offline.policy import REQUIRED
from rag.offline.proof import Proof, Reference
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.doctor import Check

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1e293b}"
    "table{border-collapse:collapse;width:100%;font-size:.85rem}td,th{border:1px solid #cbd5e1;padding:.25rem .5rem;"
    "text-align:left;overflow-wrap:anywhere}code{font-size:.9em}h2{margin-top:2rem}"
)
_LIMITS = (
    "Phép thử xem phần mềm này, không xem hệ điều hành, trình duyệt hay chương trình khác trên máy.",
    "Nó chạy trên một kho tạm với một tài liệu mẫu; kho thật không bị đụng tới.",
    "Địa chỉ do mã JavaScript ghép lúc chạy không đọc được từ tệp; Content-Security-Policy chặn chúng, và lần mở trang"
    " bằng Chromium cho thấy trang không yêu cầu gì ra ngoài.",
    "Lệnh `hoidap models pull` có dùng mạng; nó chỉ chạy khi người dùng gọi.",
)


def write(path: Path, proof: Proof, checks: Sequence[Check], settings: Settings) -> None:
    """Write the report; `.html` gives a page, anything else Markdown.

    Raises:
        StorageError: the file cannot be written.
    """
    text = "\n".join(_lines(proof, checks, settings)) + "\n"
    try:
        write_whole(path, (_page(text) if path.suffix.lower() == ".html" else text).encode())
    except OSError as error:
        raise StorageError(f"Không ghi được {path}.", next_step="Hãy chọn chỗ khác.", detail=str(error)) from error


def _lines(proof: Proof, checks: Sequence[Check], settings: Settings) -> Iterator[str]:
    problems = list(proof.problems())
    held = not problems and all(check.ok for check in checks)
    yield "# Biên bản kiểm tra ngoại tuyến: hoidap"
    yield ""
    yield f"**Kết luận: {'ĐẠT, không có gì rời khỏi máy.' if held else 'KHÔNG ĐẠT.'}**"
    yield from ("", *(f"- {_cell(problem)}" for problem in problems))
    yield from _section("Lần kiểm tra")
    yield from _table(("Mục", "Giá trị"), _run_facts(proof))
    yield from _section("Đã làm gì")
    yield from _done(proof)
    yield from _section("Các mục kiểm tra")
    yield from _table(("Mục", "Kết quả", "Chi tiết"), [(c.name, "đạt" if c.ok else "HỎNG", c.message) for c in checks])
    yield from _section("Lời gọi ra ngoài")
    yield from [f"- {_cell(a)}" for a in proof.attempts] or ["Không có."]
    yield from _page_part(proof)
    yield from _section("Mô hình")
    yield from _table(("Tệp", "Byte", "sha256"), _model_rows(settings))
    yield from _section("Không nằm trong phép thử")
    yield from (f"- {limit}" for limit in _LIMITS)
    yield from _section("Phụ lục 1: thư viện")
    packages = sorted({(d.name, d.version) for d in distributions()}, key=lambda item: item[0].lower())
    yield from _table(("Gói", "Phiên bản"), packages)
    yield from _section("Phụ lục 2: mọi tệp mà giao diện gửi ra")
    yield from _table(("Đường dẫn", "Byte", "sha256"), [(f.path, str(f.size), f.sha256) for f in proof.seen.files])


def _run_facts(proof: Proof) -> list[tuple[str, str]]:
    return [
        ("Thời điểm", datetime.now().astimezone().isoformat(timespec="seconds")),
        ("Máy", f"{platform.node()}, {platform.system()} {platform.release()}, {platform.machine()}"),
        ("Phiên bản", f"hoidap {_version('hoidap')}, Gradio {_version('gradio')}, Python {platform.python_version()}"),
        ("Cách canh", proof.guard),
        ("Cách canh thấy gì", proof.covers),
    ]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(chạy từ mã nguồn)"


def _done(proof: Proof) -> Iterator[str]:
    load = proof.seen.page_load
    yield "1. Nạp một tài liệu mẫu bằng bộ mã hóa thật, hỏi một câu bằng mô hình thật."
    yield "2. Khởi động `hoidap ui` thật trên 127.0.0.1, đợi mô hình nạp xong."
    yield f"3. Lấy trang chủ và mọi tệp mà nó với tới được: {len(proof.seen.files)} tệp; đọc từng byte tìm địa chỉ lạ."
    opened = (
        f"Mở trang bằng {load.version}: {len(load.requests)} yêu cầu, {len(load.foreign)} ra ngoài." if load else ""
    )
    yield f"4. {opened or f'Không mở bằng Chromium: {proof.seen.no_browser}.'}"
    yield "5. Đọc các biến tắt mạng của Gradio sau khi nó được nạp."


def _page_part(proof: Proof) -> Iterator[str]:
    yield from _section("Giao diện")
    yield "Content-Security-Policy mà máy chủ gửi:"
    yield from ("", f"`{proof.seen.policy or 'KHÔNG CÓ'}`", "")
    yield f"Nó phải chặn mọi nguồn lạ của: {', '.join(REQUIRED)}."
    yield from ("", *_table(("Biến", "Phải là", "Đang là"), proof.seen.switches))
    yield from _section("Địa chỉ mà trang sẽ tự tải")
    yield from _references(proof.leaks)
    yield from _section("Địa chỉ nằm trong tính năng đã tắt của Gradio")
    if proof.dormant:
        yield (
            "Các đoạn mã này nằm trong tệp nguyên bản của gói gradio (trùng sha256 với bản cài), thuộc tính năng không"
            " dùng ở đây (kho trực tuyến, chia sẻ, biểu đồ bản đồ). Nếu có chạy thì Content-Security-Policy chặn."
        )
        yield ""
    yield from _references(proof.dormant)
    yield from _section("Địa chỉ chỉ là chữ")
    yield (
        "Không đứng trong lệnh tải nào: tên không gian XML, giấy phép, tài liệu, liên kết phải bấm mới mở, địa chỉ của"
        " tính năng không dùng. Nếu mã ghép chúng thành yêu cầu thì Content-Security-Policy chặn. Theo tên máy:"
    )
    hosts = Counter(host(r.url) or r.url for r in proof.mentions)
    yield from ("", *_table(("Tên máy", "Số tệp và chỗ"), [(name, str(count)) for name, count in hosts.most_common()]))


def _references(references: Sequence[Reference]) -> Iterator[str]:
    rows = [(r.path, r.kind, r.url) for r in references]
    yield from _table(("Tệp", "Cách tải", "Địa chỉ"), rows) if rows else ["Không có."]


def _model_rows(settings: Settings) -> list[tuple[str, str, str]]:
    used = (settings.encoder, settings.llm)
    markers = [s.marker for s in statuses(settings.models) if s.spec.name in used and s.marker]
    return [(file.path, str(file.size), file.sha256) for marker in markers for file in marker.files]


def _section(title: str) -> tuple[str, ...]:
    return ("", f"## {title}", "")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(map(_cell, row))} |" for row in rows)


def _cell(text: str) -> str:
    """On one line, with nothing in it that Markdown or a page would take for more than text."""
    return " ".join(text.split()).replace("|", "¦").replace("`", "'").replace("<", "‹").replace(">", "›")


def _page(text: str) -> str:
    """Our own Markdown as a page: headings, tables, lists, paragraphs; no script, nothing to fetch."""
    body, row = [], re.compile(r"^\| (.*) \|$")
    for line in text.splitlines():
        inner = _inline(line)
        if cells := row.match(inner):
            joined = "".join(f"<td>{cell}</td>" for cell in cells[1].split(" | "))
            body.append(f"<tr>{joined}</tr>")
        elif line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
            body.append(f"<h{level}>{inner.lstrip('# ')}</h{level}>")
        elif line and not line.startswith("|---"):
            body.append(f"<p>{inner}</p>")
    page = re.sub(r"(?:<tr>.*</tr>\n?)+", lambda rows: f"<table>\n{rows[0]}</table>\n", "\n".join(body) + "\n")
    head = f'<meta charset="utf-8"><title>Biên bản ngoại tuyến</title><style>{_STYLE}</style>'
    return f'<!doctype html>\n<html lang="vi">{head}\n{page}</html>\n'


def _inline(line: str) -> str:
    """Escaped, with the bold and code that this module writes."""
    bold = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", html.escape(line))
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", bold)
