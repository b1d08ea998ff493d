"""Who may reach the page: this machine alone, or others with a name and a password."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from rag.errors import BadInput

if TYPE_CHECKING:
    from starlette.requests import Request

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
EVERYWHERE = ("0.0.0.0", "::", "")
FORWARDING = ("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "forwarded", "via")
"""What proxies add to a request; the machine's own browser sends none of them."""
_NAME = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_local(request: Request) -> bool:
    """Whether a browser of this machine sent it straight to the page, as far as a request can show.

    A proxy on this machine has a loopback address too, so anything that hints at one speaks against it.
    """
    if request.client is None or not is_loopback(request.client.host):
        return False
    if any(name in request.headers for name in FORWARDING):
        return False
    return re.sub(r":\d+$", "", request.headers.get("host", "")) in LOOPBACK_NAMES


def check_host(host: str, auth: str | None, name: str | None = None) -> None:
    """Only this machine may come in without a password, and every other address is named.

    `name` is what browsers call a proxy before the page, which lets others in as well.

    Raises:
        BadInput: the host is every address at once, not loopback without `--auth`, or the name is no host name.
    """
    if name is not None and not _NAME.fullmatch(name):
        raise BadInput(f"“{name}” không phải tên miền.", next_step="Hãy ghi tên như hoidap.coquan.vn.")
    if name is not None and auth is None:
        problem = f"Tên {name} cho máy khác truy cập mà không có mật khẩu."
        raise BadInput(problem, next_step="Hãy thêm --auth TÊN:TỆP.")
    if host.strip("[]") in EVERYWHERE:
        problem = f"Địa chỉ {host} mở trang trên mọi mạng của máy."
        raise BadInput(problem, next_step="Hãy ghi địa chỉ cụ thể của máy này trong --host.")
    if not is_loopback(host) and auth is None:
        problem = f"Địa chỉ {host} cho máy khác truy cập mà không có mật khẩu."
        raise BadInput(problem, next_step="Hãy dùng 127.0.0.1, hoặc thêm --auth TÊN:TỆP.")
