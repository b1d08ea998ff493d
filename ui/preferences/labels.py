"""The words of the settings tab."""

from __future__ import annotations

from rag.evaluation.labels import number
from rag.operating_points import Point

TAB = "Cài đặt"
TITLE = "Cài đặt của máy này"
EVERYONE = "Cài đặt dùng chung cho mọi người dùng máy này; câu hỏi kế tiếp dùng cài đặt mới."
READ_ONLY = "Chỉ đổi được cài đặt khi mở trang này ngay trên máy chủ, tại địa chỉ 127.0.0.1."
SAVE = "Lưu cài đặt"
SAVED = "Đã lưu. Câu hỏi kế tiếp dùng cài đặt mới."
UNCHANGED = "Không có gì thay đổi."
LOADING = "Đang nạp mô hình {model}. Trong lúc đó vẫn hỏi được bằng mô hình cũ."
LOADED = "Đã chuyển sang mô hình {model}; mô hình cũ đã được giải phóng."
BUSY = "Đang nạp một mô hình khác, hãy đợi xong."

MODEL = "Mô hình ngôn ngữ"
MODEL_HINT = "Mô hình chỉ đặt câu; câu trích và lời từ chối do chương trình quyết định."
HERE, NOT_HERE, BROKEN = "đã có trên máy", "chưa có trên máy", "tệp đã đổi, cần kiểm lại"
OWN_FILE = "Tệp riêng, không có trong danh mục."
SIZE, MEMORY, LICENCE, SPEED = "Dung lượng", "Bộ nhớ cần (ước tính)", "Giấy phép", "Tốc độ đo được"
NOT_MEASURED = "chưa đo trên máy này"
FETCH = "Lấy về: "

EXTRACTIVE = "Chỉ trích nguyên văn"
EXTRACTIVE_TICK = "Không dùng mô hình: trả lời bằng chính câu trong tài liệu"
EXTRACTIVE_HINT = "Nhanh hơn nhiều và tốn ít bộ nhớ; câu trả lời không được viết lại cho gọn."

SOURCES = "Số câu nguồn"
SOURCES_HINT = "Mô hình đọc nhiều nhất ngần này câu của tài liệu trước khi trả lời. Nhiều hơn thì chậm hơn."

REFUSAL = "Ngưỡng từ chối"
REFUSAL_HINT = (
    "Mỗi câu trả lời có một xác suất đúng. Thấp hơn ngưỡng thì chương trình từ chối thay vì trả lời. Ngưỡng cao: ít câu"
    " sai hơn, nhưng nhiều câu đúng cũng bị từ chối."
)
MEASURED_ON = "Đo bằng hoidap calibrate, kiểm chéo trên {sets}. Tài liệu của bạn có thể khác; hãy xem thẻ Chất lượng."
NO_POINTS = "Tệp hệ số đang dùng không có số đo cho các ngưỡng; hãy lập lại bằng hoidap calibrate."
CURVE = "Các tỷ lệ thay đổi theo ngưỡng từ chối"
AXIS = "ngưỡng từ chối"
LINES = {
    "refused": "từ chối đúng",
    "wrong": "sai khi trả lời",
    "false_refusals": "từ chối nhầm",
}
ABOVE = "Đang do {above} đặt nên không đổi được ở đây. Bỏ nó đi rồi khởi động lại để dùng cài đặt này."

MEASURE_TITLE = "Tốc độ trên máy này"
MEASURE_HINT = (
    "Cho mô hình đang dùng đọc một đoạn và viết một đoạn ngắn, mất khoảng nửa phút. Các câu hỏi khác đợi tới lượt."
)
MEASURE = "Đo tốc độ"
STOP = "Dừng"
STOPPED = "Đã dừng, không ghi lại gì."
STAGES = {"wait": "Đang chờ câu hỏi khác xong", "load": "Đang nạp mô hình", "read": "Đang đọc", "write": "Đang viết"}
MEASURED_HEAD = ("Mô hình", "Đọc", "Viết", "Bộ nhớ cao nhất", "Máy", "Lúc đo")
ELSEWHERE = "máy khác: "
OTHER_FILE = " (tệp mô hình khác)"

DATA = "Thư mục dữ liệu"
DATA_HINT = "Tài liệu đã nạp, chỉ mục, báo cáo và báo sai đều nằm trong thư mục này."
MOVE = "Chuyển sang chỗ khác"
MOVE_STEPS = (
    "Dừng chương trình (Ctrl-C trong cửa sổ lệnh).",
    "Chép cả thư mục sang chỗ mới, ví dụ một ổ đĩa khác.",
    'Ghi dòng data = "ĐƯỜNG_DẪN_MỚI" vào {file}, hoặc chạy hoidap --data ĐƯỜNG_DẪN_MỚI ui.',
    "Mở lại; khi mọi thứ đúng thì xóa thư mục cũ. Muốn giữ một bản dự phòng: hoidap backup TỆP.",
)
CONFIG = "Cài đặt được ghi vào {file}."

ABOUT = "Về chương trình"
NOT_INSTALLED = "(chạy từ thư mục mã nguồn)"
OWN_LICENCE = "Mã nguồn theo giấy phép Apache 2.0."
PACKAGES = "Các thư viện chính"
ALL_PACKAGES = "Tất cả thư viện và giấy phép"
PACKAGE_HEAD = ("Thư viện", "Phiên bản", "Giấy phép")
MODELS = "Các mô hình trên máy"
MODEL_HEAD = ("Mô hình", "Giấy phép", "Nguồn", "Mã sha256")
NO_MODELS = "Chưa có mô hình nào của danh mục."


def gigabytes(size: float) -> str:
    return f"{number(size / 1e9, 1)} GB" if size >= 1e9 else f"{round(size / 1e6)} MB"


def tokens(rate: float) -> str:
    return f"{number(rate, 1)} token/giây"


def in_words(point: Point) -> str:
    """What an operating point means, of a hundred questions each."""
    right, missed, refused, wrong = (
        round(100 * share) for share in (point.contains, point.false_refusals, point.refused, point.wrong)
    )
    return (
        f"Ngưỡng {number(point.least, 2)}: cứ 100 câu có lời đáp thì {right} câu được trả lời đúng và {missed} câu bị"
        f" từ chối nhầm; cứ 100 câu không có lời đáp thì {refused} câu được từ chối; cứ 100 câu đã trả lời thì"
        f" {wrong} câu sai."
    )
