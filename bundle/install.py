"""Installs hoidap from the folder that this file lies in, without any network; needs Python with venv, nothing else.

Run it again to repair or to finish what was interrupted. It travels inside the bundle, so it imports nothing of hoidap.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MANIFEST = "MANIFEST.sha256"
FACTS = "bundle.json"
_CPU = Path("/proc/cpuinfo")
_AVX2 = {"avx2", "fma", "f16c", "bmi2"}
_TICK = 5.0
"""Seconds between two lines of progress."""
_LAUNCHER = """#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
export HOIDAP_MODELS="${HOIDAP_MODELS:-$here/models}" HOIDAP_DATA="${HOIDAP_DATA:-$here/library}"
exec "$here/venv/bin/hoidap" "$@"
"""


class Refused(Exception):
    """A reason not to install, in Vietnamese."""


def manifest(folder: Path) -> dict[str, str]:
    """The sha256 of every file, by its path in the bundle; lines as `sha256sum` writes them.

    Raises:
        Refused: there is none, or it is none: the bundle was not finished.
    """
    try:
        lines = (folder / MANIFEST).read_text("utf-8").splitlines()
        listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    except (OSError, ValueError) as error:
        raise Refused(f"{folder} không có {MANIFEST} đọc được: gói chưa làm xong hoặc chép thiếu.") from error
    if not listed:
        raise Refused(f"{MANIFEST} trống.")
    return listed


def files(folder: Path) -> Iterator[str]:
    """The path of every file of a bundle but the manifest, sorted."""
    found = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() or p.is_symlink())
    yield from sorted(name for name in found if name != MANIFEST)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check(folder: Path) -> None:
    """Read every file of the bundle again.

    Raises:
        Refused: one is missing, changed, or not of the bundle: pip would take a wheel that somebody added.
    """
    listed, found = manifest(folder), set(files(folder))
    if missing := sorted(listed.keys() - found):
        raise Refused(f"thiếu {len(missing)} tệp, trước hết là {missing[0]}.")
    if strange := sorted(found - listed.keys()):
        raise Refused(f"có {len(strange)} tệp lạ, trước hết là {strange[0]}.")
    for count, (name, digest) in enumerate(listed.items(), start=1):
        if (folder / name).is_symlink() or sha256_of(folder / name) != digest:
            raise Refused(f"tệp {name} đã bị thay đổi (sai mã kiểm sha256).")
        if count % 50 == 0:
            _say(f"  {count}/{len(listed)} tệp")


def fits(facts: dict[str, Any]) -> None:
    """Compare this machine with the one that the bundle was made for.

    Raises:
        Refused: another Python, processor or an older C library.
    """
    if list(sys.version_info[:2]) != facts["python"]:
        raise Refused(f"gói cần Python {'.'.join(map(str, facts['python']))}, đây là {platform.python_version()}.")
    if platform.machine() != facts["machine"]:
        raise Refused(f"gói dành cho máy {facts['machine']}, đây là {platform.machine()}.")
    library, found = platform.libc_ver()
    numbers = [int(part) for part in found.split(".") if part.isdigit()]
    if library != "glibc" or numbers < facts["glibc"]:
        raise Refused(f"gói cần glibc {'.'.join(map(str, facts['glibc']))} trở lên, đây là {library} {found}.")


def engine(folder: Path) -> Path:
    """The wheels of llama.cpp that this processor can run."""
    lines = _CPU.read_text("utf-8").splitlines() if _CPU.exists() else []
    flags = next((set(line.split()) for line in lines if line.startswith("flags")), set())
    names = ("engine-avx2", "engine-basic") if flags >= _AVX2 else ("engine-basic",)
    found: list[Path] = [folder / name for name in (*names, "engine-portable")]
    return next(path for path in found if path.is_dir())


def install(bundle: Path, target: Path, *, tests: bool) -> None:
    """Check the bundle, then bring everything into `target`; the launcher comes last.

    Raises:
        Refused: the bundle is not whole or does not fit; nothing was written.
        OSError, subprocess.CalledProcessError: writing or pip failed.
    """
    _say(f"Kiểm tra từng tệp của gói (sha256 của {MANIFEST}: {sha256_of(bundle / MANIFEST)})…")
    check(bundle)
    facts = json.loads((bundle / FACTS).read_text("utf-8"))
    fits(facts)
    size = sum((bundle / name).stat().st_size for name in files(bundle))
    target.mkdir(parents=True, exist_ok=True)
    if not (target / "hoidap").exists() and shutil.disk_usage(target).free < 2 * size:
        raise Refused(f"{target} cần còn trống {2 * size / 2**30:.1f} GB.")
    _say("Cài thư viện vào môi trường riêng (một vài phút)…")
    _install_wheels(bundle, target / "venv", ["hoidap", *(facts["tests"] if tests else [])])
    _say("Chép mô hình và mã nguồn…")
    for part in ("models", "source"):
        for path in sorted((bundle / part).rglob("*")):
            if path.is_file():
                copy_whole(path, target / path.relative_to(bundle))
    launcher = target / "hoidap"
    launcher.write_text(_LAUNCHER, encoding="utf-8")
    launcher.chmod(0o755)


def _install_wheels(bundle: Path, venv: Path, names: list[str]) -> None:
    python = venv / "bin" / "python"
    if not python.exists() or subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(venv)], check=True)
    # Nobody's pip settings: an index in them must not be asked.
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "PYTHON"))}
    environment |= {"PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    links = ["--find-links", str(bundle / "wheels"), "--find-links", str(engine(bundle))]
    pip = [str(python), "-I", "-m", "pip", "install", "--no-index", "--no-cache-dir", "--quiet", *links]
    process = subprocess.Popen([*pip, *names], env=environment)
    total = len(list((bundle / "wheels").glob("*.whl")))
    while _still_running(process):
        done = len(list(venv.glob("lib/python*/site-packages/*.dist-info")))
        _say(f"  {done}/{total} gói")
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, "pip install")
    # The same version may hold other code.
    subprocess.run([*pip, "--no-deps", "--force-reinstall", "hoidap"], check=True, env=environment)


def _still_running(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(_TICK)
    except subprocess.TimeoutExpired:
        return True
    return False


def copy_whole(path: Path, target: Path) -> None:
    """Whole or not at all; what is there already with its size and time is left alone."""
    found = path.stat()
    if target.exists() and (target.stat().st_size, target.stat().st_mtime_ns) == (found.st_size, found.st_mtime_ns):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    shutil.copy2(path, partial)
    partial.replace(target)


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a program's answer


def main() -> int:
    parser = argparse.ArgumentParser(prog="sh install.sh", description="Cài hoidap từ gói này, không cần mạng.")
    parser.add_argument("folder", nargs="?", default="~/hoidap", metavar="THƯ_MỤC", help="mặc định là ~/hoidap")
    parser.add_argument("--tests", action="store_true", help="cài thêm pytest để chạy các phép thử trong source/")
    given = parser.parse_args()
    target = Path(given.folder).expanduser().absolute()
    try:
        install(Path(__file__).resolve().parent, target, tests=given.tests)
    except Refused as reason:
        print(f"Lỗi: {reason} Không cài gì cả.", file=sys.stderr)  # noqa: T201
        return 2
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"Lỗi: {error}. Hãy sửa rồi chạy lại; phần đã cài được dùng tiếp.", file=sys.stderr)  # noqa: T201
        return 2
    _say(f"Xong. Kiểm tra: {target}/hoidap doctor --offline. Mở giao diện: {target}/hoidap ui")
    return 0


if __name__ == "__main__":
    sys.exit(main())
