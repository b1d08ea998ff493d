"""The meetings tab without a browser: filters, clicks that cannot be trusted, fields and their places, files."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_backend import ScriptedBackend

from rag.errors import HoidapError
from rag.meetings.records import Attendee, Kind, Meeting, Moment, Stated
from rag.meetings.verify import all_stated
from ui.meetings import exports, labels, listing, persons, picture, sheet
from ui.meetings.board import Board, board, person_key
from ui.meetings.filters import Filter, begins, cleaned, days, select
from ui.meetings.marks import Marks
from ui.meetings.screen import screen
from ui.meetings.view import View, after, typed


def said(text: str) -> Stated:
    return Stated(text, 0, len(text))


def meeting(key: str, when: tuple[int | None, int | None, int | None], *names: str, place: str = "") -> Meeting:
    day, month, year = when
    attendees = tuple(Attendee(said(name), None, None, None, chairs=False) for name in names)
    moment = Moment(said("khi đó"), day, month, year, None) if any(when) else None
    where = said(place) if place else None
    return Meeting(
        key, said(f"Họp {key}"), Kind.WORKING, said("làm việc"), moment, where, attendees, (), (), (), (), ()
    )


SEVERAL = [
    meeting("a", (22, 10, 2024), "Hoàng Quốc Khánh", "Lê Văn Tám", place="huyện Mộc Châu, tỉnh Sơn La"),
    meeting("b", (None, 10, 2024), "Đặng Xuân Phong", place="tỉnh Lào Cai"),
    meeting("c", (30, 7, None), "Hoàng Quốc Khánh", place="tỉnh Lào Cai"),
    replace(meeting("d", (None, None, None), "Hoà Minzy"), kind=Kind.CEREMONY),
]


def kept(**chosen: str) -> list[str]:
    return [event[0].document_id for event in select(board(SEVERAL).events, Filter(**chosen))]


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({}, ["a", "b", "c", "d"]),
        ({"person": "hoang quoc khanh"}, ["a", "c"]),
        ({"person": "quốc kh"}, ["a", "c"]),
        ({"person": "Hoàng Quốc Khành"}, []),
        ({"person": "hòa minzy"}, ["d"]),
        ({"person": "ang"}, []),
        ({"place": "lao cai"}, ["b", "c"]),
        ({"place": "Lào Cai", "person": "phong"}, ["b"]),
        ({"since": "22/10/2024"}, ["a", "b"]),
        ({"since": "11/2024"}, []),
        ({"until": "2024"}, ["a", "b"]),
        ({"since": "30/2/2024"}, ["a", "b", "c", "d"]),
        ({"since": "2025", "until": "2024"}, ["a", "b", "c", "d"]),
        ({"kind": "lễ"}, ["d"]),
        ({"kind": "làm việc", "place": "sơn la", "since": "2024", "until": "10/2024", "person": "tám"}, ["a"]),
    ],
)
def test_a_filter_keeps_what_has_all_of_it(chosen: dict[str, str], found: list[str]) -> None:
    assert kept(**chosen) == found


def test_days_that_are_none_are_said() -> None:
    assert Filter(since="30/2/2024").problems() == [labels.not_a_day("30/2/2024")]
    assert Filter(since="2025", until="2024").problems() == [labels.BACKWARDS]
    assert Filter(since="1-2-2024", until="12/2024").problems() == []
    assert days("2024") != days("1/2024") and days("0/2024") is None and days("1/1/0000") is None


@given(st.text(), st.text())
def test_any_text_can_be_looked_for(text: str, words: str) -> None:
    wanted = cleaned(words)
    assert len(wanted) <= 80
    assert begins(text, wanted) in (True, False)


SENT = st.dictionaries(
    st.sampled_from(["action", "mode", "kind", "filter", "page", "meeting", "person", "place", "since"]),
    st.one_of(
        st.none(),
        st.integers(),
        st.text(max_size=9),
        st.sampled_from(["mode", "table", "pick", "page", "open", "back"]),
    ),
)


@given(st.lists(SENT, max_size=8))
def test_whatever_is_sent_gives_a_page(clicks: Sequence[dict[str, object]]) -> None:
    view = View()
    for sent in clicks:
        view = after(view, sent)
        assert view.mode in labels.MODES and view.page >= 1
        assert view.before is None or view.before.before is None or view.before.before.before is None


def test_typing_starts_at_the_first_page_of_the_list() -> None:
    far = replace(View(mode="table"), page=7, meeting="a")
    assert typed(far, " hoang ", "", None, 7) == View(Filter(person="hoang"))


@pytest.fixture(scope="module")
def full(backend: ScriptedBackend) -> Board:
    return board(backend.meetings())


def test_every_field_is_linked_to_its_own_words(backend: ScriptedBackend, full: Board) -> None:
    for event in full.events:
        marks = Marks(backend, "m", [m.document_id for m in event])
        shown = sheet.sheet(event, marks).markup
        cited = {(c.document_id, c.start, c.end) for c in marks.citations()}
        # A moment, a chair and the rest: whatever the record states has a link.
        assert {(m.document_id, s.start, s.end) for m in event for _, s in all_stated(m)} == cited
        assert all(backend.text(c.document_id)[c.start : c.end] == c.quote for c in marks.citations())
        assert all(f'href="#cite-m-{c.number}"' in shown for c in marks.citations())
        bundle = marks.bundle().markup
        assert all(f'data-cite="m-{c.number}"' in bundle for c in marks.citations())


def test_reports_of_one_meeting_are_one_page(backend: ScriptedBackend, full: Board) -> None:
    event = full.events[0]
    twice = (event[0], event[0])
    marks = Marks(backend, "m", [event[0].document_id])
    shown = sheet.sheet(twice, marks).markup
    assert shown.count(labels.report(2)) > 3 and f"{labels.REPORTS} (2)" in shown


def test_a_document_that_is_gone_leaves_its_words_without_a_link(backend: ScriptedBackend) -> None:
    marks = Marks(backend, "m", ["không có"])
    assert "<a" not in marks.link("không có", said("tên")).markup


def test_a_document_that_has_changed_since_leaves_its_words_without_a_link(
    backend: ScriptedBackend, full: Board
) -> None:
    document_id = full.events[0][0].document_id
    marks = Marks(backend, "m", [document_id])
    _, stated = next(iter(all_stated(full.events[0][0])))
    moved = replace(stated, start=stated.start + 1, end=stated.end + 1)
    assert marks.number(document_id, moved) == 0 and "<a" not in marks.link(document_id, moved).markup
    assert marks.citations() == [] and marks.number(document_id, stated) == 1


def test_people_are_listed_by_filter_and_have_pages(backend: ScriptedBackend, full: Board) -> None:
    found = persons.chosen(full, View(Filter(person="giang")), full.events)
    assert [p.name for p in found] == ["Phan Văn Giang", "Hoàng Giang"]
    opened = screen(backend, full, View(person=person_key(found[0])), "")
    assert "Bộ trưởng Bộ Quốc phòng" in opened.tab.markup and opened.bundle
    assert labels.GONE in screen(backend, full, View(person="x-1"), "").tab.markup


def test_many_months_become_years() -> None:
    months = [meeting(f"{y}-{m}", (1, m, y), "A") for y in range(2020, 2024) for m in range(1, 13)]
    assert picture.periods(board(months).events) == [(str(year), 12) for year in range(2020, 2024)]
    assert picture.periods(board(months[:3]).events) == [("1/2020", 1), ("2/2020", 1), ("3/2020", 1)]
    assert "hd-h20" in picture.picture(board(months).events).markup


def test_a_selection_is_its_own_users_alone(backend: ScriptedBackend) -> None:
    chosen = Filter(person="Phan Văn Giang")
    key = exports.SELECTIONS.key("an", chosen)
    assert key == exports.SELECTIONS.key("an", chosen) != exports.SELECTIONS.key("bình", chosen)
    rows = list(csv.DictReader(io.StringIO(exports.selection(backend, "an", key, "csv").content.decode("utf-8-sig"))))
    assert len(rows) == 3 and all("Phan Văn Giang" in row["thành phần"] for row in rows)
    assert len(json.loads(exports.selection(backend, "an", key, "json").content)) == 3
    for user, sent, form in (("bình", key, "csv"), ("an", "x" * 32, "csv"), ("an", key, "exe")):
        with pytest.raises(HoidapError, match="Không có tệp này"):
            exports.selection(backend, user, sent, form)


def test_a_thousand_selections_are_kept_at_most() -> None:
    kept = exports.Selections()
    keys = [kept.key("", Filter(person=str(n))) for n in range(1001)]
    assert kept.find("", keys[0]) is None and kept.find("", keys[1]) == Filter(person="1")


def test_a_thousand_meetings_are_filtered_and_drawn_within_a_blink(backend: ScriptedBackend) -> None:
    names = [f"Nguyễn {middle} {last}" for middle in ("Văn", "Thị", "Đức") for last in "An Bình Cường Dũng Hà".split()]
    many = [
        meeting(
            str(n),
            (1 + n % 28, 1 + n // 28 % 12, 2015 + n // 336),
            *(names[(n * k) % 15] for k in (1, 2, 7)),
            place="Hà Nội",
        )
        for n in range(1000)
    ]
    full = board(many)
    began = time.process_time()
    shown = screen(backend, full, View(Filter(person="an", place="ha noi", since="2016")), "").tab.markup
    assert time.process_time() - began < 0.2
    assert f"Trang 1/{-(-int(shown.split('Tìm thấy ')[1].split()[0]) // listing.PER_PAGE)}" in shown


def test_a_failure_says_nothing_internal(tmp_path: Path) -> None:
    from ui import failures
    from ui import labels as shared

    assert failures.line(RuntimeError(f"secret {tmp_path}"), "x") == shared.UNEXPECTED
