"""How the list of documents looks: cards that also fit a phone, reprints folded under the one they repeat."""

from __future__ import annotations

from rag.records import Document
from ui import labels as common
from ui.documents import labels
from ui.documents.shelf import PAGE, Entry, Selection, Shelf
from ui.downloads import link
from ui.render import NOTHING, Html, element, group


def listing(shelf: Shelf, selection: Selection) -> Html:
    """The count, the cards, and the button that shows more."""
    if not shelf.documents:
        return element("p", labels.NO_DOCUMENTS, class_="hd-hint")
    counted = labels.count(selection.found, len(shelf.documents), selection.total)
    head = element(
        "div",
        element("p", counted, class_="hd-count", role="status"),
        action("select-shown", labels.SELECT_SHOWN) if selection.entries else NOTHING,
        class_="hd-list-head",
    )
    hints = (element("p", labels.not_a_date(text), class_="hd-hint") for text in selection.not_dates)
    if not selection.entries:
        return group(head, *hints, element("p", labels.NO_MATCH, class_="hd-hint"))
    cards = element("ul", *(_entry(shelf, entry) for entry in selection.entries), class_="hd-documents")
    left = selection.total - len(selection.entries)
    return group(head, *hints, cards, action("more", labels.more(left, PAGE)) if left else NOTHING)


def action(name: str, label: str, about: str = "", **data: str) -> Html:
    """A button whose click the script sends as the event of its name, with its data."""
    spoken = f"{label}: {about}" if about else None
    return element(
        "button", label, type="button", class_=f"hd-button hd-{name}", data_action=name, aria_label=spoken, **data
    )


def _entry(shelf: Shelf, entry: Entry) -> Html:
    return element("li", _card(shelf, entry.document), _reprints(shelf, entry), class_="hd-entry")


def _reprints(shelf: Shelf, entry: Entry) -> Html:
    if not entry.reprints:
        return NOTHING
    cards = (element("li", _card(shelf, document)) for document in entry.reprints)
    summary = element("summary", labels.prints(len(entry.reprints)))
    return element("details", summary, element("ul", *cards), class_="hd-reprints")


def _card(shelf: Shelf, document: Document) -> Html:
    title = document.title or document.path
    check = element(
        "button",
        type="button",
        role="checkbox",
        aria_checked="false",
        aria_label=f"{labels.SELECT}: {title}",
        class_="hd-check",
        data_action="select",
        data_document=document.id,
    )
    about = element(
        "div",
        element("bdi", title, class_="hd-entry-title"),
        element("p", *_facts(document), class_="hd-facts"),
        _badges(shelf, document),
        class_="hd-about",
    )
    return element("div", check, about, _actions(shelf, document, title), class_="hd-card-row")


def _facts(document: Document) -> list[Html | str]:
    published = common.date(document.published.value if document.published else None)
    read = labels.read_on(common.date(document.ingested_at[:10]))
    return [published, " · ", element("bdi", document.path), " · ", read]


def _badges(shelf: Shelf, document: Document) -> Html:
    stale = shelf.stale.get(document.id)
    badges = [element("span", labels.NEW, class_="hd-tag hd-tag-new")] if shelf.is_new(document) else []
    if stale:
        word = labels.CHANGED if stale == "changed" else labels.GONE
        badges.append(element("span", word, class_="hd-tag hd-tag-stale"))
    return element("p", *badges, class_="hd-tags") if badges else NOTHING


def _actions(shelf: Shelf, document: Document, title: str) -> Html:
    stale = shelf.stale.get(document.id)
    original = element(
        "a",
        labels.ORIGINAL,
        href=link("original", document.id, "file"),
        download=True,
        class_="hd-button",
        aria_label=f"{labels.ORIGINAL}: {title}",
    )
    return element(
        "div",
        action("view", labels.VIEW, title, data_document=document.id, data_version=document.sha256[:12]),
        action("reread", labels.REREAD, title, data_document=document.id) if stale == "changed" else NOTHING,
        NOTHING if stale == "gone" else original,
        action("delete", labels.DELETE, title, data_document=document.id),
        class_="hd-entry-actions",
    )
