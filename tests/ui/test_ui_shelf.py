"""Which documents the list shows, in which order, and which go together."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rag.records import Document, Published
from ui.documents import listing
from ui.documents.shelf import PAGE, Selection, Shelf, Wanted, period, select

NOW = datetime.now(UTC).isoformat(timespec="seconds")
OLD = "2020-01-01T00:00:00+00:00"


def document(key: str, title: str, path: str = "", published: str | None = None, read: str = OLD) -> Document:
    date = Published(published, "day", "header") if published else None
    return Document(key, title, 0, 0, path or f"{key}.txt", f"/in/{path or key}", date, key, 10, read)


DOCUMENTS = (
    document("a", "Hòa Bình họp về Đê điều", "Sổ/họp.docx", "2024-10-22", NOW),
    document("b", "“An Giang đón đoàn", "tin.html", "2024-10"),
    document("c", "Họp tổ dân phố", "thư.zip!/c.pdf", "2023"),
    document("d", "Hoa bình và cây cảnh", "d.txt"),
)
SHELF = Shelf(DOCUMENTS, {"b": "changed", "c": "gone"}, {})


def shown(shelf: Shelf = SHELF, **wanted: str) -> str:
    return "".join(entry.document.id for entry in select(shelf, Wanted(**wanted)).entries)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, "abcd"),
        ({"words": "hoa binh"}, "ad"),
        ({"words": "Hòa BÌNH"}, "a"),
        ({"words": "đê"}, "a"),
        ({"words": "hoà"}, "ad"),
        ({"words": "so hop"}, "a"),
        ({"words": "10/2024"}, "ab"),
        ({"words": "không có"}, ""),
        ({"kind": "word"}, "a"),
        ({"kind": "pdf"}, "c"),
        ({"kind": "web"}, "b"),
        ({"kind": "made up"}, ""),
        ({"status": "new"}, "a"),
        ({"status": "changed"}, "b"),
        ({"status": "gone"}, "c"),
        ({"since": "2024"}, "ab"),
        ({"until": "21/10/2024"}, "bc"),
        ({"since": "23/10/2024", "until": "2024"}, "b"),
        ({"since": "nonsense"}, "abcd"),
        ({"order": "published"}, "abcd"),
        ({"order": "title"}, "badc"),
        ({"words": "hop", "since": "2024"}, "a"),
    ],
    ids=str,
)
def test_what_is_wanted_is_found(wanted: dict[str, str], found: str) -> None:
    assert shown(**wanted) == found


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2024", ("2024-01-01", "2024-12-31")),
        ("2/2024", ("2024-02-01", "2024-02-29")),
        (" 22-10-2024 ", ("2024-10-22", "2024-10-22")),
        ("30/2/2024", None),
        ("13/2024", None),
        ("0000", None),
        ("", None),
        ("mai", None),
    ],
)
def test_a_period(text: str, days: tuple[str, str] | None) -> None:
    assert period(text) == days


def test_what_is_no_date_is_told() -> None:
    assert select(SHELF, Wanted(since="20x", until="2024")).not_dates == ("20x",)


def test_only_what_prints_the_text_of_the_first_goes_with_it() -> None:
    """b prints a and c, but c does not print a: c stands alone when a comes first."""
    pairs = {"a": frozenset("b"), "b": frozenset("ac"), "c": frozenset("b")}
    shelf = Shelf(DOCUMENTS, {}, pairs)
    groups = [(e.document.id, "".join(d.id for d in e.reprints)) for e in select(shelf, Wanted()).entries]
    assert groups == [("a", "b"), ("c", ""), ("d", "")]
    selection = select(shelf, Wanted(status="printed"))
    assert (selection.found, selection.total) == (2, 1)
    assert [e.document.id for e in select(shelf, Wanted(words="dân phố")).entries] == ["c"]


def test_more_than_a_page_waits_behind_a_button() -> None:
    many = Shelf([document(f"{n:012x}", f"Bài {n}") for n in range(20_000)])
    selection = select(many, Wanted())
    assert (len(selection.entries), selection.found, selection.total) == (PAGE, 20_000, 20_000)
    markup = listing.listing(many, selection).markup
    assert "20.000 tài liệu" in markup and "Xem thêm 200 (còn 19.800)" in markup
    assert markup.count("hd-check") == PAGE
    everything = Selection(selection.entries, PAGE, PAGE)
    assert "Xem thêm" not in listing.listing(many, everything).markup
