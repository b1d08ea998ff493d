"""Links from what is shown to where it stands: the citations of a page and the articles sent with it."""

from __future__ import annotations

from collections.abc import Iterable

from rag.errors import UnknownDocument
from rag.meetings.records import Stated
from rag.records import Citation
from ui import labels as shared
from ui.backend import Backend
from ui.render import Html, element
from ui.sources import articles
from ui.sources.articles import Article


class Marks:
    """Numbers each span that a page shows, in the order of the page.

    Args:
        name: of the page, without a hyphen; the source panel keeps the articles under it.
        document_ids: of the documents that the page shows spans of; one that is gone is left out.
    """

    def __init__(self, backend: Backend, name: str, document_ids: Iterable[str]) -> None:
        self._name = name
        self._articles: dict[str, Article] = {}
        self._numbers: dict[tuple[str, int, int], Citation] = {}
        for document_id in document_ids:
            try:
                self._articles.setdefault(document_id, articles.load(backend, document_id))
            except UnknownDocument:
                continue

    def number(self, document_id: str, stated: Stated) -> int:
        """The number of a span's citation; 0 when its document is gone or no longer says that there."""
        article = self._articles.get(document_id)
        if article is None or article.text[stated.start : stated.end] != stated.text:
            return 0
        key = (document_id, stated.start, stated.end)
        if key not in self._numbers:
            self._numbers[key] = _citation(len(self._numbers) + 1, article, stated)
        return self._numbers[key].number

    def link(self, document_id: str, stated: Stated) -> Html:
        """The words themselves, which open the article where they stand."""
        number = self.number(document_id, stated)
        words = element("bdi", " ".join(stated.text.split()))
        return element("a", words, href=f"#cite-{self._name}-{number}", class_="hd-stated") if number else words

    def chip(self, number: int, label: str) -> Html:
        return element("a", label, href=f"#cite-{self._name}-{number}", class_="cite")

    def document_link(self, document_id: str) -> Html:
        """The title of an article with its date, which opens it."""
        article = self._articles.get(document_id)
        if article is None:
            return element("span", document_id)
        document = article.document
        title = element("bdi", document.title or document.path)
        date = shared.date(document.published.value if document.published else None)
        opened = element("a", title, href=f"#document-{self._name}", data_document=document_id, class_="hd-stated")
        return element("span", opened, f" ({date})")

    def citations(self) -> list[Citation]:
        """Of all spans that were linked so far, by number."""
        return list(self._numbers.values())

    def bundle(self) -> Html:
        """What the source panel needs so that no link asks the server again."""
        cited = [
            Article(a.document, a.text, a.spans, [c for c in self.citations() if c.document_id == key])
            for key, a in self._articles.items()
        ]
        return articles.bundle(self._name, cited)


def _citation(number: int, article: Article, stated: Stated) -> Citation:
    document = article.document
    return Citation(
        number,
        document.id,
        document.title,
        document.path,
        document.published.value if document.published else None,
        stated.start,
        stated.end,
        stated.text,
        document.sha256,
    )
