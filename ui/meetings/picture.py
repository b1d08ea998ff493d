"""Two pictures made of buttons and a table: meetings over time, and who met which province.

No chart library: the pictures are text for a screen reader, follow the theme, and a click filters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rag import facts
from rag.meetings.matching import Event, attendees
from rag.places import PROVINCE_NAMES
from ui.meetings import labels
from ui.meetings.filters import where
from ui.meetings.listing import button
from ui.render import NOTHING, Html, element, group

HEIGHTS = 20
"""Steps of a bar's height; the style has a class for each."""
LEVELS = 4
"""Steps of a cell's colour."""
_BARS = 36
"""More months than this are shown as years."""
_ROWS, _COLUMNS = 15, 8
_PROVINCES = {facts.keys(name): name for name in PROVINCE_NAMES}
_SIZES = sorted({len(keys) for keys in _PROVINCES})


def picture(found: Sequence[Event]) -> Html:
    return group(_bars(found), _matrix(found))


def periods(found: Sequence[Event]) -> list[tuple[str, int]]:
    """Months (`10/2024`) or, where there are many, years, oldest first, with how many meetings each has."""
    moments = [event[0].moment for event in found]
    dated = [(m.year, m.month or 0) for m in moments if m and m.year]
    months = Counter((year, month) for year, month in dated if month)
    if len(months) <= _BARS:
        return [(f"{month}/{year}", count) for (year, month), count in sorted(months.items())]
    return [(str(year), count) for year, count in sorted(Counter(year for year, _ in dated).items())]


def _bars(found: Sequence[Event]) -> Html:
    counted = periods(found)
    most = max((count for _, count in counted), default=0)
    bars = (_bar(period, count, most) for period, count in counted)
    return element(
        "section",
        element("h2", labels.BARS),
        element("p", labels.BARS_HINT if counted else labels.NO_BARS, class_="hd-hint"),
        element("ol", *bars, class_="hd-bars", tabindex="0", aria_label=labels.BARS) if counted else NOTHING,
        class_="hd-picture",
    )


def _bar(period: str, count: int, most: int) -> Html:
    height = max(1, round(HEIGHTS * count / most))
    inside = group(
        element("span", str(count), element("span", labels.BAR_COUNT, class_="hd-unseen"), class_="hd-bar-count"),
        element("span", class_=f"hd-bar hd-h{height}"),
        element("span", period, class_="hd-bar-name"),
    )
    return element("li", button(inside, "pick", since=period, until=period))


def provinces(event: Event) -> set[str]:
    """The provinces in the words that say where the meeting was or whom it concerned."""
    return {name for text in where(event) for name in _named(text)}


@lru_cache(maxsize=1 << 14)
def _named(text: str) -> tuple[str, ...]:
    keys = facts.keys(text)
    runs = {keys[at : at + size] for size in _SIZES for at in range(len(keys) - size + 1)}
    return tuple(_PROVINCES[run] for run in runs if run in _PROVINCES)


def _matrix(found: Sequence[Event]) -> Html:
    met: Counter[tuple[str, str]] = Counter()
    for event in found:
        names = {attendee.name.text for attendee in attendees(event)}
        met.update((name, province) for name in names for province in provinces(event))
    rows = _most(name for name, _ in met.elements())[:_ROWS]
    columns = _most(province for name, province in met.elements() if name in rows)[:_COLUMNS]
    return element(
        "section",
        element("h2", labels.MATRIX),
        element("p", labels.MATRIX_HINT if rows else labels.NO_MATRIX, class_="hd-hint"),
        _table(met, rows, columns) if rows else NOTHING,
        class_="hd-picture",
    )


def _most(names: Iterable[str]) -> list[str]:
    """Each name once, the most frequent first, then by the alphabet."""
    counts = Counter(names)
    return sorted(counts, key=lambda name: (-counts[name], name))


def _table(met: Counter[tuple[str, str]], rows: Sequence[str], columns: Sequence[str]) -> Html:
    most = max(met.values())
    heads = element("tr", element("td"), *(element("th", name, scope="col") for name in columns))
    body = (
        element(
            "tr",
            element("th", element("bdi", name), scope="row"),
            *(element("td", _cell(name, province, met[name, province], most)) for province in columns),
        )
        for name in rows
    )
    table = element(
        "table",
        element("caption", labels.MATRIX, class_="hd-unseen"),
        element("thead", heads),
        element("tbody", *body),
        class_="hd-matrix",
    )
    return element("div", table, class_="hd-wide", tabindex="0", role="region", aria_label=labels.MATRIX)


def _cell(name: str, province: str, count: int, most: int) -> Html:
    if not count:
        return NOTHING
    level = max(1, -(-LEVELS * count // most))
    label = labels.cell(name, province, count)
    return button(str(count), "pick", person=name, place=province, aria_label=label, class_=f"hd-level{level}")
