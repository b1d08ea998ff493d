"""The page in a real headless Chromium, over the scripted backend."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from scripted_backend import ATTACK, FALSE_QUESTION, SLOW_QUESTION, SON_LA_QUESTION, ScriptedBackend

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
NO_SIDEWAYS = "document.documentElement.scrollWidth <= window.innerWidth"


def active_mark(page: Any) -> str:
    page.wait_for_selector(".hd-panel mark.hd-active")
    return str(page.inner_text(".hd-panel mark.hd-active"))


def in_view_of_panel(page: Any) -> bool:
    return bool(
        page.evaluate(
            """() => {
              const box = document.querySelector('.hd-panel-body').getBoundingClientRect();
              const mark = document.querySelector('mark.hd-active').getBoundingClientRect();
              return mark.top >= box.top && mark.top < box.bottom;
            }"""
        )
    )


def test_page_opens_in_vietnamese_with_examples_and_ready_models(visit: Any) -> None:
    page = visit().page
    assert page.evaluate("document.documentElement.lang") == "vi"
    assert page.locator("#hd-welcome [data-example]").count() == 4
    assert page.inner_text(".hd-models") == "Sẵn sàng"
    assert page.evaluate("document.fonts.check('700 16px \"IBM Plex Sans\"', 'ộ')")


def test_evidence_then_draft_then_answer_with_chips(visit: Any) -> None:
    seen = visit()
    page = seen.page
    seen.ask(SON_LA_QUESTION)
    assert page.inner_text("#hd-current .hd-question") == SON_LA_QUESTION
    page.wait_for_selector("#hd-current [data-phase=working] .hd-card")
    assert page.locator("#hd-current .hd-answer").count() == 0
    page.wait_for_selector("#hd-current .hd-draft-tag")
    page.wait_for_selector("#hd-current .hd-answer")
    assert page.locator("#hd-current .hd-draft").count() == 0
    assert "99,9%" not in page.inner_text("#hd-current")
    assert page.locator("#hd-current .hd-answer .cite").all_inner_texts() == ["1", "2"]
    assert page.inner_text("#hd-current .hd-card strong") == "22/10"
    assert page.inner_text(".hd-announcer").startswith("Đã trả lời.")


def test_chip_opens_the_marked_sentence_without_a_request(visit: Any) -> None:
    seen = visit()
    page = seen.page
    seen.answered(SON_LA_QUESTION)
    page.wait_for_timeout(300)
    before = len(seen.requests)
    page.click("#hd-current .hd-answer .cite >> nth=1")
    assert active_mark(page).startswith("Kinh tế của tỉnh tăng trưởng khá")
    assert in_view_of_panel(page)
    page.click("[data-panel=prev]")
    assert active_mark(page).startswith("Sáng 22/10")
    page.wait_for_timeout(200)
    assert seen.requests[before:] == []


def test_chip_of_an_earlier_answer_still_opens(visit: Any) -> None:
    seen = visit()
    seen.answered(SON_LA_QUESTION)
    seen.answered("giá vàng hôm nay?")
    seen.page.click("#hd-past .hd-answer .cite >> nth=0")
    assert active_mark(seen.page).startswith("Sáng 22/10")


def test_copy_button_gives_quote_title_date_and_offsets(visit: Any) -> None:
    seen = visit(permissions=["clipboard-read", "clipboard-write"])
    seen.answered(SON_LA_QUESTION)
    seen.page.click("#hd-current .hd-card >> nth=0")
    seen.page.click("[data-panel=copy]")
    seen.page.wait_for_function("document.querySelector('[data-panel=copy]').textContent === 'Đã chép'")
    copied = seen.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("“Sáng 22/10") and "(10/2024)" in copied and "ký tự" in copied


def test_follow_up_is_shown_as_understood_and_gets_the_history(visit: Any, backend: ScriptedBackend) -> None:
    seen = visit()
    seen.answered(SON_LA_QUESTION)
    seen.answered("Còn kinh tế, trích nguyên văn?")
    assert seen.page.inner_text("#hd-current .hd-understood").startswith("Đang hiểu là: Kinh tế Sơn La")
    assert seen.page.inner_text("#hd-current .hd-badge") == "Trích nguyên văn"
    assert [question for question, _ in backend.histories[-1]] == [SON_LA_QUESTION]


def test_refusal_looks_like_one_and_its_related_documents_open(visit: Any) -> None:
    seen = visit()
    page = seen.page
    seen.answered("giá vàng hôm nay?")
    refusal = page.inner_text("#hd-current .hd-refusal")
    assert "Không tìm thấy thông tin trong tài liệu." in refusal and "Tài liệu gần nhất" in refusal
    assert page.locator("#hd-current .hd-error, #hd-current .hd-answer").count() == 0
    title = page.inner_text("#hd-current .hd-nearest a >> nth=0")
    page.click("#hd-current .hd-nearest a >> nth=0")
    page.wait_for_selector(".hd-panel article h3")
    assert page.inner_text(".hd-panel article h3") == title


@pytest.mark.parametrize("size", [{}, PHONE], ids=["wide", "phone"])
def test_a_correction_opens_the_sentence_that_contradicts(visit: Any, size: dict[str, int]) -> None:
    seen = visit(**size)
    page = seen.page
    seen.answered(FALSE_QUESTION)
    corrected = "Tài liệu gần nhất nói về “Sáng 22/10”, không nêu “chiều 22/10”."
    line = page.locator("#hd-current .hd-refusal .hd-correction")
    assert line.inner_text().startswith(corrected)
    assert line.locator(".cite").all_inner_texts() == ["1"]
    assert page.locator("#hd-current :is(.hd-answer, .hd-card)").count() == 0
    said = page.inner_text(".hd-announcer")
    assert said == f"Không tìm thấy thông tin trong tài liệu. {corrected}"
    line.locator(".cite").click()
    assert active_mark(page).startswith("Sáng 22/10") and in_view_of_panel(page)
    assert page.evaluate(NO_SIDEWAYS)


def test_a_correction_repeats_hostile_words_as_text(visit: Any) -> None:
    seen = visit()
    page = seen.page
    seen.answered(f"Ai họp chiều {ATTACK}")
    assert page.inner_text("#hd-current .hd-correction").startswith(
        f"Tài liệu gần nhất nói về “Sáng 22/10”, không nêu “chiều {ATTACK}”"
    )
    assert "<script>" in page.inner_text(".hd-announcer")
    assert page.locator("#hd-current :is(img,script,iframe,style,svg)").count() == 0
    assert page.evaluate("window.__pwned") is None


def test_a_greeting_looks_like_neither_answer_nor_refusal(visit: Any) -> None:
    seen = visit()
    page = seen.page
    seen.answered("Chào bạn")
    greeting = page.inner_text("#hd-current .hd-courtesy")
    assert greeting.startswith("Chào bạn! Hãy hỏi tôi")
    assert page.inner_text(".hd-announcer") == greeting
    assert page.locator("#hd-current :is(.hd-answer, .hd-notice, .hd-took, .hd-badge, .cite, .hd-card)").count() == 0


@pytest.mark.parametrize(
    ("question", "line"),
    [("gây lỗi Sơn La", "Hãy bấm Hỏi lại."), ("lỗi lạ Sơn La", "Có lỗi ngoài dự kiến.")],
)
def test_error_says_the_next_step_and_nothing_internal(visit: Any, question: str, line: str) -> None:
    seen = visit()
    seen.answered(question)
    assert line in seen.page.inner_text("#hd-current .hd-error")
    assert "secret" not in seen.page.content()
    assert seen.page.locator("#hd-current .hd-refusal").count() == 0


def test_stop_ends_the_model_and_keeps_the_evidence(visit: Any, backend: ScriptedBackend) -> None:
    seen = visit()
    page = seen.page
    seen.ask(SLOW_QUESTION)
    page.wait_for_selector("#hd-current .hd-card")
    page.wait_for_selector("#hd-current progress")
    clicked = time.monotonic()
    page.click("#hd-stop")
    assert backend.stopped.wait(5)
    took = time.monotonic() - clicked
    page.wait_for_selector("#hd-current [data-phase=stopped] .hd-stopped")
    assert page.locator("#hd-current .hd-card").count() == 4
    assert took < 1.0, f"{took:.2f} s from the click on a shared machine; normally about 0.1 s"
    page.wait_for_selector("#hd-send")
    assert page.locator("#hd-stop").count() == 0


def test_a_second_page_waits_its_turn_and_may_stop_waiting(visit: Any, backend: ScriptedBackend) -> None:
    first, second = visit(), visit()
    first.ask(SLOW_QUESTION)
    first.page.wait_for_selector("#hd-current progress")
    second.ask(SON_LA_QUESTION)
    assert second.page.inner_text("#hd-current .hd-progress") == "Đang chờ lượt…"
    second.page.click("#hd-stop")
    second.page.wait_for_selector("#hd-current .hd-stopped")
    first.page.fill("#hd-input textarea", "câu khác")
    first.page.press("#hd-input textarea", "Enter")
    first.page.click("#hd-stop")
    first.page.wait_for_selector("#hd-current .hd-stopped")
    assert first.page.input_value("#hd-input textarea") == "câu khác"
    second.answered(SON_LA_QUESTION)
    assert second.page.locator("#hd-current .hd-answer").count() == 1


def test_closing_the_tab_ends_the_model(visit: Any, backend: ScriptedBackend) -> None:
    seen = visit()
    seen.ask(SLOW_QUESTION)
    seen.page.wait_for_selector("#hd-current progress")
    seen.page.close()
    assert backend.stopped.wait(10)


def test_example_asks_and_new_chat_starts_over(visit: Any) -> None:
    seen = visit()
    page = seen.page
    page.click(".hd-examples button >> nth=0")
    page.wait_for_selector("#hd-current .hd-answer")
    assert page.locator("#hd-welcome button").count() == 0
    page.click("#hd-new")
    page.wait_for_selector(".hd-examples button >> nth=0")
    assert page.locator(".hd-exchange").count() == 0


def test_nothing_untrusted_runs_or_is_fetched(visit: Any, backend: ScriptedBackend, tmp_path: Path) -> None:
    path = tmp_path / "attack<img src=x onerror=window.__pwned=9>{{7*7}}.txt"
    path.write_text(f"{ATTACK}\n\n{ATTACK}\n", encoding="utf-8")
    document = backend.put(path, title=ATTACK)
    try:
        seen = visit()
        page = seen.page
        question = f"đánh tráo {ATTACK}"
        seen.answered(question)
        assert page.inner_text("#hd-current .hd-question") == question
        assert page.inner_text("#hd-current .hd-answer").startswith(ATTACK[:40])
        assert "{{constructor" in page.inner_text("#hd-current .hd-answer")
        page.click("#hd-current .cite >> nth=0")
        page.wait_for_selector(".hd-panel mark.hd-active")
        seen.documents_tab()
        page.click(f"[data-action=view][data-document='{document.id}']")
        page.wait_for_timeout(500)
        assert "{{7*7}}" in page.inner_text("#hd-list")
        page.click(f"[data-action=delete][data-document='{document.id}']")
        page.wait_for_selector(".hd-undo")
        assert page.inner_text(".hd-undo bdi") == f"Đã xóa “{ATTACK}”."
        page.click(".hd-undo [data-action=undo]")
        page.wait_for_selector(f"[data-action=delete][data-document='{document.id}']")
        assert page.evaluate("window.__pwned") is None
        untrusted = "#hd-current :is(img,script,iframe,style,svg), .hd-panel :is(img,script,iframe,style,svg)"
        assert page.locator(untrusted).count() == 0
        assert page.is_visible("#hd-list")
    finally:
        backend.delete([document.id])


def test_phone_has_no_sideways_scroll_and_a_bottom_sheet(visit: Any) -> None:
    seen = visit(**PHONE)
    page = seen.page
    assert page.evaluate(NO_SIDEWAYS)
    seen.answered(SON_LA_QUESTION)
    assert page.evaluate(NO_SIDEWAYS)
    assert not page.is_visible(".hd-panel")
    page.click("#hd-current .hd-answer .cite >> nth=1")
    assert active_mark(page).startswith("Kinh tế của tỉnh") and in_view_of_panel(page)
    box = page.locator(".hd-panel").bounding_box()
    assert round(box["y"] + box["height"]) == PHONE["height"] and box["width"] == PHONE["width"]
    page.click(".hd-close")
    assert not page.is_visible(".hd-panel")
    seen.documents_tab()
    assert page.evaluate(NO_SIDEWAYS)
    page.click(".hd-check >> nth=0")
    page.click("[data-action=delete-selected]")
    assert page.is_visible(".hd-confirm")
    page.click("[data-confirm=no]")


def test_dark_mode_follows_the_system(visit: Any) -> None:
    seen = visit(color_scheme="dark")
    seen.answered(SON_LA_QUESTION)
    page = seen.page
    background = page.evaluate("getComputedStyle(document.querySelector('.gradio-container')).backgroundColor")
    text = page.evaluate("getComputedStyle(document.querySelector('#hd-current .hd-answer')).color")
    assert brightness(background) < 60 and brightness(text) > 200
    assert page.evaluate("getComputedStyle(document.querySelector('.gradio-container')).colorScheme") == "dark"


def brightness(colour: str) -> float:
    return sum(float(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3]) / 3


def test_keyboard_alone_is_enough(visit: Any) -> None:
    page = visit(**PHONE).page
    page.focus("#hd-input textarea")
    page.keyboard.type(SON_LA_QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector("#hd-current .hd-answer")
    chip = "document.activeElement.matches('#hd-current .hd-answer .cite')"
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if page.evaluate(chip):
            break
    assert page.evaluate(chip)
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    active_mark(page)
    assert page.evaluate("document.activeElement.matches('.hd-close')")
    page.keyboard.press("Escape")
    assert not page.is_visible(".hd-panel")
    assert page.evaluate(chip)


def test_empty_library_invites_to_upload(visit: Any, serve_in_thread: Any, tmp_path: Path) -> None:
    with serve_in_thread(ScriptedBackend(tmp_path)) as url:
        page = visit(url=url).page
        assert "Kho chưa có tài liệu nào." in page.inner_text("#hd-welcome")
        page.click("#hd-welcome button")
        page.wait_for_selector("#hd-drop input[type=file]", state="attached")
        page.wait_for_selector("#hd-list .hd-hint")
        page.context.close()
