"""How the last evaluation looks: what matters first with a sentence each, then the pictures, then every figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rag.evaluation.archive import KeptReport
from rag.evaluation.bootstrap import Figure
from rag.evaluation.labels import FIGURES, GROUPS, TYPE_FIGURES, interval, written
from ui.downloads import link
from ui.quality import labels
from ui.render import NOTHING, Html, element, group, picture


def page(reports: Sequence[KeptReport], key: str | None = None) -> Html:
    """The report of this key, the newest without one, and the list of all; how to make one when there is none."""
    if not reports:
        return _how()
    shown = next((report for report in reports if report.key == key), reports[0])
    others = _others(reports, shown) if len(reports) > 1 else NOTHING
    return element("section", _head(shown), *_body(shown), others, class_="hd-report-page")


def _how() -> Html:
    return element(
        "section",
        element("h2", labels.REPORT),
        element("p", labels.NO_REPORT),
        element("p", labels.HOW),
        element("pre", element("code", labels.COMMAND)),
        element("p", labels.HOW_AFTER, class_="hd-hint"),
        element("p", labels.HOW_OWN, class_="hd-hint"),
        class_="hd-report-page",
    )


def _head(report: KeptReport) -> Html:
    facts = (labels.size(report.questions, report.of), f"{report.documents} tài liệu", report.llm or "trích nguyên văn")
    when = f"{report.name}, {labels.moment(report.made)}"
    title = element("div", element("h2", labels.REPORT), element("p", " · ".join((when, *facts)), class_="hd-facts"))
    return element("div", title, element("p", labels.INTERVAL_HINT, class_="hd-hint"), class_="hd-report-head")


def _body(report: KeptReport) -> Iterator[Html]:
    figures = {f"{name}.{key}": figure for name, found in report.figures.items() for key, figure in found.items()}
    cards = [_card(path, figures[path]) for path in labels.EXPLAINED if path in figures]
    yield element("ul", *(card for card in cards if card is not NOTHING), class_="hd-figures")
    yield element("div", *(_plot(report.key, name) for name in report.plots), class_="hd-plots")
    yield element("details", element("summary", labels.ALL_FIGURES), *_tables(report.figures), _types(report.types))


def _card(path: str, figure: Figure) -> Html:
    """One figure with its interval and what it means; nothing where nothing was measured."""
    if figure.value is None:
        return NOTHING
    span = interval(path, figure)
    name, meaning = labels.EXPLAINED[path]
    return element(
        "li",
        element("p", name, class_="hd-figure-name"),
        element("p", element("strong", written(path, figure)), f" ({span})" if span else "", class_="hd-figure-value"),
        element("p", meaning, class_="hd-figure-meaning"),
    )


def _plot(key: str, name: str) -> Html:
    title, meaning = labels.PLOTS[name]
    caption = element("figcaption", element("strong", title), element("span", meaning))
    return element("figure", picture(link("plots", key, name), f"{title}. {meaning}"), caption)


def _tables(figures: Mapping[str, Mapping[str, Figure]]) -> Iterator[Html]:
    for name, found in figures.items():
        rows = [(f"{name}.{key}", figure) for key, figure in found.items() if f"{name}.{key}" in FIGURES]
        cells = (
            (FIGURES[path], written(path, figure), interval(path, figure) or "–", str(figure.n))
            for path, figure in rows
        )
        head = (labels.FIGURE, labels.VALUE, labels.INTERVAL, labels.CASES)
        yield table(GROUPS[name], head, cells)


def _types(types: Mapping[str, Mapping[str, Figure]]) -> Html:
    head = (labels.TYPE, labels.COUNT, *TYPE_FIGURES.values())
    rows = (
        (
            kind,
            str(found["right"].n),
            *(written(f"types.{name}", found.get(name, Figure(None))) for name in TYPE_FIGURES),
        )
        for kind, found in types.items()
        if "right" in found
    )
    return table(labels.TYPES, head, rows)


def table(caption: str, head: Sequence[str], rows: Iterator[tuple[str, ...]]) -> Html:
    """A table in a box of its own that scrolls sideways where it is too narrow; the first cell heads its row."""
    body = (
        element("tr", element("th", first, scope="row"), *(element("td", cell) for cell in cells))
        for first, *cells in rows
    )
    inside = element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *(element("th", name, scope="col") for name in head))),
        element("tbody", *body),
    )
    return element("div", inside, class_="hd-table", tabindex="0", role="region", aria_label=caption)


def _others(reports: Sequence[KeptReport], shown: KeptReport) -> Html:
    items = (_other(report, report.key == shown.key) for report in reports)
    return element("details", element("summary", labels.OLDER), element("ul", *items, class_="hd-reports"))


def _other(report: KeptReport, shown: bool) -> Html:
    name = f"{report.name}, {labels.moment(report.made)}, {labels.size(report.questions, report.of)}"
    if shown:
        return element("li", element("bdi", name), element("span", labels.SHOWN, class_="hd-facts"))
    button = element(
        "button",
        labels.SHOW_REPORT,
        type="button",
        data_action="report",
        data_key=report.key,
        aria_label=f"{labels.SHOW_REPORT}: {name}",
    )
    return group(element("li", element("bdi", name), button))
