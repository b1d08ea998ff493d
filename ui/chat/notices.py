"""What ends a question without an answer: a refusal, an error, a stop; none looks like another."""

from __future__ import annotations

from collections.abc import Iterator

from rag.records import Answer, Correction
from ui import labels as shared
from ui.chat import labels
from ui.chat.cards import chip
from ui.chat.exchange import Exchange
from ui.render import NOTHING, Html, element


def refusal(e: Exchange, answer: Answer) -> Html:
    """What was searched, what is nearest and how to ask better."""
    told = _correction(e, answer.correction) if answer.correction else _reason(answer)
    return element(
        "div",
        element("p", answer.answer, class_="hd-notice-line"),
        told,
        *_searched(e, answer),
        *_confined(e),
        _nearest(e.number, answer),
        class_="hd-notice hd-refusal",
    )


def failure(e: Exchange) -> Html:
    return _notice("hd-error", shared.ERROR, e.error, _again(), role="alert")


def stopped(e: Exchange) -> Html:
    kept = shared.STOPPED_KEPT if e.evidence else shared.STOPPED_NOTHING
    return _notice("hd-stopped", shared.STOPPED, kept, _again())


def _reason(answer: Answer) -> Html:
    return element("p", shared.REASONS.get(answer.reason or "", ""))


def _searched(e: Exchange, answer: Answer) -> Iterator[Html]:
    if e.searched is not None:
        asked = element("q", element("bdi", answer.standalone_question))
        yield element("p", f"{labels.searched(e.searched)} ", asked, ".", class_="hd-searched")
    advice = "" if answer.correction else labels.ADVICE.get(answer.reason or "", "")
    if advice:
        yield element("p", element("strong", f"{labels.HOW_TO_ASK}: "), advice, class_="hd-advice")


def _confined(e: Exchange) -> Iterator[Html]:
    """What a scope left out, and the way out of it."""
    if e.scope:
        yield element("p", f"{labels.CONFINED} ", element("bdi", e.scope.name), class_="hd-confined")
        ask = element("button", labels.EVERYWHERE, type="button", data_everywhere=e.question, class_="hd-plain")
        yield element("p", ask)


def _nearest(message: int, answer: Answer) -> Html:
    if not answer.related:
        return NOTHING
    items = (_related(message, r.document_id, r.title) for r in answer.related)
    return element("div", element("h3", labels.NEAREST), element("ul", *items), class_="hd-nearest")


def _related(message: int, document_id: str, title: str) -> Html:
    link = element("a", title or document_id, href=f"#document-{message}", data_document=document_id)
    return element("li", link)


def _correction(e: Exchange, correction: Correction) -> Html:
    mark = chip(e.number, correction.citation.number, correction.citation.title)
    note = f" {labels.CHANGED}" if e.stale else ""
    return element("p", f"{correction.text} ", mark, note, class_="hd-correction")


def _again() -> Html:
    """The page itself asks the question of its exchange once more."""
    return element("p", element("button", labels.AGAIN, type="button", data_again=True, class_="hd-plain"))


def _notice(kind: str, heading: str, line: str, *more: Html, role: str | None = None) -> Html:
    return element(
        "div",
        element("p", heading, class_="hd-notice-line"),
        element("p", line),
        *more,
        class_=f"hd-notice {kind}",
        role=role,
    )
