"""What a derived cache was made of, in a file beside it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from rag.files import write_whole


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a cache was made of; two equal manifests mean the same cache."""

    format: int
    database: str
    encoder: str
    seq: int
    content: str
    """What else the cache consists of: checksums of the terms' files, the name of the file of kept vectors."""

    def covers(self, wanted: Manifest) -> bool:
        """Whether the cache becomes the wanted one by replaying the log."""
        return self.seq <= wanted.seq and replace(self, seq=wanted.seq, content="") == wanted


def read_manifest(path: Path) -> Manifest | None:
    """None where there is none or it says nothing."""
    try:
        return Manifest(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_manifest(path: Path, manifest: Manifest) -> None:
    write_whole(path, json.dumps(asdict(manifest)).encode())
