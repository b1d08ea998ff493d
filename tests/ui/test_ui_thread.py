"""The past grows by appending: what a question costs does not depend on how many went before."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from scripted_backend import SON_LA_QUESTION, ScriptedBackend, scripted

from ui.chat import labels, thread, updates
from ui.chat.exchange import REMEMBERED, Conversation, Exchange, answer


@pytest.fixture(scope="module")
def fast(tmp_path_factory: pytest.TempPathFactory) -> ScriptedBackend:
    backend = scripted(tmp_path_factory.mktemp("thread"))
    backend.pace = 0
    return backend


@pytest.fixture(scope="module")
def exchange(fast: ScriptedBackend) -> Exchange:
    conversation = Conversation()
    conversation.begin(SON_LA_QUESTION)
    return list(answer(fast, conversation))[-1]


def opened(exchange: Exchange, count: int) -> Conversation:
    conversation = Conversation()
    assert conversation.open([replace(exchange, question=f"câu {n}") for n in range(1, count + 1)])
    return conversation


def sent(update: tuple[Any, ...]) -> int:
    """Characters of the values that an event sends; the session's own state stays on the server."""
    return len(json.dumps([u for u in update if isinstance(u, str)]))


def test_a_question_sends_as_much_at_turn_60_as_at_turn_2(fast: ScriptedBackend) -> None:
    conversation = Conversation()
    sizes = {}
    for turn in range(1, 61):
        total = sent(updates.begin(fast, conversation, SON_LA_QUESTION)[1:])
        sizes[turn] = total + sum(sent(update) for update in updates.follow(fast, conversation))
    assert abs(sizes[60] - sizes[2]) < 0.01 * sizes[2], sizes  # the numbers in the chips have two digits
    assert len(fast.histories[-1]) == REMEMBERED


def test_an_opened_conversation_shows_its_end_and_goes_back_by_pages(fast: ScriptedBackend, exchange: Exchange) -> None:
    conversation = opened(exchange, 45)
    whole = updates.opened(fast, conversation)
    past, sources = whole[3], whole[5]
    assert "câu 45<" in past and "câu 26<" in past and "câu 25<" not in past
    assert sources.count("<ol>") == thread.SHOWN
    assert 'data-before="26"' in past
    earlier, _ = updates.earlier(fast, conversation, "26")
    assert "câu 6<" in earlier and "câu 25<" in earlier and 'data-before="6"' in earlier
    first, articles = updates.earlier(fast, conversation, "6")
    assert first.count("<section") == 5 and "data-before" not in first and articles.count("<ol>") == 5


@pytest.mark.parametrize("before", [None, "x", "-1", "1", "0", ["6"], "²", 6.5])
def test_what_a_page_says_of_its_first_exchange_is_not_trusted(
    fast: ScriptedBackend, exchange: Exchange, before: object
) -> None:
    assert not any(isinstance(u, str) for u in updates.earlier(fast, opened(exchange, 3), before))


def test_numbers_never_repeat_in_a_session(exchange: Exchange) -> None:
    conversation = opened(exchange, 3)
    assert conversation.open([exchange] * 2)
    assert [e.number for e in conversation.past] == [4, 5]
    conversation.begin("mới")
    assert conversation.current is not None and conversation.current.number == 6
    assert not conversation.open([exchange]), "one is being answered"


def test_what_goes_into_the_thread_is_compared_with_the_library_once_more(fast: ScriptedBackend) -> None:
    conversation = Conversation()
    updates.begin(fast, conversation, SON_LA_QUESTION)
    list(updates.follow(fast, conversation))
    assert conversation.current is not None and conversation.current.answer is not None
    fast.delete([conversation.current.answer.citations[0].document_id])
    appended = updates.begin(fast, conversation, "giá vàng hôm nay?")[3]
    assert labels.CHANGED in appended
