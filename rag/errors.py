"""Every error a user can meet, each with a Vietnamese sentence and a next step.

A class says what went wrong and what to do next; `detail` carries the technical side for the log.
The command line and the screen translate an error to one line at their border and nowhere else.
"""

from __future__ import annotations


class HoidapError(Exception):
    """Base of all expected failures; its two sentences are Vietnamese and meant for the user."""

    problem = "Có lỗi xảy ra."
    next_step = "Hãy chạy `hoidap doctor` để kiểm tra."

    def __init__(self, problem: str = "", *, next_step: str = "", detail: str = "") -> None:
        self.problem = problem or type(self).problem
        self.next_step = next_step or type(self).next_step
        self.detail = detail
        super().__init__(self.line)

    @property
    def line(self) -> str:
        """What went wrong and what to do, on one line."""
        return " ".join(f"{self.problem} {self.next_step}".split())


class BadInput(HoidapError):
    """The user gave something that cannot be used."""

    problem = "Dữ liệu nhập không dùng được."
    next_step = "Hãy xem lại rồi thử lại."


class BadQuestion(BadInput):
    problem = "Câu hỏi trống hoặc không đọc được."
    next_step = "Hãy nhập một câu hỏi ngắn bằng tiếng Việt."


class BadSettings(BadInput):
    problem = "Cấu hình không hợp lệ."
    next_step = "Hãy sửa hoidap.toml hoặc biến HOIDAP_* tương ứng."


class UnreadableDocument(BadInput):
    problem = "Không đọc được tài liệu."
    next_step = "Hãy kiểm tra tệp; các tệp khác không bị ảnh hưởng."


class UnknownDocument(BadInput):
    problem = "Không có tài liệu này trong kho."
    next_step = "Hãy xem danh sách bằng `hoidap docs list`."


class UnknownChat(BadInput):
    problem = "Không có cuộc trò chuyện này."
    next_step = "Hãy chọn lại trong danh sách; có thể nó đã bị xóa."


class UnknownFlag(BadInput):
    problem = "Không có báo sai này."
    next_step = "Hãy xem danh sách bằng `hoidap flags list`."


class EmptyLibrary(BadInput):
    problem = "Kho chưa có tài liệu nào."
    next_step = "Hãy nạp tài liệu bằng `hoidap ingest THƯ_MỤC`."


class BadBackup(BadInput):
    problem = "Tệp sao lưu không dùng được."
    next_step = "Hãy chọn một tệp do `hoidap backup` tạo, còn nguyên vẹn."


class ModelError(HoidapError):
    """A model is missing, broken or cannot be fetched."""

    problem = "Mô hình chưa sẵn sàng."
    next_step = "Hãy chạy `hoidap models pull`."


class UnknownModel(ModelError):
    problem = "Không có mô hình tên này."
    next_step = "Hãy xem các tên dùng được bằng `hoidap models list`."


class ModelMissing(ModelError):
    problem = "Chưa tải mô hình."


class ModelCorrupted(ModelError):
    problem = "Tệp mô hình bị hỏng (sai mã kiểm sha256)."
    next_step = "Hãy chạy `hoidap models pull` để tải lại; tệp hỏng không được dùng."


class DownloadFailed(ModelError):
    problem = "Không tải được mô hình."
    next_step = "Hãy kiểm tra mạng rồi chạy lại `hoidap models pull`; phần đã tải được giữ lại."


class GenerationFailed(ModelError):
    problem = "Mô hình ngôn ngữ gặp lỗi khi viết câu trả lời."
    next_step = "Hãy thử lại, hoặc thêm --extractive để chỉ trích nguyên văn."


class StorageError(HoidapError):
    """The data folder cannot be read or written."""

    problem = "Không đọc hoặc ghi được thư mục dữ liệu."
    next_step = "Hãy kiểm tra quyền ghi và ổ đĩa của thư mục dữ liệu; dữ liệu đã lưu vẫn còn nguyên."


class DiskFull(StorageError):
    problem = "Ổ đĩa không đủ chỗ trống."
    next_step = "Hãy dọn bớt chỗ rồi chạy lại; dữ liệu đã lưu vẫn còn nguyên."


class LibraryDamaged(StorageError):
    problem = "Cơ sở dữ liệu bị hỏng."
    next_step = "Hãy chạy `hoidap doctor` để xem cách cứu dữ liệu."


class LibraryBusy(StorageError):
    problem = "Một tiến trình khác đang ghi vào kho."
    next_step = "Hãy đợi tiến trình đó xong rồi thử lại."


class CannotPutBack(StorageError):
    problem = "Không hoàn tác được: tài liệu này đã được nạp lại."
    next_step = "Bản đang có trong kho được giữ nguyên."


class ChatsNotKept(StorageError):
    problem = "Kho này chỉ đọc được nên cuộc trò chuyện không được lưu."
    next_step = "Vẫn hỏi được như thường; muốn lưu thì cần quyền ghi vào thư mục dữ liệu."


class DocumentChanged(StorageError):
    problem = "Tài liệu vừa được thay hoặc xóa trong lúc trả lời."
    next_step = "Hãy hỏi lại."


class WrongEncoder(StorageError):
    problem = "Kho được lập chỉ mục bằng bộ mã hóa khác."
    next_step = "Hãy dùng đúng --encoder cũ, hoặc lập kho mới bằng --data rồi nạp lại tài liệu."


class PortTaken(HoidapError):
    problem = "Cổng mạng đã có chương trình khác dùng."
    next_step = "Hãy chọn cổng khác bằng --port."


class MissingPackage(HoidapError):
    problem = "Thiếu một thư viện Python."
    next_step = "Hãy chạy `make setup`."
