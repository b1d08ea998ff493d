"""The labelled meetings, in the layouts of both files; see tests/data/README-meetings.md."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag import facts
from rag.dates import find_dates
from rag.meetings.records import Stated
from rag.text import document_text

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
NEWS = ROOT / "tests/data/news-meetings.jsonl"


@dataclass(frozen=True)
class Item:
    """A labelled or found value: its words, its place, and a value to compare instead of the words."""

    text: str
    start: int
    end: int
    value: str = ""
    optional: bool = False

    @property
    def key(self) -> Any:
        return self.value or facts.keys(self.text)


@dataclass(frozen=True)
class Labelled:
    """A document with its gold meetings, in the layout of either file."""

    name: str
    text: str
    meetings: list[dict[str, Any]]


def seeds() -> Iterator[Labelled]:
    for gold in json.loads((SEEDS / "meetings.json").read_text(encoding="utf-8")):
        text = document_text((SEEDS / gold["document"]).read_text(encoding="utf-8"))
        yield Labelled(gold["document"], text, gold["meetings"])


def news(corpus: Path, part: str = "all") -> Iterator[Labelled]:
    """The labelled news articles; `dev` are the odd lines of the file, `test` the even ones."""
    rows = (json.loads(line) for line in corpus.read_text(encoding="utf-8").splitlines())
    texts = {row["id"]: document_text(row["text"]) for row in rows}
    for number, line in enumerate(NEWS.read_text(encoding="utf-8").splitlines(), start=1):
        if part in ("all", "dev" if number % 2 else "test"):
            gold = json.loads(line)
            yield Labelled(gold["id"], texts[gold["id"]], gold["meetings"])


def item_of(text: str, value: Any) -> Item:
    """A label of either layout: {"text", "start", "end"}, [start, end], or {"span", …} around one."""
    optional = isinstance(value, dict) and bool(value.get("optional"))
    if isinstance(value, dict) and "span" in value:
        value = value["span"]
    start, end = (value["start"], value["end"]) if isinstance(value, dict) else value
    return Item(text[start:end], start, end, optional=optional)


def maybe(text: str, value: Any) -> list[Item]:
    return [item_of(text, value)] if value else []


def person_item(text: str, person: dict[str, Any]) -> Item:
    return replace(item_of(text, person["name"]), optional=bool(person.get("optional")))


def content_item(text: str, value: dict[str, Any]) -> Item:
    return replace(item_of(text, value["content"]), optional=bool(value.get("optional")))


def number_item(text: str, value: dict[str, Any]) -> Item:
    number = value["value"]
    words = number if isinstance(number, str) else text[number[0] : number[1]]
    return replace(item_of(text, value["span"]), text=words, optional=bool(value.get("optional")))


def cited_date(text: str, value: dict[str, Any]) -> list[Item]:
    return [dated(item_of(text, value["date"]["span"]))] if value["date"] else []


def dated(item: Item) -> Item:
    dates = find_dates(item.text)
    return Item(item.text, item.start, item.end, value=str(dates[0].parts) if dates else "")


def items_of(*stated: Stated | None) -> list[Item]:
    return [Item(s.text, s.start, s.end) for s in stated if s]
