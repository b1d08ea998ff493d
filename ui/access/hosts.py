"""Who may reach the page: this machine alone, or others with a name and a password."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable
from pathlib import Path

from rag.errors import BadInput

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
EVERYWHERE = ("0.0.0.0", "::", "")
MINIMUM_PASSWORD = 8
"""Characters."""


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def password_check(spec: str) -> Callable[[str, str], bool]:
    """Read `USER:FILE`, the file holding the password, and return the check for a login.

    Raises:
        BadInput: the form is wrong, the file cannot be read, or the password is too short.
    """
    user, colon, file = spec.partition(":")
    if not (user and colon and file):
        raise BadInput("--auth cần dạng TÊN:TỆP.", next_step="TỆP là tệp văn bản chứa mật khẩu.")
    try:
        password = Path(file).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        problem = f"Không đọc được tệp mật khẩu {file}."
        raise BadInput(problem, next_step="Hãy kiểm tra đường dẫn và quyền đọc.", detail=str(error)) from error
    if len(password) < MINIMUM_PASSWORD:
        raise BadInput(f"Mật khẩu phải có ít nhất {MINIMUM_PASSWORD} ký tự.", next_step=f"Hãy sửa tệp {file}.")
    return _check(user, password)


def _check(user: str, password: str) -> Callable[[str, str], bool]:
    def check(given_user: str, given_password: str) -> bool:
        same_user = hmac.compare_digest(given_user.encode(), user.encode())
        same_password = hmac.compare_digest(given_password.encode(), password.encode())
        return same_user and same_password

    return check


def check_host(host: str, auth: str | None) -> None:
    """Only this machine may come in without a password, and every other address is named.

    Raises:
        BadInput: the host is every address at once, or not loopback without `--auth`.
    """
    if host.strip("[]") in EVERYWHERE:
        problem = f"Địa chỉ {host} mở trang trên mọi mạng của máy."
        raise BadInput(problem, next_step="Hãy ghi địa chỉ cụ thể của máy này trong --host.")
    if not is_loopback(host) and auth is None:
        problem = f"Địa chỉ {host} cho máy khác truy cập mà không có mật khẩu."
        raise BadInput(problem, next_step="Hãy dùng 127.0.0.1, hoặc thêm --auth TÊN:TỆP.")
