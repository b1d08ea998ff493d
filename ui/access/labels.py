"""The words of the login page."""

from __future__ import annotations

LOGIN = "Đăng nhập"
NAME = "Tên người dùng"
PASSWORD = "Mật khẩu"
WRONG = "Tên hoặc mật khẩu không đúng."
LOG_OUT = "Đăng xuất"
NEED_LOGIN = "Cần đăng nhập. Hãy mở trang này trong trình duyệt."
TOO_OFTEN = "Bạn làm việc này quá nhanh. Hãy đợi một chút rồi thử lại."
BUSY = "Máy chủ đang có quá nhiều việc chờ. Hãy đợi một chút rồi thử lại."
TOO_LARGE = "Dữ liệu gửi lên quá lớn."
NO_SIZE = "Trình duyệt không cho biết kích thước của tệp. Hãy thử bằng trình duyệt khác."
NOT_YOURS = "Trang này không còn dùng được. Hãy tải lại trang."
NOT_AN_EVENT = "Dữ liệu gửi lên không đọc được."


def too_large(megabytes: int) -> str:
    return f"Các tệp gửi lên lớn hơn {megabytes} MB. Hãy chia thành nhiều lần."


def locked(minutes: int) -> str:
    return f"Đã nhập sai nhiều lần. Hãy thử lại sau {minutes} phút."


def who(user: str) -> str:
    return f"Đăng xuất khỏi tài khoản {user}"
