"""The chat tab and the source panel in every look: 1280 and 390 pixels wide, light and dark."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from scripted_backend import SON_LA_QUESTION, ScriptedBackend

from ui.chat import thread, updates
from ui.chat.exchange import Conversation, Exchange, answer

pytestmark = pytest.mark.browser

ASK_AND_PAINT = """question => new Promise(resolve => {
  const field = document.querySelector('#hd-input textarea');
  const before = document.querySelector('#hd-current [data-message]')?.dataset.message;
  field.value = question;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  setTimeout(() => {
    const start = performance.now();
    document.querySelector('#hd-send').click();
    const look = () => {
      const now = document.querySelector('#hd-current [data-message]')?.dataset.message;
      if (now && now !== before) resolve(performance.now() - start);
      else requestAnimationFrame(look);
    };
    look();
  }, 60);
})"""
"""Milliseconds from the click on send to the frame that has the question."""


@pytest.fixture
def saved(backend: ScriptedBackend, monkeypatch: pytest.MonkeyPatch) -> list[Exchange]:
    """A conversation of 100 exchanges that the button for a new one opens instead."""
    conversation = Conversation()
    conversation.begin(SON_LA_QUESTION)
    monkeypatch.setattr(backend, "pace", 0)
    final = list(answer(backend, conversation))[-1]
    exchanges = [replace(final, question=f"Câu hỏi thứ {n}") for n in range(1, 101)]

    def open_saved(_: ScriptedBackend, conversation: Conversation) -> Any:
        assert conversation.open(exchanges)
        return updates.opened(backend, conversation)

    monkeypatch.setattr(updates, "clear", open_saved)
    return exchanges


def questions(page: Any) -> list[str]:
    return list(page.locator("#hd-past .hd-question").all_text_contents())


def test_an_opened_conversation_goes_on_where_it_ended(look: Any, saved: list[Exchange]) -> None:
    seen = look()
    page = seen.page
    seen.answered("giá vàng hôm nay?")
    page.click("#hd-new")
    page.wait_for_selector("#hd-past .hd-earlier")
    assert questions(page) == [e.question for e in saved[80:]]
    assert page.locator("#hd-current .hd-exchange, #hd-welcome button").count() == 0
    page.click("#hd-past .hd-earlier button")
    page.wait_for_function("document.querySelectorAll('#hd-past .hd-exchange').length === 40")
    assert questions(page) == [e.question for e in saved[60:]]
    page.locator("#hd-past .hd-exchange >> nth=1").locator(".hd-answer .cite >> nth=1").click()
    assert page.inner_text(".hd-panel mark.hd-active").startswith("Kinh tế của tỉnh")
    if seen.phone:
        page.keyboard.press("Escape")
    seen.answered("giá vàng hôm nay?")
    seen.answered(SON_LA_QUESTION)
    assert questions(page) == [*(e.question for e in saved[60:]), "giá vàng hôm nay?"]
    assert seen.fits()


def test_the_hundredth_question_is_as_quick_as_the_first(
    visit: Any, saved: list[Exchange], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread, "SHOWN", 100)
    page = visit().page
    first = page.evaluate(ASK_AND_PAINT, "giá vàng hôm nay?")
    page.wait_for_selector("#hd-current .hd-refusal")
    page.click("#hd-new")
    page.wait_for_function("document.querySelectorAll('#hd-past .hd-exchange').length === 100")
    last = page.evaluate(ASK_AND_PAINT, "giá vàng hôm nay?")
    page.wait_for_selector("#hd-current .hd-refusal")
    print(f"question painted after {first:.0f} ms at turn 1, {last:.0f} ms at turn 101")
    assert last < first + 150, f"{first:.0f} ms at turn 1, {last:.0f} ms at turn 101"
