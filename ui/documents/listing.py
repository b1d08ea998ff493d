"""How the documents page looks: the list, what became of each uploaded file, a failure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from rag.records import Document, IngestProgress
from ui import labels
from ui.render import NOTHING, Html, element, group

SHOWN = 200
"""Documents listed at once; the filter finds the others."""


def matching(documents: Iterable[Document], words: str) -> list[Document]:
    """The documents whose title, file or date holds every word."""
    wanted = unicodedata.normalize("NFC", words).lower().split()
    return [d for d in documents if all(word in _searchable(d) for word in wanted)]


def _searchable(document: Document) -> str:
    return f"{document.title} {document.path} {labels.date(_published(document))}".lower()


def _published(document: Document) -> str | None:
    return document.published.value if document.published else None


def listing(documents: Sequence[Document], words: str = "") -> Html:
    """The list, newest first, as cards that also fit a phone."""
    if not documents:
        return element("p", labels.NO_DOCUMENTS, class_="hd-hint")
    found = matching(documents, words)
    shown = found[:SHOWN]
    counted = element("p", labels.count_documents(len(shown), len(documents)), class_="hd-count")
    if not shown:
        return group(counted, element("p", labels.NO_MATCH, class_="hd-hint"))
    return group(counted, element("ul", *(_entry(d) for d in shown), class_="hd-documents"))


def _entry(document: Document) -> Html:
    title = document.title or document.path
    facts = (labels.date(_published(document)), document.path, labels.characters(document.characters))
    about = element(
        "div",
        element("bdi", title, class_="hd-entry-title"),
        element("p", " · ".join(facts), class_="hd-facts"),
    )
    actions = element(
        "div",
        _action("view", labels.VIEW, document.id, title),
        _action("delete", labels.DELETE, document.id, title),
        class_="hd-entry-actions",
    )
    return element("li", about, actions, class_="hd-entry")


def _action(name: str, label: str, document_id: str, title: str) -> Html:
    return element(
        "button",
        label,
        type="button",
        class_=f"hd-{name}",
        data_action=name,
        data_document=document_id,
        data_title=title,
        aria_label=f"{label}: {title}",
    )


def report(outcomes: Sequence[IngestProgress], total: int) -> Html:
    """What became of each uploaded file, with the progress while more are to come."""
    done = outcomes[-1].done if outcomes else 0
    running = NOTHING
    if done < total:
        label = labels.reading(done + 1, total)
        bar = element("progress", max=total, value=done, aria_label=label)
        running = element("div", element("p", label), bar, class_="hd-progress")
    return element("div", running, element("ul", *(_outcome(o) for o in outcomes)), class_="hd-report", role="status")


def _outcome(outcome: IngestProgress) -> Html:
    word = element("strong", labels.OUTCOMES.get(outcome.outcome, outcome.outcome))
    message = element("span", outcome.message, class_="hd-outcome-message") if outcome.message else NOTHING
    return element("li", word, " ", element("bdi", outcome.path), " ", message, class_=f"hd-{outcome.outcome}")


def problem(line: str) -> Html:
    """An action that failed, said where the report stands."""
    return element(
        "div",
        element("p", labels.ERROR, class_="hd-notice-line"),
        element("p", line),
        class_="hd-notice hd-error",
        role="alert",
    )
