"""How an exchange looks: question, then answer, draft, refusal or error, then the quotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rag.records import Answer, Correction
from ui import labels
from ui.chat.cards import chip, quotes
from ui.chat.exchange import Exchange, Phase
from ui.quality.complaint import flag_button
from ui.render import NOTHING, Child, Html, element, group

MARKER = re.compile(r"\[(\d{1,3})\]")


def conversation(exchanges: Iterable[Exchange]) -> Html:
    return group(*(exchange(e) for e in exchanges))


def exchange(e: Exchange) -> Html:
    return element(
        "section",
        element("div", element("bdi", e.question), class_="hd-question"),
        element("div", *_reply(e), class_="hd-reply", data_announce=_announcement(e)),
        class_="hd-exchange",
        data_phase=e.phase,
        data_message=e.number,
    )


def _reply(e: Exchange) -> Iterator[Html]:
    if e.standalone and e.standalone != e.question:
        yield element("p", f"{labels.UNDERSTOOD} ", element("bdi", e.standalone), class_="hd-understood")
    if e.answer is not None:
        yield _final(e.number, e.answer)
        yield flag_button(e.number, e.answer)
    elif e.phase is Phase.FAILED:
        yield _notice("hd-error", labels.ERROR, e.error, role="alert")
    elif e.phase is Phase.STOPPED:
        kept = labels.STOPPED_KEPT if e.evidence else labels.STOPPED_NOTHING
        yield _notice("hd-stopped", labels.STOPPED, kept)
    else:
        yield _progress(e)
    if e.evidence and not (e.answer and e.answer.refused):
        yield quotes(e)


def _final(message: int, answer: Answer) -> Html:
    if answer.refused:
        return _refusal(message, answer)
    if not answer.claims:  # a greeting states nothing that a source could prove, and took no time
        return element("p", shown_text(answer), class_="hd-courtesy")
    return _answer(message, answer)


def _answer(message: int, answer: Answer) -> Html:
    titles = {c.number: c.title for c in answer.citations}
    badge = element("span", labels.EXTRACTIVE, class_="hd-badge") if answer.extractive else NOTHING
    text = element("div", *_with_chips(shown_text(answer), message, titles), class_="hd-answer")
    took = element("p", labels.took(answer.timings.total_s, answer.model.llm), class_="hd-took")
    return element("div", badge, text, took, class_="hd-final")


def shown_text(answer: Answer) -> str:
    """The answer without any claim that is not supported; the backend sends none, the screen makes sure."""
    text = answer.answer
    for claim in sorted(answer.claims, key=lambda c: c.start, reverse=True):
        if claim.status != "supported":
            text = text[: claim.start] + text[claim.end :]
    return text.strip()


def _with_chips(text: str, message: int, titles: dict[int, str]) -> Iterator[Child]:
    position = 0
    for marker in MARKER.finditer(text):
        number = int(marker[1])
        if number in titles:
            yield text[position : marker.start()].rstrip(" ")
            yield chip(message, number, titles[number])
            position = marker.end()
    yield text[position:]


def _refusal(message: int, answer: Answer) -> Html:
    reason = element("p", labels.REASONS.get(answer.reason or "", ""))
    related = element("ul", *(_related(message, r.document_id, r.title) for r in answer.related))
    return element(
        "div",
        element("p", answer.answer, class_="hd-notice-line"),
        _correction(message, answer.correction) if answer.correction else reason,
        element("div", element("h3", labels.RELATED), related, class_="hd-related") if answer.related else NOTHING,
        class_="hd-notice hd-refusal",
    )


def _correction(message: int, correction: Correction) -> Html:
    mark = chip(message, 1, correction.citation.title)
    return element("p", f"{correction.text} ", mark, class_="hd-correction")


def _related(message: int, document_id: str, title: str) -> Html:
    link = element("a", title or document_id, href=f"#document-{message}", data_document=document_id)
    return element("li", link)


def _notice(kind: str, heading: str, line: str, role: str | None = None) -> Html:
    return element(
        "div",
        element("p", heading, class_="hd-notice-line"),
        element("p", line),
        class_=f"hd-notice {kind}",
        role=role,
    )


def _progress(e: Exchange) -> Html:
    label = _stage(e)
    if e.draft:
        tag = element("p", labels.DRAFT, class_="hd-draft-tag")
        return element("div", tag, element("div", e.draft, class_="hd-draft-text"), class_="hd-draft")
    fraction = e.status.fraction if e.status else 0.0
    bar = element("progress", max="1", value=f"{fraction:.2f}", aria_label=label) if fraction > 0 else NOTHING
    percent = f" {round(fraction * 100)} %" if fraction > 0 else ""
    return element("div", element("p", label + percent), bar, class_="hd-progress")


def _stage(e: Exchange) -> str:
    if e.status is None:
        return labels.WAITING
    return labels.STAGES.get(e.status.stage, labels.STAGES["search"])


def _announcement(e: Exchange) -> str:
    """What a screen reader hears when it changes; never the tokens of a draft."""
    if e.answer is not None:
        return _spoken(e.answer)
    if e.phase is Phase.STOPPED:
        return labels.STOPPED
    if e.phase is Phase.FAILED:
        return ""
    return labels.DRAFT if e.draft else _stage(e)


def _spoken(answer: Answer) -> str:
    """The answer as it is read aloud: no marker, and of a refusal what contradicts the question too."""
    text = MARKER.sub("", shown_text(answer))
    if answer.refused:
        return " ".join((text, answer.correction.text)) if answer.correction else text
    return f"{labels.ANSWERED} {text}" if answer.claims else text
