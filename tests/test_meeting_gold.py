"""The hand-labelled meetings: every span stands in its document's evidence, every value parses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag.cleaning import clean
from rag.records import EVIDENCE_KINDS
from rag.text import document_text

ROOT = Path(__file__).parent
SEEDS = ROOT.parent / "seeds"
SEED_GOLD: list[dict[str, Any]] = json.loads((SEEDS / "meetings.json").read_text(encoding="utf-8"))
NEWS_GOLD: list[dict[str, Any]] = [
    json.loads(line) for line in (ROOT / "data" / "news-meetings.jsonl").read_text(encoding="utf-8").splitlines()
]
KINDS = {"làm việc", "hội nghị", "gặp mặt", "kỳ họp", "lễ"}
PARTS = {"sáng", "trưa", "chiều", "tối", None}
FIELDS = "kind title date place chair participant topic figure request decision document".split()
DATE = re.compile(r"(?P<year>\d{4}|-)-(?P<month>\d\d)-(?P<day>\d\d)")
MONTH = re.compile(r"(?:\d{4}|-)-\d\d|\d{4}")


def spans(value: Any) -> Iterator[dict[str, Any]]:
    """Every {"text", "start", "end"} below a value."""
    if isinstance(value, dict):
        if "start" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from spans(item)


def dates(meeting: dict[str, Any]) -> list[str]:
    held = [meeting["date"]["value"]] if meeting["date"] else []
    return held + [cited["date"]["value"] for cited in meeting["document"] if cited["date"]]


def is_partial_date(value: str) -> bool:
    """--10-22, 2024-10-22, 2024-10, --10 or 2024; a day that no calendar has raises ValueError."""
    found = DATE.fullmatch(value)
    if found:
        year = 2024 if found["year"] == "-" else int(found["year"])
        date(year, int(found["month"]), int(found["day"]))
    return bool(found or MONTH.fullmatch(value))


def test_the_date_check_can_fail() -> None:
    assert not is_partial_date("22/10")
    with pytest.raises(ValueError, match="month"):
        is_partial_date("2024-13-01")


def test_every_seed_article_has_its_meeting() -> None:
    assert [gold["document"] for gold in SEED_GOLD] == sorted(path.name for path in SEEDS.glob("*.txt"))
    assert all(gold["meetings"] for gold in SEED_GOLD)


@pytest.mark.parametrize("gold", SEED_GOLD, ids=lambda gold: gold["document"][:3])
class TestSeedGold:
    def test_spans_slice_back_and_lie_in_evidence(self, gold: dict[str, Any]) -> None:
        text = document_text((SEEDS / gold["document"]).read_bytes().decode("utf-8"))
        evidence = [s for s in clean(text).spans if s.kind in EVIDENCE_KINDS]
        found = list(spans(gold["meetings"]))
        assert len(found) > 10
        for span in found:
            assert text[span["start"] : span["end"]] == span["text"] == span["text"].strip()
            lines = [s for s in evidence if s.start < span["end"] and span["start"] < s.end]
            assert lines and lines[0].start <= span["start"] and span["end"] <= lines[-1].end, span

    def test_values_are_of_their_kinds(self, gold: dict[str, Any]) -> None:
        for meeting in gold["meetings"]:
            assert list(meeting) == FIELDS
            assert meeting["kind"]["value"] in KINDS
            assert meeting["date"]["part"] in PARTS
            assert all(map(is_partial_date, dates(meeting)))
            names = {person["name"]["text"] for person in meeting["participant"]}
            assert {person["name"]["text"] for person in meeting["chair"]} <= names


def leaves(value: Any) -> Iterator[Any]:
    """Every value below a JSON value, with each [start, end] pair as one."""
    if isinstance(value, list) and [type(item) for item in value] == [int, int]:
        yield tuple(value)
    elif isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from leaves(item)
    else:
        yield value


def test_the_news_gold_has_fifty_articles_once_each() -> None:
    assert len({gold["id"] for gold in NEWS_GOLD}) == len(NEWS_GOLD) >= 50
    assert {meeting["kind"]["value"] for gold in NEWS_GOLD for meeting in gold["meetings"]} == KINDS


@pytest.mark.parametrize("gold", NEWS_GOLD, ids=lambda gold: gold["id"])
def test_news_gold_is_offsets_and_values_only(gold: dict[str, Any]) -> None:
    for meeting in gold["meetings"]:
        assert [field for field in meeting if field != "optional"] == FIELDS
        allowed = KINDS | PARTS | set(dates(meeting)) | {True}
        assert all(map(is_partial_date, dates(meeting)))
        found = list(leaves(meeting))
        assert all(value in allowed for value in found if not isinstance(value, tuple))
        assert all(0 <= value[0] < value[1] for value in found if isinstance(value, tuple))
        names = {tuple(person["name"]) for person in meeting["participant"]}
        assert {tuple(person["name"]) for person in meeting["chair"]} <= names


def test_the_questions_about_meetings_are_answered_by_their_evidence() -> None:
    rows = [json.loads(line) for line in (SEEDS / "meeting-questions.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len({row["id"] for row in rows}) == len(rows) == 12
    for row in rows:
        assert row["answerable"] == bool(row["answers"]) == bool(row["evidence"])
        quotes = [cited["quote"] for cited in row["evidence"]]
        texts = [document_text((SEEDS / cited["document"]).read_text(encoding="utf-8")) for cited in row["evidence"]]
        assert all(quote in text for quote, text in zip(quotes, texts, strict=True))
        told = " ".join(quotes)
        assert not row["answers"] or any(all(part in told for part in parts) for parts in row["answers"])
