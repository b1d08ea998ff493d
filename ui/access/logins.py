"""The door of the page: users from a file, wrong passwords kept waiting, sessions for the others."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.errors import BadInput
from ui.access import passwords
from ui.access.lockout import FREE_OF_ADDRESS, Lockout, network
from ui.access.sessions import Sessions

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refused:
    """A login that was not let in; the same for a wrong password and for a name that nobody has."""

    minutes: int = 0
    """How long to wait before the next try, 0 when it may be made now."""


class Logins:
    """Names with their hashes, and who is in; `clock` gives seconds."""

    def __init__(self, users: Mapping[str, str], clock: Callable[[], float] = time.monotonic) -> None:
        self.sessions = Sessions(clock)
        self._users = dict(users)
        self._nobody = passwords.hashed("")
        self._names = Lockout(clock)
        self._addresses = Lockout(clock, FREE_OF_ADDRESS)
        self._lock = threading.Lock()

    def login(self, name: str, password: str, address: str) -> str | Refused:
        """The token of a new session, or that there is none.

        One guess at a time, so that a hundred sent together count as a hundred.
        """
        name = passwords.plain(name[: passwords.LONGEST]).strip()
        place = network(address)
        with self._lock:
            wait = self._wait(name, place)
            if wait <= 0:
                stored = self._users.get(name)
                # A name that nobody has takes as long as a wrong password.
                right = passwords.matches(password[: passwords.LONGEST], stored or self._nobody)
                if right and stored:
                    # The address keeps its row, or a known name would hide guesses at the others.
                    self._names.right(name)
                    return self.sessions.begin(name)
                self._names.wrong(name)
                self._addresses.wrong(place)
                wait = self._wait(name, place)
        log.warning("login refused, from %s", address)
        return Refused(math.ceil(max(0.0, wait) / 60))

    def _wait(self, name: str, place: str) -> float:
        return max(self._names.wait(name), self._addresses.wait(place))


def from_file(spec: str, say: Callable[[str], None]) -> Logins:
    """Read `NAME:FILE`: hash lines, or a plain password that is replaced by its hash, which `say` tells.

    Raises:
        BadInput: the form is wrong, the file cannot be used, or NAME is not in it.
    """
    given, colon, path = spec.partition(":")
    if not (given and colon and path):
        raise BadInput("--auth cần dạng TÊN:TỆP.", next_step="TỆP do `hoidap password TÊN TỆP` tạo ra.")
    file, name = Path(path).expanduser(), passwords.checked_name(given)
    text = passwords.read(file)
    users = passwords.parse(text)
    if users is None:
        users = {name: passwords.hashed(passwords.checked_password(text.strip()))}
        _replace(users, file, name)
        say(f"Mật khẩu trong {file} đã được thay bằng mã băm.")
    if name not in users:
        raise BadInput(
            f"Tệp {file} không có người dùng {name}.", next_step=f"Hãy chạy `hoidap password {name} {file}`."
        )
    return Logins(users)


def _replace(users: Mapping[str, str], file: Path, name: str) -> None:
    try:
        passwords.write(users, file)
    except OSError as error:
        problem = f"Tệp {file} chứa mật khẩu chưa mã hóa và không ghi được."
        next_step = f"Hãy tạo tệp khác bằng `hoidap password {name} TỆP`."
        raise BadInput(problem, next_step=next_step, detail=str(error)) from error
