"""Passwords as hash lines in a file: `name:scrypt$N$r$p$salt$hash`, salt and hash in base64.

Parameters stand in each line, so that they can be raised without making old lines wrong.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import unicodedata
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from pathlib import Path

from rag.errors import BadInput
from rag.files import write_whole

MINIMUM_PASSWORD = 8
"""Characters."""
LONGEST = 256
"""Characters of a name or a password; more is not looked at."""
_COST, _BLOCK, _PARALLEL = 2**15, 8, 3
"""32 MiB and about a quarter of a second for a guess."""
_MEMORY = 256 * 2**20
_NAME = re.compile(r"[^\W_][\w .@-]{0,63}")
_LINE = re.compile(r"(?P<name>[^:]+):(?P<hash>scrypt\$\d{1,7}\$\d{1,2}\$\d{1,2}\$[\w+/=]+\$[\w+/=]+)")


def hashed(password: str) -> str:
    salt = os.urandom(16)
    key = _derived(password, salt, _COST, _BLOCK, _PARALLEL)
    return f"scrypt${_COST}${_BLOCK}${_PARALLEL}${b64encode(salt).decode()}${b64encode(key).decode()}"


def matches(password: str, stored: str) -> bool:
    """Whether the password made this hash; the comparison takes as long for any two of one length."""
    _, cost, block, parallel, salt, key = stored.split("$")
    derived = _derived(password, b64decode(salt), int(cost), int(block), int(parallel))
    return hmac.compare_digest(derived, b64decode(key))


def _derived(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    typed = plain(password).encode(errors="replace")
    return hashlib.scrypt(typed, salt=salt, n=cost, r=block, p=parallel, maxmem=_MEMORY, dklen=32)


def plain(typed: str) -> str:
    """As it counts: input methods write the same Vietnamese letters in different code points."""
    return unicodedata.normalize("NFC", typed)


def checked_name(name: str) -> str:
    """The name as it is stored.

    Raises:
        BadInput: empty, too long, or with characters that names have not.
    """
    if not _NAME.fullmatch(plain(name)):
        raise BadInput("Tên người dùng không dùng được.", next_step="Hãy dùng chữ, số và . _ @ -, tối đa 64 ký tự.")
    return plain(name)


def checked_password(password: str) -> str:
    """The password itself.

    Raises:
        BadInput: too short, too long, or more than one line.
    """
    if not MINIMUM_PASSWORD <= len(password) <= LONGEST or "\n" in password:
        problem = f"Mật khẩu phải là một dòng có ít nhất {MINIMUM_PASSWORD} và tối đa {LONGEST} ký tự."
        raise BadInput(problem, next_step="Hãy chọn mật khẩu khác.")
    return password


def parse(text: str) -> dict[str, str] | None:
    """Hash by name; None where the text is not made of hash lines.

    Raises:
        BadInput: some lines are hashes and others are not.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found = [_LINE.fullmatch(line) for line in lines]
    if not any(found):
        return None
    for number, match in enumerate(found, 1):
        if match is None or not _usable(match["hash"]):
            problem = f"Dòng {number} trong tệp mật khẩu không đúng dạng TÊN:scrypt$…"
            raise BadInput(problem, next_step="Hãy xóa dòng đó rồi dùng `hoidap password TÊN TỆP`.")
    return {plain(match["name"]): match["hash"] for match in found if match}


def _usable(stored: str) -> bool:
    """Parameters that hashlib takes within the memory allowed, salt and hash in base64."""
    _, cost, block, parallel, salt, key = stored.split("$")
    number, size = int(cost), int(block)
    power_of_two = number > 1 and number & (number - 1) == 0
    try:
        long_enough = len(b64decode(salt, validate=True)) >= 8 and len(b64decode(key, validate=True)) == 32
    except Base64Error:
        return False
    return long_enough and power_of_two and 0 < 128 * number * size * int(parallel) <= _MEMORY


def write(users: Mapping[str, str], file: Path) -> None:
    """Replace the file, whole and readable by its owner alone; a link keeps pointing to it."""
    lines = "".join(f"{name}:{stored}\n" for name, stored in users.items())
    write_whole(file.resolve(), lines.encode(), private=True)


def read(file: Path) -> str:
    """The text of a password file.

    Raises:
        BadInput: it cannot be read.
    """
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = f"Không đọc được tệp mật khẩu {file}."
        raise BadInput(problem, next_step="Hãy kiểm tra đường dẫn và quyền đọc.", detail=str(error)) from error


def change(name: str, password: str, file: Path) -> bool:
    """Add a user to a file or give one a new password; True for a new user.

    Raises:
        BadInput: name, password or file cannot be used.
    """
    name, stored = checked_name(name), hashed(checked_password(password))
    users = parse(read(file)) if file.exists() else {}
    if users is None:
        problem = f"Tệp {file} không chứa mật khẩu đã mã hóa."
        raise BadInput(problem, next_step="Hãy chọn một tệp mới.")
    new = name not in users
    try:
        write({**users, name: stored}, file)
    except OSError as error:
        problem = f"Không ghi được tệp mật khẩu {file}."
        raise BadInput(problem, next_step="Hãy kiểm tra quyền ghi của thư mục.", detail=str(error)) from error
    return new
