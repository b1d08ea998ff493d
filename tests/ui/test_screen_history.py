"""Kept conversations in the page: saved, found again, renamed, deleted, exported, printed."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from scripted_backend import ATTACK, SLOW_QUESTION, SON_LA_QUESTION, ScriptedBackend
from test_screen_whole import AXE, RUN_AXE

from rag.chats.records import ChatTurn, Outcome

pytestmark = pytest.mark.browser

GOLD = "giá vàng hôm nay?"
HASH = re.compile(r"#chat=[0-9a-f]{24}$")


@pytest.fixture(autouse=True)
def forgotten(backend: ScriptedBackend) -> None:
    """Each scenario begins without conversations: the library is one for the whole session."""
    for chat in backend.chats.page("", limit=100):
        backend.chats.delete("", chat.id)


def stopped(question: str) -> ChatTurn:
    return ChatTurn(question, "2026-11-22T08:30:00.000+00:00", Outcome.STOPPED)


def saved(page: Any) -> None:
    page.wait_for_function("/#chat=/.test(location.hash)")


def drawer(page: Any) -> None:
    page.click("[data-history=open]")
    page.wait_for_selector("#hd-chats .hd-chats-list")


def titles(page: Any) -> list[str]:
    return [str(title) for title in page.locator(".hd-chat-title").all_inner_texts()]


def menu(page: Any, row: int = 0) -> Any:
    chat = page.locator(".hd-chat").nth(row)
    chat.locator("summary").click()
    return chat


def test_a_conversation_is_there_after_a_reload_and_goes_on(look: Any, backend: ScriptedBackend) -> None:
    seen = look()
    page = seen.page
    seen.answered(SON_LA_QUESTION)
    saved(page)
    seen.answered(GOLD)
    page.wait_for_function("document.title.startsWith('Đại tướng Phan Văn Giang')")
    page.reload()
    page.wait_for_selector(".hd-thread .hd-exchange >> nth=1")
    assert page.locator("#hd-welcome button").count() == 0 and HASH.search(page.url)
    assert page.locator(".hd-thread .hd-question").all_inner_texts() == [SON_LA_QUESTION, GOLD]
    assert page.locator(".hd-thread .hd-refusal").count() == 1
    page.click(".hd-thread .hd-answer .cite >> nth=0")
    page.wait_for_selector(".hd-panel mark.hd-active")
    if seen.phone:
        page.keyboard.press("Escape")
    seen.answered("Còn kinh tế?")
    assert [question for question, _ in backend.histories[-1]] == [SON_LA_QUESTION, GOLD]
    page.wait_for_function("document.querySelector('[data-current]')?.textContent.includes('3 câu hỏi')")
    assert seen.fits()


def test_what_is_done_while_another_is_under_way_is_not_lost(
    look: Any, backend: ScriptedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    chats = [backend.chats.add("", None, stopped(f"Câu {number}")) for number in range(4)]
    page = look().page
    drawer(page)
    rename, going = type(backend.chats).rename, threading.Event()

    def slowly(*given: Any) -> None:
        assert going.wait(10)
        rename(*given)

    monkeypatch.setattr(type(backend.chats), "rename", slowly)
    menu(page).locator("[data-action=rename]").click()
    page.keyboard.type("Tên mới")
    page.keyboard.press("Enter")
    for chat in (chats[2], chats[1]):  # the page sends three before the first is done
        page.locator(f"[data-chat='{chat.id}'] [data-action=delete]").dispatch_event("click")
    going.set()
    page.wait_for_function("document.querySelectorAll('.hd-chat').length === 2")
    assert {chat.title for chat in backend.chats.page("", limit=9)} == {"Tên mới", "Câu 0"}


def test_the_list_opens_renames_and_deletes(look: Any, backend: ScriptedBackend) -> None:
    seen = look()
    page = seen.page
    seen.answered(SON_LA_QUESTION)
    saved(page)
    page.click("#hd-new")
    page.wait_for_function("location.hash === ''")
    seen.answered("Chào bạn")
    saved(page)
    drawer(page)
    assert titles(page) == ["Chào bạn", SON_LA_QUESTION.removesuffix(" khi nào?") + " khi…"]
    assert page.inner_text("#hd-chats-body h3") == "Hôm nay"
    assert page.locator(".hd-chat-open[aria-current=true] .hd-chat-title").inner_text() == "Chào bạn"
    seen.shot("history-list")
    row = menu(page, 1)
    row.locator("[data-action=rename]").click()
    page.keyboard.type("Sơn La tháng 10")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('.hd-chat-title')[1].textContent === 'Sơn La tháng 10'")
    menu(page, 1)
    seen.shot("history-menu")
    page.locator(".hd-chat").nth(1).locator(".hd-chat-open").click()
    page.wait_for_selector(".hd-thread .hd-answer")
    assert not page.locator("#hd-chats.hd-open").count() and page.locator(".hd-exchange").count() == 1
    page.wait_for_function("document.title.startsWith('Sơn La tháng 10')")
    drawer(page)
    row = menu(page, 1)
    row.locator("[data-action=ask]").click()
    assert row.locator(".hd-chat-confirm").is_visible()
    seen.shot("history-delete")
    row.locator("[data-action=delete]").click()
    page.wait_for_function("document.querySelectorAll('.hd-chat').length === 1")
    assert titles(page) == ["Chào bạn"] == [chat.title for chat in backend.chats.page("", limit=9)]
    menu(page).locator("[data-action=ask]").click()
    page.locator("[data-action=delete]").click()
    page.wait_for_selector("#hd-chats-body .hd-hint")
    assert page.locator(".hd-exchange").count() == 0 and page.evaluate("location.hash + localStorage.length") == "0"
    page.keyboard.press("Escape")
    assert page.locator("#hd-welcome button").first.is_visible() and seen.fits()


def test_search_needs_no_marks_and_long_lists_come_in_pages(look: Any, backend: ScriptedBackend) -> None:
    chats = backend.chats
    first = chats.add("", None, stopped("Đại biểu Lào Cai đã gặp ai?"))
    for n in range(64):
        chats.add("", None, stopped(f"Câu hỏi số {n} về Sơn La"))
    seen = look()
    page = seen.page
    drawer(page)
    assert page.locator(".hd-chat").count() == 30
    page.click("[data-action=more]")
    page.wait_for_function("document.querySelectorAll('.hd-chat').length === 60")
    assert page.evaluate("document.activeElement.textContent.startsWith('Câu hỏi số 33')")
    page.click("[data-action=more]")
    page.wait_for_function("document.querySelectorAll('.hd-chat').length === 65")
    assert page.locator("[data-action=more]").count() == 0
    page.fill("#hd-chats-search :is(input, textarea)", "dai bieu LAO CAI")
    page.wait_for_function("document.querySelectorAll('.hd-chat').length === 1")
    assert titles(page) == [first.title]
    seen.shot("history-search")
    page.fill("#hd-chats-search :is(input, textarea)", "không hề có")
    page.wait_for_selector("#hd-chats-body .hd-hint")
    assert page.inner_text("#hd-chats-body .hd-hint") == "Không có cuộc trò chuyện nào khớp."


def test_exports_come_as_files(look: Any) -> None:
    seen = look()
    page = seen.page
    seen.answered(SON_LA_QUESTION)
    saved(page)
    drawer(page)
    row = menu(page)
    names = {}
    for form in ("md", "docx", "json"):
        with page.expect_download() as coming:
            row.locator(f"a[href$='/{form}']").click()
        names[form] = coming.value.suggested_filename, Path(coming.value.path()).read_bytes()
    assert names["md"][0].startswith("Đại tướng Phan Văn Giang") and names["md"][0].endswith(".md")
    assert "## 1\\. Đại tướng" in names["md"][1].decode() and names["docx"][1].startswith(b"PK")
    assert json.loads(names["json"][1])["turns"][0]["result"]["citations"][0]["quote"].startswith("Sáng 22/10")


def test_hostile_questions_and_titles_are_shown_literally(look: Any, backend: ScriptedBackend) -> None:
    chat = backend.chats.add("", None, stopped(ATTACK))
    backend.chats.rename("", chat.id, ATTACK[:120])
    seen = look()
    page = seen.page
    drawer(page)
    assert titles(page)[0] == " ".join(backend.chats.chat("", chat.id).title.split())
    menu(page)
    seen.shot("history-hostile")
    page.locator(".hd-chat-open").click()
    page.wait_for_selector(".hd-thread .hd-question")
    assert page.inner_text(".hd-thread .hd-question") == ATTACK
    page.wait_for_function("document.title.startsWith('<script>')")
    assert page.evaluate("window.__pwned") is None and seen.fits()


def test_stopped_failed_and_refused_questions_are_kept_too(look: Any, backend: ScriptedBackend) -> None:
    seen = look()
    page = seen.page
    seen.ask(SLOW_QUESTION)
    page.wait_for_selector("#hd-current .hd-card")
    page.click("#hd-stop")
    page.wait_for_selector("#hd-current [data-phase=stopped]")
    seen.answered("lỗi Sơn La")
    seen.answered(GOLD)
    page.wait_for_function("document.querySelector('[data-current]')?.textContent.includes('3 câu hỏi')")
    page.reload()
    page.wait_for_selector(".hd-thread .hd-exchange >> nth=2")
    phases = page.locator(".hd-thread .hd-exchange").evaluate_all("all => all.map(e => e.dataset.phase)")
    assert phases == ["stopped", "failed", "answered"]
    assert page.locator(".hd-thread .hd-error").inner_text().startswith("Có lỗi")
    assert page.locator(".hd-thread [data-phase=stopped] .hd-card").count() > 0


def test_a_running_question_is_not_left_for_another_conversation(
    look: Any, backend: ScriptedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backend, "pace", 0.15)  # so that a busy machine gets to the list before the end
    other = backend.chats.add("", None, stopped("Câu khác"))
    seen = look()
    page = seen.page
    seen.ask(SLOW_QUESTION)
    page.wait_for_selector("#hd-current .hd-card")
    drawer(page)
    page.locator(f"[data-chat='{other.id}'] .hd-chat-open").click()
    page.wait_for_selector("#hd-history-note p")
    assert "đang được trả lời" in page.inner_text("#hd-history-note")
    assert page.locator("#hd-current [data-phase=working]").count() == 1
    page.click("#hd-stop")
    page.wait_for_selector("#hd-current [data-phase=stopped]")


def test_an_unknown_id_begins_anew_and_a_bookmark_opens(look: Any, backend: ScriptedBackend, address: str) -> None:
    foreign = backend.chats.add("lan", None, stopped("Của Lan"))
    mine = backend.chats.add("", None, stopped("Của tôi"))
    seen = look(url=f"{address}/#chat={foreign.id}")
    page = seen.page
    page.wait_for_function("location.hash === ''")
    assert page.locator(".hd-exchange").count() == 0
    page.evaluate("id => { location.hash = `chat=${id}` }", mine.id)
    page.wait_for_selector(".hd-thread .hd-exchange")
    assert page.inner_text(".hd-thread .hd-question") == "Của tôi"


def test_two_tabs_on_one_conversation_lose_nothing(visit: Any, backend: ScriptedBackend) -> None:
    chat = backend.chats.add("", None, stopped("Câu đầu"))
    first, second = visit(), visit()
    for seen in (first, second):
        seen.page.evaluate("id => { location.hash = `chat=${id}` }", chat.id)
        seen.page.wait_for_selector(".hd-thread .hd-exchange")
    first.answered("Chào bạn")
    second.answered(GOLD)
    first.answered("Chào lần nữa")
    first.page.wait_for_function("document.querySelector('[data-current]').textContent.includes('4 câu hỏi')")
    questions = [turn.question for turn in backend.chats.turns("", chat.id)]
    assert questions == ["Câu đầu", "Chào bạn", GOLD, "Chào lần nữa"]


def test_on_paper_there_are_questions_answers_and_all_quotes(look: Any) -> None:
    seen = look()
    page = seen.page
    seen.answered(SON_LA_QUESTION)
    seen.answered(GOLD)
    saved(page)
    page.evaluate("window.print = () => { window.__printed = true }")
    page.click("[data-history=print]")
    page.wait_for_function("window.__printed")
    page.emulate_media(media="print")
    assert page.locator("button:visible, #hd-composer:visible, .hd-panel:visible, [role=tab]:visible").count() == 0
    assert page.inner_text(".hd-print-title").startswith("Đại tướng Phan Văn Giang")
    assert page.locator(".hd-exchange .hd-card blockquote:visible").count() == 2
    assert page.locator(".hd-refusal:visible").count() == 1
    colours = "[getComputedStyle(one('.hd-answer')).color, getComputedStyle(document.body).backgroundColor]"
    assert page.evaluate(f"(one => {colours})(hoidap.one)") == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    seen.shot("history-print")
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.emulate_media(media="screen")
    assert page.locator("#hd-composer").is_visible()


def test_the_drawer_is_open_to_everybody(look: Any, backend: ScriptedBackend) -> None:
    backend.chats.add("", None, stopped("Câu khác"))
    seen = look()
    page = seen.page
    drawer(page)
    menu(page)
    page.evaluate(AXE)
    assert page.evaluate(RUN_AXE) == []
    small = "all => all.filter(e => Math.min(e.offsetWidth, e.offsetHeight) < 44).map(e => e.textContent)"
    if seen.phone:
        assert (
            page.locator("#hd-chats :is(button, a, summary):visible, #hd-history button:visible").evaluate_all(small)
            == []
        )
    for _ in range(12):  # the page below cannot be reached
        page.keyboard.press("Tab")
        assert page.evaluate("!document.activeElement.closest('#hd-main, #hd-header')")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.history") == "open"
