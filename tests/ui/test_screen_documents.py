"""The documents tab in a real browser, in all four looks; each test brings in what it looks at and leaves nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from near_cases import COPIES, ROWS, event
from scripted_backend import SEEDS, ScriptedBackend

from ui.documents.limits import LARGEST_FILE

pytestmark = pytest.mark.browser

INPUT = "#hd-drop input[type=file]"
Own = tuple[ScriptedBackend, str]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, serve_in_thread: Any) -> Iterator[Own]:
    """A library of this module's own with the five seeds, and its address."""
    backend = ScriptedBackend(tmp_path_factory.mktemp("documents"))
    assert len(list(backend.ingest([SEEDS]))) == 5
    with serve_in_thread(backend) as url:
        yield backend, url


@pytest.fixture
def opened(look: Any, own: Own) -> Iterator[Any]:
    """The tab, open; afterwards only the seeds are stored and nothing has failed."""
    backend, url = own
    seen = look(url=url)
    seen.documents_tab()
    yield seen
    seeds = str(SEEDS.resolve())
    others = [document.id for document in backend.documents() if not document.source.startswith(seeds)]
    backend.delete(others)
    backend.dismiss([failure.source for failure in backend.failures()])


def minutes(folder: Path, name: str, about: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"Biên bản họp về {about}\n\nSáng 5/3/2024, tổ dân phố họp bàn về {about}.\n", encoding="utf-8")
    return path


def entry(page: Any, words: str) -> Any:
    return page.locator(".hd-entry", has_text=words)


def in_list(page: Any, count: int) -> None:
    page.wait_for_function("n => document.querySelectorAll('#hd-list .hd-entry').length === n", arg=count)


def looked_at_again(opened: Any) -> None:
    """What changed behind the page's back shows when the tab is opened."""
    opened.tab("Trò chuyện")
    opened.documents_tab()


def test_upload_of_several_tells_each_and_keeps_the_failure(opened: Any, own: Own, tmp_path: Path) -> None:
    page = opened.page
    good, bad = minutes(tmp_path, "Biên bản 1.txt", "trồng cây"), tmp_path / "trống.md"
    bad.write_text("", encoding="utf-8")
    page.set_input_files(INPUT, [str(good), str(bad), str(minutes(tmp_path, "ảnh.png", "x"))])
    entry(page, "trồng cây").wait_for()
    told = page.inner_text(".hd-report")
    assert "Đã nạp xong 3 tệp: 1 mới, 2 lỗi." in told and "Chỉ nhận các loại tệp" in told
    failed = page.locator(".hd-failures li")
    assert failed.count() == 1 and "trống.md" in failed.inner_text() and "Tệp trống" in failed.inner_text()
    assert "Mới" in entry(page, "trồng cây").inner_text()
    assert opened.fits()
    opened.shot("documents-uploaded")
    page.reload()
    opened.documents_tab()
    page.click(".hd-failures [data-action=dismiss]")
    page.wait_for_selector(".hd-failures", state="detached")
    assert own[0].failures() == []


def test_one_file_that_is_too_large_is_told_and_the_others_come_in(opened: Any, tmp_path: Path) -> None:
    page = opened.page
    good, large = minutes(tmp_path, "nhỏ.txt", "cây xanh"), tmp_path / "lớn.txt"
    with large.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    page.set_input_files(INPUT, [str(large), str(good)])
    entry(page, "cây xanh").wait_for()
    told = page.inner_text(".hd-report")
    assert "Đã nạp xong 2 tệp: 1 mới, 1 lỗi." in told and "Tệp lớn hơn 20 MB." in told and "lớn.txt" in told


def test_a_folder_keeps_its_structure_in_the_names(opened: Any, own: Own, tmp_path: Path) -> None:
    page = opened.page
    minutes(tmp_path, "Hồ sơ/2024/họp.txt", "chợ đêm")
    minutes(tmp_path, "Hồ sơ/họp.txt", "bãi xe")
    minutes(tmp_path, "Hồ sơ/ảnh.png", "left out")
    with page.expect_file_chooser() as chooser:
        page.click(".hd-folder button")
    chooser.value.set_files(str(tmp_path / "Hồ sơ"))
    entry(page, "chợ đêm").wait_for()
    paths = {document.path for document in own[0].documents()}
    assert {"Hồ sơ/2024/họp.txt", "Hồ sơ/họp.txt"} <= paths
    assert (own[0].uploads / "Hồ sơ/2024/họp.txt").is_file()
    assert "Đã nạp xong 2 tệp: 2 mới." in page.inner_text(".hd-report")
    assert "Hồ sơ/2024/họp.txt" in entry(page, "chợ đêm").inner_text()


def test_a_dropped_folder_is_walked(opened: Any, own: Own, tmp_path: Path) -> None:
    page = opened.page
    minutes(tmp_path, "Thả/sâu/một.txt", "đèn đường")
    minutes(tmp_path, "Thả/hai.txt", "cống thoát nước")
    box = page.locator("#hd-drop").bounding_box()
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(tmp_path / "Thả")], "dragOperationsMask": 1}
    where = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2, "data": data}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, **where})
    entry(page, "đèn đường").wait_for()
    assert {"Thả/sâu/một.txt", "Thả/hai.txt"} <= {document.path for document in own[0].documents()}


def test_stop_ends_after_the_document_in_flight(opened: Any, own: Own, tmp_path: Path, monkeypatch: Any) -> None:
    page, backend = opened.page, own[0]
    ingest = backend.ingest_files

    def slowly(files: Any) -> Iterator[Any]:
        for progress in ingest(files):
            time.sleep(0.15)
            yield progress

    monkeypatch.setattr(backend, "ingest_files", slowly)
    files = [minutes(tmp_path, f"{number}.txt", f"việc thứ {number}") for number in range(30)]
    page.set_input_files(INPUT, [str(file) for file in files])
    page.click("#hd-stop-upload")
    page.wait_for_selector(".hd-report strong:has-text('Đã dừng sau')")
    page.wait_for_selector("#hd-stop-upload", state="detached")
    stored = [d for d in backend.documents() if d.source.startswith(str(backend.uploads.resolve()))]
    assert 0 < len(stored) < 30
    assert {path.name for path in backend.uploads.rglob("*.txt")} >= {Path(d.source).name for d in stored}
    assert not (backend.uploads / "29.txt").exists()


def test_filters_by_words_without_marks_kind_date_and_status(opened: Any) -> None:
    page = opened.page
    in_list(page, 5)
    opened.shot("documents-list")
    page.fill("#hd-filter textarea", "chau van son")
    in_list(page, 1)
    page.fill("#hd-filter textarea", "")
    in_list(page, 5)
    if opened.phone:
        assert not page.is_visible("#hd-kind")
        page.click("#hd-all-filters button")
    assert page.is_visible("#hd-all-filters button") is opened.phone
    page.fill("#hd-since textarea", "2024")
    page.wait_for_function("document.querySelectorAll('.hd-entry').length < 5")
    assert "trong 5 tài liệu" in page.inner_text("#hd-list .hd-count")
    page.fill("#hd-since textarea", "2024x")
    page.wait_for_selector("#hd-list .hd-hint:has-text('chưa phải một ngày')")
    page.fill("#hd-since textarea", "")
    page.click("#hd-kind input")
    page.get_by_role("option", name="PDF").click()
    page.wait_for_selector("#hd-list .hd-hint:has-text('Không có tài liệu nào khớp')")
    assert opened.fits()


def test_view_shows_the_spans_with_a_legend(opened: Any, own: Own) -> None:
    page = opened.page
    page.click(".hd-view >> nth=0")
    page.wait_for_selector(".hd-panel .hd-legend li")
    kinds = set(page.locator(".hd-panel .hd-legend li").all_inner_texts())
    assert any("không dùng làm bằng chứng" in kind for kind in kinds)
    marked = page.locator(".hd-panel .hd-text .hd-related, .hd-panel .hd-text .hd-boilerplate").first
    text = page.locator(".hd-panel .hd-text .hd-body").first
    background = "node => getComputedStyle(node).backgroundColor"
    assert marked.evaluate(background) != text.evaluate(background)
    opened.shot("documents-view")
    if opened.phone:
        page.click(".hd-close")
        page.click(".hd-view >> nth=0")
        page.wait_for_selector(".hd-panel .hd-legend li")


def test_delete_is_at_once_and_undo_brings_it_back(opened: Any, own: Own, tmp_path: Path) -> None:
    page, backend = opened.page, own[0]
    page.set_input_files(INPUT, str(minutes(tmp_path, "chè.txt", "cây chè")))
    entry(page, "cây chè").wait_for()
    before = {document.id for document in backend.documents()}
    entry(page, "cây chè").locator(".hd-delete").click()
    page.wait_for_selector(".hd-undo:has-text('Đã xóa “Biên bản họp về cây chè”')")
    entry(page, "cây chè").wait_for(state="detached")
    assert len(backend.documents()) == 5 and (backend.uploads / "chè.txt").exists()
    opened.shot("documents-undo")
    page.wait_for_function("document.activeElement.dataset.action === 'undo'")
    page.keyboard.press("Enter")
    entry(page, "cây chè").wait_for()
    assert {document.id for document in backend.documents()} == before
    assert "Đã khôi phục" in page.inner_text(".hd-undo")


def test_closing_the_page_ends_the_undo(opened: Any, own: Own, tmp_path: Path, look: Any) -> None:
    page, backend = opened.page, own[0]
    page.set_input_files(INPUT, str(minutes(tmp_path, "quế.txt", "cây quế")))
    entry(page, "cây quế").wait_for()
    entry(page, "cây quế").locator(".hd-delete").click()
    page.wait_for_selector(".hd-undo")
    assert (backend.uploads / "quế.txt").exists()
    page.goto("about:blank")
    for _ in range(100):
        if not (backend.uploads / "quế.txt").exists():
            break
        page.wait_for_timeout(50)
    assert not (backend.uploads / "quế.txt").exists()


def test_an_undo_that_is_overtaken_says_so(opened: Any, own: Own, tmp_path: Path) -> None:
    page, backend = opened.page, own[0]
    path = minutes(tmp_path, "hồi.txt", "cây hồi")
    page.set_input_files(INPUT, str(path))
    entry(page, "cây hồi").locator(".hd-delete").click()
    page.wait_for_selector(".hd-undo [data-action=undo]")
    list(backend.ingest([path]))
    page.click(".hd-undo [data-action=undo]")
    page.wait_for_selector("#hd-notice-undo .hd-error:has-text('đã được nạp lại')")
    assert len(backend.documents()) == 6


def test_several_are_deleted_together_with_the_keyboard(opened: Any, own: Own, tmp_path: Path) -> None:
    page, backend = opened.page, own[0]
    page.set_input_files(INPUT, [str(minutes(tmp_path, f"{n}.txt", f"việc số {n}")) for n in (1, 2, 3)])
    in_list(page, 8)
    for words in ("việc số 1", "việc số 3"):
        entry(page, words).locator(".hd-check").focus()
        page.keyboard.press("Space")
    assert entry(page, "việc số 1").locator(".hd-check").get_attribute("aria-checked") == "true"
    assert page.inner_text(".hd-selected") == "Đã chọn 2"
    opened.shot("documents-selected")
    page.focus("[data-action=delete-selected]")
    page.keyboard.press("Enter")
    assert page.inner_text(".hd-confirm-title") == "2 tài liệu"
    page.click("[data-confirm=yes]")
    in_list(page, 6)
    assert not page.is_visible(".hd-selection")
    assert len(backend.documents()) == 6
    page.click(".hd-undo [data-action=undo]")
    in_list(page, 8)
    assert opened.fits()


def test_a_changed_file_is_told_and_read_again(opened: Any, own: Own, tmp_path: Path) -> None:
    page, backend = opened.page, own[0]
    changed, gone = minutes(tmp_path, "đổi.txt", "việc cũ"), minutes(tmp_path, "mất.txt", "việc mất")
    list(backend.ingest([changed, gone]))
    minutes(tmp_path, "đổi.txt", "việc mới")
    later = changed.stat().st_mtime + 60
    os.utime(changed, (later, later))
    gone.unlink()
    looked_at_again(opened)
    page.wait_for_selector(".hd-tag-stale >> nth=1")
    assert "Tệp đã đổi, cần nạp lại" in entry(page, "việc cũ").inner_text()
    assert "Không còn thấy tệp gốc" in entry(page, "việc mất").inner_text()
    assert entry(page, "việc mất").locator("a").count() == 0
    opened.shot("documents-changed")
    page.click("#hd-reread:has-text('(1)')")
    entry(page, "việc mới").wait_for()
    assert "1 thay bản cũ" in page.inner_text(".hd-report")
    assert entry(page, "việc cũ").count() == 0


def test_one_changed_file_is_read_again_from_its_card(opened: Any, own: Own, tmp_path: Path) -> None:
    page, backend = opened.page, own[0]
    path = minutes(tmp_path, "Sổ/đổi.txt", "việc cũ")
    list(backend.ingest([tmp_path]))
    minutes(tmp_path, "Sổ/đổi.txt", "việc mới")
    later = path.stat().st_mtime + 60
    os.utime(path, (later, later))
    looked_at_again(opened)
    entry(page, "việc cũ").locator(".hd-reread").click()
    entry(page, "việc mới").wait_for()
    assert "Sổ/đổi.txt" in entry(page, "việc mới").inner_text()


def test_reprints_are_one_entry(opened: Any, own: Own, tmp_path: Path) -> None:
    page, backend = opened.page, own[0]
    for number, name in enumerate(("as it is", "other headline", "own paragraph")):
        text = f" date 2023-01-{5 + number:02} \n" + COPIES[name](event(ROWS[0]))
        (tmp_path / f"báo {number}.txt").write_text(text, encoding="utf-8")
    list(backend.ingest([tmp_path]))
    looked_at_again(opened)
    in_list(page, 6)
    assert "8 tài liệu, 6 bài" in page.inner_text("#hd-list .hd-count")
    group = page.locator(".hd-entry", has=page.locator(".hd-reprints"))
    assert group.locator("summary").inner_text() == "và 2 bản in lại"
    group.locator("summary").click()
    assert group.locator(".hd-reprints .hd-view").count() == 2
    opened.shot("documents-reprints")
    assert opened.fits()


def test_the_original_file_is_handed_over(opened: Any) -> None:
    page = opened.page
    card = page.locator(".hd-entry").first
    name = card.locator(".hd-facts bdi").inner_text()
    with page.expect_download() as download:
        card.locator("a").click()
    assert download.value.suggested_filename == name
