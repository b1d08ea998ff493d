"""The folder for a machine without a network: whole or not at all, refused when a byte is not what it was."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bundle import install
from bundle.build import build
from bundle.install import FACTS, MANIFEST, Refused, check, engine, fits
from rag.offline.guards import GUARDS

HERE = Path(install.__file__).parent
WHEEL = {
    "tiny.py": "def main():\n    import os\n    print('ran', os.environ['HOIDAP_MODELS'])\n",
    "hoidap-0.1.dist-info/METADATA": "Metadata-Version: 2.1\nName: hoidap\nVersion: 0.1\n",
    "hoidap-0.1.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "hoidap-0.1.dist-info/entry_points.txt": "[console_scripts]\nhoidap = tiny:main\n",
    "hoidap-0.1.dist-info/RECORD": "",
}
HERE_AND_NOW = {"python": list(sys.version_info[:2]), "machine": platform.machine(), "glibc": [2, 17], "tests": []}


def wheels(bundle: Path) -> None:
    for folder in ("wheels", "engine-basic", "models", "source/seeds"):
        (bundle / folder).mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(bundle / "wheels" / "hoidap-0.1-py3-none-any.whl", "w") as wheel:
        for name, text in WHEEL.items():
            wheel.writestr(name, text)
    (bundle / "models" / "tiny.gguf").write_bytes(b"GGUF" * 100)
    (bundle / "source" / "seeds" / "a.txt").write_text("Một bài.", "utf-8")


def papers(bundle: Path) -> None:
    (bundle / FACTS).write_text(json.dumps(HERE_AND_NOW), "utf-8")
    for name in ("install.sh", "install.py"):
        shutil.copy2(HERE / name, bundle / name)


PARTS = (("wheels", wheels), ("papers", papers))


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return build(tmp_path / "gói có dấu cách", PARTS)


def run(bundle: Path, target: Path) -> subprocess.CompletedProcess[str]:
    """The installer as a person starts it, in a network of its own where that is possible."""
    closed = [sys.executable, "-m", "rag.offline.namespace", str(target.parent / "seen")] if GUARDS[0].works() else []
    command = [*closed, "sh", str(bundle / "install.sh"), str(target)]
    return subprocess.run(command, capture_output=True, text=True)


def test_an_interrupted_bundle_does_not_look_whole_and_is_finished_later(tmp_path: Path) -> None:
    def cut(bundle: Path) -> None:
        raise KeyboardInterrupt

    target, partial = tmp_path / "bundle", tmp_path / "bundle.partial"
    with pytest.raises(KeyboardInterrupt):
        build(target, (PARTS[0], ("cut", cut)))
    assert not target.exists()
    with pytest.raises(Refused, match="chưa làm xong"):
        check(partial)
    kept = (partial / "models" / "tiny.gguf").stat().st_ino
    build(target, PARTS[1:])
    check(target)
    assert not partial.exists()
    assert (target / "models" / "tiny.gguf").stat().st_ino == kept


def test_renewing_a_bundle_takes_its_name_away_until_it_is_done(bundle: Path) -> None:
    def look(_: Path) -> None:
        assert not bundle.exists()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(bundle, (("look", look),))
    assert not bundle.exists()
    check(build(bundle, PARTS))


def test_a_folder_that_is_no_bundle_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("mine")
    with pytest.raises(FileExistsError):
        build(tmp_path / "home", PARTS)
    assert (tmp_path / "home" / "letter.txt").read_text() == "mine"


def change(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_the_bundle_installs_runs_and_installs_again(bundle: Path, tmp_path: Path) -> None:
    target = tmp_path / "nơi cài"
    done = run(bundle, target)
    assert done.returncode == 0, done.stderr
    ran = subprocess.run([target / "hoidap"], capture_output=True, text=True)
    assert ran.stdout.strip() == f"ran {target}/models"
    assert (target / "models" / "tiny.gguf").read_bytes() == b"GGUF" * 100
    assert (target / "source" / "seeds" / "a.txt").exists()
    change(target / "models" / "tiny.gguf")  # its time tells
    assert run(bundle, target).returncode == 0
    assert (target / "models" / "tiny.gguf").read_bytes() == b"GGUF" * 100


@pytest.mark.parametrize("name", ["models/tiny.gguf", "wheels/hoidap-0.1-py3-none-any.whl", "install.sh", FACTS])
def test_a_changed_byte_is_refused(bundle: Path, name: str) -> None:
    change(bundle / name)
    with pytest.raises(Refused, match=name):
        check(bundle)


def test_a_missing_or_added_file_is_refused(bundle: Path) -> None:
    added = bundle / "wheels" / "torch-99-py3-none-any.whl"
    added.write_bytes(b"")
    with pytest.raises(Refused, match="tệp lạ"):
        check(bundle)
    added.unlink()
    (bundle / "models" / "tiny.gguf").unlink()
    with pytest.raises(Refused, match="thiếu 1 tệp"):
        check(bundle)


def test_a_link_out_of_the_bundle_is_refused(bundle: Path, tmp_path: Path) -> None:
    path = bundle / "models" / "tiny.gguf"
    shutil.move(path, tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="tiny"):
        check(bundle)


def test_the_installer_refuses_before_it_writes(bundle: Path, tmp_path: Path) -> None:
    change(bundle / "models" / "tiny.gguf")
    done = run(bundle, tmp_path / "target")
    assert done.returncode == 2
    assert "models/tiny.gguf đã bị thay đổi" in done.stderr
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("text", ["", "no manifest", "\0"])
def test_a_manifest_that_is_none_is_refused(bundle: Path, text: str) -> None:
    (bundle / MANIFEST).write_text(text)
    with pytest.raises(Refused):
        check(bundle)


@pytest.mark.parametrize(
    ("fact", "words"),
    [({"python": [3, 99]}, "Python 3.99"), ({"machine": "vax"}, "máy vax"), ({"glibc": [2, 999]}, "glibc 2.999")],
)
def test_another_machine_is_refused(fact: dict, words: str) -> None:
    fits(HERE_AND_NOW)
    with pytest.raises(Refused, match=words):
        fits(HERE_AND_NOW | fact)


@pytest.mark.parametrize(
    ("flags", "name"),
    [("sse4_2", "engine-basic"), ("avx2 fma f16c bmi2 sse4_2", "engine-avx2"), ("avx2", "engine-basic")],
)
def test_the_engine_fits_the_processor(flags: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("engine-avx2", "engine-basic"):
        (tmp_path / folder).mkdir()
    (tmp_path / "cpuinfo").write_text(f"processor : 0\nflags\t\t: fpu {flags}\n")
    monkeypatch.setattr(install, "_CPU", tmp_path / "cpuinfo")
    assert engine(tmp_path).name == name
