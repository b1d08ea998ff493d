"""Persons and their offices in official prose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.people import find_people, find_posts


def held(text: str) -> dict[str, list[str]]:
    """Each person's offices, `nguyên` before a former one."""
    return {p.name: [f"{q.former} {q.office}".strip() for q in p.posts] for p in find_people(text)}


def test_a_list_with_semicolons_gives_each_his_own() -> None:
    text = (
        "Cùng dự có Thượng tướng Hoàng Xuân Chiến, Ủy viên Trung ương Đảng, Thứ trưởng Bộ Quốc phòng; "
        "Bí thư Tỉnh ủy, Chủ tịch Ủy ban Nhân dân tỉnh Sơn La Hoàng Quốc Khánh."
    )
    assert held(text) == {
        "Hoàng Xuân Chiến": ["Thượng tướng", "Ủy viên", "Thứ trưởng"],
        "Hoàng Quốc Khánh": ["Bí thư", "Chủ tịch"],
    }


def test_former_and_acting_offices() -> None:
    text = "Lục Văn Bảy, nguyên Chủ tịch UBND tỉnh; Tạ Đình Khôi, quyền Viện trưởng Viện Kiểm sát nhân dân tỉnh"
    assert held(text) == {"Lục Văn Bảy": ["nguyên Chủ tịch"], "Tạ Đình Khôi": ["quyền Viện trưởng"]}


@pytest.mark.parametrize(
    ("text", "name", "offices"),
    [
        ("Đồng chí Lù Thị Pạo được bầu làm Chủ tịch Hội Liên hiệp Phụ nữ xã.", "Lù Thị Pạo", ["Chủ tịch"]),
        ("Đồng chí A Văn Bé vắng; đồng chí Lê Văn Tám tái đắc cử.", "Lê Văn Tám", []),
        ("Phó Châu trưởng châu Văn Sơn Trần Chí Thành chào mừng đoàn.", "Trần Chí Thành", ["Phó Châu trưởng"]),
        ("Phó Giám đốc Sở Kế hoạch và Đầu tư Lê Thu Thảo cho biết", "Lê Thu Thảo", ["Phó Giám đốc"]),
        ("bổ nhiệm bà Đỗ Hồng Nga làm Giám đốc thay ông Lại Thế Vinh nghỉ hưu", "Lại Thế Vinh", []),
    ],
)
def test_offices_beside_a_name(text: str, name: str, offices: list[str]) -> None:
    assert held(text)[name] == offices


def test_a_pronoun_goes_on_with_the_same_person() -> None:
    text = "Trước đây ông Vũ Đức Thuận là Phó Chủ tịch UBND huyện; từ ngày 1/7 ông giữ chức Giám đốc Sở Nội vụ."
    assert held(text) == {"Vũ Đức Thuận": ["Phó Chủ tịch", "Giám đốc"]}


def test_a_post_knows_its_body() -> None:
    (post,) = find_posts("Chủ tịch HĐND tỉnh Lào Cai dự họp")
    assert post.office == "Chủ tịch" and post.body[:2] == ("hôi5", "đông1")


@given(st.text())
def test_people_slice_back_to_their_names(text: str) -> None:
    assert all(text[p.start : p.end] == p.name for p in find_people(text))
