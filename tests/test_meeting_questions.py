"""Questions over meeting records: read to the last word, answered complete, refused when the records say none."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import bring_in, write

from rag.answer import ask
from rag.answer_json import to_json
from rag.library import Library
from rag.meetings.answers import CONFIDENCE
from rag.meetings.asked import Sought, understood
from rag.meetings.matching import called, events, of_the_part, of_the_time
from rag.meetings.records import Attendee, Kind, Meeting, Moment, Stated
from rag.recheck import recheck
from rag.records import REFUSAL, Answer, Done, Turn


def said(text: str) -> Stated:
    return Stated(text, 0, len(text))


def meeting(document: str, day: int, month: int, year: int | None, *names: str, kind: Kind = Kind.WORKING) -> Meeting:
    attendees = tuple(Attendee(said(name), None, None, None, chairs=False) for name in names)
    moment = Moment(said(f"{day}/{month}"), day, month, year, None)
    return Meeting(document, said("Họp"), kind, said(kind.value), moment, None, attendees, (), (), (), (), ())


class TestUnderstood:
    @pytest.mark.parametrize(
        "question",
        [
            "Từ tháng 3/2026 có những cuộc họp nào?",
            "Đến hết tháng 5/2026 có những cuộc họp nào?",
            "Trước tháng 5/2026 có những cuộc họp nào?",
            "Những cuộc họp nào có ông Hùng hoặc bà Mai?",
            "Những cuộc họp nào ngoài ông Nguyễn Văn Hùng còn có bà Trần Thị Lan?",
        ],
    )
    def test_a_list_that_cannot_be_given_whole_is_refused(self, question: str) -> None:
        asked = understood(question)
        assert asked is not None
        assert asked.beyond

    def test_alternatives_of_who_asked_are_left_to_the_sentences(self) -> None:
        assert understood("Bà Lan hay ông Minh đề nghị gì với UBND tỉnh?") is None

    @pytest.mark.parametrize(
        ("time", "inside", "outside"),
        [
            ("Từ tháng 3/2026 đến tháng 5/2026", (15, 4, 2026), (1, 6, 2026)),
            ("Từ tháng 3 đến tháng 5/2026", (31, 5, 2026), (1, 3, 2025)),
            ("Từ ngày 5/3/2026 đến ngày 7/3/2026", (6, 3, 2026), (8, 3, 2026)),
            ("Giữa tháng 11/2025 và tháng 2/2026", (1, 1, 2026), (1, 3, 2026)),
            ("Tháng 3/2026 - tháng 5/2026", (1, 3, 2026), (28, 2, 2026)),
            ("Từ năm 2024 đến năm 2025", (1, 8, 2024), (1, 1, 2026)),
        ],
    )
    def test_from_one_date_to_another(
        self, time: str, inside: tuple[int, int, int], outside: tuple[int, int, int]
    ) -> None:
        asked = understood(f"{time} có những cuộc họp nào?")
        assert asked is not None
        assert asked.between
        assert of_the_time((meeting("a", *inside),), asked) is True
        assert of_the_time((meeting("b", *outside),), asked) is False

    def test_between_months_of_one_year_a_year_may_be_unknown(self) -> None:
        asked = understood("Từ tháng 3 đến tháng 5/2026 có những cuộc họp nào?")
        assert asked is not None
        assert of_the_time((meeting("a", 1, 4, None),), asked) is None
        assert of_the_time((meeting("b", 1, 6, None),), asked) is False

    def test_months_side_by_side_are_a_list(self) -> None:
        asked = understood("Tháng 3/2026 hoặc tháng 5/2026 có những cuộc họp nào?")
        assert asked is not None
        assert [date.month for date in asked.dates] == [3, 5]

    def test_the_part_of_the_day_is_kept(self) -> None:
        asked = understood("Buổi chiều ngày 5/5/2026 có những cuộc họp nào?")
        assert asked is not None
        assert asked.part == "chiều"

    @pytest.mark.parametrize(
        ("question", "sought"),
        [
            ("Tháng 3/2025 có những cuộc họp nào?", Sought.MEETINGS),
            ("Có bao nhiêu hội nghị trong năm 2025?", Sought.MEETINGS),
            ("Liệt kê các buổi làm việc của ông Trần Quang Minh", Sought.MEETINGS),
            ("Thứ trưởng đã làm việc với những tỉnh nào?", Sought.PROVINCES),
            ("Những ai dự hội nghị của Quân khu 9?", Sought.ATTENDEES),
            ("Ai có mặt ở cả hai cuộc họp?", Sought.SHARED),
            ("Ông Trần Quang Minh từng giữ những chức vụ gì?", Sought.OFFICES),
            ("Ông Minh khi đó giữ chức gì?", Sought.OFFICE),
            ("Hà Giang kiến nghị gì với Bộ Quốc phòng?", Sought.REQUESTS),
            ("Hội nghị đã thống nhất những nội dung gì?", Sought.DECISIONS),
        ],
    )
    def test_what_is_sought(self, question: str, sought: Sought) -> None:
        asked = understood(question)
        assert asked is not None
        assert asked.sought is sought

    @pytest.mark.parametrize(
        "question",
        [
            "Ai chủ trì hội nghị của Quân khu 9?",
            "Buổi làm việc diễn ra ngày nào?",
            "Trần Quang Minh là ai?",
            "Những huyện nào trồng cam?",
            "Các cuộc tấn công vào giáo viên gây ra điều gì?",
            "Một giờ có mấy cuộc gọi?",
        ],
    )
    def test_other_questions_are_left_to_the_sentences(self, question: str) -> None:
        assert understood(question) is None

    def test_every_word_that_is_left_must_be_in_the_record(self) -> None:
        asked = understood("Những cuộc họp nào bàn về chè cổ thụ?")
        assert asked is not None
        assert [len(run) for run in asked.meant.words] == [3]

    def test_who_asks_whom(self) -> None:
        active = understood("Hà Giang đề nghị gì với Bộ Quốc phòng?")
        passive = understood("Bộ Quốc phòng được Hà Giang đề nghị những gì?")
        assert active is not None
        assert passive is not None
        assert (active.meant, active.to) == (passive.meant, passive.to)
        assert active.meant.words != active.to.words

    def test_numbers_of_meetings_and_sides(self) -> None:
        shared = understood("Ai dự cả ba buổi?")
        assert shared is not None
        assert shared.count == 3
        side = understood("Phía tỉnh Hà Giang có những ai dự buổi làm việc?")
        assert side is not None
        assert side.side == side.meant.words[0]


class TestEvents:
    def test_reports_of_one_meeting_are_one_event(self) -> None:
        one, other = meeting("a", 5, 3, 2025, "Trần Quang Minh"), meeting("b", 5, 3, None, "Trần Quang Minh", "Lê Hoa")
        assert [[m.document_id for m in event] for event in events([one, other])] == [["b", "a"]]

    @pytest.mark.parametrize(
        "other",
        [
            meeting("b", 6, 3, 2025, "Trần Quang Minh"),
            meeting("b", 5, 3, 2024, "Trần Quang Minh"),
            meeting("b", 5, 3, 2025, "Lê Hoa"),
            meeting("b", 5, 3, 2025, "Trần Quang Minh", kind=Kind.CEREMONY),
        ],
    )
    def test_another_day_year_kind_or_nobody_in_common_is_another_event(self, other: Meeting) -> None:
        assert len(events([meeting("a", 5, 3, 2025, "Trần Quang Minh"), other])) == 2

    def test_in_order_of_time_and_without_a_year_last(self) -> None:
        found = events([meeting("c", 1, 1, None), meeting("b", 2, 5, 2025), meeting("a", 9, 12, 2024)])
        assert [event[0].document_id for event in found] == ["a", "b", "c"]

    @pytest.mark.parametrize(
        ("question", "year", "expected"),
        [
            ("Tháng 3/2025 có những cuộc họp nào?", 2025, True),
            ("Tháng 3/2025 có những cuộc họp nào?", None, None),
            ("Tháng 3/2025 có những cuộc họp nào?", 2024, False),
            ("Tháng 4/2025 có những cuộc họp nào?", None, False),
            ("Ngày 5/3 có những cuộc họp nào?", None, True),
            ("Có những cuộc họp nào?", None, True),
        ],
    )
    def test_a_year_that_is_not_stated_is_not_known(
        self, question: str, year: int | None, expected: bool | None
    ) -> None:
        asked = understood(question)
        assert asked is not None
        assert of_the_time((meeting("a", 5, 3, year),), asked) is expected


def reply(library: Library, question: str, history: Sequence[Turn] = ()) -> Answer:
    """The answer, which must stand every check of `hoidap verify`."""
    *_, last = ask(library, question, history, extractive=True)
    assert isinstance(last, Done)
    findings = recheck(library, json.loads(to_json(last.answer)))
    assert [finding for finding in findings if not finding.ok] == []
    return last.answer


def quoted(answer: Answer) -> list[str]:
    return [claim.text for claim in answer.claims]


class TestSeeds:
    """Of the five articles; the answers are read from them, not from the records."""

    def test_meetings_of_a_month(self, seeded: Library) -> None:
        answer = reply(seeded, "Trong tháng 10/2024 đã có những cuộc họp nào?")
        assert len(answer.claims) == 1
        assert answer.model.llm is None
        assert "22/10" in answer.answer
        assert "Mộc Châu" in answer.answer

    def test_no_meeting_of_a_year_is_a_refusal(self, seeded: Library) -> None:
        assert reply(seeded, "Năm 2023 có những cuộc họp nào?").refused

    def test_what_has_no_year_is_said_to_have_none(self, seeded: Library) -> None:
        answer = reply(seeded, "Năm 2024 Bộ trưởng Quốc phòng làm việc với những tỉnh nào?")
        assert "Sơn La" in quoted(answer)[0]
        assert "Lào Cai" in quoted(answer)[1]
        assert "Lạng Sơn" not in answer.answer
        assert answer.answer.endswith("(Tài liệu không ghi năm: [2].)")

    def test_all_provinces_without_a_year(self, seeded: Library) -> None:
        answer = reply(seeded, "bo truong quoc phong da lam viec voi nhung tinh nao")
        assert len(answer.claims) == 3
        for province in ("Sơn La", "Lào Cai", "Lạng Sơn"):
            assert province in answer.answer

    def test_an_office_that_nobody_held_there_is_a_refusal(self, seeded: Library) -> None:
        assert reply(seeded, "Thủ tướng đã làm việc với những tỉnh nào?").refused

    def test_who_was_at_all_of_them(self, seeded: Library) -> None:
        answer = reply(seeded, "Ai dự cả ba buổi làm việc?")
        assert quoted(answer) == ["Phan Văn Giang", "Hoàng Xuân Chiến"]
        assert [claim.citations for claim in answer.claims] == [(1, 2, 3), (4, 5, 6)]

    def test_a_follow_up_is_about_the_meetings_before(self, seeded: Library) -> None:
        before = ("Bộ trưởng Quốc phòng đã làm việc với những tỉnh nào?", "Sơn La, Lạng Sơn và Lào Cai.")
        assert "Hoàng Xuân Chiến" in quoted(reply(seeded, "Ai dự cả ba buổi?", [before]))

    def test_who_was_at_two_meetings_of_different_kinds(self, seeded: Library) -> None:
        answer = reply(seeded, "Ai có mặt ở cả hội nghị Quân khu 2 và buổi làm việc tại Sơn La?")
        assert quoted(answer) == ["Hoàng Quốc Khánh"]

    @pytest.mark.parametrize(
        ("before", "office", "not_then"),
        [
            ("Tháng 10/2024 Bộ trưởng Quốc phòng làm việc ở đâu?", "Bí thư Tỉnh ủy, Chủ tịch", "Phó Chủ tịch"),
            ("Hội nghị của Quân khu 2 diễn ra ngày nào?", "Phó Chủ tịch Thường trực UBND tỉnh", "Bí thư"),
        ],
    )
    def test_an_office_at_that_time(self, seeded: Library, before: str, office: str, not_then: str) -> None:
        answer = reply(seeded, "Ông Khánh khi đó giữ chức gì?", [(before, "Đã trả lời.")])
        assert office in answer.answer
        assert not_then not in answer.answer

    def test_offices_of_one_person(self, seeded: Library) -> None:
        answer = reply(seeded, "Ông Hoàng Quốc Khánh đã giữ những chức vụ gì?")
        assert "Sơn La" in answer.answer
        assert "Phó Chủ tịch Thường trực UBND tỉnh" in answer.answer

    def test_what_was_asked_of_whom(self, seeded: Library) -> None:
        answer = reply(seeded, "Lào Cai đề xuất những gì với Bộ Quốc phòng?")
        for wish in ("Nội Bài - Lào Cai", "1.435 mm", "thương mại tự do"):
            assert wish in answer.answer
        assert len({citation.document_id for citation in answer.citations}) == 1

    def test_the_other_way_round(self, seeded: Library) -> None:
        answer = reply(seeded, "Bộ trưởng Quốc phòng yêu cầu Lạng Sơn những việc gì?")
        assert "nhân sự cho đại hội" in answer.answer
        assert "Sơn La" not in answer.answer

    def test_who_came_on_one_side(self, seeded: Library) -> None:
        answer = reply(seeded, "Phía tỉnh Lào Cai có những ai dự buổi làm việc với Bộ trưởng?")
        for name in ("Đặng Xuân Phong", "Vũ Xuân Cường", "Hoàng Giang"):
            assert name in answer.answer
        assert "Huỳnh Chiến Thắng" not in answer.answer

    def test_a_person_who_did_not_come(self, seeded: Library) -> None:
        assert reply(seeded, "Ông Vũ Xuân Cường dự những hội nghị nào?").answer == REFUSAL


def test_a_damaged_note_is_found(seeded: Library) -> None:
    answer = reply(seeded, "Năm 2024 Bộ trưởng Quốc phòng làm việc với những tỉnh nào?")
    forged = replace(answer, answer=answer.answer.replace("không ghi năm", "ghi năm 2024"))
    findings = recheck(seeded, json.loads(to_json(forged)))
    assert not all(finding.ok for finding in findings)


MINUTES = """BIÊN BẢN HỌP GIAO BAN THÁNG 5/2026

Thời gian: 8 giờ 00, ngày 12/5/2026.

Địa điểm: Phòng họp số 2, UBND huyện Tân Phúc.

Chủ trì: Đồng chí Bùi Văn Khoa, Chủ tịch UBND huyện.

Đồng chí Bùi Văn Khoa yêu cầu các phòng rà soát nợ thuế trước ngày 30/5/2026.
"""


def test_minutes_are_named_by_their_title(library: Library, tmp_path: Path) -> None:
    bring_in(library, write(tmp_path / "bien-ban.txt", MINUTES))
    answer = reply(library, "Tháng 5/2026 có những cuộc họp nào?")
    assert quoted(answer) == ["BIÊN BẢN HỌP GIAO BAN THÁNG 5/2026", "Thời gian: 8 giờ 00, ngày 12/5/2026."]


def test_another_source_of_the_same_minutes_stands_beside_the_citation(library: Library, tmp_path: Path) -> None:
    bring_in(library, write(tmp_path / "bien-ban.txt", MINUTES), write(tmp_path / "sao.txt", f"Bản sao\n\n{MINUTES}"))
    answer = reply(library, "Tháng 5/2026 có những cuộc họp nào?")
    assert len({citation.document_id for citation in answer.citations}) == 1
    assert all(citation.also for citation in answer.citations)


def test_the_part_of_the_day_is_unknown_without_a_word_for_it() -> None:
    silent = (meeting("a", 5, 5, 2026, "Trần Thị Lan"),)
    (one,) = silent
    assert one.moment is not None
    morning = (replace(one, moment=replace(one.moment, part="sáng")),)
    assert [of_the_part(event, "chiều") for event in (silent, morning)] == [None, False]
    assert of_the_part(morning, "sáng") is True
    assert of_the_part(silent, None) is True


def test_a_longer_name_is_another_person() -> None:
    assert called(("trân1", "thi5", "lan"), ("lan",))
    assert not called(("trân1", "thi5", "lan", "anh"), ("trân1", "thi5", "lan"))


def test_the_note_on_unknown_years_marks_the_line_of_each_meeting(library: Library, tmp_path: Path) -> None:
    files = [
        write(
            tmp_path / f"{day}.txt", MINUTES.replace("ngày 12/5/2026", f"ngày {day}/5").replace(" THÁNG 5/2026", place)
        )
        for day, place in ((12, " XÃ BẰNG LĂNG"), (19, " XÃ TÂN SƠN"))
    ]
    bring_in(library, *[write(tmp_path / "x.txt", MINUTES.replace("12/5/2026", "2/5/2026")), *files])
    answer = reply(library, "Tháng 5/2026 có những cuộc họp nào?")
    lines = answer.answer.split("\n")
    assert len(lines) == 4
    marks = [re.findall(r"\[\d+\]", line)[0] for line in lines[1:3]]
    assert lines[-1] == f"(Tài liệu không ghi năm: {''.join(marks)}.)"


LISTED = """BIÊN BẢN HỌP THƯỜNG KỲ

Thời gian: 8 giờ 00, ngày 12/5/2026.

Địa điểm: Phòng họp số 2, UBND huyện Tân Phúc.

Chủ trì: Đồng chí Bùi Văn Khoa, Chủ tịch UBND huyện.

Thành viên:

- Đồng chí Quách Thị Hương phụ trách văn xã.

- Đồng chí Đinh Công Sứ phụ trách tài chính.

Đồng chí Bùi Văn Khoa yêu cầu các phòng rà soát nợ thuế trước ngày 30/5/2026.
"""


def test_a_list_of_people_is_whole_or_not_given(library: Library, tmp_path: Path) -> None:
    bring_in(library, write(tmp_path / "bien-ban.txt", LISTED))
    answer = reply(library, "Những ai dự cuộc họp ngày 12/5/2026?")
    names = ("Bùi Văn Khoa", "Quách Thị Hương", "Đinh Công Sứ")
    assert all(name in answer.answer for name in names) or answer.confidence != CONFIDENCE
