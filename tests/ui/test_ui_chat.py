"""The generator between the events of an answer and the screen."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from scripted_backend import SLOW_QUESTION, SON_LA_QUESTION, ScriptedBackend, scripted

from rag.chats.records import Scope
from rag.records import REFUSAL, Status
from ui import labels
from ui.chat.exchange import Conversation, Exchange, Phase, answer, turns
from ui.quality.page import _flag


@pytest.fixture
def fast(tmp_path: Path) -> ScriptedBackend:
    backend = scripted(tmp_path)
    backend.pace = 0
    return backend


def asked(question: str) -> Conversation:
    conversation = Conversation()
    assert conversation.begin(question)
    return conversation


def test_evidence_comes_before_the_draft_and_the_answer_replaces_it(fast: ScriptedBackend) -> None:
    seen = list(answer(fast, asked(SON_LA_QUESTION)))
    first_evidence = next(i for i, e in enumerate(seen) if e.evidence)
    first_draft = next(i for i, e in enumerate(seen) if e.draft)
    assert first_evidence < first_draft
    assert seen[-1].phase is Phase.ANSWERED and seen[-1].draft == "" and seen[-1].answer is not None
    assert seen[-1].evidence == seen[-1].answer.citations


def test_stop_keeps_the_evidence_drops_the_draft_and_closes_the_events(fast: ScriptedBackend) -> None:
    conversation = asked(SLOW_QUESTION)
    for exchange in answer(fast, conversation):
        if exchange.evidence:
            conversation.stop()
    assert exchange.phase is Phase.STOPPED and exchange.evidence and not exchange.draft
    assert fast.stopped.is_set() and not conversation.busy


def test_a_stop_ends_the_model_at_its_very_next_event(fast: ScriptedBackend) -> None:
    conversation = asked(SLOW_QUESTION)
    states = answer(fast, conversation)
    while next(states).status != Status("read", 0.1):
        pass
    conversation.stop()
    assert next(states).phase is Phase.STOPPED and fast.stopped.is_set()


def test_a_closed_tab_closes_the_events(fast: ScriptedBackend) -> None:
    conversation = asked(SLOW_QUESTION)
    states = answer(fast, conversation)
    while not next(states).evidence:
        pass
    states.close()
    assert fast.stopped.is_set()
    assert conversation.current is not None and conversation.current.phase is Phase.STOPPED


def test_a_known_failure_says_its_line_and_a_bug_says_nothing_internal(fast: ScriptedBackend) -> None:
    known = list(answer(fast, asked("lỗi Sơn La")))[-1]
    assert known.phase is Phase.FAILED and known.error.startswith("Mô hình ngôn ngữ gặp lỗi")
    assert known.evidence
    bug = list(answer(fast, asked("lỗi lạ")))[-1]
    assert bug.phase is Phase.FAILED and bug.error == labels.UNEXPECTED


def test_history_holds_answers_and_refusals_only(fast: ScriptedBackend) -> None:
    conversation = Conversation()
    for question in (SON_LA_QUESTION, "giá vàng?", "lỗi Sơn La", "cuối Sơn La"):
        conversation.begin(question)
        list(answer(fast, conversation))
    assert [q for q, _ in fast.histories[-1]] == [SON_LA_QUESTION, "giá vàng?"]
    assert fast.histories[-1][1][1] == REFUSAL


def test_one_question_at_a_time_and_never_a_blank_one(fast: ScriptedBackend) -> None:
    conversation = Conversation()
    assert not conversation.begin("  \n")
    assert list(answer(fast, conversation)) == []
    assert conversation.begin("a") and not conversation.begin("b") and not conversation.clear()
    conversation.stop()
    assert conversation.clear() and conversation.begin("c")
    assert conversation.current is not None and conversation.current.number == 2


def test_stop_while_waiting_ends_at_once_and_asks_nothing(fast: ScriptedBackend) -> None:
    conversation = asked(SON_LA_QUESTION)
    conversation.stop()
    assert not conversation.busy
    assert list(answer(fast, conversation)) == [] and fast.histories == []


def test_every_session_starts_empty() -> None:
    conversation = asked("a")
    assert copy.deepcopy(conversation).current is None


def test_a_question_goes_along_with_the_turns_of_its_own_scope_alone(fast: ScriptedBackend) -> None:
    whole: Exchange = list(answer(fast, asked(SON_LA_QUESTION)))[-1]
    scope = Scope("Họp", ("a",))
    within = replace(whole, question="trong phạm vi", scope=scope)
    for chosen, question in ((scope, "trong phạm vi"), (None, SON_LA_QUESTION)):
        assert [turn[0] for turn in turns([whole, within], chosen)] == [question]


def test_a_flag_keeps_the_turns_and_the_documents_that_its_answer_had(fast: ScriptedBackend) -> None:
    conversation = Conversation()
    scope = Scope("Họp", (fast.documents()[0].id,))
    for conversation.scope in (None, scope):
        assert conversation.begin(SON_LA_QUESTION)
        list(answer(fast, conversation))
    sent = SimpleNamespace(_data={"message": "2", "wrong": "answer"})
    told = _flag(fast, "", conversation, sent)
    again = _flag(fast, "", conversation, sent)
    assert 'data-message="2"' in told and told != again
    kept = fast.flags.all("")[0].seen
    assert (kept["history"], kept["scope"]) == ([], list(scope.document_ids))
