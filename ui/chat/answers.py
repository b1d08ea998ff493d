"""How a verified answer looks: its claims with their chips, how sure it is, and what is copied of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from rag.records import Answer, Claim
from ui import labels as shared
from ui.chat import labels
from ui.chat.cards import chip
from ui.render import NOTHING, Child, Html, element
from ui.sources.articles import copied

MARKER = re.compile(r"\[(\d{1,3})\]")
_MARKERS_BEHIND = re.compile(r"(?: ?\[\d{1,3}\])*")


def answered(message: int, answer: Answer, *buttons: Html) -> Html:
    """The answer, and under it how sure it is, how long it took and what can be done with it."""
    badge = element("span", shared.EXTRACTIVE, class_="hd-badge") if answer.extractive else NOTHING
    text = element("div", *_claims(message, answer), class_="hd-answer")
    sure = element(
        "span",
        labels.confidence(answer.confidence),
        title=labels.confidence_meaning(answer.confidence),
        class_="hd-sure",
    )
    took = element("span", shared.took(answer.timings.total_s, answer.model.llm))
    copy = element(
        "button",
        labels.COPY_ANSWER,
        type="button",
        data_copies=whole(answer),
        data_done=shared.COPIED,
        class_="hd-quiet-button",
    )
    return element("div", badge, text, element("div", sure, took, copy, *buttons, class_="hd-took"), class_="hd-final")


def shown_text(answer: Answer) -> str:
    """The answer without any claim that is not supported; the backend sends none, the screen makes sure."""
    return "".join(answer.answer[start:end] for start, end, _ in _pieces(answer)).strip()


def whole(answer: Answer) -> str:
    """The answer with its markers, and under it each source: quote, title, date, file and offsets."""
    sources = "\n".join(f"[{c.number}] {copied(c)}" for c in answer.citations)
    return f"{shown_text(answer)}\n\n{shared.SOURCES}:\n{sources}"


def _pieces(answer: Answer) -> Iterator[tuple[int, int, Claim | None]]:
    """The text in order: each supported claim with the markers behind it, and what stands between claims."""
    text, position = answer.answer, 0
    for claim in sorted(answer.claims, key=lambda c: c.start):
        if position < claim.start:
            yield position, claim.start, None
        behind = _MARKERS_BEHIND.match(text, claim.end)
        end = behind.end() if behind else claim.end
        if claim.status == "supported":
            yield claim.start, end, claim
        position = end
    yield position, len(text), None


def _claims(message: int, answer: Answer) -> Iterator[Child]:
    """Each claim is an element of its own, so that it can light up with its sources."""
    titles = {c.number: c.title for c in answer.citations}
    for start, end, claim in _pieces(answer):
        parts = _with_chips(answer.answer[start:end], message, titles)
        if claim is None:
            yield from parts
        else:
            cites = " ".join(f"{message}-{number}" for number in claim.citations if number in titles)
            yield element("span", *parts, class_="hd-claim", data_cites=cites)


def _with_chips(text: str, message: int, titles: Mapping[int, str]) -> Iterator[Child]:
    position = 0
    for marker in MARKER.finditer(text):
        number = int(marker[1])
        if number in titles:
            yield text[position : marker.start()].rstrip(" ")
            yield chip(message, number, titles[number])
            position = marker.end()
    yield text[position:]
