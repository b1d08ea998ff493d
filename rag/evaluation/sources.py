"""What a stored result depends on in the product's own code: a change there must not go unnoticed."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

_ROOT = Path(__file__).parent.parent.parent
_INDEXING = ("rag.ingestion", "rag.indexes")


def of_answering() -> str:
    """SHA-256 of all code and prompts that have a part in an answer or its judgement."""
    rag = (p for p in (_ROOT / "rag").rglob("*.py") if "cli" not in p.relative_to(_ROOT).parts)
    return _digest([*rag, *(_ROOT / "embeddings").glob("*.py"), *(_ROOT / "prompts").glob("*.[pt]*")])


def of_indexing() -> str:
    """SHA-256 of the modules that ingestion imports, directly or through others, and of the encoder's engines."""
    return _digest(modules_behind(_INDEXING) | set((_ROOT / "embeddings").glob("*.py")))


def modules_behind(names: Iterable[str]) -> set[Path]:
    """The files of our own modules that the named ones import when they are loaded."""
    found: set[Path] = set()
    waiting = list(names)
    while waiting:
        path = _file(waiting.pop())
        if path is not None and path not in found:
            found.add(path)
            waiting.extend(_imports(path))
    return found


def _file(name: str) -> Path | None:
    base = _ROOT.joinpath(*name.split("."))
    return next((p for p in (base.with_suffix(".py"), base / "__init__.py") if p.is_file()), None)


def _imports(path: Path) -> Iterator[str]:
    """Only what stands at the top: an import for types or inside a function is not needed to index."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _digest(paths: Iterable[Path]) -> str:
    total = sha256()
    for path in sorted(paths):
        total.update(path.relative_to(_ROOT).as_posix().encode() + b"\0" + sha256(path.read_bytes()).digest())
    return total.hexdigest()
