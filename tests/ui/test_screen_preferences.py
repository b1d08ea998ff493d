"""The settings tab in a browser: what may be set, what it means, what overrides it, the speed, what is in use."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from scripted_backend import SON_LA_QUESTION, ScriptedBackend

from rag.llm import ScriptedLLM
from rag.records import Event, Status
from rag.speed import cpu_name
from ui.preferences import labels

pytestmark = pytest.mark.browser

TAB = "Cài đặt"


@pytest.fixture
def machine(backend: ScriptedBackend) -> Iterator[ScriptedBackend]:
    """The backend; its settings, file and speeds are put back."""
    before = backend.settings
    backend.config.write_text("# của phòng tôi\nthreads = 2  # máy yếu\n", "utf-8")
    yield backend
    backend._library.settings = before
    backend.config.unlink()
    (before.data / "speed.json").unlink(missing_ok=True)


def opened(seen: Any) -> Any:
    seen.tab(TAB)
    seen.page.wait_for_selector("#hd-about table")
    return seen.page


def slide(page: Any, name: str, value: str) -> None:
    """As a hand does: the value moves and the page hears of it."""
    page.locator(f"[name={name}]").evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', {bubbles: true})); }", value
    )


def test_everything_is_shown_and_explained(look: Any, machine: ScriptedBackend) -> None:
    seen = look()
    page = opened(seen)
    assert page.locator("#hd-right").is_hidden()
    assert page.is_checked("[name=llm][value='qwen2.5-coder-1.5b']")
    assert page.is_disabled("[name=llm][value='qwen3-4b-instruct-2507']")
    assert "hoidap models pull qwen3-4b-instruct-2507" in page.inner_text("#hd-preferences")
    assert page.inner_text(".hd-curve-words").startswith("Ngưỡng 0,00: cứ 100 câu")
    seen.shot("preferences")
    page.locator("[data-setting=least_confidence]").scroll_into_view_if_needed()
    seen.shot("preferences-curve")
    page.locator("#hd-about").scroll_into_view_if_needed()
    assert str(machine.settings.data) in page.inner_text("#hd-about")
    page.click("#hd-about summary >> nth=-1")
    assert page.locator("#hd-about table >> nth=-1").locator("tbody tr").count() > 50
    seen.shot("preferences-about")
    assert seen.fits()


def test_a_slider_says_at_once_what_it_means_and_is_kept(look: Any, machine: ScriptedBackend) -> None:
    seen = look()
    page = opened(seen)
    before = len(seen.requests)
    slide(page, "least_confidence", "0.3")
    assert page.inner_text(".hd-curve-words").startswith("Ngưỡng 0,30: cứ 100 câu")
    assert page.inner_text("[data-setting=least_confidence] .hd-slider-value") == "0,30"
    slide(page, "evidence_sentences", "6")
    page.check("[name=extractive]")
    assert seen.requests[before:] == []
    page.click("[data-action=save]")
    page.wait_for_selector("#hd-preferences-outcome .hd-done")
    seen.shot("preferences-saved")
    assert page.inner_text("#hd-preferences-outcome") == labels.SAVED
    settings = machine.settings
    assert (settings.least_confidence, settings.evidence_sentences, settings.extractive) == (0.3, 6, True)
    written = machine.config.read_text("utf-8")
    assert written.startswith("# của phòng tôi\nthreads = 2  # máy yếu\n") and "least_confidence = 0.3" in written


def test_after_a_failure_the_form_shows_what_is_in_force(look: Any, machine: ScriptedBackend) -> None:
    machine.config.write_text("threads = = 2", "utf-8")
    seen = look()
    page = opened(seen)
    before = page.input_value("[name=evidence_sentences]")
    slide(page, "evidence_sentences", "7")
    page.click("[data-action=save]")
    page.wait_for_selector("#hd-preferences-outcome .hd-failed")
    page.wait_for_function("v => document.querySelector('[name=evidence_sentences]').value === v", arg=before)
    assert str(machine.settings.evidence_sentences) == before


def test_what_a_variable_sets_is_locked_and_named(
    look: Any, machine: ScriptedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOIDAP_EVIDENCE_SENTENCES", "4")
    seen = look()
    page = opened(seen)
    assert page.is_disabled("[name=evidence_sentences]")
    assert "HOIDAP_EVIDENCE_SENTENCES" in page.inner_text("[data-setting=evidence_sentences]")
    page.locator("[data-setting=evidence_sentences]").scroll_into_view_if_needed()
    seen.shot("preferences-locked")
    page.click("[data-action=save]")
    page.wait_for_selector("#hd-preferences-outcome .hd-done")
    assert page.inner_text("#hd-preferences-outcome") == labels.UNCHANGED


def test_another_model_is_loaded_while_questions_go_on(
    look: Any, machine: ScriptedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = threading.Event()

    class Slow(ScriptedLLM):
        def load(self) -> None:
            assert loaded.wait(10)

    monkeypatch.setattr("rag.library._language_model", lambda _: Slow(["có"]))
    put_model(machine.settings.models, "qwen2.5-coder-0.5b")
    seen = look()
    page = opened(seen)
    page.check("[name=llm][value='qwen2.5-coder-0.5b']")
    page.click("[data-action=save]")
    page.wait_for_selector("#hd-preferences-outcome :text('Đang nạp mô hình')")
    seen.tab("Trò chuyện")
    seen.answered(SON_LA_QUESTION)
    assert machine.settings.llm == "qwen2.5-coder-1.5b"
    loaded.set()
    seen.tab(TAB)
    page.wait_for_selector("#hd-preferences-outcome :text('mô hình cũ đã được giải phóng')")
    assert machine.settings.llm == "qwen2.5-coder-0.5b"
    assert 'llm = "qwen2.5-coder-0.5b"' in machine.config.read_text("utf-8")


def put_model(folder: Path, name: str) -> None:
    """A file and a marker that say the model is there."""
    from rag.models import find
    from rag.models.marks import mark

    folder.mkdir(exist_ok=True)
    (folder / f"{name}.gguf").write_bytes(b"GGUF")
    mark(find(name), folder, source="PyPI")


def test_a_model_that_cannot_be_loaded_changes_nothing(look: Any, machine: ScriptedBackend) -> None:
    put_model(machine.settings.models, "qwen2.5-coder-0.5b")
    seen = look()
    page = opened(seen)
    (machine.settings.models / "qwen2.5-coder-0.5b.gguf").unlink()
    page.check("[name=llm][value='qwen2.5-coder-0.5b']")
    page.click("[data-action=save]")
    page.wait_for_selector("#hd-preferences-outcome .hd-failed")
    assert "hoidap models pull" in page.inner_text("#hd-preferences-outcome")
    seen.shot("preferences-failed")
    assert machine.settings.llm == "qwen2.5-coder-1.5b"
    assert "llm" not in machine.config.read_text("utf-8")


def test_the_speed_is_measured_and_shown(look: Any, machine: ScriptedBackend) -> None:
    seen = look()
    page = opened(seen)
    page.click("[data-action=measure]")
    page.wait_for_selector("#hd-speed table")
    assert cpu_name() in page.inner_text("#hd-speed table")
    assert "token/giây" in page.inner_text("#hd-speed table")
    page.locator("#hd-speed").scroll_into_view_if_needed()
    seen.shot("preferences-speed")
    assert seen.fits()


def test_a_measurement_can_be_stopped(look: Any, machine: ScriptedBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = threading.Event()

    def slow() -> Generator[Event]:
        try:
            for step in range(1000):
                yield Status("read", step / 1000)
                time.sleep(0.02)
        finally:
            closed.set()

    monkeypatch.setattr(machine, "measure", slow)
    seen = look()
    page = opened(seen)
    page.click("[data-action=measure]")
    page.wait_for_selector("#hd-speed progress")
    seen.shot("preferences-measuring")
    page.click("#hd-speed-stop")
    page.wait_for_selector(f"#hd-speed :text('{labels.STOPPED}')")
    assert closed.wait(2)
