"""Meetings as records: read from the seeds within the bars, stored safely, selected, linked and exported."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers import bring_in, write
from hypothesis import given
from hypothesis import strategies as st

from bench.meeting_gold import seeds
from bench.meetings import score
from rag.cleaning import clean
from rag.cli.meetings import meetings
from rag.dates import published
from rag.doctor import _meetings
from rag.errors import BadInput, StorageError
from rag.library import Library
from rag.meetings import store as meeting_store
from rag.meetings.export import as_csv, iso
from rag.meetings.extract import VERSION, extract
from rag.meetings.icalendar import calendar, day_of
from rag.meetings.people import link
from rag.meetings.records import Attendee, Kind, Meeting, Moment, Stated
from rag.meetings.selecting import by_date, period, select
from rag.meetings.verify import all_stated, stated, verify
from rag.records import Published, Span, SpanKind

TALK = """date 2024-03
Bí thư Tỉnh ủy Hà Giang làm việc với huyện Bắc Mê

Sáng 14/3, tại hội trường huyện Bắc Mê, đồng chí Lò Văn Thắng, Bí thư Tỉnh ủy Hà Giang chủ trì buổi làm việc.

Về phía huyện Bắc Mê có các đồng chí: Nông Thị Lan, Bí thư Huyện ủy; Vàng Mí Sính, Chủ tịch UBND huyện.

Huyện Bắc Mê báo cáo về kết quả trồng rừng. Toàn huyện trồng được 1.250 ha rừng.

Đồng chí Lò Văn Thắng đề nghị huyện Bắc Mê giữ rừng đầu nguồn. Đồng thời, huyện cần mở thêm đường vào bản.

Tin cùng chuyên mục

Sáng 15/3, tại Hà Nội, Thủ tướng Nguyễn Văn Giả chủ trì Hội nghị về nước sạch.
"""
STORY = """Món ngon Tây Bắc

Người dân nấu thắng cố trong những ngày lễ, nhân dịp hội xuân. Ông Giàng A Páo cho biết nồi to nấu 12 kg thịt.
"""


def read(text: str, document_id: str = "d1") -> tuple[Meeting, ...]:
    return extract(document_id, text, clean(text).spans, published=published(text))


@pytest.fixture
def talk() -> Meeting:
    (meeting,) = read(TALK)
    return meeting


class TestExtraction:
    def test_the_seeds_reach_the_bar_and_every_span_verifies(self) -> None:
        scores = score(seeds())
        assert scores.micro.f1 >= 0.95
        assert scores.spans > 150
        assert scores.wrong == 0

    def test_a_made_up_article(self, talk: Meeting) -> None:
        assert (talk.kind, iso(talk.moment), talk.moment.part) == (Kind.WORKING, "2024-03-14", "sáng")
        assert talk.place.text == "hội trường huyện Bắc Mê"
        assert [(a.name.text, a.title.text, a.side and a.side.text, a.chairs) for a in talk.attendees] == [
            ("Lò Văn Thắng", "Bí thư Tỉnh ủy Hà Giang", None, True),
            ("Nông Thị Lan", "Bí thư Huyện ủy", "huyện Bắc Mê", False),
            ("Vàng Mí Sính", "Chủ tịch UBND huyện", "huyện Bắc Mê", False),
        ]
        assert [topic.text for topic in talk.topics] == ["kết quả trồng rừng"]
        assert [figure.text for figure in talk.figures] == ["Toàn huyện trồng được 1.250 ha rừng"]
        assert [(r.by.text, r.to.text, r.content.text) for r in talk.requests] == [
            ("Lò Văn Thắng", "huyện Bắc Mê", "giữ rừng đầu nguồn"),
            ("Lò Văn Thắng", "huyện", "mở thêm đường vào bản"),
        ]

    def test_a_teaser_gives_nothing(self, talk: Meeting) -> None:
        limit = TALK.index("Tin cùng chuyên mục")
        assert max(s.end for _, s in all_stated(talk)) <= limit

    def test_an_article_about_something_else_gives_none(self) -> None:
        assert read(STORY) == ()

    def test_a_year_of_another_month_is_not_taken(self) -> None:
        (meeting,) = read(TALK.replace("date 2024-03", "date 2024-05"))
        assert meeting.moment.year is None

    def test_a_request_of_nobody_in_particular_is_not_made_up(self) -> None:
        (meeting,) = read(
            TALK.replace("đề nghị huyện Bắc Mê giữ", "nói về những đề nghị của huyện").replace("cần", "đã")
        )
        assert meeting.requests == ()

    @pytest.mark.parametrize(
        "piece",
        [
            "Đồng chí ",
            "A, B; ",
            "1.000 ha, ",
            "đề nghị ",
            "“",
            "((((",
            "Bí thư Tỉnh ủy, ",
            "ngày 1/2 ",
            "tại ",
            "cần phải ",
            "\x00\u202e",
            TALK,
        ],
    )
    def test_a_line_of_a_megabyte_takes_seconds(self, piece: str) -> None:
        text = TALK + "\n" + piece * (1_000_000 // len(piece)) + "\n"
        spans = clean(text).spans
        began = time.process_time()
        meetings = extract("d1", text, spans)
        assert time.process_time() - began < 5
        assert not [fault for meeting in meetings for fault in verify(meeting, text)]

    @given(
        st.lists(st.sampled_from([*TALK.split(), "\n", "\n\n", ";", "(", ")", "“", "\x00", "𝔘"]), max_size=120).map(
            " ".join
        )
    )
    def test_any_words_give_slices(self, text: str) -> None:
        for meeting in read(text):
            assert verify(meeting, text, published=published(text)) == []


class TestVerification:
    def test_a_slice_is_cut_without_blanks(self) -> None:
        assert stated("a  bc ", 1, 6) == Stated("bc", 3, 5)
        with pytest.raises(ValueError, match="nothing"):
            stated("a  b", 1, 3)

    def test_what_was_changed_is_found(self, talk: Meeting) -> None:
        name = replace(talk.attendees[0].name, text="Lò Văn Thảng")
        changed = replace(talk, attendees=(replace(talk.attendees[0], name=name), *talk.attendees[1:]))
        assert verify(changed, TALK, published=published(TALK)) == ["attendees[0].name"]

    def test_a_day_or_year_that_stands_nowhere_is_found(self, talk: Meeting) -> None:
        assert verify(talk, TALK) == ["moment"]
        wrong = replace(talk, moment=replace(talk.moment, day=15))
        assert verify(wrong, TALK, published=published(TALK)) == ["moment"]

    @pytest.mark.parametrize("offset", [-1, 10**6])
    def test_a_place_outside_the_text_is_found(self, talk: Meeting, offset: int) -> None:
        wrong = replace(talk, title=Stated("x", offset, offset + 1))
        assert "title" in verify(wrong, TALK, published=published(TALK))


class TestStore:
    @pytest.fixture
    def stored(self, library: Library, tmp_path: Path) -> Library:
        bring_in(library, write(tmp_path / "in/talk.txt", TALK), write(tmp_path / "in/story.txt", STORY))
        return library

    def rows(self, library: Library) -> list[tuple[int, str]]:
        return library.database.rows("SELECT extractor, records FROM meetings")

    def test_ingest_reads_meetings_of_all_documents(self, stored: Library) -> None:
        assert sorted(len(json.loads(records)) for _, records in self.rows(stored)) == [0, 1]
        assert [m.attendees[0].name.text for m in stored.meetings()] == ["Lò Văn Thắng"]

    def test_nothing_is_read_twice(self, stored: Library, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(meeting_store, "extract", None)
        assert stored.meeting_store.refresh() == 0
        assert len(stored.meetings()) == 1

    def test_an_older_version_is_read_again(self, stored: Library) -> None:
        with stored.database.transaction() as connection:
            connection.execute("UPDATE meetings SET extractor=?, records='[]'", (VERSION - 1,))
        told: list[tuple[int, int]] = []
        assert len(stored.meetings(lambda done, total: told.append((done, total)))) == 1
        assert told == [(2, 2)]

    def test_the_record_goes_with_its_document(self, stored: Library) -> None:
        stored.delete([m.document_id for m in stored.meetings()])
        assert stored.meetings() == []
        assert len(self.rows(stored)) == 1

    def test_a_replaced_document_has_a_new_record(self, stored: Library, tmp_path: Path) -> None:
        bring_in(stored, write(tmp_path / "in/talk.txt", TALK.replace("Lò Văn Thắng", "Lò Văn Minh")))
        assert [m.attendees[0].name.text for m in stored.meetings()] == ["Lò Văn Minh"]

    def test_a_document_that_is_marked_anew_is_read_again(self, stored: Library) -> None:
        (found,) = stored.meetings()
        with stored.database.transaction() as connection:
            connection.execute("UPDATE spans SET kind='related' WHERE document_id=?", (found.document_id,))
        assert stored.meeting_store.refresh() == 1

    @pytest.mark.parametrize("damage", ["'{'", "replace(records, 'Lò Văn Thắng', 'Lò Văn Tháng')"])
    def test_a_wrong_row_is_never_given(self, stored: Library, damage: str) -> None:
        with stored.database.transaction() as connection:
            connection.execute(f"UPDATE meetings SET records={damage} WHERE records<>'[]'")
        assert [m.attendees[0].name.text for m in stored.meetings()] == ["Lò Văn Thắng"]
        (wrong,) = stored.meeting_store.wrong()
        stored.meeting_store.forget([wrong])
        assert stored.meeting_store.refresh() == 1
        assert stored.meeting_store.wrong() == []

    def test_who_may_not_write_reads_the_text(self, stored: Library, monkeypatch: pytest.MonkeyPatch) -> None:
        with stored.database.transaction() as connection:
            connection.execute("DELETE FROM meetings")

        @contextmanager
        def refused(_: object) -> Iterator[None]:
            raise StorageError
            yield

        monkeypatch.setattr(type(stored.database), "transaction", refused)
        assert len(stored.meetings()) == 1


def meeting(
    title: str, *, name: str = "Lò Văn Thắng", day: str = "", side: str = "", rank: str = "", key: str = "d1"
) -> Meeting:
    """A meeting with one attendee; `day` is `2024-03-14` or `--03-14`."""

    def said(text: str) -> Stated | None:
        return Stated(text, 0, len(text)) if text else None

    year, month, number = re.fullmatch(r"(\d{4}|-)-(\d\d)-(\d\d)", day).groups() if day else ("-", "", "")
    moment = (
        Moment(Stated(day, 0, 1), int(number), int(month), None if year == "-" else int(year), None) if day else None
    )
    person = Attendee(Stated(name, 0, len(name)), said(rank), said(title), said(side), False)
    words = Stated("họp", 0, 3)
    return Meeting(key, words, Kind.CONFERENCE, words, moment, None, (person,), (), (), (), (), ())


LAO_CAI = "Ủy viên Ban Thường vụ Tỉnh ủy, Phó Chủ tịch Thường trực UBND tỉnh"
SON_LA = "Bí thư Tỉnh ủy, Chủ tịch UBND tỉnh Sơn La"


class TestPeople:
    @pytest.mark.parametrize(
        ("one", "other", "persons", "doubt"),
        [
            # A move over time, dated or not.
            (
                meeting(LAO_CAI, side="tỉnh Lào Cai", day="2024-07-30"),
                meeting(SON_LA, day="2024-10-22"),
                1,
                False,
            ),
            (meeting(LAO_CAI, side="tỉnh Lào Cai", day="--07-30"), meeting(SON_LA, day="2024-10-22"), 1, True),
            # The same office twice.
            (meeting(SON_LA, day="2024-10-22"), meeting("Bí thư Tỉnh ủy Sơn La", day="2024-10-22"), 1, False),
            (meeting(SON_LA), meeting(""), 1, False),
            # Two provinces on one day.
            (
                meeting("Bí thư Tỉnh ủy Lào Cai", day="2024-10-22"),
                meeting("Bí thư Tỉnh ủy Sơn La", day="2024-10-22"),
                2,
                True,
            ),
            # Deputies do not change their province.
            (
                meeting("Phó Chủ tịch UBND tỉnh Cà Mau", day="2024-03-01"),
                meeting("Phó Chủ tịch UBND tỉnh Cao Bằng", day="2024-09-01"),
                2,
                True,
            ),
            # Careers that have nothing to do with each other.
            (meeting("Bí thư Tỉnh ủy Sơn La"), meeting("Trưởng thôn Nà Pan"), 2, True),
            # A rank never falls.
            (
                meeting("Tư lệnh Quân khu", rank="Trung tướng", day="2023-01-02"),
                meeting("Tư lệnh Quân khu", rank="Đại tá", day="2024-01-02"),
                2,
                True,
            ),
            (
                meeting("Thứ trưởng Bộ Quốc phòng", day="2024-01-02"),
                meeting("Thứ trưởng Bộ Tài chính", day="2024-01-02"),
                2,
                True,
            ),
        ],
    )
    def test_two_meetings(self, one: Meeting, other: Meeting, persons: int, doubt: bool) -> None:
        linked = link([one, other])
        assert len(linked) == persons
        assert all(bool(person.doubt) == doubt for person in linked)

    def test_tone_marks_make_another_name(self) -> None:
        assert len(link([meeting("", name="Hoàng Giang"), meeting("", name="Hoàng Giảng")])) == 2

    def test_who_fits_two_namesakes_is_nobody_known(self) -> None:
        day = "2024-10-22"
        two = [meeting("Bí thư Tỉnh ủy Lào Cai", day=day), meeting("Bí thư Tỉnh ủy Sơn La", day=day)]
        assert len(link([*two, meeting("")])) == 3

    def test_offices_over_time(self, seeded: Library) -> None:
        people = {person.name: person for person in seeded.people()}
        khanh = people["Hoàng Quốc Khánh"]
        assert [iso(office.moment) for office in khanh.offices] == ["2024-10-22", "--07-30"]
        assert khanh.doubt
        assert len(people["Phan Văn Giang"].offices) == 3
        for person in people.values():
            for office in person.offices:
                text = seeded.text(office.document_id)
                assert office.title is None or text[office.title.start : office.title.end] == office.title.text


class TestSelection:
    def test_order_is_by_date_with_unknown_years_last(self) -> None:
        days = ["--01-26", "2025-04-16", "2024-10-22", ""]
        ordered = by_date(meeting("", day=day) for day in days)
        assert [iso(m.moment) for m in ordered] == ["2024-10-22", "2025-04-16", "--01-26", ""]

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({"first": date(2024, 10, 1), "last": date(2024, 10, 31)}, ["2024-10-22"]),
            ({"first": date(2025, 1, 1)}, ["2025-04-16"]),
            ({"year": 2024}, ["2024-10-22"]),
            ({"month": 4}, ["2025-04-16", "--04-10"]),
            ({"month": 4, "year": 2025}, ["2025-04-16"]),
            ({"person": "phan van giang"}, ["2024-10-22", "2025-04-16", "--04-10"]),
            ({"person": "Khánh"}, ["2024-10-22", "--07-30"]),
            ({"person": "Khành"}, []),
            ({"person": "Văn Gian"}, []),
            ({"place": "moc chau"}, ["2024-10-22"]),
            ({"place": "Quân khu 2"}, ["--07-30"]),
            ({"kind": Kind.RECEPTION}, ["--01-26"]),
            ({}, ["2024-10-22", "2025-04-16", "--01-26", "--04-10", "--07-30"]),
        ],
    )
    def test_filters(self, seeded: Library, asked: dict, found: list[str]) -> None:
        assert [iso(m.moment) for m in select(seeded.meetings(), **asked)] == found

    def test_periods(self) -> None:
        assert period(2024) == (date(2024, 1, 1), date(2024, 12, 31))
        assert period(2024, 2) == (date(2024, 2, 1), date(2024, 2, 29))
        assert period(2024, 12)[1] == date(2024, 12, 31)
        with pytest.raises(ValueError, match="month"):
            period(2024, 13)


MADE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def unfolded(text: str) -> Iterator[str]:
    """The lines of an iCalendar as a reader sees them."""
    assert text.endswith("\r\n")
    lines = text.removesuffix("\r\n").split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert not any(c in line for line in lines for c in "\r\n\x00\x1b")
    return iter(re.sub("\r\n ", "", text).split("\r\n"))


class TestExport:
    def test_only_whole_dates_are_in_a_calendar(self, seeded: Library) -> None:
        lines = list(unfolded(calendar(seeded.meetings(), made=MADE)))
        assert [line for line in lines if line.startswith("DTSTART")] == [
            "DTSTART;VALUE=DATE:20241022",
            "DTSTART;VALUE=DATE:20250416",
        ]
        assert lines[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//hoidap//meetings//VI"]
        assert len({line for line in lines if line.startswith("UID:")}) == lines.count("BEGIN:VEVENT") == 2
        assert "DTSTAMP:20260102T030405Z" in lines

    @given(st.text(max_size=300))
    def test_any_title_is_one_escaped_line(self, title: str) -> None:
        text = calendar([replace(meeting("", day="2024-10-22"), title=Stated(title, 0, 1))], made=MADE)
        (line,) = [line for line in unfolded(text) if line.startswith("SUMMARY:")]
        said = re.sub(r"\\([\\;,])", r"\1", line.removeprefix("SUMMARY:").replace("\\n", "\n"))
        plain = [c for c in title if c.isalnum()]
        assert [c for c in said if c.isalnum()] == plain or "\\" in title

    def test_without_a_day_it_is_in_no_calendar(self) -> None:
        month = Moment(Stated("10/2024", 0, 7), None, 10, 2024, None)
        assert day_of(replace(meeting(""), moment=month)) is None
        assert day_of(meeting("", day="--10-22")) is None

    @pytest.mark.parametrize("start", "=+-@")
    def test_no_cell_is_a_formula(self, start: str) -> None:
        text = as_csv([replace(meeting(""), title=Stated(f"{start}cmd|' /C calc'!A0", 0, 1))], {"d1": "a,b.txt"})
        assert text.startswith("\ufeff")
        (_, row) = csv.reader(io.StringIO(text[1:]))
        assert row[0] == "a,b.txt"
        assert row[1] == f"'{start}cmd|' /C calc'!A0"


class TestCommands:
    @pytest.fixture
    def run(self, seeded: Library) -> Callable[..., str]:
        """What a command prints, both streams."""
        seeded.meetings()

        def invoke(*arguments: str) -> str:
            result = CliRunner().invoke(meetings, arguments, obj=seeded.settings, catch_exceptions=False)
            assert result.exit_code == 0
            return result.output

        return invoke

    def test_list(self, run: Callable[..., str]) -> None:
        first, *_ = run("list", "--from", "2024", "--person", "khanh").splitlines()
        assert first.split(maxsplit=1)[1] == "2024-10-22 sáng   làm việc · huyện Mộc Châu, tỉnh Sơn La"
        assert len(run("list").splitlines()) == 10
        assert "Không có cuộc họp nào" in run("list", "--from", "2026")

    def test_show_says_where_every_field_stands(self, run: Callable[..., str], seeded: Library) -> None:
        for found in seeded.meetings():
            shown = run("show", found.document_id)
            assert all(f"[{s.start}–{s.end}]" in shown for _, s in all_stated(found))

    def test_export(self, run: Callable[..., str]) -> None:
        rows = json.loads(run("export", "--kind", "hội nghị"))
        assert [row["path"] for row in rows] == ["001_7189e30ef8c857bd.txt"]
        assert rows[0]["attendees"][0]["chairs"]
        assert run("export", "--format", "csv").count("làm việc,") == 3
        assert "3 cuộc họp không rõ ngày hoặc năm" in run("export", "--format", "ics")

    @pytest.mark.parametrize("day", ["", "22/10/2024", "2024-13", "2024-02-30", "0000"])
    def test_a_bad_day_is_told(self, seeded: Library, day: str) -> None:
        with pytest.raises(BadInput, match="không phải ngày"):
            CliRunner().invoke(meetings, ["list", "--from", day], obj=seeded.settings, catch_exceptions=False)

    def test_hostile_text_is_shown_without_controls(self, library: Library, tmp_path: Path) -> None:
        text = TALK.replace("Bí thư Tỉnh ủy Hà Giang làm", "\x1b[2JBí thư\u202e Tỉnh ủy Hà Giang làm")
        bring_in(library, write(tmp_path / "in/talk.txt", text))
        result = CliRunner().invoke(meetings, ["list"], obj=library.settings)
        assert "làm việc" in result.output
        assert not set(result.output) & {"\x1b", "\u202e"}


def test_doctor_counts_the_records(seeded: Library) -> None:
    check = _meetings(seeded.settings)
    assert (check.ok, check.message.split(",")[0]) == (True, "5 bản ghi")


def test_a_published_year_serves_only_itself() -> None:
    (found,) = read(TALK)
    assert verify(found, TALK, published=Published("2023-03", "month", "header")) == ["moment"]


MINUTES = """BIÊN BẢN HỌP
Giao ban công tác y tế tháng 3

1. Thời gian: 8 giờ 30, ngày 5/3/2024

2. Địa điểm: Phòng họp số 2, Sở Y tế

3. Chủ trì: Ông Lò Văn Thắng - Giám đốc Sở Y tế

4. Thành phần tham dự:
- Bà Nông Thị Lan, Phó Giám đốc Sở Y tế
- Ông Vàng Mí Sính, Chánh Văn phòng

Ông Lò Văn Thắng yêu cầu các đơn vị gửi báo cáo trước ngày 20/3.
"""


def test_minutes_with_a_line_for_each_field() -> None:
    (found,) = read(MINUTES)
    assert (found.kind, iso(found.moment), found.place.text) == (
        Kind.CONFERENCE,
        "2024-03-05",
        "Phòng họp số 2, Sở Y tế",
    )
    assert [(a.name.text, a.title.text, a.chairs) for a in found.attendees] == [
        ("Lò Văn Thắng", "Giám đốc Sở Y tế", True),
        ("Nông Thị Lan", "Phó Giám đốc Sở Y tế", False),
        ("Vàng Mí Sính", "Chánh Văn phòng", False),
    ]
    assert [(r.to.text, r.content.text) for r in found.requests] == [("các đơn vị", "gửi báo cáo trước ngày 20/3")]


LATE = """Dân bản Nà Lơi trồng lại rừng sau lũ.

Nước về làm mất nhiều nương. Bản có 40 nhà. Ruộng bị vùi. Cây giống đã về. Trường học mở lại. Đường đã thông.
Chợ đã họp. Trâu bò còn đủ. Thóc giống được chia. {}

{}, ông Lò Văn Thắng, Phó Chủ tịch huyện Bắc Mê nói và yêu cầu các xã tiếp tục trồng rừng.
"""


def test_a_meeting_taken_as_known_counts_anywhere_unless_words_tell_it_from_the_articles_own() -> None:
    held = read(LATE.format("Hội nghị về rừng diễn ra ngày 5/4/2024 tại xã Yên Phú.", "Tại hội nghị"))[0]
    assert (held.kind, iso(held.moment)) == (Kind.CONFERENCE, "2024-04-05")
    assert held.place and held.place.text == "xã Yên Phú"
    assert [(r.by.text, r.content.text) for r in held.requests if r.by] == [("Lò Văn Thắng", "tiếp tục trồng rừng")]
    assert read(LATE.format("", "Tại hội nghị của tỉnh năm ngoái")) == ()
    assert read(LATE.format("", "Sau các hội nghị")) == ()


def test_a_meeting_that_nothing_names_has_no_title() -> None:
    held_at = "Tại buổi lễ, ông Lò Văn Thắng, Bí thư Tỉnh ủy Hà Giang phát biểu."
    text = f"{held_at} Ông Thắng đề nghị huyện giữ rừng đầu nguồn."
    held = extract("d1", text, [Span(0, len(text), SpanKind.BODY)])[0]
    assert (held.title, held.name) == (None, "buổi lễ")
    assert [r.by.text for r in held.requests if r.by] == ["Lò Văn Thắng"]
    assert held.name in as_csv([held], {"d1": "a.txt"})


def test_places_schools_and_short_names_are_no_further_people() -> None:
    told = "Cục trưởng Cục Hàng không Việt Nam Lò Văn Thắng, ông Văn Thắng, cán bộ Trường Tiểu học Ngô Gia Tự"
    held = read(f"Sáng 14/3, tại Hà Nội, {told} chủ trì hội nghị về nước sạch.")[0]
    assert [a.name.text for a in held.attendees] == ["Lò Văn Thắng"]
    assert held.attendees[0].title and held.attendees[0].title.text == "Cục trưởng Cục Hàng không Việt Nam"


def test_years_streets_and_product_names_count_nothing() -> None:
    text = TALK + "\nNhiệm kỳ 2020-2025 dành cho dân, ở 29 Phạm Văn Đồng, mạng 5G mới, huyện trồng thêm 30 ha quế.\n"
    figures = [figure.text for figure in read(text.split("Tin cùng")[0] + text.split("\n\n")[-1])[0].figures]
    assert [f for f in figures if "30 ha" in f]
    assert not [f for f in figures if "2020" in f or "Phạm" in f or "5G" in f]
