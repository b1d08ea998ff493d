"""A virtual environment for each peer: `python -m bench.peers.environments`; what is there already is left alone.

torch comes first and alone, as in the Makefile: without it a peer's requirements would take the build for GPUs.
llama-cpp-python is the version of this environment, from pip's cache when it was compiled here.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

PEERS = ("llamaindex", "langchain", "haystack", "txtai")
OURS = "hoidap"
ADAPTERS = Path(__file__).parent / "adapters"
ENVIRONMENTS = Path(__file__).parent.parent.parent / "build" / "peers"


def python_of(system: str) -> Path:
    """The interpreter that runs a system's adapter."""
    return Path(sys.executable) if system == OURS else ENVIRONMENTS / system / "bin" / "python"


def is_ready(system: str) -> bool:
    return system == OURS or (ENVIRONMENTS / system / ".ready").is_file()


def make(system: str) -> None:
    """Install a peer as its requirements file says."""
    folder = ENVIRONMENTS / system
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    torch = f"torch=={version('torch').partition('+')[0]}"
    llama = f"llama-cpp-python=={version('llama-cpp-python')}"
    for packages in ([torch], [llama], ["--requirement", str(ADAPTERS / f"{system}.txt")]):
        subprocess.run([python_of(system), "-m", "pip", "install", "--quiet", *packages], check=True)
    (folder / ".ready").touch()


if __name__ == "__main__":
    for name in PEERS:
        if not is_ready(name):
            print(f"{name}: installing", flush=True)
            make(name)
