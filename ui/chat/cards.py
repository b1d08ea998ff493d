"""The chips and the cards that show a quote with where it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from rag.records import Citation, ShortAnswer
from ui import labels
from ui.chat import labels as words
from ui.chat.exchange import Exchange
from ui.render import NOTHING, Child, Html, element

CARDS_SHOWN = 3


def chip(message: int, number: int, title: str) -> Html:
    """A link the page itself follows: it opens the source panel at this citation."""
    return element(
        "a",
        str(number),
        class_="cite",
        href=f"#cite-{message}-{number}",
        aria_label=labels.source_of(number, title),
    )


def quotes(e: Exchange) -> Html:
    """The evidence while an answer is written, then the sources it cites."""
    heading = labels.SOURCES if e.answer else labels.EVIDENCE
    short = e.answer.short_answer if e.answer else None
    cards = [card(e.number, citation, short, stale=citation.number in e.stale) for citation in e.evidence]
    rest = cards[CARDS_SHOWN:]
    more = NOTHING
    if rest:
        summary = element("summary", labels.more_quotes(len(rest)))
        more = element("details", summary, element("ul", *rest, class_="hd-cards"))
    shown = element("ul", *cards[:CARDS_SHOWN], class_="hd-cards")
    return element("div", element("h3", heading), shown, more, class_="hd-quotes")


def card(message: int, citation: Citation, short: ShortAnswer | None, *, stale: bool = False) -> Html:
    """One quote with its chip, title and date; the short answer inside it stands out.

    A `stale` one says that its document is no longer what was cited.
    """
    head = element(
        "div",
        chip(message, citation.number, citation.title),
        element("bdi", citation.title or citation.path, class_="hd-card-title"),
        element("span", labels.place_and_date(citation), class_="hd-card-date"),
        class_="hd-card-head",
    )
    quote = element("blockquote", *_emphasised(citation, short))
    note = element("p", words.CHANGED, class_="hd-stale") if stale else NOTHING
    key = f"{message}-{citation.number}"
    return element("li", head, quote, note, _also(citation), class_="hd-card", data_cite=key)


def _also(citation: Citation) -> Html:
    """How many papers print the same sentence; opened, which other ones."""
    if not citation.also:
        return NOTHING
    items = (element("li", element("bdi", f"{c.title or c.path} ({labels.date(c.published)})")) for c in citation.also)
    return element("details", element("summary", labels.sources(citation.sources)), element("ul", *items))


def _emphasised(citation: Citation, short: ShortAnswer | None) -> Iterator[Child]:
    quote = citation.quote
    if short and short.document_id == citation.document_id and _inside(short, citation):
        start, end = short.start - citation.start, short.end - citation.start
        yield quote[:start]
        yield element("strong", quote[start:end])
        yield quote[end:]
    else:
        yield quote


def _inside(short: ShortAnswer, citation: Citation) -> bool:
    return citation.start <= short.start < short.end <= citation.end
