"""Who may import whom, what is loaded when, and that the papers name everything."""

from __future__ import annotations

import ast
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from rag.cli import app
from rag.settings import Settings

ROOT = Path(__file__).parent.parent
ROOMS = ("rag", "embeddings", "prompts", "ui")
MAY_IMPORT = {
    "prompts": {"prompts"},
    "embeddings": {"embeddings"},
    "rag": {"rag", "embeddings", "prompts"},
    "ui": {"ui", "rag"},
}
STARTS_THE_SCREEN = "rag/cli/ui.py"
WRITES_WORD = "rag/chats/word.py"
READING = ("trafilatura", "lxml", "pypdfium2", "docx", "olefile")
HEAVY = (
    "torch",
    "sentence_transformers",
    "onnxruntime",
    "datasketch",
    "faiss",
    "llama_cpp",
    "gradio",
    "tantivy",
    *READING,
)
ALWAYS_CHEAP = (
    "rag",
    "rag.cli",
    "rag.library",
    "rag.answer",
    "rag.ingestion",
    "rag.readers.formats",
    "embeddings.engines",
    "embeddings.index",
)
IMPORT_SECONDS = 0.2

MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(tree: ast.AST) -> Iterator[str]:
    """Full names of all modules that are imported somewhere inside."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            yield node.module or ""
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("import_module", "importlib.import_module"):
            yield from (part.value for part in node.args if isinstance(part, ast.Constant))


def at_import_time(tree: ast.Module) -> Iterator[str]:
    """Those that run when the module itself is imported: outside functions and `if TYPE_CHECKING`."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            waiting.extend(node.orelse)
            continue
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Call):
            yield from imports(node)
        waiting.extend(ast.iter_child_nodes(node))


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_in_one_direction(path: Path) -> None:
    allowed = MAY_IMPORT[name_of(path).split("/")[0]]
    if name_of(path) == STARTS_THE_SCREEN:
        allowed = allowed | {"ui"}
    own = {name.split(".")[0] for name in imports(parsed(path))} & set(ROOMS)
    assert own <= allowed


def test_the_screen_is_started_inside_its_command() -> None:
    assert not [name for name in at_import_time(parsed(ROOT / STARTS_THE_SCREEN)) if name.split(".")[0] == "ui"]


@pytest.mark.parametrize("library", HEAVY)
def test_a_heavy_library_lives_in_one_module(library: str) -> None:
    """Word documents are read in one and written in another."""
    users = {name_of(p) for p in MODULES if library in {name.split(".")[0] for name in imports(parsed(p))}}
    assert len(users - {WRITES_WORD}) == 1, users
    assert WRITES_WORD not in users or library == "docx"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_heavy_library_at_import_time(path: Path) -> None:
    assert not {name.split(".")[0] for name in at_import_time(parsed(path))} & set(HEAVY)


def run(code: str) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_importing_the_product_loads_nothing_heavy() -> None:
    code = f"import sys, {', '.join(ALWAYS_CHEAP)}; print(*sorted(set(sys.modules) & {set(HEAVY)!r}))"
    assert run(code).split() == []


def best_of_three(code: str) -> float:
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        run(code)
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def test_importing_rag_is_quick() -> None:
    assert best_of_three("import rag") - best_of_three("pass") < IMPORT_SECONDS


def pyproject() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_every_package_is_shipped() -> None:
    packages = {p.parent.relative_to(ROOT).as_posix().replace("/", ".") for p in MODULES}
    assert set(pyproject()["tool"]["setuptools"]["packages"]) == packages


def test_every_file_beside_the_modules_is_shipped() -> None:
    patterns = pyproject()["tool"]["setuptools"]["package-data"]
    shipped = {p for room, globs in patterns.items() for glob in globs for p in (ROOT / room).glob(glob)}
    others = {p for room in ROOMS for p in (ROOT / room).rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc")}
    assert {name_of(p) for p in others - shipped} == set()


# README: every setting and every command.


def commands(group: click.Group, path: tuple[str, ...] = ("hoidap",)) -> Iterator[str]:
    """`hoidap ask`, `hoidap docs list`, …"""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name))


@pytest.fixture(scope="module")
def readme() -> str:
    return (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("setting", Settings.model_fields)
def test_readme_names_every_setting(readme: str, setting: str) -> None:
    assert f"`{setting}`" in readme or f"HOIDAP_{setting.upper()}" in readme


@pytest.mark.parametrize("command", commands(app))
def test_readme_names_every_command(readme: str, command: str) -> None:
    *group, last = command.split()
    lines = [line for line in readme.splitlines() if " ".join(group) in line]
    assert any(last in line for line in lines)
