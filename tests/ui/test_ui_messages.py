"""How an exchange looks, without a browser."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from scripted_backend import FALSE_QUESTION, SON_LA_QUESTION, ScriptedBackend, scripted

from rag.records import Answer, Claim, Corroboration, Done
from ui import labels
from ui.chat import cards, messages
from ui.chat.exchange import Conversation, Exchange, Phase, answer
from ui.sources import articles


@pytest.fixture
def fast(tmp_path: Path) -> ScriptedBackend:
    backend = scripted(tmp_path)
    backend.pace = 0
    return backend


def last(backend: ScriptedBackend, question: str) -> Exchange:
    conversation = Conversation()
    assert conversation.begin(question)
    return list(answer(backend, conversation))[-1]


def done(backend: ScriptedBackend, question: str = SON_LA_QUESTION) -> Answer:
    return next(event.answer for event in backend.ask(question, []) if isinstance(event, Done))


def test_an_unsupported_claim_never_shows(fast: ScriptedBackend) -> None:
    final = done(fast)
    false = Claim(final.claims[1].text, final.claims[1].start, final.claims[1].end, "unsupported", (2,))
    shown = messages.shown_text(replace(final, claims=(final.claims[0], false)))
    assert shown == final.claims[0].text


def test_a_marker_without_its_citation_stays_text(fast: ScriptedBackend) -> None:
    exchange = last(fast, SON_LA_QUESTION)
    assert exchange.answer is not None
    odd = replace(exchange.answer, answer="Xem điều [7] và [x].", claims=())
    markup = messages.exchange(replace(exchange, answer=odd)).markup
    assert "Xem điều [7] và [x]." in markup


def test_a_draft_is_announced_as_one_and_gone_when_done(fast: ScriptedBackend) -> None:
    conversation = Conversation()
    conversation.begin(SON_LA_QUESTION)
    seen = list(answer(fast, conversation))
    drafts = [messages.exchange(e).markup for e in seen if e.draft]
    assert drafts and all(labels.DRAFT in markup for markup in drafts)
    assert "Bịa" in drafts[-1] and "Bịa" not in messages.exchange(seen[-1]).markup


def test_every_reason_and_stage_has_words() -> None:
    assert set(labels.REASONS) == {"no_evidence", "not_answered", "unverified"}
    assert set(labels.STAGES) == {"search", "load", "read", "write", "verify"}


@pytest.mark.parametrize(
    ("published", "shown"),
    [("2024-10-22", "22/10/2024"), ("2024-10", "10/2024"), ("2024", "2024"), (None, "không rõ ngày")],
)
def test_dates(published: str | None, shown: str) -> None:
    assert labels.date(published) == shown


def test_gradio_words_are_vietnamese_for_every_locale() -> None:
    assert labels.GRADIO["vi"] == labels.GRADIO["en"]


def test_past_exchanges_are_all_finished(fast: ScriptedBackend) -> None:
    assert last(fast, "giá vàng hôm nay?").phase is Phase.ANSWERED


@pytest.mark.parametrize("reason", labels.REASONS)
def test_a_refusal_tells_its_reason_unless_it_can_name_what_is_wrong(fast: ScriptedBackend, reason: str) -> None:
    plain, corrected = last(fast, "giá vàng hôm nay?"), last(fast, FALSE_QUESTION)
    for shown, told in ((plain, True), (corrected, False)):
        assert shown.answer is not None
        answer = replace(shown.answer, reason=reason)
        assert (labels.REASONS[reason] in messages.exchange(replace(shown, answer=answer)).markup) is told


def test_the_panel_gets_the_article_that_a_correction_cites(fast: ScriptedBackend) -> None:
    exchange = last(fast, FALSE_QUESTION)
    assert exchange.answer is not None and exchange.answer.correction is not None
    cited = exchange.answer.correction.citation
    (marked,) = [a for a in articles.gather(fast, exchange) if a.citations]
    assert (marked.document.id, marked.citations) == (cited.document_id, [cited])
    assert f'data-cite="{exchange.number}-1"' in articles.bundle(exchange.number, [marked]).markup


def test_a_refusal_does_not_say_that_it_answered(fast: ScriptedBackend) -> None:
    spoken = {q: messages.exchange(last(fast, q)).markup for q in (SON_LA_QUESTION, "giá vàng?", "Chào bạn")}
    assert [labels.ANSWERED in markup for markup in spoken.values()] == [True, False, False]


def test_a_card_says_how_many_papers_print_its_sentence_and_escapes_their_titles(fast: ScriptedBackend) -> None:
    exchange = last(fast, SON_LA_QUESTION)
    cited = exchange.evidence[0]
    rest = {name: getattr(cited, name) for name in ("published", "start", "end", "quote", "document_sha256")}
    other = Corroboration(document_id="x", title="<img src=x>", path="x.txt", **rest)
    assert "nguồn cùng đưa" not in cards.card(1, cited, None).markup
    shown = cards.card(1, replace(cited, also=(other,)), None).markup
    assert labels.sources(2) == "2 nguồn cùng đưa"
    assert "2 nguồn cùng đưa" in shown
    assert "&lt;img src=x&gt;" in shown and "<img" not in shown
