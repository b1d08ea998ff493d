"""What an IP packet on loopback tells of an attempt to get out."""

from __future__ import annotations

import ipaddress
import struct

DNS = 53
_ICMP, _TCP, _UDP, _ICMP6 = 1, 6, 17, 58
_EXTENSIONS = {0, 43, 60}
_PINGS = {_ICMP: 8, _ICMP6: 128}
_SYN, _ACK = 0x02, 0x10

_LD, _LDH, _LDB = 0x20, 0x28, 0x30
_LDH_INDEXED, _LDX_HEADER = 0x48, 0xB1
_AND, _EQUAL, _RETURN = 0x54, 0x15, 0x06

FILTER = (
    (_LDB, 0, 0, 0),
    (_AND, 0, 0, 0xF0),
    (_EQUAL, 0, 6, 0x40),  # not version 4: to version 6
    (_LD, 0, 0, 16),
    (_AND, 0, 0, 0xFF000000),
    (_EQUAL, 0, 14, 0x7F000000),  # not 127/8: keep
    (_LDX_HEADER, 0, 0, 0),
    (_LDH_INDEXED, 0, 0, 2),
    (_EQUAL, 11, 10, DNS),
    (_LD, 0, 0, 24),
    (_EQUAL, 0, 9, 0),
    (_LD, 0, 0, 28),
    (_EQUAL, 0, 7, 0),
    (_LD, 0, 0, 32),
    (_EQUAL, 0, 5, 0),
    (_LD, 0, 0, 36),
    (_EQUAL, 0, 3, 1),  # not ::1: keep
    (_LDH, 0, 0, 42),
    (_EQUAL, 1, 0, DNS),
    (_RETURN, 0, 0, 0),
    (_RETURN, 0, 0, 0x40000),
)
"""Classic BPF (code, jump if true, jump if false, value): drops what stays on this machine, save for name lookups.

The kernel sorts, because the pages of a whole load would overflow the listener's queue.
"""


def described(packet: bytes) -> str:
    """`TCP 192.0.2.1:443`, with the name of a DNS question; empty for what is no attempt (an answer, an ICMP error)."""
    try:
        version = packet[0] >> 4
        protocol, start = (packet[9], (packet[0] & 15) * 4) if version == 4 else _behind_extensions(packet)
        target = ipaddress.ip_address(packet[16:20] if version == 4 else packet[24:40])
        return _attempt(str(target), protocol, packet[start:])
    except (IndexError, struct.error, ValueError):
        return "gói tin không đọc được"


def _behind_extensions(packet: bytes) -> tuple[int, int]:
    protocol, start = packet[6], 40
    while protocol in _EXTENSIONS:
        protocol, start = packet[start], start + 8 + packet[start + 1] * 8
    return protocol, start


def _attempt(target: str, protocol: int, body: bytes) -> str:
    if protocol in _PINGS:
        return f"ICMP {target}" if body[0] == _PINGS[protocol] else ""
    if protocol not in (_TCP, _UDP):
        return f"giao thức {protocol} {target}"
    port = struct.unpack_from("!H", body, 2)[0]
    where = f"[{target}]:{port}" if ":" in target else f"{target}:{port}"
    if protocol == _TCP:
        return f"TCP {where}" if body[13] & (_SYN | _ACK) == _SYN else ""
    return f"UDP {where}" + (f" (hỏi tên {_asked_name(body[8:])})" if port == DNS else "")


def _asked_name(message: bytes) -> str:
    """The name of the first question; RFC 1035 section 4.1."""
    labels, at = [], 12
    while size := message[at]:
        labels.append(message[at + 1 : at + 1 + size].decode("ascii", "replace"))
        at += 1 + size
    return ".".join(labels)
