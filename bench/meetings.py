"""How well meetings are read: found records against the labelled ones, field by field.

    python -m bench.meetings                          the five articles of seeds/
    python -m bench.meetings --news DIR [--part dev]  news articles; DIR has corpus.jsonl; dev = odd lines

The rules of agreement are those of tests/data/README-meetings.md.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.meeting_gold import (
    Item,
    Labelled,
    cited_date,
    content_item,
    dated,
    item_of,
    items_of,
    maybe,
    news,
    number_item,
    person_item,
    seeds,
)
from rag import facts
from rag.cleaning import clean
from rag.dates import published
from rag.meetings.export import iso
from rag.meetings.extract import extract
from rag.meetings.records import Meeting
from rag.meetings.verify import all_stated, verify


@dataclass
class Tally:
    """Counts of one field, with what was missed and what was made up."""

    right: int = 0
    missed: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + len(self.extra))

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + len(self.missed))

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + len(self.missed) + len(self.extra))


@dataclass
class Scores:
    """Tallies by field; `spans` and `wrong` count the found spans and those that do not verify."""

    fields: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    spans: int = 0
    wrong: int = 0

    @property
    def micro(self) -> Tally:
        total = Tally()
        for tally in self.fields.values():
            total.right += tally.right
            total.missed += tally.missed
            total.extra += tally.extra
        return total


def score(documents: Iterable[Labelled]) -> Scores:
    scores = Scores()
    for document in documents:
        spans = clean(document.text).spans
        found = list(extract(document.name, document.text, spans, published=published(document.text)))
        for meeting in found:
            scores.spans += sum(1 for _ in all_stated(meeting))
            scores.wrong += len(verify(meeting, document.text, published=published(document.text)))
        _score_document(scores, document, found)
    return scores


def _score_document(scores: Scores, document: Labelled, found: list[Meeting]) -> None:
    """Meetings are paired in the order of their labels, the likest first."""
    left = list(found)
    for gold in document.meetings:
        best = max(left, key=lambda meeting: _likeness(document.text, gold, meeting), default=None)
        if best is not None:
            left.remove(best)
        elif gold.get("optional"):
            continue
        _score_meeting(scores, document, gold, best)
    for meeting in left:
        _score_meeting(scores, document, {}, meeting)


def _likeness(text: str, gold: dict[str, Any], meeting: Meeting) -> int:
    names = {item.key for item in (item_of(text, person["name"]) for person in gold["participant"])}
    own = sum(facts.keys(attendee.name.text) in names for attendee in meeting.attendees)
    dated = bool(gold["date"]) and _date(gold) == iso(meeting.moment)
    return 2 * own + int(gold["kind"]["value"] == meeting.kind) + int(dated)


def _date(gold: dict[str, Any]) -> str:
    return str(gold["date"]["value"]) if gold.get("date") else ""


def _score_meeting(scores: Scores, document: Labelled, gold: dict[str, Any], found: Meeting | None) -> None:
    text = document.text

    def items(name: str) -> list[Item]:
        return [item_of(text, value) for value in gold.get(name) or []]

    def add(
        name: str, wanted: list[Item], got: list[Item], same: Callable[[Item, Item], bool] = _same
    ) -> list[tuple[int, int]]:
        return _compare(scores.fields[name], document.name, wanted, got, same)

    moment = found.moment if found else None
    add("kind", [Item(gold["kind"]["value"], 0, 0)] if gold else [], [Item(found.kind, 0, 0)] if found else [])
    add(
        "title",
        [item_of(text, gold["title"])] if gold.get("title") else [],
        items_of(found.title if found else None),
        _alike,
    )
    add(
        "date",
        [Item(_date(gold), 0, 0, _date(gold))] if _date(gold) else [],
        [Item(iso(moment), 0, 0, iso(moment))] if moment else [],
    )
    part = (gold.get("date") or {}).get("part")
    add("part", [Item(part, 0, 0)] if part else [], [Item(moment.part, 0, 0)] if moment and moment.part else [])
    places = (found.place, *found.other_places) if found else ()
    add("place", items("place"), items_of(*places))
    attendees = found.attendees if found else ()
    add(
        "chair",
        [item_of(text, p["name"]) for p in gold.get("chair", [])],
        items_of(*(a.name for a in attendees if a.chairs)),
    )
    people = gold.get("participant", [])
    pairs = add("participant", [person_item(text, p) for p in people], items_of(*(a.name for a in attendees)))
    for one, other in pairs:
        person, attendee = people[one], attendees[other]
        add(
            "titles",
            [item_of(text, t) for t in person["titles"]],
            items_of(attendee.title, attendee.other_title),
            _title_alike,
        )
        add("rank", maybe(text, person["rank"]), items_of(attendee.rank))
        add("side", maybe(text, person["side"]), items_of(attendee.side))
    add("topic", items("topic"), items_of(*(found.topics if found else ())), _alike)
    add("figure", items("figure"), items_of(*(found.figures if found else ())), _alike)
    requests, asked = gold.get("request", []), found.requests if found else ()
    pairs = add("request", [content_item(text, r) for r in requests], items_of(*(r.content for r in asked)), _alike)
    for one, other in pairs:
        for end in ("by", "to"):
            add(
                f"request.{end}",
                maybe(text, requests[one][end]),
                items_of(getattr(asked[other], end)),
                _party(text, people),
            )
    decisions, made = gold.get("decision", []), found.decisions if found else ()
    pairs = add("decision", [content_item(text, d) for d in decisions], items_of(*(d.content for d in made)), _alike)
    for one, other in pairs:
        add("deadline", maybe(text, decisions[one]["deadline"]), items_of(made[other].deadline))
    cited, references = gold.get("document", []), found.references if found else ()
    pairs = add("document", [number_item(text, c) for c in cited], items_of(*(r.number for r in references)))
    for one, other in pairs:
        add("document.date", cited_date(text, cited[one]), [dated(s) for s in items_of(references[other].date)])


def _compare(
    tally: Tally, name: str, wanted: list[Item], got: list[Item], same: Callable[[Item, Item], bool]
) -> list[tuple[int, int]]:
    """Count one field of one meeting; the pairs (index wanted, index found) that agree."""
    pairs, free = [], set(range(len(got)))
    for one in sorted(range(len(wanted)), key=lambda index: wanted[index].optional):
        fitting = [at for at in free if same(wanted[one], got[at])]
        if fitting:
            best = max(fitting, key=lambda at: _overlap(wanted[one], got[at]))
            free.discard(best)
            pairs.append((one, best))
            tally.right += not wanted[one].optional
        elif not wanted[one].optional:
            tally.missed.append(f"{name}: {wanted[one].text}")
    for at in sorted(free):
        inside = any(w.optional and w.start <= got[at].start and got[at].end <= w.end for w in wanted)
        if not inside:
            tally.extra.append(f"{name}: {got[at].text}")
    return pairs


def _overlap(one: Item, other: Item) -> float:
    shared = min(one.end, other.end) - max(one.start, other.start)
    return max(0, shared) / max(1, max(one.end, other.end) - min(one.start, other.start))


def _same(one: Item, other: Item) -> bool:
    return bool(one.key == other.key)


def _alike(one: Item, other: Item) -> bool:
    return _overlap(one, other) >= 0.5 or _same(one, other)


def _title_alike(one: Item, other: Item) -> bool:
    return _overlap(one, other) >= 0.8 or _same(one, other)


def _party(text: str, people: Sequence[dict[str, Any]]) -> Callable[[Item, Item], bool]:
    """Who asks or is asked: the same words, or a participant's name for a part of that participant's titles."""
    known = [
        (facts.keys(item_of(text, p["name"]).text), [facts.keys(item_of(text, t).text) for t in p["titles"]])
        for p in people
    ]

    def same(one: Item, other: Item) -> bool:
        if _same(one, other):
            return True
        return any(
            (a == name and any(facts.contains_run(t, b) for t in titles))
            for name, titles in known
            for a, b in ((one.key, other.key), (other.key, one.key))
        )

    return same


def report(scores: Scores) -> str:
    lines = [f"{'field':14} {'right':>5} {'missed':>6} {'extra':>5}   P     R     F1"]
    for name, tally in [*scores.fields.items(), ("micro", scores.micro)]:
        lines.append(
            f"{name:14} {tally.right:5} {len(tally.missed):6} {len(tally.extra):5}  "
            f"{tally.precision:.3f} {tally.recall:.3f} {tally.f1:.3f}"
        )
    lines.append(f"spans {scores.spans}, not verified {scores.wrong}")
    return "\n".join(lines)


def errors(scores: Scores, names: Sequence[str]) -> str:
    lines = []
    for name in names or scores.fields:
        for word, found in (("missed", scores.fields[name].missed), ("extra", scores.fields[name].extra)):
            counts = Counter(" ".join(line.split())[:220] for line in found)
            lines += [f"{name} {word}: {line}" + (f" ×{n}" if n > 1 else "") for line, n in counts.items()]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--news", type=Path, help="folder with corpus.jsonl")
    parser.add_argument("--part", choices=("all", "dev", "test"), default="all")
    parser.add_argument("--errors", nargs="*", help="list what was missed and made up, of these fields or all")
    given = parser.parse_args()
    scores = score(news(given.news / "corpus.jsonl", given.part) if given.news else seeds())
    print(report(scores))
    if given.errors is not None:
        print(errors(scores, given.errors))


if __name__ == "__main__":
    main()
