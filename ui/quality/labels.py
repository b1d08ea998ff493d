"""The words of the quality tab, and what each figure of a report means."""

from __future__ import annotations

from datetime import UTC, datetime

from rag.flags.records import MEANINGS, Wrong

TAB = "Chất lượng"

# ---- the report
REPORT = "Lần đo gần nhất"
OLDER = "Các lần đo trước"
SHOWN = "Đang xem"
SHOW_REPORT = "Xem"
NO_REPORT = "Chưa có lần đo nào."
HOW = "Để đo, mở cửa sổ lệnh và chạy với một bộ câu hỏi có sẵn đáp án:"
COMMAND = "hoidap eval THƯ_MỤC_BỘ_CÂU_HỎI"
HOW_AFTER = "Đo xong thì mở lại thẻ này, báo cáo sẽ hiện ở đây."
HOW_OWN = "Bộ câu hỏi của bạn được lập từ các báo sai, ở phần dưới."
FIGURE, VALUE, INTERVAL, CASES = "Chỉ số", "Giá trị", "Khoảng tin cậy 95 %", "Số trường hợp"
ALL_FIGURES = "Tất cả chỉ số"
TYPES = "Theo loại câu hỏi"
TYPE, COUNT = "Loại", "Số câu"
INTERVAL_HINT = (
    "Mỗi con số đo trên một số câu có hạn. Khoảng tin cậy 95 % cho biết con số thật có lẽ nằm từ đâu đến đâu:"
    " càng nhiều câu hỏi, khoảng càng hẹp."
)
EXPLAINED = {
    "answers.contains": (
        "Trả lời đúng",
        "Trong các câu hỏi mà tài liệu có lời đáp, ngần này câu được trả lời có đúng đáp án.",
    ),
    "refusal.recall": (
        "Từ chối đúng",
        "Trong các câu hỏi mà tài liệu không có lời đáp, ngần này câu được từ chối.",
    ),
    "refusal.false_refusals": (
        "Từ chối nhầm",
        "Ngần này câu tài liệu có lời đáp nhưng chương trình lại từ chối. Càng nhỏ càng tốt.",
    ),
    "refusal.wrong_of_answered": (
        "Sai mà vẫn trả lời",
        "Trong các câu đã trả lời, ngần này câu không chứa đáp án. Càng nhỏ càng tốt.",
    ),
    "citations.validity": ("Trích nguyên văn", "Câu trích giống hệt văn bản gốc, từng ký tự. Phải luôn là 100 %."),
    "citations.precision": ("Trích dẫn trúng", "Trong các câu được trích, ngần này câu đúng là chỗ có lời đáp."),
    "citations.recall": (
        "Câu hỏi có trích dẫn trúng",
        "Ngần này câu hỏi có ít nhất một trích dẫn đúng chỗ có lời đáp.",
    ),
    "citations.unsupported_shown": (
        "Ý không được chứng minh",
        "Ý trong câu trả lời mà câu trích không chứng minh. Phải luôn là 0.",
    ),
    "retrieval.sentence_hit_1": ("Tìm đúng câu ngay đầu", "Ngần này câu hỏi có câu chứa lời đáp đứng đầu kết quả tìm."),
    "confidence.auroc": (
        "Phân biệt đúng với sai",
        "Độ tin cậy xếp câu đúng trên câu sai tốt đến đâu (AUROC): 1 là hoàn hảo, 0,5 là đoán mò.",
    ),
    "confidence.ece": (
        "Độ lệch của độ tin cậy",
        "Độ tin cậy nói ra lệch thực tế bao nhiêu (ECE). Càng gần 0 càng tốt.",
    ),
    "time.total_p50": ("Thời gian trả lời", "Tính bằng giây: một nửa số câu được trả lời xong trong ngần này."),
}
"""What is shown first, best known first: its short name and one sentence on what it means."""
PLOTS = {
    "risk": (
        "Rủi ro và độ phủ",
        "Đường đi từ trái sang phải: càng nhận trả lời nhiều câu thì tỷ lệ sai càng tăng. Đường càng thấp càng tốt.",
    ),
    "calib": (
        "Độ tin cậy và thực tế",
        "Điểm nằm trên đường chéo nghĩa là độ tin cậy nói ra đúng bằng tỷ lệ đúng thật.",
    ),
    "latency": (
        "Thời gian trả lời",
        "Phần câu hỏi đã có bằng chứng, có chữ đầu tiên và xong hẳn sau mỗi khoảng thời gian.",
    ),
    "types": (
        "Đúng theo loại câu hỏi",
        "Mỗi thanh là một loại câu hỏi; vạch đen là khoảng tin cậy, thanh xám là loại phải từ chối.",
    ),
}

# ---- a wrong answer
FLAG = "Báo sai"
FLAG_TITLE = "Câu trả lời này sai ở đâu?"
FLAG_HINT = "Câu hỏi, câu trả lời và các câu trích được giữ lại trên máy này để kiểm tra sau."
CHOICES = {
    Wrong.ANSWER: "Trả lời sai",
    Wrong.CITATION: "Trích dẫn sai chỗ",
    Wrong.MISSED: "Tài liệu có lời đáp mà không tìm thấy",
    Wrong.UNFOUNDED: "Tài liệu không có lời đáp, lẽ ra phải từ chối",
    Wrong.OTHER: "Điều khác",
}
EXPECTED = "Câu trả lời đúng (nếu biết)"
NOTE = "Ghi chú (không bắt buộc)"
SEND = "Gửi báo sai"
CANCEL = "Hủy"
FLAGGED = "Đã ghi báo sai"
FLAGGED_MORE = "Đã ghi báo sai. Xem lại ở thẻ Chất lượng."
CHOOSE = "Hãy chọn sai ở đâu."
GONE = "Không còn câu trả lời này trong phiên đang mở. Hãy hỏi lại rồi báo sai."

# ---- the list
FLAGS = "Các câu bạn đã báo sai"
NO_FLAGS = "Chưa có báo sai nào. Dưới mỗi câu trả lời có nút “Báo sai”."
EXPORT = "Xuất tất cả (JSONL)"
ANSWERED = "Đã trả lời"
RIGHT = "Câu trả lời đúng"
NOTED = "Ghi chú"
NEW, MADE = "Mới", "Đã thành câu đo"
MAKE_QUESTION = "Thành câu đo"
REMOVE_QUESTION = "Bỏ khỏi bộ câu đo"
DELETE = "Xóa"
CONFIRM_DELETE = "Xóa báo sai này?"
CONFIRM_DELETE_HINT = "Cả câu đo lập từ nó cũng bị xóa. Không hoàn tác được."

# ---- a question of the own set
OWN_SET = "Bộ câu đo của bạn"
OWN_SET_HINT = "Mỗi câu đo có đáp án đúng và câu bằng chứng, để đo lại sau khi đổi mô hình hay cấu hình."
FORM_TITLE = "Lập câu đo"
FORM_ANSWERS = (
    "Câu trả lời đúng. Mỗi dòng là một cách viết được chấp nhận; các phần phải có đủ thì nối bằng\u00a0“\u00a0+\u00a0”."
)
FORM_REFUSE = "Tài liệu không có lời đáp: câu này phải bị từ chối"
FORM_EVIDENCE = "Câu trong tài liệu có lời đáp"
FORM_NONE = "Câu trả lời này không trích câu nào. Hãy tìm câu có lời đáp."
FORM_SEARCH = "Tìm câu khác trong kho"
FORM_SEARCH_BUTTON = "Tìm"
FORM_NOT_FOUND = "Không tìm thấy câu nào."
FORM_MISSING = "Hãy ghi câu trả lời đúng, hoặc đánh dấu rằng tài liệu không có lời đáp."
FORM_SAVE = "Thêm vào bộ câu đo"
FORM_ADDED = "Đã thêm vào bộ câu đo."


def meaning(wrong: Wrong) -> str:
    words = MEANINGS[wrong]
    return words[0].upper() + words[1:]


def size(questions: int, of: int) -> str:
    return f"{questions} câu hỏi" if questions >= of else f"{questions} câu hỏi, mẫu của {of}"


def set_size(count: int) -> str:
    return f"{count} câu đo."


def local(made_at: str) -> str:
    """`2026-11-22T14:30:00+00:00` as the clock on the wall showed it: `22/11/2026 21:30`."""
    return moment(datetime.fromisoformat(made_at).replace(tzinfo=UTC).astimezone())


def moment(when: datetime) -> str:
    return f"{when:%d/%m/%Y %H:%M}"
