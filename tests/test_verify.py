"""The fact gate on a labelled set, on minimal pairs for each rule, and on anything at all."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.verify import Verdict, check, coverage, missing_values

DATA = Path(__file__).parent / "data"


def measured(path: Path) -> tuple[float, float, str]:
    """Precision and recall of "supported", and the two with their counts as a line."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    shown = [row for row in rows if check(row["claim"], row["spans"]).supported]
    right = sum(row["supported"] for row in shown)
    precision, recall = right / len(shown), right / sum(row["supported"] for row in rows)
    return precision, recall, f"{path.name}: {len(rows)} claims, precision {precision:.3f}, recall {recall:.3f}"


LEAST = {"claims.jsonl": (0.99, 0.81), "binding.jsonl": (0.99, 0.92), "fresh.jsonl": (0.99, 0.82)}


@pytest.mark.parametrize(("name", "least"), LEAST.items())
def test_precision_and_recall_on_labelled_claims(name: str, least: tuple[float, float]) -> None:
    precision, recall, line = measured(DATA / name)
    print(line)
    assert precision >= least[0] and recall >= least[1], line


PAIRS = [
    # rule, span, a faithful claim, a wrong one
    ("number", "Huyện có 12 xã và 3 thị trấn.", "Huyện có 12 xã.", "Huyện có 3 xã."),
    ("number word", "Đoàn thăm 21 hộ nghèo.", "Đoàn thăm hai mươi mốt hộ nghèo.", "Đoàn thăm hai mươi hộ nghèo."),
    ("scale", "Kinh phí 1.200 tỷ đồng.", "Kinh phí 1,2 nghìn tỷ đồng.", "Kinh phí 1,2 tỷ đồng."),
    ("square metres", "Nhà rộng 120 m².", "Nhà rộng 120 m2.", "Nhà rộng 120 m³."),
    ("unit", "Tuyến cống dài 80 m.", "Tuyến cống dài 80 m.", "Tuyến cống dài 80 km."),
    ("percent", "Sản lượng tăng 2,5 lần.", "Sản lượng tăng 2,5 lần.", "Sản lượng tăng 2,5%."),
    ("range", "Mưa 80 - 150 mm, vùng núi 200 - 250 mm.", "Mưa từ 80 đến 150 mm.", "Vùng núi 80 - 150 mm."),
    ("bound", "Có trên 70% hộ tham gia.", "Có hơn 70% hộ tham gia.", "Có dưới 70% hộ tham gia."),
    (
        "years",
        "Quy hoạch thời kỳ 2021-2030.",
        "Quy hoạch thời kỳ từ 2021 đến 2030.",
        "Quy hoạch thời kỳ từ 2021 đến 2035.",
    ),
    ("date", "Họp sáng 3/4, bế mạc chiều 5/4.", "Bế mạc chiều 5/4.", "Bế mạc chiều 3/4."),
    ("daypart", "Lễ ký diễn ra sáng 9/8.", "Lễ ký diễn ra sáng ngày 9 tháng 8.", "Lễ ký diễn ra tối 9/8."),
    ("quarter", "Dự án khởi công quý III/2026.", "Dự án khởi công quý 3 năm 2026.", "Dự án khởi công quý 2 năm 2026."),
    (
        "ordinal",
        "Hội nghị lần thứ 19, khóa XII.",
        "Hội nghị lần thứ mười chín, khóa 12.",
        "Hội nghị lần thứ 12, khóa XIX.",
    ),
    ("rank", "Đội A9 về nhất chặng 2.", "Đội A9 về nhất chặng 2.", "Đội A9 về nhì chặng 2."),
    ("code", "Đoàn dâng hương tại Đồi A1.", "Đoàn dâng hương tại Đồi A1.", "Đoàn dâng hương tại Đồi A2."),
    (
        "document",
        "Quyết định 27/QĐ-UBND của tỉnh.",
        "Quyết định số 27/QĐ-UBND của tỉnh.",
        "Quyết định số 27/QĐ-TTg của tỉnh.",
    ),
    ("abbreviation", "Sở Tài nguyên và Môi trường thẩm định.", "Sở TN&MT thẩm định.", "Sở NN&PTNT thẩm định."),
    (
        "name and place in one run",
        "Ông Tô Vĩnh Phát, Chủ tịch UBND huyện Sông Mây, chủ trì.",
        "Chủ tịch UBND huyện Sông Mây Tô Vĩnh Phát chủ trì.",
        "Chủ tịch UBND huyện Sông Mã Tô Vĩnh Phát chủ trì.",
    ),
    (
        "former",
        "Ông Lê Văn Tám, nguyên Bí thư Huyện ủy, dự.",
        "Nguyên Bí thư Huyện ủy Lê Văn Tám dự.",
        "Bí thư Huyện ủy Lê Văn Tám dự.",
    ),
    (
        "body",
        "Chủ tịch HĐND tỉnh Đỗ Văn Hùng và Phó Chủ tịch UBND tỉnh Lê Thị Mai dự.",
        "Ông Đỗ Văn Hùng, Chủ tịch Hội đồng nhân dân tỉnh, dự.",
        "Ông Đỗ Văn Hùng, Chủ tịch Ủy ban nhân dân tỉnh, dự.",
    ),
    ("negation lost", "Huyện chưa công bố dịch.", "Huyện chưa công bố dịch.", "Huyện đã công bố dịch."),
    ("negation added", "Huyện đã công bố dịch.", "Huyện công bố dịch.", "Huyện không công bố dịch."),
    (
        "negation moved",
        "Địa bàn không xảy ra vụ cháy nào.",
        "Địa bàn không có vụ cháy nào xảy ra.",
        "Địa bàn xảy ra vụ cháy.",
    ),
    (
        "not only",
        "Mô hình không chỉ tạo việc làm mà còn giữ rừng.",
        "Mô hình tạo việc làm.",
        "Mô hình không tạo việc làm.",
    ),
    ("direction", "Mực nước hồ hạ 2 m.", "Mực nước hồ giảm 2 m.", "Mực nước hồ tăng 2 m."),
    ("direction bound", "Giá xăng giảm, giá gạo tăng.", "Giá gạo tăng.", "Giá xăng tăng."),
    ("least and most", "Gia hạn tối đa 6 tháng.", "Gia hạn nhiều nhất 6 tháng.", "Gia hạn ít nhất 6 tháng."),
    ("plan", "Dự án dự kiến thông xe năm 2027.", "Dự án dự kiến thông xe năm 2027.", "Dự án đã thông xe năm 2027."),
    (
        "proposal",
        "Tỉnh Hà Sơn đề nghị Chính phủ hỗ trợ 450 tỷ đồng.",
        "Tỉnh Hà Sơn đề nghị Chính phủ hỗ trợ 450 tỷ đồng.",
        "Chính phủ hỗ trợ 450 tỷ đồng.",
    ),
    (
        "condition",
        "Hộ dân được bồi thường 300 triệu đồng, trừ các hộ lấn chiếm đất công.",
        "Hộ dân được bồi thường 300 triệu đồng, trừ hộ lấn chiếm đất công.",
        "Hộ dân được bồi thường 300 triệu đồng, kể cả hộ lấn chiếm đất công.",
    ),
    (
        "agent",
        "Đội tuyển Hà Sơn thắng đội tuyển Phong Châu.",
        "Đội tuyển Hà Sơn thắng đội tuyển Phong Châu.",
        "Đội tuyển Phong Châu thắng đội tuyển Hà Sơn.",
    ),
    (
        "buyer and seller",
        "Công ty Thiên Long bán 60% cổ phần cho Tập đoàn Hải Vân.",
        "Tập đoàn Hải Vân mua 60% cổ phần của Công ty Thiên Long.",
        "Công ty Thiên Long mua 60% cổ phần của Tập đoàn Hải Vân.",
    ),
    (
        "from and to",
        "Xe chạy từ thị trấn Sa Đéc đến thành phố Vĩnh Long.",
        "Xe chạy từ Sa Đéc đến Vĩnh Long.",
        "Xe chạy từ thành phố Vĩnh Long đến thị trấn Sa Đéc.",
    ),
    (
        "speaker",
        "Ông Cao Tiến Dũng nói: “Đây là công trình của lòng dân”. Bà Mai Thị Hoa chia sẻ: “Tôi rất vui mừng”.",
        "Ông Cao Tiến Dũng nói: “Đây là công trình của lòng dân”.",
        "Bà Mai Thị Hoa nói: “Đây là công trình của lòng dân”.",
    ),
    (
        "quotation",
        "Khẩu hiệu là “Sạch nhà, đẹp ngõ”.",
        "Khẩu hiệu là “Sạch nhà, đẹp ngõ”.",
        "Khẩu hiệu là “Sạch nhà, đẹp phố”.",
    ),
]


@pytest.mark.parametrize(("rule", "span", "right", "wrong"), PAIRS, ids=[pair[0] for pair in PAIRS])
def test_minimal_pairs(rule: str, span: str, right: str, wrong: str) -> None:
    assert check(right, [span]) == Verdict(True, ""), rule
    assert not check(wrong, [span]).supported, rule


def test_listed_items_are_counted() -> None:
    spans = ["Đoàn thăm tỉnh Hà Sơn ngày 3/4.", "Đoàn thăm tỉnh Lạc Thủy ngày 5/4."]
    assert check("Đoàn thăm hai tỉnh Hà Sơn và Lạc Thủy.", spans).supported
    assert not check("Đoàn thăm bốn tỉnh Hà Sơn và Lạc Thủy.", spans).supported


def test_pairs_told_in_turn() -> None:
    spans = ["Xã Tân An có Chủ tịch là ông Lê Văn Tám.", "Xã Tân Lập có Chủ tịch là bà Đỗ Thị Nga."]
    assert check("Chủ tịch hai xã Tân An và Tân Lập lần lượt là ông Lê Văn Tám và bà Đỗ Thị Nga.", spans).supported
    assert not check("Chủ tịch hai xã Tân An và Tân Lập lần lượt là bà Đỗ Thị Nga và ông Lê Văn Tám.", spans).supported


SPAN = (
    "Cùng dự có Thượng tướng Hoàng Xuân Chiến, Ủy viên Trung ương Đảng, Thứ trưởng Bộ Quốc phòng; "
    "Bí thư Tỉnh ủy, Chủ tịch Ủy ban Nhân dân tỉnh Sơn La Hoàng Quốc Khánh."
)


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("Tháng 10/2024 ông Hoàng Quốc Khánh giữ chức vụ gì?", "Bí thư Tỉnh ủy.", "Thứ trưởng Bộ Quốc phòng."),
        ("Ai là Bí thư Tỉnh ủy Sơn La?", "Hoàng Quốc Khánh.", "Hoàng Xuân Chiến."),
        ("Ai là Thứ trưởng Bộ Quốc phòng?", "Thượng tướng Hoàng Xuân Chiến.", "Hoàng Quốc Khánh."),
    ],
)
def test_a_fragment_is_judged_as_the_answer_to_its_question(question: str, right: str, wrong: str) -> None:
    assert check(right, [SPAN], question=question).supported
    assert not check(wrong, [SPAN], question=question).supported


@pytest.mark.parametrize("verb", ["từ chức", "bị bắt", "qua đời", "ký", "bị kỷ luật"])
def test_a_verb_that_only_the_question_has_proves_nothing(verb: str) -> None:
    span = "Chiều 16/4, Đại tướng Phan Văn Giang đã làm việc với Ban Thường vụ Tỉnh ủy Lạng Sơn."
    question = f"Đại tướng Phan Văn Giang {verb} ngày nào?"
    assert not check(f"Đại tướng Phan Văn Giang {verb} ngày 16/4.", [span], question=question).supported


def test_a_false_premise_told_back_is_unsupported() -> None:
    question = "Ai dẫn đoàn tỉnh Vân Nam sang thăm lại Lào Cai?"
    span = "Đồng chí Trần Chí Thành, Phó Châu trưởng châu Văn Sơn, tỉnh Vân Nam, chào mừng đoàn tỉnh Lào Cai."
    claim = "Đồng chí Trần Chí Thành, Phó Châu trưởng châu Văn Sơn dẫn đoàn tỉnh Vân Nam sang thăm lại Lào Cai."
    assert not check(claim, [span], question=question).supported


def test_no_span_supports_nothing() -> None:
    assert check("Huyện có 12 xã.", []) == Verdict(False, "no span")


def test_missing_values_and_coverage() -> None:
    assert missing_values("Ngày 3/4, huyện có 12 xã.", ["Huyện có 13 xã."]) == ["dates:(3, 4, None)", "quantities:12"]
    assert coverage("Huyện có xã nghèo", ["Huyện có xã"]) == pytest.approx(0.75, abs=0.1)


TEXTS = [json.loads(line)["spans"] for line in (DATA / "claims.jsonl").read_text(encoding="utf-8").splitlines()]


@given(st.text(), st.text(), st.text())
def test_any_text_gets_a_verdict_and_itself_is_supported(claim: str, span: str, question: str) -> None:
    assert isinstance(check(claim, [span, "Ngày 3/4, “" + span], question=question), Verdict)
    assert check(claim, [span, claim]).supported


@given(st.sampled_from(TEXTS))
def test_every_span_supports_itself(spans: list[str]) -> None:
    assert all(check(span, spans).supported for span in spans)


@given(st.sampled_from(TEXTS), st.data())
def test_one_wrong_digit_is_never_supported(spans: list[str], data: st.DataObject) -> None:
    span = data.draw(st.sampled_from(spans))
    places = [i for i, c in enumerate(span) if c in "0123456789"]
    if not places:
        return
    at = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from([d for d in "123456789" if d != span[at]]))
    claim = span[:at] + digit + span[at + 1 :]
    changed = _number_at(claim, at)
    if changed not in {_number_at(span, i) for i in places}:
        assert not check(claim, [span]).supported


def _number_at(text: str, at: int) -> str:
    """The whole run of digits and separators at a place, leading zeros left out."""
    low = high = at
    while low and text[low - 1].isdigit():
        low -= 1
    while high < len(text) and text[high].isdigit():
        high += 1
    return text[low:high].lstrip("0")


@pytest.mark.parametrize(
    "item", ["xã Tân An 12 hộ", "1-", "ngày 3/4 tăng 12%", "“Sạch nhà đẹp ngõ” ông Lê Văn Tám nói", "("]
)
@pytest.mark.parametrize("mark", [", ", " ", ""])
def test_no_claim_takes_long(item: str, mark: str) -> None:
    for size in (400, 700, 1_500, 5_000):
        span = mark.join([item] * 5_000)[:size]
        start = time.process_time()
        check(span[: min(size // 3, 990)] + " x", [span])
        assert time.process_time() - start < 0.2


@pytest.mark.parametrize("size", [100, 300, 900, 5_000])
def test_a_row_of_different_values_does_not_take_long(size: int) -> None:
    span = " ".join(f"{n} Tên{n}" if size == 900 else str(n) for n in range(11, 1_300))[:size]
    start = time.process_time()
    check(span[: min(size // 3, 990)] + " x", [span])
    assert time.process_time() - start < 0.2


def test_a_claim_against_four_long_spans_is_quick() -> None:
    spans = [span for spans in TEXTS[::40] for span in spans][:4]
    check(spans[0][:60], spans)
    start = time.process_time()
    for size in range(60, 80):
        check(spans[0][:size], spans)
    assert (time.process_time() - start) / 20 < 0.03
