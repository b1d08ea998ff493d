"""One agency text in many papers, and other events in the same prose, made from `tests/data/near.jsonl`.

A row has a title, paragraphs with fields in braces, the values of an event (`fields`) and of another (`other`). A
*copy* is the same event as some paper prints it; a *twin* keeps the prose and changes what tells events apart.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from rag.chunking import sentences_of
from rag.cleaning import clean
from rag.dates import published
from rag.duplicates.stories import Story, story_of
from rag.records import Document, Sentence

ROWS = [json.loads(line) for line in (Path(__file__).parent / "data" / "near.jsonl").read_text("utf-8").splitlines()]
_OWN = (
    "Ghi nhận của phóng viên cho thấy người dân quan tâm theo dõi sự việc và gửi gắm nhiều kỳ vọng. Bạn đọc có thể gửi "
    "ý kiến về tòa soạn qua hộp thư điện tử để được giải đáp trong những số báo tiếp theo của chuyên mục này."
)
_PLACEMENTS = {"oà": "òa", "oá": "óa", "uỷ": "ủy", "Uỷ": "Ủy", "uý": "úy"}


@dataclass(frozen=True)
class Pair:
    name: str
    one: str
    other: str
    same: bool


def event(row: dict[str, Any], *changed: str) -> list[str]:
    """Title and paragraphs of the row's event, with the named fields those of the other event."""
    values = {key: row["other" if key in changed else "fields"][key] for key in row["fields"]}
    title = row["title"].format(**values)
    return [title[0].upper() + title[1:], *(p.format(**values) for p in row["paragraphs"])]


def page(paragraphs: Sequence[str], header: str = "") -> str:
    return header + "\n\n".join(paragraphs) + "\n"


def _typing_errors(text: str, every: int) -> str:
    """Neighbouring letters of one word in so many are swapped; values are left alone."""
    choose, words = random.Random(0), text.split(" ")
    for at, word in enumerate(words):
        if len(word) > 3 and word.isalpha() and word.islower() and choose.randrange(every) == 0:
            words[at] = word[0] + word[2] + word[1] + word[3:]
    return " ".join(words)


def _respelt(text: str) -> str:
    for new, old in _PLACEMENTS.items():
        text = text.replace(old, "\0").replace(new, old).replace("\0", new)
    return text.replace("UBND", "Ủy ban nhân dân")


COPIES: dict[str, Callable[[list[str]], str]] = {
    "as it is": page,
    "other headline": lambda p: page(["Tin vắn trong ngày: những việc đáng chú ý", *p[1:]]),
    "no headline": lambda p: page(p[1:]),
    "other order": lambda p: page([*p[:3], p[4], p[3], *p[5:]]),
    "end cut off": lambda p: page(p[:4]),
    "beginning cut off": lambda p: page([p[0], *p[3:]]),
    "own paragraph": lambda p: page([*p, _OWN]),
    "own paragraph in the middle": lambda p: page([*p[:3], _OWN, *p[3:]]),
    "spelling": lambda p: page([_respelt(x) for x in p]),
    "photo": lambda p: page([*p[:2], "quang canh 01.jpg\nQuang cảnh buổi làm việc. (Ảnh: Minh Anh/TTXVN)", *p[2:]]),
    "typing errors": lambda p: page([_typing_errors(x, 20) for x in p]),
    "agency named": lambda p: page([p[0], "(TTXVN) - " + p[1], *p[2:], "Theo TTXVN"]),
    "later count": lambda p: page([*p[:4], p[4] + " Có 125 ý kiến.", *p[5:]]),
    "one long line": lambda p: page([p[0], " ".join(p[1:])]),
}
TWINS = (
    ("date",),
    ("place",),
    ("person",),
    ("count",),
    ("date", "count"),
    ("date", "place", "person", "count", "money"),
)


def copies() -> Iterator[Pair]:
    """Every text with each of its copies, and some copies with each other."""
    for row in ROWS:
        told = event(row)
        for name, print_it in COPIES.items():
            yield Pair(f"{row['id']}: {name}", page(told), print_it(told), True)
        for one, other in combinations(("own paragraph", "spelling", "photo", "end cut off", "other order"), 2):
            yield Pair(f"{row['id']}: {one}, {other}", COPIES[one](told), COPIES[other](told), True)


def twins() -> Iterator[Pair]:
    """Every text with other events in its prose, whole and as other papers print those."""
    for row in ROWS:
        for changed in TWINS:
            for name in ("as it is", "other headline", "own paragraph"):
                other = COPIES[name](event(row, *changed))
                yield Pair(f"{row['id']}: other {'+'.join(changed)}, {name}", page(event(row)), other, False)
        told = event(row)
        session = [told[0], told[1].replace("Sáng", "Đêm").replace("Chiều", "Sáng").replace("Tối", "Sáng"), *told[2:]]
        if session != told:
            yield Pair(f"{row['id']}: other part of the day", page(told), page(session), False)
        numbered = [[told[0], f"{told[1]} Đây là sự kiện lần thứ {n}.", *told[2:]] for n in ("XV", "XVI")]
        yield Pair(f"{row['id']}: other ordinal", *map(page, numbered), False)
        year = (page(event(row), " date 2022-05 "), page(event(row), " date 2023-05 "))
        yield Pair(f"{row['id']}: printed a year later", *year, False)
    for one, other in combinations(ROWS, 2):
        yield Pair(f"{one['id']}, {other['id']}", page(event(one)), page(event(other)), False)


def story(text: str) -> Story:
    """A text as ingestion would cut it."""
    cleaned = clean(text)
    title = text[cleaned.title_start : cleaned.title_end]
    document = Document("d", title, cleaned.title_start, cleaned.title_end, "", "", published(text), "", len(text), "")
    spans = enumerate(sentences_of(text, cleaned.spans))
    return story_of(document, [Sentence(n, "d", n, s.start, s.end, s.kind, text[s.start : s.end]) for n, s in spans])
