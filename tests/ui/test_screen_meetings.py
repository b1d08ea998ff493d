"""The meetings tab in Chromium, in all four looks: a list, its filters, a meeting, a person, pictures, questions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scripted_backend import SEEDS, ScriptedBackend

pytestmark = pytest.mark.browser

REPORT = """ date 2024-10
Bộ trưởng Phan Văn Giang thăm và làm việc tại Sơn La

Sáng 22/10, tại huyện Mộc Châu, Đại tướng Phan Văn Giang, Ủy viên Bộ Chính trị, Bộ trưởng Bộ Quốc phòng đã làm việc \
với Ban Thường vụ Tỉnh ủy Sơn La.

Cùng dự buổi làm việc có Trung tướng Lê Quang Đạo, Phó Tổng Tham mưu trưởng.
"""
HOSTILE = """ date 2023-05
Hội nghị <img src=x onerror="window.__pwned=1"> ${window.__pwned=2} {{constructor}} tổng kết

Sáng 12/5/2023, tại Hà Nội, đồng chí Trần Văn Minh, Chủ tịch UBND thành phố chủ trì hội nghị tổng kết \
<script>window.__pwned=3</script> công tác quý I.
"""
MARKED = "w => [...document.querySelectorAll('.hd-panel mark.hd-active')].map(m => m.textContent).join('').includes(w)"
SON_LA = ".hd-open-meeting:has-text('Tỉnh ủy Sơn La')"


@pytest.fixture(scope="module")
def meeting_backend(tmp_path_factory: pytest.TempPathFactory) -> ScriptedBackend:
    """The seeds, a second report of one of their meetings, and one whose words are an attack."""
    folder = tmp_path_factory.mktemp("meetings")
    backend = ScriptedBackend(folder)
    for name, text in (("bao.txt", REPORT), ("xau.txt", HOSTILE)):
        (folder / name).write_text(text, encoding="utf-8")
    assert {p.outcome for p in backend.ingest([SEEDS, folder / "bao.txt", folder / "xau.txt"])} == {"added"}
    return backend


@pytest.fixture(scope="module")
def meetings(meeting_backend: ScriptedBackend, serve_in_thread: Any) -> Iterator[str]:
    with serve_in_thread(meeting_backend) as url:
        yield url


@pytest.fixture
def opened(look: Any, meetings: str) -> Any:
    """The tab in each look."""
    seen = look(url=meetings)
    assert seen.page.locator("#hd-meetings .hd-count").count() == 0, "nothing is read before the tab is opened"
    seen.tab("Cuộc họp")
    seen.page.wait_for_selector("#hd-meetings .hd-count")
    return seen


def count(page: Any) -> str:
    return str(page.inner_text("#hd-meetings .hd-found .hd-count"))


def counted(page: Any, text: str) -> None:
    page.wait_for_selector(f"#hd-meetings .hd-found .hd-count:text-is('{text}')")


def write(page: Any, box: str, text: str) -> None:
    page.fill(f"#hd-filter-{box} input", text)


def test_timeline_by_year_and_table_show_every_meeting(opened: Any) -> None:
    page = opened.page
    assert count(page) == "6 cuộc họp"
    assert page.locator(".hd-year h2").all_inner_texts() == ["Năm 2025", "Năm 2024", "Năm 2023", "Không rõ năm"]
    assert page.locator(".hd-year").last.locator(".hd-meeting").count() == 3
    assert "Tài liệu không ghi năm" in page.locator(".hd-year").last.inner_text()
    assert "2 bài cùng đưa" in page.inner_text(".hd-meeting:has-text('Tỉnh ủy Sơn La')")
    assert page.evaluate("window.__pwned") is None and "<img src=x" in page.inner_text("#hd-meetings")
    assert opened.fits()
    opened.shot("meetings-timeline")
    page.click("[data-mode=table]")
    page.wait_for_selector(".hd-meetings-table tbody tr")
    assert page.locator(".hd-meetings-table tbody tr").count() == 6
    assert page.evaluate("document.activeElement.dataset.mode") == "table", "the focus stays on the button"
    assert opened.fits()
    opened.shot("meetings-table")


def test_filters_combine_and_come_off_one_by_one(opened: Any) -> None:
    page = opened.page
    write(page, "person", "hoang quoc")
    counted(page, "Tìm thấy 2 trong 6 cuộc họp")
    write(page, "place", "Sơn La")
    counted(page, "Tìm thấy 1 trong 6 cuộc họp")
    write(page, "since", "13/2024")
    page.wait_for_selector(".hd-filter-note:has-text('không phải ngày')")
    write(page, "since", "10/2024")
    page.wait_for_selector(".hd-chip:has-text('10/2024')")
    assert page.locator(".hd-chosen .hd-chip").count() == 3
    opened.shot("meetings-filters")
    page.click(".hd-chip[data-filter=person]")
    page.wait_for_selector(".hd-chip[data-filter=person]", state="detached")
    assert page.input_value("#hd-filter-person input") == ""
    page.click("[data-action=clear-all]")
    counted(page, "6 cuộc họp")
    page.click(".hd-kind[data-kind='hội nghị']")
    counted(page, "Tìm thấy 2 trong 6 cuộc họp")
    write(page, "until", "2024")
    counted(page, "Tìm thấy 1 trong 6 cuộc họp")
    assert "1 cuộc họp không rõ năm không được tính" in page.inner_text("#hd-meetings")
    write(page, "person", "Không Có Ai")
    page.wait_for_selector("#hd-meetings >> text=Hãy bỏ bớt một bộ lọc")
    opened.shot("meetings-none")


def test_every_field_opens_its_own_words_without_a_request(opened: Any) -> None:
    page = opened.page
    page.click(SON_LA)
    page.wait_for_selector(".hd-sheet")
    assert page.evaluate("document.activeElement.hasAttribute('data-focus')"), "the heading has the focus"
    if not opened.phone:
        page.wait_for_selector(".hd-panel mark.hd-active")
    assert page.locator(".hd-field h3").all_inner_texts()[:4] == ["Tên gọi", "Loại", "Thời gian", "Địa điểm"]
    assert "năm 2024 lấy theo ngày của tài liệu" in page.inner_text(".hd-sheet")
    assert "Lê Quang Đạo" in page.inner_text(".hd-sheet"), "who only the second report names"
    assert page.locator(".hd-field:has(h3:text('Bài đưa tin')) li").count() == 2
    opened.shot("meetings-sheet")
    opened.settle()
    before = len(opened.requests)
    for words in ("Sáng 22/10", "huyện Mộc Châu", "Hoàng Quốc Khánh", "03/2019/NĐ-CP"):
        page.click(f".hd-sheet a.hd-stated:has-text('{words}') >> nth=0")
        page.wait_for_function(MARKED, arg=words)
        if opened.phone:
            page.click(".hd-panel .hd-close")
    page.click(".hd-sheet a.cite:text-is('bài 2') >> nth=0")
    page.wait_for_selector(".hd-panel h3:has-text('Phan Văn Giang')")
    opened.shot("meetings-marked")
    opened.settle()
    assert opened.requests[before:] == []


def test_a_question_about_this_meeting_is_asked_of_it_alone(opened: Any) -> None:
    page = opened.page
    page.click(SON_LA)
    page.click(".hd-sheet [data-action=ask]")
    page.wait_for_selector(".hd-scope:visible")
    page.wait_for_function("document.activeElement === document.querySelector('#hd-input textarea')")
    assert "Sơn La" in page.inner_text(".hd-scope")
    opened.answered("Ai tham dự?")
    assert "Hoàng Quốc Khánh" in page.inner_text("#hd-current .hd-answer")
    assert "Lào Cai" not in page.inner_text("#hd-current .hd-answer")
    opened.answered("Hôm nay giá vàng là bao nhiêu?")
    refusal = page.inner_text("#hd-current .hd-refusal")
    assert "Chỉ tìm trong tài liệu của cuộc họp này" in refusal and "Đã tìm trong 2 tài liệu" in refusal
    assert opened.fits()
    opened.shot("meetings-scope-refused")
    page.click("#hd-current [data-everywhere]")
    page.wait_for_selector(".hd-scope", state="detached")
    page.wait_for_selector("#hd-current [data-phase=answered] .hd-refusal:not(:has(.hd-confined))")
    assert "giá vàng" in page.inner_text("#hd-current .hd-question")


def test_the_scope_can_be_taken_off(opened: Any) -> None:
    page = opened.page
    page.click(SON_LA)
    page.click(".hd-sheet [data-action=ask]")
    page.wait_for_selector(".hd-scope:visible")
    opened.shot("meetings-scope")
    page.click(".hd-scope [data-action=leave]")
    page.wait_for_selector(".hd-scope", state="detached")


def test_people_with_their_offices_and_doubts(opened: Any) -> None:
    page = opened.page
    page.click("[data-mode=people]")
    page.wait_for_selector(".hd-people")
    write(page, "person", "khánh")
    page.wait_for_selector(".hd-people .hd-person:only-child")
    assert "Chưa chắc chắn:" in page.inner_text(".hd-person")
    opened.shot("meetings-people")
    page.click(".hd-open-person")
    page.wait_for_selector(".hd-offices")
    assert page.locator(".hd-offices > li").count() == 2
    assert page.locator(".hd-offices .hd-when").all_inner_texts() == ["sáng 22/10/2024", "sáng 30/7"]
    opened.shot("meetings-person")
    page.click(".hd-offices .hd-stated >> nth=0")
    page.wait_for_function(MARKED, arg="Chủ tịch Ủy ban Nhân dân tỉnh Sơn La")
    if opened.phone:
        page.click(".hd-panel .hd-close")
    page.click(".hd-offices .hd-open-meeting >> nth=0")
    page.wait_for_selector(".hd-sheet [data-action=ask]")
    page.click(".hd-back")
    page.wait_for_selector(".hd-offices")
    page.click(".hd-back")
    page.wait_for_selector(".hd-people")


def test_a_cell_and_a_bar_of_the_pictures_filter(opened: Any) -> None:
    page = opened.page
    page.click("[data-mode=picture]")
    page.wait_for_selector(".hd-matrix")
    assert page.locator(".hd-bars li").count() == 3
    assert opened.fits()
    opened.shot("meetings-picture")
    cell = page.get_by_role("button", name="Phan Văn Giang, Sơn La: 1 cuộc họp")
    cell.scroll_into_view_if_needed()
    opened.shot("meetings-matrix")
    cell.click()
    counted(page, "Tìm thấy 1 trong 6 cuộc họp")
    assert page.input_value("#hd-filter-person input") == "Phan Văn Giang"
    assert page.input_value("#hd-filter-place input") == "Sơn La"
    page.click("[data-action=clear-all]")
    counted(page, "6 cuộc họp")
    page.click("[data-mode=picture]")
    page.get_by_role("button", name="1 cuộc họp, 4/2025").click()
    counted(page, "Tìm thấy 1 trong 6 cuộc họp")
    assert page.locator(".hd-year h2").all_inner_texts() == ["Năm 2025"]


def test_keys_alone_open_a_meeting_and_come_back(opened: Any) -> None:
    page = opened.page
    page.locator(SON_LA).focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".hd-sheet")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.action") == "ask"
    page.locator(".hd-sheet a.hd-stated >> nth=0").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".hd-panel mark.hd-active")
    if opened.phone:
        page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className").startswith("hd-stated")
    page.locator(".hd-back").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".hd-timeline")
    assert "Sơn La" in page.evaluate("document.activeElement.textContent"), "where one came from"


def test_downloads_have_what_is_chosen(visit: Any, meetings: str, tmp_path: Path) -> None:
    seen = visit(url=meetings)
    page = seen.page
    seen.tab("Cuộc họp")
    page.wait_for_selector("#hd-meetings .hd-count")
    write(page, "person", "giang")
    counted(page, "Tìm thấy 3 trong 6 cuộc họp")
    texts = {}
    for form in ("ics", "csv", "json"):
        with page.expect_download() as waiting:
            page.click(f".hd-downloads a[href$='/{form}']")
        assert waiting.value.suggested_filename == f"cuoc-hop.{form}"
        waiting.value.save_as(tmp_path / form)
        texts[form] = (tmp_path / form).read_text(encoding="utf-8")
    assert texts["ics"].count("BEGIN:VEVENT") == 2, "two of them have a day and a year, each meeting once"
    assert "Trần Văn Minh" not in texts["csv"] and texts["csv"].count("Phan Văn Giang") >= 4
    page.click(SON_LA)
    with page.expect_download() as waiting:
        page.click(".hd-sheet a[download][href^='/download/meeting/']")
    waiting.value.save_as(tmp_path / "one")
    assert "DTSTART;VALUE=DATE:20241022" in (tmp_path / "one").read_text(encoding="utf-8")


def test_without_meetings_it_says_where_they_come_from(look: Any, serve_in_thread: Any, tmp_path: Path) -> None:
    with serve_in_thread(ScriptedBackend(tmp_path)) as url:
        seen = look(url=url)
        seen.tab("Cuộc họp")
        seen.page.wait_for_selector("#hd-meetings >> text=Chưa có cuộc họp nào.")
        assert seen.fits()
        seen.shot("meetings-empty")
        seen.page.context.close()
