"""The short measurement of the model, what is kept of it, and the licences that are shown beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.errors import GenerationFailed
from rag.library import Library
from rag.licences import MAIN, packages
from rag.llm import Prompt, ScriptedLLM, Stream
from rag.records import Event, Status
from rag.speed import Speed, cpu_name, measure, speeds


def measured(library: Library) -> tuple[list[Event], Speed]:
    found = list(measure(library))
    return found, speeds(library.settings.data)[library.settings.llm]


def test_a_measurement_tells_its_progress_and_is_kept(library: Library) -> None:
    llm = ScriptedLLM([" ".join(map(str, range(100)))])
    library._llm = llm
    told, speed = measured(library)
    assert told[:2] == [Status("load", 0.0), Status("read", 1.0)]
    assert told[-1] == Status("write", 1.0)
    assert speed.cpu == cpu_name() and speed.read_tokens_s > 0 and speed.written_tokens_s > 0
    assert speed.peak_bytes > 10_000_000
    assert speeds(library.settings.data) == {library.settings.llm: speed}
    measured(library)
    first, second = llm.prompts
    assert first.system != second.system, "a prompt the model has just read is not read again"


def test_a_stopped_measurement_frees_the_model_and_keeps_nothing(library: Library) -> None:
    library._llm = llm = ScriptedLLM(["một hai ba bốn"])
    events = measure(library)
    for _ in range(4):
        next(events)
    events.close()
    assert llm.closed == 1
    assert speeds(library.settings.data) == {}


def test_a_model_that_writes_nothing_is_a_failure(library: Library) -> None:
    class Silent(ScriptedLLM):
        def stream(self, prompt: Prompt, *, max_tokens: int) -> Stream:
            yield Status("read", 1.0)

    library._llm = Silent([""])
    with pytest.raises(GenerationFailed):
        measured(library)


@pytest.mark.parametrize("content", [b"", b"{", b'{"a": 1}', b"\xff"])
def test_a_damaged_file_counts_as_nothing_measured(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "speed.json").write_bytes(content)
    assert speeds(tmp_path) == {}


def test_a_measurement_of_another_model_stays(library: Library) -> None:
    kept = {"cpu": "x", "threads": 1, "sha256": None, "measured_at": "2026-01-01T00:00:00+00:00"}
    kept |= {"read_tokens_s": 1.0, "written_tokens_s": 1.0, "peak_bytes": 1}
    library.settings.data.mkdir(parents=True)
    (library.settings.data / "speed.json").write_text(json.dumps({"khác": kept}), "utf-8")
    library._llm = ScriptedLLM(["một hai"])
    measured(library)
    assert set(speeds(library.settings.data)) == {"khác", library.settings.llm}


def test_every_package_has_a_version_and_says_its_licence() -> None:
    found = packages()
    names = [package.name.lower() for package in found]
    assert names == sorted(names, key=lambda name: name.replace("_", "-").replace(".", "-"))
    assert len([package for package in found if package.main]) == len(MAIN)
    assert all(package.version and package.licence and len(package.licence) <= 200 for package in found)
    assert len([package for package in found if package.licence == "không ghi"]) <= 3
