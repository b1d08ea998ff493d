"""The strongest guard: a network namespace whose only interface is loopback, and a listener on it.

Run as `python -m rag.offline.namespace SEEN COMMAND…` in a process of its own: it leaves the machine's network, runs
the command, and writes what tried to get out to the file SEEN, a JSON list. Every address is routed to loopback, where
nobody answers: a call out fails at once, and its first packet is seen, whichever process sent it.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path

from rag.offline.packets import FILTER, described

_NEW_USER, _NEW_NET, _NEW_MOUNTS = 0x10000000, 0x40000000, 0x00020000
_MS_REC_PRIVATE = 0x4000 | 0x40000
_RESOLVERS = ("/run/systemd/resolve", "/run/nscd", "/run/dbus")
"""Sockets of programs outside that would look a name up for us: a network namespace does not cut these off."""
_ETH_P_ALL = 0x0003
_SO_ATTACH_FILTER = 26
_SOL_PACKET, _PACKET_STATISTICS = 263, 6
_OUTGOING = 4
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 0x1
_RTM_NEWROUTE, _REQUEST_ACK_CREATE = 24, 0x1 | 0x4 | 0x400
_TABLE_LOCAL, _PROTO_BOOT, _SCOPE_HOST, _TYPE_LOCAL = 255, 3, 254, 2
_RTA_OIF = 4


def leave() -> None:
    """Move this process, which must have one thread, to a network of its own.

    Raises:
        OSError: the system does not allow it.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(_NEW_USER | _NEW_NET | _NEW_MOUNTS) == 0:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    else:  # a container's root may do it without a user namespace
        _check(libc.unshare(_NEW_NET | _NEW_MOUNTS))
    _check(libc.mount(None, b"/", None, _MS_REC_PRIVATE, None))
    for folder in filter(os.path.isdir, _RESOLVERS):
        _check(libc.mount(b"none", folder.encode(), b"tmpfs", 0, None))
    _loopback_up()
    for family in (socket.AF_INET, socket.AF_INET6):
        _all_to_loopback(family)


def _check(result: int) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        request = fcntl.ioctl(handle, _SIOCGIFFLAGS, struct.pack("16sH14x", b"lo", 0))
        flags = struct.unpack_from("16sH", request)[1]
        fcntl.ioctl(handle, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | _IFF_UP))


def _all_to_loopback(family: int) -> None:
    """As `ip route add local default dev lo`; rtnetlink(7)."""
    route = struct.pack("=8BI", family, 0, 0, 0, _TABLE_LOCAL, _PROTO_BOOT, _SCOPE_HOST, _TYPE_LOCAL, 0)
    route += struct.pack("=HHI", 8, _RTA_OIF, socket.if_nametoindex("lo"))
    head = struct.pack("=IHHII", 16 + len(route), _RTM_NEWROUTE, _REQUEST_ACK_CREATE, 1, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as netlink:
        netlink.sendto(head + route, (0, 0))
        code = -struct.unpack_from("=i", netlink.recv(4096), 16)[0]
    if code and not (family == socket.AF_INET6 and not Path("/proc/net/if_inet6").exists()):
        raise OSError(code, os.strerror(code))


class Listener:
    """Collects what is sent to anywhere but this machine, and to any name server; from loopback's own queue."""

    def __init__(self) -> None:
        self._seen: dict[str, None] = {}
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ETH_P_ALL))
        program = b"".join(struct.pack("=HBBI", *step) for step in FILTER)
        kept = ctypes.create_string_buffer(program)
        self._socket.setsockopt(
            socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HL", len(FILTER), ctypes.addressof(kept))
        )
        self._socket.bind(("lo", 0))
        self._socket.settimeout(0.1)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                packet, (_, _, kind, *_) = self._socket.recvfrom(2048)
            except TimeoutError:
                if self._ended.is_set():
                    return
                continue
            what = described(packet) if kind == _OUTGOING else ""
            if what:
                self._seen.setdefault(what)

    def end(self) -> list[str]:
        """What was seen, each once, in order; a lost packet counts as one."""
        self._ended.set()
        self._thread.join()
        lost = struct.unpack("=II", self._socket.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8))[1]
        self._socket.close()
        return [*self._seen, *([f"{lost} gói tin không kịp đọc"] if lost else [])]


def _main(seen: Path, command: list[str]) -> int:
    leave()
    listener = Listener()
    try:
        return subprocess.run(command).returncode
    finally:
        seen.write_text(json.dumps(listener.end()), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1]), sys.argv[2:]))
