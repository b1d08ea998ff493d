"""What is kept of a conversation and how the list reads, without a browser."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from chat_cases import FAILED, STOPPED, answered, refused
from scripted_backend import ATTACK, SON_LA_QUESTION, ScriptedBackend, scripted

from rag.chats.records import Chat
from rag.errors import DiskFull, UnknownChat
from ui.chat.exchange import Conversation, answer
from ui.history import exports, labels, listing, updates
from ui.history.keeping import exchange_of, keep, reopened, turn_of

TODAY = date(2026, 11, 22)


@pytest.fixture
def fast(tmp_path: Path) -> ScriptedBackend:
    backend = scripted(tmp_path)
    backend.pace = 0
    return backend


def asked(backend: ScriptedBackend, conversation: Conversation, question: str, user: str = "") -> None:
    assert conversation.begin(question)
    list(answer(backend, conversation))
    keep(backend, user, conversation)


@pytest.mark.parametrize("turn", [answered(), refused(), STOPPED, FAILED])
def test_a_turn_becomes_the_same_turn_again(turn: Any) -> None:
    assert turn_of(exchange_of(turn)) == turn


def test_each_exchange_is_saved_once_and_goes_on_after_reopening(fast: ScriptedBackend) -> None:
    first = Conversation()
    asked(fast, first, SON_LA_QUESTION)
    asked(fast, first, "giá vàng hôm nay?")
    keep(fast, "", first)
    second = Conversation()
    assert first.chat_id and reopened(fast, "", first.chat_id, second)
    assert [e.question for e in second.past] == [SON_LA_QUESTION, "giá vàng hôm nay?"]
    assert second.past[1].searched == 5 and second.past[0].answer == first.past[0].answer
    asked(fast, second, "Còn kinh tế?")
    assert [question for question, _ in fast.histories[-1]] == [SON_LA_QUESTION, "giá vàng hôm nay?"]
    assert second.chat_id == first.chat_id and len(fast.chats.turns("", first.chat_id)) == 3


def test_what_could_not_be_saved_is_said_and_saved_with_the_next(
    fast: ScriptedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = Conversation()

    def full(*_: Any) -> Any:
        raise DiskFull()

    with monkeypatch.context() as patch:
        patch.setattr("rag.chats.store.ChatStore.add", full)
        asked(fast, conversation, SON_LA_QUESTION)
    assert conversation.current is not None and conversation.current.answer and conversation.chat_id is None
    _, note = updates.fresh(fast, "", conversation, "")
    assert "Chưa lưu được. Ổ đĩa không đủ chỗ trống." in note
    asked(fast, conversation, "Chào bạn")
    assert conversation.not_kept == "" and conversation.chat_id
    assert [turn.question for turn in fast.chats.turns("", conversation.chat_id)] == [SON_LA_QUESTION, "Chào bạn"]


def test_a_chat_that_was_deleted_meanwhile_begins_anew(fast: ScriptedBackend) -> None:
    conversation = Conversation()
    asked(fast, conversation, SON_LA_QUESTION)
    deleted = str(conversation.chat_id)
    fast.chats.delete("", deleted)
    asked(fast, conversation, "Chào bạn")
    assert conversation.chat_id not in (None, deleted)
    assert [turn.question for turn in fast.chats.turns("", str(conversation.chat_id))] == ["Chào bạn"]


class Event:
    def __init__(self, **data: Any) -> None:
        self._data = data


def test_what_a_browser_sends_reaches_no_chat_of_another(fast: ScriptedBackend) -> None:
    hers = fast.chats.add("lan", None, answered("Của Lan"))
    conversation = Conversation()
    for action in ("open", "rename", "delete"):
        *_, found, note = updates.act(fast, "minh", conversation, "", Event(action=action, chat=hers.id, title="x"))
        assert "Không có cuộc trò chuyện này." in note and "Của Lan" not in found
    for form in ("md", "docx", "json", "exe"):
        with pytest.raises(UnknownChat):
            exports.chat(fast, "minh", hers.id, form)
    assert conversation.past == [] and fast.chats.page("lan", limit=9) == [hers]


@pytest.mark.parametrize(
    "data", [{}, {"action": 7}, {"action": "more", "shown": "x"}, {"action": "open", "chat": None}]
)
def test_nonsense_from_a_browser_changes_nothing(fast: ScriptedBackend, data: dict[str, Any]) -> None:
    fast.chats.add("", None, answered())
    *_, found, _ = updates.act(fast, "", Conversation(), "", Event(**data))
    assert "Đoàn làm việc" in found


def test_a_hostile_title_is_a_file_name_and_markup_nowhere(fast: ScriptedBackend) -> None:
    chat = fast.chats.add("", None, answered(ATTACK))
    name = exports.chat(fast, "", chat.id, "md").name
    assert name.endswith(".md") and not set(name) & set('\\/:*?"<>|')
    found, _ = updates.fresh(fast, "", Conversation(), "")
    assert "<script" not in found and "<img" not in found and "{{" not in found


def chat(day: str) -> Chat:
    moment = datetime.fromisoformat(f"{day}T12:00:00").astimezone()
    return Chat("c" * 24, "", f"Chuyện {day}", moment.isoformat(), moment.isoformat(), 1)


@pytest.mark.parametrize(
    ("day", "heading"),
    [
        ("2026-11-23", labels.TODAY),  # of a clock that was put back
        ("2026-11-22", labels.TODAY),
        ("2026-11-21", labels.YESTERDAY),
        ("2026-11-16", labels.WEEK),
        ("2026-11-15", labels.OLDER),
    ],
)
def test_chats_stand_under_their_day(day: str, heading: str) -> None:
    assert listing.day_of(chat(day), TODAY) == heading


def test_more_are_offered_only_where_there_are_more() -> None:
    chats = [chat("2026-11-22")] * 4

    def shown(number: int) -> str:
        return listing.listing(chats, shown=number, query="", current=None, today=TODAY).markup

    assert labels.MORE in shown(3) and shown(3).count("<li") == 3
    assert labels.MORE not in shown(4) and shown(4).count("<li") == 4
