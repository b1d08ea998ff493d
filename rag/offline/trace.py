"""The second guard: strace on the command and all it starts, reading every address that is called."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from pathlib import Path

from rag.offline.packets import DNS

CALLS = "connect,sendto,sendmsg,sendmmsg"
_V4 = re.compile(r'sin_port=htons\((\d+)\), sin_addr=inet_addr\("([^"]+)"\)')
_V6 = re.compile(r'sin6_port=htons\((\d+)\),.*?inet_pton\(AF_INET6, "([^"]+)"')
_RESOLVER = re.compile(r'sun_path="(/run/systemd/resolve/[^"]*)"')
_CALL = re.compile(r"^\d+\s+(\w+)\(")


def command(log: Path) -> list[str]:
    """What to put before a command; `--seccomp-bpf` stops it at the named calls only."""
    return ["strace", "-f", "-qq", "--seccomp-bpf", "-e", f"trace={CALLS}", "-e", "signal=none", "-o", str(log)]


def attempts(log: Path) -> list[str]:
    """The calls that would leave this machine or ask for a name, each once, in order."""
    with log.open(encoding="utf-8", errors="replace") as lines:
        return list(dict.fromkeys(found for line in lines for found in _foreign(line)))


def _foreign(line: str) -> Iterator[str]:
    call = _CALL.match(line)
    name = call[1] if call else "?"
    for pattern in (_V4, _V6):
        for port, host in pattern.findall(line):
            address = ipaddress.ip_address(host)
            if int(port) == DNS or not (address.is_loopback or address.is_unspecified):
                yield f"{name} {host}, cổng {port}"
    yield from (f"{name} {path}" for path in _RESOLVER.findall(line))
