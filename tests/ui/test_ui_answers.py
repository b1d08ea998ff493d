"""What an answer, a refusal and an unfinished question say, without a browser."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from scripted_backend import FALSE_QUESTION, SON_LA_QUESTION, ScriptedBackend, scripted

from rag.errors import GenerationFailed, UnknownDocument
from rag.records import Answer, Claim, Done, Status, Token
from ui.chat import answers, labels, messages
from ui.chat.exchange import Conversation, Exchange, Phase, answer
from ui.chat.pace import Pace
from ui.chat.updates import DRAFT_SECONDS, calmly
from ui.errors import STEPS, on_screen


@pytest.fixture(scope="module")
def fast(tmp_path_factory: pytest.TempPathFactory) -> ScriptedBackend:
    backend = scripted(tmp_path_factory.mktemp("answers"))
    backend.pace = 0
    return backend


@pytest.fixture(scope="module")
def done(fast: ScriptedBackend) -> Answer:
    return next(event.answer for event in fast.ask(SON_LA_QUESTION, []) if isinstance(event, Done))


def last(backend: ScriptedBackend, question: str) -> Exchange:
    conversation = Conversation()
    assert conversation.begin(question)
    return list(answer(backend, conversation))[-1]


def written(text: str, *claims: tuple[str, str, tuple[int, ...]]) -> dict[str, object]:
    """The fields of an answer whose claims are these stretches of it."""
    found = (Claim(part, text.index(part), text.index(part) + len(part), status, n) for part, status, n in claims)
    return {"answer": text, "claims": tuple(found)}


def test_each_claim_is_an_element_with_its_chips_inside(done: Answer) -> None:
    two = written("- Một ý [1][2]\n- Hai ý [2]", ("Một ý", "supported", (1, 2)), ("Hai ý", "supported", (2,)))
    markup = answers.answered(3, replace(done, **two)).markup
    first, second = re.findall(r'<span class="hd-claim" data-cites="([^"]*)">(.*?)</span>', markup, re.S)
    assert first[0] == "3-1 3-2" and first[1].startswith("Một ý<a") and first[1].count("<a ") == 2
    assert second[0] == "3-2" and second[1].startswith("Hai ý<a")


def test_an_unsupported_claim_goes_with_its_markers(done: Answer) -> None:
    bad = written("Sai [1]. Đúng [2].", ("Sai", "unsupported", (1,)), ("Đúng", "supported", (2,)))
    assert answers.shown_text(replace(done, **bad)) == ". Đúng [2]."
    assert "Sai" not in answers.answered(1, replace(done, **bad)).markup.split("data-copies")[0]
    assert "Sai" not in answers.whole(replace(done, **bad))


def test_what_is_copied_of_an_answer_names_its_sources(done: Answer) -> None:
    copied = answers.whole(done)
    assert copied.startswith(done.answer + "\n\nNguồn:\n[1] “Sáng 22/10")
    assert copied.count("ký tự") == 2 and "[2] “Kinh tế" in copied


@pytest.mark.parametrize(
    ("probability", "word"), [(0.99, "cao"), (0.85, "cao"), (0.84, "vừa"), (0.6, "vừa"), (0.3, "thấp")]
)
def test_confidence_in_a_word(probability: float, word: str) -> None:
    assert labels.confidence(probability).endswith(word)
    assert str(round(100 * probability)) in labels.confidence_meaning(probability)


def test_a_refusal_says_what_was_searched_and_how_to_ask(fast: ScriptedBackend) -> None:
    markup = messages.exchange(last(fast, "giá vàng hôm nay?")).markup
    assert "Đã tìm trong 5 tài liệu với câu" in markup and "giá vàng hôm nay?</bdi></q>" in markup
    assert labels.ADVICE["no_evidence"] in markup and labels.NEAREST in markup
    corrected = messages.exchange(last(fast, FALSE_QUESTION)).markup
    assert "Đã tìm trong 5 tài liệu với câu" in corrected and labels.HOW_TO_ASK not in corrected
    assert set(labels.ADVICE) == {"no_evidence", "not_answered", "unverified"}


def test_an_error_and_a_stop_offer_to_ask_again_and_a_refusal_does_not(fast: ScriptedBackend) -> None:
    stopped = replace(last(fast, SON_LA_QUESTION), phase=Phase.STOPPED, answer=None)
    asks = [messages.exchange(e).markup for e in (last(fast, "lỗi Sơn La"), stopped, last(fast, "giá vàng?"))]
    assert [labels.AGAIN in markup for markup in asks] == [True, True, False]


def test_a_card_of_a_changed_document_says_so(fast: ScriptedBackend) -> None:
    exchange = replace(last(fast, SON_LA_QUESTION), stale=frozenset({2}))
    cards = messages.exchange(exchange).markup.split('<li class="hd-card"')
    assert [labels.CHANGED in card for card in cards[1:]] == [False, True]


def test_time_left_is_known_after_two_seconds_of_reading() -> None:
    now = iter([10.0, 11.0, 12.5, 13.0])
    pace = Pace(lambda: next(now))
    assert pace.seconds_left(Status("search", 0)) is None
    assert [pace.seconds_left(Status("read", f)) for f in (0.1, 0.2, 0.35)] == [None, None, pytest.approx(6.5)]
    assert pace.seconds_left(Token("x")) is None


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 giây"), (7.4, "7 giây"), (12.6, "15 giây"), (60, "60 giây"), (200, "3 phút")]
)
def test_time_left_in_words(seconds: float, words: str) -> None:
    assert labels.time_left(seconds) == f"còn khoảng {words}"


def test_time_left_stands_behind_the_stage(fast: ScriptedBackend) -> None:
    reading = Exchange(1, "q", Phase.WORKING, status=Status("read", 0.4), seconds_left=12)
    assert "Đang đọc các câu trích… 40 %, còn khoảng 10 giây" in messages.exchange(reading).markup


def test_drafts_come_no_faster_than_the_eye_and_all_else_at_once() -> None:
    base = Exchange(1, "q", Phase.WORKING)
    drafts = [replace(base, draft="x" * n) for n in range(1, 41)]
    end = replace(base, phase=Phase.ANSWERED)
    times = (n * DRAFT_SECONDS / 4 for n in range(1000))
    shown = list(calmly((e for e in [base, *drafts, end]), lambda: next(times)))
    assert shown[0] is base and shown[-1] is end and 5 < len(shown) < 25


def test_an_error_on_screen_names_no_step_of_the_command_line() -> None:
    assert on_screen(GenerationFailed()) == "Mô hình ngôn ngữ gặp lỗi khi viết câu trả lời. Hãy bấm Hỏi lại."
    assert on_screen(UnknownDocument(next_step="Hãy đợi.")).endswith("Hãy đợi.")
    assert all("hoidap" not in on_screen(kind()) and "--" not in on_screen(kind()) for kind in STEPS)
