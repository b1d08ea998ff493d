"""A short run of the kill loop; the long one is `python -m bench.kills --kills 200`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_twenty_kills_break_no_promise() -> None:
    command = [sys.executable, "-m", "bench.kills", "--kills", "20", "--seed", "5"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "20 kills, seed 5: 0 broken promises" in done.stdout
