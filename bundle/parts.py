"""What goes into the bundle; every part leaves alone what it finds finished."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable
from email.parser import HeaderParser
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from bundle.install import FACTS, copy_whole
from rag.models import CATALOGUE, locate, pull, quick, verify
from rag.settings import load_settings

ROOT = Path(__file__).resolve().parents[1]
TORCH = "torch==2.13.0"
_ENGINE = "llama-cpp-python"
_ENGINE_CACHE = ROOT / "build" / "engine"
_PORTABLE = "-DGGML_NATIVE=OFF -DGGML_OPENMP=OFF"
"""Not for the building machine's own processor; threads of ggml's own, because libgomp may be missing elsewhere."""
_NO_AVX = "-DGGML_AVX=OFF -DGGML_AVX2=OFF -DGGML_FMA=OFF -DGGML_F16C=OFF -DGGML_BMI2=OFF"
_VARIANTS = {"x86_64": {"avx2": "", "basic": _NO_AVX}}
"""llama.cpp's own floor without `native` is AVX2 (2013); numpy's is SSE4.2, so `basic` runs wherever the rest does."""
_GLIBC = re.compile(rb"GLIBC_2\.(\d+)")
_TESTS = re.compile(r"pytest|hypothesis")


def _requirements() -> tuple[list[str], list[str]]:
    """What the product needs, and what its tests need of the rest."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return project["dependencies"], [r for r in project["optional-dependencies"]["dev"] if _TESTS.match(r)]


def _installed() -> list[str]:
    """The versions that were tested here, as constraints; without local labels such as `+cpu`."""
    found = {d.name: d.version.partition("+")[0] for d in distributions() if d.name not in ("hoidap", "pip")}
    return [f"{name}=={version}" for name, version in sorted(found.items())]


def _pip(*arguments: str | Path, **variables: str) -> None:
    command = [sys.executable, "-m", "pip", *map(str, arguments), "--quiet", "--disable-pip-version-check"]
    subprocess.run(command, check=True, cwd=ROOT, env=os.environ | variables)


def engine(bundle: Path) -> None:
    """llama-cpp-python compiled once for each kind of processor; kept in build/ for the next bundle."""
    version = next(line for line in _installed() if re.split("==", line)[0].replace("_", "-") == _ENGINE)
    for name, flags in _VARIANTS.get(platform.machine(), {"portable": ""}).items():
        kept = _ENGINE_CACHE / f"{version}-{name}"
        if not list(kept.glob("*.whl")):
            with tempfile.TemporaryDirectory() as folder:
                arguments = f"{os.environ.get('CMAKE_ARGS', '')} {_PORTABLE} {flags}".strip()
                # Not from pip's cache, which holds what was compiled for this machine alone.
                _pip("wheel", "--no-deps", "--no-cache-dir", "--wheel-dir", folder, version, CMAKE_ARGS=arguments)
                _replace(Path(folder), kept)
        _replace(kept, bundle / f"engine-{name}")


def wheels(bundle: Path) -> None:
    """Every dependency in the version that is installed here, for this Python and platform; nothing is compiled."""
    product, tests = _requirements()
    wanted, constraints = [*product, *tests, TORCH], _installed()
    key = hashlib.sha256(json.dumps([wanted, constraints, sys.version_info[:2]]).encode()).hexdigest()
    target, mark = bundle / "wheels", bundle / "wheels" / ".complete"
    if mark.exists() and mark.read_text("utf-8") == key:
        return
    with tempfile.TemporaryDirectory(dir=bundle) as folder:
        limits, fetched = Path(folder) / "constraints.txt", Path(folder) / "wheels"
        limits.write_text("\n".join(constraints), encoding="utf-8")
        options: list[str | Path] = [
            "--only-binary=:all:",
            "--find-links",
            next(bundle.glob("engine-*")),
            "--constraint",
            limits,
        ]
        _pip("download", *options, "--dest", fetched, *wanted)
        for own in fetched.glob(f"{_ENGINE.replace('-', '_')}*"):
            own.unlink()  # install.py takes it from the folder that fits the processor
        (fetched / ".complete").write_text(key, encoding="utf-8")
        _replace(fetched, target)


def source(bundle: Path) -> None:
    """The files that git knows, and the product's wheel made of them."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    names = [name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]
    with tempfile.TemporaryDirectory() as folder:
        tree, wheel = Path(folder) / "source", Path(folder) / "wheel"
        for name in names:
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)
        _replace(tree, bundle / "source")
        _pip("wheel", "--no-deps", "--wheel-dir", wheel, tree)  # leaves its traces in the copy
        made = next(wheel.glob("*.whl"))
        for old in (bundle / "wheels").glob("hoidap-*"):
            old.unlink()
        shutil.copy2(made, bundle / "wheels" / made.name)


def models(bundle: Path) -> None:
    """The encoder and the language model of the settings, with their markers; read and compared again."""
    settings = load_settings()
    target = bundle / "models"
    target.mkdir(exist_ok=True)
    kept = {f"{settings.encoder}.json", f"{settings.llm}.json"}
    for name in (settings.encoder, settings.llm):
        locate(name, kind=CATALOGUE[name].kind, folder=settings.models)
        pull(name, settings.models, progress=lambda done, total, label: None)  # makes the quick form where it lacks
        names = [file.path for file in verify(name, settings.models).files]
        for path in (*names, *quick.files(CATALOGUE[name], settings.models)):
            kept.add(path)
            copy_whole(settings.models / path, target / path)
        copy_whole(settings.models / f"{name}.json", target / f"{name}.json")
    for path in [p for p in target.rglob("*") if p.is_file() and p.relative_to(target).as_posix() not in kept]:
        path.unlink()


def papers(bundle: Path) -> None:
    """Installer, instructions, licences, and what the bundle asks of a machine."""
    here = Path(__file__).parent
    for name in ("install.sh", "install.py"):
        shutil.copy2(here / name, bundle / name)
    shutil.copy2(here / "README.md", bundle / "DOC-TRUOC.md")
    found = sorted([*bundle.glob("wheels/*.whl"), *list(bundle.glob("engine-*/*.whl"))[:1]])
    rows = [f"| {name} | {version} | {licence} |" for name, version, licence in map(_licence, found)]
    settings = load_settings()
    rows += [f"| {name} (mô hình) | | {CATALOGUE[name].licence} |" for name in (settings.encoder, settings.llm)]
    head = ["# Giấy phép của mọi phần trong gói", "", "| Phần | Phiên bản | Giấy phép |", "|---|---|---|"]
    (bundle / "GIAY-PHEP.md").write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8")
    facts: dict[str, Any] = {
        "python": list(sys.version_info[:2]),
        "machine": platform.machine(),
        "glibc": [2, _glibc(found)],
        "tests": _requirements()[1],
        "wheels": len(found),
    }
    (bundle / FACTS).write_text(json.dumps(facts, indent=1), encoding="utf-8")


def _glibc(wheels: Iterable[Path]) -> int:
    """The newest minor version of glibc that our own compiled libraries ask for; a wheel's tag says the others'."""
    newest = 0
    for wheel in wheels:
        tag = re.search(r"manylinux_2_(\d+)_", wheel.name)
        newest = max(newest, int(tag[1]) if tag else 0)
        if wheel.name.startswith(_ENGINE.replace("-", "_")):
            with zipfile.ZipFile(wheel) as archive:
                libraries = [archive.read(name) for name in archive.namelist() if ".so" in name]
            newest = max([newest, *(int(n) for library in libraries for n in _GLIBC.findall(library))])
    return newest


def _licence(wheel: Path) -> tuple[str, str, str]:
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        head = HeaderParser().parsestr(archive.read(name).decode("utf-8", "replace"))
    classifiers = [c.rpartition(" :: ")[2] for c in head.get_all("Classifier", []) if c.startswith("License ::")]
    said = head["License-Expression"] or ", ".join(classifiers) or (head["License"] or "").strip().split("\n")[0]
    return head["Name"], head["Version"], said[:80] or "xem trong gói"


def _replace(made: Path, target: Path) -> None:
    """Put a copy of a finished folder in place of an older one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.partial")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(made, fresh)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
