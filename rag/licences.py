"""The packages that hoidap runs on, with the licence each states in its own metadata."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_EXTRA = re.compile(r"\bextra\s*==")
_LONGEST = 200
_PREFIX = "License :: "
_NO_NAME = ("unknown", "copyright")
"""How a field begins that does not name a licence."""
UNSTATED = "không ghi"
ROOT = "hoidap"
MAIN = (
    "gradio",
    "torch",
    "sentence-transformers",
    "llama-cpp-python",
    "faiss-cpu",
    "tantivy",
    "pydantic-settings",
    "onnxruntime",
    "trafilatura",
    "pypdfium2",
    "python-docx",
    "scikit-learn",
    "matplotlib",
)
"""The packages that a person would ask about first; also where the search begins when hoidap runs uninstalled."""


@dataclass(frozen=True, slots=True)
class Package:
    name: str
    version: str
    licence: str

    @property
    def main(self) -> bool:
        return _key(self.name) in MAIN


def packages() -> list[Package]:
    """The installed packages that hoidap needs, directly or through others, by name; optional extras left out."""
    found: dict[str, Package] = {}
    waiting = [ROOT, *MAIN]
    while waiting:
        name = waiting.pop()
        key = _key(name)
        if key in found:
            continue
        try:
            known = distribution(name)
        except PackageNotFoundError:
            continue
        found[key] = Package(known.metadata["Name"], known.version, _licence(known))
        waiting += [_required(line) for line in known.requires or () if not _EXTRA.search(line)]
    found.pop(ROOT, None)
    return [found[key] for key in sorted(found)]


def own_version() -> str:
    """Of hoidap itself, empty where it runs from its source folder without having been installed."""
    try:
        return distribution(ROOT).version
    except PackageNotFoundError:
        return ""


def _key(name: str) -> str:
    """As names are compared: `Llama_Cpp.Python` is `llama-cpp-python`."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _required(requirement: str) -> str:
    named = _NAME.match(requirement)
    return named[0] if named else requirement


def _licence(known: Distribution) -> str:
    """The SPDX expression, else a short text, else the classifiers."""
    fields = known.metadata.json
    line = str(fields.get("license_expression") or fields.get("license") or "").strip().split("\n")[0]
    if line and len(line) <= _LONGEST and not line.lower().startswith(_NO_NAME):
        return line
    classifiers = (c.rpartition(" :: ")[2] for c in fields.get("classifier", ()) if c.startswith(_PREFIX))
    return ", ".join(classifiers) or line[:_LONGEST] or UNSTATED
