"""Kept conversations in the page: saved, found again, renamed, deleted, exported, printed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from scripted_backend import SON_LA_QUESTION, ScriptedBackend

pytestmark = pytest.mark.browser

GOLD = "giá vàng hôm nay?"
HASH = re.compile(r"#chat=[0-9a-f]{24}$")


@pytest.fixture(autouse=True)
def forgotten(backend: ScriptedBackend) -> None:
    """Each scenario begins without conversations: the library is one for the whole session."""
    for chat in backend.chats.page("", limit=100):
        backend.chats.delete("", chat.id)


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
